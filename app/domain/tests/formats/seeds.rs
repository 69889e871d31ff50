//! Property tests draw the same values whenever a commit is tested: `.cargo/config.toml` fixes their seed.

use std::hash::{DefaultHasher, Hash, Hasher};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};

use crate::graphs::wild;

/// What the first cases of a property test are.
fn drawn() -> Vec<String> {
    let mut runner = TestRunner::new(ProptestConfig::default());
    let strategy = (wild(), "(?s).{0,200}", any::<u64>());
    let mut draw = || strategy.new_tree(&mut runner).map(|tree| format!("{:?}", tree.current()));
    (0..50).map(|_| draw().expect("a value")).collect()
}

#[test]
fn the_same_commit_draws_the_same_values() {
    let Ok(seed) = std::env::var("PROPTEST_RNG_SEED") else {
        eprintln!("skipped: without cargo nobody fixes the seed");
        return;
    };
    assert_eq!(ProptestConfig::default().rng_seed, RngSeed::Fixed(seed.parse().expect("a number")));
    assert!(ProptestConfig::default().failure_persistence.is_none(), "no file of this machine changes what is tried");
    let first = drawn();
    assert_eq!(first, drawn());
    let mut hash = DefaultHasher::new();
    first.hash(&mut hash);
    // The same in every run of a commit.
    eprintln!("PROPTEST_RNG_SEED={seed} draws {:016x}", hash.finish());
}
