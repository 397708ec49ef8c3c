//! Makes key presses of the bytes that a terminal sends. An arrow is three of them, `ESC [ A`, or `ESC O A` in application
//! mode; over a slow line they come one at a time. Only Esc itself depends on when: it is one that nothing follows.

#[cfg(unix)]
use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use console::Term;

/// How long a slow line may take to send what follows the first byte of an arrow.
#[cfg(unix)]
const ESCAPE_ALONE: Duration = Duration::from_millis(250);
/// How long a terminal may take to say where the cursor is.
#[cfg(unix)]
const TO_ANSWER: Duration = Duration::from_millis(300);
/// More bytes than any key sends.
const LONGEST_KEY: usize = 32;

/// What a key press means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Press {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Type(char),
    /// The last character, or all of them.
    Erase,
    EraseAll,
    Take,
    Escape,
    Interrupt,
    #[cfg_attr(not(unix), expect(dead_code, reason = "a console stops no program"))]
    Suspend,
    /// No key, but the terminal's answer to where the cursor is, from 1.
    Cursor {
        column: usize,
    },
    Nothing,
}

/// Reads key presses.
#[derive(Default)]
pub(super) struct Keys {
    bytes: Vec<u8>,
    #[cfg(unix)]
    suspend: Option<u8>,
    /// Pressed while the terminal was asked something.
    #[cfg(unix)]
    waiting: VecDeque<Press>,
}

impl Keys {
    /// To be made before the terminal is made to send keys.
    #[cfg(unix)]
    pub(super) fn new() -> Self {
        Keys {
            suspend: super::terminal::suspend_key(),
            ..Keys::default()
        }
    }

    #[cfg(not(unix))]
    pub(super) fn new() -> Self {
        Keys::default()
    }

    fn press(&mut self, byte: u8) -> Press {
        #[cfg(unix)]
        if self.suspend == Some(byte) {
            self.bytes.clear();
            return Press::Suspend;
        }
        // One key ends where the next begins; two in a row are Alt and a key.
        if byte == b'\x1b' && self.bytes != [b'\x1b'] {
            self.bytes.clear();
        }
        self.bytes.push(byte);
        match meaning(&self.bytes) {
            None if self.bytes.len() < LONGEST_KEY => Press::Nothing,
            press => {
                self.bytes.clear();
                press.unwrap_or(Press::Nothing)
            }
        }
    }

    /// Waits for the next key press, but not longer than this. The guard alone changes the terminal's modes: a library that
    /// sets raw mode around every key would put its own idea of them back while a signal puts back ours.
    #[cfg(unix)]
    pub(super) fn next(&mut self, _terminal: &Term, patience: Duration) -> io::Result<Press> {
        match self.waiting.pop_front() {
            Some(press) => Ok(press),
            None => self.read(patience),
        }
    }

    #[cfg(unix)]
    fn read(&mut self, patience: Duration) -> io::Result<Press> {
        use nix::errno::Errno;
        use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
        use std::os::fd::AsFd;

        let may_be_escape = self.bytes.ends_with(b"\x1b");
        let patience = if may_be_escape { ESCAPE_ALONE } else { patience };
        let stdin = io::stdin();
        let ready = poll(
            &mut [PollFd::new(stdin.as_fd(), PollFlags::POLLIN)],
            PollTimeout::try_from(patience).unwrap_or(PollTimeout::MAX),
        );
        match ready {
            Ok(0) if may_be_escape => {
                self.bytes.clear();
                return Ok(Press::Escape);
            }
            // Whatever the signal was, its own thread acts on it.
            Ok(0) | Err(Errno::EINTR) => return Ok(Press::Nothing),
            Ok(_) => {}
            Err(cause) => return Err(cause.into()),
        }
        let mut byte = [0];
        match nix::unistd::read(&stdin, &mut byte) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => Ok(self.press(byte[0])),
            Err(Errno::EINTR | Errno::EAGAIN) => Ok(Press::Nothing),
            Err(cause) => Err(cause.into()),
        }
    }

    /// Asks the terminal in which column the cursor is, from 1. Some never answer.
    #[cfg(unix)]
    pub(super) fn cursor_column(&mut self, terminal: &Term) -> io::Result<Option<usize>> {
        use crate::clock::Deadline;
        terminal.write_str("\x1b[6n")?;
        terminal.flush()?;
        let deadline = Deadline::after(TO_ANSWER);
        while !deadline.has_passed() {
            match self.read(deadline.left())? {
                Press::Cursor { column } => return Ok(Some(column)),
                press => self.waiting.push_back(press),
            }
        }
        Ok(None)
    }

    /// A console is not asked: it reads whole keys, and this is none.
    #[cfg(not(unix))]
    pub(super) fn cursor_column(&mut self, _terminal: &Term) -> io::Result<Option<usize>> {
        Ok(None)
    }

    /// A console sends whole keys.
    #[cfg(not(unix))]
    pub(super) fn next(&mut self, terminal: &Term, _patience: Duration) -> io::Result<Press> {
        use console::Key;
        Ok(match terminal.read_key_raw()? {
            Key::ArrowUp => Press::Up,
            Key::ArrowDown => Press::Down,
            Key::PageUp => Press::PageUp,
            Key::PageDown => Press::PageDown,
            Key::Home => Press::First,
            Key::End => Press::Last,
            Key::Enter => Press::Take,
            Key::Escape => Press::Escape,
            Key::Backspace => Press::Erase,
            Key::CtrlC => Press::Interrupt,
            Key::Char(key) if key.is_ascii() => self.press(key as u8),
            Key::Char(key) => Press::Type(key),
            _ => Press::Nothing,
        })
    }
}

/// What these bytes mean together; `None` while more must follow.
fn meaning(bytes: &[u8]) -> Option<Press> {
    Some(match bytes {
        [b'\x1b'] | [b'\x1b', b'[' | b'O'] => return None,
        [b'\x1b', b'\x1b', ..] => return meaning(&bytes[1..]),
        [b'\x1b', b'[' | b'O', parameters @ .., last] => match (last, parameters) {
            (b'0'..=b'?', _) => return None,
            (b'A', _) => Press::Up,
            (b'B', _) => Press::Down,
            (b'H', _) | (b'~', b"1" | b"7") => Press::First,
            (b'F', _) | (b'~', b"4" | b"8") => Press::Last,
            (b'~', b"5") => Press::PageUp,
            (b'~', b"6") => Press::PageDown,
            (b'R', parameters) => cursor(parameters).map_or(Press::Nothing, |column| Press::Cursor { column }),
            _ => Press::Nothing,
        },
        [b'\r' | b'\n'] => Press::Take,
        [b'\x03'] => Press::Interrupt,
        [b'\x08' | b'\x7f'] => Press::Erase,
        [b'\x15'] => Press::EraseAll,
        [b'\x1b', ..] | [0..b' '] => Press::Nothing,
        bytes => match std::str::from_utf8(bytes) {
            Ok(text) => text.chars().next().map_or(Press::Nothing, Press::Type),
            Err(cut) if cut.error_len().is_none() => return None,
            Err(_) => Press::Nothing,
        },
    })
}

/// The column of a cursor position report (ECMA-48, CPR): `row;column`.
fn cursor(report: &[u8]) -> Option<usize> {
    let report = std::str::from_utf8(report).ok()?;
    report.split_once(';')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_a_terminal_become_key_presses() {
        use Press::{Down, Erase, EraseAll, First, Interrupt, Last, PageDown, PageUp, Take, Type, Up};
        let presses = |sent: &[u8]| {
            let mut keys = Keys::default();
            let presses = sent.iter().map(|byte| keys.press(*byte));
            presses.filter(|press| *press != Press::Nothing).collect::<Vec<_>>()
        };
        assert_eq!(presses(b"\x1b[B\x1bOA\r"), [Down, Up, Take]);
        assert_eq!(presses(b"AB\x1bx3"), [Type('A'), Type('B'), Type('3')]);
        assert_eq!(presses(b"\x1b[1;5B\x1b[200~\x1b\x1b[A\x1b[\x1b[A"), [Down, Up, Up]);
        assert_eq!(
            presses("é0\x03日".as_bytes()),
            [Type('é'), Type('0'), Interrupt, Type('日')]
        );
        assert_eq!(presses(b"\x1b[H\x1b[F\x1bOH\x1bOF"), [First, Last, First, Last]);
        assert_eq!(presses(b"\x1b[1~\x1b[4~\x1b[7~\x1b[8~"), [First, Last, First, Last]);
        assert_eq!(presses(b"\x1b[7;12R\x1bOR"), [Press::Cursor { column: 12 }]);
        assert_eq!(presses(b"\x1b[5~\x1b[6~\x1b[3~"), [PageUp, PageDown]);
        assert_eq!(presses(b"\x7f\x08\x15\x01\xff\xc3x"), [Erase, Erase, EraseAll]);
        assert_eq!(
            presses(&[&b"\x1b["[..], &b"1".repeat(100), b"x"].concat()).last(),
            Some(&Type('x'))
        );
    }
}
