//! A Hub that git can clone from and push to: `git http-backend` behind HTTP on loopback, for whoever has the token.
//!
//! It also answers `whoami-v2`, so that a login has the same address. It knows nothing of how git comes by the token.

use std::io::{self, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::hub::{self, Request};
use super::sandbox::Sandbox;

/// What is behind the address, and what has been asked for.
struct State {
    accepted: String,
    seen: Vec<Option<String>>,
    closing: bool,
}

#[derive(Clone)]
struct Shared {
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
    /// Listens, with an empty repository `alice/model.git` under `srv/` of the sandbox, for whoever has the token. `None`,
    /// with a word on why, where git came without its server.
    pub(crate) fn start(sandbox: &Sandbox, token: &str) -> Option<Self> {
        let programs = sandbox.git(&["--exec-path"]).stdout;
        if !Path::new(programs.trim()).join("git-http-backend").exists() {
            println!("skipped: there is no `git http-backend` on this machine");
            return None;
        }
        let repositories = sandbox.root().join("srv");
        let repository = repositories.join("alice/model.git");
        let arguments = ["init", "-q", "--bare", "--initial-branch=main"];
        let init = sandbox.program("git", &arguments).args([&repository]);
        init.run().succeeds();
        let socket = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let state = State {
            accepted: basic(token),
            seen: Vec::new(),
            closing: false,
        };
        let shared = Shared {
            repositories,
            state: Arc::new(Mutex::new(state)),
        };
        let theirs = shared.clone();
        Some(Self {
            address: socket.local_addr().unwrap(),
            listener: Some(thread::spawn(move || listen(&socket, &theirs))),
            shared,
        })
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address of the repository.
    pub(crate) fn repository(&self) -> String {
        format!("{}/alice/model.git", self.url())
    }

    /// From now on this token and no other.
    pub(crate) fn accept(&self, token: &str) {
        self.shared.lock().accepted = basic(token);
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
    let Some(request) = Request::read(&mut BufReader::new(stream))? else {
        return Ok(());
    };
    let (status, rest) = if request.path == "/api/whoami-v2" {
        let identity = hub::whoami("alice", "laptop", "write");
        ("200 OK".to_owned(), format!("\r\n{identity}").into_bytes())
    } else if is_welcome(&request, shared) {
        with_status(backend(&request, shared)?)
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
    authorization == Some(&state.accepted)
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
