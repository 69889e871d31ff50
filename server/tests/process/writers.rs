//! Many writers, and two servers over one folder: everybody is served, and nothing is lost or done twice.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::change::{Change, STEPS};
use crate::client::{Answer, Client};
use crate::driver::{Folder, amount, percentile, say, seed};
use crate::ledger::Ledger;

const WRITERS: usize = 32;
/// Nobody waits longer for an answer because another process writes too.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// Something answered, and how long that took.
struct Done {
    change: Change,
    answer: Answer,
    took: Duration,
}

#[test]
fn two_servers_over_one_folder_lose_nothing_of_32_writers() {
    let changes = amount("FORGE_CHANGES", 8, 200);
    let seed = seed();
    let mut rng = Rng::with_seed(seed);
    let folder = Folder::new();
    let first = folder.serve();
    let mut ledger = Ledger::open(&first.client(), &mut rng, WRITERS);
    let begun = Instant::now();
    let (second, done) = thread::scope(|scope| {
        // Half of the writers are at work already when the second server starts.
        let mut writers = Vec::new();
        let mut put_to_work = |writer: usize, client: Client| {
            let (mut rng, ledger) = (rng.fork(), &ledger);
            writers.push(scope.spawn(move || work(&client, writer, changes, ledger, &mut rng)));
        };
        for writer in 0..WRITERS / 2 {
            put_to_work(writer, first.client());
        }
        let second = folder.serve();
        for writer in WRITERS / 2..WRITERS {
            put_to_work(writer, second.client());
        }
        // Who checks the record meanwhile disturbs nobody.
        folder.assert_whole();
        let done: Vec<Vec<Done>> =
            writers.into_iter().map(|writer| writer.join().expect("a writer finishes")).collect();
        (second, done)
    });
    let elapsed = begun.elapsed();
    let (at_first, at_second) = done.split_at(WRITERS / 2);
    for (name, done) in [("first", at_first), ("second", at_second)] {
        let mut waits: Vec<Duration> = done.iter().flatten().map(|done| done.took).collect();
        let [median, most, longest] = [50, 99, 100].map(|percent| percentile(&mut waits, percent));
        say(&format!(
            "writers: {} answers of the {name} server, median {median:?}, p99 {most:?}, longest {longest:?}",
            waits.len()
        ));
        assert!(longest < LONGEST_WAIT, "the {name} server kept a writer waiting for {longest:?}; FORGE_SEED={seed}");
    }
    for Done { change, answer, .. } in done.into_iter().flatten() {
        ledger.note(change, Some(&answer));
    }
    let known = ledger.check(&first.client());
    assert_eq!(ledger.check(&second.client()), known, "both servers know the same evidence");
    assert_eq!(folder.evidence_files(), known, "the files on the disk");
    folder.assert_whole();
    assert!(first.stop().success() && second.stop().success(), "a server that is asked to stop does so");
    folder.assert_whole();
    say(&format!("writers: {} changes in {elapsed:?}, none lost, none twice; FORGE_SEED={seed}", ledger.answered()));
}

/// Makes changes one after the other: a third of the writers on one step, a third on one execution, a third each on an
/// execution of its own.
fn work(client: &Client, writer: usize, changes: u64, ledger: &Ledger, rng: &mut Rng) -> Vec<Done> {
    let change = |rng: &mut Rng| {
        let own = &ledger.executions[writer];
        let (execution, node) = match writer % 3 {
            0 => (&ledger.executions[0], STEPS[0]),
            1 => (&ledger.executions[0], STEPS[rng.usize(..STEPS.len())]),
            _ => (own, STEPS[rng.usize(..STEPS.len())]),
        };
        match rng.u8(..5) {
            0 | 1 => Change::note(rng, execution, node),
            2 => Change::status(rng, execution, node),
            3 => Change::evidence(rng, execution, node),
            _ => Change::any(rng, &ledger.playbook, std::slice::from_ref(execution)),
        }
    };
    (0..changes)
        .map(|_| {
            let change = change(rng);
            let begun = Instant::now();
            let answer = client.ask(&change.request);
            Done { change, answer, took: begun.elapsed() }
        })
        .collect()
}

#[test]
fn one_command_sent_to_two_servers_at_once_is_executed_once() {
    let mut rng = Rng::with_seed(seed());
    let folder = Folder::new();
    let servers = [folder.serve(), folder.serve()];
    let clients = [servers[0].client(), servers[1].client()];
    let mut ledger = Ledger::open(&clients[0], &mut rng, 1);
    for _ in 0..amount("FORGE_PAIRS", 40, 400) {
        let change = Change::any(&mut rng, &ledger.playbook, &ledger.executions);
        let together = Barrier::new(clients.len());
        let answers: Vec<Answer> = thread::scope(|scope| {
            let senders: Vec<_> = clients
                .iter()
                .map(|client| {
                    scope.spawn(|| {
                        together.wait();
                        client.ask(&change.request)
                    })
                })
                .collect();
            senders.into_iter().map(|sender| sender.join().expect("the answer came")).collect()
        });
        ledger.note(change.clone(), Some(&answers[0]));
        ledger.assert_last_outcome(&answers[1]);
    }
    let known = ledger.check(&clients[1]);
    assert_eq!(folder.evidence_files(), known, "the files on the disk");
    folder.assert_whole();
}
