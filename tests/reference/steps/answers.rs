//! What the Hub can answer, beyond the usual.

use serde_json::{Value, json};

use super::{BETTER_HINT, LAPTOP, ONE_LINE, login, scenario};
use crate::step::Aspect::{Hint, Status, Stderr, Stdout};
use crate::step::{Scenario, Step, hf, hf_with};
use crate::support::Answer;
use crate::support::hub::whoami;

const IN_BETWEEN: &str =
    "ours says that something in between answered, the reference that the token is invalid or may not";
const NAMELESS: &str = "ours does not take an account without a name for an answer";

pub(super) fn all() -> Vec<Scenario> {
    vec![refusals(), identities(), names()]
}

fn refusals() -> Scenario {
    let whoami_answered = |answer: Answer| hf("auth whoami").answered(answer).differs(Stderr, ONE_LINE);
    let oops = || json!({"error": "oops"});
    let mut moved = hf("auth whoami").answered(Answer::redirect(307, "/moved"));
    moved
        .answers
        .push(("GET", "/moved", Answer::json(200, whoami("alice", "laptop", "write"))));
    scenario(
        "refusals of a token that is stored",
        vec![
            login(LAPTOP, whoami("alice", "laptop", "write")),
            whoami_answered(Answer::json(400, oops())),
            whoami_answered(Answer::json(403, oops())),
            whoami_answered(Answer::json(404, oops())),
            whoami_answered(Answer::json(410, json!({"error": ["a", "b"]}))),
            whoami_answered(Answer::json(500, oops()).header("X-Request-Id", "req-1")),
            // What is not the Hub's says nothing of the token.
            hf("auth whoami")
                .answered(Answer::html(401, "<h1>Log in to the network</h1>"))
                .differs(Stderr, IN_BETWEEN),
            hf("auth whoami")
                .answered(Answer::text(401, ""))
                .differs(Stderr, IN_BETWEEN),
            hf("auth whoami")
                .answered(Answer::html(403, "<h1>Blocked</h1>"))
                .differs(Stderr, IN_BETWEEN),
            hf("auth whoami")
                .answered(Answer::text(401, "").header("X-Error-Message", "no"))
                .differs(Hint, BETTER_HINT),
            whoami_answered(Answer::json(429, oops()).header("RateLimit", "\"api\";r=99794;t=241")),
            whoami_answered(Answer::html(502, "<html><title>oops</title></html>")),
            whoami_answered(Answer::text(504, "")),
            whoami_answered(
                Answer::json(503, json!({"error": "oops", "warnings": ["w"]}))
                    .header("X-Error-Message", "from the header"),
            ),
            whoami_answered(Answer::close()),
            moved,
            hf("auth whoami").answered(
                Answer::json(200, whoami("alice", "laptop", "write"))
                    .header("X-HF-Warning", "no topic")
                    .header("X-HF-Warning", "a; first")
                    .header("X-HF-Warning", "a; second")
                    .header("X-HF-Warning", "b; third"),
            ),
        ],
    )
}

/// What may be missing or odd in an answer that is none the less good.
fn identities() -> Scenario {
    let asks = |arguments: &str, identity: Value| hf(arguments).answered(Answer::json(200, identity));
    let orgs = |orgs: Value| json!({"name": "alice", "orgs": orgs});
    scenario(
        "identities",
        vec![
            login(
                LAPTOP,
                json!({"name": "alice", "auth": {"accessToken": {"displayName": "laptop"}}}),
            ),
            asks("auth whoami", orgs(json!([]))),
            asks("auth whoami --json", orgs(json!([{"name": "a"}, {"name": "b, c"}]))),
            asks("auth whoami", orgs(json!([{"name": "a"}, {"name": "ö 😀"}]))),
            asks("auth whoami --format agent", orgs(json!([{"name": "a"}]))),
            asks("auth whoami", json!({"name": "", "orgs": []}))
                .differs(Status, NAMELESS)
                .differs(Stdout, NAMELESS)
                .differs(Stderr, NAMELESS),
            asks("auth whoami -q", json!({"name": "al ice", "orgs": []})),
        ],
    )
}

/// Names that the Hub gives a token.
fn names() -> Scenario {
    let named = |name: &str| login(LAPTOP, whoami("alice", name, "write"));
    let switched = |name: &str| -> Step { hf_with(&["auth", "switch", "--token-name", name]) };
    scenario(
        "names",
        vec![
            named("two words"),
            named("[a] = b: c # d ; e"),
            named(" edges "),
            named("日本 😀"),
            named("%(x)s %% ${y}"),
            named("'single' \"double\" `back`"),
            named("tab\there").differs(Stderr, "ours shows control characters escaped"),
            named("]"),
            named("\u{a0}\u{3000}"),
            named("default"),
            switched("[a] = b: c # d ; e"),
            switched(" edges "),
            switched("]"),
            login(
                "hf_test_oauth_000000000",
                json!({"name": "ca rol", "auth": {"type": "oauth"}}),
            ),
            hf_with(&["auth", "logout", "--token-name", "%(x)s %% ${y}"]),
            hf_with(&["auth", "logout", "--token-name", "日本 😀"]),
        ],
    )
}
