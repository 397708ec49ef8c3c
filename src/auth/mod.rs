//! What is true about tokens: which one counts, where they are kept, whether the Hub accepts them. Nothing in here
//! prints or asks; what a person should be told comes back as a value or goes to a [`Notify`].

pub mod active;
pub mod credential;
pub mod device;
pub mod git;
pub mod hub;
pub mod ini;
mod oidc;
pub(crate) mod redaction;
mod refresh;
pub mod secret;
pub mod session;
pub mod status;
pub mod store;
mod tls;

/// Something to tell the person while the work goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Worth knowing.
    Information(String),
    /// Worth acting upon.
    Warning(String),
    /// What to set up so that it works the next time, in lines of our own.
    Advice(&'static str),
    /// What the Hub wants everybody to know who asks it (`X-HF-Warning`). It comes with every answer, so that whoever shows
    /// it does so once per topic.
    HubWarning {
        /// What it is about; may be empty.
        topic: String,
        /// What to show, in one line.
        message: String,
    },
    /// For `HF_DEBUG=1` only; secrets are already redacted.
    Debug(String),
}

/// Where notices go: the screen for a command, nowhere for a library.
pub type Notify<'a> = &'a dyn Fn(Notice);

/// For a [`Notify`]: nobody wants to know.
pub fn silent(_: Notice) {}
