//! A machine as these users have it: a virtual environment of huggingface_hub comes first on `PATH`, ours is somewhere behind
//! it or not there at all, and git works with the Hub all the same.

use std::path::Path;

use crate::support::git_server::basic;
use crate::support::{GitServer, Run, Sandbox};

const TOKEN: &str = "hf_test_venv_laptop_0123456789";
const OTHER: &str = "hf_test_venv_work_9876543210";

/// A program with the environment's programs first and none of ours on `PATH`.
fn in_the_venv(run: Run, reference: &Path) -> Run {
    let path = std::env::var("PATH").unwrap();
    run.env("PATH", format!("{}:{path}", reference.display()))
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("HF_HUB_DISABLE_UPDATE_CHECK", "1")
}

#[test]
#[ignore = "needs the Python reference: tests/reference/run"]
fn git_works_with_the_hub_although_another_hf_comes_first() {
    let reference = crate::reference();
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN), ("work", OTHER)]);
    sandbox.activate(TOKEN);
    let server = GitServer::start(&sandbox, TOKEN);
    server.accept_all(&[TOKEN, OTHER]);
    let hf = |arguments: &[&str]| {
        let run = in_the_venv(sandbox.hf(arguments), &reference);
        run.env("HF_ENDPOINT", server.url())
    };
    let git = |arguments: &[&str]| in_the_venv(sandbox.program("git", arguments), &reference);
    hf(&["auth", "setup-git"]).run().succeeds();

    git(&["clone", "-q", &server.repository(), "one"]).run().succeeds();
    assert_eq!(server.take_welcomed(), [basic(TOKEN)]);
    git(&["clone", "-q", &server.repository_of("work"), "two"])
        .run()
        .succeeds();
    assert_eq!(server.take_welcomed(), [basic(OTHER)]);
    let clone = [
        "auth",
        "run",
        "work",
        "--",
        "git",
        "clone",
        "-q",
        &server.repository(),
        "three",
    ];
    hf(&clone).run().succeeds();

    assert_eq!(server.take_welcomed(), [basic(OTHER)]);
}

#[test]
#[ignore = "needs the Python reference: tests/reference/run"]
fn python_finds_the_account_that_a_command_runs_as() {
    let reference = crate::reference();
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN), ("work", OTHER)]);
    sandbox.activate(TOKEN);

    let script = "import huggingface_hub as hub; print(hub.get_token())";
    let run = sandbox.hf(&["auth", "run", "work", "--", "python", "-c", script]);
    in_the_venv(run, &reference)
        .run()
        .succeeds()
        .stdout_is(&format!("{OTHER}\n"));
    // Every other command is the Python one's.
    let run = in_the_venv(sandbox.hf(&["version"]), &reference);
    run.run().succeeds().stdout_has("2.4.0");
}
