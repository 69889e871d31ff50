//! A disk that fails at any write, sync or rename: what was acknowledged stays, what fails is answered as such, and the next start is
//! sound.
//!
//! strace makes single system calls of the program fail. Where it is missing, or may not trace, the test is left out and says so.

use std::collections::BTreeSet;
use std::process::Command;

use fastrand::Rng;

use crate::change::Change;
use crate::driver::{Folder, Server, amount, say, seed};
use crate::ledger::Ledger;

/// What fails, and how. Writes of SQLite; syncs of everybody; the renames of evidence.
const FAULTS: [(&str, &str); 6] = [
    ("pwrite64", "EIO"),
    ("pwrite64", "ENOSPC"),
    ("fsync,fdatasync", "EIO"),
    ("rename,renameat,renameat2", "EIO"),
    ("ftruncate", "EIO"),
    ("pread64", "EIO"),
];
const CHANGES: usize = 25;
/// After so many faults the work goes on with new executions.
const FAULTS_PER_LEDGER: u64 = 10;

/// The command under which one call of these fails, or every call from that one on.
fn tracer(calls: &str, error: &str, when: &str) -> Vec<String> {
    let options = ["-D", "-f", "-qq", "-o", "/dev/null", "-e"];
    let mut command = vec!["strace".to_owned()];
    command.extend(options.map(str::to_owned));
    command.extend([format!("trace={calls}"), "-e".to_owned(), format!("inject={calls}:error={error}:when={when}")]);
    command
}

#[test]
fn a_failing_disk_loses_nothing_that_was_acknowledged() {
    let may_trace = tracer("fsync", "EIO", "1");
    let traced = Command::new(&may_trace[0]).args(&may_trace[1..]).arg("true").output();
    if !traced.is_ok_and(|output| output.status.success()) {
        say("faults: LEFT OUT, since there is no strace here, or it may not trace");
        return;
    }
    let rounds = amount("FORGE_FAULTS", 6, 100);
    let seed = seed();
    let mut rng = Rng::with_seed(seed);
    let folder = Folder::new();
    let mut server = folder.serve();
    let mut ledgers: Vec<Ledger> = Vec::new();
    let mut known = BTreeSet::new();
    let (mut failed, mut refused_to_start) = (0, 0);
    for round in 0..rounds {
        if round.is_multiple_of(FAULTS_PER_LEDGER) {
            ledgers.push(Ledger::open(&server.client(), &mut rng, 2));
        }
        let ledger = ledgers.last_mut().expect("the first round opens one");
        server.stop();
        let (calls, error) = FAULTS[rng.usize(..FAULTS.len())];
        let first = rng.usize(1..60);
        let when = if rng.bool() { format!("{first}") } else { format!("{first}+") };
        match folder.launch_under(&tracer(calls, error, &when)).ready_or_ended() {
            Some(faulty) => failed += work(&faulty, ledger, &mut rng),
            None => refused_to_start += 1,
        }
        server = folder.serve();
        let client = server.client();
        ledger.settle(&client);
        ledger.replay(&client, &mut rng, 10);
        known.extend(ledger.check(&client));
        assert_eq!(folder.evidence_files(), known, "the files on the disk after {calls} {error} {when}");
    }
    for ledger in &ledgers {
        ledger.check(&server.client());
    }
    folder.assert_whole();
    let answered: usize = ledgers.iter().map(Ledger::answered).sum();
    say(&format!(
        "faults: {rounds} of them, {answered} changes, {failed} failed at first, {refused_to_start} refused to start; none lost, \
         none twice; FORGE_SEED={seed}"
    ));
}

/// Asks a server over a failing disk for changes, then kills it. Returns how many it could not make.
fn work(faulty: &Server, ledger: &mut Ledger, rng: &mut Rng) -> usize {
    let client = faulty.client();
    let mut failed = 0;
    for _ in 0..CHANGES {
        let change = Change::any(rng, &ledger.playbook, &ledger.executions);
        let answer = client.send(&change.request).ok().filter(|answer| {
            assert!(answer.is_success() || answer.status >= 500, "{} {}", answer.status, answer.text());
            answer.is_success()
        });
        failed += usize::from(answer.is_none());
        ledger.note(change, answer.as_ref());
    }
    failed
}
