//! The program as a black box: killed, started twice, and out of disk space, it keeps its word about the record.
//!
//! What changes are asked for comes from a seed that is printed; `FORGE_SEED` asks for the same again. `FORGE_LONG=1`
//! runs the long form, `FORGE_TEST_BIN` another binary than the one just built.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

mod change;
#[allow(dead_code, reason = "the benchmarks use the rest")]
mod client;
mod crash;
#[allow(dead_code, reason = "the benchmarks use the rest")]
mod driver;
mod faults;
mod full_disk;
mod ledger;
mod upkeep;
mod writers;
