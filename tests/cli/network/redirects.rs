//! Where a redirect may lead the token: to the endpoint's own scheme, host and port, and nowhere else.

use serde_json::json;

use super::super::support::{Answer, Sandbox, StubHub};
use super::{TOKEN, WHOAMI, complaint_of, identity, login};

#[test]
fn a_redirect_within_the_endpoint_is_followed_with_the_token() {
    for status in [301, 302, 303, 307, 308] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, Answer::redirect(status, "/api/v3/whoami?x=1"));
        hub.expect("GET", "/api/v3/whoami?x=1", identity());

        let outcome = login(&sandbox).hub(&hub).run();

        outcome.succeeds();
        let requests = hub.requests();
        let bearer = format!("Bearer {TOKEN}");
        assert_eq!(requests.len(), 2, "{status}");
        assert!(
            requests.iter().all(|request| request.authorization() == Some(&bearer)),
            "{status}: {requests:?}"
        );
        assert!(
            requests.iter().all(|request| request.header("referer").is_none()),
            "{status}"
        );
    }
}

#[test]
fn a_redirect_to_another_port_ends_there() {
    let (sandbox, hub, other) = (Sandbox::new(), StubHub::start(), StubHub::start());
    hub.expect(
        "GET",
        WHOAMI,
        Answer::redirect(302, &format!("{}{WHOAMI}", other.url())),
    );

    let outcome = login(&sandbox).hub(&hub).run();

    let complaint = complaint_of(&sandbox, &outcome);
    let (endpoint, elsewhere) = (hub.url(), other.url());
    assert_eq!(
        complaint,
        format!(
            "Error: {endpoint}{WHOAMI} redirects to {elsewhere}, where your token is not sent.\nHint: if that is your Hub, set HF_ENDPOINT={elsewhere}.\n"
        )
    );
    assert!(other.requests().is_empty());
}

#[test]
fn a_redirect_to_another_host_scheme_or_user_ends_there() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let port = hub.port();
    let places = [
        format!("http://localhost:{port}/x"),
        format!("http://sub.127.0.0.1:{port}/x"),
        format!("http://[::1]:{port}/x"),
        format!("http://127.0.0.2:{port}/x"),
        format!("https://127.0.0.1:{port}/x"),
        format!("//localhost:{port}/x"),
        format!("http://user@127.0.0.1:{port}/x"),
        format!("http://user:secret@127.0.0.1:{port}/x"),
        format!("http://127.0.0.1:{port}@localhost:{port}/x"),
        format!("\\\\localhost:{port}\\x"),
        "ftp://127.0.0.1/x".to_owned(),
        "file:///etc/passwd".to_owned(),
        "javascript:alert(1)".to_owned(),
        "data:application/json,{}".to_owned(),
        "http://".to_owned(),
    ];
    for place in places {
        hub.expect("GET", WHOAMI, Answer::redirect(302, &place));

        let outcome = login(&sandbox).hub(&hub).run();

        let complaint = complaint_of(&sandbox, &outcome);
        assert!(
            complaint.lines().next().unwrap().contains(&hub.url()),
            "{place}: {complaint}"
        );
        assert!(!complaint.contains("secret@"), "{place}: {complaint}");
        let requests = hub.take_requests();
        assert_eq!(requests.len(), 1, "{place}: {requests:?}");
    }
}

#[test]
fn a_redirect_to_a_password_without_a_user_ends_there() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let place = format!("http://:secret@127.0.0.1:{}/x", hub.port());
    hub.expect("GET", WHOAMI, Answer::redirect(302, &place));

    let outcome = login(&sandbox).hub(&hub).run();

    complaint_of(&sandbox, &outcome);
    assert_eq!(hub.take_requests().len(), 1);
}

#[test]
fn a_chain_of_redirects_is_followed_as_long_as_each_stays() {
    let (sandbox, hub, other) = (Sandbox::new(), StubHub::start(), StubHub::start());
    hub.expect("GET", WHOAMI, Answer::redirect(307, "/one"));
    hub.expect("GET", "/one", Answer::redirect(307, &format!("{}/two", other.url())));

    let outcome = login(&sandbox).hub(&hub).run();

    complaint_of(&sandbox, &outcome);
    assert!(other.requests().is_empty());
}

#[test]
fn a_loop_of_redirects_ends() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.always("GET", WHOAMI, Answer::redirect(302, WHOAMI));

    let outcome = login(&sandbox).hub(&hub).run();

    let complaint = complaint_of(&sandbox, &outcome);
    assert!(
        complaint.starts_with(&format!("Error: Cannot reach {}: too many redirects.", hub.url())),
        "{complaint}"
    );
    assert!(hub.requests().len() <= 25, "{} requests", hub.requests().len());
}

#[test]
fn a_redirect_with_an_unreadable_address_is_one_line() {
    let raw = [
        "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://[bad\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://\u{e9}\u{202e}\r\nContent-Length: 0\r\n\r\n",
    ];
    for answer in raw {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, Answer::raw(answer));

        let outcome = login(&sandbox).hub(&hub).run();

        complaint_of(&sandbox, &outcome);
    }
}

#[test]
fn an_answer_after_a_redirect_is_judged_like_any_other() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", WHOAMI, Answer::redirect(302, "/there"));
    hub.expect("GET", "/there", Answer::json(401, json!({"error": "no"})));

    let outcome = login(&sandbox).hub(&hub).run();

    assert!(complaint_of(&sandbox, &outcome).starts_with("Error: Invalid user token.\n"));
}
