//! `hf auth hook`: has a shell set `HF_TOKEN` when the folder changes, for programs that know nothing of accounts by place. The
//! shell starts this program only when the folder, the rules or `HF_ACCOUNT` have changed.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::commands::arguments::Formatting;
use crate::commands::{Command, Context};
use crate::programs::this_program_as_started;
use crate::secret::Secret;
use crate::settings::OWN_MARK;
use crate::ui::failure::{Failure, Result};

const EXAMPLES: &str = "Examples:
  $ eval \"$(hf auth hook bash)\"   in ~/.bashrc
  $ eval \"$(hf auth hook zsh)\"    in ~/.zshrc
  $ hf auth hook fish | source    in ~/.config/fish/config.fish
  > hf auth hook powershell | Out-String | Invoke-Expression
                                  in the file $PROFILE

The shell then has HF_TOKEN where a rule (`hf auth use`) or HF_ACCOUNT chooses an account, and takes it back elsewhere.
An HF_TOKEN that you set yourself stays as it is.";

/// What nobody takes for a token: a rule names one that is not to be had, and no other may take its place.
const NO_TOKEN: &str = "hf_none_is_stored_for_this_folder";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct HookArgs {
    /// The shell that is to have it: bash, zsh, fish or powershell
    #[arg(value_name = "SHELL", value_enum, hide_possible_values = true)]
    shell: Shell,
    /// What the hook asks for when something has changed
    #[arg(long, hide = true)]
    apply: bool,
    #[command(flatten)]
    formatting: Formatting,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

impl Command for HookArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        if !self.apply {
            context.output.part(&self.script(context)?)?;
            return Ok(ExitCode::SUCCESS);
        }
        let settings = context.settings();
        let outcome = context.auth.account_token();
        let wanted = match &outcome {
            Ok(token) => token.clone(),
            Err(_) => Some(Secret::new(NO_TOKEN)),
        };
        // The person's own stays.
        let is_free = settings.environment_token.is_none() && settings.oidc_resource.is_none();
        match wanted.filter(|_| is_free) {
            Some(token) => context.output.part(&self.shell.set(&token))?,
            None if settings.token_is_set_by_us => context.output.part(&self.shell.unset())?,
            None => {}
        }
        outcome.map(|_| ExitCode::SUCCESS).map_err(Failure::from)
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}

impl HookArgs {
    fn script(&self, context: &Context) -> Result<String> {
        let program = this_program_as_started().ok_or_else(|| {
            Failure::failed("The system does not say where this program is.").hint("start it by its full path.")
        })?;
        let script = match self.shell {
            Shell::Bash => include_str!("hook/hook.bash"),
            Shell::Zsh => include_str!("hook/hook.zsh"),
            Shell::Fish => include_str!("hook/hook.fish"),
            Shell::Powershell => include_str!("hook/hook.ps1"),
        };
        let rules = &context.settings().paths()?.account_rules;
        let rules = std::path::absolute(rules).unwrap_or_else(|_| rules.clone());
        let quoted = |path: &std::path::Path| self.shell.quoted(&path.to_string_lossy());
        Ok(script
            .replace("'@HF@'", &quoted(&program))
            .replace("'@RULES@'", &quoted(&rules)))
    }
}

impl Shell {
    /// As one word.
    fn quoted(self, text: &str) -> String {
        match self {
            Shell::Bash | Shell::Zsh => format!("'{}'", text.replace('\'', r"'\''")),
            Shell::Fish => format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'")),
            Shell::Powershell => format!("'{}'", text.replace('\'', "''")),
        }
    }

    fn set(self, token: &Secret) -> String {
        let variables = [
            ("HF_TOKEN", self.quoted(token.expose())),
            (OWN_MARK, self.quoted(&token.fingerprint())),
        ];
        let set = |(name, value): (&str, String)| match self {
            Shell::Bash | Shell::Zsh => format!("export {name}={value}\n"),
            Shell::Fish => format!("set -gx {name} {value}\n"),
            Shell::Powershell => format!("$env:{name} = {value}\n"),
        };
        variables.map(set).concat()
    }

    fn unset(self) -> String {
        let unset = |name: &str| match self {
            Shell::Bash | Shell::Zsh => format!("unset {name}\n"),
            Shell::Fish => format!("set -e {name}\n"),
            Shell::Powershell => format!("Remove-Item Env:{name} -ErrorAction SilentlyContinue\n"),
        };
        ["HF_TOKEN", OWN_MARK].map(unset).concat()
    }
}
