//! The whole way: git clones and pushes over HTTP with the token that `hf` has, and keeps no copy of it.

use std::fs;

use super::super::support::git_server::basic;
use super::super::support::{GitServer, Outcome, Run, Sandbox};
use super::{TOKEN, path, setup_git};

const OTHER: &str = "hf_test_setup_other_9876543210";

/// git as the person runs it: `hf` is on `PATH`, the Hub is the server, nobody answers a prompt.
fn git(sandbox: &Sandbox, server: &GitServer, arguments: &[&str]) -> Run {
    let run = sandbox.program("git", arguments).env("PATH", path(sandbox));
    run.env("HF_ENDPOINT", server.url())
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_AUTHOR_NAME", "Alice")
        .env("GIT_AUTHOR_EMAIL", "alice@example.com")
        .env("GIT_COMMITTER_NAME", "Alice")
        .env("GIT_COMMITTER_EMAIL", "alice@example.com")
}

fn clone(sandbox: &Sandbox, server: &GitServer) -> Outcome {
    git(sandbox, server, &["clone", "-q", &server.repository(), "model"]).run()
}

/// A commit in the clone, pushed.
fn push(sandbox: &Sandbox, server: &GitServer) -> Outcome {
    let folder = sandbox.work().join("model");
    let commit = ["commit", "-q", "--allow-empty", "-m", "a step"];
    git(sandbox, server, &commit).cwd(&folder).run().succeeds();
    git(sandbox, server, &["push", "-q", "origin", "HEAD:main"])
        .cwd(&folder)
        .run()
}

/// How many commits the server has.
fn commits(sandbox: &Sandbox) -> String {
    let repository = sandbox.root().join("srv/alice/model.git");
    let run = sandbox.program("git", &["rev-list", "--count", "main"]);
    run.cwd(repository).run().stdout.trim().to_owned()
}

/// The files of the whole sandbox that have the token in them, in plain or as HTTP carries it.
fn files_with(sandbox: &Sandbox, token: &str) -> Vec<String> {
    let encoded = basic(token);
    let encoded = encoded.trim_start_matches("Basic ");
    let has = |name: &String| {
        let bytes = fs::read(sandbox.root().join(name)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        text.contains(token) || text.contains(encoded)
    };
    sandbox.everything().into_iter().filter(has).collect()
}

fn logged_in() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN), ("work", OTHER)]);
    sandbox.activate(TOKEN);
    sandbox
}

#[test]
fn git_clones_and_pushes_without_a_copy_of_the_token() {
    let sandbox = logged_in();
    let Some(server) = GitServer::start(&sandbox, TOKEN) else {
        return;
    };
    // What the person had before is not asked for the Hub, so it cannot keep the token.
    sandbox
        .git(&["config", "--global", "credential.helper", "store"])
        .succeeds();
    setup_git(&sandbox, &[])
        .env("HF_ENDPOINT", server.url())
        .run()
        .succeeds();

    clone(&sandbox, &server).succeeds();
    push(&sandbox, &server).succeeds();

    assert_eq!(commits(&sandbox), "1");
    assert!(server.seen().contains(&Some(basic(TOKEN))));
    assert_eq!(files_with(&sandbox, TOKEN), ["hf/stored_tokens", "hf/token"]);
}

#[test]
fn after_a_switch_git_uses_the_other_token() {
    let sandbox = logged_in();
    let Some(server) = GitServer::start(&sandbox, TOKEN) else {
        return;
    };
    setup_git(&sandbox, &[])
        .env("HF_ENDPOINT", server.url())
        .run()
        .succeeds();
    clone(&sandbox, &server).succeeds();
    push(&sandbox, &server).succeeds();

    server.accept(OTHER);
    push(&sandbox, &server).fails_with(128);
    sandbox.hf(&["auth", "switch", "work"]).run().succeeds();
    git(&sandbox, &server, &["push", "-q", "origin", "HEAD:main"])
        .cwd(sandbox.work().join("model"))
        .run()
        .succeeds();

    assert_eq!(commits(&sandbox), "2");
    assert_eq!(server.seen().last(), Some(&Some(basic(OTHER))));
    assert_eq!(files_with(&sandbox, OTHER), ["hf/stored_tokens", "hf/token"]);
}

#[test]
fn a_repository_can_be_set_up_alone_and_ends_being_so() {
    let sandbox = logged_in();
    let Some(server) = GitServer::start(&sandbox, TOKEN) else {
        return;
    };
    let folder = sandbox.work().join("model");
    sandbox.git(&["init", "-q", "model"]).succeeds();
    let remote = ["remote", "add", "origin", &server.repository()];
    git(&sandbox, &server, &remote).cwd(&folder).run().succeeds();
    let set_up = |arguments: &[&str]| {
        let run = setup_git(&sandbox, arguments).env("HF_ENDPOINT", server.url());
        run.cwd(&folder).run().succeeds();
    };

    set_up(&["--local"]);
    push(&sandbox, &server).succeeds();
    clone(&sandbox, &server).fails_with(128);
    set_up(&["--local", "--remove"]);
    push(&sandbox, &server).fails_with(128);

    assert_eq!(commits(&sandbox), "1");
}

#[test]
fn another_host_gets_nothing() {
    let sandbox = logged_in();
    let Some(server) = GitServer::start(&sandbox, TOKEN) else {
        return;
    };
    // Even asked about every address, it answers for the Hub's.
    let everywhere = ["config", "--global", "credential.helper", "!hf auth git-credential"];
    sandbox.git(&everywhere).succeeds();

    let arguments = ["clone", "-q", &server.repository(), "model"];
    let outcome = git(&sandbox, &server, &arguments)
        .env("HF_ENDPOINT", "https://huggingface.co")
        .run();

    outcome.fails_with(128);
    assert!(server.seen().iter().all(Option::is_none), "{:?}", server.seen());
}

#[test]
fn nobody_logged_in_is_gits_own_error() {
    let sandbox = Sandbox::new();
    let Some(server) = GitServer::start(&sandbox, TOKEN) else {
        return;
    };
    setup_git(&sandbox, &[])
        .env("HF_ENDPOINT", server.url())
        .run()
        .succeeds();

    clone(&sandbox, &server)
        .fails_with(128)
        .stderr_has("terminal prompts disabled");

    assert!(server.seen().iter().all(Option::is_none), "{:?}", server.seen());
}

#[test]
fn the_store_helper_works_for_who_prefers_a_copy() {
    let sandbox = Sandbox::new();
    let Some(server) = GitServer::start(&sandbox, TOKEN) else {
        return;
    };
    sandbox
        .git(&["config", "--global", "credential.helper", "store"])
        .succeeds();
    let login = sandbox.hf(&["auth", "login", "--token", TOKEN, "--add-to-git-credential"]);
    login.env("HF_ENDPOINT", server.url()).run().succeeds();

    clone(&sandbox, &server).succeeds();
    push(&sandbox, &server).succeeds();

    assert_eq!(commits(&sandbox), "1");
    let files = ["hf/stored_tokens", "hf/token", "home/.git-credentials"];
    assert_eq!(files_with(&sandbox, TOKEN), files);
}
