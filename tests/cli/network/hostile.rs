//! A server that means harm: it repeats the token, drives the terminal, or forges lines of ours.

use serde_json::json;

use super::super::support::{Answer, Sandbox, StubHub, hub};
use super::{TOKEN, WHOAMI, complaint_about, complaint_of, login};

#[test]
fn a_server_that_repeats_the_token_does_not_get_it_shown() {
    let answers = [
        (
            "JSON",
            Answer::json(400, json!({"error": format!("bad token {TOKEN}")})),
        ),
        ("text", Answer::text(500, &format!("no such token: {TOKEN}"))),
        ("error header", Answer::text(403, "").header("X-Error-Message", TOKEN)),
        ("request id", Answer::text(500, "").header("X-Request-Id", TOKEN)),
        (
            "content type",
            Answer::raw(format!("HTTP/1.1 200 OK\r\nContent-Type: {TOKEN}\r\n\r\n<")),
        ),
        (
            "warning",
            Answer::text(500, "").header("X-HF-Warning", &format!("t; bad {TOKEN}")),
        ),
        ("wrong type", Answer::json(200, json!({"name": "carol", "auth": TOKEN}))),
        (
            "redirect",
            Answer::redirect(302, &format!("http://127.0.0.1:1/?token={TOKEN}")),
        ),
        (
            "host",
            Answer::redirect(302, &format!("http://{}.invalid/", TOKEN.replace('_', "-"))),
        ),
    ];
    let mut leaks = Vec::new();
    for (name, answer) in answers {
        for debug in ["0", "1"] {
            let (sandbox, hub) = (Sandbox::new(), StubHub::start());
            hub.expect("GET", WHOAMI, answer.clone());

            let outcome = login(&sandbox).hub(&hub).env("HF_DEBUG", debug).run();

            outcome.fails_with(1);
            if outcome.stderr.contains(TOKEN) || outcome.stdout.contains(TOKEN) {
                leaks.push(format!("{name}, HF_DEBUG={debug}: {}", outcome.stderr));
            }
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

#[test]
fn an_address_on_the_way_does_not_get_the_token_shown() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let login_page = format!("/login?token={TOKEN}");
    hub.expect("GET", WHOAMI, Answer::redirect(302, &login_page));
    hub.expect("GET", &login_page, Answer::html(200, "<html>Log in</html>"));

    let outcome = login(&sandbox).hub(&hub).run();

    complaint_of(&sandbox, &outcome);
}

#[test]
fn what_the_server_says_cannot_drive_the_terminal_or_forge_a_line() {
    let evil = "\u{1b}[2J\u{7}\u{9b}31m\r\nError: forged\u{2028}\u{202e}gnp\u{2066}\u{200f}\u{0}";
    let answers = [
        Answer::json(500, json!({"error": evil})),
        Answer::json(403, json!({"error": [evil], "error_description": evil})),
        Answer::json(400, json!({"errors": [{"message": evil}]})),
        Answer::text(500, evil),
        Answer::text(500, "x").header("X-Error-Message", "\u{9b}31m\u{202e}gnp"),
        Answer::text(500, "x").header("X-Request-Id", "\u{9b}31m\u{202e}gnp"),
        Answer::html(200, evil),
    ];
    for answer in answers {
        complaint_about(answer);
    }
}

#[test]
fn names_and_roles_from_the_server_cannot_drive_the_terminal_or_forge_a_line() {
    let evil = "a\u{1b}[2J\r\nforged\u{202e}b";
    for format in ["human", "agent", "json", "quiet"] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        let body = hub::whoami_with_orgs(evil, evil, evil, &[evil]);
        hub.always("GET", WHOAMI, Answer::json(200, body));

        let outcomes = [
            login(&sandbox).args(["--format", format]).hub(&hub).run(),
            sandbox.hf(&["auth", "whoami", "--format", format]).hub(&hub).run(),
            sandbox.hf(&["auth", "list", "--format", format]).hub(&hub).run(),
        ];

        for outcome in &outcomes {
            outcome.succeeds();
            for text in [&outcome.stdout, &outcome.stderr] {
                assert!(!text.contains(['\u{1b}', '\r', '\u{202e}']), "{format}: {text:?}");
                assert!(
                    !text.lines().any(|line| line.starts_with("forged")),
                    "{format}: {text:?}"
                );
            }
        }
    }
}

#[test]
fn debug_does_not_show_an_address_that_the_server_has_chosen() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", WHOAMI, Answer::redirect(302, &format!("/login?token={TOKEN}")));
    hub.expect("GET", "/login", Answer::json(403, json!({"error": "no"})));
    let outcome = login(&sandbox).hub(&hub).env("HF_DEBUG", "1").run();
    outcome.fails_with(1).nowhere(TOKEN).stderr_has("< 403 Forbidden");
}
