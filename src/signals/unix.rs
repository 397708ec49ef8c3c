//! The signals of Unix.

use std::collections::HashSet;
use std::sync::{Once, OnceLock, mpsc};

use nix::sys::signal::{SigSet, SigmaskHow};
use signal_hook::consts as signals;

use super::{Ending, act, is_in_charge};

/// The signals that end a program and can be caught. A fault of its own (SIGSEGV, …) is not something to go on from.
const ENDING: [i32; 13] = [
    signals::SIGHUP,
    signals::SIGINT,
    signals::SIGQUIT,
    signals::SIGTRAP,
    signals::SIGABRT,
    signals::SIGUSR1,
    signals::SIGUSR2,
    signals::SIGALRM,
    signals::SIGTERM,
    signals::SIGXCPU,
    signals::SIGVTALRM,
    signals::SIGPROF,
    signals::SIGSYS,
];

/// On a thread of its own, to the end of the program. Where there can be no thread, signals do what they do by default.
pub(super) fn listen() {
    let (sender, receiver) = mpsc::channel();
    let thread = std::thread::Builder::new().spawn(move || {
        if let Ok(mut signals) = receiver.recv() {
            let signals: &mut signal_hook::iterator::Signals = &mut signals;
            signals.forever().for_each(end_by);
        }
    });
    let heard = ENDING.iter().filter(|signal| !ignored().contains(signal));
    if thread.is_ok()
        && let Ok(signals) = signal_hook::iterator::Signals::new(heard)
    {
        let _ = sender.send(signals);
    }
}

fn end_by(signal: i32) {
    act(if signal == signals::SIGINT {
        Ending::Interrupt
    } else {
        Ending::Other
    });
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    // The shells' status for it, should it not have ended us.
    std::process::exit(128 + signal);
}

/// The signals that were ignored when we were started, where the system says so: proc_pid_status(5).
#[expect(clippy::disallowed_methods, reason = "this is what the system says of our signals")]
fn ignored() -> &'static HashSet<i32> {
    static IGNORED: OnceLock<HashSet<i32>> = OnceLock::new();
    IGNORED.get_or_init(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        (1..=64)
            .filter(|signal| mask.unwrap_or(0) >> (signal - 1) & 1 == 1)
            .collect()
    })
}

/// Before a file is written: one that outgrows its limit (`ulimit -f`) is an error of the write then, and no longer the end
/// of the program.
pub(crate) fn survive_file_size_limit() {
    static DONE: Once = Once::new();
    if is_in_charge() {
        DONE.call_once(|| catch_and_forget(signals::SIGXFSZ));
    }
}

/// Before a program is started whose end is to be heard of: a parent that ignores SIGCHLD has us, and what we start, wait
/// for nothing.
pub(crate) fn hear_of_children() {
    static DONE: Once = Once::new();
    if is_in_charge() && ignored().contains(&signals::SIGCHLD) {
        DONE.call_once(|| catch_and_forget(signals::SIGCHLD));
    }
}

/// A handler, unlike an ignored signal, is not handed on to the programs that we run. Nobody looks at its flag.
fn catch_and_forget(signal: i32) {
    let _ = signal_hook::flag::register(signal, std::sync::Arc::default());
}

/// This thread's signals, held back.
pub(crate) struct Blocked {
    before: Option<SigSet>,
}

/// Holds this thread's signals back, for a library that acts on them itself: those of the process reach another thread.
pub(crate) fn block() -> Blocked {
    let before = SigSet::all().thread_swap_mask(SigmaskHow::SIG_SETMASK).ok();
    Blocked { before }
}

impl Blocked {
    /// Lets them come again, those that came meanwhile too.
    pub(crate) fn unblock(self) {
        if let Some(before) = self.before {
            let _ = before.thread_set_mask();
        }
    }
}

/// A Rust program ignores the signal of a broken pipe, and whoever takes its place would do so too, unless it is given
/// the system's own.
pub(crate) fn restore_broken_pipe_signal() {
    catch_and_forget(signals::SIGPIPE);
}
