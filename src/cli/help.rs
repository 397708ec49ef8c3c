//! Help, laid out for the width there is: what the parser knows of a command, its examples, and pages that belong to none.

use std::ffi::OsString;

use clap::builder::StyledStr;
use console::Term;
use unicode_width::UnicodeWidthStr;

use super::manual::{ABOUT_VARIABLES, VARIABLES};
use crate::settings::environment;

/// Lines are not longer than this, however wide the terminal is.
const WIDEST: usize = 100;
/// Below this, what an option means stands below it.
const NARROW: usize = 60;
const BELOW: usize = 6;

/// Help that was asked for as a command: `hf help`, `hf auth help run`, `hf auth help environment`. `None` where it was not, an
/// error that is the word where there is no such help.
pub(super) fn asked_for(arguments: &[OsString]) -> Option<Result<StyledStr, String>> {
    let words: Vec<&str> = arguments
        .iter()
        .skip(1)
        .map(|word| word.to_str().unwrap_or(""))
        .collect();
    let (group, topics) = match words.split_first()? {
        (&"help", topics) => (None, topics),
        (&"auth", rest) if rest.first() == Some(&"help") => (Some("auth"), &rest[1..]),
        _ => return None,
    };
    let topics = topics.iter().copied().filter(|word| !word.starts_with('-'));
    let path: Vec<&str> = group.into_iter().chain(topics).collect();
    if path.last() == Some(&"environment") {
        return Some(Ok(fit(&variables(), width()).into()));
    }
    Some(of(&path).map_err(str::to_owned))
}

/// The help of the command that these arguments mean.
pub(super) fn of_the_command_in(arguments: &[OsString]) -> StyledStr {
    let words = arguments.iter().skip(1).map(|word| word.to_str().unwrap_or("-"));
    let mut path: Vec<&str> = Vec::new();
    let mut tree = &super::command();
    for word in words.filter(|word| !word.starts_with('-')) {
        let Some(inner) = tree.find_subcommand(word) else { break };
        path.push(word);
        tree = inner;
    }
    of(&path).unwrap_or_default()
}

/// The help of a command by its words behind `hf`; the error is the word that is none.
fn of<'w>(path: &[&'w str]) -> Result<StyledStr, &'w str> {
    let mut command = super::command();
    if path.is_empty() {
        command = super::with_follower(command);
    }
    for word in path {
        command = command.find_subcommand(word).ok_or(*word)?.clone();
    }
    let width = width();
    let after = command.get_after_help().map(|text| fit(&text.to_string(), width));
    let usage = command.render_usage().to_string();
    if let Some(usage) = usage
        .strip_prefix("Usage: ")
        .filter(|usage| "Usage: ".len() + usage.width() > width)
    {
        command = command.override_usage(fit_usage(usage, width));
    }
    command = command.term_width(width).next_line_help(width < NARROW);
    if let Some(after) = after {
        command = command.after_help(after);
    }
    Ok(command.render_help())
}

/// How wide a line may be.
fn width() -> usize {
    let of_terminal = Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    let columns = of_terminal.or_else(|| environment("COLUMNS")?.to_str()?.parse().ok());
    columns.filter(|columns| *columns > 0).unwrap_or(WIDEST).min(WIDEST)
}

/// What the variables mean, one below the other.
fn variables() -> String {
    let described = VARIABLES.iter().map(|variable| {
        let names = variable.names.join(", ");
        format!("  {names}\n      {}\n", variable.meaning)
    });
    format!(
        "Environment variables\n\n{}\n{ABOUT_VARIABLES}\nFiles and exit statuses stand in the man pages: man hf-auth",
        described.collect::<String>()
    )
}

/// A text in which no line is wider than that. What was indented stays so; where the examples do not fit, what they mean
/// stands below them.
fn fit(text: &str, width: usize) -> String {
    let is_wide = |line: &str| line.width() > width;
    if !text.lines().any(is_wide) {
        return text.to_owned();
    }
    let mut fitted = String::new();
    for line in text.lines() {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        match body.split_once("  ") {
            Some((command, meaning)) if body.starts_with("$ ") => {
                wrap(command, indent, 2, width, &mut fitted);
                wrap(meaning.trim_start(), BELOW, 0, width, &mut fitted);
            }
            _ if body.starts_with("$ ") => wrap(body, indent, 2, width, &mut fitted),
            // What an example means, in the column behind the examples.
            _ => wrap(
                body,
                if indent > 2 * BELOW { BELOW } else { indent },
                0,
                width,
                &mut fitted,
            ),
        }
    }
    fitted.truncate(fitted.trim_end().len());
    fitted
}

/// A usage line that goes on below itself.
fn fit_usage(usage: &str, width: usize) -> String {
    let mut fitted = String::new();
    let indent = "Usage: ".len();
    wrap(usage, indent, 2, width, &mut fitted);
    fitted.trim().to_owned()
}

/// One paragraph, indented; what does not fit goes on in the next line, `hanging` columns further in.
fn wrap(body: &str, indent: usize, hanging: usize, width: usize, into: &mut String) {
    let mut line = " ".repeat(indent);
    let mut is_empty = true;
    for word in body.split(' ') {
        if !is_empty && line.width() + 1 + word.width() > width {
            into.extend([line.as_str(), "\n"]);
            line = " ".repeat(indent + hanging);
            is_empty = true;
        }
        line.push_str(if is_empty { "" } else { " " });
        line.push_str(word);
        is_empty = false;
    }
    into.extend([line.trim_end(), "\n"]);
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLES: &str = "Examples:
  $ hf auth switch                choose another account
  $ hf auth login --token - --json < token.txt
      for scripts: {\"user\": …, \"token_name\": …}

Tokens are kept where the Python library finds them too.";

    #[test]
    fn what_fits_stays_as_it_is() {
        assert_eq!(fit(EXAMPLES, 80), EXAMPLES);
    }

    #[test]
    fn what_does_not_fit_keeps_its_indent() {
        assert_eq!(
            fit(EXAMPLES, 40),
            "Examples:
  $ hf auth switch
      choose another account
  $ hf auth login --token - --json <
    token.txt
      for scripts: {\"user\": …,
      \"token_name\": …}

Tokens are kept where the Python library
finds them too."
        );
        for width in 20..60 {
            let longest = fit(EXAMPLES, width).lines().map(UnicodeWidthStr::width).max();
            assert!(longest <= Some(width), "{width}");
        }
    }
}
