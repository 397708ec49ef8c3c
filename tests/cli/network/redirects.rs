//! A redirect is followed at home, with the token; elsewhere the token never goes.

use super::{TOKEN, WHOAMI, login, refused};
use crate::support::hub::whoami;
use crate::support::{Answer, Sandbox, StubHub};

#[test]
fn a_redirect_within_the_endpoint_is_followed_with_the_token() {
    for status in [301, 302, 307, 308] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, Answer::redirect(status, "/api/v3/whoami"));
        hub.expect(
            "GET",
            "/api/v3/whoami",
            Answer::json(200, whoami("alice", "laptop", "read")),
        );

        let outcome = login(&sandbox, &hub).run();

        outcome.succeeds();
        let requests = hub.requests();
        assert!(
            requests
                .iter()
                .all(|request| request.authorization() == Some(&format!("Bearer {TOKEN}")))
        );
        assert!(requests.iter().all(|request| request.header("referer").is_none()));
    }
}

#[test]
fn the_token_never_follows_a_redirect_elsewhere() {
    let elsewhere = StubHub::start();
    elsewhere.always("GET", "/", Answer::json(200, whoami("mallory", "laptop", "write")));
    let port = elsewhere.port();
    let targets = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://hub.localhost:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("http://alice:pw@127.0.0.1:{port}/"),
        format!("//127.0.0.1:{port}/"),
    ];
    for target in targets {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, Answer::redirect(302, &target));

        let outcome = login(&sandbox, &hub).run();

        refused(&sandbox, &outcome, &["redirects to", "where your token is not sent"]);
        outcome.stderr_has("set HF_ENDPOINT=http").stderr_lacks("pw@");
        assert!(
            elsewhere
                .requests()
                .iter()
                .all(|request| request.authorization().is_none()),
            "{target}"
        );
    }
}

#[test]
fn a_loop_of_redirects_ends() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.always("GET", WHOAMI, Answer::redirect(302, WHOAMI));

    let outcome = login(&sandbox, &hub).run();

    refused(&sandbox, &outcome, &["too many redirects"]);
    assert!(hub.requests().len() <= 12);
}

#[test]
fn a_redirect_to_nowhere_is_told_in_words() {
    for answer in [
        Answer::redirect(302, "http://["),
        Answer::text(302, ""),
        Answer::text(304, ""),
    ] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, answer);
        let outcome = login(&sandbox, &hub).run();
        refused(
            &sandbox,
            &outcome,
            &["Unexpected answer from", "without a usable address"],
        );
    }
}
