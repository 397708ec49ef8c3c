//! The whole way: git clones and pushes over HTTP with the token that `hf` has, and keeps no copy of it.

use std::fs;

use super::super::support::git_server::basic;
use super::super::support::{GitServer, Outcome, Run, Sandbox, at_once};
use super::{OTHER, TOKEN, path, setup_git};

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
    let server = GitServer::start(&sandbox, TOKEN);
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
    let server = GitServer::start(&sandbox, TOKEN);
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
    let server = GitServer::start(&sandbox, TOKEN);
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
    let server = GitServer::start(&sandbox, TOKEN);
    // Even asked about every address, it answers for the Hub's.
    let helper = format!("!{} auth git-credential", env!("CARGO_BIN_EXE_hf"));
    let everywhere = ["config", "--global", "credential.helper", &helper];
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
    let server = GitServer::start(&sandbox, TOKEN);
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
fn a_python_hf_first_on_path_or_none_at_all_makes_no_difference() {
    let sandbox = logged_in();
    let server = GitServer::start(&sandbox, TOKEN);
    // What the Python one says to it.
    let folder = sandbox.root().join("venv/bin");
    fs::create_dir_all(&folder).unwrap();
    let write = "printf '#!/bin/sh\\necho \"Error: No such command: git-credential\" >&2; exit 2\\n' > \"$0\" && chmod 755 \"$0\"";
    sandbox
        .program("sh", &["-c", write])
        .args([folder.join("hf")])
        .run()
        .succeeds();
    setup_git(&sandbox, &[])
        .env("HF_ENDPOINT", server.url())
        .run()
        .succeeds();
    let system = "/usr/local/bin:/usr/bin:/bin";

    for (number, path) in [format!("{}:{system}", folder.display()), system.to_owned()]
        .iter()
        .enumerate()
    {
        let arguments = ["clone", "-q", &server.repository(), &format!("model-{number}")];
        git(&sandbox, &server, &arguments)
            .env("PATH", path)
            .env_remove("HF_ENDPOINT")
            .run()
            .succeeds();
    }
}

#[test]
fn two_clones_of_one_host_belong_to_two_accounts() {
    let sandbox = logged_in();
    let server = GitServer::start(&sandbox, TOKEN);
    clone_as(&sandbox, &server, TOKEN);
    server.accept_all(&[TOKEN, OTHER]);
    let url = server.url();
    setup_git(&sandbox, &[]).env("HF_ENDPOINT", &url).run().succeeds();
    for name in ["laptop", "work"] {
        git(&sandbox, &server, &["clone", "-q", &server.repository(), name])
            .run()
            .succeeds();
        let run = setup_git(&sandbox, &["--local", name]).env("HF_ENDPOINT", &url);
        run.cwd(sandbox.work().join(name)).run().succeeds();
    }
    let fetched_as = |folder: &str, arguments: &[&str]| {
        server.take_welcomed();
        let run = git(&sandbox, &server, arguments).cwd(sandbox.work().join(folder));
        run.env("HF_TOKEN", "hf_test_environment").run().succeeds();
        server.take_welcomed()
    };

    for (name, token) in [("laptop", TOKEN), ("work", OTHER)] {
        assert_eq!(fetched_as(name, &["fetch", "-q"]), [basic(token)]);
    }
    // The user name of the address says it too, and weighs more.
    let fetch = ["fetch", "-q", &server.repository_of("work")];
    assert_eq!(fetched_as("laptop", &fetch), [basic(OTHER)]);
    // The Hub takes any name beside a token.
    let fetch = ["fetch", "-q", &server.repository_of("alice")];
    assert_eq!(fetched_as("laptop", &fetch), [basic(TOKEN)]);
    git(
        &sandbox,
        &server,
        &["clone", "-q", &server.repository_of("work"), "third"],
    )
    .run()
    .succeeds();
}

#[test]
fn git_pushes_to_two_owners_as_two_accounts() {
    let sandbox = logged_in();
    let server = GitServer::start(&sandbox, TOKEN);
    clone_as(&sandbox, &server, TOKEN);
    server.accept_all(&[TOKEN, OTHER]);
    let url = server.url();
    let srv = sandbox.root().join("srv");
    let copy = sandbox.program("cp", &["-R", "alice", "bob"]).cwd(srv);
    copy.run().succeeds();
    setup_git(&sandbox, &["--by-owner"])
        .env("HF_ENDPOINT", &url)
        .run()
        .succeeds();
    let rule = sandbox.hf(&["auth", "use", "work", "--owner", "Bob"]);
    rule.run().succeeds();

    for (owner, token) in [("alice", TOKEN), ("bob", OTHER)] {
        let repository = server.repository().replace("/alice/", &format!("/{owner}/"));
        git(&sandbox, &server, &["clone", "-q", &repository, owner])
            .run()
            .succeeds();
        let folder = sandbox.work().join(owner);
        let commit = ["commit", "-q", "--allow-empty", "-m", "a step"];
        git(&sandbox, &server, &commit).cwd(&folder).run().succeeds();
        server.take_welcomed();
        let push = git(&sandbox, &server, &["push", "-q", "origin", "HEAD:main"]);
        push.cwd(&folder).run().succeeds();
        let welcomed = server.take_welcomed();
        assert!(
            !welcomed.is_empty() && welcomed.iter().all(|user| *user == basic(token)),
            "{owner}: {welcomed:?}"
        );
    }
}

#[test]
fn a_command_that_runs_as_another_account_has_a_git_that_does_too() {
    let sandbox = logged_in();
    let server = GitServer::start(&sandbox, TOKEN);
    clone_as(&sandbox, &server, TOKEN);
    server.accept_all(&[TOKEN, OTHER]);
    let store = ["config", "--global", "credential.helper", "store"];
    let arrange: [&dyn Fn(); 4] = [
        &|| (),
        &|| drop(sandbox.git(&store)),
        &|| {
            let login = sandbox.hf(&["auth", "switch", "laptop", "--add-to-git-credential"]);
            login.env("HF_ENDPOINT", server.url()).run().succeeds();
        },
        &|| {
            let run = setup_git(&sandbox, &["--local", "laptop"]).env("HF_ENDPOINT", server.url());
            run.cwd(sandbox.work().join("model")).run().succeeds();
        },
    ];
    for arrange in arrange {
        arrange();
        let before = sandbox.everything();
        for (name, remote, token) in [
            (&["work"][..], server.repository(), OTHER),
            (&[], server.repository(), TOKEN),
            (&["work"], server.repository_of("laptop"), OTHER),
        ] {
            server.take_welcomed();
            let command = ["--", "git", "-c", "user.name=x", "fetch", "-q", &remote];
            let run = sandbox.hf(&[&["auth", "run"], name, &command].concat());
            let run = run.env("HF_ENDPOINT", server.url()).env("GIT_TERMINAL_PROMPT", "0");
            let run = run.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "user.email");
            run.env("GIT_CONFIG_VALUE_0", "x@example.com")
                .cwd(sandbox.work().join("model"))
                .run()
                .succeeds();

            assert_eq!(server.take_welcomed(), [basic(token)], "{name:?} {remote}");
        }
        let left = sandbox.everything().into_iter().filter(|name| !name.contains("/.git/"));
        assert_eq!(
            left.collect::<Vec<_>>(),
            before
                .into_iter()
                .filter(|name| !name.contains("/.git/"))
                .collect::<Vec<_>>()
        );
    }
}

/// A clone by somebody who types the token.
fn clone_as(sandbox: &Sandbox, server: &GitServer, token: &str) {
    let helper = format!("credential.helper=!printf 'username=hf_user\\npassword={token}\\n'; :");
    let arguments = ["-c", &helper, "clone", "-q", &server.repository(), "model"];
    git(sandbox, server, &arguments).run().succeeds();
    push_first(sandbox, server, &helper);
}

fn push_first(sandbox: &Sandbox, server: &GitServer, helper: &str) {
    let folder = sandbox.work().join("model");
    let commit = ["commit", "-q", "--allow-empty", "-m", "first"];
    git(sandbox, server, &commit).cwd(&folder).run().succeeds();
    let push = ["-c", helper, "push", "-q", "origin", "HEAD:main"];
    git(sandbox, server, &push).cwd(&folder).run().succeeds();
}

#[test]
fn git_lfs_pushes_and_pulls_with_and_without_a_path_in_the_endpoint() {
    let found = Sandbox::new().git(&["lfs", "version"]);
    assert_eq!(found.status, 0, "these tests need git-lfs: {}", found.stderr);
    let global: &[&str] = &[];
    let cases = [
        ("", global),
        ("", &["--local"]),
        ("/mirror", global),
        ("/mirror", &["--local"]),
    ];
    at_once(cases, |(prefix, scope)| large_files_go_and_come(prefix, scope));
}

fn large_files_go_and_come(prefix: &'static str, scope: &[&str]) {
    let sandbox = logged_in();
    let server = GitServer::start_below(&sandbox, TOKEN, prefix);
    let run = |folder: &str, arguments: &[&str]| {
        let run = git(&sandbox, &server, arguments).cwd(sandbox.work().join(folder));
        run.env_remove("HF_ENDPOINT")
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .run()
            .succeeds();
    };
    let set_up = |folder: &str| {
        let run = setup_git(&sandbox, scope).env("HF_ENDPOINT", server.url());
        run.cwd(sandbox.work().join(folder)).run().succeeds();
    };
    run("", &["lfs", "install", "--skip-repo"]);
    for folder in ["one", "two"] {
        run("", &["init", "-q", "-b", "main", folder]);
        run(folder, &["remote", "add", "origin", &server.repository()]);
        set_up(folder);
    }

    run("one", &["lfs", "track", "*.bin"]);
    fs::write(sandbox.work().join("one/weights.bin"), "heavy weights").unwrap();
    run("one", &["add", "."]);
    run("one", &["commit", "-q", "-m", "weights"]);
    run("one", &["push", "-q", "origin", "main"]);
    run("two", &["pull", "-q", "origin", "main"]);

    assert_eq!(
        fs::read_to_string(sandbox.work().join("two/weights.bin")).unwrap(),
        "heavy weights"
    );
    assert_eq!(fs::read_dir(sandbox.root().join("srv/lfs")).unwrap().count(), 1);
    assert_eq!(server.take_welcomed(), [basic(TOKEN)]);
    assert_eq!(files_with(&sandbox, TOKEN), ["hf/stored_tokens", "hf/token"]);
}

#[test]
fn submodules_are_set_up_as_the_help_says() {
    let sandbox = logged_in();
    let server = GitServer::start(&sandbox, TOKEN);
    clone_as(&sandbox, &server, TOKEN);
    let outer = sandbox.work().join("outer");
    sandbox.git(&["init", "-q", "outer"]).succeeds();
    let helper = format!("credential.helper=!printf 'username=hf_user\\npassword={TOKEN}\\n'; :");
    let add = ["-c", &helper, "submodule", "add", "-q", &server.repository(), "inner"];
    git(&sandbox, &server, &add).cwd(&outer).run().succeeds();
    let run = |arguments: &[&str]| git(&sandbox, &server, arguments).cwd(&outer).run();
    setup_git(&sandbox, &["--local", "work"])
        .env("HF_ENDPOINT", server.url())
        .cwd(&outer)
        .run()
        .succeeds();
    server.accept(OTHER);
    run(&["-C", "inner", "fetch", "-q"]).fails_with(128);

    run(&["submodule", "foreach", "hf auth setup-git --local work"]).succeeds();

    run(&["-C", "inner", "fetch", "-q"]).succeeds();
    setup_git(&Sandbox::new(), &["--help"])
        .run()
        .succeeds()
        .stdout_has("git submodule foreach 'hf auth setup-git --local");
}

#[test]
fn the_store_helper_works_for_who_prefers_a_copy() {
    let sandbox = Sandbox::new();
    let server = GitServer::start(&sandbox, TOKEN);
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
