//! `HF_DEBUG=1`: every request as the curl command that makes the same one, to be pasted, with words in the place of its
//! secrets.

use serde_json::json;

use super::super::support::{Answer, Outcome, Sandbox, StubHub};
use super::{REFRESH, TOKEN, WHOAMI, identity};

const IDENTITY: &str = "eyJ.hf_test_identity_canary.sig";
const AGENT: &str = concat!("user-agent: hf-auth/", env!("CARGO_PKG_VERSION"), "; hf_hub/2.4.0");

/// The arguments of every curl command that was shown, as a shell reads them, without the one that changes each time.
fn commands(outcome: &Outcome) -> Vec<Vec<String>> {
    let shown = outcome.stderr.lines().filter_map(|line| line.strip_prefix("Send: "));
    shown.map(arguments).collect()
}

fn arguments(command: &str) -> Vec<String> {
    let script = format!("curl() {{ for word; do printf '%s\\n' \"$word\"; done; }}\n{command}");
    let read = Sandbox::new().program("sh", &["-c", &script]).run();
    let words = read.succeeds().stderr_is("").stdout.lines();
    let is_id = |word: &str| word.starts_with("x-amzn-trace-id: ");
    assert_eq!(words.clone().filter(|word| is_id(word)).count(), 1, "{command}");
    words.filter(|word| !is_id(word)).map(str::to_owned).collect()
}

/// A request with these parts; the header that was left out leaves its `-H`.
fn curl(method: &str, headers: &[&str], body: Option<&str>, url: &str) -> Vec<String> {
    let headers = headers.iter().flat_map(|header| ["-H", header]);
    let body = body.into_iter().flat_map(|body| ["-d", body]);
    let words = ["-X", method]
        .into_iter()
        .chain(headers)
        .chain(["-H"])
        .chain(body)
        .chain([url]);
    words.map(str::to_owned).collect()
}

#[test]
fn a_question_about_a_token_is_shown_as_the_command_that_asks_it() {
    for command in [
        &["auth", "whoami"][..],
        &["auth", "status", "--check"],
        &["auth", "status", "--all", "-q"],
    ] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, identity());
        sandbox.activate(TOKEN);

        let outcome = sandbox.hf(command).hub(&hub).env("HF_DEBUG", "1").run();

        let url = format!("{}{WHOAMI}", hub.url());
        let asked = curl("GET", &["accept: */*", "authorization: <TOKEN>", AGENT], None, &url);
        assert_eq!(commands(outcome.succeeds().nowhere(TOKEN)), [asked]);
        outcome.stderr_has("\n< 200 OK (");
    }
}

#[test]
fn without_debugging_no_request_is_shown() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", WHOAMI, identity());
    sandbox.activate(TOKEN);
    let outcome = sandbox.hf(&["auth", "whoami"]).hub(&hub).env("HF_DEBUG", "0").run();
    outcome.succeeds().stderr_is("");
}

#[test]
fn a_browser_login_is_shown_without_the_secret_half_of_its_code() {
    const CODE: &str = "device_code_canary_0123456789";
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let code = json!({"device_code": CODE, "user_code": "AB-12", "verification_uri": "https://hub.test/device",
        "interval": 0, "expires_in": 60});
    hub.expect("POST", "/oauth/device", Answer::json(200, code));
    hub.expect(
        "POST",
        "/oauth/token",
        Answer::json(200, json!({"access_token": TOKEN, "refresh_token": REFRESH})),
    );
    hub.expect("GET", WHOAMI, identity());

    let run = sandbox.hf(&["auth", "login"]).hub(&hub).env("HF_DEBUG", "1");
    let outcome = run
        .env("HF_DEVICE_CODE_OAUTH_CLIENT_ID", "it's $(mine) & \"his\"")
        .run();

    outcome.succeeds().nowhere(CODE).nowhere(TOKEN).nowhere(REFRESH);
    let client = "client_id=it%27s+%24%28mine%29+%26+%22his%22";
    let headers = ["accept: */*", "content-type: application/x-www-form-urlencoded", AGENT];
    let poll =
        format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=<REDACTED>&{client}");
    let url = |path: &str| format!("{}{path}", hub.url());
    let expected = [
        curl("POST", &headers, Some(client), &url("/oauth/device")),
        curl("POST", &headers, Some(&poll), &url("/oauth/token")),
        curl(
            "GET",
            &["accept: */*", "authorization: <TOKEN>", AGENT],
            None,
            &url(WHOAMI),
        ),
    ];
    assert_eq!(commands(&outcome), expected);
}

#[test]
fn a_renewal_and_an_exchange_are_shown_without_what_they_spend() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let url = format!("{}/oauth/token", hub.url());
    sandbox.write(
        "stored_tokens",
        format!("[a]\nhf_token = {TOKEN}\nrefresh_token = {REFRESH}\nexpires_at = 1700000000\n\n"),
    );
    sandbox.activate(TOKEN);
    hub.always(
        "POST",
        "/oauth/token",
        Answer::json(400, json!({"error": "invalid_grant"})),
    );
    let token = || sandbox.hf(&["auth", "token", "-q"]).hub(&hub).env("HF_DEBUG", "1");

    let renewal = token().run();
    let exchange = token()
        .env("HF_OIDC_RESOURCE", "acme/it's")
        .env("HF_OIDC_ID_TOKEN", IDENTITY)
        .run();

    let form = "grant_type=refresh_token&refresh_token=<REDACTED>&client_id=26be6b09-91c5-47da-9861-d2d2bb7a7e36";
    let headers = ["accept: */*", "content-type: application/x-www-form-urlencoded", AGENT];
    let spent = curl("POST", &headers, Some(form), &url);
    assert_eq!(commands(renewal.succeeds().nowhere(REFRESH)), [spent]);
    let body = r#"{"grant_type":"urn:ietf:params:oauth:grant-type:token-exchange","subject_token_type":"urn:ietf:params:oauth:token-type:id_token","subject_token":"<REDACTED>","resource":"acme/it's"}"#;
    let headers = ["accept: */*", "content-type: application/json", AGENT];
    let proved = curl("POST", &headers, Some(body), &url);
    assert_eq!(commands(exchange.fails_with(1).nowhere(IDENTITY)), [proved]);
}

#[test]
fn the_question_to_github_is_shown_without_its_token() {
    let (sandbox, hub, github) = (Sandbox::new(), StubHub::start(), StubHub::start());
    github.expect("GET", "/token", Answer::json(200, json!({"value": IDENTITY})));
    hub.expect(
        "POST",
        "/oauth/token",
        Answer::json(200, json!({"access_token": TOKEN})),
    );

    let run = sandbox.hf(&["auth", "token"]).hub(&hub).env("HF_DEBUG", "1");
    let run = run.env("HF_OIDC_RESOURCE", "acme/x").env("GITHUB_ACTIONS", "true");
    let outcome = run
        .env("ACTIONS_ID_TOKEN_REQUEST_URL", format!("{}/token?x=1", github.url()))
        .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "gh_test_request_canary")
        .run();

    outcome
        .succeeds()
        .nowhere("gh_test_request_canary")
        .nowhere(IDENTITY)
        .stderr_lacks(TOKEN);
    let asked = &commands(&outcome)[0];
    assert!(asked.contains(&"authorization: <TOKEN>".to_owned()), "{asked:?}");
    assert!(
        asked
            .last()
            .unwrap()
            .starts_with(&format!("{}/token?x=1&audience=", github.url()))
    );
}

#[test]
fn a_secret_that_is_part_of_a_setting_is_not_shown_in_a_request() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", WHOAMI, identity());
    let run = sandbox.hf(&["auth", "whoami"]).hub(&hub).env("HF_DEBUG", "1");
    let outcome = run
        .env("HF_TOKEN", TOKEN)
        .env("HF_HUB_USER_AGENT_ORIGIN", format!("by-{TOKEN}"))
        .run();
    outcome.succeeds().nowhere(TOKEN).stderr_has("; origin/by-****'");
}
