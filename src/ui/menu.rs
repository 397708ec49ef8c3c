//! A menu that the arrow keys move in. It shows no more lines than the window has and says which, marks the active choice,
//! and collapses into one line when done. Up to nine choices have a digit, which picks at once; of more, what is typed
//! leaves those that contain it. `menu/frame.rs` knows what it looks like, `menu/drawing.rs` what of it is on the screen.

mod drawing;
mod frame;

use std::io;
use std::time::Duration;

use console::Term;

use drawing::Drawing;

use super::guard::{Guard, Reading};
use super::keys::{Keys, Press};
use super::output::{Output, Style};
use crate::ui::failure::{Failure, Result};

/// How often the window is asked for its size.
const LOOK: Duration = Duration::from_millis(100);
/// More choices than there are digits.
const MANY: usize = 10;

/// Lets the person choose one of `choices` (escaped, at least one), beginning at the active one; gives its index.
pub(super) fn choose(output: &Output, question: &str, choices: &[String], active: Option<usize>) -> Result<usize> {
    let terminal = Term::buffered_stdout();
    let unusable = |cause: io::Error| Failure::failed("The terminal cannot be used.").with_source(cause);
    let keys = Keys::new();
    let guard = Guard::hold(Reading::Keys);
    let menu = Menu::new(question, choices, active);
    let chosen = run(menu, keys, &mut Drawing::new(&terminal, output), &guard).map_err(unusable);
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
fn run(mut menu: Menu, mut keys: Keys, drawing: &mut Drawing, guard: &Guard) -> io::Result<Option<usize>> {
    drawing.draw(&mut menu, &mut keys)?;
    loop {
        let step = match keys.next(drawing.terminal, LOOK)? {
            Press::Suspend => {
                drawing.clear(&mut keys)?;
                guard.suspend();
                Step::Changed
            }
            press => menu.press(press),
        };
        match step {
            Step::Chosen(index) => {
                drawing.clear(&mut keys)?;
                return Ok(Some(index));
            }
            Step::Stopped => return Ok(None),
            Step::Unchanged if !drawing.is_resized() => {}
            Step::Unchanged | Step::Changed => drawing.draw(&mut menu, &mut keys)?,
        }
    }
}

/// What a key has done.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Changed,
    Unchanged,
    Chosen(usize),
    Stopped,
}

/// What can be chosen, and where the person is.
struct Menu<'a> {
    question: &'a str,
    choices: &'a [String],
    active: Option<usize>,
    /// What was typed, and the choices that contain it.
    filter: String,
    shown: Vec<usize>,
    /// Of those shown: the marked one, the topmost in the window, and how many the window has.
    marked: usize,
    top: usize,
    rows: usize,
}

impl<'a> Menu<'a> {
    fn new(question: &'a str, choices: &'a [String], active: Option<usize>) -> Self {
        Menu {
            question,
            choices,
            active,
            filter: String::new(),
            shown: (0..choices.len()).collect(),
            marked: active.unwrap_or(0),
            top: 0,
            rows: choices.len(),
        }
    }

    fn has_filter(&self) -> bool {
        self.choices.len() >= MANY
    }

    fn press(&mut self, press: Press) -> Step {
        match press {
            Press::Take => {
                return self
                    .shown
                    .get(self.marked)
                    .map_or(Step::Unchanged, |index| Step::Chosen(*index));
            }
            Press::Interrupt => return Step::Stopped,
            Press::Escape if self.filter.is_empty() => return Step::Stopped,
            Press::Escape | Press::EraseAll => return self.filter_by(String::new()),
            Press::Erase => {
                let mut filter = self.filter.clone();
                filter.pop();
                return self.filter_by(filter);
            }
            Press::Type(typed) if self.has_filter() => return self.filter_by(format!("{}{typed}", self.filter)),
            Press::Type(digit) => {
                let number = digit.to_digit(10).unwrap_or(0) as usize;
                let is_choice = (1..=self.choices.len()).contains(&number);
                return if is_choice {
                    Step::Chosen(number - 1)
                } else {
                    Step::Unchanged
                };
            }
            Press::Up | Press::Down | Press::PageUp | Press::PageDown | Press::First | Press::Last => {}
            Press::Suspend | Press::Cursor { .. } | Press::Nothing => return Step::Unchanged,
        }
        let Some(last) = self.shown.len().checked_sub(1) else {
            return Step::Unchanged;
        };
        self.marked = match press {
            Press::Up => self.marked.checked_sub(1).unwrap_or(last),
            Press::Down if self.marked == last => 0,
            Press::Down => self.marked + 1,
            Press::PageUp => self.marked.saturating_sub(self.rows),
            Press::PageDown => (self.marked + self.rows).min(last),
            Press::First => 0,
            _ => last,
        };
        Step::Changed
    }

    /// The mark stays on its choice as long as that is shown.
    fn filter_by(&mut self, filter: String) -> Step {
        if filter == self.filter {
            return Step::Unchanged;
        }
        let marked = self.shown.get(self.marked).copied().or(self.active);
        let wanted = filter.to_lowercase();
        let choices = self.choices.iter().enumerate();
        let shown = choices.filter(|(_, choice)| choice.to_lowercase().contains(&wanted));
        self.shown = shown.map(|(index, _)| index).collect();
        self.filter = filter;
        self.marked = self.shown.iter().position(|index| Some(*index) == marked).unwrap_or(0);
        Step::Changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(count: usize) -> Vec<String> {
        (1..=count).map(|number| format!("t{number:02}")).collect()
    }

    fn marked(menu: &Menu) -> String {
        menu.shown
            .get(menu.marked)
            .map_or(String::new(), |index| menu.choices[*index].clone())
    }

    #[test]
    fn keys_move_in_a_long_list() {
        use Press::{Down, First, Last, PageDown, PageUp, Up};
        let choices = choices(30);
        let mut menu = Menu::new("Which?", &choices, Some(11));
        menu.frame(80, 10);
        assert_eq!((marked(&menu).as_str(), menu.rows), ("t12", 7));
        for (press, name) in [
            (Up, "t11"),
            (PageDown, "t18"),
            (PageDown, "t25"),
            (PageDown, "t30"),
            (PageDown, "t30"),
            (Down, "t01"),
            (PageUp, "t01"),
            (Up, "t30"),
            (PageUp, "t23"),
            (First, "t01"),
            (Last, "t30"),
        ] {
            assert_eq!(menu.press(press), Step::Changed);
            assert_eq!(marked(&menu), name, "{press:?}");
        }
    }

    #[test]
    fn what_is_typed_leaves_what_contains_it_and_esc_clears_first() {
        let choices = choices(30);
        let mut menu = Menu::new("Which?", &choices, None);
        for typed in ['T', '2'] {
            menu.press(Press::Type(typed));
        }
        assert_eq!((menu.shown.len(), marked(&menu).as_str()), (10, "t20"));
        menu.press(Press::Type('4'));
        assert_eq!((menu.shown.len(), marked(&menu).as_str()), (1, "t24"));
        menu.press(Press::Type('x'));
        assert_eq!(
            (menu.press(Press::Take), menu.press(Press::Up)),
            (Step::Unchanged, Step::Unchanged)
        );
        menu.press(Press::Erase);
        assert_eq!(marked(&menu), "t24");
        assert_eq!(menu.press(Press::Escape), Step::Changed);
        assert_eq!((menu.shown.len(), marked(&menu).as_str()), (30, "t24"));
        assert_eq!(menu.press(Press::Erase), Step::Unchanged);
        assert_eq!(menu.press(Press::Escape), Step::Stopped);
    }

    #[test]
    fn a_digit_picks_of_up_to_nine() {
        let choices = choices(9);
        let mut menu = Menu::new("Which?", &choices, None);
        assert_eq!(menu.press(Press::Type('9')), Step::Chosen(8));
        for nothing in ['0', 'x', '٣'] {
            assert_eq!(menu.press(Press::Type(nothing)), Step::Unchanged);
        }
    }
}
