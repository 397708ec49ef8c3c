//! The Python library and ours on the same files: what one writes the other reads, byte for byte, and neither disturbs the
//! other. What is tried is generated; a failure names the seed and is made as small as it can be.

mod crowd;
mod documents;
mod locks;
mod names;
mod python;
mod turns;
mod venv;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

/// What Python reads: every section with its keys and values, in order.
type Sections = Vec<(String, Vec<(String, String)>)>;

/// Where the generated cases start, unless `HF_TEST_SEED` says otherwise.
const SEED: u64 = 20_261_123;

/// Tries a property on this many generated values.
///
/// # Panics
/// With the seed and the smallest value found for which it does not hold.
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
    let checked = |value| property(value).map_err(proptest::test_runner::TestCaseError::fail);
    match runner.run(&values, checked) {
        Ok(()) => println!("{cases} {what} compared, from seed {seed}"),
        Err(TestError::Fail(reason, value)) => panic!("HF_TEST_SEED={seed}: {reason}\nsmallest case: {value:#?}"),
        Err(error) => panic!("HF_TEST_SEED={seed}: {error}"),
    }
}

/// Equality as a property's answer.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, python: &T, ours: &T) -> Result<(), String> {
    if python == ours {
        return Ok(());
    }
    Err(format!("{what}\n  python: {python:?}\n  ours:   {ours:?}"))
}
