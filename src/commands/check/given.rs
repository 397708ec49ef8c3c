//! The repositories that somebody named, on the command line and in a file. What is none is said of all of them at once,
//! before anything is asked.

use std::path::Path;

use crate::fs;
use crate::hub::{Repo, RepoType};
use crate::settings::Endpoint;
use crate::ui::failure::{Failure, Result};
use crate::ui::input;
use crate::ui::output::Output;

/// More complaints than this help nobody.
const MOST_COMPLAINTS: usize = 20;

/// Those of the command line, then those of the file.
pub(super) fn repos(
    arguments: &[String],
    file: Option<&Path>,
    kind: Option<RepoType>,
    endpoint: &Endpoint,
    output: &Output,
) -> Result<Vec<Repo>> {
    let text = file.map(read).transpose()?.unwrap_or_default();
    let given = arguments.iter().map(|argument| (None, argument.as_str()));
    let lines = text
        .lines()
        .enumerate()
        .map(|(number, line)| (Some(number + 1), line.trim()));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let (mut repos, mut complaints) = (Vec::new(), Vec::new());
    for (line, text) in given.chain(lines) {
        match Repo::parse(text, kind, endpoint) {
            Ok(repo) => repos.push(repo),
            Err(error) => complaints.push(match line {
                Some(line) => format!("line {line}: {error}"),
                None => error.to_string(),
            }),
        }
    }
    if !complaints.is_empty() {
        return Err(refused(&complaints, output));
    }
    match repos.is_empty() {
        true => Err(Failure::usage("No repository is named in the file.")),
        false => Ok(repos),
    }
}

fn read(file: &Path) -> Result<String> {
    let bytes = match file.as_os_str() == "-" {
        true => input::read_all()?.to_vec(),
        false => fs::read(file)?
            .ok_or_else(|| Failure::usage(format!("Cannot read {}: there is no such file.", file.display())))?,
    };
    Ok(String::from_utf8_lossy(&bytes)
        .trim_start_matches('\u{feff}')
        .to_owned())
}

fn refused(complaints: &[String], output: &Output) -> Failure {
    complaints
        .iter()
        .take(MOST_COMPLAINTS)
        .for_each(|complaint| output.say(complaint));
    if let Some(more @ 1..) = complaints.len().checked_sub(MOST_COMPLAINTS) {
        output.say(&format!("and {more} more."));
    }
    let what = match complaints.len() {
        1 => "This is no repository that can be asked about".to_owned(),
        count => format!("These {count} are no repositories that can be asked about"),
    };
    Failure::usage(format!("{what}; nothing was asked."))
        .hint("write acme/model, datasets/acme/set, spaces/acme/app, or the address on the Hub.")
}
