//! Buildkite, where the identity token is what `buildkite-agent` on PATH prints.
#![cfg(unix)]

use serde_json::json;

use super::{GRANTED, exchanged, good_jwt, hub_that_grants, jwt, token};
use crate::support::{Run, Sandbox, StubHub};

/// A `buildkite-agent` that does this, and the PATH on which it is.
fn agent(sandbox: &Sandbox, script: &str) -> String {
    let folder = sandbox.root().join("agent");
    let path = folder.join("buildkite-agent");
    let write = "mkdir -p \"$0\" && cat > \"$0/buildkite-agent\" && chmod 755 \"$0/buildkite-agent\"";
    let write = ["-c", write, folder.to_str().unwrap()];
    sandbox
        .program("sh", &write)
        .stdin(format!("#!/bin/sh\n{script}\n"))
        .run()
        .succeeds();
    assert!(path.exists());
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())
}

fn in_buildkite(run: Run, path: &str) -> Run {
    run.env("BUILDKITE", "true")
        .env("PATH", path)
        .env("HF_HUB_DOWNLOAD_TIMEOUT", "1")
}

#[test]
fn the_agent_is_asked_for_a_token_for_the_endpoint_and_sees_no_secret() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_grants());
    let (seen, identity) = (sandbox.root().join("seen"), good_jwt("job"));
    let script = format!("{{ echo \"$*\"; env; }} > {}; echo {identity}", seen.display());
    let path = agent(&sandbox, &script);

    let run = in_buildkite(token(&sandbox, &hub), &path).env("HF_TOKEN", "hf_test_env");
    let outcome = run.env("BUILDKITE_AGENT_ACCESS_TOKEN", "the agent's own").run();

    outcome.succeeds().stdout_is(&format!("{GRANTED}\n"));
    assert_eq!(exchanged(&hub), [identity]);
    let seen = std::fs::read_to_string(seen).unwrap();
    let asked = format!("oidc request-token --audience {}\n", hub.url());
    assert!(seen.starts_with(&asked), "{seen}");
    assert!(
        seen.contains("the agent's own") && !seen.contains("hf_test_env"),
        "{seen}"
    );
}

#[test]
fn an_agent_that_gives_no_token_is_one_error() {
    let other = format!("echo {}", jwt(json!({"aud": "x"})));
    for (script, said) in [
        (
            "echo 'level=info' >&2; echo 'fatal: no such job.' >&2; exit 1",
            "gave no id token: fatal: no such job.",
        ),
        ("exit 3", "gave no id token: exit status: 3."),
        ("kill -9 $$", "gave no id token: signal: 9"),
        (
            "echo \"hf_test_env_000 $HF_TOKEN\" >&2; exit 1",
            "gave no id token: ****.",
        ),
        ("sleep 60", "gave no id token: it did not answer within 1 seconds."),
        (
            "sleep 60 & sleep 60",
            "gave no id token: it did not answer within 1 seconds.",
        ),
        ("true", "gave no id token: what it printed is empty."),
        (
            "echo '<html> <h1>'",
            "gave no id token: what it printed has white space in it.",
        ),
        (
            "printf 'a\\033[2Jb'",
            "gave no id token: what it printed has control characters in it.",
        ),
        ("yes | tr -d '\\n'", "gave no id token: "),
        (&other, "is for x, and not for "),
    ] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.activate("hf_test_in_file_00000");
        let path = agent(&sandbox, script);

        let run = in_buildkite(token(&sandbox, &hub), &path);
        let outcome = run.env("HF_TOKEN", "hf_test_env_000").run();

        outcome
            .fails_with(1)
            .stdout_is("")
            .stderr_has("Error: OIDC Exchange failed. ");
        outcome
            .stderr_has("buildkite-agent ")
            .stderr_has(said)
            .nowhere("hf_test_env");
        outcome.stderr_has("\n  command: |\n    export HF_OIDC_ID_TOKEN=\"$$(buildkite-agent oidc");
        assert_eq!(outcome.stderr.lines().count(), 4, "{}", outcome.stderr);
        assert!(outcome.elapsed.as_secs() < 20, "{:?}", outcome.elapsed);
    }
}

#[test]
fn offline_nobody_is_asked() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let seen = sandbox.root().join("seen");
    let path = agent(&sandbox, &format!("touch {}; echo a.b.c", seen.display()));
    let run = in_buildkite(token(&sandbox, &hub), &path).env("HF_HUB_OFFLINE", "1");
    run.run()
        .fails_with(1)
        .stderr_has("gave no id token: offline mode is enabled (HF_HUB_OFFLINE).");
    assert!(!seen.exists());
}

#[test]
fn without_an_agent_the_error_says_where_it_is_needed() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let run = in_buildkite(token(&sandbox, &hub), "/nonexistent");
    let outcome = run.run();
    outcome
        .fails_with(1)
        .stderr_has("OIDC Exchange failed. buildkite-agent gave no id token: it is not on PATH.\nHint: in the step, in pipeline.yml, where buildkite-agent is on PATH:\n");
}
