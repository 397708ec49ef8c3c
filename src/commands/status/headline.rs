//! The answer that `status` begins with: which token is in effect, or why none is, and what hides what.

use super::{CheckRow, Report, SourceRow};
use crate::commands::expiry;
use crate::secret::redaction::masked_name;
use crate::ui::output::Style;

/// A line, how it is shown, and the next step.
pub(super) struct Headline {
    pub(super) style: Style,
    pub(super) text: String,
    pub(super) next_step: Option<String>,
}

impl Headline {
    fn good(text: String) -> Self {
        Headline {
            style: Style::Green,
            text: format!("✓ {text}"),
            next_step: None,
        }
    }

    fn bad(text: &str, next_step: impl Into<String>) -> Self {
        Headline {
            style: Style::Red,
            text: format!("✗ {text}"),
            next_step: Some(next_step.into()),
        }
    }

    /// Neither good nor bad.
    fn unknown(text: &str, next_step: Option<String>) -> Self {
        Headline {
            style: Style::Yellow,
            text: format!("? {text}"),
            next_step,
        }
    }
}

/// The first line.
pub(super) fn of(report: &Report) -> Headline {
    let Some(row) = report.sources.iter().find(|row| row.in_effect) else {
        return of_nobody(report);
    };
    if report.is_for_another_hub {
        let hub = row.endpoint.as_deref().unwrap_or_default();
        let text = format!("{} is for {hub}, and not for {}", subject(row), report.endpoint);
        return Headline::bad(
            &text,
            format!("HF_ENDPOINT={hub} uses it there; `hf auth login` logs in here"),
        );
    }
    if report.has_expired {
        let end = row.expires_at.map(|moment| expiry(moment).replace(" (expired)", ""));
        let text = format!(
            "{} expired on {}, and cannot be renewed",
            subject(row),
            end.unwrap_or_default()
        );
        return Headline::bad(&text, "log in again with `hf auth login --force`");
    }
    match report.checks.as_ref().and_then(|checks| checks.first()) {
        Some(check) => of_check(row, check, &report.endpoint),
        None if row.token.is_none() => {
            Headline::good("a token is exchanged for HF_OIDC_RESOURCE when it is needed".to_owned())
        }
        None => Headline::good(format!("{} is in effect{}", subject(row), from(row))),
    }
}

fn of_check(row: &SourceRow, check: &CheckRow, endpoint: &str) -> Headline {
    let problem = check.problem.as_deref().unwrap_or("there is no answer");
    match check.state {
        "valid" => {
            let whose = check.user.as_deref().map(masked_name);
            let whose = whose.map_or(String::new(), |user| format!("{user}'s "));
            let what = subject(row);
            let what = what.strip_prefix("the ").unwrap_or(&what);
            Headline::good(format!("{whose}{what} is in effect{}", from(row)))
        }
        "rejected" if is_variable(row) => Headline::bad(
            &format!("{} is set, but the Hub rejects it", row.source),
            format!(
                "`unset {}` to use what is stored, or set it to another token",
                row.source
            ),
        ),
        "rejected" => Headline::bad(
            &format!("{} is in effect, but the Hub rejects it", subject(row)),
            format!("make a new one at {endpoint}/settings/tokens, and `hf auth login --force`"),
        ),
        _ => Headline::unknown(
            &format!(
                "{} is in effect, but could not be checked: {}",
                subject(row),
                problem.trim_end_matches('.')
            ),
            None,
        ),
    }
}

fn of_nobody(report: &Report) -> Headline {
    let problem = report
        .sources
        .iter()
        .find_map(|row| Some((&row.source, row.problem.as_ref()?)));
    if let Some((source, problem)) = problem {
        let text = format!("no token is in effect: {source}: {}", problem.trim_end_matches('.'));
        return Headline::bad(&text, "`hf auth list` shows what is stored");
    }
    Headline::bad(
        "Not logged in",
        match report.stored {
            0 => "`hf auth login` logs in",
            _ => "tokens are stored, and none is active: `hf auth switch` makes one so",
        },
    )
}

/// What hides what, nearest first.
pub(super) fn hidden(report: &Report) -> Vec<String> {
    let behind = report.sources.iter().skip_while(|row| !row.in_effect);
    let mut behind = behind.filter(|row| row.token.is_some() || row.in_effect);
    let Some(first) = behind.next() else { return Vec::new() };
    let what = |row: &SourceRow| match &row.token_name {
        Some(name) => format!("the stored token {}", masked_name(name)),
        None => format!("the token in {}", row.source),
    };
    let others = behind.filter(|row| row.token != first.token || row.token_name != first.token_name);
    others
        .map(|row| format!("{} hides {}", first.source, what(row)))
        .collect()
}

/// The token in effect, as the subject of a sentence.
fn subject(row: &SourceRow) -> String {
    match &row.token_name {
        Some(name) => format!("the token {}", masked_name(name)),
        None if is_variable(row) => format!("the token in {}", row.source),
        None => "the active token".to_owned(),
    }
}

fn from(row: &SourceRow) -> String {
    match (&row.token_name, is_variable(row)) {
        (None, true) => String::new(),
        (_, _) if row.source.starts_with("the rule ") || row.source == "HF_ACCOUNT" => {
            format!(", because of {}", row.source)
        }
        _ => format!(", from {}", row.source),
    }
}

fn is_variable(row: &SourceRow) -> bool {
    row.source.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}
