//! `hf auth git-credential`: answers git's question for the Hub's token (gitcredentials(7), "Custom helpers").

use std::process::ExitCode;

use clap::Args;

use crate::auth::Auth;
use crate::commands::arguments::Formatting;
use crate::commands::{Command, Context};
use crate::git;
use crate::git::credential::{self, Description};
use crate::secret::Secret;
use crate::settings::{self, DEFAULT_ENDPOINT, Settings};
use crate::ui::failure::{Failure, Result};
use crate::ui::input;
use crate::ui::output::Mode;

const EXAMPLES: &str = "Examples:
  $ hf auth git-credential get <<< url=https://huggingface.co
                                  what git is told

git gets the token in effect, for the Hub alone, each time it needs it; it is stored nowhere else.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct GitCredentialArgs {
    /// `get` is answered; `store` and `erase` are ignored, for the token is not git's to keep
    #[arg(value_name = "get|store|erase")]
    operation: String,
    /// The stored token that git gets, instead of the one in effect
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    token_name: Option<String>,
    /// The endpoint that git is set up for, whatever HF_ENDPOINT says
    #[arg(long, hide = true)]
    endpoint: Option<String>,
    /// The token is the one in HF_TOKEN: see `hf auth run`
    #[arg(long, hide = true)]
    from_environment: bool,
    /// A note of `hf auth setup-git` to itself: it has had git send the path
    #[arg(long, hide = true)]
    with_path: bool,
    #[command(flatten)]
    formatting: Formatting,
}

impl Command for GitCredentialArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        match self.operation.as_str() {
            "get" => self.get(context)?,
            "store" | "erase" => input::discard(),
            // A helper is to ignore what a later git may ask of it.
            _ => {}
        }
        Ok(ExitCode::SUCCESS)
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }

    /// git is answered in its own format, and nothing is said around the answer.
    fn mode(&self, _settings: &Settings) -> Mode {
        Mode::Quiet
    }
}

impl GitCredentialArgs {
    /// No token is an answer too: git then asks its other helpers, or the person.
    fn get(&self, context: &Context) -> Result<()> {
        if settings::environment(git::ASKING).is_some() {
            return Ok(());
        }
        let description = Description::parse(&input::read_paragraph()?).map_err(|malformed| {
            let sentence = format!("git's question cannot be understood: {malformed}.");
            Failure::failed(sentence).with_source(malformed)
        })?;
        let Some(settings) = self.settings_for(&description, context.settings())? else {
            return Ok(());
        };
        let auth = context.auth.with_settings(settings);
        let Some(token) = self.token_for(&description, &auth)? else {
            return Ok(());
        };
        let answer = credential::answer(&token, auth.expiry_of(&token));
        context.output.part(answer.expose())
    }

    /// `None` where it is not the Hub's token that git wants.
    fn settings_for(&self, description: &Description, settings: &Settings) -> Result<Option<Settings>> {
        let own = settings.for_git(self.endpoint.as_deref());
        if description.is_for(&own.endpoint()?) {
            return Ok(Some(own));
        }
        let default = settings.for_git(Some(DEFAULT_ENDPOINT));
        let is_its_own = self.endpoint.is_none()
            && description.is_for(&default.endpoint()?)
            && git::config::is_registered_for_the_default();
        Ok(is_its_own.then_some(default))
    }

    /// The command's own where there is one around us, else that of the URL's user name, else the pinned one, else that of the
    /// repository's owner, else the one in effect.
    fn token_for(&self, description: &Description, auth: &Auth) -> Result<Option<Secret>> {
        if self.from_environment
            && let Some(token) = &auth.settings().environment_token
        {
            return usable(token).map(Some);
        }
        let named = description.username().filter(|name| *name != credential::USER);
        let pinned = self.token_name.as_deref();
        Ok(match named {
            Some(name) if auth.is_stored(name)? => Some(auth.token_named(name)?),
            _ => match (pinned, description.owner_at(&auth.settings().endpoint()?)) {
                (Some(name), _) => Some(auth.token_named(name)?),
                (None, Some(owner)) => match auth.token_for_owner(&owner)? {
                    Some(token) => Some(token),
                    None => auth.token()?,
                },
                (None, None) => auth.token()?,
            },
        })
    }
}

fn usable(token: &Secret) -> Result<Secret> {
    Secret::parse(token.expose()).map_err(|malformed| malformed.found("in the environment (HF_TOKEN)").into())
}
