//! The answers as a person, an agent, a program or a script reads them: a line each as they come, or one JSON array.

use serde::Serialize;

use crate::auth::{AccessState, Checked};
use crate::error::Error;
use crate::hub::{Access, Repo};
use crate::secret::redaction::masked_name;
use crate::ui::failure::Result;
use crate::ui::output::{Mode, Output, Style};
use crate::ui::text::escape;

/// One answer.
#[derive(Serialize)]
pub(super) struct Row {
    repo: String,
    #[serde(rename = "type")]
    kind: &'static str,
    access: &'static str,
    state: &'static str,
    /// Null where the token is not stored, or there is none.
    token_name: Option<String>,
    message: Option<String>,
    next: Option<String>,
    request_id: Option<String>,
    /// The repository with its type, as it can be given again.
    #[serde(skip)]
    named: String,
    #[serde(skip)]
    is: AccessState,
}

impl Row {
    pub(super) fn of(checked: &Checked, token_name: Option<&str>) -> Self {
        let row = Row::new(&checked.repo, checked.access, checked.state, token_name);
        Row {
            message: checked.message.clone(),
            next: checked.next.clone(),
            request_id: checked.request_id.clone(),
            ..row
        }
    }

    /// Of a stored token that cannot be one.
    pub(super) fn unusable(repo: &Repo, access: Access, token_name: Option<&str>, error: &Error) -> Self {
        let row = Row::new(repo, access, AccessState::BadToken, token_name);
        Row {
            message: Some(error.to_string()),
            next: error.next_step().map(str::to_owned),
            ..row
        }
    }

    fn new(repo: &Repo, access: Access, state: AccessState, token_name: Option<&str>) -> Self {
        Row {
            repo: repo.id().to_owned(),
            kind: repo.kind().word(),
            access: access.word(),
            state: state.word(),
            token_name: token_name.map(str::to_owned),
            message: None,
            next: None,
            request_id: None,
            named: repo.to_string(),
            is: state,
        }
    }
}

/// What has been shown, and how the rest will be.
pub(super) struct Screen<'a> {
    output: &'a Output,
    access: Access,
    /// Each line says for which token it is.
    with_names: bool,
    states: Vec<AccessState>,
    /// For the one array at the end.
    rows: Vec<Row>,
}

impl<'a> Screen<'a> {
    pub(super) fn new(output: &'a Output, access: Access, with_names: bool) -> Self {
        Screen {
            output,
            access,
            with_names,
            states: Vec::new(),
            rows: Vec::new(),
        }
    }

    pub(super) fn access(&self) -> Access {
        self.access
    }

    pub(super) fn show(&mut self, row: Row) -> Result<()> {
        let is_first = self.states.is_empty();
        self.states.push(row.is);
        match self.output.mode() {
            Mode::Json => {
                self.rows.push(row);
                Ok(())
            }
            Mode::Quiet => self.output.line(&self.quietly(&row)),
            Mode::Agent => {
                if is_first {
                    self.output.lines("repo\ttype\taccess\tstate\ttoken_name\tnext")?;
                }
                self.output.lines(&tab_separated(&row))
            }
            Mode::Human => self.output.lines(&self.for_a_person(&row)),
        }
    }

    /// Gives the states of all that was shown.
    pub(super) fn finish(self) -> Result<Vec<AccessState>> {
        if self.output.mode() == Mode::Json {
            self.output.json(&self.rows)?;
        }
        Ok(self.states)
    }

    fn quietly(&self, row: &Row) -> String {
        match &row.token_name {
            Some(name) if self.with_names => format!("{} {} {name}", row.state, row.named),
            _ => format!("{} {}", row.state, row.named),
        }
    }

    fn for_a_person(&self, row: &Row) -> String {
        let (mark, style) = match row.is {
            AccessState::Allowed => ("✓", Style::Green),
            state if state.is_unanswered() => ("?", Style::Yellow),
            _ => ("✗", Style::Red),
        };
        let with = match &row.token_name {
            Some(name) if self.with_names => format!(" with {}", escape(&masked_name(name))),
            _ => String::new(),
        };
        let said = row
            .message
            .iter()
            .map(|said| format!(" ({})", escape(said.trim_end_matches('.'))));
        let next = row.next.iter().map(|next| format!("\n  Next: {}", escape(next)));
        let head = format!(
            "{} {}{with}: {}",
            self.output.styled(style, mark),
            row.named,
            self.output.styled(style, row.state)
        );
        [head].into_iter().chain(said).chain(next).collect()
    }
}

fn tab_separated(row: &Row) -> String {
    let cell = |text: &Option<String>| escape(text.as_deref().unwrap_or_default()).into_owned();
    let (name, next) = (cell(&row.token_name), cell(&row.next));
    format!(
        "{}\t{}\t{}\t{}\t{name}\t{next}",
        row.repo, row.kind, row.access, row.state
    )
}
