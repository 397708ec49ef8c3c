//! One request and its whole answer, within limits of time and size.

use std::cell::Cell;
use std::{io, thread};

use reqwest::header::HeaderMap;
use reqwest::{Client, Request, StatusCode, Url};
use tokio::runtime::{Builder, Handle, Runtime};

use super::LARGEST_ANSWER;
use crate::signals;

/// What a server sent.
pub(super) struct Received {
    pub(super) url: Url,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Why there is no whole answer.
pub(super) enum Interruption {
    Transport(reqwest::Error),
    TooLarge(Url),
}

impl From<reqwest::Error> for Interruption {
    fn from(cause: reqwest::Error) -> Self {
        Interruption::Transport(cause)
    }
}

/// A way to the Hub that stays open from one request to the next: connections live as long as the runtime they are made on.
pub(super) struct Lane {
    runtime: Option<Runtime>,
    has_answered: Cell<bool>,
}

impl Lane {
    /// None within a program's own runtime, where nobody can wait for another one.
    pub(super) fn open() -> io::Result<Option<Self>> {
        if Handle::try_current().is_ok() {
            return Ok(None);
        }
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Some(Lane {
            runtime: Some(runtime),
            has_answered: Cell::new(false),
        }))
    }

    /// A connection that was kept may have been closed by the other side in that very moment: what changes nothing is then
    /// asked once more, on a new one.
    fn send(&self, runtime: &Runtime, client: &Client, request: Request) -> Result<Received, Interruption> {
        let again = request.try_clone().filter(|again| again.method().is_safe());
        let received = match (runtime.block_on(receive(client, request)), again) {
            (Err(Interruption::Transport(cause)), Some(again))
                if self.has_answered.get() && !cause.is_timeout() && !cause.is_connect() =>
            {
                runtime.block_on(receive(client, again))
            }
            (received, _) => received,
        };
        self.has_answered.set(received.is_ok());
        received
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Sends the request and waits for the answer. A program that has a runtime of its own cannot wait for another one within
/// it: there, this happens on a thread beside it.
pub(super) fn send(
    client: &Client,
    request: Request,
    lane: Option<&Lane>,
) -> io::Result<Result<Received, Interruption>> {
    let _wait = signals::wait();
    if let Some(lane) = lane
        && let Some(runtime) = &lane.runtime
    {
        return Ok(lane.send(runtime, client, request));
    }
    if Handle::try_current().is_err() {
        return send_here(client, request);
    }
    thread::scope(|scope| {
        let sending = thread::Builder::new().spawn_scoped(scope, || send_here(client, request))?;
        sending
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the request came to no end")))
    })
}

fn send_here(client: &Client, request: Request) -> io::Result<Result<Received, Interruption>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let received = runtime.block_on(receive(client, request));
    // A name server that does not answer holds a thread up for longer than any timeout of ours: it is left behind.
    runtime.shutdown_background();
    Ok(received)
}

async fn receive(client: &Client, request: Request) -> Result<Received, Interruption> {
    let mut response = client.execute(request).await?;
    let mut received = Received {
        url: response.url().clone(),
        status: response.status(),
        headers: response.headers().clone(),
        body: Vec::new(),
    };
    while let Some(chunk) = response.chunk().await? {
        if received.body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Interruption::TooLarge(received.url));
        }
        received.body.extend_from_slice(&chunk);
    }
    Ok(received)
}
