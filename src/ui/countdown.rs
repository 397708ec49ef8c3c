//! The line that a person sees while they have something to do elsewhere: how much time is left for it, and how to stop.
//! Enter may do something meanwhile; every other key is dropped.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Duration;

use console::Term;
use unicode_width::UnicodeWidthStr;

use super::guard::{Guard, Reading};
use super::keys::{Keys, Press};
use super::terminal;
use super::transient::Taken;
use crate::clock::{self, Stopwatch};

/// How soon the end of the wait is seen.
const LOOK: Duration = Duration::from_millis(50);

/// Waits, and shows meanwhile how much of `time` is left for `what`. `on_enter` is done at most once.
pub(super) fn during<T>(
    what: &str,
    time: Duration,
    on_enter: Option<impl FnOnce() -> Receiver<&'static str> + Send>,
    wait: impl FnOnce() -> T,
) -> T {
    let keys = Keyboard::new();
    let guard = Guard::hold(Reading::Keys);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let show = || follow(what, time, on_enter, keys, &guard, &is_over);
        // Where there can be no thread, nothing is shown.
        let _ = thread::Builder::new().spawn_scoped(scope, show);
        let waited = wait();
        is_over.store(true, Ordering::Relaxed);
        waited
    })
}

fn follow(
    what: &str,
    time: Duration,
    on_enter: Option<impl FnOnce() -> Receiver<&'static str> + Send>,
    mut keyboard: Keyboard,
    guard: &Guard,
    is_over: &AtomicBool,
) {
    let mut line = Taken::take();
    let watch = Stopwatch::start();
    let (mut on_enter, mut told) = (on_enter, None);
    while !is_over.load(Ordering::Relaxed) {
        let (_, width) = Term::stdout().size();
        let left = time.saturating_sub(watch.elapsed());
        line.show(&text(what, left, usize::from(width)));
        match keyboard.next() {
            Press::Take if on_enter.is_some() => told = on_enter.take().map(|act| act()),
            Press::Suspend => {
                line.erase();
                guard.suspend();
            }
            _ => {}
        }
        if let Some(text) = told.as_ref().and_then(|told: &Receiver<_>| told.try_recv().ok()) {
            line.tell(text);
        }
    }
}

/// The longest wording that fits.
fn text(what: &str, left: Duration, width: usize) -> String {
    let seconds = left.as_secs();
    let left = format!("{}:{:02}", seconds / 60, seconds % 60);
    let wordings = [
        format!("    {what}... {left} left, Ctrl-C stops"),
        format!("Waiting... {left} left, Ctrl-C stops"),
        format!("{left} left, Ctrl-C stops"),
        format!("{left}, Ctrl-C stops"),
        left,
    ];
    let fitting = wordings.into_iter().find(|wording| wording.width() < width);
    fitting.unwrap_or_default()
}

/// The keys that arrive while something else is done, if standard input is a keyboard.
struct Keyboard {
    #[cfg(unix)]
    keys: Option<Keys>,
    #[cfg(not(unix))]
    keys: std::sync::mpsc::Receiver<Press>,
}

#[cfg(unix)]
impl Keyboard {
    fn new() -> Self {
        Keyboard {
            keys: terminal::has_keyboard().then(Keys::new),
        }
    }

    fn next(&mut self) -> Press {
        let pressed = self.keys.as_mut().map(|keys| keys.next(&Term::stdout(), LOOK));
        match pressed {
            Some(Ok(press)) => press,
            Some(Err(_)) => {
                self.keys = None;
                Press::Nothing
            }
            None => {
                clock::pause(LOOK);
                Press::Nothing
            }
        }
    }
}

/// A console can only be waited for, so a thread does that to the end of the program.
#[cfg(not(unix))]
impl Keyboard {
    fn new() -> Self {
        let (sender, keys) = std::sync::mpsc::channel();
        if terminal::has_keyboard() {
            let _ = thread::Builder::new().spawn(move || {
                let (mut keys, terminal) = (Keys::new(), Term::stdout());
                while let Ok(press) = keys.next(&terminal, LOOK)
                    && sender.send(press).is_ok()
                {}
            });
        }
        Keyboard { keys }
    }

    fn next(&mut self) -> Press {
        match self.keys.recv_timeout(LOOK) {
            Ok(press) => press,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => Press::Nothing,
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
                clock::pause(LOOK);
                Press::Nothing
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_fits_every_window() {
        let line = |seconds, width| text("Waiting for authorization", Duration::from_secs(seconds), width);
        assert_eq!(
            line(899, 80),
            "    Waiting for authorization... 14:59 left, Ctrl-C stops"
        );
        assert_eq!(line(65, 40), "Waiting... 1:05 left, Ctrl-C stops");
        assert_eq!(line(5, 30), "0:05 left, Ctrl-C stops");
        assert_eq!(line(899, 20), "14:59, Ctrl-C stops");
        assert_eq!(line(7260, 8), "121:00");
        assert_eq!(line(899, 1), "");
    }
}
