//! Another user: one whose files are not ours to read, one without a home, and one whose umask takes everything away.
//! Only root can become another user: what needs it is ignored unless it is asked for, and then fails for everybody else.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use super::super::support::{Run, Sandbox};
use super::{COMMANDS, TOKEN, hub_that_knows_carol, is_one_error_about};

/// A number that no user has.
pub(super) const NOBODY: u32 = 54_321;

pub(super) fn is_root(sandbox: &Sandbox) -> bool {
    fs::metadata(sandbox.root()).unwrap().uid() == 0
}

/// A sandbox that is root's.
///
/// # Panics
/// Where we are not root.
pub(super) fn roots_sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    assert!(is_root(&sandbox), "this test needs root, to be two users");
    sandbox
}

/// A sandbox that is nobody's, with the program in it.
///
/// # Panics
/// Where we are not root, or without setpriv.
pub(super) fn nobodys_sandbox() -> Sandbox {
    let sandbox = roots_sandbox();
    let setpriv = sandbox.program("setpriv", &["--version"]).command().output();
    assert!(setpriv.is_ok(), "this test needs setpriv, to become another user");
    sandbox.copy_hf_to(&program(&sandbox));
    give_to_nobody(sandbox.root());
    sandbox
}

fn program(sandbox: &Sandbox) -> PathBuf {
    sandbox.work().join("hf")
}

pub(super) fn give_to_nobody(path: &Path) {
    chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give_to_nobody(&entry.unwrap().path());
        }
    }
}

/// `hf` as nobody, from a shell that did this first.
pub(super) fn hf_as_nobody(sandbox: &Sandbox, first: &str, arguments: &[&str]) -> Run {
    let user = [
        format!("--reuid={NOBODY}"),
        format!("--regid={NOBODY}"),
        "--clear-groups".to_owned(),
    ];
    let script = format!("{first}; exec \"$@\"");
    let run = sandbox
        .program("setpriv", &[])
        .args(user)
        .args(["sh", "-c", &script, "sh"]);
    run.args([program(sandbox)]).args(arguments)
}

#[test]
#[ignore = "needs root, to be two users"]
fn another_users_files_are_one_line_and_stay_theirs() {
    let hub = hub_that_knows_carol();
    for (file, commands) in [
        ("token", &[5, 6][..]),
        ("stored_tokens", &[0, 1, 2, 3, 4]),
        ("stored_tokens.lock", &[0, 1, 2, 3]),
    ] {
        let sandbox = nobodys_sandbox();
        sandbox.store(&[("laptop", TOKEN)]);
        sandbox.activate("hf_test_faults_old_0123456789");
        sandbox.write("stored_tokens.lock", "");
        give_to_nobody(&sandbox.hf_home());
        let path = sandbox.path(file);
        chown(&path, Some(0), Some(0)).unwrap();
        let before = sandbox
            .listing()
            .iter()
            .map(|name| sandbox.read(name))
            .collect::<Vec<_>>();
        for command in commands.iter().map(|number| COMMANDS[*number]) {
            let outcome = hf_as_nobody(&sandbox, ":", command).hub(&hub).run();

            is_one_error_about(&outcome, path.to_str().unwrap());
            outcome.stderr_has("Permission denied.\n");
            let after = sandbox
                .listing()
                .iter()
                .map(|name| sandbox.read(name))
                .collect::<Vec<_>>();
            assert_eq!(after, before, "{file} {command:?}");
            assert_eq!(fs::metadata(&path).unwrap().uid(), 0, "{file} {command:?}");
        }
    }
}

#[test]
#[ignore = "needs root, to be two users"]
fn a_folder_that_is_closed_to_us_is_one_line_and_nothing_is_changed() {
    let hub = hub_that_knows_carol();
    for (mode, words) in [(0o500, "Permission denied.\n"), (0o000, "Permission denied.\n")] {
        let sandbox = nobodys_sandbox();
        sandbox.store(&[("laptop", TOKEN)]);
        give_to_nobody(&sandbox.hf_home());
        fs::set_permissions(sandbox.hf_home(), fs::Permissions::from_mode(mode)).unwrap();
        for command in &COMMANDS[..4] {
            let outcome = hf_as_nobody(&sandbox, ":", command).hub(&hub).run();

            is_one_error_about(&outcome, sandbox.hf_home().to_str().unwrap());
            outcome.stderr_has(words);
            assert_eq!(sandbox.listing(), ["stored_tokens"], "{mode:o} {command:?}");
        }
    }
}

#[test]
#[ignore = "needs root, to be two users"]
fn a_folder_that_may_be_written_to_but_not_read_is_written_to() {
    let (sandbox, hub) = (nobodys_sandbox(), hub_that_knows_carol());
    sandbox.store(&[]);
    give_to_nobody(&sandbox.hf_home());
    fs::set_permissions(sandbox.hf_home(), fs::Permissions::from_mode(0o300)).unwrap();

    hf_as_nobody(&sandbox, ":", COMMANDS[0]).hub(&hub).run().succeeds();
    assert_eq!(sandbox.read("token"), TOKEN);

    hf_as_nobody(&sandbox, ":", COMMANDS[2]).run().succeeds();
    assert_eq!(sandbox.listing(), ["stored_tokens.lock"]);
}

#[test]
#[ignore = "needs root, to be two users"]
fn a_user_without_a_home_is_told_so_in_one_line() {
    let (sandbox, hub) = (nobodys_sandbox(), hub_that_knows_carol());
    for command in COMMANDS {
        let run = hf_as_nobody(&sandbox, ":", command).hub(&hub);

        let outcome = run.env_remove("HOME").env_remove("HF_HOME").run();

        is_one_error_about(&outcome, "There is no home folder: HOME is not set");
        outcome.stderr_has("Hint: set HF_HOME to the folder that is to hold the tokens.\n");
    }
}

#[test]
fn a_relative_home_is_taken_from_the_working_directory() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    let run = sandbox.hf(COMMANDS[0]).env_remove("HF_HOME").env("HOME", "nest");

    run.hub(&hub).run().succeeds();

    let token = sandbox.work().join("nest/.cache/huggingface/token");
    assert_eq!(fs::read_to_string(token).unwrap(), TOKEN);
}

fn changes_under_umask(umask: &str, sandbox: &Sandbox, run: impl Fn(&str, &[&str]) -> Run) {
    let hub = hub_that_knows_carol();
    for command in [
        COMMANDS[0],
        COMMANDS[1],
        COMMANDS[0],
        COMMANDS[3],
        COMMANDS[0],
        COMMANDS[4],
        COMMANDS[5],
        COMMANDS[2],
    ] {
        run(&format!("umask {umask}"), command).hub(&hub).run().succeeds();

        for file in sandbox.listing() {
            assert_eq!(sandbox.mode(&file), 0o600, "{umask} {command:?} {file}");
        }
    }
    assert_eq!(sandbox.mode(""), 0o700, "{umask}");
}

const UMASKS: [&str; 4] = ["000", "777", "277", "022"];

#[test]
fn no_umask_shuts_its_user_out_or_lets_another_in() {
    for umask in UMASKS {
        let sandbox = Sandbox::new();
        changes_under_umask(umask, &sandbox, |first, command| {
            let script = format!("{first}; exec \"$@\"");
            let run = sandbox.program("sh", &["-c", &script, "sh", env!("CARGO_BIN_EXE_hf")]);
            run.args(command)
        });
    }
}

/// Root is let in everywhere, whatever it takes from itself.
#[test]
#[ignore = "needs root, to be two users"]
fn no_umask_shuts_an_ordinary_user_out() {
    for umask in UMASKS {
        let sandbox = nobodys_sandbox();
        changes_under_umask(umask, &sandbox, |first, command| hf_as_nobody(&sandbox, first, command));
    }
}
