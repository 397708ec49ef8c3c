//! The door to signals: what has to be done when one ends the program in the middle of something.

#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};

/// Watches until it is dropped.
pub(crate) struct Watch {
    #[cfg(unix)]
    handle: Option<signal_hook::iterator::Handle>,
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

/// Before a signal ends the program, does `action` first, on a thread of its own.
#[cfg(unix)]
pub(crate) fn watch(action: impl FnOnce(Ending) + Send + 'static) -> Watch {
    let signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]);
    let Ok(mut signals) = signals else {
        return Watch { handle: None };
    };
    let handle = signals.handle();
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            action(if signal == SIGINT {
                Ending::Interrupt
            } else {
                Ending::Other
            });
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
    Watch { handle: Some(handle) }
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
        if let Some(handle) = &self.handle {
            handle.close();
        }
    }
}
