//! Each error's next step: a `Hint: ` line of its own, or none where there is nothing to advise.

use crate::support::{Answer, Outcome, Run, Sandbox, StubHub, TlsHub};

const WHOAMI: &str = "/api/whoami-v2";

#[track_caller]
fn hint(outcome: &Outcome) -> String {
    let hints: Vec<&str> = outcome
        .stderr
        .lines()
        .filter_map(|line| line.strip_prefix("Hint: "))
        .collect();
    assert!(hints.len() < 2, "{hints:?}");
    hints.first().copied().unwrap_or_default().to_owned()
}

fn login(sandbox: &Sandbox) -> Run {
    sandbox.hf(&["auth", "login", "--token", "hf_test_given"])
}

#[test]
fn a_mistyped_name_is_answered_with_the_nearest_one() {
    let sandbox = Sandbox::new();
    sandbox.store(&[
        ("laptop", "hf_test_laptop"),
        ("work", "hf_test_work"),
        ("ci-robot", "hf_test_robot"),
    ]);
    let cases = [
        ("wrok", "did you mean `work`?"),
        ("Work", "did you mean `work`?"),
        ("laptp", "did you mean `laptop`?"),
        ("ci_robot", "did you mean `ci-robot`?"),
        ("somebody", "run `hf auth list`"),
        ("x", "run `hf auth list`"),
    ];
    for (name, expected) in cases {
        for command in ["token", "switch", "logout"] {
            let outcome = sandbox.hf(&["auth", command, name]).run();

            outcome.fails_with(1);
            let hint = hint(&outcome);
            assert!(hint.starts_with(expected), "{command} {name}: {hint}");
        }
    }
}

#[test]
fn nobody_active_among_stored_tokens_is_a_matter_of_switching() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("work", "hf_test_work")]);
    for command in [
        &["auth", "whoami"][..],
        &["auth", "token"],
        &["auth", "run", "--", "true"],
    ] {
        let outcome = sandbox.hf(command).run();

        outcome
            .fails_with(1)
            .stderr_has("Error: Not logged in. Run `hf auth login` first.\n");
        assert_eq!(
            hint(&outcome),
            "`hf auth switch` makes one of the stored tokens the active one."
        );
    }
}

#[test]
fn an_empty_standard_input_asks_for_the_secret() {
    for arguments in [
        ["auth", "login", "--token", "-"],
        ["auth", "login", "--token-stdin", "--no-force"],
    ] {
        let outcome = Sandbox::new().hf(&arguments).stdin("").run();

        outcome.fails_with(1);
        assert_eq!(hint(&outcome), "standard input was empty: is the secret set?");
    }
    let given = Sandbox::new().hf(&["auth", "login", "--token", ""]).run();
    assert!(hint(&given).starts_with("copy it again from "), "{}", given.stderr);
}

#[test]
fn a_certificate_setting_that_points_nowhere_is_to_be_corrected() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let tls = TlsHub::before(&hub);

    let outcome = login(&sandbox)
        .env("HF_ENDPOINT", tls.url())
        .env("SSL_CERT_FILE", "/nowhere/ca.pem")
        .run();

    outcome.fails_with(1).stderr_has("/nowhere/ca.pem");
    assert_eq!(
        hint(&outcome),
        "correct the variable that names the certificates, or unset it to trust the system's."
    );
}

#[test]
fn a_proxy_that_wants_a_password_is_told_how_to_get_it() {
    let (sandbox, proxy) = (Sandbox::new(), StubHub::start());
    proxy.expect("GET", WHOAMI, Answer::text(407, "who are you?"));
    let outcome = login(&sandbox)
        .env("HF_ENDPOINT", "http://hub.invalid")
        .env("HTTP_PROXY", proxy.url())
        .run();

    outcome.fails_with(1);
    assert_eq!(
        hint(&outcome),
        "the proxy wants a user name and a password: HTTP_PROXY=http://USER:PASSWORD@HOST:PORT."
    );
}

#[test]
fn the_causes_are_offered_only_where_there_are_some() {
    let sandbox = Sandbox::new();
    let organization = sandbox.hf(&["auth", "login", "--token", "api_org_test"]).run();
    organization.fails_with(1);
    assert_eq!(hint(&organization), "");

    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let interrupted = login(&sandbox).hub(&hub).env("HF_HUB_OFFLINE", "1").run();
    interrupted.fails_with(1);
    assert_eq!(hint(&interrupted), "");
}
