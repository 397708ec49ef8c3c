//! What the tests of readers share: inputs made up by proptest, which shrinks what fails, and inputs made by spoiling
//! good ones for as long as there is time.

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::clock::Stopwatch;

/// The same cases every time; a failure prints it, and `HF_TEST_SEED` sets another.
const SEED: u64 = 20_261_123;
const CASES: u32 = 400;
/// What `HF_FUZZ_SECONDS` is where it is not set: `cargo test` has other things to do.
const FUZZ_SECONDS: f64 = 0.3;

/// Claims that `property` holds (does not panic) for whatever the strategy makes.
pub(crate) fn for_all<S: Strategy>(strategy: S, property: impl Fn(S::Value)) {
    let seed = number("HF_TEST_SEED").unwrap_or(SEED as f64) as u64;
    let config = Config {
        cases: CASES,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&strategy, |value| {
        property(value);
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("HF_TEST_SEED={seed}: {failure}");
    }
}

/// Claims that `property` holds for the corpus and for what becomes of it when bytes are changed, dropped, doubled and
/// mixed, for as many seconds as `HF_FUZZ_SECONDS` says.
pub(crate) fn fuzz(corpus: &[&[u8]], property: impl Fn(&[u8]) + std::panic::RefUnwindSafe) {
    let seconds = number("HF_FUZZ_SECONDS").unwrap_or(FUZZ_SECONDS);
    let (started, mut random) = (
        Stopwatch::start(),
        Random(number("HF_TEST_SEED").unwrap_or(SEED as f64) as u64),
    );
    let mut rounds = 0_u64;
    while started.elapsed().as_secs_f64() < seconds {
        for seed in corpus {
            let spoilt = spoil(seed, corpus, &mut random);
            if std::panic::catch_unwind(|| property(&spoilt)).is_err() {
                panic!(
                    "in round {rounds} of {seed:?}, for {:?}",
                    String::from_utf8_lossy(&spoilt)
                );
            }
            rounds += 1;
        }
    }
    #[expect(clippy::disallowed_macros, reason = "of interest to whoever lets it run for long")]
    {
        eprintln!("{rounds} inputs in {:?}", started.elapsed());
    }
}

fn spoil(seed: &[u8], corpus: &[&[u8]], random: &mut Random) -> Vec<u8> {
    /// What readers stumble over.
    const ODD: [&[u8]; 16] = [
        b"\n",
        b"\r",
        b"[",
        b"]",
        b"=",
        b"\"",
        b"\\u",
        b"\\ud800",
        b"{",
        b"\xff",
        b"\xc2\x85",
        b"$",
        b"${",
        b"%",
        b"~",
        b"9999999999999999999",
    ];
    let mut bytes = seed.to_vec();
    for _ in 0..random.below(8) {
        let (from, to) = (random.below(bytes.len() + 1), random.below(bytes.len() + 1));
        let part = from.min(to)..from.max(to);
        match random.below(6) {
            0 if from < bytes.len() => bytes[from] = random.below(256) as u8,
            1 => drop(bytes.drain(part)),
            2 if bytes.len() < 4096 => bytes.extend_from_within(part),
            3 => {
                let other = corpus[random.below(corpus.len())];
                let cut = random.below(other.len() + 1);
                bytes.splice(from..from, other[cut..].iter().copied());
            }
            4 => bytes[part].reverse(),
            _ => drop(bytes.splice(from..from, ODD[random.below(ODD.len())].iter().copied())),
        }
    }
    bytes
}

fn number(variable: &str) -> Option<f64> {
    #[expect(clippy::disallowed_methods, reason = "a setting of the tests and not of the program")]
    std::env::var(variable).ok()?.parse().ok()
}

/// Marsaglia's xorshift: all the chance that is needed, and the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}
