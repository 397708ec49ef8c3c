//! The one line that comes and goes: who is being asked, while a request takes longer than a person likes to look at
//! nothing, or how much time is left. Whatever else is written takes it away first.

use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use console::{Term, truncate_str};

use super::output::write_whole;

/// A request that takes no longer needs no word.
const UNNOTICED: Duration = Duration::from_millis(500);
const ERASE: &str = "\r\x1b[K";

static LINE: Mutex<Line> = Mutex::new(Line {
    shown_on: None,
    requests: 0,
    round: 0,
    is_taken: false,
    is_over: false,
});
static CHANGED: Condvar = Condvar::new();

struct Line {
    shown_on: Option<Stream>,
    /// The requests that are out, and which time there are any.
    requests: usize,
    round: usize,
    /// Somebody else than a request has it.
    is_taken: bool,
    /// The program ends: nothing more is drawn.
    is_over: bool,
}

/// Where it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Output,
    Error,
}

fn line() -> MutexGuard<'static, Line> {
    LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Line {
    fn draw(&mut self, text: &str, stream: Stream) {
        if !self.is_over {
            stream.write(&format!("{ERASE}{text}"));
            self.shown_on = Some(stream);
        }
    }

    fn erase(&mut self) {
        if let Some(stream) = self.shown_on.take() {
            stream.write(ERASE);
        }
    }
}

impl Stream {
    /// What cannot be drawn is not missed.
    fn write(self, text: &str) {
        let _ = match self {
            Stream::Output => write_whole(&mut io::stdout().lock(), text.as_bytes()),
            Stream::Error => write_whole(&mut io::stderr().lock(), text.as_bytes()),
        };
    }
}

/// A request to this host begins. If it takes its time, standard error says so.
pub(super) fn request_begins(host: &str) {
    let mut state = line();
    state.requests += 1;
    if state.requests > 1 || state.is_taken {
        return;
    }
    state.round += 1;
    let round = state.round;
    drop(state);
    let text = format!("Asking {host}…");
    // Where there can be no thread, nothing is said.
    let _ = thread::Builder::new().spawn(move || say_when_it_takes_long(&text, round));
}

fn say_when_it_takes_long(text: &str, round: usize) {
    let waits = |state: &Line| state.requests > 0 && state.round == round;
    let waited = CHANGED.wait_timeout_while(line(), UNNOTICED, |state| waits(state));
    let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
    if waits(&state) && is_in_foreground() {
        let (_, width) = Term::stderr().size();
        state.draw(
            &truncate_str(text, usize::from(width).saturating_sub(1), "…"),
            Stream::Error,
        );
    }
}

/// The request that began last has ended.
pub(super) fn request_ends() {
    let mut state = line();
    state.requests = state.requests.saturating_sub(1);
    if state.requests == 0 {
        state.round += 1;
        if !state.is_taken {
            state.erase();
        }
        CHANGED.notify_all();
    }
}

/// Writes something else.
pub(super) fn aside<T>(write: impl FnOnce() -> T) -> T {
    let mut state = line();
    state.erase();
    write()
}

/// The program ends while something may be shown.
pub(super) fn give_up() {
    // Whoever holds it is about to draw, and would be waited for in vain if the stream is stuck.
    if let Ok(mut state) = LINE.try_lock() {
        state.is_over = true;
        if !state.is_taken {
            state.erase();
        }
    }
}

/// The line for somebody who has more to tell than who is asked, until dropped.
pub(super) struct Taken {
    shown: String,
}

impl Taken {
    pub(super) fn take() -> Self {
        line().is_taken = true;
        Taken { shown: String::new() }
    }

    /// Shows this, if it is not what is shown.
    pub(super) fn show(&mut self, text: &str) {
        let mut state = line();
        if state.shown_on.is_none() || self.shown != text {
            state.draw(text, Stream::Output);
            text.clone_into(&mut self.shown);
        }
    }

    /// Leaves a line above it.
    pub(super) fn tell(&self, text: &'static str) {
        aside(|| Stream::Output.write(&format!("    {text}\n")));
    }

    pub(super) fn erase(&self) {
        line().erase();
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut state = line();
        state.erase();
        state.is_taken = false;
    }
}

/// Whether the terminal is ours to draw on: a job in the background would draw over the shell's line.
#[cfg(unix)]
pub(super) fn is_in_foreground() -> bool {
    let owner = nix::unistd::tcgetpgrp(io::stderr());
    owner.is_ok_and(|owner| owner == nix::unistd::getpgrp())
}

#[cfg(not(unix))]
pub(super) fn is_in_foreground() -> bool {
    true
}
