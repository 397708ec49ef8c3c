//! Why a command ends: what the library could not do, or what is wrong with the command line, the terminal or the streams,
//! in the words that a person is given and with the exit status that a script is given.

use std::io;

use crate::error::{Error, ErrorKind, Hint, reason};

/// The result of a command and of what it says and asks.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Decides the exit status and how the message is introduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The command line itself is wrong.
    Usage,
    /// A value is wrong: an unknown name, a malformed token. Shown as `Invalid value. …`, as the reference does.
    Invalid,
    /// Something else failed: the Hub, the disk, git, the login itself.
    Failed,
    /// The person stopped it at a prompt.
    Aborted,
    /// The command that we were to run could not be started, and this is the status for it.
    Unstartable(u8),
    /// Whoever read our standard output went away. Nobody is left to tell.
    BrokenPipe,
}

/// See the module's paragraph.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(super) kind: Kind,
    pub(super) message: String,
    /// A sentence on a line of its own. The message itself is one line, whatever it quotes.
    pub(super) second_line: Option<&'static str>,
    pub(super) hint: Hint,
    /// Lines to be copied, behind the hint.
    pub(super) example: Box<[String]>,
    /// Shown with `HF_DEBUG=1`.
    pub(super) cause: Option<anyhow::Error>,
}

impl Failure {
    fn new(kind: Kind, message: impl Into<String>, hint: Hint) -> Self {
        Failure {
            kind,
            message: message.into(),
            second_line: None,
            hint,
            example: Box::default(),
            cause: None,
        }
    }

    /// A wrong command line (exit status 2).
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Failure::new(Kind::Usage, message, Hint::None)
    }

    /// A wrong value (exit status 1).
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Failure::new(Kind::Invalid, message, Hint::Debug)
    }

    /// A failure outside (exit status 1).
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Failure::new(Kind::Failed, message, Hint::Debug)
    }

    /// The person stopped it at a prompt (exit status 1).
    pub(crate) fn aborted() -> Self {
        Failure::new(Kind::Aborted, "Aborted!", Hint::None)
    }

    /// Standard output was closed by its reader (exit status 1, nothing is said).
    pub(crate) fn broken_pipe() -> Self {
        Failure::new(Kind::BrokenPipe, "broken pipe", Hint::None)
    }

    /// A command that was to be run cannot be started (exit status 127 if there is none, else 126, as in a shell).
    pub(crate) fn unstartable(program: &str, cause: io::Error) -> Self {
        let (status, message) = match cause.kind() {
            io::ErrorKind::NotFound => (127, format!("There is no command {program}.")),
            _ => (126, format!("Cannot run {program}: {}.", reason(&cause))),
        };
        Failure::new(Kind::Unstartable(status), message, Hint::None).with_source(cause)
    }

    /// Adds the next step.
    #[must_use]
    pub(crate) fn hint(mut self, step: impl Into<String>) -> Self {
        self.hint = Hint::Step(step.into());
        self
    }

    /// Adds the cause.
    #[must_use]
    pub(crate) fn with_source(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The exit status of a process that ends with it.
    pub(crate) fn exit_status(&self) -> u8 {
        match self.kind {
            Kind::Usage => 2,
            Kind::Unstartable(status) => status,
            Kind::Invalid | Kind::Failed | Kind::Aborted | Kind::BrokenPipe => 1,
        }
    }

    /// The causes, nearest first, each in its own words.
    pub(super) fn causes(&self) -> impl Iterator<Item = String> {
        let chain = self.cause.iter().flat_map(|cause| cause.chain());
        chain.map(ToString::to_string)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let kind = match error.kind() {
            ErrorKind::UnknownName | ErrorKind::Malformed | ErrorKind::Settings => Kind::Invalid,
            _ => Kind::Failed,
        };
        Failure {
            kind,
            message: error.to_string(),
            second_line: error.second_line(),
            hint: error.advice().clone(),
            example: error.lines_to_copy().into(),
            cause: error.into_source().map(anyhow::Error::new),
        }
    }
}
