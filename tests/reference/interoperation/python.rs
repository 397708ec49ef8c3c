//! The Python library in a process of its own that lives as long as a test: starting one for every generated case would
//! take half a second each.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::reference;
use crate::support::{Run, Sandbox};

/// Answers one JSON line with another: `{"ok": …}` or `{"error": …}`.
const SERVER: &str = r#"
import json, sys
from pathlib import Path
from huggingface_hub import auth_switch, constants, get_token, login, logout
from huggingface_hub.utils import WeakFileLock, get_stored_tokens
from huggingface_hub.utils import _auth

held = []
complaints = []
_auth.logger.error = lambda text, *rest: complaints.append(str(text))

def read():
    complaints.clear()
    sections = _auth._read_stored_tokens_full()
    return None if complaints else [[name, list(fields.items())] for name, fields in sections.items()]

def rewrite():
    _auth._save_stored_tokens_full(_auth._read_stored_tokens_full())

def save(name, token):
    _auth._save_token(token, name)

def lock(timeout):
    lock = WeakFileLock(constants.HF_STORED_TOKENS_PATH + ".lock", timeout=timeout)
    lock.__enter__()
    held.append(lock)

def unlock():
    held.pop().__exit__(None, None, None)

def locked_login(token):
    with WeakFileLock(constants.HF_STORED_TOKENS_PATH + ".lock"):
        login(token)

functions = dict(locked_login=locked_login, read=read, rewrite=rewrite, save=save, lock=lock, unlock=unlock, get_token=get_token,
                 get_stored_tokens=get_stored_tokens, auth_switch=auth_switch, login=login, logout=logout)
for line in sys.stdin:
    name, arguments = json.loads(line)
    try:
        answer = {"ok": functions[name](*arguments)}
    except BaseException as error:
        answer = {"error": type(error).__name__ + ": " + str(error)}
    print(json.dumps(answer), flush=True)
"#;

/// A running library. Dropping it ends it.
pub(super) struct Python {
    child: Child,
    streams: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
}

impl Python {
    /// The library in a sandbox.
    pub(super) fn start(sandbox: &Sandbox) -> Self {
        Self::start_with(sandbox, |run| run)
    }

    /// The same with more variables.
    pub(super) fn start_with(sandbox: &Sandbox, prepare: impl FnOnce(Run) -> Run) -> Self {
        let run = sandbox.program(reference().join("python"), &["-c", SERVER]);
        let mut child = prepare(run)
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let streams = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Python {
            child,
            streams: RefCell::new((streams.0, BufReader::new(streams.1))),
        }
    }

    /// Calls a function: what it returned, or what it raised.
    pub(super) fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, String> {
        let (input, output) = &mut *self.streams.borrow_mut();
        writeln!(input, "{}", json!([function, arguments])).unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let mut answer: Value = serde_json::from_str(&line).unwrap();
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["ok"].take()),
        }
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
