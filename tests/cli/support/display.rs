//! What a person sees: a screen that follows the bytes of a terminal.

use std::io::Read;
use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The screen, written by the reader thread and read by the test.
pub(super) struct Display {
    contents: Mutex<Contents>,
    pub(super) changed: Condvar,
}

pub(super) struct Contents {
    pub(super) parser: vt100::Parser,
    pub(super) raw: Vec<u8>,
}

impl Display {
    /// Waits until the screen is as it should be.
    #[track_caller]
    pub(super) fn wait_until(&self, patience: Duration, expectation: &str, holds: impl Fn(&Contents) -> bool) {
        let missing = |contents: &mut Contents| !holds(contents);
        let waited = self.changed.wait_timeout_while(self.lock(), patience, missing);
        let (contents, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        let screen = contents.screen();
        // A panic with the lock held would poison it for the claims that follow.
        drop(contents);
        assert!(!timeout.timed_out(), "expected {expectation}\n---\n{screen}\n---");
    }

    pub(super) fn new(rows: u16, columns: u16) -> Self {
        let (rows, columns) = cells(rows, columns);
        let parser = vt100::Parser::new(rows, columns, 0);
        Self {
            contents: Mutex::new(Contents {
                parser,
                raw: Vec::new(),
            }),
            changed: Condvar::new(),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until the terminal is closed, which Linux reports as an error and others as the end of the file.
    pub(super) fn follow(&self, mut master: impl Read) {
        let mut buffer = [0; 8 * 1024];
        while let Ok(count @ 1..) = master.read(&mut buffer) {
            let mut contents = self.lock();
            contents.parser.process(&buffer[..count]);
            contents.raw.extend_from_slice(&buffer[..count]);
            drop(contents);
            self.changed.notify_all();
        }
    }
}

impl Contents {
    pub(super) fn lines(&self) -> Vec<String> {
        let screen = self.parser.screen();
        let (_, columns) = screen.size();
        screen.rows(0, columns.get()).collect()
    }

    pub(super) fn screen(&self) -> String {
        let lines = self.lines();
        let trimmed: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
        trimmed.join("\n").trim_end_matches('\n').to_owned()
    }
}

/// A size as the parser takes it.
pub(super) fn cells(rows: u16, columns: u16) -> (NonZero<u16>, NonZero<u16>) {
    let size = NonZero::new(rows).zip(NonZero::new(columns));
    size.expect("a terminal has rows and columns")
}
