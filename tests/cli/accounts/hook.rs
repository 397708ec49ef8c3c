//! The hook of a real shell: what it sets when the folder changes, what it takes back, and what it leaves alone.

use super::{ROBOT, rule, with_accounts};
use crate::support::{Sandbox, WORK};

/// A program in front of ours that notes each start, so that the starts can be counted.
fn counted(sandbox: &Sandbox) -> std::path::PathBuf {
    let path = sandbox.root().join("counted/hf");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let script = format!(
        "#!/bin/sh\necho start >> '{}'\nexec '{}' \"$@\"\n",
        sandbox.root().join("starts").display(),
        env!("CARGO_BIN_EXE_hf")
    );
    let write = sandbox
        .program("sh", &["-c", r#"cat > "$0"; chmod 755 "$0""#])
        .args([&path]);
    write.stdin(script).run().succeeds();
    path
}

fn starts(sandbox: &Sandbox) -> usize {
    std::fs::read_to_string(sandbox.root().join("starts"))
        .unwrap_or_default()
        .lines()
        .count()
}

/// A session: `at PATH` changes the folder as a prompt comes, `now` says what is set. `$H` is what the hook is to start.
fn session(sandbox: &Sandbox, shell: &str, steps: &str) -> String {
    let (start, at) = match shell {
        "fish" => (
            "$H auth hook fish | string replace -a (realpath $OURS) $H | source",
            "function at; cd $argv[1]; emit fish_prompt; end; function now; echo \"$HF_TOKEN\"; end",
        ),
        "zsh" => (
            "eval \"$($H auth hook zsh | sed \"s#'$OURS'#'$H'#\")\"",
            "at() { cd $1; _hf_auth_hook; }; now() { echo ${HF_TOKEN-}; }",
        ),
        _ => (
            "eval \"$($H auth hook bash | sed \"s#'$OURS'#'$H'#\")\"",
            "at() { cd $1; eval \"$PROMPT_COMMAND\"; }; now() { echo ${HF_TOKEN-}; }",
        ),
    };
    let options: &[&str] = match shell {
        "fish" => &["--no-config", "-c"],
        "zsh" => &["-f", "-c"],
        _ => &["--norc", "-eu", "-c"],
    };
    let script = format!("{start}\n{at}\n{steps}");
    let program = counted(sandbox);
    let run = sandbox.program(shell, options).args([&script]).cwd(sandbox.work());
    let run = run.env("H", program).env("OURS", env!("CARGO_BIN_EXE_hf"));
    let outcome = run.run();
    outcome.succeeds();
    outcome.stdout.clone()
}

const WALK: &str = "now; at a; now; at b; now; at ..; now; at ..; now";

#[track_caller]
fn follows_the_folder(shell: &str) {
    let sandbox = with_accounts();
    rule(&sandbox, &["work"]).run().succeeds();
    rule(&sandbox, &["robot", "--dir", "b"]).run().succeeds();

    let said = session(&sandbox, shell, WALK);

    assert_eq!(said, format!("\n{WORK}\n{ROBOT}\n{WORK}\n\n"));
    let before = starts(&sandbox);
    session(&sandbox, shell, "at a; at .; at .; at .; now");
    // The script, the first look, the folder: nothing for the prompts between.
    assert_eq!(starts(&sandbox) - before, 3);
}

#[track_caller]
fn leaves_the_person_s_own_alone(shell: &str) {
    let sandbox = with_accounts();
    rule(&sandbox, &["work"]).run().succeeds();
    let (set, unset) = match shell {
        "fish" => ("set -gx HF_TOKEN hf_test_mine", "set -e HF_TOKEN"),
        _ => ("export HF_TOKEN=hf_test_mine", "unset HF_TOKEN"),
    };

    let said = session(
        &sandbox,
        shell,
        &format!("at a; {set}; at b; now; at ..; now; {unset}; at .; now; at ..; now"),
    );

    assert_eq!(said, format!("hf_test_mine\nhf_test_mine\n{WORK}\n\n"));
}

#[test]
fn bash_follows_the_folder() {
    follows_the_folder("bash");
}

#[test]
#[ignore = "needs zsh"]
fn zsh_follows_the_folder() {
    follows_the_folder("zsh");
}

#[test]
#[ignore = "needs fish"]
fn fish_follows_the_folder() {
    follows_the_folder("fish");
}

#[test]
fn bash_leaves_the_person_s_own_alone() {
    leaves_the_person_s_own_alone("bash");
}

#[test]
#[ignore = "needs zsh"]
fn zsh_leaves_the_person_s_own_alone() {
    leaves_the_person_s_own_alone("zsh");
}

#[test]
#[ignore = "needs fish"]
fn fish_leaves_the_person_s_own_alone() {
    leaves_the_person_s_own_alone("fish");
}

#[test]
fn ours_decides_anew_where_the_hook_has_set_the_token() {
    let sandbox = with_accounts();
    rule(&sandbox, &["work"]).run().succeeds();
    rule(&sandbox, &["robot", "--dir", "b"]).run().succeeds();

    let said = session(
        &sandbox,
        "bash",
        "at a; (cd b; $OURS auth token -q); $OURS auth token -q; HF_TOKEN=hf_test_mine $OURS auth token -q",
    );

    assert_eq!(said, format!("{ROBOT}\n{WORK}\nhf_test_mine\n"));
}

#[test]
fn an_account_that_is_not_stored_is_said_and_no_other_takes_its_place() {
    let sandbox = with_accounts();
    rule(&sandbox, &["work"]).run().succeeds();
    sandbox.hf(&["auth", "logout", "work"]).run().succeeds();

    let said = session(&sandbox, "bash", "at a; now; at ..; now");

    assert_eq!(said, "hf_none_is_stored_for_this_folder\n\n");
}

#[test]
fn without_rules_a_shell_gets_nothing() {
    let sandbox = with_accounts();
    assert_eq!(session(&sandbox, "bash", "now; at a; now"), "\n\n");
}
