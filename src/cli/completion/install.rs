//! Makes a shell ask from its next start on: the same lines in the same places as the reference, so that neither is there
//! twice.

use std::path::PathBuf;

use super::Shell;
use crate::fs;
use crate::settings::{environment, home_folder};
use crate::ui::failure::{Failure, Result};
use crate::ui::output::Output;

/// Installs completion for the shell, the person's own if none is named, and says where.
pub(in crate::cli) fn install(shell: Option<Shell>, output: &Output) -> Result<()> {
    let shell = shell.map_or_else(Shell::of_person, Ok)?;
    let (name, path) = match shell {
        Shell::Bash => ("bash", folder("HOME", "")?.join(".bashrc")),
        Shell::Zsh => ("zsh", folder("ZDOTDIR", "")?.join(".zshrc")),
        Shell::Fish => (
            "fish",
            folder("XDG_CONFIG_HOME", ".config")?.join("fish/completions/hf.fish"),
        ),
        Shell::Powershell => {
            return Err(Failure::failed("Only PowerShell itself knows where its profile is.")
                .hint("add this line to the file $PROFILE: hf --show-completion powershell | Out-String | Invoke-Expression"));
        }
    };
    let installed = match shell {
        Shell::Fish => fs::write_shared(&path, shell.script()),
        _ => fs::add_line(&path, &format!("eval \"$(_HF_COMPLETE={name}_source hf)\"")),
    };
    let by_hand = format!("`hf --show-completion {name}` prints what is to be installed.");
    installed.map_err(|error| error.hint(by_hand))?;
    output.line(&format!(
        "{name} completion installed in {}. Restart your shell for it to take effect.",
        path.display()
    ))
}

/// Where the shell itself looks: the folder that a variable names, else one of the home folder.
fn folder(variable: &str, in_home: &str) -> Result<PathBuf> {
    let named = environment(variable)
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from);
    let usual = || Some(home_folder(&environment)?.join(in_home));
    named.or_else(usual).ok_or_else(|| {
        Failure::failed("There is no home folder: HOME is not set and the system knows none for this user.")
            .hint("`hf --show-completion bash` prints what is to be installed.")
    })
}
