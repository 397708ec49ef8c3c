//! Which tokens are to be ended, and what has become of them, for each kind of reader. Every token is masked.

use serde::Serialize;

use crate::auth::{Revocable, Revocation, Revoked};
use crate::commands::Context;
use crate::error::{Error, ErrorKind};
use crate::hub::Identity;
use crate::secret::redaction::masked_name;
use crate::ui::failure::Result;
use crate::ui::output::{Mode, Output, Style};
use crate::ui::prompt;
use crate::ui::text::escape;

/// One token as it is shown.
#[derive(Serialize)]
struct Row {
    token_name: Option<String>,
    /// Masked.
    token: String,
    state: String,
    #[serde(skip)]
    is: Revocation,
}

/// On standard error, masked, with the owners that the Hub names.
pub(super) fn say_which(tokens: &[Revocable], context: &Context) -> Result<()> {
    let Context { auth, output } = context;
    let owners = prompt::while_waiting(|| auth.owners(tokens))?;
    output.say("To be ended on the Hub, for every machine; this cannot be undone:");
    for (it, owner) in tokens.iter().zip(&owners) {
        let renewal = match it.renewed_with {
            Some(_) => ", and what it is renewed with",
            None => "",
        };
        output.say(&format!(
            "  {}: {}{renewal}",
            shown(it.token_name.as_deref(), &it.token.masked()),
            whose(owner)
        ));
    }
    Ok(())
}

fn whose(owner: &Result<Identity, Error>) -> String {
    match owner {
        Ok(identity) => format!("a token of {}", masked_name(&identity.user)),
        Err(error) if error.kind() == ErrorKind::Rejected => "the Hub does not know it".to_owned(),
        Err(error) => format!(
            "the Hub does not say whose it is ({})",
            error.to_string().trim_end_matches('.')
        ),
    }
}

fn shown(name: Option<&str>, masked: &str) -> String {
    match name {
        Some(name) => format!("{} ({masked})", masked_name(name)),
        None => masked.to_owned(),
    }
}

/// What has become of them.
pub(super) fn show(ended: &[Revoked], context: &Context) -> Result<()> {
    let output = context.output;
    let row = |it: &Revoked| Row {
        token_name: it.token_name.clone(),
        token: it.token.masked(),
        state: it.state.to_string(),
        is: it.state,
    };
    let rows: Vec<Row> = ended.iter().map(row).collect();
    match output.mode() {
        Mode::Json => output.json(&rows),
        Mode::Quiet => rows.iter().try_for_each(|row| {
            let name = row.token_name.as_ref().unwrap_or(&row.token);
            output.line(&format!("{} {name}", row.state))
        }),
        Mode::Agent => {
            output.lines("token_name\ttoken\tstate")?;
            rows.iter().try_for_each(|row| {
                let name = row.token_name.as_deref().unwrap_or_default();
                output.lines(&format!("{}\t{}\t{}", escape(name), row.token, row.state))
            })
        }
        Mode::Human => {
            let settings = settings_page(context)?;
            rows.iter()
                .try_for_each(|row| output.lines(&for_a_person(row, &settings, output)))
        }
    }
}

/// Where tokens are ended by hand.
pub(super) fn settings_page(context: &Context) -> Result<String> {
    Ok(format!("{}/settings/tokens", context.settings().endpoint()?))
}

fn for_a_person(row: &Row, settings: &str, output: &Output) -> String {
    let name = shown(row.token_name.as_deref(), &row.token);
    let name = escape(&name);
    let (mark, style, said, next) = match row.is {
        Revocation::Revoked => ("✓", Style::Green, "", None),
        Revocation::StillValid => ("✗", Style::Red, " (the Hub still takes it)", Some("end it at")),
        Revocation::Unconfirmed => (
            "?",
            Style::Yellow,
            " (sent, not confirmed)",
            Some("see whether it is gone at"),
        ),
    };
    let next = next
        .map(|next| format!("\n  Next: {next} {settings}"))
        .unwrap_or_default();
    format!(
        "{} {name}: {}{said}{next}",
        output.styled(style, mark),
        output.styled(style, &row.state)
    )
}
