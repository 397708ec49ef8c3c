//! What went wrong, as a value: a kind that a program can act on, one sentence for a person, the next step, and the chain
//! of causes. Knows no command and no exit status.
//!
//! A message states the fact and never quotes a token, a token endpoint's whole answer or a line of `stored_tokens`.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure it is: what a program can do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No token is in effect.
    NotLoggedIn,
    /// No token is stored under that name.
    UnknownName,
    /// The token cannot be one that can be used (empty, with white space in it, an organization's), or the name of a
    /// repository cannot be one.
    Malformed,
    /// The token is bound to another Hub than the one that would be asked.
    OtherHub,
    /// A setting (an environment variable) makes no sense.
    Settings,
    /// The Hub does not know the token, or no longer (401).
    Rejected,
    /// The Hub knows the token, and refuses what was asked for (403).
    Denied,
    /// The Hub has been asked too often.
    RateLimited {
        /// How long to wait before asking again, if the Hub says so.
        wait: Option<Duration>,
    },
    /// There is no answer of the Hub's: the network, a proxy, a certificate, a timeout.
    Unreachable,
    /// The answer is not what a Hub says.
    UnexpectedAnswer,
    /// The Hub cannot do what was asked for.
    Unsupported,
    /// Offline mode is on, and a request would be needed.
    Offline,
    /// The person declined a login with the browser, or did not decide in time.
    NotGranted,
    /// A CI job's identity could not be exchanged for a token.
    Exchange,
    /// Another process holds the lock on the stored tokens.
    Locked,
    /// A file cannot be read or written.
    Files,
    /// `stored_tokens` or `token` is there and cannot be understood.
    Damaged,
    /// git could not be asked or told.
    Git,
    /// All is forgotten, but a token in the environment is still in effect.
    StillInEnvironment,
}

/// The line that follows an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hint {
    /// The message says it all.
    None,
    /// No better advice than to look at the causes with `HF_DEBUG=1`.
    Debug,
    /// The next step.
    Step(String),
}

/// A failure. It displays as one sentence, and [`source`](StdError::source) leads along its causes.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
    second_line: Option<&'static str>,
    hint: Hint,
    example: Vec<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error {
            kind,
            message: message.into(),
            second_line: None,
            hint: Hint::Debug,
            example: Vec::new(),
            source: None,
        }
    }

    /// No token is in effect. The reference gives no hint here: the sentence is one.
    pub(crate) fn not_logged_in() -> Self {
        Error::new(ErrorKind::NotLoggedIn, "Not logged in. Run `hf auth login` first.").without_hint()
    }

    /// Adds the next step.
    #[must_use]
    pub(crate) fn hint(mut self, step: impl Into<String>) -> Self {
        self.hint = Hint::Step(step.into());
        self
    }

    /// Adds lines to be copied, behind the next step.
    #[must_use]
    pub(crate) fn example(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.example = lines.into_iter().collect();
        self
    }

    /// Gives the next step that the cause gives.
    #[must_use]
    pub(crate) fn with_hint_of(mut self, cause: &Error) -> Self {
        self.hint = cause.hint.clone();
        self.example.clone_from(&cause.example);
        self
    }

    /// Says first what it is part of.
    #[must_use]
    pub(crate) fn within(mut self, whole: &str) -> Self {
        self.message = format!("{whole} {}", self.message);
        self
    }

    /// Leaves the message to speak for itself.
    #[must_use]
    pub(crate) fn without_hint(mut self) -> Self {
        self.hint = Hint::None;
        self
    }

    /// Adds a sentence on a line of its own. The message itself is one line, whatever it quotes.
    #[must_use]
    pub(crate) fn then(mut self, sentence: &'static str) -> Self {
        self.second_line = Some(sentence);
        self
    }

    /// Adds the cause.
    #[must_use]
    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(Arc::from(source.into()));
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
        self.example = self.example.iter().map(|line| redact(line)).collect();
        if self.causes().iter().any(|cause| redact(cause) != *cause) {
            self.source = None;
        }
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What to do about it, in a sentence for a person, where something helps.
    pub fn next_step(&self) -> Option<&str> {
        match &self.hint {
            Hint::Step(step) => Some(step),
            Hint::None | Hint::Debug => None,
        }
    }

    /// The line that follows it.
    pub(crate) fn advice(&self) -> &Hint {
        &self.hint
    }

    /// The lines to be copied, behind the next step.
    pub(crate) fn lines_to_copy(&self) -> &[String] {
        &self.example
    }

    /// The sentence on a line of its own.
    pub(crate) fn second_line(&self) -> Option<&'static str> {
        self.second_line
    }

    /// The cause alone, for whoever has taken the rest.
    pub(crate) fn into_source(self) -> Option<Arc<dyn StdError + Send + Sync>> {
        self.source
    }

    /// The causes, nearest first, each in its own words.
    pub(crate) fn causes(&self) -> Vec<String> {
        let links = std::iter::successors(self.source(), |link| (*link).source());
        links.map(ToString::to_string).collect()
    }
}

/// The system's words for what went wrong, without its number and without the full stop that Windows ends them with.
pub(crate) fn reason(cause: &io::Error) -> String {
    let text = cause.to_string();
    let words = text.find(" (os error ").map_or(text.as_str(), |end| &text[..end]);
    words.trim_end_matches('.').to_owned()
}
