//! The report as a person reads it.

use std::borrow::Cow;

use super::{CheckRow, FileRow, Report, SourceRow};
use crate::commands::expiry;
use crate::secret::redaction::masked_name;
use crate::ui::output::{Output, Style};
use crate::ui::text::escape;

/// All of it, without a final line break.
pub(super) fn draw(report: &Report, output: &Output) -> String {
    let mut lines = vec![match report.logged_in {
        true => output.styled(Style::Green, "✓ Logged in"),
        false => output.styled(Style::Red, "Not logged in"),
    }];
    let mut part = |title: &str, rows: Vec<String>| {
        lines.push(output.styled(Style::Bold, title));
        lines.extend(rows);
    };
    part("Token", report.sources.iter().map(|row| source(row, output)).collect());
    part("Endpoint", vec![format!("  {}", escape(&report.endpoint))]);
    part("Files", files(report, output));
    part("git credential helpers", helpers(report, output));
    part("Network", network(report));
    if let Some(checks) = &report.checks {
        part("The Hub says", checks.iter().map(|row| check(row, output)).collect());
    }
    lines.join("\n")
}

fn source(row: &SourceRow, output: &Output) -> String {
    let mark = if row.in_effect {
        output.styled(Style::Green, "*")
    } else {
        " ".to_owned()
    };
    let token = match (&row.token, &row.problem) {
        (Some(token), _) => token.as_str(),
        (None, Some(problem)) => problem,
        (None, None) if row.in_effect => "exchanged when it is needed",
        (None, None) => "not set",
    };
    let name = row.token_name.iter().map(|name| escape(name).into_owned());
    let end = row.expires_at.map(|moment| format!("expires {}", expiry(moment)));
    let details: Vec<String> = name.chain(end).collect();
    let details = match details.is_empty() {
        true => String::new(),
        false => format!(" ({})", details.join(", ")),
    };
    format!("{mark} {}: {}{details}", escape(&row.source), escape(token))
}

fn files(report: &Report, output: &Output) -> Vec<String> {
    let file = |row: &FileRow| {
        let path = escape(&row.path).into_owned();
        let state = match (&row.mode, row.exists) {
            (_, false) => "not there".to_owned(),
            (Some(mode), true) => mode.clone(),
            (None, true) => "there".to_owned(),
        };
        let warning = match row.open_to_others {
            Some(true) => output.styled(
                Style::Yellow,
                &format!(" Warning: others can read it; chmod 600 '{path}'"),
            ),
            _ => String::new(),
        };
        format!("  {path}: {state}{warning}")
    };
    let problem = report
        .store_problem
        .iter()
        .map(|problem| output.styled(Style::Yellow, &format!("  Warning: {}", escape(problem))));
    report.files.iter().map(file).chain(problem).collect()
}

fn helpers(report: &Report, output: &Output) -> Vec<String> {
    let helpers = match report.git_helpers.as_deref() {
        None => "  git cannot be asked".to_owned(),
        Some([]) => "  none".to_owned(),
        Some(helpers) => format!("  {}", escape(&helpers.join(", "))),
    };
    let problem = report.git_problem.iter().map(|problem| {
        let problem = format!("  Warning: {}; run `hf auth setup-git` again", escape(problem));
        output.styled(Style::Yellow, &problem)
    });
    [helpers].into_iter().chain(problem).collect()
}

fn network(report: &Report) -> Vec<String> {
    let shown = |value: &Option<String>, otherwise: &str| match value {
        Some(value) => escape(value).into_owned(),
        None => otherwise.to_owned(),
    };
    vec![
        format!("  proxy: {}", shown(&report.proxy, "none")),
        format!("  certificates: {}", shown(&report.certificates, "the system's")),
    ]
}

fn check(row: &CheckRow, output: &Output) -> String {
    let style = if row.state == "valid" { Style::Green } else { Style::Red };
    let user = row.user.as_ref().map(|user| masked_name(user));
    let said = user.or(row.problem.as_deref().map(Cow::Borrowed));
    let said = said.map(|said| format!(", {}", escape(&said))).unwrap_or_default();
    format!("  {}: {}{said}", escape(&row.name), output.styled(style, row.state))
}
