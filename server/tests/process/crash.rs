//! SIGKILL at any moment loses nothing that was acknowledged, and does nothing twice.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use fastrand::Rng;

use crate::change::Change;
use crate::client::Answer;
use crate::driver::{Folder, Server, amount, percentile, say, seed};
use crate::ledger::Ledger;

const WRITERS: u64 = 6;
const EXECUTIONS: usize = 3;
/// After so many kills the work goes on with new executions: every check reads the whole ledger.
const KILLS_PER_LEDGER: u64 = 10;
/// Of what was answered, so much is sent again after each kill.
const REPLAYS: usize = 20;

#[test]
fn a_killed_server_keeps_what_it_acknowledged_and_repeats_nothing() {
    let kills = amount("FORGE_KILLS", 5, 100);
    let seed = seed();
    let mut rng = Rng::with_seed(seed);
    let folder = Folder::new();
    let mut server = folder.serve();
    let mut restarts = Vec::new();
    let mut ledgers: Vec<Ledger> = Vec::new();
    let mut known = BTreeSet::new();
    let mut unanswered = 0;
    for kill in 0..kills {
        if kill.is_multiple_of(KILLS_PER_LEDGER) {
            ledgers.push(Ledger::open(&server.client(), &mut rng, EXECUTIONS));
        }
        let ledger = ledgers.last_mut().expect("the first round opens one");
        work_until_killed(server, ledger, &mut rng);
        if rng.bool() {
            // It may also die while it starts.
            let starting = folder.launch(&[]);
            thread::sleep(Duration::from_millis(rng.u64(..200)));
            starting.kill();
        }
        server = folder.serve();
        restarts.push(server.ready_after);
        let client = server.client();
        unanswered += ledger.settle(&client);
        ledger.replay(&client, &mut rng, REPLAYS);
        known.extend(ledger.check(&client));
        assert_eq!(folder.evidence_files(), known, "the files on the disk");
    }
    for ledger in &ledgers {
        ledger.check(&server.client());
    }
    folder.assert_whole();
    let answered: usize = ledgers.iter().map(Ledger::answered).sum();
    say(&format!(
        "crash: {kills} kills, {answered} changes, {} of them without an answer at first, {} files, none lost, none \
         twice; ready again after {:?} (median), {:?} (longest); FORGE_SEED={seed}",
        unanswered,
        known.len(),
        percentile(&mut restarts, 50),
        percentile(&mut restarts, 100),
    ));
}

/// Lets analysts work until the server is killed, at a moment that nobody foresees.
fn work_until_killed(server: Server, ledger: &mut Ledger, rng: &mut Rng) {
    let (playbook, executions) = (ledger.playbook.clone(), ledger.executions.clone());
    let answers: Vec<(Change, Option<Answer>)> = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let (client, mut rng) = (server.client(), rng.fork());
                let (playbook, executions) = (&playbook, &executions);
                scope.spawn(move || {
                    let mut answers = Vec::new();
                    loop {
                        let change = Change::any(&mut rng, playbook, executions);
                        let answer = client.send(&change.request).ok();
                        let lost = answer.is_none();
                        answers.push((change, answer));
                        if lost {
                            return answers;
                        }
                    }
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(rng.u64(20..600)));
        server.kill();
        writers.into_iter().flat_map(|writer| writer.join().expect("a writer only stops")).collect()
    });
    for (change, answer) in answers {
        ledger.note(change, answer.as_ref());
    }
}
