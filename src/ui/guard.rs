//! Leaves the terminal as it was found, however a prompt ends: answered, Ctrl-C, Ctrl-Z, a signal, a panic.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::terminal::{self, HIDDEN_LINE_IS_ENDED, Modes, Screen};
use super::transient;
use crate::signals::{self, Ending};

/// What has to be put back, while a prompt is on the screen.
struct Before {
    modes: Option<Modes>,
    reading: Reading,
}

/// The readers of a hidden line and of a key set the modes themselves. A signal in that moment would put them back too early.
const TO_GET_READY: Duration = Duration::from_millis(20);

static BEFORE: Mutex<Option<Before>> = Mutex::new(None);
/// Something may have been typed while nobody asked; it is no answer to what is asked next.
static IS_STALE: AtomicBool = AtomicBool::new(false);

/// Puts the terminal back if a prompt is on it. Also for a panic, when no guard is dropped.
pub(super) fn restore_terminal() {
    let Some(before) = BEFORE.lock().ok().and_then(|mut before| before.take()) else {
        return;
    };
    if let Some(modes) = &before.modes
        && (before.reading != Reading::Nothing || terminal::is_ours())
    {
        terminal::set_modes(modes);
    }
    if before.reading == Reading::Keys {
        show_cursor();
    }
}

fn show_cursor() {
    let _ = io::stdout().write_all(b"\x1b[?25h").and_then(|()| io::stdout().flush());
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
            terminal::forget_typed();
        }
        // Before anything is changed, so that there is no moment in which nobody would put it back.
        let watch = signals::watch(move |ending| give_back(reading, ending));
        take(reading);
        Guard { reading, _watch: watch }
    }

    /// Ctrl-Z: gives the terminal back and stops, as everything does that was started with us; goes on when it is continued.
    pub(super) fn suspend(&self) {
        restore_terminal();
        terminal::suspend();
        take(self.reading);
    }
}

/// Remembers the terminal, and makes it what the reading needs.
fn take(reading: Reading) {
    let modes = match reading {
        Reading::Lines => None,
        // Behind a pipe there may be a pager, which has its own idea of the modes at the same time.
        Reading::Nothing if !Screen::Stdout.is_terminal() || !terminal::is_ours() => None,
        Reading::HiddenLine | Reading::Keys | Reading::Nothing => terminal::modes(),
    };
    if let Ok(mut place) = BEFORE.lock() {
        *place = Some(Before {
            modes: modes.clone(),
            reading,
        });
    }
    match (reading, &modes) {
        (Reading::Keys, Some(modes)) => terminal::read_keys(modes),
        (Reading::Nothing, Some(modes)) => terminal::read_nothing(modes),
        _ => {}
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
    let modes = BEFORE.lock().ok().and_then(|before| before.as_ref()?.modes.clone());
    restore_terminal();
    if reading == Reading::Keys {
        // The reader of a key sets the modes and hides the cursor itself, and may be about to do so.
        std::thread::sleep(TO_GET_READY);
        modes.iter().for_each(terminal::set_modes);
        show_cursor();
    }
    if ending == Ending::Interrupt {
        let line_is_ended = reading == Reading::HiddenLine && HIDDEN_LINE_IS_ENDED && Screen::Stderr.is_terminal();
        stop(if line_is_ended { "Aborted!\n" } else { "\nAborted!\n" });
    }
    if reading == Reading::Keys {
        // The cursor is at the end of a line; whoever writes next begins one.
        let _ = io::stdout().write_all(b"\n").and_then(|()| io::stdout().flush());
    }
}

/// How Ctrl-C ends the program at a prompt, and wherever it waits for something.
pub(crate) fn stop_at_a_prompt() {
    transient::give_up();
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
