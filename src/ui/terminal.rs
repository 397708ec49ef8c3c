//! The terminal as the system has it: which of our streams lead to one, what it can do, its modes.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io::{self, IsTerminal};

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

/// Whether the reader of a hidden line has ended it when Ctrl-C is heard of.
pub(super) use system::HIDDEN_LINE_IS_ENDED;
pub(super) use system::{
    Modes, await_interrupt, forget_typed, is_ours, modes, read_keys, read_nothing, set_modes, suspend,
};
#[cfg(unix)]
pub(super) use unix::suspend_key;

/// Whether somebody sits at standard input whom we can ask: keys can be read, with echo or without.
pub(super) fn has_keyboard() -> bool {
    system::has_keyboard()
}

/// A stream for a person to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Screen {
    Stdout,
    Stderr,
}

impl Screen {
    /// Whether the stream leads to a terminal.
    #[expect(clippy::disallowed_methods, reason = "this is where it is asked")]
    pub(super) fn is_terminal(self) -> bool {
        match self {
            Screen::Stdout => io::stdout().is_terminal(),
            Screen::Stderr => io::stderr().is_terminal(),
        }
    }

    /// Whether the stream leads to a terminal that takes escape sequences for colours and moves.
    pub(super) fn takes_escapes(self) -> bool {
        self.is_terminal() && system::takes_escapes(self)
    }
}
