//! The Python library and ours on the same files: what one writes the other reads, byte for byte, and neither disturbs the
//! other. What is tried is generated; a failure names the seed and is made as small as it can be.

mod crowd;
mod documents;
mod locks;
mod names;
mod python;
mod turns;
mod venv;

use std::cell::Cell;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

/// What Python reads: every section with its keys and values, in order.
type Sections = Vec<(String, Vec<(String, String)>)>;

/// Where the generated cases start, unless `HF_TEST_SEED` says otherwise.
const SEED: u64 = 20_261_123;

/// Tries a property on this many generated values, as the README counts them.
///
/// # Panics
/// With the seed and the smallest value found for which it does not hold; where the README says otherwise.
fn holds_for_all<S: Strategy>(what: &str, cases: u32, values: S, property: impl Fn(S::Value) -> Result<(), String>)
where
    S::Value: std::fmt::Debug,
{
    let seed = std::env::var("HF_TEST_SEED").map_or(SEED, |seed| seed.parse().expect("HF_TEST_SEED is a number"));
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let tried = Cell::new(0_u32);
    let checked = |value| {
        tried.set(tried.get() + 1);
        property(value).map_err(proptest::test_runner::TestCaseError::fail)
    };
    match runner.run(&values, checked) {
        Ok(()) => crate::is_in_the_readme(what, &in_thousands(tried.get())),
        Err(TestError::Fail(reason, value)) => panic!("HF_TEST_SEED={seed}: {reason}\nsmallest case: {value:#?}"),
        Err(error) => panic!("HF_TEST_SEED={seed}: {error}"),
    }
}

/// A number as the README writes it: `10 000`.
fn in_thousands(number: u32) -> String {
    match (number / 1000, number % 1000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands} {rest:03}"),
    }
}

/// Equality as a property's answer.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, python: &T, ours: &T) -> Result<(), String> {
    if python == ours {
        return Ok(());
    }
    Err(format!("{what}\n  python: {python:?}\n  ours:   {ours:?}"))
}
