//! The door to signals: what has to be done when one ends the program in the middle of something. What was ignored when we
//! were started (nohup, a shell's background job) stays ignored, for us and for what we start; a program that links this
//! crate keeps all its signals for itself. On Windows Ctrl-C is the one there is.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, Once, OnceLock, PoisonError};

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

pub(crate) use system::{block, hear_of_children, survive_file_size_limit};
#[cfg(unix)]
pub(crate) use unix::restore_broken_pipe_signal;
#[cfg(windows)]
pub(crate) use windows::leave_to_the_child;

/// How our own program ends when the person stops it. Not set where this process is another one.
static STOP: OnceLock<fn()> = OnceLock::new();
static LISTENER: Once = Once::new();

/// What is to be done.
struct Action {
    /// To find it by.
    number: usize,
    turn: Turn,
    act: Box<dyn FnOnce(Ending) + Send>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Before all that may end us.
    First,
    /// What was begun last is ended first.
    InReverse,
}

static ACTIONS: Mutex<Vec<Action>> = Mutex::new(Vec::new());

/// Watches until it is dropped.
pub(crate) struct Watch {
    number: usize,
}

/// The signals that people and systems end programs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(windows, expect(dead_code, reason = "there is no other"))]
pub(crate) enum Ending {
    /// Ctrl-C.
    Interrupt,
    /// Another one; the program then ends by it.
    Other,
}

/// This process is our own program: from here on its signals are ours. `stop` is how it ends when the person stops it.
pub(crate) fn take_charge(stop: fn()) {
    let _ = STOP.set(stop);
}

fn is_in_charge() -> bool {
    STOP.get().is_some()
}

/// Before a signal ends the program, does `action` first. What was begun last is ended first.
pub(crate) fn watch(action: impl FnOnce(Ending) + Send + 'static) -> Watch {
    add(Turn::InReverse, action)
}

/// The same for what ends a program that works for us. It comes before all else, which may be our own end.
pub(crate) fn watch_child(action: impl FnOnce() + Send + 'static) -> Watch {
    add(Turn::First, |_| action())
}

fn add(turn: Turn, action: impl FnOnce(Ending) + Send + 'static) -> Watch {
    static NUMBERS: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    if is_in_charge() {
        LISTENER.call_once(system::listen);
        actions().push(Action {
            number,
            turn,
            act: Box::new(action),
        });
    }
    Watch { number }
}

/// Something takes its time from here on: Ctrl-C then ends the program as it ends a prompt.
pub(crate) fn wait() -> Watch {
    watch(|ending| {
        if let (Ending::Interrupt, Some(stop)) = (ending, STOP.get()) {
            stop();
        }
    })
}

fn actions() -> MutexGuard<'static, Vec<Action>> {
    ACTIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next() -> Option<Action> {
    let mut all = actions();
    let first = all.iter().position(|action| action.turn == Turn::First);
    let place = first.or(all.len().checked_sub(1))?;
    Some(all.remove(place))
}

/// Does all that is to be done.
fn act(ending: Ending) {
    while let Some(action) = next() {
        (action.act)(ending);
    }
}

/// Gives a signal that has been sent the time to end the program.
pub(crate) fn await_the_end() {
    std::thread::sleep(std::time::Duration::from_secs(1));
}

impl Drop for Watch {
    fn drop(&mut self) {
        if is_in_charge() {
            actions().retain(|action| action.number != self.number);
        }
    }
}
