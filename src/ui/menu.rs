//! A menu that the arrow keys move in: Up and Down (or the first letter's worth of patience), 1-9 to pick at once,
//! Enter to take the marked line. It shows no more lines than the window has, and collapses into one line when done.

use std::io;

use console::{Key, Term, truncate_str};

use super::guard::{Guard, Reading};
use super::output::{Output, Style};
use crate::error::{Error, Result};

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
    let unusable = |cause: io::Error| Error::failed("The terminal cannot be used.").because(cause);
    let guard = Guard::hold(Reading::Keys);
    let chosen = run(&terminal, output, question, choices).map_err(unusable);
    drop(guard);
    let chosen = chosen?.ok_or_else(Error::aborted)?;
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
        match keys.press(terminal.read_key_raw()?) {
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

/// Makes key presses of what the terminal sends. Over a slow line an arrow's three bytes (`ESC [ A`, or `ESC O A` in
/// application mode) can come one at a time.
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
    fn press(&mut self, key: Key) -> Press {
        let pending = std::mem::take(&mut self.pending);
        match key {
            Key::ArrowUp => Press::Up,
            Key::ArrowDown => Press::Down,
            Key::Enter => Press::Take,
            Key::CtrlC => Press::Abort,
            Key::Escape => self.wait_for(Pending::Escape),
            Key::UnknownEscSeq(sequence) if matches!(sequence[..], ['[' | 'O']) => self.wait_for(Pending::Arrow),
            Key::Char('[' | 'O') if pending == Pending::Escape => self.wait_for(Pending::Arrow),
            Key::Char('A') if pending == Pending::Arrow => Press::Up,
            Key::Char('B') if pending == Pending::Arrow => Press::Down,
            Key::Char(digit @ '1'..='9') => Press::Pick(digit as usize - '1' as usize),
            _ => Press::Nothing,
        }
    }

    fn wait_for(&mut self, pending: Pending) -> Press {
        self.pending = pending;
        Press::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_may_come_in_pieces() {
        let presses = |sent: Vec<Key>| {
            let mut keys = Keys::default();
            sent.into_iter()
                .map(|key| keys.press(key))
                .filter(|press| *press != Press::Nothing)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            presses(vec![Key::Escape, Key::Char('['), Key::Char('B')]),
            [Press::Down]
        );
        assert_eq!(
            presses(vec![Key::UnknownEscSeq(vec!['O']), Key::Char('A')]),
            [Press::Up]
        );
        assert_eq!(presses(vec![Key::Char('B'), Key::Char('3')]), [Press::Pick(2)]);
    }
}
