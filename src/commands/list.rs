//! `hf auth list`: the stored tokens, masked, the active one marked.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::auth::ListedToken;
use crate::commands::arguments::Formatting;
use crate::commands::{Command, Context, expiry, warning_of_the_end};
use crate::ui::failure::Result;
use crate::ui::output::{Mode, Output};
use crate::ui::text::escape;

const EXAMPLES: &str = "Examples:
  $ hf auth list                  every stored token; * marks the active one
  $ hf auth list --json           [{\"name\": …, \"token\": …, \"active\": …, \"expires_at\": …}]
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
struct Row {
    name: String,
    /// Masked; null when the section holds none.
    token: Option<String>,
    active: bool,
    /// Seconds since 1970.
    expires_at: Option<i64>,
}

impl Command for ListArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        let Context { auth, output } = context;
        let listed = auth.list()?;
        let with_expiry = listed.iter().any(|listed| listed.stored.expires_at.is_some());
        let ending: Vec<String> = listed.iter().filter_map(|it| warning_of_the_end(&it.stored)).collect();
        let row = |ListedToken { stored, is_active }: ListedToken| Row {
            active: is_active,
            expires_at: stored.expiry(),
            token: stored.token.map(|token| token.masked()),
            name: stored.name,
        };
        let rows: Vec<Row> = listed.into_iter().map(row).collect();
        show(&rows, with_expiry, output)?;
        ending.iter().for_each(|warning| output.warn(warning));
        say_which_counts(&rows, auth.settings().environment_token.is_some(), output);
        Ok(ExitCode::SUCCESS)
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}

fn show(rows: &[Row], with_expiry: bool, output: &Output) -> Result<()> {
    match output.mode() {
        Mode::Json => output.json(&rows),
        Mode::Quiet => rows.iter().try_for_each(|row| output.line(&row.name)),
        Mode::Human | Mode::Agent if rows.is_empty() => Ok(()),
        Mode::Agent => {
            output.lines("name\ttoken\tactive\texpires_at")?;
            rows.iter().try_for_each(|row| output.lines(&tab_separated(row)))
        }
        Mode::Human => {
            let headers = [" ", "name", "token", "expires"];
            let columns = if with_expiry { 4 } else { 3 };
            let cells: Vec<Vec<String>> = rows.iter().map(|row| table_row(row)[..columns].to_vec()).collect();
            output.table(&headers[..columns], &cells)
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
    format!("{}\t{}\t{}\t{expires_at}", escape(&row.name), masked(row), row.active)
}

fn table_row(row: &Row) -> [String; 4] {
    let mark = if row.active { "*" } else { "" };
    [
        mark.to_owned(),
        escape(&row.name).into_owned(),
        masked(row),
        row.expires_at.map(expiry).unwrap_or_default(),
    ]
}

/// The reference's notes on where the token in effect comes from.
fn say_which_counts(rows: &[Row], in_environment: bool, output: &Output) {
    match (rows.is_empty(), in_environment) {
        (true, true) => {
            output.say("No stored access tokens found.");
            output.say("Note: Environment variable `HF_TOKEN` is set and is the current active token.");
        }
        (true, false) => output.say("No access tokens found."),
        (false, true) => output.say_lines("\nNote: Environment variable `HF_TOKEN` is set and is the current active token independently from the stored tokens listed above."),
        (false, false) if rows.iter().any(|row| row.active) => {}
        (false, false) => output.say_lines("\nNote: No active token is set and no environment variable `HF_TOKEN` is found. Use `hf auth login` to log in."),
    }
}
