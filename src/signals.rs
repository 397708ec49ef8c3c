//! The door to signals: what has to be done when one ends the program in the middle of something.

#[cfg(unix)]
use std::sync::atomic::{AtomicUsize, Ordering};
#[cfg(unix)]
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};

/// What is to be done, with a number to find it by.
#[cfg(unix)]
type Action = (usize, Box<dyn FnOnce(Ending) + Send>);

#[cfg(unix)]
static ACTIONS: Mutex<Vec<Action>> = Mutex::new(Vec::new());

/// Watches until it is dropped.
pub(crate) struct Watch {
    #[cfg(unix)]
    number: usize,
}

/// The signals that people and systems end programs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(unix), expect(dead_code, reason = "only signals end a program so"))]
pub(crate) enum Ending {
    /// Ctrl-C.
    Interrupt,
    /// Another one; the program then ends by it.
    Other,
}

/// Before a signal ends the program, does `action` first. What was begun last is ended first.
#[cfg(unix)]
pub(crate) fn watch(action: impl FnOnce(Ending) + Send + 'static) -> Watch {
    static LISTENER: Once = Once::new();
    static NUMBERS: AtomicUsize = AtomicUsize::new(0);
    LISTENER.call_once(listen);
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    actions().push((number, Box::new(action)));
    Watch { number }
}

#[cfg(unix)]
fn actions() -> MutexGuard<'static, Vec<Action>> {
    ACTIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// On a thread of its own, to the end of the program.
#[cfg(unix)]
fn listen() {
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else {
        return;
    };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let ending = if signal == SIGINT {
                Ending::Interrupt
            } else {
                Ending::Other
            };
            loop {
                let next = actions().pop();
                let Some((_, action)) = next else { break };
                action(ending);
            }
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
}

/// Consoles have no signals that a program could outlive.
#[cfg(not(unix))]
pub(crate) fn watch(_action: impl FnOnce(Ending) + Send + 'static) -> Watch {
    Watch {}
}

/// A file that outgrows its limit (`ulimit -f`) is an error of the write then, and no longer the end of the program.
#[cfg(unix)]
pub(crate) fn survive_file_size_limit() {
    // Nobody looks at the flag. A handler, unlike an ignored signal, is not handed on to the programs that we run.
    let _ = signal_hook::flag::register(SIGXFSZ, std::sync::Arc::default());
}

/// There are no such limits.
#[cfg(not(unix))]
pub(crate) fn survive_file_size_limit() {}

/// Gives a signal that has been sent the time to end the program.
pub(crate) fn await_the_end() {
    std::thread::sleep(std::time::Duration::from_secs(1));
}

#[cfg(unix)]
impl Drop for Watch {
    fn drop(&mut self) {
        actions().retain(|(number, _)| *number != self.number);
    }
}
