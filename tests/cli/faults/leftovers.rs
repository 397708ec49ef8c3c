//! What killed processes left half-written: cleared by the next change, wherever it is, and never a living one's.

use std::fs;
#[cfg(unix)]
use std::fs::File;
#[cfg(unix)]
use std::os::unix::fs::symlink;
#[cfg(target_os = "linux")]
use std::path::Path;

use super::super::support::Sandbox;
#[cfg(unix)]
use super::hub_that_knows_carol;
use super::{COMMANDS, TOKEN};

const LEFT: &str = ".hf-auth-Ab12Cd.tmp";

/// A sandbox whose two files are links into `elsewhere`, to files that are there or are not.
#[cfg(unix)]
fn linked(targets_exist: bool) -> Sandbox {
    let sandbox = Sandbox::new();
    let elsewhere = sandbox.root().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    sandbox.store(&[("laptop", TOKEN)]);
    sandbox.activate(TOKEN);
    for name in ["token", "stored_tokens"] {
        if targets_exist {
            fs::copy(sandbox.path(name), elsewhere.join(name)).unwrap();
        }
        fs::remove_file(sandbox.path(name)).unwrap();
        symlink(format!("../elsewhere/{name}"), sandbox.path(name)).unwrap();
    }
    sandbox
}

#[test]
fn leftovers_are_cleared_beside_the_lock_and_nothing_else_is() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN)]);
    for name in [LEFT, ".hf-auth-notes", "other.tmp", ".tmp"] {
        sandbox.write(name, TOKEN);
    }
    fs::create_dir(sandbox.path(".hf-auth-folder.tmp")).unwrap();
    sandbox.write(".hf-auth-folder.tmp/kept", "");

    sandbox.hf(COMMANDS[1]).run().succeeds();

    let kept = [
        ".hf-auth-folder.tmp/kept",
        ".hf-auth-notes",
        ".tmp",
        "other.tmp",
        "stored_tokens",
        "stored_tokens.lock",
        "token",
    ];
    assert_eq!(sandbox.listing(), kept);
}

#[test]
#[cfg(unix)]
fn a_pipe_is_no_leftover() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN)]);
    let pipe = sandbox.path(".hf-auth-pipe.tmp");
    sandbox.program("mkfifo", &[pipe.to_str().unwrap()]).run().succeeds();

    sandbox.hf(COMMANDS[1]).run().succeeds();

    assert!(sandbox.exists(".hf-auth-pipe.tmp"));
}

#[test]
#[cfg(unix)]
fn leftovers_are_cleared_beside_what_the_files_link_to() {
    let hub = hub_that_knows_carol();
    for (targets_exist, commands) in [(true, &COMMANDS[..4]), (false, &COMMANDS[..1])] {
        for command in commands {
            let sandbox = linked(targets_exist);
            let left = sandbox.root().join("elsewhere").join(LEFT);
            fs::write(&left, TOKEN).unwrap();

            sandbox.hf(command).hub(&hub).run().succeeds();

            assert!(!left.exists(), "{command:?}");
        }
    }
}

#[test]
fn leftovers_are_cleared_in_the_staging_folder_and_beside_a_token_path() {
    for (variable, value, folder, stored_in) in [
        ("HUGGINGFACE_CO_STAGING", "1", "home/.cache/huggingface_staging", "hf"),
        ("HF_TOKEN_PATH", "~/secrets/active", "home/secrets", "home/secrets"),
    ] {
        let sandbox = Sandbox::new();
        let [folder, stored_in] = [folder, stored_in].map(|name| sandbox.root().join(name));
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(&stored_in).unwrap();
        fs::write(folder.join(LEFT), TOKEN).unwrap();
        fs::write(
            stored_in.join("stored_tokens"),
            format!("[laptop]\nhf_token = {TOKEN}\n\n"),
        )
        .unwrap();

        sandbox.hf(COMMANDS[1]).env(variable, value).run().succeeds();

        assert!(!folder.join(LEFT).exists(), "{variable}");
    }
}

#[test]
#[cfg(unix)]
fn what_a_living_process_is_writing_is_left_to_it() {
    let sandbox = linked(true);
    for folder in [sandbox.hf_home(), sandbox.root().join("elsewhere")] {
        let path = folder.join(LEFT);
        let writing = File::create(&path).unwrap();
        writing.lock().unwrap();

        sandbox.hf(COMMANDS[1]).run().succeeds();
        assert!(path.exists(), "{}", path.display());

        drop(writing);
        // Another test's program, about to start, may have it open for a moment more.
        let is_gone = (0..20).any(|_| {
            sandbox.hf(COMMANDS[1]).run().succeeds();
            !path.exists()
        });
        assert!(is_gone, "{}", path.display());
    }
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "needs strace"]
fn what_is_being_written_is_locked() {
    use super::strace;
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());

    strace::hf(&sandbox, &[], COMMANDS[0]).hub(&hub).run().succeeds();

    let is_about_one = |line: &String| line.contains(".hf-auth-") && !line.contains("rename");
    let log = strace::log(&sandbox).into_iter().filter(is_about_one);
    let calls: Vec<String> = log.map(|line| line.split('(').next().unwrap().to_owned()).collect();
    // `open` or `openat`.
    let count = |name: &str| calls.iter().filter(|call| call.starts_with(name)).count();
    assert_eq!((count("open"), count("flock")), (2, 2), "{calls:?}");
    assert!(calls.iter().position(|call| call == "flock") < calls.iter().position(|call| call == "write"));
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "needs strace"]
fn reading_looks_through_no_folder() {
    use super::strace;
    let (sandbox, hub) = (linked(true), hub_that_knows_carol());
    for command in &COMMANDS[4..] {
        strace::hf(&sandbox, &[], command).hub(&hub).run().succeeds();

        let log = strace::log(&sandbox).join("\n");
        assert!(!log.contains("getdents"), "{command:?}: {log}");
        assert!(!Path::new(&sandbox.path("stored_tokens.lock")).exists());
    }
}
