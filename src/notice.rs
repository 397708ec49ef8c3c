//! What a person or a program is told while the work goes on, as values. Who shows them, and how, is not known here.

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
    /// A request to this host has begun, and may take its time.
    Asking(String),
    /// The request that began last has ended, however it did.
    Answered,
    /// For `HF_DEBUG=1` only; secrets are already redacted.
    Debug(String),
}

/// Where notices go: the screen for a command, nowhere for a library.
pub type Notify<'a> = &'a (dyn Fn(Notice) + Send + Sync);

/// For a [`Notify`]: nobody wants to know.
pub fn silent(_: Notice) {}
