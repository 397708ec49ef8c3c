//! git that is missing, fails, or is not needed: how often it is started and how little is said.

use std::fs;

use super::super::support::Sandbox;
use super::{TOKEN, hub_that_knows_carol, login, noted, set_helper, wrapped_git};

/// A `PATH` with nothing on it.
fn no_programs(sandbox: &Sandbox) -> String {
    let empty = sandbox.root().join("nothing");
    fs::create_dir(&empty).unwrap();
    empty.to_str().unwrap().to_owned()
}

#[test]
fn without_git_there_is_one_warning_where_git_was_asked_for() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    let path = no_programs(&sandbox);

    let outcome = login(&sandbox, &hub).env("PATH", &path).run();

    outcome
        .succeeds()
        .stdout_is("")
        .stderr_has("Warning: git is not installed. Token has not been saved to git credential helper.\n")
        .stderr_has("Login successful.\n");
    assert_eq!(outcome.stderr.matches("Warning").count(), 1, "{}", outcome.stderr);
    assert_eq!(sandbox.read("token"), TOKEN);
}

#[test]
fn without_git_a_logout_says_nothing_of_it() {
    for arguments in [&["auth", "logout"][..], &["auth", "logout", "laptop"]] {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
        sandbox.store(&[("laptop", TOKEN)]);
        let path = no_programs(&sandbox);

        let outcome = sandbox.hf(arguments).hub(&hub).env("PATH", path).run();

        outcome.succeeds().stderr_lacks("git").stderr_lacks("Warning");
    }
}

#[test]
fn a_git_that_fails_is_a_warning_and_the_login_goes_on() {
    for failing in ["config", "credential"] {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
        set_helper(&sandbox, "--global", "credential.helper", "store");
        let path = wrapped_git(&sandbox, &format!("[ \"$1\" != {failing} ] || exit 128"));

        let outcome = login(&sandbox, &hub).env("PATH", path).run();

        outcome
            .succeeds()
            .stdout_is("")
            .stderr_has("Warning: git ended with an error (")
            .stderr_has("Login successful.\n");
        assert_eq!(sandbox.read("token"), TOKEN, "{failing}");
    }
}

#[test]
fn a_git_that_says_why_it_fails_is_quoted() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    let configuration = sandbox.home().join(".gitconfig");
    fs::write(&configuration, "[credential\n").unwrap();

    let outcome = login(&sandbox, &hub).run();

    let reason = format!(
        "(bad config line 1 in file {}). Token has not been",
        configuration.display()
    );
    outcome.succeeds().stderr_has(&reason).stderr_has("Login successful.\n");
}

#[test]
fn a_git_that_reads_nothing_does_no_harm() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    sandbox.store(&[("laptop", TOKEN)]);
    let path = wrapped_git(&sandbox, "exec <&-; exit 1");

    let outcome = sandbox
        .hf(&["auth", "logout", "laptop"])
        .hub(&hub)
        .env("PATH", path)
        .run();

    outcome
        .succeeds()
        .stderr_has("git may still remember the token.\n")
        .stderr_has("Successfully logged out from access token: laptop.\n");
}

#[test]
fn a_helper_that_fails_does_not_stop_the_login() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    set_helper(&sandbox, "--global", "credential.helper", "!exit 3;");

    let outcome = login(&sandbox, &hub).run();

    outcome.succeeds().stderr_has("Login successful.\n");
    assert_eq!(sandbox.read("token"), TOKEN);
}

#[test]
fn what_git_and_its_helpers_print_is_not_shown() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    set_helper(
        &sandbox,
        "--global",
        "credential.helper",
        "!cat; cat >&2; echo noise; echo noise >&2; :",
    );

    let outcome = login(&sandbox, &hub).run();

    outcome.succeeds().stdout_is("").nowhere(TOKEN).stderr_lacks("\nnoise");
}

#[test]
fn git_is_started_only_where_it_is_needed() {
    let cases: [(&[&str], usize); 9] = [
        (&["auth", "list"], 0),
        (&["auth", "token"], 0),
        (&["auth", "whoami"], 0),
        (&["auth", "switch", "laptop"], 0),
        (&["auth", "login", "--token", TOKEN], 0),
        (&["auth", "login"], 0),
        (&["auth", "logout", "unknown"], 0),
        (&["auth", "logout", "laptop"], 1),
        (&["auth", "logout"], 1),
    ];
    for (arguments, most) in cases {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
        sandbox.store(&[("laptop", TOKEN)]);
        sandbox.activate(TOKEN);
        let count = sandbox.root().join("count");
        let path = wrapped_git(&sandbox, &format!("echo \"$*\" >> {}", count.display()));

        sandbox.hf(arguments).hub(&hub).env("PATH", path).run();

        let started = noted(&count);
        assert_eq!(started.lines().count(), most, "{arguments:?}: {started}");
    }
}

#[test]
fn a_logout_when_nobody_is_logged_in_does_not_trouble_git() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    let count = sandbox.root().join("count");
    let path = wrapped_git(&sandbox, &format!("echo \"$*\" >> {}", count.display()));

    sandbox
        .hf(&["auth", "logout"])
        .hub(&hub)
        .env("PATH", path)
        .run()
        .succeeds();

    assert_eq!(noted(&count), "");
}
