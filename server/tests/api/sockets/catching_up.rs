//! Every event once and in order: while others write, after falling behind, and after being away for long.

use std::time::Duration;

use domain::protocol::MAX_CATCH_UP_EVENTS;
use fastrand::Rng;
use serde_json::json;
use server::{Config, Timeouts};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::client::{Client, Ending};
use super::{PATIENCE, Served, note};
use crate::harness::{Execution, NODES};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_event_is_lost_or_doubled_between_the_log_and_the_room() {
    const CLIENTS: u64 = 80;
    const NOTES: u64 = 300;
    let seed = fastrand::u64(..);
    let server = Served::open().await;
    let execution = server.api().new_execution().await;
    let (acknowledged, _) = watch::channel(1_u64);
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let mut rng = Rng::with_seed(seed.wrapping_add(number));
        let (address, execution, mut acknowledged) = (server.address, execution.clone(), acknowledged.subscribe());
        clients.spawn(async move {
            let moment = rng.u64(1..=NOTES);
            acknowledged.wait_for(|count| *count >= moment).await.expect("the writers go on");
            sleep(Duration::from_micros(rng.u64(0..3_000))).await;
            let known = rng.u64(0..=moment);
            let says_hello = rng.bool();
            let query = if says_hello { String::new() } else { format!("?last_seq={known}") };
            let mut client = Client::connect(address, &execution, &query).await;
            sleep(Duration::from_micros(rng.u64(0..3_000))).await;
            if says_hello {
                client.say(&json!({ "type": "hello", "protocol": 1, "analyst": "Ana", "last_seq": known })).await;
            }
            (known, says_hello, client.seqs_until(NOTES + 1).await)
        });
    }
    for number in 0..NOTES {
        note(&execution, &format!("note {number}")).await;
        acknowledged.send_modify(|count| *count += 1);
    }
    for (known, says_hello, seqs) in clients.join_all().await {
        // A hello may come too late on a busy machine; then everything is sent.
        let first = if says_hello && seqs.first() == Some(&1) { 1 } else { known + 1 };
        assert_eq!(seqs, (first..=NOTES + 1).collect::<Vec<_>>(), "seed {seed}, a client that knew {known}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_another_process_writes_is_heard_although_nobody_writes_here() {
    let server = Served::open().await;
    let beside = server.app.beside().await;
    let execution = server.api().new_execution().await;
    let mut resumed = server.connect(&execution, "?last_seq=1").await;
    let mut new = server.connect(&execution, "").await;
    new.hello("Bo").await;
    for number in 0..5 {
        note(&beside.execution(&execution.id), &format!("note {number}")).await;
    }
    assert_eq!(resumed.seqs_until(6).await, [2, 3, 4, 5, 6]);
    assert_eq!(new.seqs_until(6).await, [1, 2, 3, 4, 5, 6]);
    note(&execution, "from here").await;
    assert_eq!(resumed.seqs_until(7).await, [7]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_stops_reading_is_closed_with_4000_after_what_was_queued_and_holds_up_nobody() {
    // However long the writing takes, nobody loses patience with the one who does not read.
    let timeouts = Timeouts { send: PATIENCE * 10, ..Timeouts::default() };
    let server = Served::open_with_small_buffers(Config { timeouts, ..Config::default() }).await;
    let execution = server.api().new_execution().await;
    let mut slow = Client::connect_with_small_buffer(server.address, &execution, "?last_seq=1").await;
    slow.catch_up().await;
    let (last, written) = watch::channel(None);
    let mut others = JoinSet::new();
    for _ in 0..3 {
        let mut other = server.connect(&execution, "?last_seq=1").await;
        let written = written.clone();
        others.spawn(async move {
            let mut seqs = Vec::new();
            while written.borrow().is_none_or(|last| seqs.last() < Some(&last)) {
                seqs.push(other.next_seq().await.expect("the connection holds"));
            }
            seqs
        });
    }
    write(&execution, 1_400).await;
    // The one after the last, which all of them wait for.
    let end = execution.read().await["last_seq"].as_u64().expect("a number") + 1;
    last.send_replace(Some(end));
    note(&execution, "the last one").await;
    let all: Vec<u64> = (2..=end).collect();
    for seqs in others.join_all().await {
        assert_eq!(seqs, all);
    }
    let mut read = Vec::new();
    let ending = loop {
        match slow.next_seq().await {
            Ok(seq) => read.push(seq),
            Err(ending) => break ending,
        }
    };
    assert_eq!(ending, Ending::Code(4000));
    assert!(read.len() > 1_000 && read.len() < all.len(), "{} of {}", read.len(), all.len());
    let last_seq = 1 + read.len() as u64;
    let mut again = server.connect(&execution, &format!("?last_seq={last_seq}")).await;
    read.extend(again.seqs_until(end).await);
    assert_eq!(read, all);
    assert_eq!(server.metric("forge_live_closed_total{reason=\"slow_consumer\"}").await, 1.0);
}

#[tokio::test]
async fn what_another_process_wrote_is_not_left_out() {
    let server = Served::open().await;
    let execution = server.api().new_execution().await;
    let mut client = server.connect(&execution, "?last_seq=1").await;
    client.catch_up().await;
    let elsewhere = server.app.beside().await.execution(&execution.id);
    note(&elsewhere, "not heard").await;
    note(&elsewhere, "not heard either").await;
    note(&execution, "heard").await;
    assert_eq!(client.seqs_until(4).await, [2, 3, 4]);
    note(&execution, "heard again").await;
    assert_eq!(client.seqs_until(5).await, [5]);
}

/// Adds at least so many events.
async fn write(execution: &Execution, events: u64) {
    let mut writers = JoinSet::new();
    for node in NODES {
        let execution = execution.clone();
        let rounds = events / 6 / NODES.len() as u64 + 1;
        writers.spawn(async move {
            for _ in 0..rounds {
                // Three events each.
                for (status, name) in [("in_progress", "Ana"), ("blocked", "Ben")] {
                    let change = json!({ "status": status, "assignee": name, "notes": name });
                    execution.change_step(node, &change).await;
                }
            }
        });
    }
    writers.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_missed_too_much_is_sent_the_state_and_then_goes_on_from_there() {
    let server = Served::open().await;
    let execution = server.api().new_execution().await;
    write(&execution, MAX_CATCH_UP_EVENTS + 1).await;
    let last = execution.read().await["last_seq"].as_u64().expect("a number");
    assert!(last > MAX_CATCH_UP_EVENTS);
    let mut far = server.connect(&execution, &format!("?last_seq={}", last - MAX_CATCH_UP_EVENTS - 1)).await;
    let state = far.snapshot().await;
    assert_eq!(state["last_seq"], last);
    assert_eq!(state["head_hash"], execution.read().await["head_hash"]);
    let known = last - MAX_CATCH_UP_EVENTS;
    let mut near = server.connect(&execution, &format!("?last_seq={known}")).await;
    note(&execution, "next").await;
    assert_eq!(far.seqs_until(last + 1).await, [last + 1]);
    assert_eq!(near.seqs_until(last + 1).await, (known + 1..=last + 1).collect::<Vec<_>>());
}
