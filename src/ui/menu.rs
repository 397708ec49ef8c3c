//! A menu that the arrow keys move in: Up and Down, 1-9 to pick at once, Enter to take the marked line. It shows no more lines than the window has, and collapses into one line when done.

use std::io;

use console::{Term, truncate_str};

use super::guard::{Guard, Reading};
use super::output::{Output, Style};
use crate::ui::failure::{Failure, Result};

/// What a key press means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Press {
    Up,
    Down,
    Pick(usize),
    Take,
    Abort,
    Nothing,
}

/// Lets the person choose one of `choices` (escaped, at least one); gives its index.
pub(super) fn choose(output: &Output, question: &str, choices: &[String]) -> Result<usize> {
    let terminal = Term::buffered_stdout();
    let unusable = |cause: io::Error| Failure::failed("The terminal cannot be used.").with_source(cause);
    let guard = Guard::hold(Reading::Keys);
    let chosen = run(&terminal, output, question, choices).map_err(unusable);
    drop(guard);
    let chosen = chosen?.ok_or_else(Failure::aborted)?;
    let summary = format!(
        "{}{}",
        output.styled(Style::Bold, &format!("? {question} ")),
        output.styled(Style::Green, &choices[chosen])
    );
    terminal
        .write_line(&summary)
        .and_then(|()| terminal.flush())
        .map_err(unusable)?;
    Ok(chosen)
}

/// Draws, reads and draws again until something is chosen, then clears what it drew. `None`: stopped.
fn run(terminal: &Term, output: &Output, question: &str, choices: &[String]) -> io::Result<Option<usize>> {
    let mut marked = 0;
    let mut keys = Keys::default();
    let mut drawn = draw(terminal, output, question, choices, marked)?;
    loop {
        match keys.next(terminal)? {
            Press::Up => marked = (marked + choices.len() - 1) % choices.len(),
            Press::Down => marked = (marked + 1) % choices.len(),
            Press::Pick(index) if index < choices.len() => {
                marked = index;
                break;
            }
            Press::Take => break,
            Press::Abort => return Ok(None),
            Press::Pick(_) | Press::Nothing => continue,
        }
        terminal.clear_last_lines(drawn)?;
        drawn = draw(terminal, output, question, choices, marked)?;
    }
    terminal.clear_last_lines(drawn)?;
    Ok(Some(marked))
}

/// Draws the question and as many choices as fit, the marked one among them; gives the number of lines.
fn draw(terminal: &Term, output: &Output, question: &str, choices: &[String], marked: usize) -> io::Result<usize> {
    let (height, width) = terminal.size();
    let room = usize::from(height).saturating_sub(2).max(1);
    let first = (marked + 1).saturating_sub(room);
    let fit = |text: &str| truncate_str(text, usize::from(width).saturating_sub(1).max(1), "…").into_owned();
    let question = format!(
        "{}{}",
        output.styled(Style::Bold, &format!("? {question}")),
        output.styled(Style::Gray, "  [Use arrows, Enter to confirm]")
    );
    terminal.write_line(&fit(&question))?;
    let visible = choices.iter().enumerate().skip(first).take(room);
    for (index, choice) in visible.clone() {
        let line = if index == marked {
            format!(
                "{}{}",
                output.styled(Style::Green, "> "),
                output.styled(Style::Bold, choice)
            )
        } else {
            format!("  {choice}")
        };
        terminal.write_line(&fit(&line))?;
    }
    terminal.flush()?;
    Ok(1 + visible.count())
}

/// Makes key presses of the bytes that a terminal sends. An arrow is three of them, `ESC [ A`, or `ESC O A` in
/// application mode; over a slow line they come one at a time, so nothing here depends on when.
#[derive(Default)]
struct Keys {
    pending: Pending,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Pending {
    #[default]
    Nothing,
    Escape,
    Arrow,
}

impl Keys {
    fn press(&mut self, byte: u8) -> Press {
        let pending = std::mem::take(&mut self.pending);
        match (pending, byte) {
            (_, b'\x1b') => self.wait_for(Pending::Escape),
            (Pending::Escape, b'[' | b'O') => self.wait_for(Pending::Arrow),
            (Pending::Arrow, b'A') => Press::Up,
            (Pending::Arrow, b'B') => Press::Down,
            (Pending::Arrow, b'0'..=b';') => self.wait_for(Pending::Arrow),
            (Pending::Escape | Pending::Arrow, _) => Press::Nothing,
            (Pending::Nothing, b'\r' | b'\n') => Press::Take,
            (Pending::Nothing, b'\x03') => Press::Abort,
            (Pending::Nothing, b'1'..=b'9') => Press::Pick(usize::from(byte - b'1')),
            (Pending::Nothing, _) => Press::Nothing,
        }
    }

    fn wait_for(&mut self, pending: Pending) -> Press {
        self.pending = pending;
        Press::Nothing
    }

    /// Waits for the next key press. The guard alone changes the terminal's modes: a library that sets raw mode around
    /// every key would put its own idea of them back while a signal puts back ours.
    #[cfg(unix)]
    fn next(&mut self, _terminal: &Term) -> io::Result<Press> {
        let mut byte = [0];
        match nix::unistd::read(io::stdin(), &mut byte) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => Ok(self.press(byte[0])),
            // Whatever the signal was, its own thread acts on it.
            Err(nix::errno::Errno::EINTR) => Ok(Press::Nothing),
            Err(cause) => Err(cause.into()),
        }
    }

    /// A console sends whole keys.
    #[cfg(not(unix))]
    fn next(&mut self, terminal: &Term) -> io::Result<Press> {
        use console::Key;
        Ok(match terminal.read_key_raw()? {
            Key::ArrowUp => Press::Up,
            Key::ArrowDown => Press::Down,
            Key::Enter => Press::Take,
            Key::CtrlC => Press::Abort,
            Key::Char(key) if key.is_ascii() => self.press(key as u8),
            _ => Press::Nothing,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_a_terminal_become_key_presses() {
        let presses = |sent: &[u8]| {
            let mut keys = Keys::default();
            let presses = sent.iter().map(|byte| keys.press(*byte));
            presses.filter(|press| *press != Press::Nothing).collect::<Vec<_>>()
        };
        assert_eq!(presses(b"\x1b[B\x1bOA\r"), [Press::Down, Press::Up, Press::Take]);
        assert_eq!(presses(b"AB\x1bx3"), [Press::Pick(2)]);
        assert_eq!(presses(b"\x1b[1;5B\x1b[200~\x1b\x1b[A"), [Press::Down, Press::Up]);
        assert_eq!(presses("é0\x03".as_bytes()), [Press::Abort]);
    }
}
