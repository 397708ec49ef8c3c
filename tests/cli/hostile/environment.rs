//! Variables that hold nonsense, too much of it, or what would drive a terminal.

use std::ffi::OsString;

use super::super::support::{Answer, hub_that_knows_carol};
#[cfg(unix)]
use super::bears_it;
use super::{COMMANDS, WORK, is_harmless, with_another_token};

const VARIABLES: [&str; 28] = [
    "HF_HOME",
    "HF_TOKEN_PATH",
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "HF_ENDPOINT",
    "HF_DEBUG",
    "HF_HUB_OFFLINE",
    "HF_HUB_DOWNLOAD_TIMEOUT",
    "HF_OIDC_RESOURCE",
    "HF_OIDC_ID_TOKEN",
    "HF_OIDC_ID_TOKEN_FILE",
    "HF_ID_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "HF_DEVICE_CODE_OAUTH_CLIENT_ID",
    "HF_HUB_USER_AGENT_ORIGIN",
    "AI_AGENT",
    "XDG_CACHE_HOME",
    "HOME",
    "TERM",
    "COLUMNS",
    "LANG",
    "NO_COLOR",
    "HTTP_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "TMPDIR",
    "TZ",
];

/// What the system takes for a text and is none.
#[cfg(unix)]
fn no_text() -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(b"\xff\xfe/\x80".to_vec())
}

#[cfg(windows)]
fn no_text() -> OsString {
    std::os::windows::ffi::OsStringExt::from_wide(&[0xd800, 0x2f, 0xdfff])
}

fn values() -> [(&'static str, OsString); 7] {
    [
        ("nothing", "".into()),
        ("not UTF-8", no_text()),
        ("100 kB", "x".repeat(100_000).into()),
        ("100 kB of variables", "${HOME}$HF_TOKEN".repeat(6_000).into()),
        ("control characters", "/tmp/\u{1b}[2J\u{7}\u{9b}31m/\u{202e}".into()),
        ("line breaks", "/proc/x\nforged\r\nforged".into()),
        ("a number", "-1".into()),
    ]
}

#[test]
fn a_variable_of_any_kind_is_borne() {
    let hub = hub_that_knows_carol();
    hub.always(
        "POST",
        "/oauth/token",
        Answer::json(400, serde_json::json!({"error": "no"})),
    );
    for (number, variable) in VARIABLES.into_iter().enumerate() {
        for (other, (kind, value)) in values().into_iter().enumerate() {
            // Every variable meets every command, each with a value of its own.
            let command = COMMANDS[(number + other) % COMMANDS.len()];
            let sandbox = with_another_token();
            sandbox.activate("hf_test_active_0123456789");
            let mut run = sandbox.hf(command).hub(&hub).env("HF_HUB_DOWNLOAD_TIMEOUT", "2");
            if ["XDG_CACHE_HOME", "HOME"].contains(&variable) {
                run = run.env_remove("HF_HOME");
            }
            if variable.contains("ID_TOKEN") {
                run = run.env("HF_OIDC_RESOURCE", "acme/model").env("GITLAB_CI", "true");
            }

            let outcome = run.env(variable, &value).run();

            let name = format!("{variable}, {kind}, {command:?}");
            is_harmless(&name, &outcome);
            let asked_to_forget = command[1] == "logout";
            assert!(
                asked_to_forget || sandbox.read("stored_tokens").contains(WORK),
                "{name}"
            );
        }
    }
}

#[test]
#[cfg(unix)]
fn a_folder_whose_name_is_an_escape_sequence_drives_no_terminal() {
    let sandbox = with_another_token();
    let home = sandbox.root().join("a\u{1b}[2J\nforged: \u{202e}b");
    std::fs::create_dir_all(home.join("token")).unwrap();
    for command in COMMANDS {
        let run = sandbox.hf(command).env("HF_HOME", &home).env("HF_HUB_OFFLINE", "1");
        bears_it(&format!("{command:?}"), run);
    }
    let outcome = sandbox.hf(&["auth", "token"]).env("HF_HOME", &home).run();
    outcome.fails_with(1).stderr_has("a\\x1b[2J\\nforged: \\u202eb/token: ");
}
