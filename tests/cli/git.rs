//! git is told about tokens when asked to, through standard input only, and never holds anything up.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use crate::support::hub::whoami;
use crate::support::{Answer, Run, Sandbox, StubHub};

const TOKEN: &str = "hf_test_canary_000000000";
const OTHER: &str = "hf_test_other_0000000000";
const ASKED_FOR: &str = "--add-to-git-credential";
const ADVICE: &str = "Cannot authenticate through git-credential as no helper is defined on your machine.";

/// A Hub that knows every token, and a world in which git has this credential helper.
fn world(helper: Option<&str>) -> (Sandbox, StubHub) {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.always(
        "GET",
        "/api/whoami-v2",
        Answer::json(200, whoami("alice", "laptop", "write")),
    );
    if let Some(helper) = helper {
        sandbox
            .git(&["config", "--global", "credential.helper", helper])
            .succeeds();
    }
    (sandbox, hub)
}

fn login(sandbox: &Sandbox, hub: &StubHub) -> Run {
    sandbox.hf(&["auth", "login", "--token", TOKEN, ASKED_FOR]).hub(hub)
}

/// What git would use as the password for the Hub.
fn password(sandbox: &Sandbox, hub: &StubHub) -> Option<String> {
    let fill = sandbox
        .program("git", &["credential", "fill"])
        .env("GIT_TERMINAL_PROMPT", "0");
    let outcome = fill.stdin(format!("url={}\nusername=hf_user\n\n", hub.url())).run();
    outcome
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("password=").map(str::to_owned))
}

/// A program in the sandbox that stands on PATH before the others.
fn install(sandbox: &Sandbox, name: &str, script: &str) -> String {
    let folder = sandbox.root().join("bin");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())
}

#[test]
fn what_login_approved_git_gives_back() {
    let (sandbox, hub) = world(Some("store"));

    let outcome = login(&sandbox, &hub).run();

    let told =
        "Your token has been saved in your configured git credential helpers (store).\nYour token has been saved to";
    outcome
        .succeeds()
        .stdout_is("")
        .stderr_has(told)
        .stderr_lacks("has not been saved");
    assert_eq!(password(&sandbox, &hub).as_deref(), Some(TOKEN));
}

#[test]
fn git_is_left_alone_unless_asked() {
    for arguments in [
        &[][..],
        &["--no-add-to-git-credential"],
        &[ASKED_FOR, "--no-add-to-git-credential"],
    ] {
        let (sandbox, hub) = world(Some("store"));
        let login = sandbox
            .hf(&["auth", "login", "--token", TOKEN])
            .args(arguments)
            .hub(&hub);
        login
            .run()
            .succeeds()
            .stderr_has("The token has not been saved to the git credentials helper.");
        assert_eq!(password(&sandbox, &hub), None);
    }
}

#[test]
fn switching_hands_git_the_other_token() {
    let (sandbox, hub) = world(Some("store"));
    sandbox.store(&[("laptop", TOKEN), ("work", OTHER)]);

    let outcome = sandbox.hf(&["auth", "switch", "work", ASKED_FOR]).hub(&hub).run();

    outcome.succeeds().stderr_has("git credential helpers (store).\n");
    assert_eq!(password(&sandbox, &hub).as_deref(), Some(OTHER));
}

#[test]
fn a_helper_for_the_endpoint_or_the_repository_counts_and_one_for_another_host_does_not() {
    let (sandbox, hub) = world(None);
    let scoped = format!("credential.{}.helper", hub.url());
    sandbox
        .git(&["config", "--global", "credential.https://github.com.helper", "store"])
        .succeeds();
    login(&sandbox, &hub).run().succeeds().stdout_has(ADVICE);

    sandbox
        .git(&["config", "--global", &scoped, "store --file=creds"])
        .succeeds();
    login(&sandbox, &hub)
        .run()
        .succeeds()
        .stdout_is("")
        .stderr_has("helpers (store).");
    assert_eq!(password(&sandbox, &hub).as_deref(), Some(TOKEN));

    // An empty value resets the list.
    sandbox.git(&["config", "--global", "--add", &scoped, ""]).succeeds();
    login(&sandbox, &hub).run().succeeds().stdout_has(ADVICE);

    sandbox.git(&["init", "--quiet"]).succeeds();
    sandbox
        .git(&["config", "credential.helper", "cache --timeout=1"])
        .succeeds();
    login(&sandbox, &hub).run().succeeds().stderr_has("helpers (cache).");
}

#[test]
fn without_a_helper_the_login_succeeds_with_advice() {
    let (sandbox, hub) = world(None);

    let human = login(&sandbox, &hub).run();
    let json = login(&sandbox, &hub).args(["--json"]).run();
    let quiet = login(&sandbox, &hub).args(["-q"]).run();

    human
        .succeeds()
        .stdout_has(ADVICE)
        .stderr_has("Token has not been saved to git credential helper.\n");
    human.stderr_has("Login successful.");
    json.succeeds()
        .stdout_is("{\"user\": \"alice\", \"token_name\": \"laptop\", \"role\": \"write\"}\n")
        .stderr_has(ADVICE);
    quiet.succeeds().stdout_is("laptop\n").stderr_has(ADVICE);
}

#[test]
fn a_machine_without_git_is_told_so_once_and_only_where_git_was_asked_for() {
    let (sandbox, hub) = world(None);
    let nowhere = sandbox.work();

    let asked = login(&sandbox, &hub).env("PATH", &nowhere).run();
    let not_asked = sandbox
        .hf(&["auth", "logout", "laptop"])
        .hub(&hub)
        .env("PATH", &nowhere)
        .run();

    asked
        .succeeds()
        .stderr_has("Warning: git is not installed. Token has not been saved to git credential helper.\n");
    asked.stderr_has("Login successful.");
    not_asked.succeeds().stderr_lacks("git");
}

#[test]
fn the_token_is_in_no_argument_and_no_variable_of_git_or_its_helper() {
    let (sandbox, hub) = world(None);
    let log = sandbox.root().join("log");
    let record = format!(
        "{{ echo \"$0 $@\"; cat /proc/$PPID/cmdline /proc/$PPID/environ; env; }} >> {}",
        log.display()
    );
    let path = install(
        &sandbox,
        "git-credential-spy",
        &format!("{record}\ncat > {}.$1", log.display()),
    );
    sandbox
        .git(&["config", "--global", "credential.helper", "spy"])
        .succeeds();

    login(&sandbox, &hub).env("PATH", &path).run().succeeds();
    sandbox
        .hf(&["auth", "logout", "laptop"])
        .hub(&hub)
        .env("PATH", &path)
        .run()
        .succeeds();

    let seen = String::from_utf8_lossy(&fs::read(&log).unwrap()).into_owned();
    assert!(
        seen.contains("git-credential-spy store") && seen.contains("git-credential-spy erase"),
        "{seen}"
    );
    assert!(!seen.contains(TOKEN), "{seen}");
    assert!(seen.contains("GIT_TERMINAL_PROMPT=0"), "{seen}");
    for verb in ["store", "erase"] {
        let told = fs::read_to_string(format!("{}.{verb}", log.display())).unwrap();
        assert!(
            told.contains("username=hf_user\n") && told.contains(&format!("password={TOKEN}\n")),
            "{verb}: {told}"
        );
    }
}

#[test]
fn logging_out_of_one_token_leaves_git_the_other() {
    let (sandbox, hub) = world(Some("store"));
    login(&sandbox, &hub).run().succeeds();
    sandbox.store(&[("laptop", TOKEN), ("work", OTHER)]);

    sandbox.hf(&["auth", "logout", "work"]).hub(&hub).run().succeeds();
    assert_eq!(password(&sandbox, &hub).as_deref(), Some(TOKEN));

    sandbox.hf(&["auth", "logout", "laptop"]).hub(&hub).run().succeeds();
    assert_eq!(password(&sandbox, &hub), None);
}

#[test]
fn logging_out_of_all_takes_whatever_git_has() {
    let (sandbox, hub) = world(Some("store"));
    login(&sandbox, &hub).run().succeeds();

    sandbox.hf(&["auth", "logout"]).hub(&hub).run().succeeds();

    assert_eq!(password(&sandbox, &hub), None);
}

#[test]
fn a_helper_that_hangs_is_cut_off_with_all_it_started() {
    let (sandbox, hub) = world(None);
    let pid = sandbox.root().join("pid");
    let path = install(
        &sandbox,
        "git-credential-stuck",
        &format!("echo $$ > {}\nexec sleep 1000", pid.display()),
    );
    sandbox
        .git(&["config", "--global", "credential.helper", "stuck"])
        .succeeds();

    let outcome = login(&sandbox, &hub).env("PATH", &path).run();

    outcome
        .succeeds()
        .stderr_has("Warning: git did not finish within 15 seconds. Token has not been saved");
    outcome.stderr_has("Login successful.");
    assert!(outcome.elapsed < Duration::from_secs(25), "{:?}", outcome.elapsed);
    let helper = PathBuf::from("/proc").join(fs::read_to_string(pid).unwrap().trim());
    let is_gone = || fs::read_to_string(helper.join("stat")).map_or(true, |stat| stat.contains(") Z "));
    assert!((0..50).any(|_| is_gone() || (std::thread::sleep(Duration::from_millis(20)), false).1));
}

#[test]
fn git_that_fails_is_a_warning() {
    let (sandbox, hub) = world(None);
    let path = install(&sandbox, "git", "exit 128");

    let outcome = login(&sandbox, &hub).env("PATH", path).run();

    outcome
        .succeeds()
        .stderr_has("Warning: git ended with an error")
        .stderr_has("Login successful.");
}

#[test]
fn on_colab_the_store_helper_is_set_first() {
    let (sandbox, hub) = world(None);

    let outcome = login(&sandbox, &hub).env("COLAB_RELEASE_TAG", "release").run();

    outcome.succeeds().stdout_is("").stderr_has("helpers (store).");
    sandbox
        .git(&["config", "--global", "credential.helper"])
        .stdout_is("store\n");
    assert_eq!(password(&sandbox, &hub).as_deref(), Some(TOKEN));
}

#[test]
fn git_is_started_only_where_it_is_needed() {
    let (sandbox, hub) = world(Some("store"));
    let count = sandbox.root().join("count");
    let real = String::from_utf8(sandbox.program("sh", &["-c", "command -v git"]).run().stdout.into()).unwrap();
    let path = install(
        &sandbox,
        "git",
        &format!("echo x >> {}\nexec {} \"$@\"", count.display(), real.trim()),
    );
    let started = |arguments: &[&str]| {
        let _ = fs::remove_file(&count);
        sandbox
            .hf(&["auth"])
            .args(arguments)
            .hub(&hub)
            .env("PATH", &path)
            .run()
            .succeeds();
        fs::read_to_string(&count).unwrap_or_default().lines().count()
    };

    assert_eq!(started(&["login", "--token", TOKEN]), 0);
    for command in [&["token"][..], &["list"], &["whoami"], &["switch", "laptop"]] {
        assert_eq!(started(command), 0, "{command:?}");
    }
    assert_eq!(started(&["switch", "laptop", ASKED_FOR]), 2);
    assert_eq!(started(&["logout", "laptop"]), 1);
}
