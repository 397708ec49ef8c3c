//! Logging in with the browser (RFC 8628), without a terminal: every way in which it can end.

use serde_json::{Value, json};

use crate::support::hub::{whoami, whoami_oauth};
use crate::support::{Answer, Run, Sandbox, StubHub, WHOAMI, at_once};

const TOKEN: &str = "hf_test_oauth_000001";

/// What the Hub says to the request for a code. No pause between two questions, so that the tests take no time.
fn code() -> Value {
    json!({
        "device_code": "device_test_secret", "user_code": "ABCD-1234", "verification_uri": "https://hub.test/device",
        "verification_uri_complete": "https://hub.test/device?code=ABCD-1234", "interval": 0, "expires_in": 60,
    })
}

fn oauth(error: &str) -> Answer {
    Answer::json(400, json!({"error": error, "error_description": "why"}))
}

fn granted() -> Answer {
    Answer::json(
        200,
        json!({"access_token": TOKEN, "refresh_token": "hf_test_refresh", "expires_in": 28800}),
    )
}

/// A Hub that gives this code and then these answers to the questions about it.
fn hub(code: Value, answers: Vec<Answer>) -> StubHub {
    let hub = StubHub::start();
    hub.expect("POST", "/oauth/device", Answer::json(200, code));
    for answer in answers {
        hub.expect("POST", "/oauth/token", answer);
    }
    hub
}

fn login(sandbox: &Sandbox, hub: &StubHub) -> Run {
    sandbox.hf(&["auth", "login"]).hub(hub)
}

#[test]
fn an_approved_login_is_stored_with_what_renews_it() {
    let (sandbox, hub) = (
        Sandbox::new(),
        hub(code(), vec![oauth("authorization_pending"), granted()]),
    );
    hub.expect("GET", WHOAMI, Answer::json(200, whoami_oauth("carol")));

    let outcome = login(&sandbox, &hub).run();

    let [stored_tokens, token] = ["stored_tokens", "token"].map(|name| sandbox.path(name).display().to_string());
    outcome.succeeds().stdout_is(
        "\n    Open this URL in your browser:\n        https://hub.test/device?code=ABCD-1234\n\n    And enter the code: ABCD-1234\n\n    Waiting for authorization.\n",
    );
    outcome.stderr_is(&format!(
        "Token is valid.\nThe token `oauth-carol` has been saved to {stored_tokens}\nYour token has been saved to {token}\nLogin successful.\nThe current active token is: `oauth-carol`\nNote: This token will be refreshed automatically when it expires.\n"
    ));
    let stored = sandbox.read("stored_tokens");
    let expected = format!("[oauth-carol]\nhf_token = {TOKEN}\nrefresh_token = hf_test_refresh\nexpires_at = 1");
    assert!(stored.starts_with(&expected) && stored.ends_with("\n\n"), "{stored}");
    assert_eq!(sandbox.read("token"), TOKEN);
    let requests = hub.requests();
    let client_id = (
        "client_id".to_owned(),
        "26be6b09-91c5-47da-9861-d2d2bb7a7e36".to_owned(),
    );
    assert_eq!(requests[0].form(), std::slice::from_ref(&client_id));
    let grant_type = (
        "grant_type".to_owned(),
        "urn:ietf:params:oauth:grant-type:device_code".to_owned(),
    );
    let device_code = ("device_code".to_owned(), "device_test_secret".to_owned());
    assert_eq!(requests[1].form(), [grant_type, device_code, client_id]);
    assert!(requests.iter().take(3).all(|request| request.authorization().is_none()));
}

/// Each question is a second after the last, so each answer is tried at the same time as the others.
#[test]
fn what_means_nothing_is_waited_out() {
    let answers = [
        Answer::html(502, "<h1>Bad gateway</h1>"),
        Answer::json(500, json!({"error": "access_denied"})),
        Answer::text(200, "not json"),
        Answer::json(200, json!({"hello": "there"})),
        Answer::close(),
        Answer::redirect(302, "http://127.0.0.1:1/"),
        oauth("authorization_pending"),
    ];
    at_once(answers, |answer| {
        let (sandbox, hub) = (Sandbox::new(), hub(code(), vec![answer, granted()]));
        hub.expect("GET", WHOAMI, Answer::json(200, whoami_oauth("carol")));

        let outcome = login(&sandbox, &hub).run();

        outcome.succeeds().stdout_has("Waiting for authorization");
        assert_eq!(sandbox.read("token"), TOKEN);
    });
}

#[test]
fn a_hub_that_hangs_is_asked_again() {
    let (sandbox, hub) = (Sandbox::new(), hub(code(), vec![Answer::hang(), granted()]));
    hub.expect("GET", WHOAMI, Answer::json(200, whoami_oauth("carol")));
    login(&sandbox, &hub)
        .env("HF_HUB_DOWNLOAD_TIMEOUT", "1")
        .run()
        .succeeds();
}

#[test]
fn every_other_ending_is_one_line_and_leaves_nothing() {
    let cases = [
        (oauth("access_denied"), "Authorization was denied. Please try again."),
        (oauth("expired_token"), "Device code expired. Please try again."),
        (oauth("invalid_client"), "OAuth error: invalid_client - why"),
        (oauth("evil\u{1b}[2J\nforged"), "OAuth error: evil\\x1b[2J"),
    ];
    for (answer, words) in cases {
        let (sandbox, hub) = (Sandbox::new(), hub(code(), vec![answer]));
        let outcome = login(&sandbox, &hub).run();
        outcome
            .fails_with(1)
            .stdout_has("    Waiting for authorization\n")
            .stderr_has(&format!("Error: Login failed: {words}"));
        assert_eq!(sandbox.listing(), [""; 0]);
    }
}

#[test]
fn a_code_that_nobody_enters_expires() {
    let mut short = code();
    short["expires_in"] = json!(1);
    short["interval"] = json!(1);
    let (sandbox, hub) = (Sandbox::new(), hub(short, vec![oauth("authorization_pending")]));
    let outcome = login(&sandbox, &hub).run();
    outcome
        .fails_with(1)
        .stderr_has("Error: Login failed: Device code expired (timeout). Please try again.\n");
}

#[test]
fn a_hub_that_gives_no_code_is_told_in_one_line() {
    let nonsense = json!({"user_code": "x"});
    for answer in [
        Answer::text(404, "no"),
        Answer::html(200, "<p>"),
        Answer::json(200, nonsense),
        Answer::close(),
    ] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("POST", "/oauth/device", answer);
        let outcome = login(&sandbox, &hub).run();
        let start = format!(
            "Error: Login failed: Failed to request device code from {}/oauth/device: ",
            hub.url()
        );
        outcome.fails_with(1).stdout_is("").stderr_has(&start);
        assert_eq!(sandbox.listing(), [""; 0]);
    }
}

#[test]
fn why_the_hub_gives_no_code_is_said() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("POST", "/oauth/device", oauth("invalid_client"));

    let outcome = login(&sandbox, &hub).run();

    outcome
        .fails_with(1)
        .stderr_has("/oauth/device': invalid_client: why\n");
}

#[test]
fn offline_the_login_says_so_as_every_other_command() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());

    let outcome = login(&sandbox, &hub).env("HF_HUB_OFFLINE", "1").run();

    outcome.fails_with(1).stdout_is("").stderr_has(&format!(
        "Error: Cannot reach {}/oauth/device: offline mode is enabled.",
        hub.url()
    ));
}

#[test]
fn the_address_falls_back_and_cannot_drive_the_terminal() {
    let plain = json!({
        "device_code": "d", "user_code": "A\u{1b}[2J", "verification_uri": "https://hub.test/\u{202e}device", "interval": 0,
    });
    let (sandbox, hub) = (Sandbox::new(), hub(plain, vec![oauth("access_denied")]));
    let outcome = login(&sandbox, &hub).run();
    outcome
        .stdout_has("        https://hub.test/\\u202edevice\n")
        .stdout_has("And enter the code: A\\x1b[2J\n");
}

#[test]
fn the_note_tells_when_to_come_back() {
    let cases = [
        (
            json!({"access_token": TOKEN, "expires_in": 30 * 86400}),
            "Note: This token expires in 30 days. Log in again to renew it.\n",
        ),
        (
            json!({"access_token": TOKEN, "expires_in": 60}),
            "Note: This token expires in 1 days. Log in again to renew it.\n",
        ),
        (
            json!({"access_token": TOKEN}),
            "The current active token is: `laptop`\n",
        ),
    ];
    for (grant, last) in cases {
        let (sandbox, hub) = (Sandbox::new(), hub(code(), vec![Answer::json(200, grant)]));
        hub.expect("GET", WHOAMI, Answer::json(200, whoami("carol", "laptop", "read")));
        let outcome = login(&sandbox, &hub).run();
        assert!(outcome.succeeds().stderr.ends_with(last), "{}", outcome.stderr);
    }
}

#[test]
fn an_agent_gets_two_lines_to_pass_on() {
    let (sandbox, hub) = (
        Sandbox::new(),
        hub(code(), vec![oauth("authorization_pending"), granted()]),
    );
    hub.expect("GET", WHOAMI, Answer::json(200, whoami_oauth("carol")));

    let outcome = login(&sandbox, &hub).args(["--format", "agent"]).run();

    outcome.succeeds().stdout_is(
        "Ask the user to open https://hub.test/device?code=ABCD-1234 in a browser and enter the code ABCD-1234. The code expires in 60 seconds. Waiting for authorization...\nLogin successful: logged in as carol (token saved as 'oauth-carol').\n",
    );
}

#[test]
fn a_login_by_force_says_that_it_replaces() {
    let (sandbox, hub) = (Sandbox::new(), hub(code(), vec![oauth("access_denied")]));
    sandbox.activate("hf_test_before");
    let outcome = sandbox.hf(&["auth", "login", "--force"]).hub(&hub).run();
    outcome.fails_with(1).stderr_has(
        "Note: a token is already saved on this machine. Logging in again will replace the active token.\n",
    );
    assert_eq!(sandbox.read("token"), "hf_test_before");
}

#[test]
fn an_unencrypted_way_is_warned_of_once() {
    let answers = vec![
        oauth("authorization_pending"),
        oauth("authorization_pending"),
        granted(),
    ];
    let (sandbox, proxy) = (Sandbox::new(), hub(code(), answers));
    proxy.expect("GET", WHOAMI, Answer::json(200, whoami_oauth("carol")));

    let run = sandbox.hf(&["auth", "login"]).env("HF_ENDPOINT", "http://hub.test");
    let outcome = run.env("HTTP_PROXY", proxy.url()).run();

    outcome.succeeds();
    assert_eq!(
        outcome.stderr.matches("is not encrypted").count(),
        1,
        "{}",
        outcome.stderr
    );
}
