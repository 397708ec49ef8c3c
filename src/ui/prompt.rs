//! What the person is asked: a choice, by menu on a terminal and by number without one; a token, without showing it.

use std::fmt;
use std::io::{self, BufRead, Read};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use console::Term;
use dialoguer::Confirm;
use dialoguer::theme::Theme;
use unicode_width::UnicodeWidthStr;

use super::guard::{Guard, Reading};
use super::input::patiently;
use super::output::{Mode, Output, write_whole};
use super::terminal::{self, Screen};
use super::{countdown, menu};
use crate::secret::Secret;
use crate::signals;
use crate::ui::failure::{Failure, Result};
use crate::ui::text::escape;

/// No answer is longer than this.
const LONGEST_LINE: u64 = 1024 * 1024;
/// How a question is answered that is answered with yes or no.
const ANSWER: &str = "[y/N] ";
/// A program that answers nonsense for ever is stopped here.
const MOST_WRONG_ANSWERS: usize = 100;

/// Asks for one of `choices` (at least one) and gives its index. A menu begins at the active one.
pub(crate) fn choose(output: &Output, question: &str, choices: &[String], active: Option<usize>) -> Result<usize> {
    let choices: Vec<String> = choices.iter().map(|choice| escape(choice).into_owned()).collect();
    if can_be_drawn_on(output) {
        return menu::choose(output, question, &choices, active);
    }
    choose_by_number(output, question, &choices)
}

fn choose_by_number(output: &Output, question: &str, choices: &[String]) -> Result<usize> {
    let _guard = Guard::hold(Reading::Lines);
    output.lines(&format!("? {question}"))?;
    for (index, choice) in choices.iter().enumerate() {
        output.lines(&format!("  {}. {choice}", index + 1))?;
    }
    for _ in 0..MOST_WRONG_ANSWERS {
        ask("Choice [1]: ")?;
        let answer = read_line()?.ok_or_else(Failure::aborted)?;
        match answer.expose().trim() {
            "" => return Ok(0),
            answer => match number(answer) {
                Some(number) if (1..=choices.len()).contains(&number) => return Ok(number - 1),
                _ => output.lines(&format!(
                    "Invalid choice. Enter a number between 1 and {}.",
                    choices.len()
                ))?,
            },
        }
    }
    Err(Failure::aborted())
}

/// Digits and nothing else: a sign is no part of a choice.
fn number(answer: &str) -> Option<usize> {
    answer
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| answer.parse().ok())?
}

/// Whether a question can be asked and answered at a terminal.
pub(crate) fn both_ends_are_a_terminal() -> bool {
    terminal::has_keyboard() && Screen::Stdout.is_terminal()
}

/// Whether somebody sits at standard input.
pub(crate) fn is_interactive() -> bool {
    terminal::has_keyboard()
}

/// Whether somebody sits at standard input and sees what is asked.
pub(crate) fn can_ask(output: &Output) -> bool {
    output.mode() == Mode::Human && both_ends_are_a_terminal()
}

fn can_be_drawn_on(output: &Output) -> bool {
    both_ends_are_a_terminal() && output.cursor_can_move()
}

/// Lets something take its time: Ctrl-C then ends it as it ends a prompt, and what is typed meanwhile is not shown, and no
/// answer to what is asked afterwards.
pub(crate) fn while_waiting<T>(wait: impl FnOnce() -> T) -> T {
    let _guard = Guard::hold(Reading::Nothing);
    wait()
}

/// The same for a person who has something to do meanwhile, with the time that is left for it and, where standard input is a
/// terminal, something that Enter does once and that may have something to tell later. Without a terminal to draw on there are the reference's dots, one for each time
/// that `wait` tells that it is still waiting.
pub(crate) fn while_they_act<T>(
    output: &Output,
    (what, time): (&str, Duration),
    on_enter: Option<impl FnOnce() -> Receiver<&'static str> + Send>,
    wait: impl FnOnce(&mut dyn FnMut()) -> T,
) -> Result<T> {
    if output.mode() == Mode::Human && output.cursor_can_move() && Screen::Stdout.is_terminal() {
        let waited = countdown::during(what, time, on_enter, || wait(&mut || ()));
        output.lines(&format!("    {what}."))?;
        return Ok(waited);
    }
    output.part(&format!("    {what}"))?;
    // A dot that cannot be shown is no reason to stop waiting.
    let waited = while_waiting(|| wait(&mut || drop(output.part("."))));
    output.lines("")?;
    Ok(waited)
}

/// Asks a question that is answered with yes or no; anything but yes is no.
pub(crate) fn confirm(output: &Output, question: &str) -> Result<bool> {
    if can_be_drawn_on(output) {
        return confirm_by_key(output, question);
    }
    let _guard = Guard::hold(Reading::Lines);
    ask(&format!("{question} {ANSWER}"))?;
    let answer = read_line()?.ok_or_else(Failure::aborted)?;
    Ok(matches!(answer.expose().trim().to_lowercase().as_str(), "y" | "yes"))
}

fn confirm_by_key(output: &Output, question: &str) -> Result<bool> {
    let _guard = Guard::hold(Reading::Keys);
    let (_, width) = Term::stdout().size();
    // What is drawn anew after every key must be one row.
    let is_one_row = question.width() + ANSWER.len() + 1 < usize::from(width);
    let question = match is_one_row {
        true => format!("{question} {ANSWER}"),
        false => {
            output.lines(question)?;
            ANSWER.to_owned()
        }
    };
    let signals = signals::block();
    let asked = Confirm::with_theme(&AsTyped)
        .with_prompt(question)
        .default(false)
        .wait_for_newline(true)
        .interact_on(&Term::stdout());
    match asked {
        Ok(answer) => {
            signals.unblock();
            Ok(answer)
        }
        Err(dialoguer::Error::IO(cause)) => Err(match cause.kind() {
            // Ctrl-C: it has sent itself the signal too, which stays blocked, for the error says the same.
            io::ErrorKind::Interrupted | io::ErrorKind::UnexpectedEof => Failure::aborted(),
            _ => Failure::failed("The terminal cannot be used.").with_source(cause),
        }),
    }
}

/// The question stays on the screen as it was asked, with the answer behind it.
struct AsTyped;

impl Theme for AsTyped {
    fn format_confirm_prompt(&self, line: &mut dyn fmt::Write, question: &str, answer: Option<bool>) -> fmt::Result {
        let typed = if answer == Some(true) { "y" } else { "" };
        write!(line, "{question}{typed}")
    }

    fn format_confirm_prompt_selection(
        &self,
        line: &mut dyn fmt::Write,
        question: &str,
        answer: Option<bool>,
    ) -> fmt::Result {
        self.format_confirm_prompt(line, question, answer)
    }
}

/// Reads a token from standard input: its first line, or, at a terminal, what is typed without being shown.
pub(crate) fn token_from_standard_input() -> Result<Secret> {
    let unreadable =
        |cause: io::Error| Failure::failed("Cannot read the token from standard input.").with_source(cause);
    if terminal::has_keyboard() {
        let _guard = Guard::hold(Reading::HiddenLine);
        let prompt = "Enter your token (input will not be visible): ";
        return rpassword::prompt_password(prompt)
            .map(Secret::new)
            .map_err(|cause| match cause.kind() {
                // Ctrl-C: rpassword has sent SIGINT as well, and the guard says what there is to say.
                io::ErrorKind::Interrupted => {
                    signals::await_the_end();
                    Failure::aborted()
                }
                io::ErrorKind::UnexpectedEof => {
                    terminal::await_interrupt();
                    Failure::aborted()
                }
                _ => unreadable(cause),
            });
    }
    Ok(read_line()?.unwrap_or_else(|| Secret::new("")))
}

fn ask(text: &str) -> Result<()> {
    write_whole(&mut io::stdout().lock(), text.as_bytes()).map_err(|_| Failure::broken_pipe())
}

/// The next line of standard input, `None` at its end.
fn read_line() -> Result<Option<Secret>> {
    let mut line = Vec::new();
    let mut stdin = io::stdin().lock().take(LONGEST_LINE);
    let read = patiently(|| stdin.read_until(b'\n', &mut line));
    let length = read.map_err(|cause| Failure::failed("Cannot read from standard input.").with_source(cause))?;
    Ok((length > 0).then(|| Secret::new(String::from_utf8_lossy(&line))))
}
