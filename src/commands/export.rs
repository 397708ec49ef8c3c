//! `hf auth export`: a token in the form that another tool takes, so that it stands in no argument and no history on its way
//! there. It is not shown on a screen, and not kept for later where it ends soon, unless that is asked for.

mod forms;

use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use crate::clock;
use crate::commands::arguments::{Formatting, TokenName};
use crate::commands::{Command, Context};
use crate::error::Error;
use crate::fs;
use crate::secret::Secret;
use crate::settings;
use crate::ui::failure::{Failure, Result};
use crate::ui::output::Output;
use forms::{Form, Place};

const EXAMPLES: &str = "Examples:
  $ hf auth export --as sh
      for eval \"$(hf auth export --as sh)\": HF_TOKEN for the rest of the shell
  $ hf auth export work --as dotenv > .env
      for docker run --env-file .env
  $ hf auth export --as k8s-secret | kubectl apply -f -
      a Secret hf-token with the key HF_TOKEN
  $ hf auth export --as docker-secret | docker secret create hf-token -
  $ hf auth export --as github-env
      in GitHub Actions: HF_TOKEN for the steps that follow, masked in the log

The others: `hf auth export --as fish | source`; in PowerShell
`hf auth export --as powershell | Out-String | Invoke-Expression`.

For a job without a secret, set HF_OIDC_RESOURCE for this one command: one
exchange then serves all that follows. Where it stays set, it comes before
HF_TOKEN.";

/// A token that is kept for later has to last longer than this, in seconds.
const SOON: i64 = 24 * 60 * 60;
const DEFAULT_NAME: &str = "hf-token";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    token: TokenName,
    /// Who reads it: sh, fish, powershell, dotenv, github-env, k8s-secret or docker-secret
    #[arg(long = "as", value_enum, value_name = "FORM", hide_possible_values = true)]
    form: Form,
    /// Print it although standard output is a terminal
    #[arg(long)]
    show: bool,
    /// Put a token into a secret although it ends within a day
    #[arg(long)]
    allow_expiring: bool,
    /// With `--as k8s-secret`: the name of the Secret, else hf-token
    #[arg(id = "secret_name", long = "name", value_name = "NAME")]
    secret_name: Option<String>,
    /// With `--as k8s-secret`: the key of the token in it, else HF_TOKEN
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// With `--as k8s-secret`: the namespace, else that of kubectl
    #[arg(long, value_name = "NAMESPACE")]
    namespace: Option<String>,
    #[command(flatten)]
    formatting: Formatting,
}

impl Command for ExportArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        let Context { auth, output } = context;
        let place = self.place()?;
        if output.is_on_a_screen() && !self.show {
            return Err(
                Failure::failed("The token would stay on the screen: standard output is a terminal.")
                    .hint("have the output read by what it is for (`hf auth export --help` shows how), or add --show."),
            );
        }
        let variables_of_the_job = match self.form {
            Form::GithubEnv => Some(JobVariables::open()?),
            _ => None,
        };
        let token = match self.token.get()? {
            Some(name) => auth.token_named(name)?,
            None => auth.require_token().map_err(|error| context.with_advice(error))?,
        };
        self.expect_lasting(&token, context)?;
        match variables_of_the_job {
            Some(file) => {
                file.add(&token, output)?;
                output.hint(match context.settings().oidc_resource.is_some() {
                    true => "HF_TOKEN is set for the steps that follow; HF_OIDC_RESOURCE would come first there.",
                    false => "HF_TOKEN is set for the steps that follow.",
                });
            }
            None => self.print(&token, &place, output)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}

impl ExportArgs {
    /// Where in Kubernetes it goes, if Kubernetes takes that.
    fn place(&self) -> Result<Place<'_>> {
        let options = [
            ("--name", &self.secret_name),
            ("--key", &self.key),
            ("--namespace", &self.namespace),
        ];
        let given = options.into_iter().find(|(_, value)| value.is_some());
        if let Some((option, _)) = given.filter(|_| self.form != Form::K8sSecret) {
            return Err(Failure::usage(format!("'{option}' goes with '--as k8s-secret' only.")));
        }
        let place = Place {
            name: self.secret_name.as_deref().unwrap_or(DEFAULT_NAME),
            key: self.key.as_deref().unwrap_or(forms::VARIABLE),
            namespace: self.namespace.as_deref(),
        };
        match place.problem() {
            None => Ok(place),
            Some((option, rule)) => Err(Failure::usage(format!(
                "Invalid value for '{option}': Kubernetes takes {rule}."
            ))),
        }
    }

    /// A secret is read long after it was made.
    fn expect_lasting(&self, token: &Secret, context: &Context) -> Result<()> {
        let end = context.auth.end_of(token);
        let Some(end) = end.filter(|end| self.form.is_kept() && *end - clock::now() <= SOON) else {
            return Ok(());
        };
        if self.allow_expiring {
            return Ok(());
        }
        let moment = clock::date_and_time(end).unwrap_or_else(|| "once".to_owned());
        let endpoint = context.settings().endpoint()?;
        Err(Failure::failed(format!("The token ends within a day, at {moment}: what reads the secret later would fail.")).hint(
            format!("make one that lasts at {endpoint}/settings/tokens, let the pod exchange its own identity (`hf auth oidc --help`), or add --allow-expiring."),
        ))
    }

    fn print(&self, token: &Secret, place: &Place, output: &Output) -> Result<()> {
        let token = token.expose();
        let text = match self.form {
            Form::Sh => forms::sh(token),
            Form::Fish => forms::fish(token),
            Form::Powershell => forms::powershell(token),
            Form::K8sSecret => forms::manifest(token, place),
            Form::Dotenv => forms::dotenv(token),
            Form::GithubEnv => forms::github_env(token),
            Form::DockerSecret => return output.part(token),
        };
        if self.form == Form::Dotenv && forms::needs_quotes(token) {
            output.warn("this token needs quotes, which `docker --env-file` takes for a part of it.");
        }
        output.lines(&text)
    }
}

/// The file in which a step of GitHub Actions leaves variables for the steps behind it.
struct JobVariables(fs::Appendable);

impl JobVariables {
    /// Before anything is printed or asked for.
    fn open() -> Result<Self> {
        let path = settings::environment("GITHUB_ENV").filter(|path| !path.is_empty());
        let path = path.ok_or_else(|| {
            Failure::failed("GITHUB_ENV is not set: this is no step of a GitHub Actions job.")
                .hint("in another CI, use `eval \"$(hf auth export --as sh)\"`.")
        })?;
        let file = fs::Appendable::open(Path::new(&path)).map_err(not_the_runners)?;
        Ok(JobVariables(file))
    }

    /// First masks it, so that no step can show it.
    fn add(mut self, token: &Secret, output: &Output) -> Result<()> {
        output.lines(&forms::mask(token.expose()))?;
        let line = forms::github_env(token.expose());
        self.0.add_line(&line).map_err(not_the_runners)
    }
}

fn not_the_runners(error: Error) -> Failure {
    let step = "GITHUB_ENV has to name the file that the runner has made for this step.";
    error.hint(step).into()
}
