//! The report as a person reads it.

use std::borrow::Cow;

use super::{CheckRow, FileRow, Report, SourceRow, headline};
use crate::commands::expiry;
use crate::secret::redaction::masked_name;
use crate::ui::output::{Output, Style};
use crate::ui::text::escape;

/// All of it, without a final line break.
pub(super) fn draw(report: &Report, output: &Output) -> String {
    let first = headline::of(report);
    let mut lines = vec![output.styled(first.style, &escape(&first.text))];
    let hidden = headline::hidden(report);
    let below = first.next_step.iter().chain(&hidden);
    lines.extend(below.map(|line| format!("  {}.", escape(line))));
    let mut part = |title: &str, rows: Vec<String>| {
        lines.push(output.styled(Style::Bold, title));
        lines.extend(rows);
    };
    part("Token", tokens(report, output));
    part("Endpoint", vec![format!("  {}", escape(&report.endpoint))]);
    part("Files", files(report, output));
    part("git credential helpers", helpers(report, output));
    part("Network", network(report));
    if let Some(checks) = &report.checks {
        part(
            "The Hub says",
            checks.iter().flat_map(|row| check(row, output)).collect(),
        );
    }
    lines.join("\n")
}

/// The same in pairs: a line on what counts, and one on each token that the Hub was asked about.
pub(super) fn pairs(report: &Report) -> String {
    let pair = |(key, value): (&str, &str)| format!("{key}={}", escape(value));
    let mut lines = vec![format!("logged_in={}", report.logged_in)];
    if let Some(row) = report.sources.iter().find(|row| row.in_effect) {
        let expires_at = row.expires_at.map(|moment| moment.to_string());
        let known = [
            ("source", Some(row.source.as_str())),
            ("token_name", row.token_name.as_deref()),
            ("token", row.token.as_deref()),
            ("expires_at", expires_at.as_deref()),
        ];
        let known = known.into_iter().filter_map(|(key, value)| Some(pair((key, value?))));
        lines[0].extend(known.map(|pair| format!(" {pair}")));
    }
    lines[0].push_str(&format!(" {}", pair(("endpoint", &report.endpoint))));
    for check in report.checks.iter().flatten() {
        let user = check.user.as_deref().map(masked_name);
        let known = [
            ("check", Some(check.name.as_str())),
            ("state", Some(check.state)),
            ("user", user.as_deref()),
            ("problem", check.problem.as_deref()),
        ];
        let known = known.into_iter().filter_map(|(key, value)| Some(pair((key, value?))));
        lines.push(known.collect::<Vec<_>>().join(" "));
    }
    lines.join("\n")
}

fn tokens(report: &Report, output: &Output) -> Vec<String> {
    let sources = report.sources.iter().map(|row| source(row, output));
    let ending = report.ending.iter();
    let ending = ending.map(|warning| output.styled(Style::Yellow, &format!("  Warning: {}", escape(warning))));
    sources.chain(ending).collect()
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
    let hub = row.endpoint.iter().map(|hub| format!("for {}", escape(hub)));
    let details: Vec<String> = name.chain(end).chain(hub).collect();
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

fn check(row: &CheckRow, output: &Output) -> Vec<String> {
    let style = if row.state == "valid" { Style::Green } else { Style::Red };
    let user = row.user.as_ref().map(|user| masked_name(user));
    let said = user.or(row.problem.as_deref().map(Cow::Borrowed));
    let said = said.map(|said| format!(", {}", escape(&said))).unwrap_or_default();
    let verdict = format!("  {}: {}{said}", escape(&row.name), output.styled(style, row.state));
    let rights = match row.state {
        "valid" => row.rights.lines(),
        _ => Vec::new(),
    };
    let rights = rights.iter().map(|line| format!("    {}", escape(line)));
    [verdict].into_iter().chain(rights).collect()
}
