//! What the tests of readers share: a property is tried on made-up inputs, and what fails is made as small as it can be.
//! `PROPTEST_CASES` says how many inputs each property is tried on, `PROPTEST_RNG_SEED` where they start.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// The same cases every time, unless another seed is asked for.
const SEED: u64 = 20_261_123;
/// No spoilt input grows beyond this.
const LARGEST: usize = 4096;

/// Claims that `property` holds (does not panic) for whatever the strategy makes.
pub(crate) fn for_all<S: Strategy>(strategy: S, property: impl Fn(S::Value)) {
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(SEED);
    }
    let seed = config.rng_seed;
    let outcome = TestRunner::new(config).run(&strategy, |value| {
        property(value);
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("PROPTEST_RNG_SEED, {seed:?}: {failure}");
    }
}

/// One thing that is done to good input.
#[derive(Debug, Clone)]
enum Spoiling {
    Change(u8),
    Drop,
    Double,
    Reverse,
    Insert(&'static [u8]),
}

/// Good input of which parts have been changed, dropped, doubled, turned round or mixed with what readers stumble over.
pub(crate) fn spoilt(corpus: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
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
    let spoiling = prop_oneof![
        any::<u8>().prop_map(Spoiling::Change),
        Just(Spoiling::Drop),
        Just(Spoiling::Double),
        Just(Spoiling::Reverse),
        select(&ODD[..]).prop_map(Spoiling::Insert),
    ];
    let steps = prop::collection::vec((any::<Index>(), any::<Index>(), spoiling), 0..8);
    (select(corpus), steps).prop_map(|(mut bytes, steps)| {
        for (one, other, spoiling) in steps {
            let [one, other] = [one, other].map(|place| place.index(bytes.len() + 1));
            let part = one.min(other)..one.max(other);
            match spoiling {
                Spoiling::Change(byte) => bytes.iter_mut().skip(one).take(1).for_each(|place| *place = byte),
                Spoiling::Drop => drop(bytes.drain(part)),
                Spoiling::Double if bytes.len() < LARGEST => bytes.extend_from_within(part),
                Spoiling::Double => {}
                Spoiling::Reverse => bytes[part].reverse(),
                Spoiling::Insert(odd) => drop(bytes.splice(one..one, odd.iter().copied())),
            }
        }
        bytes
    })
}
