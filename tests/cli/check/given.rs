//! What can be named, and what is refused before anything is asked.

use super::{allowed, check, logged_in, path, rows};
use crate::support::{Sandbox, StubHub};

#[test]
fn a_repository_is_found_however_it_is_written() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.expect("GET", &path("gpt2"), allowed());
    hub.expect("GET", &path("acme/x"), allowed());
    hub.expect("GET", "/api/datasets/acme/x/auth-check", allowed());
    hub.expect("GET", "/api/spaces/acme/app/auth-check", allowed());
    let address = format!("{}/spaces/acme/app/tree/main", hub.url());
    let repos = [
        "gpt2",
        "acme/x",
        "hf://datasets/acme/x/a.csv",
        &address,
        "datasets/acme/x",
        "models/acme/x",
    ];

    let outcome = check(&sandbox, &hub, &repos).args(["-q"]).run();

    outcome
        .succeeds()
        .stdout_is("ok gpt2\nok acme/x\nok datasets/acme/x\nok spaces/acme/app\nok datasets/acme/x\nok acme/x\n");
}

#[test]
fn a_type_is_for_those_that_do_not_say_it() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.expect("GET", "/api/datasets/acme/x/auth-check", allowed());
    let outcome = check(&sandbox, &hub, &["acme/x", "--type", "dataset", "--json"]).run();
    assert_eq!(rows(outcome.succeeds())[0]["type"], "dataset");

    let outcome = check(&sandbox, &hub, &["spaces/acme/x", "--type", "dataset"]).run();
    outcome
        .fails_with(2)
        .stdout_is("")
        .stderr_has("'spaces/acme/x' is a space, and --type says dataset.");
}

#[test]
fn all_that_is_no_repository_is_said_at_once_and_nothing_is_asked() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    let token = "hf_test_canary_0123456789abcdef";
    let bad = ["a b", "acme/x/y", "https://evil.example/acme/x", "", "acme/é", token];

    let outcome = check(&sandbox, &hub, &["acme/good"]).args(bad).run();

    outcome
        .fails_with(2)
        .stdout_is("")
        .stderr_has("'a b' has white space")
        .stderr_has("'acme/x/y' has more than two parts")
        .stderr_has(&format!("'https://evil.example/acme/x' is not on {}", hub.url()))
        .stderr_has("'' is empty")
        .stderr_has("'acme/é' has a character")
        .stderr_has("looks like a token")
        .stderr_has("Error: These 6 are no repositories")
        .nowhere(token);
    assert!(hub.requests().is_empty());
}

#[test]
fn a_file_is_read_line_by_line_and_complained_of_by_number() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.always("GET", &path("acme/x"), allowed());
    hub.always("GET", &path("acme/y"), allowed());
    let text = "\u{feff}# for the job\r\nacme/x\r\n\n  acme/y  \nacme/x";
    let file = sandbox.work().join("repos.txt");
    std::fs::write(&file, text).unwrap();

    let from_file = check(&sandbox, &hub, &["acme/y", "--file", "repos.txt", "-q"]).run();
    let from_input = check(&sandbox, &hub, &["acme/y", "--file", "-", "-q"])
        .stdin(text)
        .run();

    for outcome in [from_file, from_input] {
        outcome
            .succeeds()
            .stdout_is("ok acme/y\nok acme/x\nok acme/y\nok acme/x\n");
    }
    assert_eq!(hub.take_requests().len(), 4);
    let outcome = check(&sandbox, &hub, &["--file", "-"])
        .stdin("acme/x\n\na b\nc d\n")
        .run();
    outcome
        .fails_with(2)
        .stderr_has("line 3: 'a b' has")
        .stderr_has("line 4: 'c d' has");
    let outcome = check(&sandbox, &hub, &["--file", "-"])
        .stdin("a b\n".repeat(1000))
        .run();
    outcome
        .fails_with(2)
        .stderr_has("line 20: ")
        .stderr_lacks("line 21: ")
        .stderr_has("and 980 more.");
    assert!(hub.requests().is_empty());
}

#[test]
fn a_command_line_without_a_repository_is_wrong() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    for (arguments, said) in [
        (&[][..], "Missing argument 'REPO'."),
        (&["--file", "gone.txt"], "there is no such file"),
        (&["--file", "-"], "No repository is named"),
        (&["acme/x", "--all", "--anonymous"], "mutually exclusive"),
        (&["acme/x", "--all", "--token-name", "work"], "mutually exclusive"),
        (&["acme/x", "--type", "model-card"], "--type"),
    ] {
        let outcome = check(&sandbox, &hub, arguments).run();
        outcome.fails_with(2).stdout_is("").stderr_has(said);
    }
}

#[test]
fn names_types_and_files_complete() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", "hf_test_laptop_00"), ("work", "hf_test_work_0000")]);
    for (line, answer) in [
        ("hf auth check acme/x --token-name ", "plain,laptop\nplain,work\n"),
        ("hf auth check --type d", "plain,dataset\n"),
        ("hf auth check --file ", "file,\n"),
        ("hf auth check ", ""),
        ("hf auth revoke ", "plain,laptop\nplain,work\n"),
    ] {
        let run = sandbox
            .hf(&[])
            .env("_HF_COMPLETE", "bash_complete")
            .env("COMP_LINE", line);
        run.run().succeeds().stdout_is(answer);
    }
}
