//! `HF_ENDPOINT`: what is taken, what is refused before anything is sent, and what is warned of.

use super::super::support::{Answer, Sandbox, StubHub};
use super::{TOKEN, WHOAMI, complaint_of, identity, login};

#[test]
fn an_endpoint_that_could_leak_or_mislead_is_refused() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let authority = format!("127.0.0.1:{}", hub.port());
    // Every spelling is in the tests of the settings.
    let endpoints = [
        "huggingface.co".to_owned(),
        format!("http://user:secret@{authority}"),
        format!("http://{authority}\nhost=evil.example"),
    ];
    for endpoint in endpoints {
        let outcome = login(&sandbox).env("HF_ENDPOINT", &endpoint).run();

        let complaint = complaint_of(&sandbox, &outcome);
        assert!(
            complaint.starts_with("Error: Invalid value. HF_ENDPOINT "),
            "{endpoint:?}: {complaint}"
        );
        assert!(
            complaint.ends_with("\nHint: unset HF_ENDPOINT, or set it to a URL such as https://huggingface.co.\n"),
            "{endpoint:?}: {complaint}"
        );
        assert!(!complaint.contains("secret"), "{endpoint:?}: {complaint}");
    }
    assert!(hub.requests().is_empty());
}

#[test]
fn commands_that_ask_no_hub_do_not_mind_a_bad_endpoint() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN)]);
    for command in [&["auth", "switch", "laptop"][..], &["auth", "list"], &["auth", "token"]] {
        sandbox.hf(command).env("HF_ENDPOINT", "nonsense").run().succeeds();
    }
}

#[test]
fn a_logout_forgets_the_tokens_whatever_the_endpoint_is() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN)]);
    sandbox.activate(TOKEN);

    let outcome = sandbox.hf(&["auth", "logout"]).env("HF_ENDPOINT", "nonsense").run();

    outcome
        .succeeds()
        .stderr_has("Successfully logged out from all access tokens.");
    assert_eq!(sandbox.listing(), ["stored_tokens.lock"]);
}

#[test]
fn trailing_slashes_do_not_count() {
    for slashes in ["/", "///"] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, identity());
        sandbox.activate(TOKEN);

        let endpoint = format!("{}{slashes}", hub.url());
        let outcome = sandbox.hf(&["auth", "whoami"]).env("HF_ENDPOINT", endpoint).run();

        let shown = hub.url();
        outcome
            .succeeds()
            .stdout_is(&format!("✓ Logged in\n  user: carol\n  endpoint: {shown}\n"));
    }
}

#[test]
fn an_endpoint_may_have_a_path() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", "/mirror/hub/api/whoami-v2", identity());
    sandbox.activate(TOKEN);

    let endpoint = format!("{}/mirror/hub/", hub.url());
    let outcome = sandbox
        .hf(&["auth", "whoami", "--json"])
        .env("HF_ENDPOINT", endpoint)
        .run();

    let shown = hub.url();
    outcome.succeeds().stdout_is(&format!(
        "{{\"user\": \"carol\", \"orgs\": null, \"endpoint\": \"{shown}/mirror/hub\"}}\n"
    ));
}

#[test]
fn an_endpoint_with_a_path_may_redirect_out_of_the_path() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", "/mirror/api/whoami-v2", Answer::redirect(302, WHOAMI));
    hub.expect("GET", WHOAMI, identity());

    let endpoint = format!("{}/mirror", hub.url());
    let outcome = login(&sandbox).env("HF_ENDPOINT", endpoint).run();

    outcome.succeeds();
}

#[test]
fn this_machine_needs_no_warning_however_it_is_spelt() {
    let hub = StubHub::start();
    hub.always("GET", WHOAMI, identity());
    let port = hub.port();
    for host in ["LOCALHOST", "0x7f.1"] {
        let sandbox = Sandbox::new();

        let outcome = login(&sandbox)
            .env("HF_ENDPOINT", format!("http://{host}:{port}"))
            .run();

        outcome.succeeds().stderr_lacks("Warning");
    }
}

#[test]
fn plain_http_beyond_this_machine_is_warned_of_before_the_token_is_sent() {
    // The stub plays a proxy, so that nothing leaves the machine.
    let (sandbox, proxy) = (Sandbox::new(), StubHub::start());
    proxy.expect("GET", WHOAMI, Answer::hang());

    let outcome = login(&sandbox)
        .env("HF_ENDPOINT", "http://hub.test")
        .env("HTTP_PROXY", proxy.url())
        .env("HF_HUB_DOWNLOAD_TIMEOUT", "1")
        .run();

    let complaint = complaint_of(&sandbox, &outcome);
    assert!(
        complaint.starts_with(
            "Warning: http://hub.test is not encrypted: whoever is on the way can read your token. Use an https:// endpoint.\nError: "
        ),
        "{complaint}"
    );
    assert_eq!(complaint.matches("Warning:").count(), 1);
}
