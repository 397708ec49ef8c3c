//! `--add-to-git-credential`, with the real git.

use super::{TOKEN, hub_that_knows};
use crate::support::Sandbox;

#[test]
#[cfg_attr(windows, ignore = "needs git")]
fn git_gets_the_token_between_storing_and_activating_it() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
    sandbox
        .git(&["config", "--global", "credential.helper", "store"])
        .succeeds();

    let outcome = sandbox
        .hf(&["auth", "login", "--add-to-git-credential", "--token", TOKEN])
        .hub(&hub)
        .run();

    let [stored_tokens, token] = ["stored_tokens", "token"].map(|name| sandbox.path(name).display().to_string());
    outcome.succeeds().stdout_is("").stderr_is(&format!(
        "Token is valid (permission: write).\n\
         The token `laptop` has been saved to {stored_tokens}\n\
         Your token has been saved in your configured git credential helpers (store).\n\
         Your token has been saved to {token}\n\
         Login successful.\n\
         The current active token is: `laptop`\n"
    ));
    let credentials = std::fs::read_to_string(sandbox.home().join(".git-credentials")).unwrap();
    assert_eq!(
        credentials,
        format!("http://hf_user:{TOKEN}@127.0.0.1%3a{}\n", hub.port())
    );
}

/// Logs in for git, quietly.
#[track_caller]
fn goes_on(path: Option<&str>, said: &str) {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
    let run = sandbox
        .hf(&["auth", "login", "--token", TOKEN, "--add-to-git-credential", "-q"])
        .hub(&hub);

    let outcome = match path {
        Some(path) => run.env("PATH", path).run(),
        None => run.run(),
    };

    outcome.succeeds().stdout_is("laptop\n").stderr_has(said);
    assert_eq!(sandbox.read("token"), TOKEN);
}

#[test]
#[cfg_attr(windows, ignore = "needs git")]
fn a_login_goes_on_where_git_has_no_helper() {
    goes_on(
        None,
        "Cannot authenticate through git-credential as no helper is defined",
    );
}

#[test]
fn a_login_goes_on_where_there_is_no_git() {
    goes_on(Some("/nowhere"), "git is not installed");
}
