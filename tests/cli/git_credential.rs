//! `hf auth git-credential`: what git is told, and when it is told nothing.

use std::io::{Read, Write};
use std::process::Stdio;

use super::support::{Answer, Outcome, Run, Sandbox, StubHub, until};

const TOKEN: &str = "hf_test_helper_canary_0123456789";
const OTHER: &str = "hf_test_helper_other_9876543210";
const HUB: &str = "protocol=https\nhost=huggingface.co\n\n";

fn logged_in() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN), ("work", OTHER)]);
    sandbox.activate(TOKEN);
    sandbox
}

fn get(sandbox: &Sandbox, description: impl AsRef<[u8]>) -> Run {
    sandbox.hf(&["auth", "git-credential", "get"]).stdin(description)
}

fn answer(token: &str) -> String {
    format!("username=hf_user\npassword={token}\n")
}

#[track_caller]
fn is_nothing(outcome: &Outcome) {
    outcome.succeeds().stdout_is("").stderr_is("");
}

#[test]
fn git_gets_the_token_in_effect() {
    let sandbox = logged_in();

    get(&sandbox, HUB)
        .run()
        .succeeds()
        .stdout_is(&answer(TOKEN))
        .stderr_is("");
    sandbox.hf(&["auth", "switch", "work"]).run().succeeds();
    get(&sandbox, HUB).run().succeeds().stdout_is(&answer(OTHER));
    get(&sandbox, HUB)
        .env("HF_TOKEN", "hf_test_environment")
        .run()
        .succeeds()
        .stdout_is(&answer("hf_test_environment"));
}

#[test]
fn the_format_flags_change_nothing_about_the_answer() {
    for flag in ["--json", "-q", "--format=human", "--format=agent", "--no-truncate"] {
        let outcome = get(&logged_in(), HUB).args([flag]).run();

        outcome.succeeds().stdout_is(&answer(TOKEN)).stderr_is("");
    }
}

#[test]
fn another_place_gets_nothing() {
    for description in [
        "protocol=https\nhost=example.com\n\n",
        "protocol=http\nhost=huggingface.co\n\n",
        "protocol=https\nhost=huggingface.co:8443\n\n",
        "url=https://huggingface.co.example.com/alice/model\n\n",
        "\n",
        "",
    ] {
        is_nothing(&get(&logged_in(), description).run());
    }
}

#[test]
fn the_endpoint_decides_which_place_is_the_hubs() {
    let own = "protocol=http\nhost=hub.lan:8080\npath=mirror/alice/model\n\n";
    let sandbox = logged_in();
    let run = |description: &str| {
        let run = get(&sandbox, description);
        run.env("HF_ENDPOINT", "http://HUB.lan:8080/mirror/").run()
    };

    run(own).succeeds().stdout_is(&answer(TOKEN));
    is_nothing(&run(HUB));
    is_nothing(&run("protocol=http\nhost=hub.lan:8080\npath=elsewhere\n\n"));
}

#[test]
fn somebody_who_is_not_logged_in_has_nothing_to_say() {
    let sandbox = Sandbox::new();

    is_nothing(&get(&sandbox, HUB).run());
    assert!(!sandbox.hf_home().exists());
}

#[test]
fn a_token_that_expires_comes_with_its_end() {
    let sandbox = Sandbox::new();
    let expires_at = 4_102_444_800_u64;
    sandbox.write(
        "stored_tokens",
        format!("[oauth-carol]\nhf_token = {TOKEN}\nrefresh_token = hf_refresh_1\nexpires_at = {expires_at}\n\n"),
    );
    sandbox.activate(TOKEN);

    let outcome = get(&sandbox, HUB).run();

    let expected = format!("{}password_expiry_utc={expires_at}\n", answer(TOKEN));
    outcome.succeeds().stdout_is(&expected).stderr_is("");
}

#[test]
fn a_token_about_to_expire_is_renewed_first() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.write(
        "stored_tokens",
        format!("[oauth-carol]\nhf_token = {TOKEN}\nrefresh_token = hf_refresh_1\nexpires_at = 1\n\n"),
    );
    sandbox.activate(TOKEN);
    let grant = serde_json::json!({"access_token": OTHER, "refresh_token": "hf_refresh_2", "expires_in": 4_000_000});
    hub.expect("POST", "/oauth/token", Answer::json(200, grant));
    let question = format!("url={}\n\n", hub.url());

    let outcome = get(&sandbox, question).hub(&hub).run();

    outcome
        .succeeds()
        .stdout_has(&answer(OTHER))
        .stdout_has("password_expiry_utc=")
        .nowhere(TOKEN);
    // Another place does not even cost a request.
    is_nothing(&get(&sandbox, HUB).hub(&hub).run());
}

#[test]
fn a_store_that_cannot_be_read_does_not_keep_the_token_from_git() {
    let sandbox = logged_in();
    sandbox.write("stored_tokens", "rubbish");

    get(&sandbox, HUB)
        .run()
        .succeeds()
        .stdout_is(&answer(TOKEN))
        .stderr_is("");
}

#[test]
fn a_question_that_is_none_is_one_line_of_error() {
    let endless = vec![b'a'; 3 * 1024 * 1024];
    let cases: [(&[u8], &str); 5] = [
        (
            b"protocol=https\npassword hf_test_secret\n\n",
            "Error: git's question cannot be understood: line 2 has no `=` in it.\n",
        ),
        (
            b"host=a\0b\n\n",
            "Error: git's question cannot be understood: line 1 has a NUL or a carriage return in it.\n",
        ),
        (
            b"url=huggingface.co\n\n",
            "Error: git's question cannot be understood: line 1 has a `url` that cannot be read.\n",
        ),
        (&endless, "Error: Standard input is larger than 1 MiB.\n"),
        (
            b"\xff\xfe\n\n",
            "Error: git's question cannot be understood: line 1 has no `=` in it.\n",
        ),
    ];
    for (description, said) in cases {
        let outcome = get(&logged_in(), description).run();

        outcome.fails_with(1).stdout_is("").stderr_is(said);
    }
}

#[test]
fn a_token_that_cannot_be_sent_is_one_line_of_error() {
    let outcome = get(&logged_in(), HUB).env("HF_TOKEN", "hf_test with blanks").run();

    outcome
        .fails_with(1)
        .stdout_is("")
        .stderr_is("Error: Invalid value. The token in the environment (HF_TOKEN) has white space in it.\n");
}

#[test]
fn the_empty_line_ends_the_question_even_if_the_pipe_stays_open() {
    let sandbox = logged_in();
    let mut command = sandbox.hf(&["auth", "git-credential", "get"]).command();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(HUB.as_bytes()).unwrap();
    until(|| child.try_wait().unwrap().is_some());

    let ended = child.try_wait().unwrap();
    child.kill().unwrap();
    let mut answered = String::new();
    child.stdout.take().unwrap().read_to_string(&mut answered).unwrap();

    assert!(ended.is_some_and(|status| status.success()), "{ended:?}");
    assert_eq!(answered, answer(TOKEN));
}

#[test]
fn storing_erasing_and_what_is_not_known_do_nothing() {
    let description = format!("{}password={OTHER}\n\n", HUB.trim_end_matches('\n'));
    for operation in ["store", "erase", "capability", "GET", ""] {
        for input in [description.as_bytes(), b"rubbish\0", b"", &[b'a'; 100_000][..]] {
            let sandbox = logged_in();

            let outcome = sandbox.hf(&["auth", "git-credential", operation]).stdin(input).run();

            is_nothing(&outcome);
            assert_eq!(sandbox.read("token"), TOKEN);
            assert_eq!(sandbox.listing(), ["stored_tokens", "token"]);
        }
    }
}

#[test]
fn without_an_operation_it_is_a_wrong_command_line() {
    logged_in()
        .hf(&["auth", "git-credential"])
        .run()
        .fails_with(2)
        .stdout_is("");
}

#[test]
fn the_users_name_selects_a_stored_token_and_otherwise_means_nothing() {
    let sandbox = logged_in();
    sandbox.store(&[
        ("laptop", TOKEN),
        ("work", OTHER),
        ("hf_user", "hf_test_named_hf_user_0"),
    ]);
    for (user, token) in [
        ("work", OTHER),
        ("laptop", TOKEN),
        ("alice", TOKEN),
        ("hf_user", TOKEN),
        ("", TOKEN),
    ] {
        let question = format!("protocol=https\nhost=huggingface.co\nusername={user}\n\n");

        get(&sandbox, &question)
            .run()
            .succeeds()
            .stdout_is(&answer(token))
            .stderr_is("");
    }
    // It counts more than the variable, as a pinned name does.
    get(&sandbox, "url=https://work@huggingface.co\n\n")
        .env("HF_TOKEN", "hf_test_environment")
        .run()
        .succeeds()
        .stdout_is(&answer(OTHER));
}

#[test]
fn a_pinned_name_holds_against_the_variable_and_is_never_another_account() {
    let sandbox = logged_in();
    let pinned = |name: &str, question: &str| {
        let run = get(&sandbox, question).args(["--token-name", name]);
        run.env("HF_TOKEN", "hf_test_environment").run()
    };

    pinned("work", HUB).succeeds().stdout_is(&answer(OTHER));
    pinned("work", "url=https://laptop@huggingface.co\n\n")
        .succeeds()
        .stdout_is(&answer(TOKEN));
    pinned("gone", HUB)
        .fails_with(1)
        .stdout_is("")
        .stderr_has("Access token gone not found in ");
}
