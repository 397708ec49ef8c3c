//! `hf auth setup-git`: what it writes into git's configuration and takes out again, with the real git.

use std::fs;
use std::os::unix::fs::symlink;

use super::support::{Answer, Outcome, Run, Sandbox, StubHub, WHOAMI, hub};

mod over_http;
mod registration;

const KEY: &str = "credential.https://huggingface.co.helper";
const EARLY: &str = "!hf auth git-credential";
const TOKEN: &str = "hf_test_setup_canary_0123456789";
const OTHER: &str = "hf_test_setup_other_9876543210";

/// A `PATH` whose first `hf` is the program under test.
fn path(sandbox: &Sandbox) -> String {
    let folder = sandbox.root().join("bin");
    // Another thread of the same test may be faster.
    let _ = fs::create_dir(&folder);
    let _ = symlink(env!("CARGO_BIN_EXE_hf"), folder.join("hf"));
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())
}

/// What git runs for the default endpoint.
fn helper() -> String {
    format!("!'{}' auth git-credential", env!("CARGO_BIN_EXE_hf"))
}

fn setup_git(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    let run = sandbox.hf(&["auth", "setup-git"]).env("PATH", path(sandbox));
    run.args(arguments)
}

/// The values of a key in one of git's files, in order.
fn values(sandbox: &Sandbox, scope: &str, key: &str) -> Vec<String> {
    let all = sandbox.git(&["config", scope, "--null", "--get-all", key]).stdout;
    all.split_terminator('\0').map(str::to_owned).collect()
}

fn global_configuration(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.home().join(".gitconfig")).unwrap_or_default()
}

#[track_caller]
fn is_one_line_of_error(outcome: &Outcome, said: &str) {
    outcome.fails_with(1).stdout_is("").stderr_has(said);
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
}

#[test]
fn git_is_told_to_ask_hf_for_the_hub_alone_and_no_other_helper() {
    let sandbox = Sandbox::new();

    let outcome = setup_git(&sandbox, &[]).run();

    outcome
        .succeeds()
        .stdout_is("")
        .stderr_is("git now asks `hf` for the token of https://huggingface.co (global configuration).\n");
    assert_eq!(
        global_configuration(&sandbox),
        format!(
            "[credential \"https://huggingface.co\"]\n\thelper = \n\thelper = {}\n",
            helper()
        )
    );
}

#[test]
fn a_second_time_changes_nothing_and_says_so() {
    let sandbox = Sandbox::new();
    setup_git(&sandbox, &[]).run().succeeds();
    let before = global_configuration(&sandbox);

    let outcome = setup_git(&sandbox, &[]).run();
    let other_spelling = setup_git(&sandbox, &[])
        .env("HF_ENDPOINT", "HTTPS://HuggingFace.co:443/")
        .run();

    outcome.succeeds().stderr_is(
        "git asks `hf` for the token of https://huggingface.co (global configuration) already. Nothing has changed.\n",
    );
    other_spelling.succeeds().stderr_has("Nothing has changed.");
    assert_eq!(global_configuration(&sandbox), before);
}

#[test]
fn the_repository_one_stands_in_can_have_it_alone() {
    let sandbox = Sandbox::new();
    sandbox.git(&["init", "-q"]).succeeds();

    let outcome = setup_git(&sandbox, &["--local"])
        .env("HF_ENDPOINT", "https://hub.lan/mirror/")
        .run();

    outcome
        .succeeds()
        .stderr_is("git now asks `hf` for the token of https://hub.lan/mirror (local configuration).\n");
    let key = "credential.https://hub.lan/mirror.helper";
    let option = " --endpoint='https://hub.lan/mirror' --with-path";
    assert_eq!(values(&sandbox, "--local", key), ["", &format!("{}{option}", helper())]);
    assert_eq!(global_configuration(&sandbox), "");

    let removed = setup_git(&sandbox, &["--local", "--remove"])
        .env("HF_ENDPOINT", "https://hub.lan/mirror/")
        .run();

    removed.succeeds().stderr_has("git no longer asks `hf`");
    assert!(values(&sandbox, "--local", key).is_empty());
}

#[test]
fn what_it_did_can_be_undone_to_the_byte() {
    for before in [
        "",
        "[user]\n\tname = Alice\n[credential]\n\thelper = cache\n",
        "[credential \"https://huggingface.co\"]\n\t# mine\n\thelper = store # too\n\tusername = hf_user\n[user]\n\tname = A\n",
        "[credential \"https://example.com\"]\n\thelper = \n\thelper = store\n",
    ] {
        let sandbox = Sandbox::new();
        fs::write(sandbox.home().join(".gitconfig"), before).unwrap();
        setup_git(&sandbox, &[]).run().succeeds();
        assert!(values(&sandbox, "--global", KEY).ends_with(&[String::new(), helper()]));

        let outcome = setup_git(&sandbox, &["--remove"]).run();

        outcome
            .succeeds()
            .stdout_is("")
            .stderr_is("git no longer asks `hf` for the token of https://huggingface.co (global configuration).\n");
        assert_eq!(global_configuration(&sandbox), before);
        setup_git(&sandbox, &["--remove"]).run().succeeds().stderr_is(
            "git does not ask `hf` for the token of https://huggingface.co (global configuration). Nothing has changed.\n",
        );
        assert_eq!(global_configuration(&sandbox), before);
    }
}

#[test]
fn an_empty_value_of_somebody_elses_stays_when_ours_goes() {
    let sandbox = Sandbox::new();
    for value in ["", "store"] {
        sandbox.git(&["config", "--global", "--add", KEY, value]).succeeds();
    }
    setup_git(&sandbox, &[]).run().succeeds();
    assert_eq!(values(&sandbox, "--global", KEY), ["", "store", "", &helper()]);

    setup_git(&sandbox, &["--remove"]).run().succeeds();

    assert_eq!(values(&sandbox, "--global", KEY), ["", "store"]);
}

#[test]
fn every_reader_gets_its_format() {
    let cases = [
        (
            "--json",
            "{\"endpoint\": \"https://huggingface.co\", \"scope\": \"global\", \"registered\": true, \"changed\": true}\n",
        ),
        ("-q", "https://huggingface.co\n"),
        (
            "--format=agent",
            "endpoint=https://huggingface.co scope=global registered=true changed=true\n",
        ),
    ];
    for (flag, shown) in cases {
        setup_git(&Sandbox::new(), &[flag])
            .run()
            .succeeds()
            .stdout_is(shown)
            .stderr_is("");
    }
    let removed = setup_git(&Sandbox::new(), &["--remove", "--json"]).run();
    removed
        .succeeds()
        .stdout_has("\"registered\": false, \"changed\": false}\n");
}

#[test]
fn a_helper_set_behind_ours_is_told() {
    let sandbox = Sandbox::new();
    setup_git(&sandbox, &[]).run().succeeds();
    sandbox
        .git(&["config", "--global", "credential.helper", "store"])
        .succeeds();

    let outcome = setup_git(&sandbox, &[]).run();

    outcome
        .succeeds()
        .stderr_has("Nothing has changed.\n")
        .stderr_has("Warning: git hands the token to other helpers too, which may keep it: store.");
}

#[test]
fn plain_http_beyond_this_machine_is_told() {
    let outcome = setup_git(&Sandbox::new(), &[])
        .env("HF_ENDPOINT", "http://hub.lan")
        .run();

    outcome
        .succeeds()
        .stderr_has("Warning: http://hub.lan is not encrypted");
}

#[test]
fn a_git_that_cannot_be_set_up_is_one_line() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.root().join("nothing")).unwrap();
    fs::write(sandbox.home().join("broken"), "[credential\n").unwrap();
    let nothing = sandbox.root().join("nothing");
    for action in [&[][..], &["--remove"], &["--json"]] {
        let missing = setup_git(&sandbox, action).env("PATH", &nothing).run();
        let broken = setup_git(&sandbox, action)
            .env("GIT_CONFIG_GLOBAL", sandbox.home().join("broken"))
            .run();
        let no_repository = setup_git(&sandbox, action).args(["--local"]).run();

        is_one_line_of_error(&missing, "Error: git is not installed.\n");
        is_one_line_of_error(&broken, "Error: git ended with an error (bad config line 1 in file ");
        is_one_line_of_error(
            &no_repository,
            "Error: git ended with an error (--local can only be used inside a git repository).\n",
        );
    }
    // Nobody can write there, root included.
    let read_only = setup_git(&sandbox, &[]).env("GIT_CONFIG_GLOBAL", "/proc/version").run();
    is_one_line_of_error(&read_only, "Error: git ended with an error (");
    assert_eq!(global_configuration(&sandbox), "");
}

#[test]
fn a_login_that_is_to_tell_git_hands_nothing_to_one_that_asks_anyway() {
    let (sandbox, stub) = (Sandbox::new(), StubHub::start());
    let identity = hub::whoami("alice", "laptop", "write");
    stub.expect("GET", WHOAMI, Answer::json(200, identity));
    setup_git(&sandbox, &[]).hub(&stub).run().succeeds();

    let login = sandbox.hf(&["auth", "login", "--token", TOKEN, "--add-to-git-credential"]);
    let outcome = login.hub(&stub).run();

    outcome
        .succeeds()
        .stdout_is("")
        .stderr_has("\ngit asks hf for the token already (hf auth setup-git).\n")
        .stderr_lacks("saved in your configured")
        .stderr_lacks("Better:");
    let switch = sandbox.hf(&["auth", "switch", "laptop", "--add-to-git-credential"]);
    switch
        .hub(&stub)
        .run()
        .succeeds()
        .stderr_has("git asks hf for the token already");
}
