//! The same steps through the Python reference and through ours, each in a world of its own with the same stub Hub:
//! exit status, both streams, every file with its mode, git's stored credentials and the requests must be equal. Each
//! deliberate difference is named where it occurs and fails when it stops being true.
//!
//! `tests/reference/run` installs the reference and runs this; `cargo test` lists it as ignored.
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

use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use step::Scenario;
use world::World;

/// The reference spends its time starting up, on one core each.
const WORKERS: usize = 4;

/// The folder of the reference's `hf` and its `python`.
///
/// # Panics
/// Where nobody says where that is.
fn reference() -> PathBuf {
    let folder = std::env::var_os("HF_REFERENCE").map(PathBuf::from);
    let folder =
        folder.expect("HF_REFERENCE names the folder of the Python hf: tests/reference/run installs it and runs this");
    assert!(
        folder.join("hf").is_file(),
        "HF_REFERENCE holds no hf: {}",
        folder.display()
    );
    folder
}

#[test]
#[ignore = "needs the Python reference: tests/reference/run"]
fn ours_and_the_reference_do_the_same() {
    let reference = reference();
    let scenarios = Mutex::new(steps::all().into_iter());
    let results = std::thread::scope(|scope| {
        let work = || {
            let mut tally = Tally::default();
            while let Some(scenario) = { scenarios.lock().unwrap().next() } {
                tally.add(run(&scenario, &reference));
            }
            tally
        };
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .collect::<Vec<_>>()
    });
    let mut total = Tally::default();
    results.into_iter().for_each(|tally| total.add(tally));
    let Tally {
        steps,
        differing,
        problems,
    } = total;
    assert!(
        problems.is_empty(),
        "{} unexpected:\n\n{}",
        problems.len(),
        problems.join("\n\n")
    );
    let equal = steps - differing;
    is_in_the_readme(
        "steps",
        &format!("{steps}: {equal} equal, {differing} differing on purpose"),
    );
}

/// What the README says was compared is what was compared.
#[track_caller]
fn is_in_the_readme(compared: &str, count: &str) {
    const README: &str = include_str!("README.md");
    let row = format!("\n| {compared} | {count} |\n");
    println!("{compared}: {count}");
    assert!(README.contains(&row), "tests/reference/README.md lacks the row{row}");
}

/// What came of some scenarios.
#[derive(Default)]
struct Tally {
    steps: usize,
    differing: usize,
    problems: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.steps += other.steps;
        self.differing += other.differing;
        self.problems.extend(other.problems);
    }
}

/// Takes both programs through a scenario. A world that complains (a request too many, a prompt that never came) is a
/// problem like any other.
fn run(scenario: &Scenario, reference: &Path) -> Tally {
    let mut tally = Tally::default();
    let played = panic::catch_unwind(AssertUnwindSafe(|| play(scenario, reference, &mut tally)));
    if played.is_err() {
        let complaint = "its world complains, see above";
        tally.problems.push(format!("{}: {complaint}", scenario.name));
    }
    tally
}

fn play(scenario: &Scenario, reference: &Path, tally: &mut Tally) {
    let theirs = World::new(reference.join("hf"), scenario);
    let ours = World::new(PathBuf::from(env!("CARGO_BIN_EXE_hf")), scenario);
    for step in &scenario.steps {
        let (expected, got) = (theirs.take(step), ours.take(step));
        tally.steps += 1;
        tally.differing += usize::from(!step.differences.is_empty());
        let name = format!("{} — hf {}", scenario.name, step.arguments.join(" "));
        let found = step.judge(&expected, &got).into_iter();
        tally.problems.extend(found.map(|problem| format!("{name}: {problem}")));
    }
}
