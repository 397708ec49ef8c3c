//! What the person is asked: a choice, by menu on a terminal and by number without one; a token, without showing it.

use std::fmt;
use std::io::{self, BufRead, Read};

use console::Term;
use dialoguer::Confirm;
use dialoguer::theme::Theme;

use super::guard::{Guard, Reading};
use super::input::patiently;
use super::menu;
use super::output::{Output, write_whole};
use super::terminal::{self, Screen};
use crate::secret::Secret;
use crate::signals;
use crate::ui::failure::{Failure, Result};
use crate::ui::text::escape;

/// No answer is longer than this.
const LONGEST_LINE: u64 = 1024 * 1024;
/// A program that answers nonsense for ever is stopped here.
const MOST_WRONG_ANSWERS: usize = 100;

/// Asks for one of `choices` (at least one) and gives its index.
pub(crate) fn choose(output: &Output, question: &str, choices: &[String]) -> Result<usize> {
    let choices: Vec<String> = choices.iter().map(|choice| escape(choice).into_owned()).collect();
    if both_ends_are_a_terminal() && output.cursor_can_move() {
        return menu::choose(output, question, &choices);
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

fn both_ends_are_a_terminal() -> bool {
    terminal::has_keyboard() && Screen::Stdout.is_terminal()
}

/// Whether somebody sits at standard input.
pub(crate) fn is_interactive() -> bool {
    terminal::has_keyboard()
}

/// Lets something take its time: Ctrl-C then ends it as it ends a prompt.
pub(crate) fn while_waiting<T>(wait: impl FnOnce() -> T) -> T {
    let _guard = Guard::hold(Reading::Lines);
    wait()
}

/// Asks a question that is answered with yes or no; anything but yes is no.
pub(crate) fn confirm(output: &Output, question: &str) -> Result<bool> {
    if both_ends_are_a_terminal() && output.cursor_can_move() {
        return confirm_by_key(question);
    }
    let _guard = Guard::hold(Reading::Lines);
    ask(&format!("{question} [y/N] "))?;
    let answer = read_line()?.ok_or_else(Failure::aborted)?;
    Ok(matches!(answer.expose().trim().to_lowercase().as_str(), "y" | "yes"))
}

fn confirm_by_key(question: &str) -> Result<bool> {
    let _guard = Guard::hold(Reading::Keys);
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
        write!(line, "{question} [y/N] {typed}")
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
