//! A Hub that git can clone from and push to: `git http-backend` behind HTTP on loopback, for whoever has the token, and
//! git-lfs's batch API beside it.
//!
//! It also answers `whoami-v2`, so that a login has the same address. It knows nothing of how git comes by the token.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};

use super::hub::{self, Request};
use super::sandbox::Sandbox;

/// What is behind the address, and what has been asked for.
struct State {
    accepted: Vec<String>,
    seen: Vec<Option<String>>,
    welcomed: BTreeSet<String>,
    closing: bool,
}

#[derive(Clone)]
struct Shared {
    /// What its addresses start with: nothing, or `/mirror`.
    prefix: &'static str,
    repositories: PathBuf,
    state: Arc<Mutex<State>>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The server; dropping it ends it.
pub(crate) struct GitServer {
    address: SocketAddr,
    shared: Shared,
    listener: Option<JoinHandle<()>>,
}

impl GitServer {
    /// Listens, with an empty repository `alice/model.git` under `srv/` of the sandbox, for whoever has the token.
    ///
    /// # Panics
    /// Where git came without its server.
    pub(crate) fn start(sandbox: &Sandbox, token: &str) -> Self {
        Self::start_below(sandbox, token, "")
    }

    /// The same with a path in its address.
    pub(crate) fn start_below(sandbox: &Sandbox, token: &str, prefix: &'static str) -> Self {
        let programs = sandbox.git(&["--exec-path"]).stdout;
        let backend = Path::new(programs.trim()).join("git-http-backend");
        assert!(
            backend.exists(),
            "these tests need git with its server, `git http-backend`"
        );
        let repositories = sandbox.root().join("srv");
        let repository = repositories.join("alice/model.git");
        let arguments = ["init", "-q", "--bare", "--initial-branch=main"];
        let init = sandbox.program("git", &arguments).args([&repository]);
        init.run().succeeds();
        let socket = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let state = State {
            accepted: vec![basic(token)],
            seen: Vec::new(),
            welcomed: BTreeSet::new(),
            closing: false,
        };
        fs::create_dir_all(repositories.join("lfs")).unwrap();
        let shared = Shared {
            prefix,
            repositories,
            state: Arc::new(Mutex::new(state)),
        };
        let theirs = shared.clone();
        Self {
            address: socket.local_addr().unwrap(),
            listener: Some(thread::spawn(move || listen(&socket, &theirs))),
            shared,
        }
    }

    /// `http://127.0.0.1:PORT`, with its path if it has one.
    pub(crate) fn url(&self) -> String {
        format!("http://{}{}", self.address, self.shared.prefix)
    }

    /// The address of the repository.
    pub(crate) fn repository(&self) -> String {
        format!("{}/alice/model.git", self.url())
    }

    /// The same with a user name in it.
    pub(crate) fn repository_of(&self, user: &str) -> String {
        self.repository().replace("http://", &format!("http://{user}@"))
    }

    /// From now on this token and no other.
    pub(crate) fn accept(&self, token: &str) {
        self.accept_all(&[token]);
    }

    /// From now on these tokens and no other.
    pub(crate) fn accept_all(&self, tokens: &[&str]) {
        self.shared.lock().accepted = tokens.iter().map(|token| basic(token)).collect();
    }

    /// The `Authorization` of every request that was accepted since the last call, each once.
    pub(crate) fn take_welcomed(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.lock().welcomed).into_iter().collect()
    }

    /// The `Authorization` of every request of git's so far, in order.
    pub(crate) fn seen(&self) -> Vec<Option<String>> {
        self.shared.lock().seen.clone()
    }
}

impl Drop for GitServer {
    fn drop(&mut self) {
        self.shared.lock().closing = true;
        // A blocked `accept` wakes up for a connection only.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

/// The header that `hf_user` comes with (RFC 7617).
pub(crate) fn basic(token: &str) -> String {
    format!("Basic {}", base64(format!("hf_user:{token}").as_bytes()))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let three = [0, 1, 2].map(|index| u32::from(chunk.get(index).copied().unwrap_or(0)));
        let bits = three[0] << 16 | three[1] << 8 | three[2];
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

fn listen(socket: &TcpListener, shared: &Shared) {
    for stream in socket.incoming() {
        if shared.lock().closing {
            return;
        }
        if let Ok(stream) = stream {
            let shared = shared.clone();
            thread::spawn(move || {
                if let Err(error) = attend(&stream, &shared) {
                    println!("the git server: {error}");
                }
                let _ = stream.shutdown(Shutdown::Both);
            });
        }
    }
}

/// One request and its answer.
fn attend(mut stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    let Some(mut request) = Request::read(&mut BufReader::new(stream))? else {
        return Ok(());
    };
    let Some(path) = request.path.strip_prefix(shared.prefix).map(str::to_owned) else {
        return stream.write_all(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
    };
    request.path = path;
    let (status, rest) = if request.path == "/api/whoami-v2" {
        let identity = hub::whoami("alice", "laptop", "write");
        ("200 OK".to_owned(), format!("\r\n{identity}").into_bytes())
    } else if is_welcome(&request, shared) {
        match large_file(&request, shared)? {
            Some((status, body)) => (status.to_owned(), body),
            None => with_status(backend(&request, shared)?),
        }
    } else {
        let challenge = b"WWW-Authenticate: Basic realm=\"hub\"\r\n\r\n";
        ("401 Unauthorized".to_owned(), challenge.to_vec())
    };
    // The end of the connection is the end of the answer.
    stream.write_all(format!("HTTP/1.1 {status}\r\nConnection: close\r\n").as_bytes())?;
    stream.write_all(&rest)
}

fn is_welcome(request: &Request, shared: &Shared) -> bool {
    let mut state = shared.lock();
    let authorization = request.authorization();
    state.seen.push(authorization.map(str::to_owned));
    let accepted = state
        .accepted
        .iter()
        .find(|accepted| Some(accepted.as_str()) == authorization);
    let accepted = accepted.cloned();
    state.welcomed.extend(accepted.clone());
    accepted.is_some()
}

/// git-lfs's batch API (its docs/api/batch.md) and the files behind it; `None` for what is git's own.
fn large_file(request: &Request, shared: &Shared) -> io::Result<Option<(&'static str, Vec<u8>)>> {
    let bare = request.path.split('?').next().unwrap_or_default();
    if let Some(id) = bare.strip_prefix("/lfs/") {
        let file = shared.repositories.join("lfs").join(id);
        if request.method == "PUT" {
            fs::write(&file, &request.body)?;
            return Ok(Some(("200 OK", b"\r\n".to_vec())));
        }
        let body = [
            &b"Content-Type: application/octet-stream\r\n\r\n"[..],
            &fs::read(&file)?,
        ]
        .concat();
        return Ok(Some(("200 OK", body)));
    }
    if !bare.ends_with("/info/lfs/objects/batch") {
        return Ok(bare.contains("/info/lfs/").then(|| ("404 Not Found", b"\r\n".to_vec())));
    }
    let asked: Value = serde_json::from_slice(&request.body)?;
    let host = request.header("host").unwrap_or_default();
    let action = asked["operation"].as_str().unwrap_or_default();
    let objects = asked["objects"].as_array().cloned().unwrap_or_default();
    let objects: Vec<Value> = objects
        .into_iter()
        .map(|mut object| {
            let id = object["oid"].as_str().unwrap_or_default();
            let href = format!("http://{host}{}/lfs/{id}", shared.prefix);
            object["actions"] = json!({action: {"href": href}});
            object
        })
        .collect();
    let answer = json!({"transfer": "basic", "objects": objects});
    let body = format!("Content-Type: application/vnd.git-lfs+json\r\n\r\n{answer}");
    Ok(Some(("200 OK", body.into_bytes())))
}

/// The `Status` of a CGI program's output (RFC 3875 §6.3.3), which git puts first if it is not 200, and the rest.
fn with_status(output: Vec<u8>) -> (String, Vec<u8>) {
    let end = output.windows(2).position(|two| two == b"\r\n");
    match (output.strip_prefix(b"Status: "), end) {
        (Some(_), Some(end)) => (
            String::from_utf8_lossy(&output[b"Status: ".len()..end]).into_owned(),
            output[end + 2..].to_vec(),
        ),
        _ => ("200 OK".to_owned(), output),
    }
}

/// What git's own CGI program answers.
fn backend(request: &Request, shared: &Shared) -> io::Result<Vec<u8>> {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let header = |name: &str| request.header(name).unwrap_or_default();
    let mut child = Command::new("git")
        .arg("http-backend")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_PROJECT_ROOT", &shared.repositories)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REMOTE_USER", "hf_user")
        .env("REQUEST_METHOD", &request.method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("CONTENT_TYPE", header("content-type"))
        .env("CONTENT_LENGTH", request.body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
        .env("HTTP_GIT_PROTOCOL", header("git-protocol"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let stdin = child.stdin.take();
    let body = request.body.clone();
    let writer = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&body)));
    let output = child.wait_with_output()?;
    let _ = writer.join();
    Ok(output.stdout)
}
