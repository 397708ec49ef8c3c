//! The terminals of Unix.

use std::io::{self, IsTerminal};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{
    FlushArg, LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcflush, tcgetattr, tcsetattr,
};

use super::Screen;
use crate::clock;

/// For a signal that we have sent ourselves to stop all our threads.
const TO_STOP: Duration = Duration::from_millis(20);

/// It does, and only then sends the signal.
pub(in crate::ui) const HIDDEN_LINE_IS_ENDED: bool = true;

#[derive(Clone)]
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

/// No echo and no waiting for Enter, between key presses too, and Ctrl-Z is a key. Ctrl-C stays a signal, so that it works at
/// any moment.
pub(in crate::ui) fn read_keys(Modes(before): &Modes) {
    let mut modes = before.clone();
    modes.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO);
    modes.control_chars[SpecialCharacterIndices::VSUSP as usize] = nix::libc::_POSIX_VDISABLE;
    set_modes(&Modes(modes));
}

/// No echo.
pub(in crate::ui) fn read_nothing(Modes(before): &Modes) {
    let mut modes = before.clone();
    modes.local_flags.remove(LocalFlags::ECHO);
    set_modes(&Modes(modes));
}

/// Drops what has been typed and not been read.
pub(in crate::ui) fn forget_typed() {
    let _ = tcflush(io::stdin(), FlushArg::TCIFLUSH);
}

/// Whether the terminal's modes are ours to change. Whoever does so from the background is stopped.
pub(in crate::ui) fn is_ours() -> bool {
    nix::unistd::tcgetpgrp(io::stdin()).is_ok_and(|owner| owner == nix::unistd::getpgrp())
}

/// Stops us and what was started with us, until a shell continues us. Without effect where it is ignored, and where no shell
/// would ever continue us: setpgid(2) on orphaned groups.
pub(in crate::ui) fn suspend() {
    let _ = kill(nix::unistd::Pid::from_raw(0), Signal::SIGTSTP);
    clock::pause(TO_STOP);
}

/// The key that stops a program at this terminal.
pub(in crate::ui) fn suspend_key() -> Option<u8> {
    let Modes(modes) = modes()?;
    let key = modes.control_chars[SpecialCharacterIndices::VSUSP as usize];
    (key != nix::libc::_POSIX_VDISABLE).then_some(key)
}

/// The end of the input is no sign of Ctrl-C.
pub(in crate::ui) fn await_interrupt() {}
