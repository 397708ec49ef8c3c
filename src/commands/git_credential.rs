//! `hf auth git-credential`: answers git's question for the Hub's token (gitcredentials(7), "Custom helpers").

use clap::Args;

use crate::auth::active;
use crate::auth::credential::{self, Description};
use crate::commands::Context;
use crate::commands::arguments::Formatting;
use crate::error::{Error, Result};
use crate::ui::input;

const EXAMPLES: &str = "Examples:
  $ hf auth git-credential get <<< url=https://huggingface.co
                                  what git is told

git gets the token in effect, for the Hub alone, each time it needs it; it is stored nowhere else.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct GitCredential {
    /// `get` is answered; `store` and `erase` are ignored, for the token is not git's to keep
    #[arg(value_name = "get|store|erase")]
    operation: String,
    #[command(flatten)]
    pub(crate) formatting: Formatting,
}

impl GitCredential {
    pub(crate) fn run(&self, context: &Context) -> Result<()> {
        match self.operation.as_str() {
            "get" => get(context),
            "store" | "erase" => {
                input::discard();
                Ok(())
            }
            // A helper is to ignore what a later git may ask of it.
            _ => Ok(()),
        }
    }
}

/// No token is an answer too: git then asks its other helpers, or the person.
fn get(context: &Context) -> Result<()> {
    let Context { settings, output } = context;
    let description = Description::parse(&input::read_paragraph()?).map_err(|malformed| {
        let sentence = format!("git's question cannot be understood: {malformed}.");
        Error::failed(sentence).because(malformed)
    })?;
    if !description.is_for(&settings.endpoint()?) {
        return Ok(());
    }
    let Some(active) = active::effective(settings, &context.notify())? else {
        return Ok(());
    };
    let token = active.usable(settings)?;
    let answer = credential::answer(&token, active::expiry_of(settings, &token));
    output.part(answer.expose())
}
