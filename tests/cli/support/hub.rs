//! A scripted Hub on the loopback interface: it answers what a test told it to and remembers what it was asked.
//!
//! It knows nothing of tokens. It is strict when it is dropped: an answer nobody fetched and a request nobody foresaw both
//! fail the test. With the files in `hub/` it stands alone (standard library and `serde_json` only), because
//! `examples/demo.rs` includes it too; the spelt-out paths below hold from there as well.

#![allow(
    dead_code,
    unused_imports,
    reason = "each crate that includes this file uses a part of it"
)]

#[path = "hub/answer.rs"]
mod answer;
#[path = "hub/request.rs"]
mod request;

use std::collections::{HashMap, VecDeque};
use std::io::{self, BufReader, ErrorKind};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::json;

pub(crate) use answer::{Answer, whoami, whoami_oauth, whoami_with_orgs};
pub(crate) use request::Request;

/// Where the Hub says whose token it was sent.
pub(crate) const WHOAMI: &str = "/api/whoami-v2";

type Script = (String, String);

#[derive(Default)]
struct State {
    expected: HashMap<Script, VecDeque<Answer>>,
    standing: HashMap<Script, Answer>,
    requests: Vec<Request>,
    unforeseen: Vec<String>,
    connections: HashMap<SocketAddr, TcpStream>,
    accepted: usize,
    closing: bool,
}

impl State {
    /// A script with a query wants that very query; one without a query takes any.
    fn answer_for(&mut self, request: &Request) -> Option<Answer> {
        let target = request.target();
        let bare = target.split_once('?').map_or(target, |(path, _)| path);
        [target, bare].into_iter().find_map(|path| {
            let script = (request.method.clone(), path.to_owned());
            let next = self.expected.get_mut(&script).and_then(VecDeque::pop_front);
            next.or_else(|| self.standing.get(&script).cloned())
        })
    }

    fn complaints(&self) -> Vec<String> {
        let unused = self.expected.iter().filter(|(_, answers)| !answers.is_empty());
        let unused = unused
            .map(|((method, path), answers)| format!("never asked for: {method} {path} ({} left)", answers.len()));
        let unforeseen = self.unforeseen.iter().map(|request| format!("not scripted: {request}"));
        unused.chain(unforeseen).collect()
    }
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps, but not longer than the hub lives.
    fn pause(&self, duration: Duration) {
        let awake = self
            .changed
            .wait_timeout_while(self.lock(), duration, |state| !state.closing);
        drop(awake.unwrap_or_else(PoisonError::into_inner));
    }
}

/// The server. Scripts may be added at any time; dropping it judges them.
pub(crate) struct StubHub {
    address: SocketAddr,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

impl StubHub {
    /// Listens on a free port of 127.0.0.1.
    pub(crate) fn start() -> Self {
        let socket = TcpListener::bind(("127.0.0.1", 0)).expect("a free port on 127.0.0.1");
        let address = socket.local_addr().expect("the address of a bound socket");
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let listener = thread::spawn(move || listen(&socket, &theirs));
        Self {
            address,
            shared,
            listener: Some(listener),
        }
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The port it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// One answer for exactly one request; several for the same method and path are given in order. A path without a query
    /// takes any query.
    pub(crate) fn expect(&self, method: &str, path: &str, answer: Answer) {
        let script = (method.to_owned(), path.to_owned());
        self.shared.lock().expected.entry(script).or_default().push_back(answer);
    }

    /// The answer for any number of requests, none included, once the expected ones are used up.
    pub(crate) fn always(&self, method: &str, path: &str, answer: Answer) {
        self.shared
            .lock()
            .standing
            .insert((method.to_owned(), path.to_owned()), answer);
    }

    /// Every request so far, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.lock().requests.clone()
    }

    /// How many connections were made so far.
    pub(crate) fn connections(&self) -> usize {
        self.shared.lock().accepted
    }

    /// Every request since the last call, in order.
    pub(crate) fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.shared.lock().requests)
    }

    /// Waits until this many requests are there to take; for acting while an answer is still out.
    ///
    /// # Panics
    /// After 20 seconds.
    #[track_caller]
    pub(crate) fn wait_for_requests(&self, count: usize) {
        let too_few = |state: &mut State| state.requests.len() < count;
        let waited = self
            .shared
            .changed
            .wait_timeout_while(self.shared.lock(), Duration::from_secs(20), too_few);
        let (state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        let seen = state.requests.len();
        drop(state);
        assert!(
            !timeout.timed_out(),
            "the stub hub got {seen} requests of {count} in 20 s"
        );
    }
}

impl Drop for StubHub {
    fn drop(&mut self) {
        let complaints = {
            let mut state = self.shared.lock();
            state.closing = true;
            for connection in state.connections.values() {
                let _ = connection.shutdown(Shutdown::Both);
            }
            state.complaints()
        };
        self.shared.changed.notify_all();
        // A blocked `accept` wakes up for a connection only.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        if !thread::panicking() {
            assert!(
                complaints.is_empty(),
                "the stub hub complains:\n  {}",
                complaints.join("\n  ")
            );
        }
    }
}

fn listen(socket: &TcpListener, shared: &Arc<Shared>) {
    for stream in socket.incoming() {
        if shared.lock().closing {
            return;
        }
        if let Ok(stream) = stream {
            let shared = Arc::clone(shared);
            thread::spawn(move || attend(&stream, &shared));
        }
    }
}

/// One connection from its first byte to its last. A second handle to it lies in the state, so that dropping the hub can cut
/// it off; hence the explicit shutdown at the end.
fn attend(stream: &TcpStream, shared: &Shared) {
    let (Ok(peer), Ok(handle)) = (stream.peer_addr(), stream.try_clone()) else {
        return;
    };
    {
        let mut state = shared.lock();
        if state.closing {
            return;
        }
        state.connections.insert(peer, handle);
        state.accepted += 1;
    }
    if let Err(error) = converse(stream, shared)
        && error.kind() == ErrorKind::InvalidData
    {
        shared.lock().unforeseen.push(error.to_string());
    }
    let _ = stream.shutdown(Shutdown::Both);
    shared.lock().connections.remove(&peer);
}

fn converse(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = Request::read(&mut reader)? {
        let answer = note(&request, shared);
        answer.give(stream, &request.method, |duration| shared.pause(duration))?;
        if answer.ends_connection() || request.ends_connection() {
            break;
        }
    }
    Ok(())
}

/// Remembers the request and finds its answer in one step, so that a test that sees the request also sees its script used.
fn note(request: &Request, shared: &Shared) -> Answer {
    let mut state = shared.lock();
    let name = format!("{} {}", request.method, request.path);
    let answer = state.answer_for(request).unwrap_or_else(|| {
        state.unforeseen.push(name.clone());
        Answer::json(599, json!({"error": format!("the stub hub has no answer for {name}")}))
    });
    state.requests.push(request.clone());
    drop(state);
    shared.changed.notify_all();
    answer
}

/// A Hub for which every token is carol's, with the name `laptop`.
pub(crate) fn hub_that_knows_carol() -> StubHub {
    let hub = StubHub::start();
    hub.always("GET", WHOAMI, Answer::json(200, whoami("carol", "laptop", "read")));
    hub
}
