//! Leaves the terminal as it was found, however a prompt ends: answered, Ctrl-C, a signal, a panic.

use std::io::{self, Write};
use std::sync::Mutex;

#[cfg(unix)]
use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};

/// What has to be put back, while a prompt is on the screen.
struct Before {
    #[cfg(unix)]
    modes: Option<Termios>,
    cursor_hidden: bool,
}

static BEFORE: Mutex<Option<Before>> = Mutex::new(None);

/// Puts the terminal back if a prompt is on it. Also for a panic, when no guard is dropped.
pub(crate) fn restore_terminal() {
    let Some(before) = BEFORE.lock().ok().and_then(|mut before| before.take()) else {
        return;
    };
    #[cfg(unix)]
    if let Some(modes) = &before.modes {
        // The terminal may be gone; then there is nothing to put back.
        let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, modes);
    }
    if before.cursor_hidden {
        let _ = io::stdout().write_all(b"\x1b[?25h").and_then(|()| io::stdout().flush());
    }
}

/// Holds the terminal for one prompt.
pub(super) struct Guard {
    #[cfg(unix)]
    signals: Option<signal_hook::iterator::Handle>,
}

/// Whether the prompt reads lines or single keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Lines,
    Keys,
}

impl Guard {
    /// Remembers the terminal as it is. For a prompt that reads keys, it then stops echoing them and hides the cursor.
    pub(super) fn hold(reading: Reading) -> Self {
        #[cfg(unix)]
        let modes = tcgetattr(io::stdin()).ok();
        #[cfg(unix)]
        if let (Some(modes), Reading::Keys) = (&modes, reading) {
            read_keys(modes.clone());
        }
        let before = Before {
            #[cfg(unix)]
            modes,
            cursor_hidden: reading == Reading::Keys,
        };
        if let Ok(mut place) = BEFORE.lock() {
            *place = Some(before);
        }
        if reading == Reading::Keys {
            let _ = io::stdout().write_all(b"\x1b[?25l");
        }
        Guard {
            #[cfg(unix)]
            signals: watch_signals(),
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore_terminal();
        #[cfg(unix)]
        if let Some(signals) = &self.signals {
            signals.close();
        }
    }
}

/// No echo and no waiting for Enter, between key presses too. Ctrl-C stays a signal, so that it works at any moment.
#[cfg(unix)]
fn read_keys(mut modes: Termios) {
    use nix::sys::termios::LocalFlags;
    modes.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO);
    let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, &modes);
}

/// A thread that waits for the signals that end a program, for as long as the prompt stands.
#[cfg(unix)]
fn watch_signals() -> Option<signal_hook::iterator::Handle> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).ok()?;
    let handle = signals.handle();
    std::thread::spawn(move || {
        let Some(signal) = signals.forever().next() else {
            return;
        };
        restore_terminal();
        if signal == SIGINT {
            let _ = io::stderr().write_all(b"\nAborted!\n");
            std::process::exit(1);
        }
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    });
    Some(handle)
}
