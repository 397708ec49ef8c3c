//! `--add-to-git-credential`, with the real git.

use super::{TOKEN, hub_that_knows};
use crate::support::Sandbox;

#[test]
fn git_gets_the_token_between_storing_and_activating_it() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
    sandbox
        .git(&["config", "--global", "credential.helper", "store"])
        .succeeds();

    let outcome = sandbox
        .hf(&["auth", "login", "--add-to-git-credential", "--token", TOKEN])
        .hub(&hub)
        .run();

    let home = sandbox.hf_home();
    let home = home.display();
    outcome.succeeds().stdout_is("").stderr_is(&format!(
        "Token is valid (permission: write).\n\
         The token `laptop` has been saved to {home}/stored_tokens\n\
         Your token has been saved in your configured git credential helpers (store).\n\
         Your token has been saved to {home}/token\n\
         Login successful.\n\
         The current active token is: `laptop`\n"
    ));
    let credentials = std::fs::read_to_string(sandbox.home().join(".git-credentials")).unwrap();
    assert_eq!(
        credentials,
        format!("http://hf_user:{TOKEN}@127.0.0.1%3a{}\n", hub.port())
    );
}

#[test]
fn a_login_goes_on_where_git_cannot_help() {
    let cases = [
        (
            None,
            "Cannot authenticate through git-credential as no helper is defined",
        ),
        (Some("/nowhere"), "git is not installed"),
    ];
    for (path, said) in cases {
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
}
