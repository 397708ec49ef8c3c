//! A program that cannot be started is passed by, and named if nobody is left.

use super::{MEANT, is_advice, link, ours, program, runs, script};
use crate::support::Sandbox;

/// The beginning of a program for a machine that nobody has.
const OTHER_MACHINE: [u8; 20] = *b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x39\x30";

/// One whose interpreter is gone, one for another machine, and one of nothing but NULs.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    link(&sandbox, "ours/hf");
    for (name, content) in [
        ("gone", &b"#!/gone/python\n"[..]),
        ("machine", &[OTHER_MACHINE.as_slice(), &[0; 100]].concat()),
        ("damaged", &[0; 4096]),
    ] {
        program(&sandbox, &format!("{name}/hf"), content);
    }
    sandbox
}

#[test]
fn a_program_that_cannot_be_started_is_passed_by() {
    for folders in [
        &["ours", "gone", "python"][..],
        &["ours", "machine", "python"],
        &["ours", "damaged", "python"],
        &["ours", "gone", "wrapper", "machine", "damaged", "python"],
    ] {
        for wrapper in [r#"exec hf "$@""#, r#"hf "$@""#] {
            let sandbox = sandbox();
            script(&sandbox, "wrapper/hf", wrapper);
            script(&sandbox, "python/hf", MEANT);

            ours(&sandbox, &["download", "gpt2"], folders)
                .fails_with(7)
                .stdout_is("")
                .stderr_is("");

            assert_eq!(runs(&sandbox), "download gpt2\n", "{folders:?}");
        }
    }
}

#[test]
fn with_nobody_left_each_is_named_before_the_advice() {
    let sandbox = sandbox();
    script(&sandbox, "exec/hf", r#"exec hf "$@""#);
    script(&sandbox, "call/hf", r#"hf "$@""#);
    for folders in [
        &["ours", "gone", "machine", "damaged"][..],
        &["ours", "gone", "exec", "machine", "damaged"],
        &["ours", "gone", "machine", "damaged", "exec"],
        &["ours", "gone", "machine", "call", "damaged"],
    ] {
        let outcome = ours(&sandbox, &["download", "gpt2"], folders);

        is_advice(&outcome);
        let named = |name: &str, why: &str| format!("Warning: {}/{name}/hf cannot be started ({why}).", root(&sandbox));
        let mut warnings: Vec<&str> = outcome
            .stderr
            .lines()
            .filter(|line| line.starts_with("Warning"))
            .collect();
        warnings.sort_unstable();
        let expected = [
            named("damaged", "Exec format error"),
            named("gone", "its interpreter is missing"),
            named("machine", "Exec format error"),
        ];
        assert_eq!(warnings, expected, "{folders:?}");
    }
}

fn root(sandbox: &Sandbox) -> String {
    sandbox.root().display().to_string()
}

#[test]
fn a_script_that_does_not_name_its_interpreter_is_the_shells() {
    let sandbox = sandbox();
    for (content, status, said) in [("echo shell \"$@\"; exit 7", 7, "shell download a b\n"), ("", 0, "")] {
        program(&sandbox, "python/hf", content.as_bytes());

        ours(&sandbox, &["download", "a b"], &["ours", "python"])
            .fails_with(status)
            .stdout_is(said);
    }
}

#[test]
fn whoever_takes_the_place_has_the_signals_that_a_shell_gives() {
    let sandbox = sandbox();
    script(&sandbox, "python/hf", "kill -PIPE $$; echo ignored");

    ours(&sandbox, &["download"], &["ours", "python"])
        .fails_with(128 + 13)
        .stdout_is("");
}
