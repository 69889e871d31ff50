//! Who is there.

use std::time::Duration;

use serde_json::json;
use server::{Config, Timeouts};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::client::A_WHILE;
use super::{Served, note};

#[tokio::test]
async fn others_see_who_comes_what_they_look_at_and_who_goes() {
    let server = Served::open().await;
    let execution = server.api().new_execution().await;
    let mut ana = server.join(&execution, "Ana").await;
    ana.who_until(&["Ana"]).await;
    let mut ben = server.join(&execution, "Ben").await;
    ana.who_until(&["Ana", "Ben"]).await;
    ben.look(Some("collect"), false).await;
    ana.who_until(&["Ana", "Ben@collect"]).await;
    ben.look(Some("collect"), true).await;
    ana.who_until(&["Ana", "Ben@collect!"]).await;
    ben.look(Some("no-such-node"), false).await;
    ana.who_until(&["Ana", "Ben"]).await;
    ben.who_until(&["Ana", "Ben"]).await;
    ben.close().await;
    let told = ana.who_until(&["Ana"]).await;
    assert_eq!(told, [["Ana"]], "gone at once");
}

#[tokio::test]
async fn what_a_client_says_may_be_longer_than_what_is_read_at_once() {
    let server = Served::open().await;
    let execution = server.api().new_execution().await;
    let mut ana = server.join(&execution, "Ana").await;
    ana.look(Some(&"long".repeat(10_000)), false).await;
    ana.look(Some("collect"), false).await;
    ana.who_until(&["Ana@collect"]).await;
}

#[tokio::test]
async fn two_tabs_of_one_person_are_one_person() {
    let server = Served::open().await;
    let execution = server.api().new_execution().await;
    let mut first = server.join(&execution, "Ana").await;
    first.who_until(&["Ana"]).await;
    let mut second = server.join(&execution, "Ana").await;
    first.who_until(&["Ana×2"]).await;
    second.look(Some("collect"), false).await;
    first.who_until(&["Ana@collect×2"]).await;
    second.close().await;
    first.who_until(&["Ana"]).await;
}

#[tokio::test]
async fn who_is_cut_off_stays_for_a_while_and_then_goes() {
    let timeouts = Timeouts { grace: Duration::from_secs(2), ..Timeouts::default() };
    let server = Served::open_with(Config { timeouts, ..Config::default() }).await;
    let execution = server.api().new_execution().await;
    let mut ana = server.join(&execution, "Ana").await;
    let mut ben = server.join(&execution, "Ben").await;
    ben.look(Some("collect"), true).await;
    ana.who_until(&["Ana", "Ben@collect!"]).await;
    ben.reset();
    ana.who_until(&["Ana", "Ben@collect×0"]).await;
    ana.who_until(&["Ana"]).await;

    let ben = server.join(&execution, "Ben").await;
    ana.who_until(&["Ana", "Ben"]).await;
    ben.hang_up();
    ana.who_until(&["Ana", "Ben×0"]).await;
    let _ben = server.join(&execution, "Ben").await;
    assert_eq!(ana.who_until(&["Ana", "Ben"]).await, [["Ana", "Ben"]], "who is back in time never left");
}

#[tokio::test]
async fn a_hello_without_a_name_sees_and_is_not_seen_and_a_new_hello_is_a_new_name() {
    let server = Served::open().await;
    let execution = server.api().new_execution().await;
    let mut onlooker = server.connect(&execution, "?last_seq=1").await;
    onlooker.say(&json!({ "type": "hello", "protocol": 1 })).await;
    assert!(onlooker.who().await.is_empty(), "nobody is there, and that is told");
    let mut ana = server.join(&execution, "Ana").await;
    onlooker.who_until(&["Ana"]).await;
    ana.look(Some("collect"), false).await;
    ana.hello("Ana Öz").await;
    onlooker.who_until(&["Ana Öz@collect"]).await;
    onlooker.hello("Olga").await;
    ana.who_until(&["Ana Öz@collect", "Olga"]).await;
}

#[tokio::test]
async fn who_says_hello_late_is_there_from_then_on_and_gets_no_event_twice() {
    let server = Served::open().await;
    let execution = server.api().new_execution().await;
    let mut late = server.connect(&execution, "").await;
    assert_eq!(late.seqs_until(1).await, [1], "it waited for a hello no longer");
    late.hello("Lea").await;
    late.who_until(&["Lea"]).await;
    note(&execution, "next").await;
    assert_eq!(late.seqs_until(2).await, [2]);
}

#[tokio::test]
async fn who_never_says_hello_is_not_told_who_is_there() {
    let server = Served::open().await;
    let execution = server.api().new_execution().await;
    let mut silent = server.connect(&execution, "?last_seq=1").await;
    silent.look(Some("collect"), true).await;
    let mut ana = server.join(&execution, "Ana").await;
    ana.who_until(&["Ana"]).await;
    let ben = server.join(&execution, "Ben").await;
    ana.who_until(&["Ana", "Ben"]).await;
    ben.close().await;
    ana.who_until(&["Ana"]).await;
    // By then, whoever is told late was told.
    sleep(A_WHILE).await;
    note(&execution, "the last one").await;
    assert_eq!(silent.seqs_until(2).await, [2]);
    assert_eq!(silent.times_told_who(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn events_come_in_order_and_whole_however_fast_people_come_and_look_around() {
    const NOTES: u64 = 150;
    let server = Served::open().await;
    let execution = server.api().new_execution().await;
    let mut clients = JoinSet::new();
    for number in 0..6 {
        let mut client = server.join(&execution, &format!("Analyst {number}")).await;
        clients.spawn(async move {
            let mut seqs = Vec::new();
            while seqs.last() < Some(&(NOTES + 1)) {
                seqs.push(client.next_seq().await.expect("the connection holds"));
                for node in ["collect", "isolate", "report"] {
                    client.look(Some(node), number % 2 == 0).await;
                }
                client.hello(&format!("Analyst {number} at {}", seqs.len())).await;
            }
            (seqs, client.times_told_who())
        });
    }
    for number in 0..NOTES {
        note(&execution, &format!("note {number}")).await;
    }
    for (seqs, told) in clients.join_all().await {
        assert_eq!(seqs, (2..=NOTES + 1).collect::<Vec<_>>());
        assert!(told > 0, "and people were told of");
    }
}
