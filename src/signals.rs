//! The door to signals: what has to be done when one ends the program in the middle of something. What was ignored when we
//! were started (nohup, a shell's background job) stays ignored, for us and for what we start; a program that links this
//! crate keeps all its signals for itself.

#[cfg(unix)]
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(unix)]
use std::sync::{Mutex, MutexGuard, Once, OnceLock, PoisonError, atomic::AtomicUsize, mpsc};

#[cfg(unix)]
use signal_hook::consts as signals;

/// The signals that end a program and can be caught. A fault of its own (SIGSEGV, …) is not something to go on from.
#[cfg(unix)]
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

/// Whether this process is our own program.
static IN_CHARGE: AtomicBool = AtomicBool::new(false);

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

/// This process is our own program: from here on its signals are ours.
pub(crate) fn take_charge() {
    IN_CHARGE.store(true, Ordering::Relaxed);
}

fn is_in_charge() -> bool {
    IN_CHARGE.load(Ordering::Relaxed)
}

/// Before a signal ends the program, does `action` first. What was begun last is ended first.
#[cfg(unix)]
pub(crate) fn watch(action: impl FnOnce(Ending) + Send + 'static) -> Watch {
    static LISTENER: Once = Once::new();
    static NUMBERS: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    if is_in_charge() {
        LISTENER.call_once(listen);
        actions().push((number, Box::new(action)));
    }
    Watch { number }
}

#[cfg(unix)]
fn actions() -> MutexGuard<'static, Vec<Action>> {
    ACTIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// On a thread of its own, to the end of the program. Where there can be no thread, signals do what they do by default.
#[cfg(unix)]
fn listen() {
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

#[cfg(unix)]
fn end_by(signal: i32) {
    let ending = if signal == signals::SIGINT {
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
    // The shells' status for it, should it not have ended us.
    std::process::exit(128 + signal);
}

/// The signals that were ignored when we were started, where the system says so: proc_pid_status(5).
#[cfg(unix)]
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

/// Consoles have no signals that a program could outlive.
#[cfg(not(unix))]
pub(crate) fn watch(_action: impl FnOnce(Ending) + Send + 'static) -> Watch {
    Watch {}
}

/// Before a file is written: one that outgrows its limit (`ulimit -f`) is an error of the write then, and no longer the end
/// of the program.
#[cfg(unix)]
pub(crate) fn survive_file_size_limit() {
    static DONE: Once = Once::new();
    if is_in_charge() {
        DONE.call_once(|| catch_and_forget(signals::SIGXFSZ));
    }
}

/// Before a program is started whose end is to be heard of: a parent that ignores SIGCHLD has us, and what we start, wait
/// for nothing.
#[cfg(unix)]
pub(crate) fn hear_of_children() {
    static DONE: Once = Once::new();
    if is_in_charge() && ignored().contains(&signals::SIGCHLD) {
        DONE.call_once(|| catch_and_forget(signals::SIGCHLD));
    }
}

/// A handler, unlike an ignored signal, is not handed on to the programs that we run. Nobody looks at its flag.
#[cfg(unix)]
fn catch_and_forget(signal: i32) {
    let _ = signal_hook::flag::register(signal, std::sync::Arc::default());
}

/// There are no such limits.
#[cfg(not(unix))]
pub(crate) fn survive_file_size_limit() {
    let _ = is_in_charge();
}

/// A program's end is always heard of.
#[cfg(not(unix))]
pub(crate) fn hear_of_children() {}

/// This thread's signals, held back.
pub(crate) struct Blocked {
    #[cfg(unix)]
    before: Option<nix::sys::signal::SigSet>,
}

/// Holds this thread's signals back, for a library that acts on them itself: those of the process reach another thread.
#[cfg(unix)]
pub(crate) fn block() -> Blocked {
    use nix::sys::signal::{SigSet, SigmaskHow};
    let before = SigSet::all().thread_swap_mask(SigmaskHow::SIG_SETMASK).ok();
    Blocked { before }
}

#[cfg(not(unix))]
pub(crate) fn block() -> Blocked {
    Blocked {}
}

impl Blocked {
    /// Lets them come again, those that came meanwhile too.
    pub(crate) fn unblock(self) {
        #[cfg(unix)]
        if let Some(before) = self.before {
            let _ = before.thread_set_mask();
        }
    }
}

/// A Rust program ignores the signal of a broken pipe, and whoever takes its place would do so too, unless it is given
/// the system's own.
#[cfg(unix)]
pub(crate) fn restore_broken_pipe_signal() {
    catch_and_forget(signals::SIGPIPE);
}

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
