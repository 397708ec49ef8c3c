//! Accounts by place: `HF_ACCOUNT`, `hf auth use`, the rules for git, the hook of a shell, and the Hub that a token is bound to.
#![cfg(unix)]

mod bound;
mod git;
mod hook;

use std::path::PathBuf;

use crate::support::{Answer, Outcome, Run, Sandbox, StubHub, WORK};

const OWN: &str = "hf_test_own_0123456789";
const ROBOT: &str = "hf_test_robot_0123456789";

/// Three accounts, of which `own` is active, and folders `work/a/b`.
fn with_accounts() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("own", OWN), ("robot", ROBOT), ("work", WORK)]);
    sandbox.activate(OWN);
    std::fs::create_dir_all(sandbox.work().join("a/b")).unwrap();
    sandbox
}

/// `hf auth use` with these arguments, in the folder `a`.
fn rule(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    sandbox.hf(&["auth", "use"]).args(arguments).cwd(folder(sandbox, "a"))
}

fn folder(sandbox: &Sandbox, below: &str) -> PathBuf {
    sandbox.work().join(below)
}

fn token_in(sandbox: &Sandbox, below: &str) -> Outcome {
    sandbox.hf(&["auth", "token", "-q"]).cwd(folder(sandbox, below)).run()
}

#[track_caller]
fn counts_in(sandbox: &Sandbox, below: &str, token: &str) {
    token_in(sandbox, below)
        .succeeds()
        .stdout_is(&format!("{token}\n"))
        .stderr_is("");
}

#[test]
fn a_rule_counts_in_its_folder_and_below_and_the_deepest_one_first() {
    let sandbox = with_accounts();
    rule(&sandbox, &["work"]).run().succeeds().stdout_is("");
    rule(&sandbox, &["robot", "--dir", "b"]).run().succeeds();

    counts_in(&sandbox, "", OWN);
    counts_in(&sandbox, "a", WORK);
    counts_in(&sandbox, "a/b", ROBOT);
    assert_eq!(sandbox.mode("account_rules"), 0o600);

    rule(&sandbox, &["--unset", "--dir", "b"]).run().succeeds();
    counts_in(&sandbox, "a/b", WORK);
    rule(&sandbox, &["--unset", "--all"]).run().succeeds();
    counts_in(&sandbox, "a/b", OWN);
}

#[test]
fn a_link_leads_to_the_folder_that_is_meant() {
    let sandbox = with_accounts();
    std::os::unix::fs::symlink(folder(&sandbox, "a"), folder(&sandbox, "link")).unwrap();
    rule(&sandbox, &["work", "--dir", "../link"]).run().succeeds();

    counts_in(&sandbox, "a", WORK);
    counts_in(&sandbox, "link/b", WORK);
}

#[test]
fn a_folder_that_is_gone_still_has_its_rule() {
    let sandbox = with_accounts();
    rule(&sandbox, &["work"]).run().succeeds();
    let script = "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" auth token -q";
    let outcome = sandbox
        .program("sh", &["-c", script, env!("CARGO_BIN_EXE_hf")])
        .cwd(folder(&sandbox, "a"))
        .run();
    outcome.succeeds().stdout_is(&format!("{WORK}\n"));
}

#[test]
fn what_counts_comes_in_one_order() {
    let sandbox = with_accounts();
    rule(&sandbox, &["work"]).run().succeeds();
    let token = |variables: &[(&str, &str)]| {
        let run = sandbox.hf(&["auth", "token", "-q"]).cwd(folder(&sandbox, "a"));
        let run = variables.iter().fold(run, |run, (name, value)| run.env(name, value));
        run.run().succeeds().stdout.trim().to_owned()
    };
    assert_eq!(token(&[]), WORK);
    assert_eq!(token(&[("HF_ACCOUNT", "")]), WORK);
    assert_eq!(token(&[("HF_ACCOUNT", "robot")]), ROBOT);
    assert_eq!(
        token(&[("HF_ACCOUNT", "robot"), ("HUGGING_FACE_HUB_TOKEN", "hf_test_old_name")]),
        "hf_test_old_name"
    );
    assert_eq!(
        token(&[("HF_ACCOUNT", "robot"), ("HF_TOKEN", "hf_test_variable")]),
        "hf_test_variable"
    );
}

#[test]
fn a_name_that_is_not_stored_is_an_error_and_never_another_account() {
    let sandbox = with_accounts();
    rule(&sandbox, &["nobody"])
        .run()
        .fails_with(1)
        .stderr_has("Access token nobody not found");
    assert!(!sandbox.exists("account_rules"));
    rule(&sandbox, &["work"]).run().succeeds();

    let logout = sandbox.hf(&["auth", "logout", "work"]).run();

    logout
        .succeeds()
        .stderr_has("Warning: The rule for ")
        .stderr_has("still names work");
    let here = token_in(&sandbox, "a");
    here.fails_with(1)
        .stdout_is("")
        .stderr_has("No token is stored as work, which the rule for ");
    let elsewhere = sandbox.hf(&["auth", "token"]).env("HF_ACCOUNT", "nobody").run();
    elsewhere
        .fails_with(1)
        .stdout_is("")
        .stderr_has("No token is stored as nobody, which HF_ACCOUNT names.");
    let run = sandbox
        .hf(&["auth", "run", "--", "true"])
        .cwd(folder(&sandbox, "a"))
        .run();
    run.fails_with(1);
    counts_in(&sandbox, "", OWN);
}

#[test]
fn rules_that_cannot_be_read_are_an_error_with_the_line_and_stay() {
    let sandbox = with_accounts();
    sandbox.write("account_rules", "[dir /x]\nrubbish\n");

    let outcome = token_in(&sandbox, "a");

    outcome
        .fails_with(1)
        .stderr_has("account_rules: line 2: ")
        .nowhere("rubbish");
    rule(&sandbox, &["work"]).run().fails_with(1);
    rule(&sandbox, &["--unset", "--all"]).run().fails_with(1);
    assert_eq!(sandbox.read("account_rules"), "[dir /x]\nrubbish\n");
    // Where nothing is decided by rule they are no obstacle.
    sandbox.hf(&["auth", "token"]).env("HF_TOKEN", OWN).run().succeeds();
    sandbox.hf(&["auth", "token", "work"]).run().succeeds();
}

#[test]
fn a_folder_that_was_checked_out_chooses_nothing() {
    let sandbox = with_accounts();
    let here = folder(&sandbox, "a");
    for name in [
        "account_rules",
        ".hf-account",
        ".env",
        "stored_tokens",
        ".huggingface/account_rules",
    ] {
        std::fs::create_dir_all(here.join(name).parent().unwrap()).unwrap();
        std::fs::write(here.join(name), "[dir /]\naccount = work\nHF_ACCOUNT=work\n").unwrap();
    }
    counts_in(&sandbox, "a", OWN);
}

#[test]
fn the_rules_are_listed_in_every_mode() {
    let sandbox = with_accounts();
    rule(&sandbox, &[])
        .run()
        .succeeds()
        .stdout_is("")
        .stderr_has("There are no rules.");
    rule(&sandbox, &["work"]).run().succeeds();
    rule(&sandbox, &["robot", "--owner", "Acme"]).run().succeeds();
    rule(&sandbox, &["robot", "--owner", "acme"]).run().succeeds();
    let dir = folder(&sandbox, "a").canonicalize().unwrap();
    let dir = dir.display();

    let show = |mode: &str| rule(&sandbox, &["--format", mode]).run().succeeds().stdout.clone();

    assert_eq!(
        show("json"),
        format!(
            "[{{\"dir\": \"{dir}\", \"owner\": null, \"token_name\": \"work\"}}, {{\"dir\": null, \"owner\": \"acme\", \"token_name\": \"robot\"}}]\n"
        )
    );
    assert_eq!(show("quiet"), format!("work {dir}\nrobot acme\n"));
    assert_eq!(
        show("agent"),
        format!("kind\tplace\ttoken_name\ndir\t{dir}\twork\nowner\tacme\trobot\n")
    );
    let human = show("human");
    assert!(
        human
            .lines()
            .any(|line| line.starts_with("the repositories of acme ") && line.contains(" robot")),
        "{human}"
    );
}

#[test]
fn a_switch_says_what_hides_its_choice() {
    let sandbox = with_accounts();
    rule(&sandbox, &["work"]).run().succeeds();
    let switch = |run: Run| run.cwd(folder(&sandbox, "a")).run();

    let hidden = switch(sandbox.hf(&["auth", "switch", "robot"]));
    hidden.succeeds().stderr_has("counts before it, and names `work`.");
    let by_variable = switch(sandbox.hf(&["auth", "switch", "own"]).env("HF_ACCOUNT", "robot"));
    by_variable
        .succeeds()
        .stderr_has("Here HF_ACCOUNT counts before it, and names `robot`.");
    switch(sandbox.hf(&["auth", "switch", "work"]))
        .succeeds()
        .stderr_lacks("counts before it");
}

#[test]
fn status_says_why() {
    let sandbox = with_accounts();
    rule(&sandbox, &["work"]).run().succeeds();

    let outcome = sandbox.hf(&["auth", "status"]).cwd(folder(&sandbox, "a")).run();

    outcome.succeeds().stdout_has("* the rule for ");
    let elsewhere = sandbox.hf(&["auth", "status"]).run();
    elsewhere.succeeds().nowhere("the rule for");
}

#[test]
fn the_next_hf_gets_the_account_of_the_place_and_nothing_elsewhere() {
    let sandbox = with_accounts();
    rule(&sandbox, &["work"]).run().succeeds();
    let other = sandbox.root().join("other");
    std::fs::create_dir(&other).unwrap();
    let script = "#!/bin/sh\necho \"${HF_TOKEN-none}\"\n";
    let write = sandbox
        .program("sh", &["-c", r#"cat > "$0"; chmod 755 "$0""#])
        .args([other.join("hf")]);
    write.stdin(script).run().succeeds();
    let path = std::env::join_paths([other, "/usr/bin".into(), "/bin".into()]).unwrap();
    let download = |below: &str| {
        sandbox
            .hf(&["download", "x"])
            .cwd(folder(&sandbox, below))
            .env("PATH", &path)
    };

    download("a").run().succeeds().stdout_is(&format!("{WORK}\n"));
    download("").run().succeeds().stdout_is("none\n");
    let own = download("a").env("HF_TOKEN", "hf_test_variable").run();
    own.succeeds().stdout_is("hf_test_variable\n");
    sandbox.hf(&["auth", "logout", "work"]).run().succeeds();
    download("a")
        .run()
        .fails_with(1)
        .stdout_is("")
        .stderr_has("No token is stored as work");
}

#[test]
fn the_next_hf_gets_the_token_of_a_job_whose_identity_it_would_not_find() {
    let (sandbox, hub) = (with_accounts(), StubHub::start());
    let other = sandbox.root().join("other");
    std::fs::create_dir(&other).unwrap();
    let script = "#!/bin/sh\necho \"${HF_TOKEN-none},${HF_OIDC_RESOURCE-none}\"\n";
    let write = sandbox
        .program("sh", &["-c", r#"cat > "$0"; chmod 755 "$0""#])
        .args([other.join("hf")]);
    write.stdin(script).run().succeeds();
    let path = std::env::join_paths([other, "/usr/bin".into(), "/bin".into()]).unwrap();
    let identity = sandbox.root().join("identity");
    std::fs::write(&identity, "an.identity.token-of-no-kind").unwrap();
    let download = || {
        let run = sandbox.hf(&["download", "x"]).hub(&hub).env("PATH", &path);
        run.env("HF_OIDC_RESOURCE", "acme/model")
            .env("HF_OIDC_ID_TOKEN_FILE", &identity)
    };
    let grant = serde_json::json!({"access_token": "hf_test_keyless", "expires_in": 3600});
    hub.expect("POST", "/oauth/token", Answer::json(200, grant));

    download().run().succeeds().stdout_is("hf_test_keyless,none\n");
    hub.expect(
        "POST",
        "/oauth/token",
        Answer::json(400, serde_json::json!({"error": "no"})),
    );
    download().run().succeeds().stdout_is("none,acme/model\n");
}

#[test]
fn changes_at_once_lose_no_rule() {
    let sandbox = with_accounts();
    let folders: Vec<String> = (0..12).map(|number| format!("a/{number}")).collect();
    std::thread::scope(|scope| {
        for name in &folders {
            let sandbox = &sandbox;
            scope.spawn(move || {
                std::fs::create_dir(folder(sandbox, name)).unwrap();
                let dir = format!("../{name}");
                rule(sandbox, &["work", "--dir", &dir]).run().succeeds();
            });
        }
    });
    let listed = rule(&sandbox, &["-q"]).run().succeeds().stdout.lines().count();
    assert_eq!(listed, folders.len());
}

#[test]
fn names_of_stored_tokens_and_wrong_command_lines() {
    let sandbox = with_accounts();
    rule(&sandbox, &["work", "--unset"]).run().fails_with(2);
    rule(&sandbox, &["--dir", "b"])
        .run()
        .fails_with(2)
        .stderr_has("Missing argument 'NAME'.");
    rule(&sandbox, &["work", "--owner", "a/b"]).run().fails_with(2);
    rule(&sandbox, &["work", "--owner", "acme", "--dir", "b"])
        .run()
        .fails_with(2);
    rule(&sandbox, &[""]).run().fails_with(1);
    assert!(!sandbox.exists("account_rules"));
}
