//! The Hub answers, but not with what was asked for: statuses, messages, and bodies of every wrong kind.

use serde_json::json;

use super::super::support::{Answer, Outcome, Sandbox, StubHub};
use super::{TOKEN, WHOAMI, complaint_about, identity, login};

#[test]
fn a_rejected_token_is_explained_by_where_it_came_from() {
    let unauthorized = || Answer::json(401, json!({"error": "Invalid credentials"}));

    assert_eq!(
        complaint_about(unauthorized()),
        "Error: Invalid user token.\nHint: make a new one at {hub}/settings/tokens.\n"
    );

    let from = |arrange: fn(&Sandbox), variable: Option<&str>| -> (Outcome, String) {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, unauthorized());
        arrange(&sandbox);
        let run = sandbox.hf(&["auth", "whoami"]).hub(&hub);
        let run = variable.into_iter().fold(run, |run, name| run.env(name, TOKEN));
        (run.run(), hub.url())
    };
    let (file, hub) = from(|sandbox| sandbox.activate(TOKEN), None);
    file.fails_with(1).stdout_is("").nowhere(TOKEN).stderr_is(&format!(
        "Error: Invalid user token. The token stored is invalid. Please run `hf auth login --force` to set a new token.\nHint: make one at {hub}/settings/tokens.\n"
    ));
    for variable in ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] {
        let refused = "Error: Invalid user token. The token from HF_TOKEN environment variable is invalid. Note that HF_TOKEN takes precedence over `hf auth login`.";
        let (environment, _) = from(|_| (), Some(variable));
        environment
            .fails_with(1)
            .stdout_is("")
            .nowhere(TOKEN)
            .stderr_is(&format!(
                "{refused}\nHint: `unset {variable}`, and log in with `hf auth login`.\n"
            ));
        let stored = |sandbox: &Sandbox| {
            sandbox.store(&[("work", "hf_test_work")]);
            sandbox.activate("hf_test_work");
        };
        let (environment, _) = from(stored, Some(variable));
        environment.fails_with(1).stderr_is(&format!(
            "{refused}\nHint: `unset {variable}` to use the stored `work`.\n"
        ));
    }
}

#[test]
fn a_forbidden_answer_gives_the_status_the_message_and_the_request_id() {
    let answer = Answer::json(403, json!({"error": "Token lacks a permission"})).header("X-Request-Id", "req-1");

    assert_eq!(
        complaint_about(answer),
        format!(
            "Error: 403 Forbidden: Cannot access content at: {{hub}}{WHOAMI} (Request ID: req-1): Token lacks a permission. Make sure your token has the correct permissions.\nHint: {{hub}}/settings/tokens shows what the token may do.\n"
        )
    );
}

#[test]
fn a_rate_limit_says_when_to_try_again() {
    let window = Answer::json(429, json!({"error": "slow down"}))
        .header("RateLimit", "\"api\";r=0;t=55")
        .header("RateLimit-Policy", "\"fixed window\";\"api\";q=500;w=300");
    let complaint = complaint_about(window);
    for part in [
        "429 Too Many Requests",
        "slow down",
        "You've hit the rate limit for the /whoami-v2 endpoint, which is intentionally strict for security reasons.",
        "Retry after 55 seconds (0/500 requests remaining in current 300s window).",
    ] {
        assert!(complaint.contains(part), "{part}: {complaint}");
    }

    let plain = complaint_about(Answer::text(429, "").header("Retry-After", "7"));
    assert!(plain.contains("Retry after 7 seconds."), "{plain}");

    for nonsense in ["r=;t=", "\"api\";r=-1;t=99999999999999999999", ";;;", "t"] {
        let complaint = complaint_about(Answer::text(429, "").header("RateLimit", nonsense));
        assert!(complaint.contains("429 Too Many Requests"), "{nonsense}: {complaint}");
        assert!(!complaint.contains("Retry after"), "{nonsense}: {complaint}");
    }
}

#[test]
fn only_the_limit_that_is_used_up_is_quoted() {
    let limited = |limits: &str, policies: &str| {
        let answer = Answer::json(429, json!({"error": "slow down"}));
        answer.header("RateLimit", limits).header("RateLimit-Policy", policies)
    };
    let policies = "\"api\";q=500;w=300, \"fixed window\";\"pages\";q=100;w=60";
    let cases = [
        (limited("\"api\";r=99794;t=241", policies), ""),
        (
            limited("\"api\";r=99;t=200, \"pages\";r=0;t=55", policies),
            "Retry after 55 seconds (0/100 requests remaining in current 60s window).",
        ),
        (
            limited("\"pages\";r=7;t=200, \"api\";r=0;t=55", policies),
            "Retry after 55 seconds (0/500 requests remaining in current 300s window).",
        ),
        (limited("\"other\";r=0;t=55", policies), "Retry after 55 seconds."),
        (
            limited("\"api\";r=99794;t=241", policies).header("Retry-After", "7"),
            "Retry after 7 seconds.",
        ),
    ];
    for (answer, sentence) in cases {
        let complaint = complaint_about(answer.clone());
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, answer);
        sandbox.activate(TOKEN);
        let check = sandbox.hf(&["auth", "status", "--check"]).hub(&hub).run();

        check.fails_with(3).stdout_has("rate-limited, ");
        for said in [&complaint, &check.stdout] {
            assert!(said.contains("You've hit the rate limit"), "{said}");
            assert!(said.contains(sentence), "{sentence}: {said}");
            assert_eq!(said.contains("Retry after"), !sentence.is_empty(), "{said}");
        }
    }
}

#[test]
fn a_servers_trouble_gives_the_status_and_its_message_but_no_page() {
    let cases = [
        (
            Answer::html(502, "<html><h1>Bad gateway</h1></html>"),
            "502 Bad Gateway",
            "",
        ),
        (
            Answer::json(500, json!({"error": "boom"})),
            "500 Internal Server Error",
            ": boom",
        ),
        (
            Answer::json(500, json!({"error": ["a", "b"]})),
            "500 Internal Server Error",
            ": a b",
        ),
        (
            Answer::json(500, json!({"errors": [{"message": "boom"}]})),
            "500 Internal Server Error",
            ": boom",
        ),
        (
            Answer::text(503, "down for\n maintenance."),
            "503 Service Unavailable",
            ": down for maintenance",
        ),
        (Answer::text(504, ""), "504 Gateway Timeout", ""),
        (
            Answer::text(500, "").header("X-Error-Message", "from the header"),
            "500 Internal Server Error",
            ": from the header",
        ),
    ];
    for (answer, status, said) in cases {
        assert_eq!(
            complaint_about(answer.header("X-Request-Id", "req-2")),
            format!(
                "Error: Server error '{status}' for url '{{hub}}{WHOAMI}' (Request ID: req-2){said}\nHint: the Hub has a problem, and the token need not: try again in a few minutes.\n"
            )
        );
    }
}

#[test]
fn another_request_id_does_where_there_is_no_first_one() {
    let traced = complaint_about(Answer::text(500, "").header("X-Amzn-Trace-Id", "trace-1"));
    let edge = complaint_about(Answer::text(500, "").header("X-Amz-Cf-Id", "edge-1"));
    let empty = complaint_about(
        Answer::text(500, "")
            .header("X-Request-Id", "")
            .header("X-Amz-Cf-Id", "edge-2"),
    );

    assert!(traced.contains("(Amzn Trace ID: trace-1)"), "{traced}");
    assert!(edge.contains("(Amz CF ID: edge-1)"), "{edge}");
    assert!(empty.contains("(Amz CF ID: edge-2)"), "{empty}");
}

#[test]
fn any_other_status_is_named_with_the_address() {
    for status in [100 + 104, 300, 304, 305, 400, 404, 407, 418, 451, 599, 999] {
        let complaint = complaint_about(Answer::text(status, "").header("Content-Length", "0"));
        let first = complaint.lines().next().unwrap().to_owned();
        assert!(first.contains(&format!("{{hub}}{WHOAMI}")), "{status}: {complaint}");
        assert!(
            status < 300 || first.contains(&status.to_string()),
            "{status}: {complaint}"
        );
    }
}

#[test]
fn a_page_instead_of_json_is_told_apart_from_a_hub() {
    let hint =
        "Hint: check that HF_ENDPOINT is a Hugging Face Hub, and that no login page of a network is in between.\n";
    let cases = [
        (
            Answer::html(200, "<html>Welcome to the hotel</html>"),
            "text/html; charset=utf-8",
        ),
        (Answer::text(200, ""), "text/plain; charset=utf-8"),
        (Answer::raw("HTTP/1.1 200 OK\r\n\r\n{\"name\": \"car"), "unknown"),
        (
            Answer::text(200, "{\"name\": \"carol\"} trailing"),
            "text/plain; charset=utf-8",
        ),
    ];
    for (answer, content_type) in cases {
        assert_eq!(
            complaint_about(answer),
            format!(
                "Error: Unexpected answer from {{hub}}{WHOAMI}: it is not JSON (content type: {content_type}).\n{hint}"
            )
        );
    }
}

#[test]
fn json_of_the_wrong_shape_is_one_line() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let bodies = [
        "null".to_owned(),
        "[]".to_owned(),
        "\"carol\"".to_owned(),
        "{}".to_owned(),
        "{\"name\": null}".to_owned(),
        "{\"name\": 7}".to_owned(),
        "{\"name\": [\"carol\"]}".to_owned(),
        "{\"name\": \"carol\", \"name\": 7}".to_owned(),
        "{\"name\": \"carol\", \"auth\": \"x\"}".to_owned(),
        "{\"name\": \"carol\", \"auth\": {\"accessToken\": {\"displayName\": {}}}}".to_owned(),
        "{\"name\": \"\\ud800\"}".to_owned(),
        deep,
    ];
    for body in bodies {
        let complaint = complaint_about(Answer::text(200, &body));
        assert!(
            complaint.starts_with(&format!("Error: Unexpected answer from {{hub}}{WHOAMI}: it ")),
            "{body:.60}: {complaint}"
        );
    }
}

#[test]
fn an_account_without_a_name_cannot_log_in() {
    let complaint = complaint_about(Answer::json(200, json!({"name": "", "auth": {}})));

    assert!(
        complaint.starts_with(&format!("Error: Unexpected answer from {{hub}}{WHOAMI}: ")),
        "{complaint}"
    );
}

#[test]
fn what_is_new_or_absent_in_an_answer_does_no_harm() {
    let deep = "[".repeat(20_000) + &"]".repeat(20_000);
    let bodies = [
        "{\"name\": \"carol\"}".to_owned(),
        "{\"name\": \"carol\", \"orgs\": null, \"auth\": null}".to_owned(),
        "{\"name\": \"carol\", \"auth\": {\"accessToken\": {\"displayName\": null, \"role\": null}}}".to_owned(),
        format!("{{\"new\": {deep}, \"name\": \"carol\"}}"),
        format!("{{\"orgs\": {deep}, \"name\": \"carol\"}}"),
        // A server that cuts names at a number of UTF-16 units can cut an emoji in two.
        "{\"name\": \"carol\", \"fullname\": \"\\ud83d\", \"orgs\": [{\"fullname\": \"\\ud83d\"}]}".to_owned(),
        "{\"name\": \"carol\", \"auth\": {\"accessToken\": {\"role\": [\"read\"]}}}".to_owned(),
        "\u{feff}{\"name\": \"carol\"}"
            .trim_start_matches('\u{feff}')
            .to_owned(),
    ];
    for body in bodies {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, Answer::text(200, &body));

        let outcome = login(&sandbox).hub(&hub).run();

        outcome
            .succeeds()
            .stderr_has("The current active token is: `oauth-carol`");
    }
}

#[test]
fn a_warning_of_the_hub_is_shown_once_per_topic() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let answer = identity()
        .header("X-HF-Warning", "quota; You are near your limit.")
        .header("X-HF-Warning", "quota; You are near your limit, again.")
        .header("X-HF-Warning", "news; Read \u{202e}this\u{9b}; and that.")
        .header("X-HF-Warning", "empty;")
        .header("X-HF-Warning", "No topic at all.");
    hub.expect("GET", WHOAMI, answer);
    sandbox.activate(TOKEN);

    let outcome = sandbox.hf(&["auth", "whoami", "-q"]).hub(&hub).run();

    outcome
        .succeeds()
        .stdout_is("carol\n")
        .stderr_is("You are near your limit.\nRead \\u202ethis\\x9b; and that.\nNo topic at all.\n");
}
