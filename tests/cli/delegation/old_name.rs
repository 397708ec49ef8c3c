//! Started as `huggingface-cli`.

use super::{OTHER, link, script, with_path};
use crate::support::hub::whoami;
use crate::support::{Answer, Outcome, Sandbox, StubHub, WHOAMI};

fn old(sandbox: &Sandbox, arguments: &[&str], folders: &[&str]) -> Outcome {
    let run = sandbox.program(sandbox.root().join("ours/huggingface-cli"), arguments);
    with_path(run, sandbox, folders).run()
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    link(&sandbox, "ours/huggingface-cli");
    link(&sandbox, "ours/hf");
    sandbox
}

#[test]
fn login_logout_and_whoami_work_and_name_the_new_form() {
    let sandbox = sandbox();
    sandbox.store(&[("laptop", "hf_test_laptop_00")]);
    script(&sandbox, "python/huggingface-cli", OTHER);
    for (arguments, status) in [
        (&["whoami"][..], 1),
        (&["login", "--token", "api_org_x"], 1),
        (&["logout", "--token-name", "laptop"], 0),
    ] {
        let outcome = old(&sandbox, arguments, &["ours", "python"]);

        let command = arguments[0];
        outcome.fails_with(status).stderr_has(&format!(
            "Warning: `huggingface-cli {command}` is the old name of `hf auth {command}`"
        ));
    }
    assert_eq!(sandbox.read("stored_tokens"), "");
}

#[test]
fn its_standard_output_is_that_of_the_new_form() {
    let sandbox = sandbox();
    sandbox.activate("hf_test_laptop_00");
    let hub = StubHub::start();
    hub.expect("GET", WHOAMI, Answer::json(200, whoami("alice", "laptop", "write")));

    let run = sandbox.program(sandbox.root().join("ours/huggingface-cli"), &["whoami", "-q"]);
    let outcome = run.hub(&hub).run();

    outcome.succeeds().stdout_is("alice\n");
}

#[test]
fn the_rest_goes_to_the_next_huggingface_cli_else_hf() {
    let sandbox = sandbox();
    script(&sandbox, "new/hf", "echo new \"$@\"");
    script(&sandbox, "old/huggingface-cli", "echo old \"$@\"");
    script(&sandbox, "old/hf", "echo wrong");
    for (folders, said) in [
        (&["ours", "new", "old"][..], "old scan-cache -v\n"),
        (&["ours", "new"], "new scan-cache -v\n"),
        (&["new", "ours"], "new scan-cache -v\n"),
    ] {
        let outcome = old(&sandbox, &["scan-cache", "-v"], folders);

        outcome.succeeds().stdout_is(said).stderr_is("");
    }
}

#[test]
fn with_nobody_to_hand_on_to_it_answers_as_hf_does() {
    let sandbox = sandbox();

    old(&sandbox, &["scan-cache"], &["ours"])
        .fails_with(1)
        .stderr_has("pip install -U huggingface_hub");
    old(&sandbox, &["--version"], &["ours"]).succeeds().stdout_has("2.4.0");
    old(&sandbox, &[], &["ours"]).fails_with(2).stderr_has("Usage: hf");
    old(&sandbox, &["auth", "list"], &["ours"]).succeeds();
}
