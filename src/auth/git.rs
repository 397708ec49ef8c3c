//! The door to git: which credential helpers it would use for the Hub, and handing them the token or taking it back.
//! [`config`] makes this program one of them.
//!
//! The token goes through standard input as git-credential(1) defines it, never as an argument. git is kept from
//! prompting, is given a few seconds, and a machine without git is an answer, not an error.

pub mod config;

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use url::Url;

use crate::auth::credential::USER;
use crate::auth::secret::Secret;
use crate::clock::Deadline;
use crate::error::Error;
use crate::settings::{Endpoint, SECRET_VARIABLES};
use crate::signals;

/// A helper that asks a key ring may take a moment; one that hangs must not hold up a login for long.
const PATIENCE: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(5);
const LARGEST_ANSWER: u64 = 1024 * 1024;

/// Why git could not help.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no git on this machine.
    #[error("git is not installed")]
    Missing,
    /// git, or a helper it started, did not come back.
    #[error("git did not finish within {} seconds", PATIENCE.as_secs())]
    TimedOut,
    /// git ended with an error, for a reason that it gave, or else with this status.
    #[error("git ended with an error ({reason})")]
    Failed {
        /// How it ended.
        status: ExitStatus,
        /// What it said, in a line.
        reason: String,
    },
    /// git could not be started or talked to.
    #[error("git could not be run")]
    Broken(#[from] io::Error),
}

impl From<GitError> for Error {
    fn from(problem: GitError) -> Self {
        Error::failed(format!("{problem}.")).without_hint().because(problem)
    }
}

/// The credential helpers that git would ask for the endpoint, by name, sorted: those set for every address and those
/// set for one that matches (`credential.<url>.helper`). An empty value resets the list, as in git.
///
/// # Errors
/// See [`GitError`].
pub fn helpers(endpoint: &Endpoint) -> Result<Vec<String>, GitError> {
    let output = look_up(&["--get-regexp", r"^credential\.(.*\.)?helper$"])?;
    let mut names = BTreeSet::new();
    for entry in output.split_terminator('\0') {
        let (key, value) = entry.split_once('\n').unwrap_or((entry, ""));
        let scope = key
            .strip_prefix("credential.")
            .and_then(|rest| rest.strip_suffix(".helper"));
        if !scope.is_none_or(|scope| is_for(scope, endpoint.url())) {
            continue;
        }
        match value.split_whitespace().next() {
            Some(_) if value == config::HELPER => names.insert(config::NAME.to_owned()),
            Some(name) => names.insert(name.to_owned()),
            None => {
                names.clear();
                continue;
            }
        };
    }
    Ok(names.into_iter().collect())
}

/// Whether `credential.<scope>.*` applies to an address (gitcredentials(7), "Credential contexts"): the same scheme,
/// host and port, a path it starts with, and parts left out match anything. `*` stands for one label of the host.
fn is_for(scope: &str, address: &Url) -> bool {
    let (scheme, rest) = scope
        .split_once("://")
        .map_or((None, scope), |(scheme, rest)| (Some(scheme), rest));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, authority) = authority
        .rsplit_once('@')
        .map_or((None, authority), |(user, host)| (Some(user), host));
    let default_port = address.port_or_known_default();
    let (host, port) = match authority
        .rsplit_once(':')
        .map(|(host, port)| (host, port.parse::<u16>()))
    {
        Some((host, Ok(port))) => (host, Some(port)),
        _ => (
            authority,
            if authority.is_empty() {
                default_port
            } else {
                known_port(scheme.unwrap_or(address.scheme()))
            },
        ),
    };
    let path = path.trim_end_matches('/');
    let address_path = address.path().trim_matches('/');
    scheme.is_none_or(|scheme| scheme.eq_ignore_ascii_case(address.scheme()))
        && user.is_none_or(|user| user == USER)
        && (host.is_empty() || host_matches(host, address.host_str().unwrap_or_default()))
        && port == default_port
        && (path.is_empty() || address_path == path || address_path.starts_with(&format!("{path}/")))
}

fn known_port(scheme: &str) -> Option<u16> {
    match scheme {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    }
}

fn host_matches(pattern: &str, host: &str) -> bool {
    let (pattern, host): (Vec<&str>, Vec<&str>) = (pattern.split('.').collect(), host.split('.').collect());
    pattern.len() == host.len()
        && pattern
            .iter()
            .zip(host)
            .all(|(pattern, label)| *pattern == "*" || pattern.eq_ignore_ascii_case(label))
}

/// Stores the token in every helper configured for the endpoint (`git credential approve`).
///
/// # Errors
/// See [`GitError`].
pub fn approve(endpoint: &Endpoint, token: &Secret) -> Result<(), GitError> {
    credential("approve", endpoint, Some(token))
}

/// Erases the endpoint's credential from every helper (`git credential reject`): the one with this token, or, without
/// a token, whichever is there. With a token, another token's credential stays.
///
/// # Errors
/// See [`GitError`].
pub fn reject(endpoint: &Endpoint, token: Option<&Secret>) -> Result<(), GitError> {
    credential("reject", endpoint, token)
}

fn credential(verb: &str, endpoint: &Endpoint, token: Option<&Secret>) -> Result<(), GitError> {
    let mut description = format!("url={endpoint}\nusername={USER}\n");
    if let Some(token) = token {
        description.push_str(&format!("password={}\n", token.expose()));
    }
    description.push('\n');
    let description = Secret::new(description);
    tell(&["credential", verb], description.expose())
}

/// Makes `store` the helper for everything, as the reference does on Google Colab, where nobody could.
///
/// # Errors
/// See [`GitError`].
pub fn use_the_store_helper() -> Result<(), GitError> {
    tell(&["config", "--global", "credential.helper", "store"], "")
}

/// What git's configuration says, each value with a NUL behind it; nothing where there is no such key.
fn look_up(arguments: &[&str]) -> Result<String, GitError> {
    match ask(&[&["config", "--null"], arguments].concat()) {
        // git config's way to say that there is none.
        Err(GitError::Failed { status, .. }) if status.code() == Some(1) => Ok(String::new()),
        outcome => outcome,
    }
}

/// Runs git, which starts no helper for this, and gives what it printed.
fn ask(arguments: &[&str]) -> Result<String, GitError> {
    let mut child = start(arguments, Stdio::null(), Stdio::piped(), Stdio::piped())?;
    let output = child.stdout.take().map(read_aside);
    let complaint = child.stderr.take().map(read_aside);
    let text = |reader: Option<Reader>| match reader.map(Reader::join) {
        Some(Ok(text)) => text,
        _ => Ok(String::new()),
    };
    match wait(&mut child) {
        Err(GitError::Failed { status, reason }) => {
            let reason = fatal_line(&text(complaint)?).unwrap_or(reason);
            Err(GitError::Failed { status, reason })
        }
        outcome => outcome.and_then(|()| Ok(text(output)?)),
    }
}

type Reader = thread::JoinHandle<io::Result<String>>;

/// A thread, so that neither side waits for the other; it ends with git.
fn read_aside(stream: impl Read + Send + 'static) -> Reader {
    thread::spawn(move || {
        let mut text = Vec::new();
        stream.take(LARGEST_ANSWER).read_to_end(&mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    })
}

/// The line of git's that says why it ended.
fn fatal_line(complaint: &str) -> Option<String> {
    let mut lines = complaint.lines();
    lines
        .find_map(|line| line.strip_prefix("fatal: ").or(line.strip_prefix("error: ")))
        .map(str::to_owned)
}

/// Runs git with a text on its standard input. Its output goes nowhere: a helper may leave a daemon behind that keeps
/// a pipe open for hours.
fn tell(arguments: &[&str], input: &str) -> Result<(), GitError> {
    let mut child = start(arguments, Stdio::piped(), Stdio::null(), Stdio::null())?;
    let written = child
        .stdin
        .take()
        .map_or(Ok(()), |mut stdin| stdin.write_all(input.as_bytes()));
    wait(&mut child)?;
    Ok(written?)
}

#[expect(clippy::disallowed_methods, reason = "this is git's one door")]
fn start(arguments: &[&str], stdin: Stdio, stdout: Stdio, stderr: Stdio) -> Result<Child, GitError> {
    let mut command = Command::new("git");
    command
        .args(arguments)
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GCM_INTERACTIVE", "never")
        .stdin(stdin)
        .stdout(stdout)
        .stderr(stderr);
    for name in SECRET_VARIABLES {
        command.env_remove(name);
    }
    own_process_group(&mut command);
    command.spawn().map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound => GitError::Missing,
        _ => GitError::Broken(cause),
    })
}

/// Waits for git to succeed.
fn wait(child: &mut Child) -> Result<(), GitError> {
    let deadline = Deadline::after(PATIENCE);
    let group = child.id();
    let _watch = signals::watch(move |_| end_group(group));
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => {
                let reason = status.to_string();
                return Err(GitError::Failed { status, reason });
            }
            None if !deadline.has_passed() => thread::sleep(POLL),
            None => {
                end(child);
                return Err(GitError::TimedOut);
            }
        }
    }
}

/// A group of its own, so that a helper that hangs ends with the git that started it. Ctrl-C does not reach it then:
/// [`wait`] passes it on.
#[cfg(unix)]
fn own_process_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_process_group(_command: &mut Command) {}

/// Ends git and what it started. Failure means that it has ended already.
fn end(child: &mut Child) {
    end_group(child.id());
    let _ = child.kill();
    let _ = child.wait();
}

/// Where the system has process groups.
fn end_group(group: u32) {
    #[cfg(unix)]
    if let Ok(group) = i32::try_from(group) {
        let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), nix::sys::signal::Signal::SIGKILL);
    }
    #[cfg(not(unix))]
    let _ = group;
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn a_scope_applies_as_git_applies_it() {
        let hub = Endpoint::parse(OsStr::new("https://huggingface.co")).unwrap();
        for scope in [
            "https://huggingface.co",
            "https://huggingface.co/",
            "https://huggingface.co:443",
            "https://hf_user@huggingface.co",
            "https://HuggingFace.co",
            "huggingface.co",
            "https://*.co",
            "https://",
        ] {
            assert!(is_for(scope, hub.url()), "{scope}");
        }
        for scope in [
            "http://huggingface.co",
            "https://github.com",
            "https://huggingface.co:8443",
            "https://alice@huggingface.co",
            "https://huggingface.co/datasets",
            "https://co",
            "https://*",
        ] {
            assert!(!is_for(scope, hub.url()), "{scope}");
        }
    }
}
