//! Completion: what the program answers, what is installed, and what bash, zsh and fish make of it.

mod shells;

use crate::support::{Outcome, Run, Sandbox};

/// Asks as our script for bash does, with the cursor at the end of the line.
fn asked(sandbox: &Sandbox, line: &str) -> Outcome {
    question(sandbox, "bash_complete", line).run()
}

fn question(sandbox: &Sandbox, question: &str, line: &str) -> Run {
    sandbox.hf(&[]).env("_HF_COMPLETE", question).env("COMP_LINE", line)
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("a laptop", "hf_test_laptop_00"), ("work", "hf_test_work_0000")]);
    sandbox
}

#[test]
fn commands_options_and_values_complete() {
    let sandbox = sandbox();
    for (line, answer) in [
        ("hf ", "plain,auth\n"),
        ("hf au", "plain,auth\n"),
        ("hf auth lo", "plain,login\nplain,logout\n"),
        ("HF_DEBUG=1 hf auth tok", "plain,token\n"),
        ("hf auth login --add", "plain,--add-to-git-credential\n"),
        ("hf auth list --h", "plain,--help\n"),
        ("hf auth list --format j", "plain,json\n"),
        ("hf auth list --format=j", "plain,json\n"),
        (
            "hf auth list --format json -",
            "plain,--format\nplain,--json\nplain,--quiet\nplain,--no-truncate\nplain,--help\n",
        ),
        ("hf --show-completion z", "plain,zsh\n"),
        ("hf auth export --as d", "plain,dotenv\nplain,docker-secret\n"),
        ("hf auth export work --as=k", "plain,k8s-secret\n"),
        ("hf auth export --al", "plain,--allow-expiring\n"),
        ("hf auth export --name ", ""),
        ("hf auth login --token ", ""),
        ("hf auth list ", ""),
        ("hf auth bogus ", ""),
        ("hf auth login x y z ", ""),
    ] {
        asked(&sandbox, line).succeeds().stdout_is(answer).stderr_is("");
    }
}

#[test]
fn stored_names_complete_where_a_name_belongs() {
    let sandbox = sandbox();
    for command in ["switch", "logout", "token", "export"] {
        for before in ["", "--quiet ", "--format json ", "--token-name ", "--token-name="] {
            let outcome = asked(&sandbox, &format!("hf auth {command} {before}"));

            outcome
                .succeeds()
                .stdout_is("plain,a\\ laptop\nplain,work\n")
                .stderr_is("");
        }
        asked(&sandbox, &format!("hf auth {command} wo")).stdout_is("plain,work\n");
        asked(&sandbox, &format!("hf auth {command} work ")).stdout_is("");
    }
}

#[test]
fn a_name_that_would_drive_or_turn_the_terminal_is_not_put_on_its_line() {
    let sandbox = Sandbox::new();
    let names = ["\u{1b}[2Ja", "b\u{202e}c", "ünïcode 👩‍💻"];
    sandbox.store(&names.map(|name| (name, "hf_test_1")));
    asked(&sandbox, "hf auth switch ").stdout_is("plain,ünïcode\\ 👩‍💻\n");
}

#[test]
fn nothing_is_said_or_written_when_the_store_cannot_be_read() {
    let sandbox = Sandbox::new();
    asked(&sandbox, "hf auth switch ")
        .succeeds()
        .stdout_is("")
        .stderr_is("");
    assert_eq!(sandbox.listing(), [""; 0]);

    sandbox.write("stored_tokens", "hf_test_secret");
    asked(&sandbox, "hf auth switch ")
        .succeeds()
        .stdout_is("")
        .stderr_is("");
    assert_eq!(sandbox.listing(), ["stored_tokens"]);

    let homeless = question(&sandbox, "bash_complete", "hf auth switch ")
        .env_remove("HF_HOME")
        .env_remove("HOME");
    homeless.run().succeeds().stdout_is("").stderr_is("");
}

#[test]
fn a_question_that_makes_no_sense_gets_no_answer() {
    let sandbox = sandbox();
    for what in ["bash", "tcsh_complete", "bash_bogus", "_"] {
        question(&sandbox, what, "hf ")
            .run()
            .fails_with(1)
            .stdout_is("")
            .stderr_is("");
    }
    sandbox
        .hf(&[])
        .env("_HF_COMPLETE", "zsh_complete")
        .run()
        .succeeds()
        .stderr_is("");
    sandbox
        .hf(&["--version"])
        .env("_HF_COMPLETE", "")
        .run()
        .succeeds()
        .stdout_has("2.4.0");
}

#[test]
#[cfg(unix)]
fn a_command_of_another_hf_is_completed_by_it() {
    let sandbox = sandbox();
    let folder = sandbox.root().join("python");
    std::fs::create_dir(&folder).unwrap();
    let other = "#!/bin/sh\necho \"plain,$_HF_COMPLETE $COMP_CWORD\"\n";
    std::fs::write(folder.join("hf"), other).unwrap();
    std::fs::set_permissions(folder.join("hf"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();

    let with_other = |line| {
        question(&sandbox, "bash_complete", line)
            .env("PATH", &folder)
            .env("COMP_CWORD", "2")
            .run()
    };

    with_other("hf download --").stdout_is("plain,bash_complete 2\n");
    with_other("hf au").stdout_is("plain,auth\n");
    with_other("hf down").stdout_is("plain,download\n");
    asked(&sandbox, "hf download --").succeeds().stdout_is("").stderr_is("");
    asked(&sandbox, "hf down").succeeds().stdout_is("");
}

#[test]
fn the_shell_is_the_one_named_else_the_persons() {
    let sandbox = sandbox();
    for (shell, sign) in [
        ("bash", "COMPREPLY"),
        ("zsh", "#compdef"),
        ("fish", "complete --command hf"),
    ] {
        sandbox
            .hf(&["--show-completion", shell])
            .run()
            .succeeds()
            .stdout_has(sign);
        let person = sandbox
            .hf(&["--show-completion"])
            .env("SHELL", format!("/usr/bin/{shell}"));
        person.run().succeeds().stdout_has(sign);
        let sourced = sandbox.hf(&[]).env("_HF_COMPLETE", format!("{shell}_source"));
        sourced.run().succeeds().stdout_has(sign);
    }
    for name in ["powershell", "pwsh"] {
        let outcome = sandbox.hf(&["--show-completion", name]).run();
        outcome.succeeds().stdout_has("Register-ArgumentCompleter");
    }
    for flag in ["--show-completion", "--install-completion"] {
        let said = "Shell 'tcsh' is not supported for completion.";
        sandbox
            .hf(&[flag, "tcsh"])
            .run()
            .fails_with(2)
            .stdout_is("")
            .stderr_has(said);
        sandbox
            .hf(&[flag])
            .env("SHELL", "/bin/tcsh")
            .run()
            .fails_with(1)
            .stdout_is("")
            .stderr_has(said);
    }
}

#[test]
#[cfg(unix)]
fn installing_adds_one_line_and_keeps_the_rest() {
    let sandbox = sandbox();
    let file = sandbox.home().join(".bashrc");
    std::fs::write(&file, "alias ll='ls -l'").unwrap();
    for _ in 0..2 {
        let outcome = sandbox.hf(&["--install-completion", "bash"]).run();

        outcome.succeeds().stderr_is("").stdout_is(&format!(
            "bash completion installed in {}. Restart your shell for it to take effect.\n",
            file.display()
        ));
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(text, "alias ll='ls -l'\n\neval \"$(_HF_COMPLETE=bash_source hf)\"\n");
    }
}

#[test]
#[cfg(unix)]
fn each_shell_has_its_own_place() {
    let sandbox = sandbox();
    let install = |shell: &str| {
        sandbox
            .hf(&["--install-completion"])
            .env("SHELL", format!("/bin/{shell}"))
    };
    let elsewhere = sandbox.work();

    install("zsh").run().succeeds();
    install("zsh").env("ZDOTDIR", &elsewhere).run().succeeds();
    install("fish").env_remove("XDG_CONFIG_HOME").run().succeeds();
    install("fish").env("XDG_CONFIG_HOME", &elsewhere).run().succeeds();
    install("powershell").run().fails_with(1).stderr_has("$PROFILE");

    let line = "eval \"$(_HF_COMPLETE=zsh_source hf)\"\n";
    let script = sandbox.hf(&["--show-completion", "fish"]).run().stdout;
    for (path, text) in [
        (sandbox.home().join(".zshrc"), line),
        (elsewhere.join(".zshrc"), line),
        (
            sandbox.home().join(".config/fish/completions/hf.fish"),
            script.trim_end(),
        ),
        (elsewhere.join("fish/completions/hf.fish"), script.trim_end()),
    ] {
        assert_eq!(
            std::fs::read_to_string(&path).unwrap().trim_end(),
            text.trim_end(),
            "{}",
            path.display()
        );
    }
}

#[test]
#[cfg(unix)]
fn a_place_that_cannot_be_written_is_an_error() {
    let sandbox = sandbox();
    std::fs::create_dir(sandbox.home().join(".bashrc")).unwrap();

    let outcome = sandbox.hf(&["--install-completion", "bash"]).run();

    outcome.fails_with(1).stdout_is("").stderr_has(".bashrc");
}
