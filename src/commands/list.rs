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
struct Row {
    name: String,
    /// Masked; null when the section holds none.
    token: Option<String>,
    active: bool,
    /// Seconds since 1970.
    expires_at: Option<i64>,
    /// The Hub that it is for, where that is neither everybody's nor on this machine.
    endpoint: Option<String>,
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
            endpoint: stored.endpoint,
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
            let with_endpoint = rows.iter().any(|row| row.endpoint.is_some());
            let endpoint = |text: &str| {
                if with_endpoint {
                    format!("\t{text}")
                } else {
                    String::new()
                }
            };
            output.lines(&format!("name\ttoken\tactive\texpires_at{}", endpoint("endpoint")))?;
            rows.iter().try_for_each(|row| {
                let at = escape(row.endpoint.as_deref().unwrap_or_default()).into_owned();
                output.lines(&format!("{}{}", tab_separated(row), endpoint(&at)))
            })
        }
        Mode::Human => {
            let with_endpoint = rows.iter().any(|row| row.endpoint.is_some());
            let shown = [true, true, true, with_expiry, with_endpoint];
            let only_shown = |cells: [String; 5]| -> Vec<String> {
                let cells = cells.into_iter().zip(shown);
                cells.filter_map(|(cell, is_shown)| is_shown.then_some(cell)).collect()
            };
            let headers = only_shown([" ", "name", "token", "expires", "endpoint"].map(str::to_owned));
            let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
            let cells: Vec<Vec<String>> = rows.iter().map(|row| only_shown(table_row(row))).collect();
            output.table(&headers, &cells)
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

fn table_row(row: &Row) -> [String; 5] {
    let mark = if row.active { "*" } else { "" };
    [
        mark.to_owned(),
        escape(&row.name).into_owned(),
        masked(row),
        row.expires_at.map(expiry).unwrap_or_default(),
        escape(row.endpoint.as_deref().unwrap_or_default()).into_owned(),
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
