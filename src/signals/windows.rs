//! Ctrl-C as Windows has it: an event that every program of the console gets. `unix.rs` has the same names.

use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Ending, LISTENER, act};

/// What ends a program that has no handler of its own (STATUS_CONTROL_C_EXIT).
const ENDED_BY_CTRL_C: i32 = 0xC000_013A_u32.cast_signed();

/// Another program runs in our place, and Ctrl-C is for it.
static LEFT_TO_THE_CHILD: AtomicBool = AtomicBool::new(false);

/// On a thread of its own, to the end of the program. Where there can be none, Ctrl-C does what it does by default.
pub(super) fn listen() {
    let _ = ctrlc::set_handler(|| {
        if !LEFT_TO_THE_CHILD.load(Ordering::SeqCst) {
            act(Ending::Interrupt);
            exit(ENDED_BY_CTRL_C);
        }
    });
}

/// Ctrl-C is for the program that we wait for, as long as this is held: it reaches that by itself, and we stay until it ends.
pub(crate) struct Left;

pub(crate) fn leave_to_the_child() -> Left {
    LEFT_TO_THE_CHILD.store(true, Ordering::SeqCst);
    LISTENER.call_once(listen);
    Left
}

impl Drop for Left {
    fn drop(&mut self) {
        LEFT_TO_THE_CHILD.store(false, Ordering::SeqCst);
    }
}

/// There are no such limits.
pub(crate) fn survive_file_size_limit() {}

/// A program's end is always heard of.
pub(crate) fn hear_of_children() {}

/// There is nothing to hold back: an event has a thread of its own.
pub(crate) struct Blocked;

pub(crate) fn block() -> Blocked {
    Blocked
}

impl Blocked {
    pub(crate) fn unblock(self) {}
}
