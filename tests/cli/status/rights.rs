//! What the Hub knows of a token, shown and not stored; and tokens that are about to end.

use serde_json::{Value, json};

use super::{LAPTOP, WHOAMI, report, with_two_accounts};
use crate::support::hub::{whoami, whoami_oauth};
use crate::support::{Answer, Sandbox, StubHub};

fn fine_grained() -> Value {
    json!({"name": "alice", "orgs": [{"name": "acme", "roleInOrg": "admin"}, {"name": "beta"}],
        "auth": {"type": "access_token", "expiresAt": "2036-01-02T03:04:05.000Z", "accessToken": {
            "displayName": "laptop", "role": "fineGrained", "createdAt": "2026-01-02T03:04:05.000Z",
            "fineGrained": {"canReadGatedRepos": false, "global": ["discussion.write", "a.new.right"], "scoped": [
                {"entity": {"type": "model", "name": "acme/x"}, "permissions": ["repo.write", "repo.content.read"]},
                {"entity": {"type": "user", "name": "alice"}, "permissions": []}]}}}})
}

fn hub_that_says(answer: Value) -> StubHub {
    let hub = StubHub::start();
    hub.always("GET", WHOAMI, Answer::json(200, answer));
    hub
}

#[test]
fn a_fine_grained_token_s_rights_are_shown_in_the_hub_s_words() {
    let (sandbox, hub) = (with_two_accounts(), hub_that_says(fine_grained()));
    let before = sandbox.read("stored_tokens");

    let run = sandbox.hf(&["auth", "status", "--check"]).env("TZ", "UTC");
    let outcome = run.hub(&hub).run();

    outcome.succeeds().stdout_has(
        "  laptop: valid, alice\n    role fineGrained, created 2026-01-02, expires 2036-01-02\n    \
         does not read gated repositories\n    everywhere: discussion.write, a.new.right\n    \
         model acme/x: repo.write, repo.content.read\n    user alice: nothing\n    organization acme: admin\n    \
         organization beta\n",
    );
    assert_eq!(sandbox.read("stored_tokens"), before);
    assert_eq!(sandbox.listing(), ["stored_tokens", "token"]);

    let report = report(sandbox.hf(&["auth", "status", "--check"]).hub(&hub), 0);
    let expected = json!({"name": "laptop", "state": "valid", "user": "alice", "problem": null, "role": "fineGrained",
        "created_at": 1_767_323_045, "expires_at": 2_082_855_845, "reads_gated": false,
        "global": ["discussion.write", "a.new.right"],
        "grants": [{"type": "model", "name": "acme/x", "permissions": ["repo.write", "repo.content.read"]},
            {"type": "user", "name": "alice", "permissions": []}],
        "orgs": [{"name": "acme", "role": "admin"}, {"name": "beta", "role": null}]});
    assert_eq!(report["checks"][0], expected);
}

#[test]
fn an_oauth_token_has_no_list_and_the_end_that_is_stored() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_says(whoami_oauth("carol")));
    let text = format!("[oauth-carol]\nhf_token = {LAPTOP}\nrefresh_token = r\nexpires_at = 4102444800\n\n");
    sandbox.write("stored_tokens", text);
    sandbox.activate(LAPTOP);

    let outcome = sandbox
        .hf(&["auth", "status", "--check"])
        .hub(&hub)
        .env("TZ", "UTC")
        .run();
    outcome
        .succeeds()
        .stdout_has("    expires 2100-01-01\n    the Hub lists no permissions for this kind\n");
    let report = report(sandbox.hf(&["auth", "status", "--check"]).hub(&hub), 0);
    let check = &report["checks"][0];
    assert_eq!(
        (&check["role"], &check["expires_at"]),
        (&Value::Null, &json!(4_102_444_800_i64))
    );
    assert_eq!((&check["grants"], &check["global"]), (&json!([]), &json!([])));
}

#[test]
fn a_token_that_is_not_valid_has_the_same_keys() {
    let (sandbox, hub) = (with_two_accounts(), StubHub::start());
    hub.always("GET", WHOAMI, Answer::json(401, json!({"error": "no"})));
    let report = report(sandbox.hf(&["auth", "status", "--check"]).hub(&hub), 1);
    let expected = json!({"name": "laptop", "state": "rejected", "user": null, "problem": null, "role": null,
        "created_at": null, "expires_at": null, "reads_gated": null, "global": [], "grants": [], "orgs": []});
    assert_eq!(report["checks"][0], expected);
}

#[test]
fn a_classic_token_has_a_role_and_no_list() {
    let (sandbox, hub) = (with_two_accounts(), hub_that_says(whoami("alice", "laptop", "write")));
    let outcome = sandbox
        .hf(&["auth", "status", "--check"])
        .hub(&hub)
        .env("TZ", "UTC")
        .run();
    outcome
        .succeeds()
        .stdout_has("  laptop: valid, alice\n    role write, created 2026-01-02");
}

#[test]
fn what_is_odd_or_secret_in_the_rights_is_not_shown() {
    let mut odd = fine_grained();
    let scoped = json!([{"entity": {"type": "model\u{1b}[2J", "name": LAPTOP}, "permissions": [LAPTOP, 7]}, 1, null]);
    odd["auth"]["accessToken"]["fineGrained"]["scoped"] = scoped;
    let (sandbox, hub) = (with_two_accounts(), hub_that_says(odd));
    for format in ["human", "json"] {
        let run = sandbox.hf(&["auth", "status", "--check", "--format", format]);
        let outcome = run.hub(&hub).env("HF_DEBUG", "1").run();
        outcome.succeeds().nowhere(LAPTOP).nowhere("\u{1b}").stdout_has("****");
    }
}

/// In so many days, and whether it has something to renew it with.
fn ending_in(days: i64, renews: bool) -> Sandbox {
    let sandbox = Sandbox::new();
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let end = i64::try_from(now.as_secs()).unwrap() + days * 24 * 60 * 60;
    let renewal = if renews { "refresh_token = r\n" } else { "" };
    let text = format!("[ci]\nhf_token = {LAPTOP}\n{renewal}expires_at = {end}\n\n");
    sandbox.write("stored_tokens", text);
    sandbox
}

#[test]
fn a_stored_token_that_ends_within_a_week_is_warned_of() {
    let warning = "Warning: the token ci ends on ";
    for (days, renews, is_warned_of) in [
        (6, false, true),
        (1, false, true),
        (8, false, false),
        (-1, false, false),
        (6, true, false),
    ] {
        let sandbox = ending_in(days, renews);
        for format in ["human", "json", "quiet"] {
            let outcome = sandbox.hf(&["auth", "list", "--format", format]).run();
            let warned = outcome.succeeds().stderr.contains(warning);
            assert_eq!(warned, is_warned_of, "{days} {renews} {outcome:?}");
            assert!(!outcome.stdout.contains(warning));
        }
        let outcome = sandbox.hf(&["auth", "status"]).run();
        assert_eq!(outcome.stdout.contains(warning), is_warned_of, "{outcome:?}");
    }
}
