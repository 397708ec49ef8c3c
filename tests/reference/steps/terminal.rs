//! A person at a terminal: menus, hidden input and what the screen looks like afterwards.

use serde_json::json;

use super::{LAPTOP, WORK, scenario};
use crate::step::Aspect::Screens;
use crate::step::{Scenario, Step, hf};
use crate::support::hub::{whoami, whoami_oauth};
use crate::support::{Answer, DOWN, UP};

const MENU: &str = "Paste an access token";
const HIDDEN: &str = "(input will not be visible):";
const KEYS: &str = "Enter to confirm]";
const GIT: &str = "[y/N]";
const ASKED: &str = "ours asks whether git is to have the token";
const BETTER: &str = "ours recommends setup-git where git has no helper";
const WIDE: &str = "ours aligns columns by how wide characters are shown";

pub(super) fn all() -> Vec<Scenario> {
    vec![
        login_by_hand(),
        login_with_the_browser(),
        switching(),
        looking(),
        with_a_dumb_terminal(),
    ]
}

/// At a terminal that is wide enough for every path.
fn wide(arguments: &str) -> Step {
    hf(arguments).at_a_terminal(40, 200)
}

fn login_by_hand() -> Scenario {
    let known = || Answer::json(200, whoami("alice", "laptop", "write"));
    scenario(
        "login by hand",
        vec![
            wide("auth login").types(MENU, "\x03"),
            wide("auth login").types(MENU, DOWN).types("> Paste", "\x03"),
            wide("auth login").types(MENU, "2").types(HIDDEN, "\x03"),
            wide("auth login")
                .types(MENU, "2")
                .types(HIDDEN, "hf_test_laptop_00000000\r")
                .types_to_ours(GIT, "\r", ASKED)
                .answered(known()),
            wide("auth login"),
            wide("auth login --force")
                .types(MENU, UP)
                .types("> Paste", "\r")
                .types(HIDDEN, "hf_test_laptop_00000000\r")
                .types_to_ours(GIT, "\r", ASKED)
                .answered(known()),
            wide("auth login --force")
                .types(MENU, "2")
                .types(HIDDEN, "hf_test_wrong\r")
                .types_to_ours(GIT, "\r", ASKED)
                .answered(Answer::json(401, json!({"error": "Invalid username or password."}))),
        ],
    )
}

fn login_with_the_browser() -> Scenario {
    let code = || {
        Answer::json(
            200,
            json!({"device_code": "d", "user_code": "AB-12", "verification_uri": "https://hub.test/device",
                "interval": 0, "expires_in": 60}),
        )
    };
    let refused = |error: &str| Answer::json(400, json!({"error": error, "error_description": "why"}));
    scenario(
        "login with the browser",
        vec![
            wide("auth login")
                .types(MENU, "\r")
                .posted("/oauth/device", code())
                .posted("/oauth/token", refused("authorization_pending"))
                .posted("/oauth/token", refused("access_denied")),
            wide("auth login")
                .types(MENU, "1")
                .posted("/oauth/device", code())
                .posted("/oauth/token", refused("authorization_pending"))
                .posted(
                    "/oauth/token",
                    Answer::json(200, json!({"access_token": LAPTOP, "expires_in": 2_592_000})),
                )
                .answered(Answer::json(200, whoami_oauth("carol"))),
        ],
    )
}

fn switching() -> Scenario {
    Scenario {
        files: vec![
            (
                "stored_tokens",
                format!(
                    "[home]\nhf_token = {LAPTOP}\n\n[work]\nhf_token = {WORK}\n\n[日本 box]\nhf_token = hf_test_x\n\n"
                ),
            ),
            ("token", LAPTOP.to_owned()),
        ],
        ..scenario(
            "switching",
            vec![
                wide("auth switch").types(KEYS, "\x03"),
                wide("auth switch").types(KEYS, DOWN).types("> work", "\r"),
                wide("auth switch").types(KEYS, UP).types("> 日本", "\r"),
                wide("auth switch").types(KEYS, "2"),
                wide("auth switch").types(KEYS, "7").types(KEYS, "x").types(KEYS, "1"),
                wide("auth switch --add-to-git-credential")
                    .types(KEYS, "\r")
                    .differs(Screens, BETTER),
            ],
        )
    }
}

fn looking() -> Scenario {
    Scenario {
        files: vec![
            (
                "stored_tokens",
                format!(
                    "[home]\nhf_token = {LAPTOP}\nexpires_at = 4102444800\nrefresh_token = r\n\n[日本 box]\nhf_token = {WORK}\n\n"
                ),
            ),
            ("token", LAPTOP.to_owned()),
        ],
        git_helper: Some("store"),
        ..scenario(
            "looking",
            vec![
                wide("auth list").differs(Screens, WIDE),
                hf("auth list").at_a_terminal(24, 20).differs(Screens, WIDE),
                hf("auth list --no-truncate")
                    .at_a_terminal(24, 20)
                    .differs(Screens, WIDE),
                wide("auth token"),
                wide("auth whoami").answered(Answer::json(200, whoami("alice", "home", "write"))),
                wide("auth logout --token-name home"),
                wide("auth logout"),
                wide("auth list"),
                wide("auth whoami"),
            ],
        )
    }
}

fn with_a_dumb_terminal() -> Scenario {
    scenario(
        "a dumb terminal",
        vec![
            wide("auth login")
                .env("TERM", "dumb")
                .types("Log in with your browser", "\x03")
                .differs(Screens, "ours asks for a number where no menu can be drawn"),
        ],
    )
}
