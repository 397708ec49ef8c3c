//! Machines that have nothing left: no thread, no descriptor, little memory. What cannot be done is said in a line, and
//! nothing ends in a panic, an abort or a loop.

use super::super::support::{Outcome, Run, Sandbox};
use super::users::{give_to_nobody, hf_as_nobody, nobodys_sandbox};
use super::{TOKEN, hub_that_knows_carol};

const COMMANDS: [&[&str]; 6] = [
    &["auth", "token"],
    &["auth", "list"],
    &["auth", "whoami"],
    &["auth", "login", "--token", TOKEN, "--add-to-git-credential"],
    &["auth", "status", "--all"],
    &["auth", "logout", "old"],
];

fn logged_in(sandbox: &Sandbox) {
    sandbox.store(&[
        ("old", "hf_test_lack_old_0123456789"),
        ("other", "hf_test_lack_other_9876543"),
    ]);
    sandbox.activate("hf_test_lack_old_0123456789");
}

/// It has done its work, or says in our own words why not.
#[track_caller]
fn is_decent(outcome: &Outcome, case: &str) {
    assert!((0..=3).contains(&outcome.status), "{case}: {outcome:?}");
    for word in ["met a bug", "panicked", "memory allocation", "backtrace"] {
        assert!(!outcome.stderr.contains(word), "{case}: {outcome:?}");
    }
}

/// In a shell that has set this limit first; the program itself must still be able to start.
fn limited(run: Run, limit: &str) -> Run {
    run.through("sh", &["-c", &format!("{limit}; exec \"$@\""), "sh"])
}

#[test]
#[ignore = "needs root, to be two users"]
#[cfg(target_os = "linux")]
fn without_threads_everything_works() {
    let sandbox = nobodys_sandbox();
    let hub = hub_that_knows_carol();
    // A name, so that it has to be looked up.
    let endpoint = format!("http://localhost:{}", hub.port());
    logged_in(&sandbox);
    give_to_nobody(&sandbox.hf_home());
    for command in COMMANDS {
        let run = hf_as_nobody(&sandbox, "ulimit -u 1", command);

        let outcome = run.env("HF_ENDPOINT", &endpoint).run();

        is_decent(&outcome, &command.join(" "));
        outcome.succeeds();
    }
}

#[test]
fn with_few_descriptors_it_is_done_or_said() {
    let hub = hub_that_knows_carol();
    for command in COMMANDS {
        for most in 4..16 {
            let sandbox = Sandbox::new();
            logged_in(&sandbox);

            let outcome = limited(sandbox.hf(command).hub(&hub), &format!("ulimit -n {most}")).run();

            is_decent(&outcome, &format!("{most} descriptors, {}", command.join(" ")));
            assert!(sandbox.read("stored_tokens").contains("other"), "{most} {command:?}");
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn with_little_memory_a_large_file_is_one_line() {
    let sandbox = Sandbox::new();
    let section = |number| format!("[name-{number:06}]\nhf_token = hf_test_{number:020}\n\n");
    sandbox.write("stored_tokens", (0..200_000).map(section).collect::<String>());
    sandbox.activate("hf_test_lack_old_0123456789");
    for megabytes in [40, 60, 80, 100] {
        for command in [
            &["auth", "list", "-q"][..],
            &["auth", "switch", "name-000001"],
            &["auth", "token", "name-1"],
        ] {
            let limit = format!("ulimit -v {}", megabytes * 1024);

            let outcome = limited(sandbox.hf(command), &limit).run();

            is_decent(&outcome, &format!("{megabytes} MB, {}", command.join(" ")));
        }
    }
}
