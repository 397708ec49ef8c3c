//! `hf auth token`: which token is in effect, and nothing but that on standard output.

use crate::support::{NOT_LOGGED_IN, Run, Sandbox, StubHub};

const HINT: &str = "Hint: Run `hf auth whoami` to see which account this token belongs to.\n";

fn token(sandbox: &Sandbox, hub: &StubHub, arguments: &[&str]) -> Run {
    sandbox.hf(&["auth", "token"]).args(arguments).hub(hub)
}

#[test]
fn every_mode_prints_the_bare_token() {
    for (format, stderr) in [("human", HINT), ("agent", HINT), ("json", HINT), ("quiet", "")] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.activate("hf_test_laptop");

        let outcome = token(&sandbox, &hub, &["--format", format]).run();

        outcome.succeeds().stdout_is("hf_test_laptop\n").stderr_is(stderr);
        assert_eq!(sandbox.listing(), ["token"]);
    }
}

#[test]
fn a_stored_token_is_printed_by_name() {
    for arguments in [
        &["work"][..],
        &["--token-name", "work"],
        &["-q", "work"],
        &["--json", "work"],
    ] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.store(&[("laptop", "hf_test_laptop"), ("work", "hf_test_work")]);
        sandbox.activate("hf_test_laptop");

        let outcome = token(&sandbox, &hub, arguments).env("HF_TOKEN", "hf_test_env").run();

        outcome.succeeds().stdout_is("hf_test_work\n");
        assert_eq!(sandbox.listing(), ["stored_tokens", "token"]);
    }
}

#[test]
fn an_unknown_name_is_an_error() {
    for name in ["nope", "Work", "note", ""] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.write("stored_tokens", "[note]\nx = y\n\n[work]\nhf_token = hf_test_work\n\n");
        sandbox.activate("hf_test_work");

        let outcome = token(&sandbox, &hub, &["--token-name", name]).run();

        outcome
            .fails_with(1)
            .stdout_is("")
            .stderr_has("Error: Invalid value. ")
            .nowhere("hf_test");
    }
}

#[test]
fn two_names_are_a_usage_error() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());

    let outcome = token(&sandbox, &hub, &["work", "--token-name", "work"]).run();

    outcome.fails_with(2).stdout_is("");
}

#[test]
fn the_first_place_that_has_a_token_counts() {
    // HF_TOKEN, HUGGING_FACE_HUB_TOKEN, the file; what is printed.
    let cases = [
        (" hf_test\r\n_1\n", "hf_test_2", "hf_test_3", "hf_test_1\n"),
        ("", "hf_test_2", "hf_test_3", "hf_test_2\n"),
        (" \n", "hf_test_2", "\n hf_test_3 \r\n", "hf_test_3\n"),
    ];
    for (first, second, file, printed) in cases {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.activate(file);

        let outcome = token(&sandbox, &hub, &[])
            .env("HF_TOKEN", first)
            .env("HUGGING_FACE_HUB_TOKEN", second)
            .run();

        outcome.succeeds().stdout_is(printed);
    }
}

#[test]
fn nobody_logged_in_is_an_error() {
    for format in ["human", "agent", "json", "quiet"] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        token(&sandbox, &hub, &["--format", format])
            .run()
            .fails_with(1)
            .stdout_is("")
            .stderr_is(NOT_LOGGED_IN);
        assert!(!sandbox.hf_home().exists());

        sandbox.activate(" \n");
        token(&sandbox, &hub, &["--format", format])
            .run()
            .fails_with(1)
            .stdout_is("")
            .stderr_is(NOT_LOGGED_IN);
    }
}

#[test]
fn rubbish_in_the_token_file_is_an_error_that_names_it() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.write("token", b"hf_test_\xff\xfe");

    let outcome = token(&sandbox, &hub, &[]).run();

    outcome
        .fails_with(1)
        .stdout_is("")
        .stderr_has(&sandbox.path("token").display().to_string())
        .nowhere("hf_test");
}

#[test]
fn an_unreadable_store_stops_only_who_needs_it() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.write("stored_tokens", "rubbish");
    sandbox.activate("hf_test_laptop");

    let effective = token(&sandbox, &hub, &[]).run();
    let named = token(&sandbox, &hub, &["work"]).run();

    effective.succeeds().stdout_is("hf_test_laptop\n");
    named.fails_with(1).stdout_is("").stderr_has(&format!(
        "Error: Cannot read {}: line 1: ",
        sandbox.path("stored_tokens").display()
    ));
}

#[test]
fn keyless_login_never_falls_back_to_another_token() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.activate("hf_test_laptop");

    let outcome = token(&sandbox, &hub, &[])
        .env("HF_OIDC_RESOURCE", "models/alice/model")
        .env("HF_TOKEN", "hf_test_env")
        .run();

    outcome
        .fails_with(1)
        .stdout_is("")
        .stderr_has("Error: OIDC Exchange failed. HF_OIDC_RESOURCE is set")
        .nowhere("hf_test");
}

#[test]
fn on_colab_the_line_that_exports_the_secret_is_named() {
    for command in ["token", "whoami"] {
        let sandbox = Sandbox::new();
        let run = || sandbox.hf(&["auth", command]).env("COLAB_RELEASE_TAG", "release");

        let colab = run().run();
        let enterprise = run().env("VERTEX_PRODUCT", "COLAB_ENTERPRISE").run();

        colab
            .fails_with(1)
            .stdout_is("")
            .stderr_has("Error: Not logged in. Run `hf auth login` first.\n");
        colab.stderr_has("os.environ[\"HF_TOKEN\"] = userdata.get(\"HF_TOKEN\")");
        enterprise
            .fails_with(1)
            .stderr_is("Error: Not logged in. Run `hf auth login` first.\n");
    }
}
