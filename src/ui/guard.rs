//! Leaves the terminal as it was found, however a prompt ends: answered, Ctrl-C, Ctrl-Z, a signal, a panic.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::transient;
use crate::signals::{self, Ending};

#[cfg(unix)]
use nix::sys::termios::{
    FlushArg, LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcflush, tcgetattr, tcsetattr,
};

/// What has to be put back, while a prompt is on the screen.
struct Before {
    #[cfg(unix)]
    modes: Option<Termios>,
    reading: Reading,
}

/// The hidden line's reader sets the modes itself. A signal in that moment would put them back too early.
const TO_GET_READY: Duration = Duration::from_millis(20);
/// For a signal that we have sent ourselves to stop all our threads.
#[cfg(unix)]
const TO_STOP: Duration = Duration::from_millis(20);

static BEFORE: Mutex<Option<Before>> = Mutex::new(None);
/// Something may have been typed while nobody asked; it is no answer to what is asked next.
static IS_STALE: AtomicBool = AtomicBool::new(false);

/// Puts the terminal back if a prompt is on it. Also for a panic, when no guard is dropped.
pub(super) fn restore_terminal() {
    let Some(before) = BEFORE.lock().ok().and_then(|mut before| before.take()) else {
        return;
    };
    #[cfg(unix)]
    if let Some(modes) = &before.modes
        && (before.reading != Reading::Nothing || is_ours())
    {
        // The terminal may be gone; then there is nothing to put back.
        let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, modes);
    }
    if before.reading == Reading::Keys {
        let _ = io::stdout().write_all(b"\x1b[?25h").and_then(|()| io::stdout().flush());
    }
}

/// Holds the terminal for one prompt.
pub(super) struct Guard {
    reading: Reading,
    _watch: signals::Watch,
}

/// What the prompt reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Lines,
    /// A line that is not shown. Its reader takes Ctrl-C for itself, ends the line and only then sends the signal.
    HiddenLine,
    Keys,
    /// Something takes its time. What is typed meanwhile is not shown, and left for whoever reads afterwards.
    Nothing,
}

impl Guard {
    /// Remembers the terminal as it is. For a prompt that reads keys, it then stops echoing them and hides the cursor.
    pub(super) fn hold(reading: Reading) -> Self {
        let was_stale = IS_STALE.swap(reading == Reading::Nothing, Ordering::Relaxed);
        if was_stale && reading != Reading::Nothing {
            #[cfg(unix)]
            let _ = tcflush(io::stdin(), FlushArg::TCIFLUSH);
        }
        // Before anything is changed, so that there is no moment in which nobody would put it back.
        let watch = signals::watch(move |ending| give_back(reading, ending));
        take(reading);
        Guard { reading, _watch: watch }
    }

    /// Ctrl-Z: gives the terminal back and stops, as everything does that was started with us; goes on when it is continued.
    pub(super) fn suspend(&self) {
        restore_terminal();
        stop();
        take(self.reading);
    }
}

/// Without effect where it is ignored, and where no shell would ever continue us: setpgid(2) on orphaned groups.
#[cfg(unix)]
fn stop() {
    use nix::sys::signal::{Signal, kill};
    let _ = kill(nix::unistd::Pid::from_raw(0), Signal::SIGTSTP);
    crate::clock::pause(TO_STOP);
}

/// A console stops no program.
#[cfg(not(unix))]
fn stop() {}

/// Remembers the terminal, and makes it what the reading needs.
fn take(reading: Reading) {
    #[cfg(unix)]
    let modes = match reading {
        Reading::Lines => None,
        // Behind a pipe there may be a pager, which has its own idea of the modes at the same time.
        Reading::Nothing if !io::stdout().is_terminal() || !is_ours() => None,
        Reading::HiddenLine | Reading::Keys | Reading::Nothing => tcgetattr(io::stdin()).ok(),
    };
    if let Ok(mut place) = BEFORE.lock() {
        *place = Some(Before {
            #[cfg(unix)]
            modes: modes.clone(),
            reading,
        });
    }
    #[cfg(unix)]
    if let Some(modes) = modes {
        set(modes, reading);
    }
    if reading == Reading::Keys {
        let _ = io::stdout().write_all(b"\x1b[?25l").and_then(|()| io::stdout().flush());
    }
}

/// What a signal that ends the program does to the prompt.
fn give_back(reading: Reading, ending: Ending) {
    if reading == Reading::HiddenLine {
        std::thread::sleep(TO_GET_READY);
    }
    transient::give_up();
    restore_terminal();
    if ending == Ending::Interrupt {
        let line_is_ended = reading == Reading::HiddenLine && io::stderr().is_terminal();
        let said = if line_is_ended { "Aborted!\n" } else { "\nAborted!\n" };
        let _ = io::stderr().write_all(said.as_bytes());
        std::process::exit(1);
    }
    if reading == Reading::Keys {
        // The cursor is at the end of a line; whoever writes next begins one.
        let _ = io::stdout().write_all(b"\n").and_then(|()| io::stdout().flush());
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore_terminal();
    }
}

/// For keys no echo and no waiting for Enter, between key presses too, and Ctrl-Z is a key. Ctrl-C stays a signal, so that
/// it works at any moment.
#[cfg(unix)]
fn set(mut modes: Termios, reading: Reading) {
    match reading {
        Reading::Keys => {
            modes.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO);
            modes.control_chars[SpecialCharacterIndices::VSUSP as usize] = nix::libc::_POSIX_VDISABLE;
        }
        Reading::Nothing => modes.local_flags.remove(LocalFlags::ECHO),
        Reading::Lines | Reading::HiddenLine => return,
    }
    let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, &modes);
}

/// Whether the terminal's modes are ours to change. Whoever does so from the background is stopped.
#[cfg(unix)]
fn is_ours() -> bool {
    nix::unistd::tcgetpgrp(io::stdin()).is_ok_and(|owner| owner == nix::unistd::getpgrp())
}

/// The key that stops a program at this terminal.
#[cfg(unix)]
pub(super) fn suspend_key() -> Option<u8> {
    let modes = tcgetattr(io::stdin()).ok()?;
    let key = modes.control_chars[SpecialCharacterIndices::VSUSP as usize];
    (key != nix::libc::_POSIX_VDISABLE).then_some(key)
}
