//! Programs that lead back to us for ever: it ends, soon and with a sentence. And what an inherited record cannot do.

use std::time::Duration;

use super::{MEANT, is_advice, link, ours, runs, script, with_path};
use crate::support::Sandbox;

/// A round costs milliseconds, and there are few.
const SOON: Duration = Duration::from_secs(5);

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    link(&sandbox, "ours/hf");
    sandbox
}

#[test]
fn a_wrapper_that_clears_the_environment_ends_in_an_error() {
    let cleared = r#"env -i PATH="$PATH" HOME="$HOME""#;
    for wrapper in [
        format!(r#"exec {cleared} hf "$@""#),
        format!(r#"{cleared} hf "$@""#),
        format!(r#"({cleared} hf "$@"; exit $?)"#),
        format!(r#"exec {cleared} sh -c 'hf "$@"; exit $?' sh "$@""#),
        format!(r#"{cleared} hf "$@" x"#),
    ] {
        let sandbox = sandbox();
        script(&sandbox, "wrapper/hf", &format!(r#"echo >> "$HOME/rounds"; {wrapper}"#));

        let outcome = ours(&sandbox, &["download"], &["ours", "wrapper"]);

        outcome
            .fails_with(1)
            .stderr_has("wrapper/hf leads back to this program, again and again.\n")
            .stderr_has("by its full path.");
        assert_eq!(outcome.stderr.matches("Error:").count(), 1, "{wrapper}");
        let rounds = std::fs::read_to_string(sandbox.home().join("rounds")).unwrap();
        assert_eq!(rounds.lines().count(), 16, "{wrapper}");
        assert!(outcome.elapsed < SOON, "{wrapper}: {:?}", outcome.elapsed);
    }
}

#[test]
fn arguments_that_change_with_every_round_end_in_an_error() {
    for wrapper in [r#"hf "x$1""#, r#"(hf "x$1"; exit $?)"#, r#"exec hf "x$1""#] {
        let sandbox = sandbox();
        script(&sandbox, "wrapper/hf", wrapper);

        let outcome = ours(&sandbox, &["download"], &["ours", "wrapper"]);

        outcome
            .fails_with(1)
            .stderr_has("wrapper/hf leads back to this program, again and again.\n");
        assert!(outcome.elapsed < SOON, "{wrapper}: {:?}", outcome.elapsed);
    }
}

#[test]
fn many_arguments_and_long_ones_are_no_burden() {
    let sandbox = sandbox();
    script(&sandbox, "wrapper/hf", r#"hf "$@""#);
    script(&sandbox, "python/hf", "echo $#; exit 7");
    let many = "x".repeat(50);
    let mut arguments = vec!["upload"; 1];
    arguments.extend(std::iter::repeat_n(many.as_str(), 10_000));

    ours(&sandbox, &arguments, &["ours", "wrapper", "python"])
        .fails_with(7)
        .stdout_is("10001\n");
}

#[test]
fn no_record_that_is_inherited_hides_another_program() {
    for record in [
        "",
        "|||||||",
        "rubbish",
        "2049:1|2049:2",
        "1|99|0|",
        "1|0|99|",
        "0|0|0|0|hf@0:0",
        "\u{1F917}",
    ] {
        let sandbox = sandbox();
        script(&sandbox, "python/hf", MEANT);

        let run = sandbox.program(sandbox.root().join("ours/hf"), &["download"]);
        let run = with_path(run, &sandbox, &["ours", "python"]);
        let outcome = run.env("_HF_AUTH_HANDED_ON", record).run();

        outcome.fails_with(7);
        assert_eq!(runs(&sandbox), "download\n", "{record:?}");
    }
}

#[test]
fn a_record_of_long_ago_hides_nothing_whoever_left_it() {
    let sandbox = sandbox();
    script(&sandbox, "python/hf", r#"printf %s "$_HF_AUTH_HANDED_ON""#);
    let left = ours(&sandbox, &["download"], &["ours", "python"]).stdout;
    assert!(left.contains("|hf@"), "{left}");
    for arguments in [&["download"][..], &["download", "more"], &["upload"]] {
        for started in ["exec", ""] {
            let run = sandbox.program("sh", &["-c", &format!(r#"{started} hf "$@""#), "sh"]);
            let run = with_path(run.args(arguments), &sandbox, &["ours", "python"]);
            run.env("_HF_AUTH_HANDED_ON", &left).run().succeeds().stdout_has("|hf@");
        }
    }
}

#[test]
fn a_token_among_the_arguments_is_not_in_the_record() {
    let sandbox = sandbox();
    script(&sandbox, "python/hf", r#"printf %s "$_HF_AUTH_HANDED_ON""#);

    ours(
        &sandbox,
        &["download", "--token", "hf_test_secret"],
        &["ours", "python"],
    )
    .succeeds()
    .nowhere("hf_test_secret");
}

#[test]
fn a_script_that_leads_back_to_this_program_with_nobody_else_is_like_none() {
    for how in ["exec", ""] {
        let sandbox = sandbox();
        let path = sandbox.root().join("ours/hf");
        script(&sandbox, "wrapper/hf", &format!("{how} {} \"$@\"", path.display()));

        let outcome = ours(&sandbox, &["download"], &["ours", "wrapper"]);

        is_advice(&outcome);
        assert!(outcome.elapsed < SOON, "{how}: {:?}", outcome.elapsed);
    }
}
