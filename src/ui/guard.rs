//! Leaves the terminal as it was found, however a prompt ends: answered, Ctrl-C, a signal, a panic.

use std::io::{self, Write};
use std::sync::Mutex;
use std::time::Duration;

use super::terminal::{self, HIDDEN_LINE_IS_ENDED, Modes, Screen};
use crate::signals::{self, Ending};

/// What has to be put back, while a prompt is on the screen.
struct Before {
    modes: Option<Modes>,
    cursor_hidden: bool,
}

/// The hidden line's reader sets the modes itself. A signal in that moment would put them back too early.
const TO_GET_READY: Duration = Duration::from_millis(20);

static BEFORE: Mutex<Option<Before>> = Mutex::new(None);

/// Puts the terminal back if a prompt is on it. Also for a panic, when no guard is dropped.
pub(super) fn restore_terminal() {
    let Some(before) = BEFORE.lock().ok().and_then(|mut before| before.take()) else {
        return;
    };
    before.modes.iter().for_each(terminal::set_modes);
    if before.cursor_hidden {
        let _ = io::stdout().write_all(b"\x1b[?25h").and_then(|()| io::stdout().flush());
    }
}

/// Holds the terminal for one prompt.
pub(super) struct Guard {
    _watch: signals::Watch,
}

/// What the prompt reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Lines,
    /// A line that is not shown. Its reader takes Ctrl-C for itself, ends the line and only then sends the signal.
    HiddenLine,
    Keys,
}

impl Guard {
    /// Remembers the terminal as it is. For a prompt that reads keys, it then stops echoing them and hides the cursor.
    pub(super) fn hold(reading: Reading) -> Self {
        let before = Before {
            modes: terminal::modes(),
            cursor_hidden: reading == Reading::Keys,
        };
        if let Ok(mut place) = BEFORE.lock() {
            *place = Some(before);
        }
        // Before anything is changed, so that there is no moment in which nobody would put it back.
        let watch = signals::watch(move |ending| give_back(reading, ending));
        if reading == Reading::Keys {
            terminal::modes().iter().for_each(terminal::read_keys);
            let _ = io::stdout().write_all(b"\x1b[?25l");
        }
        Guard { _watch: watch }
    }
}

/// What a signal that ends the program does to the prompt.
fn give_back(reading: Reading, ending: Ending) {
    if reading == Reading::HiddenLine {
        std::thread::sleep(TO_GET_READY);
    }
    restore_terminal();
    if ending == Ending::Interrupt {
        let line_is_ended = reading == Reading::HiddenLine && HIDDEN_LINE_IS_ENDED && Screen::Stderr.is_terminal();
        stop(if line_is_ended { "Aborted!\n" } else { "\nAborted!\n" });
    }
}

/// How Ctrl-C ends the program at a prompt, and wherever it waits for something.
pub(crate) fn stop_at_a_prompt() {
    restore_terminal();
    stop("\nAborted!\n");
}

fn stop(said: &str) -> ! {
    let _ = io::stderr().write_all(said.as_bytes());
    std::process::exit(1);
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore_terminal();
    }
}
