//! The proof of convergence: browsers and a server over a network that delays, overtakes, drops, doubles and cuts.
//!
//! Every run follows from one number. When everything has arrived at last, all pages show the server's state, which is
//! the fold of its log; what was asked for was done once, in its order, or refused; and who overwrote whom was told.
//! A number for which that is not so is printed with what happened. `FORGE_SEEDS=100000` runs more of them,
//! `FORGE_SEED=7` only that one.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

mod browser;
#[path = "../common/mod.rs"]
mod common;
mod network;
mod page;
mod promises;
mod rules;
mod server;
mod tabs;
mod trace;
mod wishes;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use world::{Fault, World};

/// Seeds of the ordinary run.
const SEEDS: u64 = 3_000;
/// Seeds of the long run, with `FORGE_LONG`.
const SEEDS_OF_LONG: u64 = 100_000;
/// Seeds within which a world that is broken on purpose must be found out.
const SEEDS_OF_FAULT: u64 = 300;

/// Runs a world to its end.
fn run(seed: u64, fault: Fault, trace: bool) -> Result<(), String> {
    let mut world = World::new(seed, fault, trace);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        world.live()?;
        world.calm_down()?;
        world.judge()
    }));
    let outcome = outcome.unwrap_or_else(|_| Err("something panicked".to_owned()));
    outcome.map_err(|wrong| format!("seed {seed}: {wrong}\n{}", world.trace()))
}

/// The first of so many seeds for which it goes wrong, in these words.
fn first_failure(seeds: u64, fault: Fault, wrong: &str) -> Option<u64> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (next, first) = (AtomicU64::new(0), AtomicU64::new(u64::MAX));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds || first.load(Ordering::Relaxed) < seed {
                        return;
                    }
                    if run(seed, fault, false).is_err_and(|found| found.contains(wrong)) {
                        first.fetch_min(seed, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let first = first.into_inner();
    (first < u64::MAX).then_some(first)
}

fn number_from(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}

#[test]
fn whatever_the_network_does_every_page_ends_with_what_the_server_has() {
    let usual = if std::env::var("FORGE_LONG").is_ok_and(|value| value == "1") { SEEDS_OF_LONG } else { SEEDS };
    let seeds = number_from("FORGE_SEEDS").unwrap_or(usual);
    let failure = number_from("FORGE_SEED").or_else(|| first_failure(seeds, Fault::None, ""));
    if let Some(seed) = failure {
        holds(seed);
    }
}

/// Runs a seed that once went wrong.
fn holds(seed: u64) {
    if let Err(wrong) = run(seed, Fault::None, true) {
        panic!("{wrong}");
    }
}

#[test]
fn an_answer_with_nothing_but_known_events_ends_the_waiting() {
    holds(1);
}

#[test]
fn what_is_asked_for_after_a_clock_was_set_back_is_done_after_what_was_asked_for_before() {
    holds(3);
}

#[test]
fn an_answer_without_events_from_ahead_of_the_page_ends_the_waiting_when_the_page_is_there() {
    holds(4);
}

/// A world that is broken on purpose is found out, in these words.
fn finds(fault: Fault, wrong: &str) {
    let seed = first_failure(SEEDS_OF_FAULT, fault, wrong);
    assert!(seed.is_some(), "nothing was found to be wrong in these words: {wrong}");
}

#[test]
fn the_simulation_finds_a_server_that_does_a_command_twice() {
    finds(Fault::ServerForgetsCommands, "shows a note twice");
}

#[test]
fn the_simulation_finds_a_server_that_loses_what_it_answered() {
    finds(Fault::ServerLosesWhatItAnswered, "takes something for confirmed that was not so");
}

#[test]
fn the_simulation_finds_a_server_that_tells_nobody_of_what_was_overwritten() {
    finds(Fault::ServerIgnoresWhatWasSeen, "tells None instead of");
}

#[test]
fn the_simulation_finds_a_server_that_does_not_tell_what_was_missed() {
    finds(Fault::ServerDoesNotCatchUp, " shows ");
}

#[test]
fn the_simulation_finds_a_client_that_passes_over_gaps() {
    finds(Fault::ClientResumesAfterWhatItHeard, " shows ");
}

#[test]
fn the_simulation_finds_a_client_that_forgets_what_waits() {
    finds(Fault::ClientForgetsWhatWaits, "is lost");
}

#[test]
fn the_simulation_finds_a_client_that_does_not_wait_for_answers() {
    finds(Fault::ClientSendsEverythingAtOnce, "was done before");
}

#[test]
fn the_simulation_finds_a_client_that_takes_refusals_for_done() {
    finds(Fault::ClientTakesRefusalsForDone, "is lost");
}

#[test]
fn the_simulation_finds_a_client_that_believes_proxies() {
    finds(Fault::ClientBelievesProxies, "nobody refused it");
}

#[test]
fn the_simulation_finds_a_storage_that_lies() {
    finds(Fault::StorageLies, "is lost");
}

#[test]
fn the_simulation_finds_a_client_that_gives_no_text_back() {
    finds(Fault::ClientGivesNothingBack, "is nowhere");
}
