//! A `stored_tokens` or `token` file that is huge, or small and made to grow in memory or in time.

use super::super::support::hub_that_knows_carol;
use super::{COMMANDS, WORK, bears_it, with_another_token};

const MEGABYTE: usize = 1024 * 1024;
/// What is read at all.
const LARGEST: usize = 16 * MEGABYTE;
/// A file of many small parts, just under what is read at all.
const FULL: usize = MEGABYTE - 100;

fn numbered(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// Files that are read whole, each the worst of its kind.
fn small_ones() -> Vec<(&'static str, String)> {
    let defaults = numbered(30_000, |number| format!("k{number}=\n"));
    vec![
        ("one line", format!("[a]\nk = {}\n", "x".repeat(FULL - 20))),
        ("one long line", format!("[a]\nk = {}\n", "x".repeat(LARGEST - 20_000))),
        (
            "as many sections and keys as can be",
            numbered(130_000, |number| format!("[{number}]\nhf_token=x\na=\nb=\n")),
        ),
        ("one name", format!("[{}]\n", "x".repeat(FULL - 20))),
        ("many sections", numbered(FULL / 8, |number| format!("[{number:x}]\n"))),
        (
            "many keys",
            format!("[a]\n{}", numbered(FULL / 8, |number| format!("{number:x}=\n"))),
        ),
        ("many empty lines", format!("[a]\nk =\n{} x\n", "\n".repeat(FULL - 30))),
        (
            "many short lines",
            format!("[a]\nk =\n{}", " x\n".repeat(FULL / 3 - 10)),
        ),
        (
            "inherited by many",
            format!(
                "[DEFAULT]\n{defaults}{}",
                numbered(50_000, |number| format!("[{number}]\n"))
            ),
        ),
        (
            "inherited in the end",
            format!(
                "{}[DEFAULT]\n{defaults}",
                numbered(50_000, |number| format!("[{number}]\n"))
            ),
        ),
        (
            "defaults again and again",
            format!("[DEFAULT]\n{defaults}{}", "[DEFAULT]\n".repeat(50_000)),
        ),
        ("brackets", "[".repeat(FULL)),
        (
            "control characters",
            format!("[\u{1b}[2J\u{202e}]\nhf_token = \u{1b}]0;x\u{7}hf_test\u{9b}\n{WORK}"),
        ),
        (
            "carriage returns",
            format!("[a]\rhf_token = x\r\r[forged\u{7}]\r{WORK}"),
        ),
    ]
}

fn huge_ones() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("100 MB", "[work]\nk = v\n\n".repeat(7 * MEGABYTE).into_bytes()),
        (
            "one line of 50 MB",
            format!("{WORK}[a]\nk = {}\n", "x".repeat(50 * MEGABYTE)).into_bytes(),
        ),
        ("50 MB of zeros", vec![0; 50 * MEGABYTE]),
    ]
}

#[test]
fn a_huge_store_is_one_line_and_stays_as_it_is() {
    let hub = hub_that_knows_carol();
    for (name, content) in huge_ones() {
        let sandbox = with_another_token();
        sandbox.write("stored_tokens", &content);
        for command in COMMANDS {
            let outcome = bears_it(&format!("{name} {command:?}"), sandbox.hf(command).hub(&hub));

            assert!(outcome.stderr.len() < 1000, "{name}: {:.1000}", outcome.stderr);
            let left = sandbox.path("stored_tokens").metadata().unwrap().len();
            assert_eq!(left, content.len() as u64, "{name} {command:?}");
        }
    }
}

#[test]
fn a_store_never_grows_beyond_what_is_read() {
    let (sandbox, hub) = (with_another_token(), hub_that_knows_carol());
    let full = format!("[a]\nk = {}\n\n", "x".repeat(LARGEST - 20));
    sandbox.write("stored_tokens", &full);

    let outcome = sandbox.hf(COMMANDS[0]).hub(&hub).run();

    outcome
        .fails_with(1)
        .stderr_has("stored_tokens: it would be larger than 16 MiB.\n");
    assert_eq!(sandbox.read("stored_tokens"), full);
}

#[test]
fn a_store_that_is_made_to_grow_does_not_grow() {
    let hub = hub_that_knows_carol();
    for (name, content) in small_ones() {
        // One that reads, writes and reads back; and one that shows all of it.
        let shows_it = ["one name", "many sections", "control characters"].contains(&name);
        for command in [COMMANDS[0], COMMANDS[2]].into_iter().take(1 + usize::from(shows_it)) {
            let sandbox = with_another_token();
            sandbox.activate("hf_test_active_0123456789");
            sandbox.write("stored_tokens", &content);
            let run = sandbox.hf(command).args(["--json"]).hub(&hub);
            let (outcome, memory) = super::measured(run);

            assert!(memory < super::MOST_MEMORY, "{name} {command:?}: {memory} KiB");
            assert!(
                outcome.elapsed < super::MOST_TIME,
                "{name} {command:?}: {:?}",
                outcome.elapsed
            );
            assert!(
                (0..=1).contains(&outcome.status),
                "{name} {command:?}: {}",
                outcome.status
            );
        }
    }
}
