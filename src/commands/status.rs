//! `hf auth status`: who one is and why, from what is on this machine; the Hub is asked only when that is wanted.

mod headline;
mod rights;
mod screen;

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::auth::status::{Limits, Place, Status, TokenFile};
use crate::auth::{Auth, Source};
use crate::clock;
use crate::commands::arguments::Formatting;
use crate::commands::{Command, Context, warning_of_the_end};
use crate::error::{Error, ErrorKind};
use crate::git::{self, Asked, Helpers};
use crate::hub::Verdict;
use crate::secret::Secret;
use crate::settings::Settings;
use crate::store::StoredToken;
use crate::ui::failure::Result;
use crate::ui::output::{Mode, Output};
use crate::ui::prompt;
use rights::RightsRow;

const EXAMPLES: &str = "Examples:
  $ hf auth status                where the token in effect comes from, and what else is set; no request
  $ hf auth status --check        and ask the Hub whether it is valid, and what it may do
  $ hf auth status --all -q       check every stored token: a name and a word a line

Exit status: 0 logged in (checked: valid), 1 not logged in (rejected), 3 it could not be checked.";

/// It could not be checked.
const UNCHECKED: u8 = 3;
const NOT_LOGGED_IN: u8 = 1;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct StatusArgs {
    /// Ask the Hub about the token in effect
    #[arg(long)]
    check: bool,
    /// Ask the Hub about every stored token too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    formatting: Formatting,
}

/// What a program reads.
#[derive(Serialize)]
struct Report {
    logged_in: bool,
    sources: Vec<SourceRow>,
    endpoint: String,
    files: Vec<FileRow>,
    /// Null where git cannot be asked.
    git_helpers: Option<Vec<String>>,
    /// Why git would not reach this program although it is set up to.
    git_problem: Option<String>,
    proxy: Option<String>,
    certificates: Option<String>,
    /// Why `stored_tokens` cannot be read.
    store_problem: Option<String>,
    /// The token in effect has expired, and cannot be renewed.
    #[serde(skip)]
    has_expired: bool,
    /// The token in effect is for another Hub than is asked here.
    #[serde(skip)]
    is_for_another_hub: bool,
    /// How many tokens are stored.
    #[serde(skip)]
    stored: usize,
    /// What is to be said of stored tokens that end soon.
    #[serde(skip)]
    ending: Vec<String>,
    /// What the Hub says, if it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Vec<CheckRow>>,
}

/// A place that a token can come from.
#[derive(Serialize)]
struct SourceRow {
    source: String,
    /// Masked.
    token: Option<String>,
    token_name: Option<String>,
    /// Seconds since 1970.
    expires_at: Option<i64>,
    in_effect: bool,
    problem: Option<String>,
    /// The Hub that the token is for, where that is neither everybody's nor on this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
}

#[derive(Serialize)]
struct FileRow {
    path: String,
    exists: bool,
    /// In octal, where the system has modes.
    mode: Option<String>,
    /// Null where that is not known.
    open_to_others: Option<bool>,
}

/// The Hub's word on one token.
#[derive(Serialize)]
struct CheckRow {
    /// The stored token's name, or the place that the token is in.
    name: String,
    state: &'static str,
    user: Option<String>,
    problem: Option<String>,
    #[serde(flatten)]
    rights: RightsRow,
}

impl Command for StatusArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        let Context { auth, output } = context;
        let endpoint = auth.settings().endpoint()?;
        // git is at work while we look at the rest.
        let git = says_who_git_asks(output.mode()).then(|| git::ask_for_helpers(&endpoint));
        let found = auth.status()?;
        let checks = match self.check || self.all {
            true => Some(self.ask(&found, context)?),
            false => None,
        };
        let helpers = git.and_then(|asked| asked.and_then(Asked::helpers).ok());
        let report = report(found, helpers, checks, auth.settings())?;
        let exit_status = exit_status(report.logged_in, report.checks.as_deref());
        match output.mode() {
            Mode::Json => output.json(&report)?,
            Mode::Quiet => say_quietly(&report, self.all, output)?,
            Mode::Human => output.lines(&screen::draw(&report, output))?,
            Mode::Agent => output.lines(&screen::pairs(&report))?,
        }
        Ok(ExitCode::from(exit_status))
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}

impl StatusArgs {
    /// Asks about the token in effect first, then about the stored ones; each is renewed if it is time.
    fn ask(&self, found: &Status, context: &Context) -> Result<Vec<CheckRow>> {
        let auth = &context.auth;
        let limits = Limits::from_now(auth.settings())?;
        let hurried = auth.renewing_within(limits);
        let mut names = Vec::new();
        let mut tokens: Vec<Secret> = Vec::new();
        let mut unusable = Vec::new();
        let mut add = |name: &String, token: Result<Option<Secret>, Error>| match token {
            Ok(token) => token.into_iter().for_each(|token| {
                names.push(name.clone());
                tokens.push(token);
            }),
            Err(error) => unusable.push(match error.kind() {
                ErrorKind::UnknownName | ErrorKind::Malformed | ErrorKind::Settings => {
                    check_row(name.clone(), Verdict::Rejected, Some(error.to_string()))
                }
                _ => check_row(name.clone(), Verdict::Unreachable(error.to_string()), None),
            }),
        };
        let in_effect = found.in_effect().map(|place| match &place.stored {
            Some(stored) => &stored.name,
            None => &place.name,
        });
        if let Some(name) = in_effect {
            add(name, hurried.token());
        }
        let stored = found.stored.iter().filter(|it| self.all && it.token.is_some());
        for stored in stored.filter(|it| in_effect != Some(&it.name)) {
            add(&stored.name, hurried.token_named(&stored.name).map(Some));
        }
        let verdicts = prompt::while_waiting(|| auth.verdicts(&tokens, limits))?;
        let rows = names.into_iter().zip(verdicts);
        let rows = rows.map(|(name, verdict)| check_row(name, verdict, None));
        let mut rows: Vec<CheckRow> = rows.chain(unusable).collect();
        add_stored_ends(&mut rows, auth)?;
        Ok(rows)
    }
}

/// As it is stored now: a renewal may have given a token another end.
fn add_stored_ends(rows: &mut [CheckRow], auth: &Auth) -> Result<()> {
    let stored = auth.store()?.tokens().unwrap_or_default();
    let end_of = |name: &String| stored.iter().find(|it| it.name == *name)?.expiry();
    rows.iter_mut()
        .for_each(|row| row.rights.expect_an_end(end_of(&row.name)));
    Ok(())
}

fn check_row(name: String, verdict: Verdict, cause: Option<String>) -> CheckRow {
    let mut rights = RightsRow::default();
    let (state, user, problem) = match verdict {
        Verdict::Valid(identity) => {
            rights = RightsRow::new(identity.role, identity.rights);
            ("valid", Some(identity.user), None)
        }
        Verdict::Rejected => ("rejected", None, cause),
        Verdict::RateLimited(problem) => ("rate-limited", None, Some(problem)),
        Verdict::Unreachable(problem) => ("unreachable", None, Some(problem)),
    };
    CheckRow {
        name,
        state,
        user,
        problem,
        rights,
    }
}

/// A rejected token weighs more than one that could not be checked.
fn exit_status(logged_in: bool, checks: Option<&[CheckRow]>) -> u8 {
    let any = |states: &[&str]| checks.is_some_and(|checks| checks.iter().any(|check| states.contains(&check.state)));
    if !logged_in || any(&["rejected"]) {
        NOT_LOGGED_IN
    } else if any(&["unreachable", "rate-limited"]) {
        UNCHECKED
    } else {
        0
    }
}

fn say_quietly(report: &Report, all: bool, output: &Output) -> Result<()> {
    match &report.checks {
        Some(checks) if all => checks
            .iter()
            .try_for_each(|check| output.line(&format!("{} {}", check.state, check.name))),
        Some(checks) if !checks.is_empty() => output.line(checks[0].state),
        _ if report.logged_in => output.line("logged-in"),
        _ => output.line("not-logged-in"),
    }
}

fn says_who_git_asks(mode: Mode) -> bool {
    matches!(mode, Mode::Human | Mode::Json)
}

fn report(
    found: Status,
    helpers: Option<Helpers>,
    checks: Option<Vec<CheckRow>>,
    settings: &Settings,
) -> Result<Report> {
    let endpoint = settings.endpoint()?;
    let proxy = settings.proxies().of(endpoint.url())?;
    let in_effect = found.in_effect();
    let is_at_its_end = |stored: &StoredToken| {
        let is_past = stored.expiry().is_some_and(|moment| moment <= clock::now());
        is_past && !stored.renews_itself
    };
    let has_expired = in_effect
        .and_then(|place| place.stored.as_ref())
        .is_some_and(is_at_its_end);
    let is_stored_here = in_effect.is_some_and(|place| place.source != Source::Environment);
    let bound = in_effect.and_then(|place| place.stored.as_ref()?.endpoint.as_deref());
    let is_for_another_hub = is_stored_here && bound.is_some_and(|bound| !endpoint.is_at(bound));
    Ok(Report {
        logged_in: in_effect.is_some() && !has_expired && !is_for_another_hub,
        has_expired,
        is_for_another_hub,
        stored: found.stored.iter().filter(|it| it.token.is_some()).count(),
        sources: found.places.into_iter().map(source_row).collect(),
        endpoint: endpoint.to_string(),
        files: found.files.iter().map(file_row).collect(),
        git_problem: helpers.as_ref().and_then(|helpers| helpers.ours.as_ref()?.problem()),
        git_helpers: helpers.map(|helpers| helpers.names),
        proxy: proxy.map(|proxy| format!("{} ({})", proxy.shown(), proxy.place)),
        certificates: settings.certificates().map(|source| {
            let paths = source
                .file
                .iter()
                .chain(&source.folders)
                .map(|path| path.display().to_string());
            format!("{} ({})", paths.collect::<Vec<_>>().join(", "), source.variables)
        }),
        store_problem: found.store_problem,
        ending: found.stored.iter().filter_map(warning_of_the_end).collect(),
        checks,
    })
}

fn source_row(place: Place) -> SourceRow {
    SourceRow {
        source: place.name,
        token: place.token.map(|token| token.masked()),
        expires_at: place.stored.as_ref().and_then(|stored| stored.expiry()),
        endpoint: place.stored.as_ref().and_then(|stored| stored.endpoint.clone()),
        token_name: place.stored.map(|stored| stored.name),
        in_effect: place.is_in_effect,
        problem: place.problem,
    }
}

fn file_row(file: &TokenFile) -> FileRow {
    FileRow {
        path: file.path.display().to_string(),
        exists: file.exists,
        mode: file.mode.map(|mode| format!("{mode:04o}")),
        open_to_others: file.is_open_to_others(),
    }
}
