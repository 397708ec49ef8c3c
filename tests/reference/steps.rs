//! The steps, grouped by what they are about, and the named differences.

mod answers;
mod terminal;
mod variables;

use serde_json::json;

use crate::step::Aspect::{Files, Folder, Git, Hint, Status, Stderr, Stdout};
use crate::step::{Scenario, Step, hf, hf_with};
use crate::support::hub::{whoami, whoami_oauth, whoami_with_orgs};
use crate::support::{Answer, LAPTOP, WORK};

const OTHER: &str = "hf_test_other_000000000";

const BETTER_HINT: &str = "ours names the next step if there is one, the reference names HF_DEBUG";
const ONE_LINE: &str = "ours says it in one line, the reference in several or in a traceback";
const JSON: &str = "ours answers in JSON, the reference prints the table or nothing";
const QUIET: &str = "ours prints the name, the reference prints the table or nothing";
const UNKNOWN_NAME: &str = "ours refuses an unknown name, the reference says that it logged out";
const OWN_WORDS: &str = "usage and help are in our own words";
const MASK: &str = "ours masks a short token whole";
const KEPT: &str = "ours keeps an unreadable file aside, the reference overwrites it";
const SHARED_FOLDER: &str = "ours leaves the mode of a folder that was there alone";
const MALFORMED: &str = "ours refuses a malformed token before it is sent";
const OWN_CREDENTIAL: &str = "ours takes back the credential of that token only";

pub(crate) fn all() -> Vec<Scenario> {
    let mut scenarios = vec![
        not_logged_in(),
        one_account(),
        two_accounts(),
        in_other_modes(),
        with_a_token_in_the_environment(),
        refusals(),
        wrong_command_lines(),
        with_git(),
        odd_stores(),
        broken_store(),
        with_the_browser(),
        renewals(),
    ];
    scenarios.extend(answers::all());
    scenarios.extend(terminal::all());
    scenarios.extend(variables::all());
    scenarios
}

fn scenario(name: &'static str, steps: Vec<Step>) -> Scenario {
    Scenario {
        name,
        files: Vec::new(),
        folder_mode: 0o700,
        git_helper: None,
        steps,
    }
}

fn login(token: &str, identity: serde_json::Value) -> Step {
    hf_with(&["auth", "login", "--token", token]).answered(Answer::json(200, identity))
}

fn not_logged_in() -> Scenario {
    scenario(
        "not logged in",
        vec![
            hf("auth token"),
            hf("auth whoami"),
            hf("auth whoami --json"),
            hf("auth list"),
            hf("auth logout"),
            hf("auth switch"),
            hf("auth switch --token-name nobody").differs(Hint, BETTER_HINT),
            hf("auth token -q"),
            hf("auth token --format agent"),
            hf("auth list -q"),
            hf("auth list --json").differs(Stdout, JSON),
        ],
    )
}

fn one_account() -> Scenario {
    let identity = || Answer::json(200, whoami_with_orgs("alice", "laptop", "write", &["acme", "tools"]));
    scenario(
        "one account",
        vec![
            login(LAPTOP, whoami("alice", "laptop", "write")),
            hf("auth token"),
            hf("auth token -q"),
            hf("auth token --json"),
            hf("auth whoami").answered(identity()),
            hf("auth whoami --json").answered(identity()),
            hf("auth whoami --format json").answered(identity()),
            hf("auth whoami -q").answered(identity()),
            hf("auth whoami --format agent").answered(identity()),
            hf("auth whoami")
                .env("AI_AGENT", "x")
                .answered(Answer::json(200, whoami("al\u{e9}", "laptop", "")))
                .differs(Stdout, "ours knows an agent without downloading a registry"),
            hf("auth whoami --json").answered(Answer::json(200, whoami("al\u{e9}😀", "laptop", "write"))),
            hf("auth list"),
            hf("auth ls --no-truncate"),
            hf("auth login"),
            hf("auth login --format agent"),
            hf("auth login --add-to-git-credential"),
            hf("auth login --json").differs(Hint, BETTER_HINT),
            hf("auth login -q"),
            login(LAPTOP, whoami("alice", "laptop", "write")),
            login(OTHER, whoami("alice", "laptop", "write")),
            login(LAPTOP, whoami_oauth("carol")),
            hf("auth list"),
            hf("auth logout"),
            hf("auth list"),
        ],
    )
}

fn two_accounts() -> Scenario {
    scenario(
        "two accounts",
        vec![
            login(WORK, whoami("bot", "work", "read")),
            login(LAPTOP, whoami("alice", "laptop", "fineGrained")),
            hf("auth list"),
            hf("auth switch --token-name work"),
            hf("auth switch --token-name nobody").differs(Hint, BETTER_HINT),
            hf("auth switch").input("2\n"),
            hf("auth switch").input("9\nx\n\n"),
            hf("auth switch").input(""),
            hf("auth switch --format agent").differs(Hint, BETTER_HINT),
            hf("auth switch --json").differs(Hint, BETTER_HINT),
            hf("auth switch -q"),
            hf("auth list"),
            hf("auth logout --token-name work"),
            hf("auth logout --token-name nobody")
                .differs(Status, UNKNOWN_NAME)
                .differs(Stderr, UNKNOWN_NAME),
            hf("auth logout --token-name laptop"),
            hf("auth list"),
            hf("auth logout"),
        ],
    )
}

fn in_other_modes() -> Scenario {
    scenario(
        "other modes",
        vec![
            login(LAPTOP, whoami("alice", "laptop", "write")).args(&["--format", "agent"]),
            login(WORK, whoami("bot", "work", "read"))
                .args(&["--json"])
                .differs(Stdout, JSON),
            login(OTHER, whoami("bot", "other", "read"))
                .args(&["-q"])
                .differs(Stdout, QUIET),
            hf("auth switch --token-name laptop --json").differs(Stdout, JSON),
            hf("auth switch --token-name work -q").differs(Stdout, QUIET),
            hf("auth switch --format agent --token-name other"),
            hf("auth list --json").differs(Stdout, JSON),
            hf("auth list --quiet").differs(Stdout, QUIET),
            hf("auth list --format agent").differs(Stdout, "ours prints tab-separated values, the reference the table"),
            hf("auth logout --token-name other --json").differs(Stdout, JSON),
            hf("auth logout --token-name work -q").differs(Stdout, QUIET),
            hf("auth logout --format agent"),
        ],
    )
}

fn with_a_token_in_the_environment() -> Scenario {
    scenario(
        "HF_TOKEN",
        vec![
            hf("auth list").env("HF_TOKEN", OTHER),
            login(LAPTOP, whoami("alice", "laptop", "write")).env("HF_TOKEN", OTHER),
            hf("auth token").env("HF_TOKEN", OTHER),
            hf("auth token").env("HF_TOKEN", &format!(" {OTHER}\r\n")),
            hf("auth token").env("HF_TOKEN", "").env("HUGGING_FACE_HUB_TOKEN", WORK),
            hf("auth token")
                .env("HF_TOKEN", " ")
                .env("HUGGING_FACE_HUB_TOKEN", WORK),
            hf("auth list").env("HF_TOKEN", OTHER),
            hf("auth list").env("HF_TOKEN", LAPTOP),
            hf("auth switch --token-name laptop").env("HF_TOKEN", OTHER),
            hf("auth switch --token-name laptop").env("HF_TOKEN", LAPTOP),
            hf("auth login").env("HF_TOKEN", OTHER),
            hf("auth whoami")
                .env("HF_TOKEN", OTHER)
                .answered(Answer::json(401, json!({"error": "no"})))
                .differs(Hint, BETTER_HINT),
            hf("auth whoami")
                .answered(Answer::json(401, json!({"error": "no"})))
                .differs(Hint, BETTER_HINT),
            hf("auth logout --token-name laptop")
                .env("HF_TOKEN", OTHER)
                .differs(Stderr, ONE_LINE),
            hf("auth logout").env("HF_TOKEN", OTHER).differs(Stderr, ONE_LINE),
        ],
    )
}

fn refusals() -> Scenario {
    let refused = |answer| hf_with(&["auth", "login", "--token", LAPTOP]).answered(answer);
    let oops = || json!({"error": "oops"});
    scenario(
        "refusals",
        vec![
            refused(Answer::json(401, json!({"error": "Invalid username or password."}))).differs(Hint, BETTER_HINT),
            refused(Answer::json(403, oops())).differs(Stderr, ONE_LINE),
            refused(Answer::json(429, oops())).differs(Stderr, "ours adds the rate limit's numbers"),
            refused(Answer::html(503, "<h1>oops</h1>")).differs(Stderr, ONE_LINE),
            refused(Answer::text(500, "oops")).differs(Stderr, ONE_LINE),
            refused(Answer::text(200, "oops")).differs(Stderr, ONE_LINE),
            hf("auth login --token api_org_test").differs(Hint, BETTER_HINT),
            hf_with(&["auth", "login", "--token", ""]).differs(Stderr, MALFORMED),
            hf("auth login --token hf_test_z")
                .env("HF_HUB_OFFLINE", "1")
                .differs(Hint, BETTER_HINT),
            hf("auth login --token hf_test_z")
                .env("TRANSFORMERS_OFFLINE", "yes")
                .differs(Hint, BETTER_HINT),
            hf_with(&["auth", "login", "--token", LAPTOP]).answered(
                Answer::json(200, whoami("alice", "laptop", "write")).header("X-HF-Warning", "topic; mind the gap"),
            ),
        ],
    )
}

fn wrong_command_lines() -> Scenario {
    let own_words = |step: Step| step.differs(Stderr, OWN_WORDS);
    scenario(
        "wrong command lines",
        vec![
            own_words(hf("auth")),
            own_words(hf("auth nothing")),
            own_words(hf("auth login --nothing")),
            own_words(hf("auth switch --token-nam x")),
            hf("auth list extra"),
            hf("auth list --json -q"),
            hf("auth list -q --json"),
            hf("auth list --json --json"),
            hf("auth list --format json --quiet"),
            hf("auth login --format xml --token x"),
            hf("auth login --token"),
            hf("auth token --format"),
        ],
    )
}

fn with_git() -> Scenario {
    Scenario {
        git_helper: Some("store"),
        ..scenario(
            "git with the store helper",
            vec![
                login(LAPTOP, whoami("alice", "laptop", "write")),
                login(WORK, whoami("bot", "work", "read")).args(&["--add-to-git-credential"]),
                hf("auth switch --token-name laptop --add-to-git-credential"),
                hf("auth switch --token-name work --no-add-to-git-credential"),
                hf("auth logout --token-name work").differs(Git, OWN_CREDENTIAL),
                hf("auth logout"),
            ],
        )
    }
}

/// A store that somebody edited by hand.
fn odd_stores() -> Scenario {
    let store = "# mine\n\n[z]\nHF_TOKEN: hf_test_z_0000000000\nnote = x\n\n[no token]\nother = 1\n[a = b]]\nhf_token=hf_test_a_0000000000\n  \n[short]\nhf_token = hf_x\n";
    let expiring =
        "[oauth-old]\nhf_token = hf_test_oauth_old_0000\nrefresh_token = hf_test_refresh\nexpires_at = 1700000000\n\n";
    Scenario {
        folder_mode: 0o755,
        files: vec![
            ("stored_tokens", format!("{store}{expiring}")),
            ("token", "hf_test_z_0000000000\n".to_owned()),
        ],
        ..scenario(
            "a store edited by hand",
            vec![
                hf("auth list").differs(Stdout, MASK),
                hf("auth token"),
                hf_with(&["auth", "switch", "--token-name", "a = b]"]).differs(Folder, SHARED_FOLDER),
                hf_with(&["auth", "switch", "--token-name", "no token"])
                    .differs(Hint, BETTER_HINT)
                    .differs(Folder, SHARED_FOLDER),
                login(LAPTOP, whoami("alice", "laptop", "write")).differs(Folder, SHARED_FOLDER),
                hf_with(&["auth", "logout", "--token-name", "a = b]"]).differs(Folder, SHARED_FOLDER),
            ],
        )
    }
}

fn with_the_browser() -> Scenario {
    let code = || {
        Answer::json(
            200,
            json!({"device_code": "d", "user_code": "AB-12", "verification_uri": "https://hub.test/device",
                "interval": 0, "expires_in": 60}),
        )
    };
    let refused = |error: &str| Answer::json(400, json!({"error": error, "error_description": "why"}));
    let granted = || Answer::json(200, json!({"access_token": LAPTOP}));
    let started = |step: Step| step.posted("/oauth/device", code());
    let ends = |error: &str| {
        started(hf("auth login --force"))
            .posted("/oauth/token", refused(error))
            .differs(Hint, BETTER_HINT)
    };
    scenario(
        "the browser login without a terminal",
        vec![
            started(hf("auth login"))
                .posted("/oauth/token", refused("authorization_pending"))
                .posted("/oauth/token", Answer::html(502, "<p>"))
                .posted("/oauth/token", refused("authorization_pending"))
                .posted("/oauth/token", granted())
                .answered(Answer::json(200, whoami_oauth("carol"))),
            ends("access_denied"),
            ends("expired_token"),
            ends("invalid_client"),
            hf("auth login"),
            hf("auth login --format agent"),
            started(hf("auth login --format agent --force"))
                .posted("/oauth/token", refused("authorization_pending"))
                .posted("/oauth/token", granted())
                .answered(Answer::json(200, whoami("alice", "laptop", "read"))),
            hf("auth login --force")
                .posted("/oauth/device", Answer::text(404, "no"))
                .differs(Stderr, ONE_LINE),
            hf("auth list"),
        ],
    )
}

fn renewals() -> Scenario {
    let expiring =
        format!("[oauth-carol]\nhf_token = {LAPTOP}\nrefresh_token = hf_test_refresh_1\nexpires_at = 1700000000\n\n");
    let refused = |error: &str| Answer::json(400, json!({"error": error, "error_description": "why"}));
    let token = || hf("auth token");
    Scenario {
        files: vec![("stored_tokens", expiring), ("token", LAPTOP.to_owned())],
        ..scenario(
            "renewals",
            vec![
                token().posted("/oauth/token", refused("invalid_grant")),
                token().posted("/oauth/token", refused("server_error")),
                hf("auth list -q")
                    .posted("/oauth/token", refused("server_error"))
                    .differs(Stdout, QUIET),
                hf("auth token").env("HF_TOKEN", OTHER),
                token()
                    .posted("/oauth/token", refused("server_error").header("X-HF-Warning", "a; b"))
                    .differs(Stderr, "ours passes on what the Hub warns of at a renewal too"),
                token().posted("/oauth/token", Answer::json(200, json!({"access_token": WORK}))),
                hf("auth list"),
            ],
        )
    }
}

fn broken_store() -> Scenario {
    Scenario {
        files: vec![
            ("stored_tokens", "hf_test_lost_000000000\n".to_owned()),
            ("token", LAPTOP.to_owned()),
        ],
        ..scenario(
            "a store that cannot be read",
            vec![
                hf("auth token").differs(Stderr, "ours does not need the store for this"),
                hf("auth list").differs(Status, KEPT).differs(Stderr, KEPT),
                login(WORK, whoami("bot", "work", "read"))
                    .differs(Stderr, KEPT)
                    .differs(Files, KEPT),
            ],
        )
    }
}
