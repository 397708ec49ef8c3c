//! `hf auth setup-git`: has git ask this program for the Hub's token, instead of keeping a copy of it.

use clap::Args;
use serde::Serialize;

use crate::auth::git;
use crate::auth::git::config::{self, Change, Scope};
use crate::commands::Context;
use crate::commands::arguments::Formatting;
use crate::error::Result;
use crate::fs::programs;
use crate::settings::{self, Endpoint};
use crate::ui::output::{Mode, Output};
use crate::ui::text::escape;

const EXAMPLES: &str = "Examples:
  $ hf auth setup-git             git clone, pull and push on the Hub as whoever is logged in
  $ hf auth setup-git --local     in this repository only
  $ hf auth setup-git --remove    as it was before

git then gets the token in effect when it needs it, after `hf auth switch` the other one, and stores none.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SetupGit {
    /// For the repository you are in, instead of all of yours
    #[arg(long)]
    local: bool,
    /// Undo it
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    pub(crate) formatting: Formatting,
}

/// What a program reads.
#[derive(Serialize)]
struct Setup<'a> {
    endpoint: &'a str,
    scope: &'static str,
    registered: bool,
    changed: bool,
}

impl SetupGit {
    pub(crate) fn run(&self, context: &Context) -> Result<()> {
        let Context { settings, output } = context;
        let endpoint = settings.endpoint()?;
        let scope = match self.local {
            true => Scope::Local,
            false => Scope::Global,
        };
        let change = match self.remove {
            true => config::unregister(&endpoint, scope)?,
            false => config::register(&endpoint, scope)?,
        };
        let setup = Setup {
            endpoint: &endpoint.to_string(),
            scope: match scope {
                Scope::Global => "global",
                Scope::Local => "local",
            },
            registered: !self.remove,
            changed: change == Change::Made,
        };
        setup.say(output)?;
        if setup.registered {
            warn_of_obstacles(&endpoint, output);
        }
        Ok(())
    }
}

impl Setup<'_> {
    fn say(&self, output: &Output) -> Result<()> {
        match output.mode() {
            Mode::Human => {
                output.say(&self.sentence());
                Ok(())
            }
            Mode::Agent => output.lines(&format!(
                "endpoint={} scope={} registered={} changed={}",
                escape(self.endpoint),
                self.scope,
                self.registered,
                self.changed
            )),
            Mode::Json => output.json(self),
            Mode::Quiet => output.line(self.endpoint),
        }
    }

    fn sentence(&self) -> String {
        let Setup { endpoint, scope, .. } = self;
        let place = format!("for the token of {endpoint} ({scope} configuration)");
        match (self.registered, self.changed) {
            (true, true) => format!("git now asks `hf` {place}."),
            (true, false) => format!("git asks `hf` {place} already. Nothing has changed."),
            (false, true) => format!("git no longer asks `hf` {place}."),
            (false, false) => format!("git does not ask `hf` {place}. Nothing has changed."),
        }
    }
}

/// What would keep git from the token, or others from keeping out of it.
fn warn_of_obstacles(endpoint: &Endpoint, output: &Output) {
    let own = settings::programs::this_program();
    let folders = settings::programs::search_path();
    match (programs::named("hf", &folders).next(), own) {
        (None, _) => {
            output.warn("There is no `hf` on PATH: git will not find it. Add the folder of this program to PATH.")
        }
        (Some(found), Some(own)) if !programs::is_same(&found, &own) => output.warn(&format!(
            "The `hf` that git finds on PATH is {}, not this program ({}).",
            found.display(),
            own.display()
        )),
        _ => {}
    }
    let others = git::helpers(endpoint).unwrap_or_default();
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
