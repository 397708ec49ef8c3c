//! What went wrong, as a value: a kind that decides the exit status, one sentence for the person, the next step, and
//! the chain of causes for `HF_DEBUG`. Prints nothing and knows no command.
//!
//! A message states the fact and never quotes a token, a token endpoint's whole answer or a line of `stored_tokens`.

use std::io;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure it is; decides the exit status and how the message is introduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command line itself is wrong.
    Usage,
    /// A value is wrong: an unknown name, a malformed token. Shown as `Invalid value. …`, as the reference does.
    Invalid,
    /// Something outside failed: the Hub, the disk, git, the login itself.
    Failed,
    /// The person stopped it at a prompt.
    Aborted,
    /// The command that we were to run could not be started, and this is the status for it.
    Unstartable(u8),
    /// Everything has been said, and this is the exit status.
    Told(u8),
    /// Whoever read our standard output went away. Nobody is left to tell.
    BrokenPipe,
}

impl Kind {
    /// The exit status of a process that ends with this kind of error.
    pub fn exit_status(self) -> u8 {
        match self {
            Kind::Usage => 2,
            Kind::Unstartable(status) | Kind::Told(status) => status,
            Kind::Invalid | Kind::Failed | Kind::Aborted | Kind::BrokenPipe => 1,
        }
    }
}

/// The line that follows an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// The message says it all.
    None,
    /// No better advice than to look at the causes with `HF_DEBUG=1`.
    Debug,
    /// The next step.
    Step(String),
}

/// A failure: see the module's paragraph.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: Kind,
    message: String,
    second_line: Option<&'static str>,
    hint: Hint,
    #[source]
    source: Option<anyhow::Error>,
}

impl Error {
    fn new(kind: Kind, message: impl Into<String>, hint: Hint) -> Self {
        Error {
            kind,
            message: message.into(),
            second_line: None,
            hint,
            source: None,
        }
    }

    /// A wrong command line (exit status 2).
    pub fn usage(message: impl Into<String>) -> Self {
        Error::new(Kind::Usage, message, Hint::None)
    }

    /// A wrong value (exit status 1).
    pub fn invalid(message: impl Into<String>) -> Self {
        Error::new(Kind::Invalid, message, Hint::Debug)
    }

    /// A failure outside (exit status 1).
    pub fn failed(message: impl Into<String>) -> Self {
        Error::new(Kind::Failed, message, Hint::Debug)
    }

    /// The person stopped it at a prompt (exit status 1).
    pub fn aborted() -> Self {
        Error::new(Kind::Aborted, "Aborted!", Hint::None)
    }

    /// Standard output was closed by its reader (exit status 1, nothing is said).
    pub fn broken_pipe() -> Self {
        Error::new(Kind::BrokenPipe, "broken pipe", Hint::None)
    }

    /// A command that was to be run cannot be started (exit status 127 if there is none, else 126, as in a shell).
    pub(crate) fn unstartable(program: &str, cause: io::Error) -> Self {
        let (status, message) = match cause.kind() {
            io::ErrorKind::NotFound => (127, format!("There is no command {program}.")),
            _ => (126, format!("Cannot run {program}: {}.", reason(&cause))),
        };
        Error::new(Kind::Unstartable(status), message, Hint::None).because(cause)
    }

    /// All has been said (any exit status).
    pub(crate) fn told(status: u8) -> Self {
        Error::new(Kind::Told(status), "", Hint::None)
    }

    /// No token is in effect. The reference gives no hint here: the sentence is one.
    pub fn not_logged_in() -> Self {
        Error::failed("Not logged in. Run `hf auth login` first.").without_hint()
    }

    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, step: impl Into<String>) -> Self {
        self.hint = Hint::Step(step.into());
        self
    }

    /// Gives the next step that the cause gives.
    #[must_use]
    pub(crate) fn advised_by(mut self, cause: &Error) -> Self {
        self.hint = cause.hint.clone();
        self
    }

    /// Leaves the message to speak for itself.
    #[must_use]
    pub fn without_hint(mut self) -> Self {
        self.hint = Hint::None;
        self
    }

    /// Adds a sentence on a line of its own. The message itself is one line, whatever it quotes.
    #[must_use]
    pub fn then(mut self, sentence: &'static str) -> Self {
        self.second_line = Some(sentence);
        self
    }

    /// Adds the cause, shown with `HF_DEBUG=1`.
    #[must_use]
    pub fn because(mut self, source: impl Into<anyhow::Error>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Passes the message and its hint through `redact`, should a server have put a secret there. The causes are
    /// dropped if they hold one.
    #[must_use]
    pub(crate) fn redacted(mut self, redact: impl Fn(&str) -> String) -> Self {
        self.message = redact(&self.message);
        if let Hint::Step(step) = &self.hint {
            self.hint = Hint::Step(redact(step));
        }
        if self.causes().iter().any(|cause| redact(cause) != *cause) {
            self.source = None;
        }
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The sentence on a line of its own.
    pub fn second_line(&self) -> Option<&'static str> {
        self.second_line
    }

    /// The line to follow it.
    pub fn advice(&self) -> &Hint {
        &self.hint
    }

    /// The causes, nearest first, each in its own words.
    pub fn causes(&self) -> Vec<String> {
        let chain = self.source.iter().flat_map(|cause| cause.chain());
        chain.map(ToString::to_string).collect()
    }
}

/// The system's words for what went wrong, without its number.
pub(crate) fn reason(cause: &io::Error) -> String {
    let text = cause.to_string();
    match text.find(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
