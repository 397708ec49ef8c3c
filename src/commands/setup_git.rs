//! `hf auth setup-git`: has git ask this program for the Hub's token, instead of keeping a copy of it.

use std::ffi::OsStr;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::auth::Auth;
use crate::commands::arguments::{Formatting, TokenName};
use crate::commands::{Command, Context};
use crate::git::config::{self, Change, Scope};
use crate::git::{self, Registration};
use crate::programs::{OLD_NAME, this_program, this_program_as_started};
use crate::settings::Endpoint;
use crate::ui::failure::{Failure, Result};
use crate::ui::output::{Mode, Output};
use crate::ui::text::escape;

const EXAMPLES: &str = "Examples:
  $ hf auth setup-git             git clone, pull and push on the Hub as whoever is logged in
  $ hf auth setup-git --local work
                                  in this repository only, always as work
  $ hf auth setup-git --remove    as it was before
  $ git submodule foreach 'hf auth setup-git --local work'
                                  in the submodules too: --local does not reach them

git then gets the token in effect when it needs it, after `hf auth switch` the other one, and stores none.
A remote such as https://work@huggingface.co/acme/model gets the stored token work, wherever it is.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SetupGitArgs {
    #[command(flatten)]
    name: TokenName,
    /// For the repository you are in, instead of all of yours
    #[arg(long)]
    local: bool,
    /// Have git send the path too, so that the rules of `hf auth use --owner` choose the token
    #[arg(long)]
    by_owner: bool,
    /// Undo it
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    formatting: Formatting,
}

/// What a program reads.
#[derive(Serialize)]
struct Setup<'a> {
    endpoint: &'a str,
    scope: &'static str,
    /// The one that git gets, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_name: Option<&'a str>,
    registered: bool,
    changed: bool,
}

impl Command for SetupGitArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        let Context { auth, output } = context;
        let endpoint = auth.settings().endpoint()?;
        let scope = match self.local {
            true => Scope::Local,
            false => Scope::Global,
        };
        let name = self.name.get()?;
        // Two of us at once would read, and then both write. Where there can be no lock there are no two.
        let store = auth.store()?;
        let _lock = store.lock().ok();
        let change = match self.remove {
            true => config::unregister(&endpoint, scope)?,
            false => config::register(&endpoint, scope, &registration(name, auth)?, self.by_owner)?,
        };
        let setup = Setup {
            endpoint: &endpoint.to_string(),
            scope: match scope {
                Scope::Global => "global",
                Scope::Local => "local",
            },
            token_name: name.filter(|_| !self.remove),
            registered: !self.remove,
            changed: change == Change::Made,
        };
        setup.say(output)?;
        if setup.registered {
            warn_of_obstacles(&endpoint, output);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}

/// This program by its own path: git may run where no `hf` is on PATH, or another one is.
fn registration(name: Option<&str>, auth: &Auth) -> Result<Registration> {
    if let Some(name) = name {
        auth.store()?.find(name)?;
    }
    // Under its old name this program would not know `auth` from a command of somebody else's.
    let program = this_program_as_started().filter(|program| program.file_stem() != Some(OsStr::new(OLD_NAME)));
    let program = program.or_else(this_program).ok_or_else(|| {
        Failure::failed("The system does not say where this program is.").hint("start it by its full path.")
    })?;
    Ok(Registration {
        token_name: name.map(str::to_owned),
        ..Registration::of(program)
    })
}

impl Setup<'_> {
    fn say(&self, output: &Output) -> Result<()> {
        match output.mode() {
            Mode::Human => {
                output.say(&self.sentence());
                Ok(())
            }
            Mode::Agent => output.lines(&format!(
                "endpoint={} scope={}{} registered={} changed={}",
                escape(self.endpoint),
                self.scope,
                self.token_name
                    .map(|name| format!(" token_name={}", escape(name)))
                    .unwrap_or_default(),
                self.registered,
                self.changed
            )),
            Mode::Json => output.json(self),
            Mode::Quiet => output.line(self.endpoint),
        }
    }

    fn sentence(&self) -> String {
        let Setup { endpoint, scope, .. } = self;
        let token = self
            .token_name
            .map_or("the token".to_owned(), |name| format!("the token `{name}`"));
        let place = format!("for {token} of {endpoint} ({scope} configuration)");
        match (self.registered, self.changed) {
            (true, true) => format!("git now asks `hf` {place}."),
            (true, false) => format!("git asks `hf` {place} already. Nothing has changed."),
            (false, true) => format!("git no longer asks `hf` {place}."),
            (false, false) => format!("git does not ask `hf` {place}. Nothing has changed."),
        }
    }
}

/// What would let others have the token too.
fn warn_of_obstacles(endpoint: &Endpoint, output: &Output) {
    let others = git::helpers(endpoint).unwrap_or_default().names;
    let others: Vec<String> = others.into_iter().filter(|name| name != config::NAME).collect();
    if !others.is_empty() {
        output.warn(&format!(
            "git hands the token to other helpers too, which may keep it: {}. They are set behind ours in git's configuration.",
            others.join(", ")
        ));
    }
    if let Some(warning) = endpoint.exposure() {
        output.warn(&warning);
    }
}
