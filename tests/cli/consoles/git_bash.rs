//! Git Bash: a terminal that shows and does not answer, so that what is asked is asked as without one.

use serde_json::json;

use super::{TOKEN, with_two_accounts};
use crate::support::hub::{whoami, whoami_oauth};
use crate::support::{Answer, Sandbox, StubHub, WHOAMI, WORK, in_git_bash};

#[test]
fn a_switch_asks_by_number() {
    let (sandbox, hub) = with_two_accounts();

    let (status, said) = in_git_bash(&sandbox.hf(&["auth", "switch"]).hub(&hub), "2\n");

    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("  2. work\nChoice [1]: "), "{said}");
    assert_eq!(sandbox.read("token"), WORK);
}

#[test]
fn a_login_goes_to_the_browser() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let code = json!({"device_code": "d", "user_code": "ABCD", "verification_uri": "https://hub.test", "interval": 0});
    hub.expect("POST", "/oauth/device", Answer::json(200, code));
    hub.expect(
        "POST",
        "/oauth/token",
        Answer::json(200, json!({"access_token": TOKEN})),
    );
    hub.expect("GET", WHOAMI, Answer::json(200, whoami_oauth("carol")));

    let (status, said) = in_git_bash(&sandbox.hf(&["auth", "login"]).hub(&hub), "");

    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("And enter the code: ABCD"), "{said}");
    assert_eq!(sandbox.read("token"), TOKEN);
}

#[test]
fn a_token_is_read_from_standard_input() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", WHOAMI, Answer::json(200, whoami("alice", "laptop", "write")));
    let login = sandbox.hf(&["auth", "login", "--token", "-"]).hub(&hub);

    let (status, said) = in_git_bash(&login, &format!("{TOKEN}\n"));

    assert_eq!(status, Some(0), "{said}");
    assert_eq!(sandbox.read("token"), TOKEN);
}

#[test]
fn colours_are_shown_there() {
    let (status, said) = in_git_bash(&Sandbox::new().hf(&["auth", "token"]), "");

    assert_eq!(status, Some(1), "{said}");
    assert!(said.starts_with("\x1b[1m\x1b[31mError: Not logged in."), "{said:?}");
}
