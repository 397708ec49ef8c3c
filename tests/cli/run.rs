//! `hf auth run`: one command with another account's token.

#[cfg(windows)]
mod windows;

use serde_json::json;

use crate::support::{Answer, LAPTOP, Sandbox, StubHub, WORK, shell};

/// Prints the token that it is given.
fn print_token() -> [&'static str; 3] {
    shell("echo $HF_TOKEN", "echo %HF_TOKEN%")
}

fn with_two_accounts() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", LAPTOP), ("work", WORK)]);
    sandbox.activate(LAPTOP);
    sandbox
}

#[test]
fn the_command_gets_the_named_token_or_the_one_in_effect() {
    let sandbox = with_two_accounts();
    for (arguments, token) in [(&["work"][..], WORK), (&["--token-name", "work"], WORK), (&[], LAPTOP)] {
        let run = sandbox.hf(&["auth", "run"]).args(arguments);
        let outcome = run.args(["--"]).args(print_token()).run();
        outcome.succeeds().stdout_lines_are(&[token]).stderr_is("");
    }
    let run = sandbox.hf(&["auth", "run", "--"]).args(print_token());
    let outcome = run.env("HF_TOKEN", "hf_test_env").run();
    outcome.succeeds().stdout_lines_are(&["hf_test_env"]);
    assert_eq!(sandbox.read("token"), LAPTOP);
    assert_eq!(sandbox.listing(), ["stored_tokens", "token"]);
}

#[test]
fn no_other_variable_counts_in_the_command() {
    let sandbox = with_two_accounts();
    let script = shell(
        "echo \"$HF_TOKEN,$KEPT\"; env | grep -e HUGGING_FACE -e OIDC || true",
        "echo %HF_TOKEN%,%KEPT%& set HUGGING_FACE 2>nul& set HF_OIDC 2>nul& exit 0",
    );
    let run = sandbox.hf(&["auth", "run", "work", "--"]).args(script);
    let run = run
        .env("HF_TOKEN", "hf_test_env")
        .env("HUGGING_FACE_HUB_TOKEN", "hf_test_hub");
    let outcome = run.env("HF_OIDC_RESOURCE", "acme/model").env("KEPT", "kept").run();
    outcome.succeeds().stdout_lines_are(&[&format!("{WORK},kept")]);
}

#[test]
#[cfg(unix)]
fn arguments_streams_and_the_exit_status_are_the_commands_own() {
    let sandbox = with_two_accounts();
    let script = "cat; echo \"$# $1|$2|$3\"; echo complaint >&2; exit 7";
    let arguments = [
        "auth",
        "run",
        "work",
        "--",
        "sh",
        "-c",
        script,
        "sh",
        "--json",
        "two words",
        "-q",
    ];
    let outcome = sandbox.hf(&arguments).stdin("input\n").run();
    outcome
        .fails_with(7)
        .stdout_is("input\n3 --json|two words|-q\n")
        .stderr_is("complaint\n");
    let outcome = sandbox
        .hf(&["auth", "run", "work", "--", "sh", "-c", "kill -9 $$"])
        .run();
    assert_eq!(outcome.status, 128 + 9);
}

#[test]
#[cfg(unix)]
fn it_becomes_the_command() {
    let sandbox = with_two_accounts();
    let mut command = sandbox
        .hf(&["auth", "run", "work", "--", "sh", "-c", "echo $$"])
        .command();
    let child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let pid = child.id();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{pid}\n"));
}

#[test]
#[cfg(unix)]
fn two_accounts_side_by_side_do_not_see_each_other() {
    let sandbox = with_two_accounts();
    let script = "for i in 1 2 3 4 5; do printenv HF_TOKEN; sleep 0.02; done";
    std::thread::scope(|scope| {
        for (name, token) in [("laptop", LAPTOP), ("work", WORK)].repeat(4) {
            let run = sandbox.hf(&["auth", "run", name, "--", "sh", "-c", script]);
            scope.spawn(move || {
                run.run().succeeds().stdout_is(&format!("{token}\n").repeat(5));
            });
        }
    });
    assert_eq!(sandbox.read("token"), LAPTOP);
}

#[test]
fn a_stored_token_that_is_about_to_expire_is_renewed_first() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let store = format!("[oauth-carol]\nhf_token = {WORK}\nrefresh_token = r\nexpires_at = 1700000000\n\n");
    sandbox.write("stored_tokens", store);
    sandbox.activate(LAPTOP);
    hub.expect(
        "POST",
        "/oauth/token",
        Answer::json(200, json!({"access_token": "hf_test_new_000000"})),
    );
    let run = sandbox.hf(&["auth", "run", "oauth-carol", "--"]).args(print_token());
    run.hub(&hub).run().succeeds().stdout_lines_are(&["hf_test_new_000000"]);
    assert_eq!(sandbox.read("token"), LAPTOP);
    assert!(sandbox.read("stored_tokens").contains("hf_test_new_000000"));
}

#[test]
fn what_cannot_be_run_is_one_line_and_the_status_of_a_shell() {
    let sandbox = with_two_accounts();
    let outcome = sandbox.hf(&["auth", "run", "work", "--", "no-such-command"]).run();
    outcome
        .fails_with(127)
        .stdout_is("")
        .stderr_is("Error: There is no command no-such-command.\n");
    let no_program = sandbox.path("stored_tokens");
    let no_program = no_program.to_str().unwrap();
    let outcome = sandbox.hf(&["auth", "run", "work", "--", no_program]).run();
    assert_eq!(outcome.status, 126);
    outcome.stderr_has(&format!("Error: Cannot run {no_program}: "));
    for arguments in [
        &["auth", "run"][..],
        &["auth", "run", "work"],
        &["auth", "run", "work", "--"],
    ] {
        let outcome = sandbox.hf(arguments).run();
        outcome.fails_with(2).stderr_has("Error: Missing argument 'CMD'.\n");
    }
    let outcome = sandbox.hf(&["auth", "run", "nobody", "--", "true"]).run();
    outcome.fails_with(1).stderr_has("Access token nobody not found");
    let outcome = Sandbox::new().hf(&["auth", "run", "--", "true"]).run();
    outcome.fails_with(1).stderr_has("Not logged in.");
}

#[test]
#[cfg(unix)]
fn a_script_is_started_as_a_shell_starts_it() {
    let sandbox = with_two_accounts();
    let script = |name: &str, text: &str| {
        let path = sandbox.work().join(name);
        let write = ["-c", "cat > \"$0\" && chmod 755 \"$0\"", path.to_str().unwrap()];
        sandbox.program("sh", &write).stdin(text).run().succeeds();
        path.to_str().unwrap().to_owned()
    };
    let plain = script("plain", "echo \"$HF_TOKEN $1\"\n");
    let broken = script("broken", "#!/no/such/interpreter\n");
    let path = format!("{}:{}", sandbox.work().display(), std::env::var("PATH").unwrap());
    for name in [&plain, "plain", "./plain"] {
        let run = sandbox.hf(&["auth", "run", "work", "--", name, "x"]).env("PATH", &path);
        run.run().succeeds().stdout_is(&format!("{WORK} x\n"));
    }
    for name in [&broken, "broken", "./broken"] {
        let outcome = sandbox
            .hf(&["auth", "run", "work", "--", name])
            .env("PATH", &path)
            .run();
        let said = format!("Error: Cannot run {name}: its interpreter is missing.\n");
        outcome.fails_with(126).stderr_is(&said);
    }
    std::fs::write(sandbox.work().join("text"), "").unwrap();
    let outcome = sandbox
        .hf(&["auth", "run", "work", "--", "text"])
        .env("PATH", &path)
        .run();
    outcome
        .fails_with(126)
        .stderr_is("Error: Cannot run text: Permission denied.\n");
}
