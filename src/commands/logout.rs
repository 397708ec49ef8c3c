//! `hf auth logout`: forgets one stored token, or all of them, and takes it back from git.

use clap::Args;

use crate::auth::store::TokenStore;
use crate::commands::arguments::{Formatting, TokenName};
use crate::commands::{Context, Report};
use crate::error::{Error, Result};

const EXAMPLES: &str = "Examples:
  $ hf auth logout laptop         forget the token named laptop
  $ hf auth logout                forget every stored token

The token itself stays valid on the Hub; revoke it at https://huggingface.co/settings/tokens.";

const STILL_IN_THE_ENVIRONMENT: &str = "Token has been deleted from your machine but you are still logged in.";
const CLEAR_THE_ENVIRONMENT: &str =
    "To log out, you must clear out both `HF_TOKEN` and `HUGGING_FACE_HUB_TOKEN` environment variables.";

/// Forget one stored token, or all of them
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Logout {
    #[command(flatten)]
    name: TokenName,
    #[command(flatten)]
    pub(crate) formatting: Formatting,
}

impl Logout {
    pub(crate) fn run(&self, context: &Context) -> Result<()> {
        let name = self.name.get()?;
        let store = TokenStore::open(&context.settings)?;
        if !something_to_forget(context, &store)? {
            context.output.say("Not logged in!");
            return Report::default().say(&context.output);
        }
        match name {
            Some(name) => forget(name, context, &store)?,
            None => forget_all(context, &store)?,
        }
        if context.settings.environment_token.is_some() {
            let error = Error::failed(STILL_IN_THE_ENVIRONMENT).then(CLEAR_THE_ENVIRONMENT);
            return Err(error.without_hint());
        }
        let report = Report {
            token_name: name,
            ..Report::default()
        };
        report.say(&context.output)
    }
}

/// Anything that makes the person logged in. No request is made to find out, and a file full of rubbish can be
/// forgotten too.
fn something_to_forget(context: &Context, store: &TokenStore) -> Result<bool> {
    let settings = &context.settings;
    let in_effect =
        settings.oidc_resource.is_some() || settings.environment_token.is_some() || !matches!(store.active(), Ok(None));
    Ok(in_effect || !store.tokens()?.is_empty())
}

fn forget(name: &str, context: &Context, store: &TokenStore) -> Result<()> {
    let removed = store.remove(name)?;
    if removed.was_active {
        context.output.say(&format!("Active token '{name}' has been deleted."));
    }
    context
        .output
        .say(&format!("Successfully logged out from access token: {name}."));
    if let Some(token) = &removed.token {
        context.remove_from_git(Some(token));
    }
    Ok(())
}

fn forget_all(context: &Context, store: &TokenStore) -> Result<()> {
    store.remove_all()?;
    context.output.say("Successfully logged out from all access tokens.");
    context.remove_from_git(None);
    Ok(())
}
