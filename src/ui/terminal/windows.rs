//! The consoles of Windows. `unix.rs` has the same names.
//!
//! The terminal of Git Bash is none of them: there our streams are pipes whose names say that a terminal is behind them, which
//! shows what we write, colours too, but from which no key can be read and in which nothing can be hidden.

use std::time::Duration;

use winapi_util::HandleRef;
use winapi_util::console::{mode, set_mode};

use super::Screen;
use crate::clock;

const ENABLE_LINE_INPUT: u32 = 0x2;
const ENABLE_ECHO_INPUT: u32 = 0x4;
const ENABLE_VIRTUAL_TERMINAL_PROCESSING: u32 = 0x4;

/// For the event to come that has ended a read.
const TO_ARRIVE: Duration = Duration::from_millis(200);

/// It reads on.
pub(in crate::ui) const HIDDEN_LINE_IS_ENDED: bool = false;

#[derive(Clone)]
pub(in crate::ui) struct Modes(u32);

pub(super) fn has_keyboard() -> bool {
    mode(HandleRef::stdin()).is_ok()
}

/// Older consoles have to be asked to take them, and the oldest cannot. Git Bash takes them.
pub(super) fn takes_escapes(screen: Screen) -> bool {
    let handle = || match screen {
        Screen::Stdout => HandleRef::stdout(),
        Screen::Stderr => HandleRef::stderr(),
    };
    match mode(handle()) {
        Ok(modes) if modes & ENABLE_VIRTUAL_TERMINAL_PROCESSING != 0 => true,
        Ok(modes) => set_mode(handle(), modes | ENABLE_VIRTUAL_TERMINAL_PROCESSING).is_ok(),
        Err(_) => true,
    }
}

/// Those of standard input.
pub(in crate::ui) fn modes() -> Option<Modes> {
    mode(HandleRef::stdin()).ok().map(Modes)
}

pub(in crate::ui) fn set_modes(Modes(modes): &Modes) {
    let _ = set_mode(HandleRef::stdin(), *modes);
}

/// No echo and no waiting for Enter, between key presses too.
pub(in crate::ui) fn read_keys(Modes(modes): &Modes) {
    let _ = set_mode(HandleRef::stdin(), modes & !(ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT));
}

/// No echo.
pub(in crate::ui) fn read_nothing(Modes(modes): &Modes) {
    let _ = set_mode(HandleRef::stdin(), modes & !ENABLE_ECHO_INPUT);
}

/// A console keeps what has been typed.
pub(in crate::ui) fn forget_typed() {}

/// A console has no programs in the background.
pub(in crate::ui) fn is_ours() -> bool {
    true
}

/// A console stops no program.
pub(in crate::ui) fn suspend() {}

/// Ctrl-C ends a read as if the input had ended, and is then an event on a thread of its own: what it says is to be said
/// once.
pub(in crate::ui) fn await_interrupt() {
    clock::pause(TO_ARRIVE);
}
