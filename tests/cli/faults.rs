//! The disk does not do as it should, or somebody else is at work in the same place.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::support::hub::whoami;
use crate::support::{Answer, Run, Sandbox, StubHub};

const TOKEN: &str = "hf_test_canary_000000000";

/// A Hub that knows every token under the name `laptop`.
fn hub() -> StubHub {
    let hub = StubHub::start();
    hub.always(
        "GET",
        "/api/whoami-v2",
        Answer::json(200, whoami("alice", "laptop", "write")),
    );
    hub
}

fn login(sandbox: &Sandbox, hub: &StubHub) -> Run {
    sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(hub)
}

#[test]
fn a_file_in_the_folder_s_place_is_named() {
    let (sandbox, hub) = (Sandbox::new(), hub());
    fs::write(sandbox.hf_home(), "mine").unwrap();
    for command in [
        &["login", "--token", TOKEN][..],
        &["token"],
        &["list"],
        &["switch", "x"],
        &["logout"],
        &["logout", "x"],
    ] {
        let outcome = sandbox.hf(&["auth"]).args(command).hub(&hub).run();
        let path = sandbox.hf_home().display().to_string();
        outcome
            .fails_with(1)
            .stdout_is("")
            .stderr_has("Error: Cannot ")
            .stderr_has(&path)
            .nowhere(TOKEN);
    }
    assert_eq!(fs::read_to_string(sandbox.hf_home()).unwrap(), "mine");
}

#[test]
fn a_folder_in_a_file_s_place_is_named_and_nothing_is_half_done() {
    for (name, word) in [
        ("token", "write"),
        ("stored_tokens", "read"),
        ("stored_tokens.lock", "lock"),
    ] {
        let (sandbox, hub) = (Sandbox::new(), hub());
        fs::create_dir_all(sandbox.path(name)).unwrap();
        let outcome = login(&sandbox, &hub).run();
        let error = format!("Error: Cannot {word} {}: ", sandbox.path(name).display());
        outcome
            .fails_with(1)
            .stderr_has(&error)
            .stderr_lacks("has been saved to");
        assert!(
            sandbox.listing().iter().all(|name| name == "stored_tokens.lock"),
            "{:?}",
            sandbox.listing()
        );
    }
}

#[test]
fn links_are_followed_and_a_loop_is_named() {
    let (sandbox, hub) = (Sandbox::new(), hub());
    fs::create_dir_all(sandbox.path("elsewhere")).unwrap();
    symlink("elsewhere/all", sandbox.path("stored_tokens")).unwrap();
    symlink(sandbox.path("elsewhere/active"), sandbox.path("token")).unwrap();

    login(&sandbox, &hub).run().succeeds();

    assert!(fs::symlink_metadata(sandbox.path("token")).unwrap().is_symlink());
    assert_eq!(sandbox.read("elsewhere/active"), TOKEN);
    assert_eq!(
        sandbox.read("elsewhere/all"),
        format!("[laptop]\nhf_token = {TOKEN}\n\n")
    );
    assert_eq!(
        (sandbox.mode("elsewhere/active"), sandbox.mode("elsewhere/all")),
        (0o600, 0o600)
    );

    fs::remove_file(sandbox.path("token")).unwrap();
    symlink("token", sandbox.path("token")).unwrap();
    login(&sandbox, &hub)
        .run()
        .fails_with(1)
        .stderr_has("too many levels of symbolic links");
}

#[test]
fn a_lock_that_is_a_link_is_not_followed() {
    let (sandbox, hub) = (Sandbox::new(), hub());
    fs::create_dir_all(sandbox.hf_home()).unwrap();
    symlink("/dev/null", sandbox.path("stored_tokens.lock")).unwrap();
    login(&sandbox, &hub)
        .run()
        .fails_with(1)
        .stderr_has("Error: Cannot lock ");
}

#[test]
fn a_lock_held_by_another_process_is_waited_for() {
    let (sandbox, hub) = (Sandbox::new(), hub());
    sandbox.store(&[]);
    let held = fs::File::create(sandbox.path("stored_tokens.lock")).unwrap();
    held.lock().unwrap();
    let release = thread::spawn(move || {
        thread::sleep(Duration::from_millis(700));
        drop(held);
    });

    let outcome = login(&sandbox, &hub).run();

    outcome.succeeds();
    assert!(outcome.elapsed > Duration::from_millis(500), "{:?}", outcome.elapsed);
    release.join().unwrap();
}

#[test]
fn many_logins_at_once_lose_no_token() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    for number in 0..30 {
        hub.expect(
            "GET",
            "/api/whoami-v2",
            Answer::json(200, whoami("alice", &format!("name {number:02}"), "read")),
        );
    }

    thread::scope(|scope| {
        for number in 0..30 {
            let (sandbox, hub) = (&sandbox, &hub);
            scope.spawn(move || {
                let token = format!("hf_test_{number:016}");
                sandbox
                    .hf(&["auth", "login", "--token", &token])
                    .hub(hub)
                    .run()
                    .succeeds();
            });
        }
    });

    let list = sandbox.hf(&["auth", "list", "-q"]).run();
    let names: String = (0..30).map(|number| format!("name {number:02}\n")).collect();
    list.succeeds().stdout_is(&names);
    assert_eq!(sandbox.listing(), ["stored_tokens", "stored_tokens.lock", "token"]);
}

#[test]
fn what_a_killed_login_left_is_cleared_away() {
    let (sandbox, hub) = (Sandbox::new(), hub());
    sandbox.write(".hf-auth-abc123.tmp", TOKEN);
    sandbox.write(".hf-auth-mine", "not a temporary file");
    login(&sandbox, &hub).run().succeeds();
    assert_eq!(
        sandbox.listing(),
        [".hf-auth-mine", "stored_tokens", "stored_tokens.lock", "token"]
    );
}

#[test]
fn a_token_file_full_of_rubbish_is_named_and_can_be_replaced() {
    for (content, problem) in [
        (&b"\xff\xfe"[..], "it is not UTF-8 text"),
        (b"a b", "white space"),
        (b"a\x1b[2J", "control"),
    ] {
        let (sandbox, hub) = (Sandbox::new(), hub());
        sandbox.write("token", content);
        for command in ["token", "whoami"] {
            let outcome = sandbox.hf(&["auth", command]).hub(&hub).run();
            let path = sandbox.path("token").display().to_string();
            outcome
                .fails_with(1)
                .stdout_is("")
                .stderr_has(&path)
                .stderr_has(problem);
        }
        login(&sandbox, &hub).run().succeeds();
        assert_eq!(sandbox.read("token"), TOKEN);
    }
}

#[test]
fn a_huge_file_is_not_read_into_memory() {
    let sandbox = Sandbox::new();
    sandbox.write("stored_tokens", "");
    let file = fs::File::options()
        .write(true)
        .open(sandbox.path("stored_tokens"))
        .unwrap();
    file.set_len(10 << 30).unwrap();
    sandbox
        .hf(&["auth", "list"])
        .run()
        .fails_with(1)
        .stderr_has("stored_tokens: it is larger than 64 MiB.");
}

#[test]
fn an_unparsable_store_stops_what_needs_it_and_nothing_else() {
    let (sandbox, hub) = (Sandbox::new(), hub());
    let content = format!("[laptop]\nhf_token = {TOKEN}\n{TOKEN}_lost\n");
    sandbox.write("stored_tokens", &content);
    sandbox.activate(TOKEN);
    let error = format!(
        "Error: Cannot read {}: line 3: it is neither a [section] nor a `key = value`.",
        sandbox.path("stored_tokens").display()
    );

    for command in [
        &["list"][..],
        &["switch", "laptop"],
        &["switch"],
        &["logout", "laptop"],
        &["logout"],
        &["token", "laptop"],
    ] {
        let outcome = sandbox.hf(&["auth"]).args(command).hub(&hub).run();
        outcome.fails_with(1).stdout_is("").stderr_has(&error).nowhere(TOKEN);
        assert_eq!(
            (sandbox.read("stored_tokens"), sandbox.read("token")),
            (content.clone(), TOKEN.to_owned())
        );
    }
    sandbox
        .hf(&["auth", "token"])
        .run()
        .succeeds()
        .stdout_is(&format!("{TOKEN}\n"));
    sandbox.hf(&["auth", "whoami"]).hub(&hub).run().succeeds();
}

#[test]
fn a_bind_mounted_token_file_is_written_in_place() {
    let (sandbox, hub) = (Sandbox::new(), hub());
    sandbox.activate("hf_test_old");
    let secret = sandbox.root().join("secret");
    fs::write(&secret, "hf_test_mounted_before").unwrap();
    let hf = env!("CARGO_BIN_EXE_hf");
    let script = format!(
        "mount --bind {} {} || exit 77; {hf} auth login --token {TOKEN} && {hf} auth token && {hf} auth logout && {hf} auth token",
        secret.display(),
        sandbox.path("token").display()
    );

    let outcome = sandbox
        .program("unshare", &["--mount", "--map-root-user", "sh", "-c", &script])
        .hub(&hub)
        .run();

    if outcome.status == 77 || outcome.stderr.contains("unshare:") {
        println!("skipped: this machine lets nobody mount: {}", outcome.stderr);
        return;
    }
    outcome
        .fails_with(1)
        .stdout_is(&format!("{TOKEN}\n"))
        .stderr_has("Not logged in.");
    assert_eq!(fs::read_to_string(secret).unwrap(), "");
}

#[test]
fn an_answer_with_an_impossible_name_is_stored_under_another() {
    let cases = [("DEFAULT", "DEFAULT-token"), ("a\nb", "a b"), ("\r\n", "token")];
    for (name, stored) in cases {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        let identity = json!({"name": "alice", "auth": {"accessToken": {"displayName": name}}});
        hub.always("GET", "/api/whoami-v2", Answer::json(200, identity));
        sandbox.store(&[("a b", "hf_test_first_0000")]);

        let outcome = login(&sandbox, &hub).args(["-q"]).run();

        let expected = if stored == "a b" { "a b-2" } else { stored };
        outcome
            .succeeds()
            .stdout_is(&format!("{expected}\n"))
            .stderr_has("Warning: No token can be stored under the name");
        sandbox
            .hf(&["auth", "token", "a b"])
            .run()
            .stdout_is("hf_test_first_0000\n");
        sandbox
            .hf(&["auth", "token", expected])
            .run()
            .stdout_is(&format!("{TOKEN}\n"));
    }
}
