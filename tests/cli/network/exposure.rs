//! A secret that is sent over a way that is not encrypted: every command that does so warns, once, before it does.

use serde_json::json;

use super::super::support::{Answer, Outcome, Run, Sandbox, StubHub};
use super::{FAR_HUB, TOKEN, WHOAMI, identity};

const SECOND: &str = "hf_test_network_second_0123456789";
const WARNING: &str =
    "Warning: http://hub.test is not encrypted: whoever is on the way can read your token. Use an https:// endpoint.\n";

/// Three tokens, the active one to be renewed before it is used.
fn with_tokens() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "stored_tokens",
        format!(
            "[a]\nhf_token = {TOKEN}\nrefresh_token = hf_test_refresh_1\nexpires_at = 1700000000\n\n[b]\nhf_token = {SECOND}\n\n[c]\nhf_token = hf_test_network_third\n\n"
        ),
    );
    sandbox.activate(TOKEN);
    sandbox
}

/// A Hub that is far away, played by a proxy on this machine.
fn far_hub() -> StubHub {
    let proxy = StubHub::start();
    let code = json!({"device_code": "d", "user_code": "AB", "verification_uri": "https://hub.test", "interval": 0, "expires_in": 9});
    proxy.always("GET", WHOAMI, identity());
    proxy.always("POST", "/oauth/device", Answer::json(200, code));
    let grant = json!({"access_token": SECOND, "expires_in": 864_000});
    proxy.always("POST", "/oauth/token", Answer::json(200, grant));
    proxy
}

fn through(run: Run, proxy: &StubHub) -> Run {
    run.env("HF_ENDPOINT", FAR_HUB).env("HTTP_PROXY", proxy.url())
}

/// It comes first of all that is said of requests.
#[track_caller]
fn warns_once(outcome: &Outcome, warning: &str) {
    let said = &outcome.stderr;
    assert_eq!(said.matches("is not encrypted").count(), 1, "{said}");
    assert!(said.contains(warning), "{said}");
}

#[test]
fn every_command_that_sends_a_secret_in_the_clear_warns_once() {
    let commands: [&[&str]; 9] = [
        &["auth", "login", "--token", SECOND],
        &["auth", "login", "--force"],
        &["auth", "whoami"],
        &["auth", "token"],
        &["auth", "list"],
        &["auth", "status", "--check"],
        &["auth", "status", "--check", "-q"],
        &["auth", "status", "--check", "--all", "--json"],
        &["auth", "run", "--", if cfg!(windows) { "hostname" } else { "true" }],
    ];
    for command in commands {
        let (sandbox, proxy) = (with_tokens(), far_hub());

        let outcome = through(sandbox.hf(command), &proxy).run();

        warns_once(outcome.succeeds(), WARNING);
        assert!(!proxy.requests().is_empty(), "{command:?}");
    }
}

#[test]
fn a_check_without_a_renewal_warns_before_anything_is_sent() {
    let (sandbox, proxy) = (Sandbox::new(), far_hub());
    sandbox.activate(TOKEN);

    let outcome = through(sandbox.hf(&["auth", "status", "--check"]), &proxy)
        .env("HF_DEBUG", "1")
        .run();

    warns_once(outcome.succeeds(), WARNING);
    assert!(outcome.stderr.starts_with(WARNING), "{}", outcome.stderr);
}

#[test]
fn keyless_login_warns_of_each_place_that_is_not_encrypted() {
    let (sandbox, proxy) = (Sandbox::new(), far_hub());
    proxy.always(
        "GET",
        "/identity",
        Answer::json(200, json!({"value": "hf_test_identity_0001"})),
    );
    let run = through(sandbox.hf(&["auth", "whoami"]), &proxy)
        .env("HF_OIDC_RESOURCE", "acme/x")
        .env("GITHUB_ACTIONS", "true")
        .env("ACTIONS_ID_TOKEN_REQUEST_URL", "http://github.test/identity?x=1")
        .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "gh_test_request_token");

    let outcome = run.run();

    outcome.succeeds().stderr_has(WARNING).stderr_has(
        "Warning: http://github.test is not encrypted: whoever is on the way can read your token. Use an https:// address.\n",
    );
    assert_eq!(outcome.stderr.matches("Warning: ").count(), 2, "{}", outcome.stderr);
}

#[test]
fn a_proxy_elsewhere_takes_the_token_of_a_hub_on_this_machine_there() {
    // Nobody's address (RFC 5737), and a name that no resolver asks the network for. The warning comes first.
    let nobody = format!("{}.invalid:9", "a".repeat(70));
    for (variable, proxy) in [
        ("HTTP_PROXY", "http://192.0.2.1:9"),
        ("http_proxy", &nobody),
        ("ALL_PROXY", "socks5h://192.0.2.1:9"),
    ] {
        let hub = StubHub::start();
        let (sandbox, endpoint) = (Sandbox::new(), hub.url());
        sandbox.activate(TOKEN);
        let command = |arguments: &[&str]| {
            let run = sandbox.hf(arguments).hub(&hub).env(variable, proxy);
            run.env("HF_HUB_DOWNLOAD_TIMEOUT", "1").run()
        };
        // Windows knows no case.
        let named = if cfg!(windows) {
            variable.to_uppercase()
        } else {
            variable.to_owned()
        };
        let warning = format!(
            "Warning: {endpoint} is asked through the proxy in {named}, and not encrypted: whoever is on the way there can read your token. Add 127.0.0.1 to NO_PROXY.\n"
        );
        for arguments in [&["auth", "whoami"][..], &["auth", "status", "--check", "-q"]] {
            let outcome = command(arguments);
            assert!(outcome.stderr.starts_with(&warning), "{}", outcome.stderr);
            assert_eq!(outcome.stderr.matches("Warning:").count(), 1, "{}", outcome.stderr);
        }
        assert!(hub.requests().is_empty());
    }
}

#[test]
fn a_proxy_on_this_machine_or_one_that_is_not_asked_needs_no_warning() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.always("GET", WHOAMI, identity());
    sandbox.activate(TOKEN);
    let proxy = hub.url();
    let cases: [&[(&str, &str)]; 4] = [
        &[("HTTP_PROXY", &proxy)],
        &[("HTTP_PROXY", "http://192.0.2.1:9"), ("NO_PROXY", "127.0.0.1")],
        &[("HTTP_PROXY", "http://192.0.2.1:9"), ("NO_PROXY", "127.0.0.0/8")],
        &[("HTTPS_PROXY", "http://192.0.2.1:9")],
    ];
    for variables in cases {
        for command in [&["auth", "whoami"][..], &["auth", "status", "--check"]] {
            let run = variables
                .iter()
                .fold(sandbox.hf(command).hub(&hub), |run, (name, value)| run.env(name, value));
            run.run().succeeds().stderr_is("");
        }
    }
}
