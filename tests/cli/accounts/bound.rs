//! A token that was made at a Hub of its own never goes to another one.

use super::OWN;
use crate::support::hub::whoami;
use crate::support::{Answer, Sandbox, StubHub, WORK};

const SECTION: &str = "[work]\nhf_token = hf_test_work_0123456789\nendpoint = https://hub.lan/mirror\n\n";

fn bound() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "stored_tokens",
        format!(
            "[own]\nhf_token = {OWN}\n\n{}",
            SECTION.replace("hf_test_work_0123456789", WORK)
        ),
    );
    sandbox.activate(WORK);
    sandbox
}

#[test]
fn a_bound_token_is_sent_and_given_to_nobody_else() {
    let hub = StubHub::start();
    for arguments in [
        &["auth", "token"][..],
        &["auth", "whoami"],
        &["auth", "run", "--", "printenv", "HF_TOKEN"],
        &["auth", "run", "work", "--", "printenv", "HF_TOKEN"],
        &["auth", "switch", "work", "--add-to-git-credential"],
    ] {
        for endpoint in [
            hub.url(),
            "https://hub.lan".to_owned(),
            "https://hub.lan:8443/mirror".to_owned(),
        ] {
            let sandbox = bound();
            let outcome = sandbox.hf(arguments).env("HF_ENDPOINT", &endpoint).run();

            outcome
                .fails_with(1)
                .stdout_is("")
                .nowhere(WORK)
                .stderr_has("Error: The token `work` is for https://hub.lan/mirror, and is not sent to ")
                .stderr_has("Hint: HF_ENDPOINT=https://hub.lan/mirror uses it there; `hf auth login` logs in at ");
        }
    }
    assert!(hub.requests().is_empty());
}

#[test]
fn git_gets_none_for_another_hub() {
    let sandbox = bound();
    let ask = |endpoint: &str, host: &str, path: &str| {
        let question = format!("protocol=https\nhost={host}\npath={path}\n\n");
        sandbox
            .hf(&["auth", "git-credential", "get"])
            .env("HF_ENDPOINT", endpoint)
            .stdin(question)
            .run()
    };
    ask("https://huggingface.co", "huggingface.co", "a/b")
        .fails_with(1)
        .stdout_is("");
    ask("https://HUB.lan:443/mirror/", "hub.lan", "mirror/a/b")
        .succeeds()
        .stdout_has(WORK);
}

#[test]
fn at_its_own_hub_it_is_used_however_the_address_is_spelt() {
    let sandbox = bound();
    for endpoint in [
        "https://hub.lan/mirror",
        "https://HUB.LAN:443/mirror//",
        "https://hub.lan./mirror",
    ] {
        let outcome = sandbox.hf(&["auth", "token", "-q"]).env("HF_ENDPOINT", endpoint).run();
        outcome.succeeds().stdout_is(&format!("{WORK}\n"));
    }
    // What was asked for by name is shown, and what the environment gives is used.
    sandbox
        .hf(&["auth", "token", "work", "-q"])
        .run()
        .succeeds()
        .stdout_is(&format!("{WORK}\n"));
    sandbox
        .hf(&["auth", "token", "-q"])
        .env("HF_TOKEN", WORK)
        .run()
        .succeeds();
}

#[test]
fn it_is_not_renewed_at_another_hub() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.write(
        "stored_tokens",
        format!(
            "[work]\nhf_token = {WORK}\nrefresh_token = hf_test_refresh\nexpires_at = 1\nendpoint = https://hub.lan\n\n"
        ),
    );
    sandbox.activate(WORK);
    sandbox.hf(&["auth", "token"]).hub(&hub).run().fails_with(1);
    sandbox.hf(&["auth", "token", "work", "-q"]).hub(&hub).run().succeeds();
    assert!(hub.requests().is_empty());
}

#[test]
fn a_token_of_another_hub_is_no_login_here() {
    let (sandbox, hub) = (bound(), StubHub::start());
    hub.expect("POST", "/oauth/device", Answer::json(503, serde_json::json!({})));
    let outcome = sandbox.hf(&["auth", "login"]).hub(&hub).run();
    outcome.fails_with(1).stderr_lacks("already logged in");
}

#[test]
fn a_login_on_this_machine_writes_what_python_writes_and_overwrites_no_other_hub_s_token() {
    let (sandbox, hub) = (bound(), StubHub::start());
    hub.always(
        "GET",
        "/api/whoami-v2",
        Answer::json(200, whoami("alice", "work", "read")),
    );

    let outcome = sandbox
        .hf(&["auth", "login", "--token", "hf_test_local_0123", "--json"])
        .hub(&hub)
        .run();

    let name = format!("work@127.0.0.1:{}", hub.port());
    outcome
        .succeeds()
        .stdout_has(&format!("\"token_name\": \"{name}\""))
        .stderr_has("is of another Hub, and stays");
    let stored = sandbox.read("stored_tokens");
    assert!(
        stored.contains(&format!("[{name}]\nhf_token = hf_test_local_0123\n\n")),
        "{stored}"
    );
    assert!(
        stored.contains("[work]\nhf_token = ") && stored.contains("endpoint = https://hub.lan/mirror\n"),
        "{stored}"
    );
    // The next one replaces that one.
    let again = sandbox
        .hf(&["auth", "login", "--token", "hf_test_again_0123", "-q"])
        .hub(&hub)
        .run();
    again.succeeds().stdout_is(&format!("{name}\n"));
}

#[test]
fn lists_show_the_hub_where_one_is_known() {
    let sandbox = bound();
    let list = |mode: &str| {
        sandbox
            .hf(&["auth", "list", "--format", mode])
            .run()
            .succeeds()
            .stdout
            .clone()
    };

    assert!(list("human").lines().next().unwrap().trim_end().ends_with("endpoint"));
    assert!(list("human").contains("https://hub.lan/mirror"));
    assert!(list("agent").starts_with("name\ttoken\tactive\texpires_at\tendpoint\n"));
    assert!(list("json").contains("\"endpoint\": \"https://hub.lan/mirror\""));
    assert!(list("json").contains("\"endpoint\": null"));
    let status = sandbox.hf(&["auth", "status"]).run();
    status
        .fails_with(1)
        .stdout_has("✗ the token work is for https://hub.lan/mirror, and not for https://huggingface.co\n")
        .stdout_has(" (work, for https://hub.lan/mirror)\n");
    let at_home = sandbox
        .hf(&["auth", "status"])
        .env("HF_ENDPOINT", "https://hub.lan/mirror")
        .run();
    at_home.succeeds().stdout_has("✓ the token work is in effect");
}

#[test]
fn the_key_survives_what_others_do_to_the_section() {
    let sandbox = bound();
    sandbox.hf(&["auth", "switch", "own"]).run().succeeds();
    sandbox.hf(&["auth", "logout", "own"]).run().succeeds();
    assert!(
        sandbox
            .read("stored_tokens")
            .contains("endpoint = https://hub.lan/mirror\n")
    );
}
