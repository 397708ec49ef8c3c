//! The copies that git's helpers keep: renewed when the token is, and gone when it is forgotten.

use std::fs;
use std::time::Duration;

use serde_json::json;

use super::super::support::{Answer, Run, Sandbox, StubHub};
use super::{OTHER, TOKEN, noted, notes, script, set_helper};

const NEW: &str = "hf_test_git_renewed_0123456789";

/// Carol's OAuth token is about to expire; alice's other one has no end.
fn carol(hub: &StubHub) -> Sandbox {
    let sandbox = Sandbox::new();
    let oauth = format!("[oauth-carol]\nhf_token = {TOKEN}\nrefresh_token = hf_test_refresh_1\nexpires_at = 1\n\n");
    sandbox.write("stored_tokens", format!("{oauth}[work]\nhf_token = {OTHER}\n\n"));
    sandbox.activate(TOKEN);
    let grant = json!({"access_token": NEW, "refresh_token": "hf_test_refresh_2", "expires_in": 4_000_000});
    hub.always("POST", "/oauth/token", Answer::json(200, grant));
    sandbox
}

fn remember(sandbox: &Sandbox, hub: &StubHub, token: &str) {
    set_helper(sandbox, "--global", "credential.helper", "store");
    let credential = format!("url={}\nusername=hf_user\npassword={token}\n\n", hub.url());
    let approve = sandbox.program("git", &["credential", "approve"]);
    approve.stdin(credential).run().succeeds();
}

fn copies(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.home().join(".git-credentials")).unwrap_or_default()
}

fn hf(sandbox: &Sandbox, hub: &StubHub, arguments: &[&str]) -> Run {
    sandbox.hf(&[&["auth"], arguments].concat()).hub(hub)
}

#[test]
fn a_renewal_renews_the_copy_of_the_same_token_and_no_other() {
    for command in [
        &["token"][..],
        &["list"],
        &["token", "oauth-carol"],
        &["run", "oauth-carol", "--", "true"],
    ] {
        for (before, after) in [
            (TOKEN, NEW),
            (OTHER, OTHER),
            ("hf_test_somebody_elses", "hf_test_somebody_elses"),
        ] {
            let hub = StubHub::start();
            let sandbox = carol(&hub);
            remember(&sandbox, &hub, before);

            hf(&sandbox, &hub, command).run().succeeds();

            let copies = copies(&sandbox);
            assert!(
                copies.contains(after) && copies.lines().count() == 1,
                "{command:?}: {copies}"
            );
        }
    }
}

#[test]
fn a_renewal_that_git_itself_has_caused_leaves_git_alone() {
    let hub = StubHub::start();
    let sandbox = carol(&hub);
    let helper = script(
        &sandbox,
        "helper",
        &format!("echo asked >> {}", notes(&sandbox).display()),
    );
    hf(&sandbox, &hub, &["setup-git"]).run().succeeds();
    set_helper(
        &sandbox,
        "--global",
        &format!("credential.{}.helper", hub.url()),
        helper.to_str().unwrap(),
    );
    let question = format!("url={}\n\n", hub.url());

    let outcome = hf(&sandbox, &hub, &["git-credential", "get"]).stdin(question).run();

    outcome.succeeds().stdout_has(NEW);
    assert_eq!(noted(&notes(&sandbox)), "");
}

#[test]
fn a_helper_that_hangs_does_not_hold_up_the_command_that_renewed() {
    let hub = StubHub::start();
    let sandbox = carol(&hub);
    let helper = script(&sandbox, "helper", "exec sleep 60");
    set_helper(&sandbox, "--global", "credential.helper", helper.to_str().unwrap());

    let outcome = hf(&sandbox, &hub, &["token"]).run();

    outcome.succeeds().stdout_is(&format!("{NEW}\n"));
    assert!(outcome.elapsed < Duration::from_secs(4), "{:?}", outcome.elapsed);
}

#[test]
fn nobody_is_asked_for_what_git_does_not_have() {
    let hub = StubHub::start();
    let sandbox = carol(&hub);
    set_helper(&sandbox, "--global", "credential.helper", "store");
    let asking = script(
        &sandbox,
        "ask",
        &format!("echo asked >> {}; echo secret", notes(&sandbox).display()),
    );

    let run = hf(&sandbox, &hub, &["token"])
        .env("SSH_ASKPASS", &asking)
        .env("GIT_ASKPASS", &asking);
    run.env("DISPLAY", ":0").run().succeeds().stdout_is(&format!("{NEW}\n"));

    assert_eq!(noted(&notes(&sandbox)), "");
}

#[test]
fn a_switch_that_hands_to_git_renews_first() {
    let hub = StubHub::start();
    let sandbox = carol(&hub);
    sandbox.activate(OTHER);
    set_helper(&sandbox, "--global", "credential.helper", "store");

    hf(&sandbox, &hub, &["switch", "oauth-carol", "--add-to-git-credential"])
        .run()
        .succeeds();

    assert!(copies(&sandbox).contains(NEW), "{}", copies(&sandbox));
    assert_eq!(sandbox.read("token"), NEW);
}

#[test]
fn a_logout_leaves_no_version_of_its_token_behind_and_takes_no_other() {
    let old = "hf_test_git_before_its_renewal";
    for git in ["/usr/local/bin", "/usr/bin"] {
        for (name, has, stays) in [
            ("oauth-carol", TOKEN, false),
            ("oauth-carol", old, false),
            ("oauth-carol", OTHER, true),
            ("work", OTHER, false),
            ("work", TOKEN, true),
        ] {
            let hub = StubHub::start();
            let sandbox = carol(&hub);
            remember(&sandbox, &hub, has);

            // An old git does not look at the token when it erases.
            let path = format!("{git}:/usr/bin:/bin");
            hf(&sandbox, &hub, &["logout", name]).env("PATH", path).run().succeeds();

            assert_eq!(
                copies(&sandbox).contains(has),
                stays,
                "{git} {name}, git has {has}: {}",
                copies(&sandbox)
            );
        }
    }
}

#[test]
fn a_repository_one_happens_to_stand_in_is_not_given_the_token() {
    for arguments in [&["logout", "work"][..], &["logout"], &["token", "oauth-carol"]] {
        let hub = StubHub::start();
        let sandbox = carol(&hub);
        set_helper(&sandbox, "--global", "credential.helper", "store");
        sandbox.git(&["init", "-q"]).succeeds();
        let helper = script(&sandbox, "helper", &format!("cat >> {}", notes(&sandbox).display()));
        set_helper(&sandbox, "--local", "credential.helper", helper.to_str().unwrap());

        hf(&sandbox, &hub, arguments)
            .env("GIT_DIR", sandbox.work().join(".git"))
            .run()
            .succeeds();

        assert_eq!(noted(&notes(&sandbox)), "", "{arguments:?}");
    }
}
