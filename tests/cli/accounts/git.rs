//! The rules for the repositories of an owner, as git asks for them.

use super::{OWN, ROBOT, folder, rule, with_accounts};
use crate::support::{Outcome, Sandbox, WORK};

fn asked(sandbox: &Sandbox, path: &str, arguments: &[&str]) -> Outcome {
    let question = format!("protocol=https\nhost=huggingface.co\npath={path}\n\n");
    let run = sandbox.hf(&["auth", "git-credential", "get"]).args(arguments);
    run.stdin(question).cwd(folder(sandbox, "a")).run()
}

#[track_caller]
fn gets(sandbox: &Sandbox, path: &str, arguments: &[&str], token: &str) {
    let outcome = asked(sandbox, path, arguments);
    outcome
        .succeeds()
        .stdout_is(&format!("username=hf_user\npassword={token}\n"));
}

#[test]
fn an_owner_s_repositories_get_the_owner_s_account() {
    let sandbox = with_accounts();
    rule(&sandbox, &["robot", "--owner", "acme"]).run().succeeds();
    rule(&sandbox, &["work"]).run().succeeds();

    gets(&sandbox, "acme/model", &[], ROBOT);
    gets(&sandbox, "ACME/model.git/info/lfs", &[], ROBOT);
    gets(&sandbox, "datasets/acme/x", &[], ROBOT);
    gets(&sandbox, "spaces/acme/x", &[], ROBOT);
    gets(&sandbox, "acme2/model", &[], WORK);
    gets(&sandbox, "acme", &[], WORK);
    gets(&sandbox, "", &[], WORK);
    // A pinned name counts before the owner's rule.
    gets(&sandbox, "acme/model", &["--token-name", "own"], OWN);
}

#[test]
fn an_owner_s_account_that_is_not_stored_is_no_answer() {
    let sandbox = with_accounts();
    rule(&sandbox, &["robot", "--owner", "acme"]).run().succeeds();
    sandbox.hf(&["auth", "logout", "robot"]).run().succeeds();

    let outcome = asked(&sandbox, "acme/model", &[]);

    outcome
        .fails_with(1)
        .stdout_is("")
        .stderr_has("No token is stored as robot");
}

#[test]
fn git_sends_the_path_where_owners_are_to_choose() {
    let sandbox = with_accounts();
    let path = [
        "config",
        "--global",
        "--get",
        "credential.https://huggingface.co.useHttpPath",
    ];

    sandbox.hf(&["auth", "setup-git", "--by-owner"]).run().succeeds();
    assert_eq!(sandbox.git(&path).stdout, "true\n");
    sandbox
        .hf(&["auth", "setup-git", "--by-owner"])
        .run()
        .succeeds()
        .stderr_has("Nothing has changed.");
    rule(&sandbox, &["robot", "--owner", "acme"]).run().succeeds();
    let fill = sandbox.program("git", &["credential", "fill"]).cwd(sandbox.work());
    let filled = fill.stdin("url=https://huggingface.co/acme/model\n\n").run();
    filled.succeeds().stdout_has(&format!("password={ROBOT}\n"));

    sandbox.hf(&["auth", "setup-git", "--remove"]).run().succeeds();
    assert_eq!(sandbox.program("git", &path).run().stdout, "");
}
