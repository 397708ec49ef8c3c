//! An OAuth token with less than a day left is renewed before it is used, and whatever goes wrong with that is no reason
//! to stop.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::support::hub::whoami_oauth;
use crate::support::{Answer, Outcome, Sandbox, StubHub, WHOAMI, shell};

const OLD: &str = "hf_test_oauth_old_000001";
const NEW: &str = "hf_test_oauth_new_000002";
const HOUR: i64 = 60 * 60;

fn now() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since_1970.as_secs()).unwrap()
}

/// Carol is logged in with a token that has this many seconds left; `note` is a key of her own.
fn logged_in(left: i64) -> Sandbox {
    let sandbox = Sandbox::new();
    let section = format!(
        "[oauth-carol]\nhf_token = {OLD}\nrefresh_token = hf_test_refresh_1\nexpires_at = {}\nnote = mine\n\n",
        now() + left
    );
    sandbox.write("stored_tokens", section);
    sandbox.activate(OLD);
    sandbox
}

fn granted() -> Answer {
    Answer::json(
        200,
        json!({"access_token": NEW, "refresh_token": "hf_test_refresh_2", "expires_in": 28800}),
    )
}

fn hub_that_answers(answer: Answer) -> StubHub {
    let hub = StubHub::start();
    hub.expect("POST", "/oauth/token", answer);
    hub
}

/// The command went on with the old token, and nothing was written.
#[track_caller]
fn went_on(sandbox: &Sandbox, outcome: &Outcome) {
    outcome.succeeds().stdout_is(&format!("{OLD}\n"));
    assert!(sandbox.read("stored_tokens").contains(&format!("hf_token = {OLD}\n")));
    assert_eq!(sandbox.read("token"), OLD);
}

#[test]
fn a_token_about_to_expire_is_renewed_and_stored() {
    let (sandbox, hub) = (logged_in(23 * HOUR), hub_that_answers(granted()));

    let outcome = sandbox.hf(&["auth", "token", "-q"]).hub(&hub).run();

    let path = sandbox.path("stored_tokens");
    outcome.succeeds().stdout_is(&format!("{NEW}\n")).stderr_is(&format!(
        "The token `oauth-carol` has been saved to {}\nAccess token `oauth-carol` has been refreshed.\n",
        path.display()
    ));
    let form = hub.requests()[0].form();
    let expected = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "hf_test_refresh_1"),
        ("client_id", "26be6b09-91c5-47da-9861-d2d2bb7a7e36"),
    ];
    assert_eq!(form, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    let stored = sandbox.read("stored_tokens");
    let head = format!("[oauth-carol]\nhf_token = {NEW}\n");
    assert!(
        stored.starts_with(&head) && stored.contains("note = mine\n"),
        "{stored}"
    );
    assert!(stored.contains("refresh_token = hf_test_refresh_2\n"), "{stored}");
    let expires_at = stored
        .lines()
        .find_map(|line| line.strip_prefix("expires_at = "))
        .unwrap();
    assert!((expires_at.parse::<i64>().unwrap() - now() - 28800).abs() < 10);
    assert_eq!(sandbox.read("token"), NEW);
    #[cfg(unix)]
    assert_eq!(sandbox.mode("token"), 0o600);
}

#[test]
fn list_and_whoami_renew_it_too() {
    let (sandbox, hub) = (logged_in(-HOUR), hub_that_answers(granted()));
    sandbox
        .hf(&["auth", "list"])
        .hub(&hub)
        .run()
        .succeeds()
        .stdout_has("* oauth-carol hf_****0002 ");

    let (sandbox, hub) = (logged_in(0), hub_that_answers(granted()));
    hub.expect("GET", WHOAMI, Answer::json(200, whoami_oauth("carol")));
    sandbox
        .hf(&["auth", "whoami", "-q"])
        .hub(&hub)
        .run()
        .succeeds()
        .stdout_is("carol\n");
    assert_eq!(
        hub.requests()[1].authorization(),
        Some(format!("Bearer {NEW}").as_str())
    );
}

#[test]
fn a_token_that_is_named_is_renewed_too() {
    let run = [
        &["auth", "run", "oauth-carol", "--"][..],
        &shell("echo $HF_TOKEN", "echo %HF_TOKEN%"),
    ]
    .concat();
    for arguments in [
        &["auth", "token", "oauth-carol"][..],
        &["auth", "token", "--token-name", "oauth-carol"],
        &run,
    ] {
        let (sandbox, hub) = (logged_in(HOUR), hub_that_answers(granted()));
        sandbox.activate("hf_test_another");

        let outcome = sandbox.hf(arguments).hub(&hub).run();

        outcome.succeeds().stdout_lines_are(&[NEW]);
        assert!(sandbox.read("stored_tokens").contains(NEW));
        assert_eq!(sandbox.read("token"), "hf_test_another");
    }
}

#[test]
fn what_needs_no_renewal_asks_nothing() {
    let hub = StubHub::start();
    let fresh = logged_in(25 * HOUR);
    fresh
        .hf(&["auth", "token"])
        .hub(&hub)
        .run()
        .succeeds()
        .stdout_is(&format!("{OLD}\n"));
    let overridden = logged_in(0);
    overridden
        .hf(&["auth", "token"])
        .hub(&hub)
        .env("HF_TOKEN", "hf_test_env")
        .run()
        .stdout_is("hf_test_env\n");
    let another_is_active = logged_in(0);
    another_is_active.activate("hf_test_another");
    another_is_active.hf(&["auth", "list"]).hub(&hub).run().succeeds();
    let unreadable = logged_in(0);
    unreadable.write("stored_tokens", "refresh_token\n");
    unreadable
        .hf(&["auth", "token"])
        .hub(&hub)
        .run()
        .succeeds()
        .stdout_is(&format!("{OLD}\n"));
}

#[test]
fn the_old_refresh_token_is_kept_and_an_unknown_end_is_none() {
    let answer = Answer::json(200, json!({"access_token": NEW}));
    let (sandbox, hub) = (logged_in(0), hub_that_answers(answer));

    sandbox
        .hf(&["auth", "token"])
        .hub(&hub)
        .env("HF_DEVICE_CODE_OAUTH_CLIENT_ID", "mine")
        .run()
        .succeeds();

    let stored = sandbox.read("stored_tokens");
    assert!(
        stored.contains("refresh_token = hf_test_refresh_1\n") && !stored.contains("expires_at"),
        "{stored}"
    );
    assert!(
        hub.requests()[0]
            .form()
            .contains(&("client_id".to_owned(), "mine".to_owned()))
    );
}

#[test]
fn a_session_that_is_over_asks_for_a_login() {
    let refusal = json!({"error": "invalid_grant", "error_description": "revoked"});
    let (sandbox, hub) = (logged_in(0), hub_that_answers(Answer::json(400, refusal)));

    let outcome = sandbox.hf(&["auth", "token", "-q"]).hub(&hub).run();

    went_on(&sandbox, &outcome);
    outcome.stderr_is("Your Hugging Face access token has expired and could not be refreshed (session expired or revoked). Run `hf auth login` to re-authenticate. (Failed to refresh access token: invalid_grant - revoked)\n");
}

#[test]
fn any_other_failure_is_said_once_and_the_old_token_is_used() {
    let evil = json!({"error": "server_error", "error_description": "a\u{1b}[2J\nforged"});
    for answer in [
        Answer::html(502, "<h1>Bad gateway</h1>"),
        Answer::text(200, "not json"),
        Answer::json(200, json!({"access_token": ""})),
        Answer::json(200, json!({"access_token": "hf a"})),
        Answer::json(200, json!([NEW])),
        Answer::json(400, evil),
        Answer::redirect(307, "http://127.0.0.1:1/"),
        Answer::close(),
    ] {
        let (sandbox, hub) = (logged_in(0), hub_that_answers(answer));
        let outcome = sandbox.hf(&["auth", "token", "-q"]).hub(&hub).run();
        went_on(&sandbox, &outcome);
        outcome
            .stderr_has("Could not refresh your Hugging Face access token: ")
            .stderr_has(". Will retry later.\n");
        outcome.nowhere("hf_test_refresh_1");
        assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
    }
}

#[test]
fn a_renewal_takes_no_longer_than_a_request_may() {
    let (sandbox, hub) = (logged_in(0), hub_that_answers(Answer::hang()));
    let outcome = sandbox
        .hf(&["auth", "token"])
        .hub(&hub)
        .env("HF_HUB_DOWNLOAD_TIMEOUT", "1")
        .run();
    went_on(&sandbox, &outcome);
    assert!(outcome.elapsed < Duration::from_secs(8), "{:?}", outcome.elapsed);
}

#[test]
fn a_renewal_waits_for_the_lock_as_long_as_a_login_and_says_so() {
    let (sandbox, hub) = (logged_in(0), StubHub::start());
    let held = std::fs::File::create(sandbox.path("stored_tokens.lock")).unwrap();
    held.lock().unwrap();

    let outcome = sandbox
        .hf(&["auth", "token"])
        .hub(&hub)
        .env("HF_HUB_DOWNLOAD_TIMEOUT", "1")
        .env("HF_AUTH_LOCK_TIMEOUT", "3")
        .run();

    went_on(&sandbox, &outcome);
    let path = sandbox.path("stored_tokens.lock");
    for seconds in ["1.", "2."] {
        outcome.stderr_has(&format!(
            "Still waiting to acquire lock on {} (elapsed: {seconds}",
            path.display()
        ));
    }
    outcome.stderr_has("another process has held it for 3 seconds");
    assert!(outcome.elapsed < Duration::from_secs(13), "{:?}", outcome.elapsed);
}

#[test]
fn offline_the_old_token_is_used() {
    let (sandbox, hub) = (logged_in(0), StubHub::start());
    let outcome = sandbox
        .hf(&["auth", "token"])
        .hub(&hub)
        .env("HF_HUB_OFFLINE", "1")
        .run();
    went_on(&sandbox, &outcome);
    outcome.stderr_has("offline mode is enabled");
}

#[test]
fn processes_at_once_renew_once() {
    // For so long that one who comes late has no reason to renew it again.
    let for_a_month = json!({"access_token": NEW, "refresh_token": "hf_test_refresh_2", "expires_in": 30 * 24 * HOUR});
    let granted = Answer::json(200, for_a_month).delay(Duration::from_millis(300));
    let (sandbox, hub) = (logged_in(0), hub_that_answers(granted));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                sandbox
                    .hf(&["auth", "token"])
                    .hub(&hub)
                    .run()
                    .succeeds()
                    .stdout_is(&format!("{NEW}\n"))
                    .status
            });
        }
    });
    assert_eq!(hub.requests().len(), 1);
}

/// A renewal writes `stored_tokens` and then `token`; whoever reads in between waits for the second.
#[test]
fn a_reader_between_the_two_writes_of_a_renewal_gets_the_new_token() {
    let sandbox = Sandbox::new();
    let section = "[oauth-carol]\nhf_token = hf_test_new\nrefresh_token = hf_test_refresh\nexpires_at = 4000000000\n\n";
    let read_beside_a_renewal = || {
        sandbox.activate("hf_test_old");
        sandbox.write("stored_tokens", section);
        std::thread::scope(|scope| {
            let reading = scope.spawn(|| sandbox.hf(&["auth", "token", "-q"]).run());
            std::thread::sleep(std::time::Duration::from_millis(60));
            sandbox.activate("hf_test_new");
            reading.join().unwrap().succeeds().stdout.clone()
        })
    };
    // On a busy machine the second write may come too late for anybody to wait for it.
    let mut rounds = std::iter::repeat_with(read_beside_a_renewal).take(5);
    assert!(rounds.any(|token| token == "hf_test_new\n"));

    // A token that is stored nowhere is used all the same.
    sandbox.activate("hf_test_by_hand");
    sandbox
        .hf(&["auth", "token", "-q"])
        .run()
        .succeeds()
        .stdout_is("hf_test_by_hand\n");
}
