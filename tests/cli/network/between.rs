//! Somebody on the way answers in the Hub's place: a company's filter, a captive portal, a proxy that wants a password.
//! It says nothing of the token.

use serde_json::json;

use super::super::support::{Answer, Outcome, Run, Sandbox, StubHub, at_once};
use super::{REFRESH, TOKEN, WHOAMI, complaint_about, complaint_of, identity, login};

/// What is no answer of a Hub, with the status that it has.
fn answers() -> Vec<(Answer, &'static str)> {
    let page = "<html><h1>Blocked by policy</h1></html>";
    vec![
        (Answer::html(403, page), "403 Forbidden"),
        (Answer::html(401, page), "401 Unauthorized"),
        (Answer::text(403, ""), "403 Forbidden"),
        (Answer::text(401, ""), "401 Unauthorized"),
        (Answer::text(403, "Access denied"), "403 Forbidden"),
        (Answer::text(401, "\"no\""), "401 Unauthorized"),
        (Answer::html(403, page).header("X-Request-Id", "1"), "403 Forbidden"),
        (
            Answer::raw("HTTP/1.1 403 Forbidden\r\n\r\n{\"error\": "),
            "403 Forbidden",
        ),
        (Answer::html(511, page), "511 Network Authentication Required"),
    ]
}

/// What a Hub says, whatever the body is.
fn a_hubs_own() -> Vec<Answer> {
    let page = "<html>no</html>";
    let statuses = [401, 403].into_iter();
    let answers = statuses.flat_map(|status| {
        [
            Answer::json(status, json!({"error": "no"})),
            Answer::text(status, "{}"),
            Answer::text(status, "").header("X-Error-Message", "no"),
            Answer::html(status, page).header("X-Error-Code", "RepoNotFound"),
        ]
    });
    answers.collect()
}

fn whoami(sandbox: &Sandbox) -> Run {
    sandbox.activate(TOKEN);
    sandbox.hf(&["auth", "whoami"])
}

#[test]
fn a_page_from_in_between_is_not_a_rejected_token() {
    let hint =
        "Hint: your network's filter, proxy or login page may be in the way: open {hub} in a browser to see it.\n";
    for (answer, status) in answers() {
        let sentence = format!("Error: Cannot reach {{hub}}: something in between answered {status}.\n{hint}");
        assert_eq!(complaint_about(answer.clone()), sentence);
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, answer);

        let outcome = whoami(&sandbox).hub(&hub).run();

        outcome.fails_with(1).stdout_is("");
        assert_eq!(outcome.stderr.replace(&hub.url(), "{hub}"), sentence);
    }
}

#[test]
fn a_check_could_not_be_made_where_something_in_between_answers() {
    for (answer, status) in answers() {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.always("GET", WHOAMI, answer);
        sandbox.activate(TOKEN);
        let check = |format: &[&str]| {
            let run = sandbox.hf(&["auth", "status", "--check"]).args(format).hub(&hub).run();
            run.fails_with(3).stderr_is("");
            run
        };

        check(&["-q"]).stdout_is("unreachable\n");
        let said = format!("something in between answered {status}");
        check(&[]).stdout_has("unreachable, Cannot reach ").stdout_has(&said);
        check(&["--json"])
            .stdout_has("\"state\": \"unreachable\"")
            .stdout_has(&said);
        sandbox
            .hf(&["auth", "status", "--all", "-q"])
            .hub(&hub)
            .run()
            .fails_with(3)
            .stdout_has("unreachable ");
    }
}

#[test]
fn a_refusal_of_the_hub_is_a_rejected_token_as_ever() {
    for answer in a_hubs_own() {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.always("GET", WHOAMI, answer);

        let login = login(&sandbox).hub(&hub).run();
        let complaint = complaint_of(&sandbox, &login);
        sandbox.activate(TOKEN);
        let check = sandbox.hf(&["auth", "status", "--check", "-q"]).hub(&hub).run();

        assert!(!complaint.contains("Cannot reach"), "{complaint}");
        check.fails_with(1).stdout_is("rejected\n");
    }
}

#[test]
fn a_proxy_that_refuses_in_the_hubs_place_is_named() {
    let (sandbox, proxy) = (Sandbox::new(), StubHub::start());
    proxy.expect("GET", WHOAMI, Answer::html(403, "<h1>No</h1>"));

    let outcome = login(&sandbox)
        .env("HF_ENDPOINT", "http://hub.test")
        .env("HTTP_PROXY", proxy.url())
        .run();

    let complaint = complaint_of(&sandbox, &outcome);
    let sentence = "Error: Cannot reach http://hub.test: something in between answered 403 Forbidden (a proxy is set in HTTP_PROXY).\nHint: check that the proxy works and may be used for this, or add the host to NO_PROXY.\n";
    assert!(complaint.ends_with(sentence), "{complaint}");
}

/// The sentence, whatever it is a part of.
#[track_caller]
fn says_who_answered<'a>(outcome: &'a Outcome, hub: &StubHub, status: &str) -> &'a Outcome {
    let endpoint = hub.url();
    outcome.stderr_has(&format!(
        "Cannot reach {endpoint}: something in between answered {status}"
    ))
}

#[test]
fn a_browser_login_does_not_start_through_a_login_page() {
    for (answer, status) in answers() {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("POST", "/oauth/device", answer);

        let outcome = sandbox.hf(&["auth", "login"]).hub(&hub).run();

        says_who_answered(outcome.fails_with(1), &hub, status)
            .stderr_has("Hint: your network's filter, proxy or login page may be in the way");
    }
}

#[test]
fn a_login_page_in_the_place_of_a_code_is_told_apart_from_a_hub() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect(
        "POST",
        "/oauth/device",
        Answer::html(200, "<html>Welcome to the hotel</html>"),
    );

    let outcome = sandbox.hf(&["auth", "login"]).hub(&hub).run();

    outcome.fails_with(1).stderr_has("it cannot be understood.\nHint: check that HF_ENDPOINT is a Hugging Face Hub, and that no login page of a network is in between.\n");
}

#[test]
fn a_page_while_waiting_for_the_person_is_waited_out() {
    let code = json!({"device_code": "d", "user_code": "AB-12", "verification_uri": "https://hub.test/device",
        "interval": 0, "expires_in": 60});
    at_once(answers(), |(answer, _)| {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("POST", "/oauth/device", Answer::json(200, code.clone()));
        hub.expect("POST", "/oauth/token", answer);
        let grant = Answer::json(200, json!({"access_token": TOKEN}));
        hub.expect("POST", "/oauth/token", grant);
        hub.expect("GET", WHOAMI, identity());

        let outcome = sandbox.hf(&["auth", "login"]).hub(&hub).run();

        outcome.succeeds();
    });
}

#[test]
fn a_renewal_that_a_page_answers_is_tried_again_later() {
    for (answer, status) in answers() {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        let store = format!("[a]\nhf_token = {TOKEN}\nrefresh_token = {REFRESH}\nexpires_at = 1700000000\n\n");
        sandbox.write("stored_tokens", &store);
        sandbox.activate(TOKEN);
        hub.expect("POST", "/oauth/token", answer);

        let outcome = sandbox.hf(&["auth", "token"]).hub(&hub).run();

        says_who_answered(outcome.succeeds(), &hub, status)
            .stderr_has("Could not refresh your Hugging Face access token: ")
            .stderr_has(". Will retry later.\n")
            .nowhere(REFRESH);
        assert_eq!(sandbox.read("stored_tokens"), store);
    }
}

#[test]
fn an_exchange_that_a_page_answers_is_not_a_matter_of_trust() {
    for (answer, status) in answers() {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("POST", "/oauth/token", answer);

        let run = sandbox
            .hf(&["auth", "token"])
            .hub(&hub)
            .env("HF_OIDC_RESOURCE", "acme/x");
        let outcome = run.env("HF_OIDC_ID_TOKEN", TOKEN).run();

        says_who_answered(outcome.fails_with(1), &hub, status)
            .stderr_has("Error: OIDC Exchange failed. The Hub gave no token: ")
            .stderr_has("\nHint: your network's filter, proxy or login page may be in the way")
            .nowhere(TOKEN);
    }
}
