//! `hf auth export`: what it prints and what it refuses. Whether the token comes out right, its readers say.

mod readers;

use serde_json::json;

use crate::support::{Answer, LAPTOP, NOT_LOGGED_IN, Sandbox, StubHub, WORK};

const FORMS: [&str; 7] = [
    "sh",
    "fish",
    "powershell",
    "dotenv",
    "github-env",
    "k8s-secret",
    "docker-secret",
];
const GRANTED: &str = "hf_jwt_test_granted_000";

fn with_two_accounts() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", LAPTOP), ("work", WORK)]);
    sandbox.activate(LAPTOP);
    sandbox
}

#[test]
fn each_form_is_what_its_reader_takes_and_nothing_else() {
    let sandbox = with_two_accounts();
    for (form, expected) in [
        ("sh", format!("export HF_TOKEN='{LAPTOP}'\n")),
        ("fish", format!("set -gx HF_TOKEN '{LAPTOP}'\n")),
        ("powershell", format!("$env:HF_TOKEN = '{LAPTOP}'\n")),
        ("dotenv", format!("HF_TOKEN={LAPTOP}\n")),
        ("docker-secret", LAPTOP.to_owned()),
        (
            "k8s-secret",
            format!(
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: \"hf-token\"\ntype: Opaque\nstringData:\n  \"HF_TOKEN\": \"{LAPTOP}\"\n"
            ),
        ),
    ] {
        for format in ["human", "agent", "json", "quiet"] {
            let outcome = sandbox.hf(&["auth", "export", "--as", form, "--format", format]).run();
            outcome.succeeds().stdout_is(&expected).stderr_is("");
        }
        for name in [&["work"][..], &["--token-name", "work"]] {
            let outcome = sandbox.hf(&["auth", "export", "--as", form]).args(name).run();
            outcome
                .succeeds()
                .stdout_is(&expected.replace(LAPTOP, WORK))
                .stderr_is("");
        }
    }
    assert_eq!(sandbox.listing(), ["stored_tokens", "token"]);
}

#[test]
fn the_names_in_kubernetes_can_be_chosen() {
    let sandbox = with_two_accounts();
    let outcome = sandbox
        .hf(&[
            "auth",
            "export",
            "work",
            "--as",
            "k8s-secret",
            "--name",
            "1e3",
            "--key",
            "true",
            "--namespace",
            "ml",
        ])
        .run();
    outcome
        .succeeds()
        .stdout_has("  name: \"1e3\"\n  namespace: \"ml\"\ntype: Opaque\nstringData:\n  \"true\": \"");
}

#[test]
fn a_wrong_command_line_does_nothing() {
    let sandbox = with_two_accounts();
    for (arguments, said) in [
        (&[][..], "Error: Missing argument '--as'.\n"),
        (&["--as"], "Error: Option '--as' requires an argument.\n"),
        (
            &["--as", "csh"],
            "Error: Invalid value for '--as': 'csh'. Valid values: sh, fish, powershell, dotenv, github-env, k8s-secret, docker-secret.\n",
        ),
        (
            &["--as", "sh", "--name", "a"],
            "Error: '--name' goes with '--as k8s-secret' only.\n",
        ),
        (
            &["--as", "docker-secret", "--key", "a"],
            "Error: '--key' goes with '--as k8s-secret' only.\n",
        ),
        (
            &["--as", "dotenv", "--namespace", "a"],
            "Error: '--namespace' goes with '--as k8s-secret' only.\n",
        ),
        (
            &["--as", "k8s-secret", "--name", "Hf"],
            "Error: Invalid value for '--name': Kubernetes takes small letters",
        ),
        (
            &["--as", "k8s-secret", "--key", "a b"],
            "Error: Invalid value for '--key': Kubernetes takes letters",
        ),
        (
            &["--as", "k8s-secret", "--namespace", "a.b"],
            "Error: Invalid value for '--namespace': Kubernetes takes small letters",
        ),
    ] {
        let outcome = sandbox.hf(&["auth", "export"]).args(arguments).run();
        outcome.fails_with(2).stdout_is("").stderr_has(said);
    }
}

#[test]
fn without_a_token_there_is_nothing_to_print() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.hf(&["auth", "export", "--as", "sh"]).run();
    outcome.fails_with(1).stdout_is("").stderr_is(NOT_LOGGED_IN);
    let sandbox = with_two_accounts();
    let outcome = sandbox.hf(&["auth", "export", "nobody", "--as", "sh"]).run();
    outcome
        .fails_with(1)
        .stdout_is("")
        .stderr_has("Access token nobody not found");
}

#[test]
#[cfg(unix)]
fn a_terminal_shows_no_token_unless_that_is_asked_for() {
    use crate::support::Terminal;
    let sandbox = with_two_accounts();
    let file = sandbox.work().join("github-env");
    std::fs::write(&file, "").unwrap();
    for form in FORMS {
        let run = sandbox.hf(&["auth", "export", "--as", form]).env("GITHUB_ENV", &file);
        let mut terminal = Terminal::open(run, 24, 200);
        assert_eq!(terminal.close(), 1, "{form}");
        let screen = terminal.screen();
        assert!(screen.contains("Error: The token would stay on the screen"), "{screen}");
        assert!(screen.contains("add --show.") && !screen.contains(LAPTOP), "{screen}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "");
    let run = sandbox.hf(&["auth", "export", "--as", "sh", "--show"]);
    let mut terminal = Terminal::open(run, 24, 200);
    assert_eq!(terminal.close(), 0);
    assert_eq!(terminal.screen().trim(), format!("export HF_TOKEN='{LAPTOP}'"));
}

/// A stored OAuth token with this long to go, in seconds, and its renewal failing.
fn ending_in(seconds: i64) -> (Sandbox, StubHub) {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let end = now.as_secs().cast_signed() + seconds;
    let section = format!("[oauth-carol]\nhf_token = {WORK}\nrefresh_token = r\nexpires_at = {end}\n\n");
    sandbox.write("stored_tokens", section);
    sandbox.activate(WORK);
    hub.always("POST", "/oauth/token", Answer::json(500, json!({})));
    (sandbox, hub)
}

#[test]
fn a_token_that_ends_within_a_day_is_not_kept_unless_that_is_asked_for() {
    for form in FORMS.into_iter().filter(|form| *form != "github-env") {
        for (left, name) in [(3600, &[][..]), (86_000, &["oauth-carol"]), (-5, &[])] {
            let (sandbox, hub) = ending_in(left);
            let export = |more: &[&str]| {
                let run = sandbox.hf(&["auth", "export", "--as", form]).args(name);
                run.args(more).hub(&hub).run()
            };
            let outcome = export(&[]);
            match form.ends_with("-secret") {
                true => outcome
                    .fails_with(1)
                    .stdout_is("")
                    .stderr_has("Error: The token ends within a day, at 20")
                    .stderr_has("or add --allow-expiring."),
                false => outcome.succeeds().stdout_has(WORK),
            };
            export(&["--allow-expiring"]).succeeds().stdout_has(WORK);
        }
        let (sandbox, hub) = ending_in(90_000);
        let outcome = sandbox.hf(&["auth", "export", "--as", form]).hub(&hub).run();
        outcome.succeeds().stdout_has(WORK).stderr_is("");
    }
}

#[test]
fn it_is_renewed_first_and_what_counts_is_the_new_end() {
    for (lifetime, status) in [(3600, 1), (2_592_000, 0)] {
        let (sandbox, _gone) = ending_in(3600);
        let hub = StubHub::start();
        let grant = json!({"access_token": "hf_test_new_000000", "expires_in": lifetime});
        hub.expect("POST", "/oauth/token", Answer::json(200, grant));
        let outcome = sandbox.hf(&["auth", "export", "--as", "docker-secret"]).hub(&hub).run();
        outcome.fails_with(status);
        assert_eq!(
            outcome.stdout == "hf_test_new_000000",
            status == 0,
            "{}",
            outcome.stdout
        );
    }
}

#[test]
fn an_exchanged_token_ends_soon_too() {
    for (grant, status) in [
        (json!({"access_token": GRANTED, "expires_in": 3600}), 1),
        (json!({"access_token": GRANTED}), 1),
        (json!({"access_token": GRANTED, "expires_in": 200_000}), 0),
    ] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.always("POST", "/oauth/token", Answer::json(200, grant));
        let export = |arguments: &[&str]| {
            let run = sandbox.hf(&["auth", "export", "--as"]).args(arguments).hub(&hub);
            run.env("HF_OIDC_RESOURCE", "acme/x")
                .env("HF_OIDC_ID_TOKEN", "an.identity.token")
                .run()
        };
        for form in ["k8s-secret", "docker-secret"] {
            export(&[form]).fails_with(status);
            export(&[form, "--allow-expiring"]).succeeds().stdout_has(GRANTED);
        }
        export(&["sh"])
            .succeeds()
            .stdout_is(&format!("export HF_TOKEN='{GRANTED}'\n"));
    }
}

#[test]
fn github_gets_the_mask_first_and_the_variable_in_its_file() {
    let sandbox = with_two_accounts();
    let file = sandbox.work().join("github-env");
    let export = || {
        sandbox
            .hf(&["auth", "export", "--as", "github-env"])
            .env("GITHUB_ENV", &file)
    };
    for (before, after) in [
        ("", String::new()),
        ("A=1\n", "A=1\n".to_owned()),
        ("A=1", "A=1\n".to_owned()),
    ] {
        std::fs::write(&file, before).unwrap();
        let outcome = export().run();
        outcome.succeeds().stdout_is(&format!("::add-mask::{LAPTOP}\n"));
        outcome.stderr_is("Hint: HF_TOKEN is set for the steps that follow.\n");
        let written = std::fs::read_to_string(&file).unwrap();
        assert_eq!(written, format!("{after}HF_TOKEN={LAPTOP}\n"));
    }
}

#[test]
fn one_exchange_serves_the_steps_that_follow() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let file = sandbox.work().join("github-env");
    std::fs::write(&file, "").unwrap();
    let grant = json!({"access_token": GRANTED, "expires_in": 3600});
    hub.expect("POST", "/oauth/token", Answer::json(200, grant));
    let run = sandbox
        .hf(&["auth", "export", "--as", "github-env"])
        .hub(&hub)
        .env("GITHUB_ENV", &file);
    let outcome = run
        .env("HF_OIDC_RESOURCE", "acme/x")
        .env("HF_OIDC_ID_TOKEN", "an.identity.token")
        .run();
    outcome
        .succeeds()
        .stdout_is(&format!("::add-mask::{GRANTED}\n"))
        .stderr_has("HF_OIDC_RESOURCE would come first");
    let written = std::fs::read_to_string(&file).unwrap();
    let (name, value) = written.trim_end().split_once('=').unwrap();
    for _ in 0..20 {
        let step = sandbox.hf(&["auth", "token", "-q"]).hub(&hub).env(name, value);
        step.run().succeeds().stdout_is(&format!("{GRANTED}\n"));
    }
    assert_eq!(hub.take_requests().len(), 1);
}

#[test]
fn where_github_has_no_file_nothing_is_printed_or_asked() {
    let (sandbox, hub) = ending_in(3600);
    let none = sandbox.work().join("none");
    for (path, said) in [
        (
            None,
            "Error: GITHUB_ENV is not set: this is no step of a GitHub Actions job.\nHint: ",
        ),
        (Some(std::path::PathBuf::new()), "Error: GITHUB_ENV is not set"),
        (Some(none.clone()), "Error: Cannot write "),
        (Some(sandbox.work()), "Error: Cannot write "),
    ] {
        let run = sandbox.hf(&["auth", "export", "--as", "github-env"]).hub(&hub);
        let run = path.iter().fold(run, |run, path| run.env("GITHUB_ENV", path));
        run.run()
            .fails_with(1)
            .stdout_is("")
            .stderr_has(said)
            .stderr_lacks("HF_TOKEN_PATH");
    }
    assert!(hub.take_requests().is_empty() && !none.exists());
}
