//! What is sent: one GET to the endpoint, with the token in its header and a name that says who asks.

use super::super::support::{Request, Run, Sandbox, StubHub};
use super::{TOKEN, WHOAMI, identity, login};

/// The one request of a login, with these variables set.
fn request_with(variables: &[(&str, &str)]) -> Request {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", WHOAMI, identity());
    let set = |run: Run, (name, value): &(&str, &str)| run.env(name, value);

    let outcome = variables.iter().fold(login(&sandbox).hub(&hub), set).run();

    outcome.succeeds();
    let mut requests = hub.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests.remove(0)
}

fn user_agent_with(variables: &[(&str, &str)]) -> String {
    request_with(variables).header("user-agent").unwrap().to_owned()
}

#[test]
fn a_login_is_one_get_with_the_token_in_its_header_only() {
    let request = request_with(&[]);

    assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", WHOAMI));
    assert_eq!(request.authorization(), Some(format!("Bearer {TOKEN}").as_str()));
    assert!(request.body.is_empty());
    let elsewhere =
        |(name, value): &&(String, String)| value.contains(TOKEN) && !name.eq_ignore_ascii_case("authorization");
    assert_eq!(request.headers.iter().find(elsewhere), None);
    for name in ["cookie", "referer", "proxy-authorization"] {
        assert_eq!(request.header(name), None);
    }
}

#[test]
fn every_request_has_an_id_of_its_own() {
    let first = request_with(&[]);
    let second = request_with(&[]);

    let id = |request: &Request| request.header("x-amzn-trace-id").unwrap().to_owned();
    assert_ne!(id(&first), id(&second));
    assert_eq!(id(&first).len(), 36);
}

#[test]
fn only_login_and_whoami_make_a_request() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.store(&[("laptop", TOKEN), ("work", "hf_test_network_second")]);
    sandbox.activate(TOKEN);
    let commands: [&[&str]; 7] = [
        &["--version"],
        &["auth", "--help"],
        &["auth", "list"],
        &["auth", "token"],
        &["auth", "switch", "work"],
        &["auth", "logout", "work"],
        &["auth", "logout"],
    ];
    for command in commands {
        sandbox.hf(command).hub(&hub).run().succeeds();
    }
    assert!(hub.requests().is_empty(), "{:?}", hub.requests());
}

#[test]
fn a_token_that_cannot_be_right_is_never_sent() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    for token in [
        "",
        " ",
        "hf_test a",
        "hf_test\nX-Evil: 1",
        "hf_test\u{e9}",
        "hf_test\u{1b}",
        "api_org_test",
    ] {
        let outcome = sandbox.hf(&["auth", "login", "--token", token]).hub(&hub).run();

        outcome.fails_with(1).stdout_is("");
        assert_eq!(outcome.stderr.matches("Error: Invalid value. ").count(), 1, "{token:?}");
    }
    assert!(hub.requests().is_empty());
    assert!(sandbox.listing().is_empty());
}

#[test]
fn the_user_agent_names_us_and_the_version_we_mirror() {
    let agent = user_agent_with(&[]);

    let expected = format!("hf-auth/{}; hf_hub/2.4.0", env!("CARGO_PKG_VERSION"));
    assert_eq!(agent, expected);
}

#[test]
fn the_user_agent_names_the_harness_unless_telemetry_is_off() {
    let named = user_agent_with(&[("AI_AGENT", "some-harness")]);
    assert!(named.ends_with("; agent/unknown"), "{named}");

    for variable in ["HF_HUB_DISABLE_TELEMETRY", "DISABLE_TELEMETRY", "DO_NOT_TRACK"] {
        let silent = user_agent_with(&[("AI_AGENT", "some-harness"), (variable, "Yes")]);
        assert!(!silent.contains("agent/"), "{variable}: {silent}");
        let spoken = user_agent_with(&[("AI_AGENT", "some-harness"), (variable, "0")]);
        assert!(spoken.contains("agent/"), "{variable}: {spoken}");
    }
}

#[test]
fn the_user_agent_carries_an_origin_that_cannot_break_the_header() {
    let plain = user_agent_with(&[("HF_HUB_USER_AGENT_ORIGIN", "a-space")]);
    assert!(plain.ends_with("; origin/a-space"), "{plain}");

    let evil = request_with(&[("HF_HUB_USER_AGENT_ORIGIN", "a\r\nX-Evil: 1\u{e9}\u{1b}")]);
    assert_eq!(evil.header("x-evil"), None);
    assert!(evil.header("user-agent").unwrap().contains("origin/a"));
}

#[test]
fn a_cached_registry_of_harnesses_is_used_but_never_fetched() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", WHOAMI, identity());
    sandbox.write(
        ".agent_harnesses.json",
        r#"{"standardEnvVars": ["AI_AGENT"], "harnesses": {"my-harness": {"envVars": {"MY_HARNESS": "*"}}}}"#,
    );

    let outcome = login(&sandbox).hub(&hub).env("MY_HARNESS", "1").run();

    outcome.succeeds();
    let agent = hub.requests()[0].header("user-agent").unwrap().to_owned();
    assert!(agent.ends_with("; agent/my-harness"), "{agent}");
}

/// The registry lists them by priority, not by name.
#[test]
fn of_two_harnesses_the_first_in_the_registry_counts() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", WHOAMI, identity());
    sandbox.write(
        ".agent_harnesses.json",
        r#"{"harnesses": {"z": {"envVars": {"Z": "*"}}, "odd": {"envVars": {"Z": 1}}, "a": {"envVars": {"A": "*"}}}}"#,
    );

    let outcome = login(&sandbox).hub(&hub).env("A", "1").env("Z", "1").run();

    outcome.succeeds();
    let agent = hub.requests()[0].header("user-agent").unwrap().to_owned();
    assert!(agent.ends_with("; agent/z"), "{agent}");
}
