//! What stands in git's configuration so that git asks this program: `!'/path/of/hf' auth git-credential`, with what the
//! registration was made for behind it; git hands it to a shell (gitcredentials(7)).

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::{fs, programs};

/// What git runs, behind the program and before the operation.
const COMMAND: [&str; 2] = ["auth", "git-credential"];
/// The options of `hf auth git-credential` that only a registration uses.
pub(crate) const ENDPOINT: &str = "endpoint";
pub(crate) const TOKEN_NAME: &str = "token-name";
pub(crate) const WITH_PATH: &str = "with-path";
pub(crate) const FROM_ENVIRONMENT: &str = "from-environment";

/// One registration of this program as git's credential helper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registration {
    /// The program, as it was started or found when it was registered. An early spelling has the bare name `hf`.
    pub program: PathBuf,
    /// The endpoint that it answers for, where that is not the default one.
    pub endpoint: Option<String>,
    /// The stored token that git gets, instead of the one in effect.
    pub token_name: Option<String>,
    /// With it git was told to send the path too, which is to be taken back with it.
    pub with_path: bool,
    /// The token is the one in the environment, whatever else is said: see `hf auth run`.
    pub from_environment: bool,
}

impl Registration {
    /// One that gives the token in effect at the default endpoint.
    pub(crate) fn of(program: PathBuf) -> Self {
        Registration {
            program,
            endpoint: None,
            token_name: None,
            with_path: false,
            from_environment: false,
        }
    }

    /// Understands a value of `credential.helper`; `None` for somebody else's.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let words = shell_words::split(value.strip_prefix('!')?).ok()?;
        let (program, rest) = words.split_first()?;
        let options = rest.strip_prefix(&COMMAND.map(str::to_owned))?;
        if Path::new(program).file_stem() != Some(OsStr::new("hf")) && !is_this_program(Path::new(program)) {
            return None;
        }
        let mut registration = Registration::of(PathBuf::from(program));
        for option in options {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            match name.strip_prefix("--")? {
                ENDPOINT => registration.endpoint = Some(value.to_owned()),
                TOKEN_NAME => registration.token_name = Some(value.to_owned()),
                WITH_PATH => registration.with_path = true,
                FROM_ENVIRONMENT => registration.from_environment = true,
                _ => return None,
            }
        }
        Some(registration)
    }

    /// Why git would not reach this program by it, if it would not.
    pub(crate) fn problem(&self) -> Option<String> {
        let own = programs::this_program()?;
        let found = match self.program.components().count() {
            1 => programs::named(self.program.to_str()?, &programs::search_path()).next(),
            _ => Some(self.program.clone()).filter(|path| fs::identity(path).is_some()),
        };
        match found {
            None => Some(format!(
                "git is set up to ask {}, which is not there",
                self.program.display()
            )),
            Some(found) if programs::is_same(&found, &own) => None,
            Some(found) => Some(format!(
                "git is set up to ask {}, which is not this program",
                found.display()
            )),
        }
    }

    /// The value of `credential.helper`.
    pub(crate) fn value(&self) -> String {
        let mut value = format!("!{} {}", quoted(&shell_path(&self.program)), COMMAND.join(" "));
        let mut option = |name: &str, argument: &Option<String>| {
            if let Some(argument) = argument {
                value.push_str(&format!(" --{name}={}", quoted(argument)));
            }
        };
        option(ENDPOINT, &self.endpoint);
        option(TOKEN_NAME, &self.token_name);
        for (name, is_set) in [(WITH_PATH, self.with_path), (FROM_ENVIRONMENT, self.from_environment)] {
            if is_set {
                value.push_str(&format!(" --{name}"));
            }
        }
        value
    }
}

fn is_this_program(path: &Path) -> bool {
    programs::this_program().is_some_and(|own| programs::is_same(path, &own))
}

/// git for Windows brings a shell that wants slashes.
fn shell_path(path: &Path) -> String {
    let path = path.to_string_lossy();
    if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.into_owned()
    }
}

/// One word of the shell, whatever is in it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registration_reads_back_whatever_its_parts() {
        for (program, name) in [
            ("/home/a/.cargo/bin/hf", None),
            ("/with blank/it's/hf", Some("work")),
            ("/opt/\"x\"/$HOME/`id`/hf", Some("it's; rm -rf \\ $(x) \"y\" #z = 😀")),
            ("/opt/hf.exe", Some("--token-name=-x")),
        ] {
            let registration = Registration {
                endpoint: name.map(|_| "https://hub.lan/mirror".to_owned()),
                token_name: name.map(str::to_owned),
                with_path: name.is_some(),
                ..Registration::of(PathBuf::from(program))
            };

            assert_eq!(Registration::parse(&registration.value()), Some(registration));
        }
    }

    #[test]
    fn the_plain_one_is_the_quoted_path_and_the_command() {
        let registration = Registration::of(PathBuf::from("/home/a/.cargo/bin/hf"));

        assert_eq!(registration.value(), "!'/home/a/.cargo/bin/hf' auth git-credential");
    }

    #[test]
    fn the_early_spelling_is_ours_and_other_programs_are_not() {
        let early = Registration::of(PathBuf::from("hf"));
        assert_eq!(Registration::parse("!hf auth git-credential"), Some(early));
        for other in [
            "",
            "store",
            "hf auth git-credential",
            "!/usr/bin/gh auth git-credential",
            "!hf auth git-credential --else",
            "!hf auth git-credential get",
            "!hf auth",
            "!'hf auth git-credential",
            "!f() { hf auth git-credential \"$@\"; }; f",
        ] {
            assert_eq!(Registration::parse(other), None, "{other}");
        }
    }
}
