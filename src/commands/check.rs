//! `hf auth check`: asks the Hub whether a token can read, or write, repositories, before a job finds out.

mod given;
mod screen;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum, ValueHint};

use crate::auth::status::Limits;
use crate::auth::{AccessState, Auth, Checked, Question};
use crate::commands::arguments::Formatting;
use crate::commands::{Command, Context};
use crate::error::{Error, ErrorKind};
use crate::hub::{Access, Repo, RepoType};
use crate::secret::Secret;
use crate::ui::failure::{Failure, Result};
use crate::ui::prompt;
use screen::{Row, Screen};

const EXAMPLES: &str = "Examples:
  $ hf auth check acme/model datasets/acme/set
      can the token in effect read these? Each refusal is followed by its next step
  $ hf auth check acme/model --write --token-name work && python train.py
      can the stored token work upload its result? If not, the job does not start
  $ hf auth check acme/model --all -q
      which of the stored tokens can? `state repo name`, a line each
  $ hf auth check --file repos.txt --json
      many at once: [{\"repo\": …, \"type\": …, \"access\": …, \"state\": …, \"next\": …}]

States: ok, not-logged-in, not-requested, pending, rejected (these three: gated), token-scope,
read-only, org-policy, not-found (or private), bad-token, rate-limited, unreachable, denied.

Exit status: 0 all can, 1 any is refused, 3 none is refused and some could not be checked.";

const REFUSED: u8 = 1;
const UNANSWERED: u8 = 3;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArgs {
    /// Repositories: `acme/x`, `datasets/acme/x`, `spaces/acme/x`, `hf://…`, or their addresses on the Hub
    #[arg(value_name = "REPO", required_unless_present = "file")]
    repos: Vec<String>,
    /// Ask whether it can write there, and not only read
    #[arg(long)]
    write: bool,
    /// What those are that do not say it themselves; else they are models
    #[arg(
        long = "type",
        value_enum,
        value_name = "model|dataset|space",
        hide_possible_values = true
    )]
    kind: Option<Kind>,
    /// Ask for this stored token, instead of the one in effect
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, conflicts_with_all = ["all", "anonymous"])]
    token_name: Option<String>,
    /// Ask for every stored token
    #[arg(long, conflicts_with = "anonymous")]
    all: bool,
    /// Ask what anybody can, without a token
    #[arg(long)]
    anonymous: bool,
    /// Read more repositories from a file, one a line; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, allow_hyphen_values = true)]
    file: Option<PathBuf>,
    #[command(flatten)]
    formatting: Formatting,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Model,
    Dataset,
    Space,
}

impl From<Kind> for RepoType {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Model => RepoType::Model,
            Kind::Dataset => RepoType::Dataset,
            Kind::Space => RepoType::Space,
        }
    }
}

/// Who asks: a token with its name, nobody, or a stored token that cannot be one.
struct Asker {
    name: Option<String>,
    token: Result<Option<Secret>, Error>,
}

impl Command for CheckArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        let kind = self.kind.map(RepoType::from);
        let endpoint = context.settings().endpoint()?;
        let repos = given::repos(&self.repos, self.file.as_deref(), kind, &endpoint, context.output)?;
        let access = if self.write { Access::Write } else { Access::Read };
        let mut screen = Screen::new(context.output, access, self.all);
        prompt::while_waiting(|| {
            let askers = self.askers(context)?;
            ask(&context.auth, &repos, &askers, &mut screen)
        })?;
        let states = screen.finish()?;
        Ok(ExitCode::from(exit_status(&states)))
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}

impl CheckArgs {
    /// Renews what is about to expire.
    fn askers(&self, context: &Context) -> Result<Vec<Asker>> {
        let auth = &context.auth;
        let named = |name: String, token: Secret| Asker {
            name: Some(name),
            token: Ok(Some(token)),
        };
        if self.anonymous {
            return Ok(vec![Asker {
                name: None,
                token: Ok(None),
            }]);
        }
        if let Some(name) = &self.token_name {
            return Ok(vec![named(name.clone(), auth.token_named(name)?)]);
        }
        if self.all {
            return every_stored_one(context);
        }
        let token = auth.token()?;
        let name = token.as_ref().and_then(|token| auth.name_of(token));
        Ok(vec![Asker { name, token: Ok(token) }])
    }
}

/// Those of another Hub are said and left.
fn every_stored_one(context: &Context) -> Result<Vec<Asker>> {
    let Context { auth, output } = context;
    let hurried = auth.renewing_within(Limits::from_now(auth.settings())?);
    let stored = auth.store()?.tokens()?.into_iter().filter(|it| it.token.is_some());
    let asker = |name: String| Asker {
        token: hurried.token_named(&name).map(Some),
        name: Some(name),
    };
    let mut askers: Vec<Asker> = stored.map(|stored| asker(stored.name)).collect();
    askers.retain(|asker| match &asker.token {
        Err(error) if error.kind() == ErrorKind::OtherHub => {
            output.warn(&error.to_string());
            false
        }
        _ => true,
    });
    match askers.is_empty() {
        true => Err(Failure::failed("No access tokens found.").hint("run `hf auth login` to store one.")),
        false => Ok(askers),
    }
}

/// Each repository for each asker, shown in this order as the answers come.
fn ask(auth: &Auth, repos: &[Repo], askers: &[Asker], screen: &mut Screen) -> Result<()> {
    let pairs = || {
        repos
            .iter()
            .flat_map(|repo| askers.iter().map(move |asker| (repo, asker)))
    };
    let questions: Vec<Question> = pairs()
        .filter_map(|(repo, asker)| {
            let token = asker.token.as_ref().ok()?.as_ref();
            Some(Question { repo, token })
        })
        .collect();
    let mut left = pairs();
    let mut shown = Ok(());
    auth.check_each(&questions, screen.access(), |checked| {
        shown = show_up_to(checked, &mut left, screen);
        match shown {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    shown?;
    left.try_for_each(|(repo, asker)| show_unusable(repo, asker, screen))
}

/// The answer, and before it what no question was needed for.
fn show_up_to<'a>(
    checked: &Checked,
    left: &mut impl Iterator<Item = (&'a Repo, &'a Asker)>,
    screen: &mut Screen,
) -> Result<()> {
    for (repo, asker) in left {
        if asker.token.is_ok() {
            return screen.show(Row::of(checked, asker.name.as_deref()));
        }
        show_unusable(repo, asker, screen)?;
    }
    Ok(())
}

fn show_unusable(repo: &Repo, asker: &Asker, screen: &mut Screen) -> Result<()> {
    match &asker.token {
        Ok(_) => Ok(()),
        Err(error) => screen.show(Row::unusable(repo, screen.access(), asker.name.as_deref(), error)),
    }
}

/// A refusal weighs more than what could not be asked.
fn exit_status(states: &[AccessState]) -> u8 {
    if states.iter().any(|state| state.is_refusal()) {
        REFUSED
    } else if states.iter().any(|state| state.is_unanswered()) {
        UNANSWERED
    } else {
        0
    }
}
