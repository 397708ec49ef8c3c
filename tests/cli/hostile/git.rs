//! A git configuration that floods, drives, asks, loops or breaks lines. A helper that never ends is in `git/hanging`.

use std::fs;

use super::super::support::{Sandbox, hub_that_knows_carol};
use super::{TOKEN, WORK, bears_it, with_another_token};

/// Logs in with this git configuration; the login succeeds whatever git does.
#[track_caller]
fn logs_in_with(name: &str, configuration: &str) -> (Sandbox, super::Outcome) {
    let (sandbox, hub) = (with_another_token(), hub_that_knows_carol());
    let configuration = configuration.replace("{root}", sandbox.root().to_str().unwrap());
    fs::write(sandbox.home().join(".gitconfig"), configuration).unwrap();
    let askpass = sandbox.root().join("askpass");
    let run = sandbox.hf(&["auth", "login", "--token", TOKEN, "--add-to-git-credential"]);
    let run = run
        .env("GIT_ASKPASS", &askpass)
        .env("SSH_ASKPASS", &askpass)
        .env("GIT_TRACE", "1");
    let run = run.env("GIT_TRACE2", "1").env("GIT_CURL_VERBOSE", "1");

    let outcome = bears_it(name, run.hub(&hub));

    outcome.succeeds().nowhere(TOKEN).stderr_has("Login successful.\n");
    assert_eq!(sandbox.read("token"), TOKEN, "{name}");
    assert!(sandbox.read("stored_tokens").contains(WORK), "{name}");
    (sandbox, outcome)
}

#[test]
fn what_a_configuration_does_harms_nothing() {
    let flood = "[credential]\n\thelper = \"!yes | head -c 20000000; yes | head -c 20000000 >&2; cat; :\"\n";
    let many = format!("[credential]\n{}", "\thelper = !true\n".repeat(200));
    let cases = [
        ("flood", flood.to_owned()),
        ("many helpers", many),
        (
            "escape sequences",
            "[credential]\n\thelper = \"!printf '\\\\033[2J\\\\007'; :\"\n".to_owned(),
        ),
        (
            "a helper's name",
            "[credential]\n\thelper = \"\u{1b}]0;x\u{7}\u{202e}evil\"\n".to_owned(),
        ),
        (
            "a long name",
            format!("[credential]\n\thelper = {}\n", "x".repeat(100_000)),
        ),
        (
            "line breaks",
            "[credential]\n\thelper = \"!true\\nforged\\nforged\"\n".to_owned(),
        ),
        (
            "a key with line breaks",
            "[credential \"https://a\\nforged\"]\n\thelper = store\n".to_owned(),
        ),
        (
            "an include of itself",
            "[include]\n\tpath = {root}/home/.gitconfig\n".to_owned(),
        ),
        ("no configuration at all", "[credential\nhelper = \u{1b}[2J".to_owned()),
        ("not UTF-8", "[credential]\n\thelper = \"!true \\xff\"\n".to_owned()),
        (
            "an alias for what we call",
            "[alias]\n\tcredential = !touch {root}/alias\n\tconfig = !touch {root}/alias\n".to_owned(),
        ),
    ];
    for (name, configuration) in cases {
        let (sandbox, _) = logs_in_with(name, &configuration);

        assert!(!sandbox.root().join("alias").exists(), "{name}");
    }
}

#[test]
fn nobody_is_asked_for_a_password() {
    let asking = "[core]\n\taskpass = {root}/askpass\n[credential]\n\thelper = !false\n";
    let script = "#!/bin/sh\ntouch \"$0.asked\"\n";
    let (sandbox, hub) = (with_another_token(), hub_that_knows_carol());
    let askpass = sandbox.root().join("askpass");
    let write = ["-c", "cat > \"$0\" && chmod 755 \"$0\"", askpass.to_str().unwrap()];
    sandbox.program("sh", &write).stdin(script).run().succeeds();
    let configuration = asking.replace("{root}", sandbox.root().to_str().unwrap());
    fs::write(sandbox.home().join(".gitconfig"), configuration).unwrap();

    for arguments in [
        &["auth", "login", "--token", TOKEN, "--add-to-git-credential"][..],
        &["auth", "logout"],
    ] {
        let run = sandbox.hf(arguments).hub(&hub).env("GIT_ASKPASS", &askpass);
        bears_it("askpass", run).succeeds();
    }

    assert!(!sandbox.root().join("askpass.asked").exists());
}
