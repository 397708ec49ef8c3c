//! A wrong command line: status 2, the reference's words on standard error, nothing done, and no secret repeated.

use super::logged_in;

#[test]
fn a_wrong_command_line_gets_the_references_words() {
    let cases = [
        (&["auth", "bogus"][..], "Error: No such command 'bogus'.\n"),
        (&["auth", "login", "--bogus"], "Error: No such option '--bogus'.\n"),
        (
            &["auth", "list", "extra"],
            "Error: Got unexpected extra argument (extra)\n",
        ),
        (
            &["auth", "login", "--token"],
            "Error: Option '--token' requires an argument.\n",
        ),
        (
            &["auth", "logout", "--token-name"],
            "Error: Option '--token-name' requires an argument.\n",
        ),
        (
            &["auth", "list", "--format", "xml"],
            "Error: Invalid value for '--format': 'xml'. Valid values: agent, auto, human, json, quiet.\n",
        ),
        (
            &["auth", "list", "--format", "JSON"],
            "Error: Invalid value for '--format': 'JSON'. Valid values: agent, auto, human, json, quiet.\n",
        ),
        (&["--bogus"], "Error: No such option '--bogus'.\n"),
    ];
    for (arguments, said) in cases {
        let sandbox = logged_in();

        let outcome = sandbox.hf(arguments).run();

        outcome.fails_with(2).stdout_is("").stderr_has(said);
        assert_eq!(sandbox.listing(), ["stored_tokens", "token"]);
    }
}

#[test]
fn a_usage_line_names_the_command_that_was_meant() {
    let outcome = logged_in().hf(&["auth", "whoami", "--bogus"]).run();

    outcome
        .fails_with(2)
        .stderr_has("Usage: hf auth whoami")
        .stderr_has("Try 'hf auth whoami --help' for help.\n");
}

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    let cases = [
        &["auth", "hf_test_secret"][..],
        &["--token", "hf_test_secret", "auth", "login"],
        &["--token=hf_test_secret", "auth", "login"],
        &["auth", "login", "hf_test_secret"],
        &["auth", "login", "--tokn", "hf_test_secret"],
        &["auth", "login", "--tokn=hf_test_secret"],
        &["auth", "login", "-thf_test_secret"],
        &["auth", "login", "-t", "hf_test_secret"],
        &["auth", "login", "--force=hf_test_secret"],
        &["auth", "login", "--token", "hf_test_secret", "--json", "-q"],
        &["auth", "login", "--token", "hf_test_secret", "--bogus"],
        &["auth", "login", "--format", "hf_test_secret"],
        &["auth", "login", "--hf_test_secret"],
        &["auth", "login", "-hf_test_secret"],
        &["auth", "login", "--", "hf_test_secret"],
        &["auth", "list", "hf_test_secret"],
        &["auth", "whoami", "--format=hf_test_secret"],
        &["auth", "whoami", "hf_test_secret"],
        &["auth", "token", "hf_test_secret", "hf_test_secret"],
        &["auth", "token", "hf_test_secret", "--token-name", "hf_test_secret"],
        &["auth", "switch", "a", "hf_test_secret"],
    ];
    let mut repeated = Vec::new();
    for arguments in cases {
        let outcome = logged_in().hf(arguments).run();

        let shown = format!("{}{}", outcome.stdout, outcome.stderr);
        // `-h` is for help, whatever is glued to it.
        let status = if arguments.contains(&"-hf_test_secret") { 0 } else { 2 };
        if outcome.status != status || shown.contains("test_secret") {
            repeated.push((arguments, outcome.status, outcome.stderr));
        }
    }

    assert!(repeated.is_empty(), "{repeated:#?}");
}

#[test]
fn a_secret_of_any_look_is_not_repeated_behind_login() {
    for secret in ["secret", "api_org_secret", "eyJhbGciOiJIUzI1NiJ9secret"] {
        for arguments in [&["auth", "login", secret][..], &["auth", "login", "--tokn", secret]] {
            let outcome = logged_in().hf(arguments).run();

            outcome.fails_with(2).nowhere("secret");
        }
    }
}

#[test]
fn what_was_meant_is_guessed_and_nothing_is_done() {
    let run = "Hint: put `--` before the command: hf auth run -- ";
    let cases = [
        (&["auth", "logn"][..], "Hint: did you mean `login`?\n"),
        (&["auth", "swich"], "Hint: did you mean `switch`?\n"),
        (&["auth", "current"], "Hint: `hf auth status` "),
        (&["auth", "refresh"], "Hint: there is no need to: "),
        (&["auth", "rename"], "Hint: names come from the Hub: "),
        (&["auth", "remove", "laptop"], "Hint: `hf auth logout NAME` "),
        (&["auth", "delete", "laptop"], "Hint: `hf auth logout NAME` "),
        (&["auth", "rm", "laptop"], "Hint: `hf auth logout NAME` "),
        (&["auth", "add"], "Hint: `hf auth login --force` "),
        (
            &["auth", "frobnicate"],
            "Hint: the commands are login, logout, switch, ",
        ),
        (&["auth", "login", "work"], "Hint: `hf auth switch NAME` "),
        (&["auth", "run", "true"], &format!("{run}true\n")),
        (&["auth", "run", "python", "a b.py"], &format!("{run}python 'a b.py'\n")),
        (&["auth", "run", "echo", "hf_test_secret"], &format!("{run}CMD\n")),
    ];
    for (arguments, hint) in cases {
        let sandbox = logged_in();

        let outcome = sandbox.hf(arguments).run();

        outcome
            .fails_with(2)
            .stdout_is("")
            .stderr_has(hint)
            .nowhere("hf_test_secret");
        assert_eq!(sandbox.listing(), ["stored_tokens", "token"]);
    }
}

#[test]
fn the_options_of_a_neighbour_work() {
    for arguments in [["auth", "token", "--user", "laptop"], ["auth", "token", "-u", "laptop"]] {
        logged_in()
            .hf(&arguments)
            .run()
            .succeeds()
            .stdout_is("hf_test_laptop\n");
    }
    logged_in().hf(&["auth", "switch", "--user", "laptop"]).run().succeeds();
    logged_in().hf(&["auth", "token", "--help"]).run().nowhere("--user");
}
