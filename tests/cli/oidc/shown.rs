//! `hf auth oidc`: what the identity token says, in every format; never the token, never its signature, and no request to
//! the Hub.

use serde_json::{Value, json};

use super::{FAR, IDENTITY, LONG_AGO, SIGNATURE, THE_HUB, in_github, jwt};
use crate::support::{Answer, Run, Sandbox, StubHub};

fn claims() -> Value {
    json!({
        "iss": "https://gitlab.com",
        "sub": "project_path:acme/model:ref:main",
        "aud": THE_HUB,
        "exp": FAR,
        "ref_protected": true,
        "project_path": "acme/model",
        "evil\u{1b}[2J": "a\nb",
    })
}

/// No Hub is there at all.
fn oidc(sandbox: &Sandbox, format: &str) -> Run {
    let run = sandbox.hf(&["auth", "oidc", "--format", format]);
    run.env("HF_OIDC_ID_TOKEN", jwt(claims()))
}

#[test]
fn a_person_reads_the_claims_as_they_are_to_be_entered() {
    let sandbox = Sandbox::new();
    let outcome = oidc(&sandbox, "human").run();
    outcome.succeeds().stdout_is(
        "source    HF_OIDC_ID_TOKEN
issuer    https://gitlab.com
subject   project_path:acme/model:ref:main
audience  https://huggingface.co
expires   2096-10-02 07:06:40 UTC
claims
  evil\\x1b[2J: a\\nb
  project_path: acme/model
  ref_protected: true
",
    );
    outcome.stderr_has("Hint: the Hub compares them letter by letter; enter the issuer");
    outcome
        .stderr_has("https://huggingface.co/settings/authentication")
        .nowhere(SIGNATURE);
    let run = oidc(&sandbox, "human").env("HF_OIDC_RESOURCE", "datasets/acme/set");
    run.run()
        .stderr_has("in https://huggingface.co/datasets/acme/set/settings (Trusted Publishers).");
}

#[test]
fn programs_agents_and_scripts_read_them_too() {
    let sandbox = Sandbox::new();
    let outcome = oidc(&sandbox, "json").run();
    let read: Value = serde_json::from_str(&outcome.succeeds().nowhere(SIGNATURE).stdout).unwrap();
    let expected = json!({
        "source": "HF_OIDC_ID_TOKEN",
        "issuer": "https://gitlab.com",
        "subject": "project_path:acme/model:ref:main",
        "audience": [THE_HUB],
        "expires_at": FAR,
        "claims": {"evil\u{1b}[2J": "a\nb", "project_path": "acme/model", "ref_protected": true},
    });
    assert_eq!(read, expected);

    let outcome = oidc(&sandbox, "agent").run();
    outcome.succeeds().nowhere(SIGNATURE).stdout_is(
        "source=HF_OIDC_ID_TOKEN
issuer=https://gitlab.com
subject=project_path:acme/model:ref:main
audience=https://huggingface.co
expires_at=4000000000
claims.evil\\x1b[2J=a\\nb
claims.project_path=acme/model
claims.ref_protected=true
",
    );
    let outcome = oidc(&sandbox, "quiet").run();
    outcome
        .succeeds()
        .stdout_is("project_path:acme/model:ref:main\n")
        .stderr_is("");
    assert!(!sandbox.hf_home().exists());
}

#[test]
fn nothing_of_the_token_is_shown_in_debug_output_either() {
    let (sandbox, github) = (Sandbox::new(), StubHub::start());
    let identity = jwt(claims());
    github.expect("GET", "/token", Answer::json(200, json!({"value": identity})));
    let run = in_github(sandbox.hf(&["auth", "oidc"]), &github).env("HF_DEBUG", "1");
    let outcome = run.run();
    outcome
        .succeeds()
        .stdout_has("source    GitHub Actions\n")
        .stdout_has("acme/model");
    outcome
        .nowhere(SIGNATURE)
        .nowhere("gh_test_request_token")
        .nowhere(&identity);
}

#[test]
fn a_token_that_the_hub_cannot_take_is_shown_and_then_told() {
    for (claims, said) in [
        (
            json!({"sub": "s", "aud": "org-1"}),
            "Error: The id token in CIRCLE_OIDC_TOKEN_V2 is for org-1, and not for https://huggingface.co.\n",
        ),
        (
            json!({"sub": "s", "exp": LONG_AGO}),
            "Error: The id token in CIRCLE_OIDC_TOKEN_V2 ended at 2023-11-14 22:13:20 UTC (here",
        ),
    ] {
        let sandbox = Sandbox::new();
        let run = sandbox.hf(&["auth", "oidc"]).env("CIRCLECI", "true");
        let outcome = run.env("CIRCLE_OIDC_TOKEN_V2", jwt(claims)).run();
        outcome.fails_with(1).stdout_has("subject   s\n").stderr_has(said);
        outcome.stderr_has("\n  - run: |\n      export HF_OIDC_ID_TOKEN=\"$(circleci run oidc get --claims '{\"aud\":\"https://huggingface.co\"}')\"\n");
        outcome.nowhere(SIGNATURE);
    }
}

#[test]
fn where_there_is_none_the_service_s_own_lines_make_one() {
    for (variables, lines) in [
        (
            &[("GITHUB_ACTIONS", "true")][..],
            "in the job, in .github/workflows:\n  permissions:\n    id-token: write\n",
        ),
        (
            &[("GITLAB_CI", "true")],
            "  id_tokens:\n    HF_ID_TOKEN: {aud: \"https://huggingface.co\"}\n",
        ),
        (
            &[("CIRCLECI", "true")],
            "circleci run oidc get --claims '{\"aud\":\"https://huggingface.co\"}'",
        ),
        (
            &[("BITBUCKET_BUILD_NUMBER", "7")],
            "  oidc:\n    audiences: [\"https://huggingface.co\"]\n",
        ),
        (
            &[("BUILDKITE", "true"), ("PATH", "/none")],
            "buildkite-agent oidc request-token --audience https://huggingface.co",
        ),
        (
            &[("HF_OIDC_ID_TOKEN_FILE", "/none")],
            "serviceAccountToken: {path: token, audience: \"https://huggingface.co\"}",
        ),
        (&[], "`hf auth oidc --help` shows how."),
    ] {
        for format in ["human", "json", "agent"] {
            let sandbox = Sandbox::new();
            let run = sandbox.hf(&["auth", "oidc", "--format", format]);
            let run = variables.iter().fold(run, |run, (name, value)| run.env(name, value));
            let outcome = run.run();
            outcome
                .fails_with(1)
                .stdout_is("")
                .stderr_has("Error: ")
                .stderr_has(lines);
            outcome
                .stderr_lacks("HF_OIDC_RESOURCE")
                .stderr_lacks("OIDC Exchange failed");
        }
    }
}

#[test]
fn what_is_no_jwt_cannot_be_read_and_is_not_shown() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.hf(&["auth", "oidc"]).env("HF_OIDC_ID_TOKEN", IDENTITY).run();
    outcome.fails_with(1).stdout_is("").nowhere("hf_test_identity");
    outcome.stderr_has("Error: The id token in HF_OIDC_ID_TOKEN is no JWT: nothing can be read from it.\nHint: ");
}
