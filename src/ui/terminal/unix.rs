//! The terminals of Unix.

use std::io::{self, IsTerminal};

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

use super::Screen;

/// It does, and only then sends the signal.
pub(in crate::ui) const HIDDEN_LINE_IS_ENDED: bool = true;

pub(in crate::ui) struct Modes(Termios);

#[expect(clippy::disallowed_methods, reason = "this is where it is asked")]
pub(super) fn has_keyboard() -> bool {
    io::stdin().is_terminal()
}

/// What `TERM` says is known elsewhere.
pub(super) fn takes_escapes(_screen: Screen) -> bool {
    true
}

/// Those of standard input.
pub(in crate::ui) fn modes() -> Option<Modes> {
    tcgetattr(io::stdin()).ok().map(Modes)
}

/// The terminal may be gone; then there is nothing to put back.
pub(in crate::ui) fn set_modes(Modes(modes): &Modes) {
    let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, modes);
}

/// No echo and no waiting for Enter, between key presses too. Ctrl-C stays a signal, so that it works at any moment.
pub(in crate::ui) fn read_keys(Modes(before): &Modes) {
    let mut modes = before.clone();
    modes.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO);
    let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, &modes);
}

/// The end of the input is no sign of Ctrl-C.
pub(in crate::ui) fn await_interrupt() {}
