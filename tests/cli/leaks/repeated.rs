//! What a server repeats, in whatever place and spelling: the token it was sent, those that lie here, those it grants. And
//! names that look like tokens.

use serde_json::{Value, json};

use super::super::support::{Answer, Outcome, Sandbox, StubHub, hub};
use super::{CANARY, WHOAMI};

const STORED: &str = "hf_test_stored_0123456789abcdef";
const RENEWS: &str = "hf_test_renews_0123456789abcdef";
const IN_ENVIRONMENT: &str = "hf_test_environ_0123456789abcdef";
const SENTENCE: usize = 400;

/// The ways in which a text can be written and still be read by whoever wants to.
fn spellings(secret: &str) -> [String; 6] {
    let encoded = |format: fn(u8) -> String| secret.bytes().map(format).collect::<String>();
    [
        secret.to_owned(),
        secret.to_uppercase(),
        secret.replace('_', "%5F"),
        secret.replace('_', "%255f"),
        encoded(|byte| format!("%{byte:02x}")),
        encoded(|byte| format!("%{byte:02X}")),
    ]
}

/// Nothing of the secret is shown: not the whole in any spelling, and no half of it.
#[track_caller]
fn shows_nothing_of(secret: &str, outcome: &Outcome, what: &str) {
    let said = format!("{}\n{}", outcome.stdout, outcome.stderr);
    let encoded = |half: &str| half.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    // A part at its start, of its middle, and of its end, each long enough to be told from other words.
    let parts = [&secret[..11], &secret[8..20], &secret[20..]];
    for part in parts.iter().map(|part| part.to_lowercase()) {
        let plain = said.to_lowercase();
        let read = plain.replace("%255f", "_").replace("%5f", "_");
        assert!(
            !read.contains(&part) && !plain.contains(&encoded(&part)),
            "{what}: {said}"
        );
    }
}

fn refusal(body: &Value) -> Answer {
    Answer::json(500, body.clone())
}

/// Every place of an answer that words of it are shown from.
fn answers(words: &str) -> Vec<Answer> {
    vec![
        refusal(&json!({"error": words})),
        refusal(&json!({"error": [words, words]})),
        refusal(&json!({"error": "e", "error_description": words})),
        refusal(&json!({"errors": [{"message": words}]})),
        Answer::text(500, words),
        Answer::json(403, json!({"error": words})),
        Answer::json(429, json!({"error": words})),
        Answer::text(500, "").header("X-Error-Message", words),
        Answer::text(500, "").header("X-Request-Id", words),
        Answer::text(500, "").header("X-HF-Warning", &format!("t; {words}")),
        Answer::redirect(302, &format!("http://{words}.invalid/{words}")),
        Answer::redirect(302, &format!("/there?x={words}")),
        Answer::raw(format!("HTTP/1.1 200 OK\r\nContent-Type: {words}\r\n\r\n<")),
        Answer::json(200, json!({"name": 7, "auth": words})),
        Answer::json(200, hub::whoami_with_orgs(words, words, words, &[words])),
    ]
}

fn world() -> Sandbox {
    let sandbox = Sandbox::new();
    let stored = format!(
        "[a]\nhf_token = {STORED}\nrefresh_token = {RENEWS}\nexpires_at = 4000000000\n\n[laptop]\nhf_token = {CANARY}\n\n"
    );
    sandbox.write("stored_tokens", stored);
    sandbox.activate(CANARY);
    sandbox
}

#[test]
fn no_secret_that_a_server_repeats_is_shown_in_any_spelling() {
    let secrets = [CANARY, STORED, RENEWS, IN_ENVIRONMENT];
    for (number, secret) in secrets.into_iter().enumerate() {
        let spellings = spellings(secret);
        for place in 0..answers("").len() {
            // Every place repeats every secret, and in every spelling one of them: which spellings there are the tests of
            // `redaction` know.
            for round in 0..2 {
                let spelling = &spellings[(number * 2 + place + round * 3) % spellings.len()];
                shows_it_nowhere(secret, spelling, &answers(spelling)[place]);
            }
        }
    }
}

fn shows_it_nowhere(secret: &str, spelling: &str, answer: &Answer) {
    let (sandbox, hub) = (world(), StubHub::start());
    hub.always("GET", WHOAMI, answer.clone());
    hub.always("GET", "/there", Answer::json(400, json!({"error": spelling})));
    for command in [&["auth", "whoami"][..], &["auth", "status", "--check"]] {
        let run = sandbox.hf(command).hub(&hub).env("HF_DEBUG", "1");
        // The token in effect is the one in the file, whatever the other variable holds.
        let run = match secret == IN_ENVIRONMENT {
            true => run.env("HF_TOKEN", CANARY).env("HUGGING_FACE_HUB_TOKEN", secret),
            false => run,
        };
        shows_nothing_of(secret, &run.run(), &format!("{spelling} {command:?} {answer:?}"));
    }
}

#[test]
fn a_secret_is_taken_out_before_a_sentence_is_cut() {
    for before in [SENTENCE - CANARY.len(), SENTENCE - 20, SENTENCE - 11, SENTENCE - 3] {
        let words = format!("{}{CANARY}", "x".repeat(before - 1) + " ");
        for answer in answers(&words) {
            let (sandbox, hub) = (Sandbox::new(), StubHub::start());
            hub.always("GET", WHOAMI, answer);
            hub.always("GET", "/there", Answer::json(400, json!({"error": words})));

            let login = sandbox.hf(&["auth", "login", "--token", CANARY]).hub(&hub).run();

            shows_nothing_of(CANARY, &login, &words);
        }
    }
}

/// Words that are cut, with what renews a token in them.
#[test]
fn a_refused_renewal_is_cut_after_the_secret_is_taken_out() {
    let words = format!("{} {RENEWS}", "x".repeat(SENTENCE - 15));
    for body in [
        json!({"error": words, "error_description": "d"}),
        json!({"error": "e", "error_description": words}),
    ] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        let section = format!("[a]\nhf_token = {CANARY}\nrefresh_token = {RENEWS}\nexpires_at = 1\n\n");
        sandbox.write("stored_tokens", section);
        sandbox.activate(CANARY);
        hub.expect("POST", "/oauth/token", Answer::json(400, body));

        let outcome = sandbox.hf(&["auth", "list"]).hub(&hub).run();

        shows_nothing_of(RENEWS, outcome.succeeds(), "renewal");
    }
}

#[test]
fn what_is_granted_is_not_shown_where_the_same_answer_repeats_it() {
    const GRANTED: &str = "hf_test_granted_0123456789abcdef";
    let repeated = |answer: Answer| {
        answer
            .header("X-HF-Warning", &format!("t; {GRANTED}"))
            .header("X-Request-Id", GRANTED)
    };
    let grant = json!({"access_token": GRANTED, "error": "odd", "error_description": GRANTED});
    for status in [200, 400, 500] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("POST", "/oauth/token", repeated(Answer::json(status, grant.clone())));
        let run = sandbox.hf(&["auth", "whoami"]).hub(&hub).env("HF_DEBUG", "1");
        hub.always("GET", WHOAMI, Answer::json(200, hub::whoami(GRANTED, GRANTED, GRANTED)));
        let run = run.env("HF_OIDC_RESOURCE", "acme/x").env("HF_OIDC_ID_TOKEN", CANARY);

        shows_nothing_of(GRANTED, &run.run(), &format!("exchange, {status}"));
    }
    let code = json!({"device_code": CANARY, "user_code": CANARY, "interval": 0, "expires_in": 5,
        "verification_uri": format!("https://hub.test/{CANARY}")});
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("POST", "/oauth/device", Answer::json(200, code));
    hub.expect("POST", "/oauth/token", repeated(Answer::json(200, grant)));
    hub.expect("GET", WHOAMI, Answer::json(200, hub::whoami(GRANTED, GRANTED, GRANTED)));
    let run = sandbox.hf(&["auth", "login"]).hub(&hub).env("HF_DEBUG", "1");
    let outcome = run.run();
    shows_nothing_of(GRANTED, &outcome, "browser login");
    shows_nothing_of(CANARY, &outcome, "browser login");
}

#[test]
fn a_name_that_looks_like_a_token_is_masked_for_a_person_and_whole_for_a_program() {
    const NAME: &str = "hf_somebodyPastedATokenHere0001";
    let answer = || Answer::json(200, hub::whoami_with_orgs(NAME, NAME, NAME, &["acme", NAME]));
    let run = |arguments: &[&str]| {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.always("GET", WHOAMI, answer());
        sandbox.activate(CANARY);
        let outcome = sandbox.hf(arguments).hub(&hub).run();
        outcome.succeeds();
        (sandbox, outcome)
    };
    let (_, outcome) = run(&["auth", "whoami"]);
    outcome
        .nowhere(NAME)
        .stdout_has("  user: hf_****0001\n  orgs: acme,hf_****0001\n");
    let (_, outcome) = run(&["auth", "whoami", "--format", "agent"]);
    outcome
        .nowhere(NAME)
        .stdout_has("user=hf_****0001 orgs=acme,hf_****0001");
    let (_, outcome) = run(&["auth", "whoami", "--json"]);
    outcome.stdout_has(&format!("\"user\": \"{NAME}\""));
    let (_, outcome) = run(&["auth", "whoami", "-q"]);
    outcome.stdout_is(&format!("{NAME}\n"));
    let (_, outcome) = run(&["auth", "status", "--check"]);
    outcome.nowhere(NAME).stdout_has("valid, hf_****0001");

    let (sandbox, outcome) = run(&["auth", "login", "--token", CANARY]);
    outcome
        .nowhere(NAME)
        .stderr_has("Token is valid (permission: hf_****0001).")
        .stderr_has("The token `hf_****0001` has been saved to ");
    assert!(sandbox.read("stored_tokens").starts_with(&format!("[{NAME}]\n")));
    sandbox
        .hf(&["auth", "token", NAME, "-q"])
        .run()
        .stdout_is(&format!("{CANARY}\n"));
    let (_, outcome) = run(&["auth", "login", "--token", CANARY, "--json"]);
    outcome
        .stderr_lacks(NAME)
        .stdout_has(&format!("\"token_name\": \"{NAME}\""));
}
