//! The same steps through the Python reference and through ours, each in a world of its own with the same stub Hub:
//! exit status, both streams, every file with its mode, git's stored credentials and the requests must be equal. Each
//! deliberate difference is named where it occurs and fails when it stops being true.
//!
//! `tests/reference/run` installs the reference and runs this. Without it, `cargo test` says that this was skipped.
#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test arranges its world by hand and fails by panicking"
)]

mod interoperation;
mod step;
mod steps;
#[path = "../cli/support/mod.rs"]
mod support;
mod world;

use std::path::PathBuf;

use step::Scenario;
use world::World;

/// The folder of the reference's `hf` and its `python`; `None` when this is to be skipped.
fn reference() -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("HF_REFERENCE").map(PathBuf::from) else {
        println!("skipped: no Python reference; tests/reference/run installs it and runs this");
        return None;
    };
    assert!(
        folder.join("hf").is_file(),
        "HF_REFERENCE holds no hf: {}",
        folder.display()
    );
    Some(folder)
}

#[test]
fn ours_and_the_reference_do_the_same() {
    let Some(reference) = reference() else {
        return;
    };
    let mut count = Count::default();
    let mut problems = Vec::new();
    for scenario in steps::all() {
        run(&scenario, &reference, &mut count, &mut problems);
    }
    let Count { steps, differing } = count;
    println!(
        "{steps} steps compared: {} equal, {differing} differing on purpose",
        steps - differing
    );
    assert!(
        problems.is_empty(),
        "{} unexpected:\n\n{}",
        problems.len(),
        problems.join("\n\n")
    );
}

#[derive(Default)]
struct Count {
    steps: usize,
    differing: usize,
}

fn run(scenario: &Scenario, reference: &std::path::Path, count: &mut Count, problems: &mut Vec<String>) {
    let theirs = World::new(reference.join("hf"), scenario);
    let ours = World::new(PathBuf::from(env!("CARGO_BIN_EXE_hf")), scenario);
    for step in &scenario.steps {
        let (expected, got) = (theirs.take(step), ours.take(step));
        count.steps += 1;
        count.differing += usize::from(!step.differences.is_empty());
        let found = step.judge(&expected, &got);
        problems.extend(
            found
                .into_iter()
                .map(|problem| format!("{} — hf {}: {problem}", scenario.name, step.arguments.join(" "))),
        );
    }
}
