//! The program that is meant calls `hf` itself, as an extension of it may: that is a command of its own.

use super::{link, ours, runs, script};
use crate::support::Sandbox;

/// Notes each run, and does on `first` what the extension does, unless that has been done already.
fn with_extension(does: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    link(&sandbox, "ours/hf");
    let body = format!(
        r#"echo "$@" >> "$HOME/runs"
        [ "$1" = first ] && [ -z "$INNER" ] || exit 0
        export INNER=yes
        extension="$HOME/extension"
        {does}"#
    );
    script(&sandbox, "python/hf", &body);
    sandbox
}

#[test]
fn an_extension_may_call_hf_with_its_own_or_the_same_arguments() {
    // The script that is the extension, how it is started, and what its arguments are.
    let extensions = [
        r#"exec hf "$@""#,
        r#"hf "$@"; exit $?"#,
        r#"(hf "$@"; exit $?); exit $?"#,
    ];
    let starts = [
        (r#""$extension" second a; exit $?"#, "second a\n"),
        (r#""$extension" "$@"; exit $?"#, "first a\n"),
        (r#""$extension" "$@" b; exit $?"#, "first a b\n"),
        (r#"hf "$@"; exit $?"#, "first a\n"),
        ("hf second a; exit $?", "second a\n"),
        ("exec hf second a", "second a\n"),
        (r#""$extension" "$@"; "$extension" "$@""#, "first a\nfirst a\n"),
    ];
    for extension in extensions {
        for (start, inner) in starts {
            let sandbox = with_extension(start);
            script(&sandbox, "home/extension", extension);

            ours(&sandbox, &["first", "a"], &["ours", "python"])
                .succeeds()
                .stderr_is("");

            assert_eq!(runs(&sandbox), format!("first a\n{inner}"), "{extension} {start}");
        }
    }
}

#[test]
fn it_may_do_so_behind_a_wrapper() {
    for wrapper in [r#"exec hf "$@""#, r#"hf "$@""#, r#"(hf "$@"; exit $?)"#] {
        for (start, inner) in [
            (r#"hf "$@"; exit $?"#, "first a\n"),
            ("hf second a; exit $?", "second a\n"),
        ] {
            for extension in [
                start.to_owned(),
                format!("({start})"),
                format!("exec sh -c '{start}' sh \"$@\""),
            ] {
                let sandbox = with_extension(&extension);
                script(&sandbox, "wrapper/hf", wrapper);

                ours(&sandbox, &["first", "a"], &["ours", "wrapper", "python"])
                    .succeeds()
                    .stderr_is("");

                assert_eq!(runs(&sandbox), format!("first a\n{inner}"), "{wrapper} {extension}");
            }
        }
    }
}

#[test]
fn of_two_programs_the_one_that_has_the_extension_gets_what_it_calls() {
    for extension in [
        "hf second a; exit $?",
        "(hf second a; exit $?)",
        r#"(hf "$@"; exit $?)"#,
    ] {
        let sandbox = with_extension(extension);
        script(&sandbox, "older/hf", "echo wrong; exit 9");

        ours(&sandbox, &["first", "a"], &["ours", "python", "older"])
            .succeeds()
            .stdout_is("");
    }
}

#[test]
fn commands_within_commands_work() {
    let sandbox = Sandbox::new();
    link(&sandbox, "ours/hf");
    let body = r#"echo "$1"; case $1 in 1) hf 2; hf 2 ;; 2) hf 3 ;; esac"#;
    script(&sandbox, "python/hf", body);

    let outcome = ours(&sandbox, &["1"], &["ours", "python"]);

    outcome.succeeds().stdout_is("1\n2\n3\n2\n3\n");
}

#[test]
fn a_shell_that_a_command_has_started_is_like_any_other() {
    let sandbox = Sandbox::new();
    link(&sandbox, "ours/hf");
    let shell = r#"[ "$1" = shell ] || { echo "$@"; exit 0; }
        shell="hf download a; hf download a; hf shells; hf upload b"
        if [ "$2" = exec ]; then exec sh -c "$shell; exit"; else sh -c "$shell; exit"; fi"#;
    script(&sandbox, "python/hf", shell);
    for arguments in [&["shell"][..], &["shell", "exec"]] {
        ours(&sandbox, arguments, &["ours", "python"])
            .succeeds()
            .stdout_is("download a\ndownload a\nshells\nupload b\n");
    }
}
