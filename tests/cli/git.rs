//! git's credential helpers, with the real git: what it is given, what it keeps, and what is said when it cannot help.

use std::fs;
#[cfg(unix)]
use std::path::{Path, PathBuf};

use super::support::{Outcome, Run, Sandbox, StubHub, hub_that_knows_carol};

#[cfg(unix)]
mod copies;
#[cfg(unix)]
mod hanging;
#[cfg(unix)]
mod quiet;

const TOKEN: &str = "hf_test_git_canary_0123456789";
const OTHER: &str = "hf_test_git_other_9876543210";
const NO_HELPER: &str = "Cannot authenticate through git-credential as no helper is defined on your machine.
You might have to re-authenticate when pushing to the Hugging Face Hub.
Run the following command in your terminal in case you want to set the 'store' credential helper as default.

git config --global credential.helper store

Read https://git-scm.com/book/en/v2/Git-Tools-Credential-Storage for more details.
";

fn login(sandbox: &Sandbox, hub: &StubHub) -> Run {
    let arguments = ["auth", "login", "--add-to-git-credential", "--token", TOKEN];
    sandbox.hf(&arguments).hub(hub)
}

/// An executable script. A shell writes it, because a file that is open for writing, in a fork of ours too, cannot be run.
#[cfg(unix)]
fn script(sandbox: &Sandbox, name: &str, body: &str) -> PathBuf {
    let path = sandbox.root().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let write = ["-c", "cat > \"$0\" && chmod 755 \"$0\"", path.to_str().unwrap()];
    let text = format!("#!/bin/sh\n{body}\n");
    sandbox.program("sh", &write).stdin(text).run().succeeds();
    path
}

/// A helper that notes its arguments, environment and input in `notes`, before anything else it does.
#[cfg(unix)]
fn noting_helper(sandbox: &Sandbox, then: &str) {
    let notes = notes(sandbox);
    let body = format!("{{ echo \"ARGUMENTS $*\"; env; cat; }} >> {}\n{then}", notes.display());
    let helper = script(sandbox, "helper", &body);
    set_helper(sandbox, "--global", "credential.helper", helper.to_str().unwrap());
}

#[cfg(unix)]
fn notes(sandbox: &Sandbox) -> PathBuf {
    sandbox.root().join("notes")
}

#[cfg(unix)]
fn noted(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

#[track_caller]
fn set_helper(sandbox: &Sandbox, scope: &str, key: &str, helper: &str) {
    sandbox.git(&["config", scope, "--add", key, helper]).succeeds();
}

/// What git would now use for the Hub.
fn fill(sandbox: &Sandbox, hub: &StubHub) -> Outcome {
    let question = format!("url={}\nusername=hf_user\n\n", hub.url());
    let run = sandbox.program("git", &["credential", "fill"]).stdin(question);
    run.env("GIT_TERMINAL_PROMPT", "0").run()
}

#[test]
#[cfg_attr(windows, ignore = "needs git")]
fn a_login_gives_the_token_to_the_helper_and_git_gives_it_back() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    set_helper(&sandbox, "--global", "credential.helper", "store");

    let outcome = login(&sandbox, &hub).run();

    let [stored_tokens, token] = ["stored_tokens", "token"].map(|name| sandbox.path(name).display().to_string());
    outcome.succeeds().stdout_is("").stderr_is(&format!(
        "Token is valid (permission: read).
The token `laptop` has been saved to {stored_tokens}
Your token has been saved in your configured git credential helpers (store).
Your token has been saved to {token}
Login successful.
The current active token is: `laptop`
"
    ));
    fill(&sandbox, &hub)
        .succeeds()
        .stdout_has(&format!("password={TOKEN}\n"));
}

#[test]
#[cfg_attr(windows, ignore = "needs git")]
fn a_switch_gives_the_token_to_the_helper_too() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.store(&[("laptop", TOKEN), ("work", OTHER)]);
    set_helper(&sandbox, "--global", "credential.helper", "store");

    for (name, token) in [("laptop", TOKEN), ("work", OTHER)] {
        let arguments = ["auth", "switch", name, "--add-to-git-credential"];
        let outcome = sandbox.hf(&arguments).hub(&hub).run();

        outcome.succeeds().stderr_has("git credential helpers (store).");
        fill(&sandbox, &hub)
            .succeeds()
            .stdout_has(&format!("password={token}\n"));
    }
}

#[test]
#[cfg(unix)]
fn nothing_reaches_git_without_the_flag() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    noting_helper(&sandbox, "");

    sandbox
        .hf(&["auth", "login", "--token", TOKEN])
        .hub(&hub)
        .run()
        .succeeds();
    login(&sandbox, &hub)
        .args(["--no-add-to-git-credential"])
        .run()
        .succeeds();
    sandbox.hf(&["auth", "switch", "laptop"]).hub(&hub).run().succeeds();

    assert_eq!(noted(&notes(&sandbox)), "");
}

#[test]
#[cfg_attr(windows, ignore = "needs git")]
fn a_helper_of_the_repository_or_of_the_hubs_address_counts() {
    let arrange: [fn(&Sandbox, &str); 3] = [
        |sandbox, _| set_helper(sandbox, "--local", "credential.helper", "store"),
        |sandbox, url| set_helper(sandbox, "--global", &format!("credential.{url}.helper"), "store"),
        |sandbox, url| set_helper(sandbox, "--local", &format!("credential.{url}/.helper"), "store"),
    ];
    for (number, arrange) in arrange.iter().enumerate() {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
        sandbox.git(&["init", "-q"]).succeeds();
        arrange(&sandbox, &hub.url());

        let outcome = login(&sandbox, &hub).run();

        outcome
            .succeeds()
            .stdout_is("")
            .stderr_has("git credential helpers (store).");
        let back = fill(&sandbox, &hub);
        assert!(back.stdout.contains(TOKEN), "case {number}: {}", back.stderr);
    }
}

#[test]
#[cfg_attr(windows, ignore = "needs git")]
fn without_a_helper_for_the_hub_there_is_advice_and_the_login_succeeds() {
    let arrange: [fn(&Sandbox); 3] = [
        |_| (),
        |sandbox| set_helper(sandbox, "--global", "credential.https://example.com.helper", "store"),
        |sandbox| {
            set_helper(sandbox, "--global", "credential.helper", "store");
            set_helper(sandbox, "--global", "credential.helper", "");
        },
    ];
    for arrange in arrange {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
        arrange(&sandbox);

        let outcome = login(&sandbox, &hub).run();

        outcome
            .succeeds()
            .stdout_is(NO_HELPER)
            .stderr_has(
                "Token has not been saved to git credential helper.\nBetter: `hf auth setup-git`, once. git then asks hf for the token, and no copy of it is kept.\nYour token has been saved to ",
            )
            .stderr_has("Login successful.\n");
        assert_eq!(sandbox.read("token"), TOKEN);
        assert!(!sandbox.home().join(".git-credentials").exists());
    }
}

#[test]
#[cfg_attr(windows, ignore = "needs git")]
fn the_advice_keeps_out_of_what_programs_read() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());

    let json = login(&sandbox, &hub).args(["--json"]).run();
    let quiet = login(&sandbox, &hub).args(["-q"]).run();

    json.succeeds()
        .stdout_is("{\"user\": \"carol\", \"token_name\": \"laptop\", \"role\": \"read\"}\n")
        .stderr_has(NO_HELPER);
    quiet.succeeds().stdout_is("laptop\n").stderr_has(NO_HELPER);
}

#[test]
#[cfg(unix)]
fn the_token_is_in_no_argument_and_no_variable_of_git_or_its_helper() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    noting_helper(&sandbox, "");
    let git_notes = sandbox.root().join("git-notes");
    let path = wrapped_git(
        &sandbox,
        &format!("{{ echo \"ARGUMENTS $*\"; env; }} >> {}", git_notes.display()),
    );

    let run = sandbox.hf(&["auth", "login", "--add-to-git-credential", "--token", "-"]);
    run.hub(&hub).stdin(TOKEN).env("PATH", &path).run().succeeds();
    sandbox
        .hf(&["auth", "logout", "laptop"])
        .hub(&hub)
        .env("PATH", &path)
        .run()
        .succeeds();

    assert!(!noted(&git_notes).contains(TOKEN), "{}", noted(&git_notes));
    let helper = noted(&notes(&sandbox));
    let with_token: Vec<&str> = helper.lines().filter(|line| line.contains(TOKEN)).collect();
    let password = format!("password={TOKEN}");
    assert_eq!(with_token, [&password, &password], "once to store, once to erase");
    for line in [
        "ARGUMENTS store",
        "ARGUMENTS erase",
        "GIT_TERMINAL_PROMPT=0",
        "username=hf_user",
        "protocol=http",
    ] {
        assert!(helper.lines().any(|noted| noted == line), "{line}: {helper}");
    }
}

/// A folder first on `PATH` whose `git` does something and then is git. Gives the whole `PATH`.
#[cfg(unix)]
fn wrapped_git(sandbox: &Sandbox, first: &str) -> String {
    let path = std::env::var("PATH").unwrap();
    script(sandbox, "bin/git", &format!("{first}\nPATH='{path}' exec git \"$@\""));
    format!("{}:{path}", sandbox.root().join("bin").display())
}

#[test]
#[cfg_attr(windows, ignore = "needs git")]
fn a_logout_of_one_token_leaves_another_tokens_credential() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    set_helper(&sandbox, "--global", "credential.helper", "store");
    sandbox.store(&[("work", OTHER)]);
    login(&sandbox, &hub).run().succeeds();

    sandbox.hf(&["auth", "logout", "work"]).hub(&hub).run().succeeds();
    fill(&sandbox, &hub).succeeds().stdout_has(TOKEN);

    sandbox.hf(&["auth", "logout", "laptop"]).hub(&hub).run().succeeds();
    fill(&sandbox, &hub).fails_with(128);
}

#[test]
#[cfg_attr(windows, ignore = "needs git")]
fn a_logout_of_all_takes_whatever_git_holds_for_the_hub() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    set_helper(&sandbox, "--global", "credential.helper", "store");
    login(&sandbox, &hub).run().succeeds();
    let elsewhere = "protocol=https\nhost=example.com\nusername=hf_user\npassword=kept\n\n";
    sandbox
        .program("git", &["credential", "approve"])
        .stdin(elsewhere)
        .run()
        .succeeds();

    sandbox.hf(&["auth", "logout"]).hub(&hub).run().succeeds();

    fill(&sandbox, &hub).fails_with(128);
    let credentials = fs::read_to_string(sandbox.home().join(".git-credentials")).unwrap();
    assert_eq!(credentials, "https://hf_user:kept@example.com\n");
}

#[test]
#[cfg_attr(windows, ignore = "needs git")]
fn colab_gets_a_helper_where_it_has_none() {
    let cases: [(&[(&str, &str)], bool); 4] = [
        (&[("COLAB_RELEASE_TAG", "release-1")], true),
        (&[("COLAB_BACKEND_VERSION", "next")], true),
        (&[("COLAB_RELEASE_TAG", "")], false),
        (
            &[("COLAB_RELEASE_TAG", "x"), ("VERTEX_PRODUCT", "COLAB_ENTERPRISE")],
            false,
        ),
    ];
    for (variables, is_set) in cases {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
        let set = |run: Run, (name, value): &(&str, &str)| run.env(name, value);

        variables.iter().fold(login(&sandbox, &hub), set).run().succeeds();

        let helper = sandbox.git(&["config", "--global", "credential.helper"]).stdout;
        assert_eq!(helper == "store\n", is_set, "{variables:?}");
        assert_eq!(fill(&sandbox, &hub).stdout.contains(TOKEN), is_set, "{variables:?}");
    }
}

#[test]
#[cfg(unix)]
fn colab_keeps_the_helper_it_has() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    noting_helper(&sandbox, "");
    let before = fs::read_to_string(sandbox.home().join(".gitconfig")).unwrap();

    login(&sandbox, &hub)
        .env("COLAB_RELEASE_TAG", "release-1")
        .run()
        .succeeds();

    assert_eq!(fs::read_to_string(sandbox.home().join(".gitconfig")).unwrap(), before);
}
