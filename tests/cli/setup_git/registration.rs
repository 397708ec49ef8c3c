//! What stands in git's configuration: this program by the path that reaches it, for one endpoint, for one account.

use std::fs;
use std::os::unix::fs::symlink;

use super::super::support::{Run, Sandbox, until};
use super::{EARLY, KEY, OTHER, TOKEN, global_configuration, helper, setup_git, values};

fn two_accounts() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN), ("it's \"work\" $x", OTHER)]);
    sandbox.activate(TOKEN);
    sandbox
}

/// What git gets for an address, in a shell without anything of ours.
fn filled(sandbox: &Sandbox, question: &str) -> Run {
    let run = sandbox.program("git", &["credential", "fill"]).stdin(question);
    run.env("GIT_TERMINAL_PROMPT", "0")
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
}

#[test]
fn it_is_the_path_by_which_it_was_started_or_found() {
    let sandbox = Sandbox::new();
    let folder = sandbox.root().join("it's a bin");
    fs::create_dir(&folder).unwrap();
    symlink(env!("CARGO_BIN_EXE_hf"), folder.join("hf")).unwrap();
    let written = format!(
        "!'{}/hf' auth git-credential",
        folder.display().to_string().replace('\'', r"'\''")
    );
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let start = |program: &str| sandbox.program(program, &["auth", "setup-git"]).env("PATH", &path);
    let absolute = folder.join("hf").display().to_string();
    for run in [
        start("hf"),
        start(&absolute),
        start("./hf").cwd(&folder),
        start("../it's a bin/hf").cwd(sandbox.home()),
    ] {
        run.run().succeeds();

        // Dots may stay in it, links do.
        let value = values(&sandbox, "--global", KEY).pop().unwrap();
        assert_eq!(value.replace("/home/..", ""), written);
        setup_git(&sandbox, &["--remove"]).run().succeeds();
    }
}

#[test]
fn an_earlier_registration_gives_way_and_can_be_undone() {
    let elsewhere = "!'/opt/old/hf' auth git-credential --token-name='x'";
    for before in [
        &["", EARLY][..],
        &["", elsewhere],
        &[EARLY],
        &["store", "", EARLY, "cache"],
        &["", EARLY, "", elsewhere],
    ] {
        let sandbox = Sandbox::new();
        let add = || {
            for value in before {
                sandbox.git(&["config", "--global", "--add", KEY, value]).succeeds();
            }
        };
        let others: Vec<String> = before
            .iter()
            .filter(|value| ["store", "cache"].contains(value))
            .map(|it| (*it).to_owned())
            .collect();
        add();

        setup_git(&sandbox, &[])
            .run()
            .succeeds()
            .stderr_has("git now asks `hf`");

        let after = values(&sandbox, "--global", KEY);
        assert!(
            after.windows(2).any(|pair| pair == [String::new(), helper()]),
            "{before:?}: {after:?}"
        );
        assert!(
            !after.iter().any(|value| value == EARLY || value == elsewhere),
            "{before:?}: {after:?}"
        );
        assert_eq!(
            after.iter().filter(|value| others.contains(value)).count(),
            others.len(),
            "{after:?}"
        );
        setup_git(&sandbox, &[])
            .run()
            .succeeds()
            .stderr_has("Nothing has changed.");
        setup_git(&sandbox, &["--remove"]).run().succeeds();
        assert_eq!(values(&sandbox, "--global", KEY), others, "{before:?}");

        add();
        setup_git(&sandbox, &["--remove"])
            .run()
            .succeeds()
            .stderr_has("git no longer asks");
        assert!(
            !values(&sandbox, "--global", KEY)
                .iter()
                .any(|value| value.contains("git-credential"))
        );
    }
}

#[test]
fn git_gets_the_token_where_no_hf_is_on_path_and_no_endpoint_is_set() {
    for endpoint in [
        "https://huggingface.co",
        "http://hub.lan:8080",
        "https://hub.lan/mirror",
    ] {
        let sandbox = two_accounts();
        setup_git(&sandbox, &[]).env("HF_ENDPOINT", endpoint).run().succeeds();
        let question = format!("url={endpoint}/alice/model.git\n\n");
        let password = format!("password={TOKEN}\n");

        filled(&sandbox, &question).run().succeeds().stdout_has(&password);
        // Nor does another one matter.
        let elsewhere = filled(&sandbox, &question)
            .env("HF_ENDPOINT", "https://elsewhere.lan")
            .run();
        elsewhere.succeeds().stdout_has(&password);
    }
}

#[test]
fn a_named_account_is_what_git_gets_whatever_is_in_effect() {
    let name = "it's \"work\" $x";
    for arguments in [[name].as_slice(), &["--token-name", name]] {
        let sandbox = two_accounts();

        let outcome = setup_git(&sandbox, arguments).run();

        outcome.succeeds().stderr_is(&format!(
            "git now asks `hf` for the token `{name}` of https://huggingface.co (global configuration).\n"
        ));
        let question = "url=https://huggingface.co/alice/model\n\n";
        let run = filled(&sandbox, question).env("HF_TOKEN", "hf_test_environment");
        run.run().succeeds().stdout_has(&format!("password={OTHER}\n"));
        let url = "url=https://laptop@huggingface.co/alice/model\n\n";
        filled(&sandbox, url)
            .run()
            .succeeds()
            .stdout_has(&format!("password={TOKEN}\n"));
        setup_git(&sandbox, &["laptop"]).run().succeeds();
        filled(&sandbox, question)
            .run()
            .succeeds()
            .stdout_has(&format!("password={TOKEN}\n"));
    }
}

#[test]
fn an_account_that_is_not_stored_is_refused_at_once_and_later() {
    let sandbox = two_accounts();
    let unknown = setup_git(&sandbox, &["wrok"]).run();
    unknown.fails_with(1).stderr_has("Access token wrok not found");
    assert_eq!(global_configuration(&sandbox), "");

    setup_git(&sandbox, &["laptop"]).run().succeeds();
    sandbox.hf(&["auth", "logout", "laptop"]).run().succeeds();
    let outcome = filled(&sandbox, "url=https://huggingface.co\n\n")
        .env("HF_TOKEN", "hf_test_environment")
        .run();

    outcome
        .fails_with(128)
        .stderr_has("Access token laptop not found")
        .nowhere("hf_test_environment");
}

#[test]
fn what_git_sends_for_a_path_is_taken_back_unless_it_was_there() {
    for (before, after) in [("", "true"), ("true", "true"), ("false", "false\ntrue")] {
        let sandbox = Sandbox::new();
        let key = "credential.https://hub.lan/mirror.usehttppath";
        if !before.is_empty() {
            sandbox.git(&["config", "--global", key, before]).succeeds();
        }
        let configuration = global_configuration(&sandbox);
        let run = |arguments: &[&str]| {
            let run = setup_git(&sandbox, arguments).env("HF_ENDPOINT", "https://hub.lan/mirror");
            run.run().succeeds().stderr.clone()
        };

        run(&[]);
        assert_eq!(values(&sandbox, "--global", key).join("\n"), after);
        assert!(run(&[]).contains("Nothing has changed."));
        run(&["--remove"]);

        assert_eq!(global_configuration(&sandbox), configuration);
    }
}

#[test]
fn git_is_never_made_to_write_into_what_is_no_file() {
    let sandbox = two_accounts();
    let pipe = sandbox.root().join("pipe");
    sandbox.program("mkfifo", &[]).args([&pipe]).run().succeeds();
    let link = sandbox.root().join("link");
    symlink("/dev/full", &link).unwrap();
    for path in [&pipe, &link, &sandbox.work()] {
        for arguments in [&[][..], &["--remove"]] {
            // git itself reads what it is told to read, and a pipe holds it up.
            let run = setup_git(&sandbox, arguments).env("HF_AUTH_GIT_TIMEOUT", "1");
            let outcome = run.env("GIT_CONFIG_GLOBAL", path).run();

            let said = format!("into {}: it is not a regular file.", path.display());
            if arguments.is_empty() {
                outcome
                    .fails_with(1)
                    .stderr_has(&said)
                    .stderr_has("Hint: unset GIT_CONFIG_GLOBAL");
            }
        }
        assert!(!path.is_file());
    }
}

#[test]
fn status_says_when_git_would_not_reach_this_program() {
    let sandbox = two_accounts();
    let folder = sandbox.root().join("bin");
    fs::create_dir(&folder).unwrap();
    let copy = folder.join("hf");
    sandbox.copy_hf_to(&copy);
    sandbox.program(&copy, &["auth", "setup-git"]).run().succeeds();
    let status = || sandbox.hf(&["auth", "status"]).run();

    let said = format!("git is set up to ask {}, which is not this program", copy.display());
    status().succeeds().stdout_has(&said);
    sandbox
        .program(&copy, &["auth", "status"])
        .run()
        .succeeds()
        .nowhere("Warning");
    fs::remove_file(&copy).unwrap();

    let said = format!(
        "Warning: git is set up to ask {}, which is not there; run `hf auth setup-git` again",
        copy.display()
    );
    status().succeeds().stdout_has(&said);
    let json = sandbox.hf(&["auth", "status", "--json"]).run();
    json.succeeds().stdout_has("\"git_problem\": \"git is set up to ask ");
    setup_git(&sandbox, &[]).run().succeeds();
    status().succeeds().nowhere("Warning");
}

#[test]
fn ten_at_once_are_one_and_somebody_elses_lock_is_waited_for() {
    let sandbox = two_accounts();
    sandbox.git(&["config", "--global", "--add", KEY, "store"]).succeeds();
    let lock = sandbox.home().join(".gitconfig.lock");
    fs::write(&lock, "").unwrap();
    let trace = sandbox.root().join("trace");

    std::thread::scope(|scope| {
        let running: Vec<_> = (0..10)
            .map(|_| scope.spawn(|| setup_git(&sandbox, &[]).env("GIT_TRACE", &trace).run()))
            .collect();
        let tries = || fs::read_to_string(&trace).unwrap_or_default().matches(KEY).count();
        assert!(until(|| tries() > 30), "they do not try: {}", tries());
        fs::remove_file(&lock).unwrap();
        for run in running {
            run.join().unwrap().succeeds();
        }
    });

    assert_eq!(values(&sandbox, "--global", KEY), ["store", "", &helper()]);
}
