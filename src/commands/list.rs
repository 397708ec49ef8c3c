//! `hf auth list`: the stored tokens, masked, the active one marked.

use std::process::ExitCode;

use clap::Args;
use serde::{Serialize, Serializer};

use crate::auth::ListedToken;
use crate::commands::arguments::Formatting;
use crate::commands::{Command, Context, expiry, warning_of_the_end};
use crate::secret::Secret;
use crate::ui::failure::Result;
use crate::ui::output::{Mode, Output};
use crate::ui::text::escape;

const EXAMPLES: &str = "Examples:
  $ hf auth list                  every stored token; * marks the active one
  $ hf auth list --json           [{\"name\": …, \"token\": …, \"active\": …, \"expires_at\": …, \"endpoint\": …}]
  $ hf auth list -q               names only, one a line

Tokens are masked in every format. `hf auth token NAME` prints one.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    formatting: Formatting,
}

/// One stored token as it is shown.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    /// Masked; null when the section holds none.
    token: Option<String>,
    active: bool,
    /// Seconds since 1970.
    expires_at: Option<i64>,
    /// The Hub that it is for, where that is neither everybody's nor on this machine.
    endpoint: Option<&'a str>,
}

/// What is listed. Each row is made when it is shown: there may be a hundred thousand.
struct Rows(Vec<ListedToken>);

impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.each())
    }
}

impl Rows {
    fn each(&self) -> impl Iterator<Item = Row<'_>> + Clone {
        self.0.iter().map(|ListedToken { stored, is_active }| Row {
            name: &stored.name,
            token: stored.token.as_ref().map(Secret::masked),
            active: *is_active,
            expires_at: stored.expiry(),
            endpoint: stored.endpoint.as_deref(),
        })
    }

    fn any(&self, is_so: impl Fn(&ListedToken) -> bool) -> bool {
        self.0.iter().any(is_so)
    }
}

impl Command for ListArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        let Context { auth, output } = context;
        let rows = Rows(auth.list()?);
        show(&rows, output)?;
        let ending = rows.0.iter().filter_map(|it| warning_of_the_end(&it.stored));
        ending.for_each(|warning| output.warn(&warning));
        say_which_counts(&rows, auth.settings().environment_token.is_some(), output);
        Ok(ExitCode::SUCCESS)
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}

fn show(rows: &Rows, output: &Output) -> Result<()> {
    let with_endpoint = rows.any(|listed| listed.stored.endpoint.is_some());
    match output.mode() {
        Mode::Json => output.json(rows),
        Mode::Quiet => output.many_lines(rows.each().map(|row| escape(row.name).into_owned())),
        Mode::Human | Mode::Agent if rows.0.is_empty() => Ok(()),
        Mode::Agent => {
            let with_end = |line: &str, endpoint: &str| match with_endpoint {
                true => format!("{line}\t{endpoint}"),
                false => line.to_owned(),
            };
            let header = with_end("name\ttoken\tactive\texpires_at", "endpoint");
            let line = |row: Row| with_end(&tab_separated(&row), &escape(row.endpoint.unwrap_or_default()));
            output.many_lines([header].into_iter().chain(rows.each().map(line)))
        }
        Mode::Human => {
            let with_expiry = rows.any(|listed| listed.stored.expires_at.is_some());
            let shown = [true, true, true, with_expiry, with_endpoint];
            let only_shown = |cells: [String; 5]| -> Vec<String> {
                let cells = cells.into_iter().zip(shown);
                cells.filter_map(|(cell, is_shown)| is_shown.then_some(cell)).collect()
            };
            let headers = only_shown([" ", "name", "token", "expires", "endpoint"].map(str::to_owned));
            let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
            output.table(&headers, rows.each().map(|row| only_shown(table_row(&row))))
        }
    }
}

fn masked(row: &Row) -> String {
    row.token
        .as_deref()
        .map_or("<not set>".to_owned(), |token| escape(token).into_owned())
}

fn tab_separated(row: &Row) -> String {
    let expires_at = row.expires_at.map(|moment| moment.to_string()).unwrap_or_default();
    format!("{}\t{}\t{}\t{expires_at}", escape(row.name), masked(row), row.active)
}

fn table_row(row: &Row) -> [String; 5] {
    let mark = if row.active { "*" } else { "" };
    [
        mark.to_owned(),
        escape(row.name).into_owned(),
        masked(row),
        row.expires_at.map(expiry).unwrap_or_default(),
        escape(row.endpoint.unwrap_or_default()).into_owned(),
    ]
}

/// The reference's notes on where the token in effect comes from.
fn say_which_counts(rows: &Rows, in_environment: bool, output: &Output) {
    match (rows.0.is_empty(), in_environment) {
        (true, true) => {
            output.say("No stored access tokens found.");
            output.say("Note: Environment variable `HF_TOKEN` is set and is the current active token.");
        }
        (true, false) => output.say("No access tokens found."),
        (false, true) => output.say_lines("\nNote: Environment variable `HF_TOKEN` is set and is the current active token independently from the stored tokens listed above."),
        (false, false) if rows.any(|listed| listed.is_active) => {}
        (false, false) => output.say_lines("\nNote: No active token is set and no environment variable `HF_TOKEN` is found. Use `hf auth login` to log in."),
    }
}
