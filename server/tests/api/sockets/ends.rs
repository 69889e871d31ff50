//! However a live connection ends, nothing of it is left.

use std::time::Duration;

use fastrand::Rng;
use server::{Config, Timeouts};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::Served;
use super::client::Client;

const NOBODY: [(&str, f64); 4] =
    [("forge_live_connections", 0.0), ("forge_rooms", 0.0), ("forge_analysts", 0.0), ("forge_live_addresses", 0.0)];

#[tokio::test]
async fn a_client_that_leaves_two_heartbeats_unanswered_is_gone() {
    let timeouts = Timeouts { heartbeat: Duration::from_secs(1), grace: Duration::from_secs(1), ..Timeouts::default() };
    let server = Served::open_with(Config { timeouts, ..Config::default() }).await;
    let execution = server.api().new_execution().await;
    let mut ana = server.join(&execution, "Ana").await;
    let ben = server.join(&execution, "Ben").await;
    ana.who_until(&["Ana", "Ben"]).await;
    // Ana reads and so answers; Ben's connection is open, and nobody is at its other end.
    ana.who_until(&["Ana", "Ben×0"]).await;
    ana.who_until(&["Ana"]).await;
    assert_eq!(server.metric("forge_live_closed_total{reason=\"lost\"}").await, 1.0);
    assert_eq!(server.metric("forge_live_connections").await, 1.0);
    drop(ben);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_five_hundred_connections_nothing_is_left_however_they_ended() {
    const CONNECTIONS: u32 = 500;
    const AT_ONCE: u32 = 25;
    let seed = fastrand::u64(..);
    let timeouts = Timeouts { grace: Duration::from_millis(200), ..Timeouts::default() };
    let server = Served::open_with(Config { timeouts, ..Config::default() }).await;
    let executions = [server.api().new_execution().await, server.api().new_execution().await];
    let mut workers = JoinSet::new();
    for worker in 0..AT_ONCE {
        let mut rng = Rng::with_seed(seed.wrapping_add(worker.into()));
        let (address, executions) = (server.address, executions.clone());
        workers.spawn(async move {
            let mut goodbyes = 0;
            for number in 0..CONNECTIONS / AT_ONCE {
                let execution = &executions[rng.usize(..2)];
                let mut client = Client::connect(address, execution, "?last_seq=1").await;
                if rng.bool() {
                    client.hello(&format!("Analyst {}", number % 7)).await;
                }
                if rng.bool() {
                    client.catch_up().await;
                }
                sleep(Duration::from_millis(rng.u64(0..5))).await;
                match rng.u8(0..3) {
                    0 => {
                        client.close().await;
                        goodbyes += 1;
                    }
                    1 => client.hang_up(),
                    _ => client.reset(),
                }
            }
            goodbyes
        });
    }
    let goodbyes: u32 = workers.join_all().await.into_iter().sum();
    let lost = f64::from(CONNECTIONS - goodbyes);
    println!("seed {seed}: {goodbyes} said goodbye");
    server.metrics_become(&NOBODY).await;
    let closed = [
        ("forge_live_closed_total{reason=\"client\"}", goodbyes.into()),
        ("forge_live_closed_total{reason=\"lost\"}", lost),
    ];
    server.metrics_become(&closed).await;
}

#[tokio::test]
async fn the_numbers_say_what_happens() {
    let server = Served::open().await;
    server.metrics_become(&NOBODY).await;
    let execution = server.api().new_execution().await;
    let mut ana = server.join(&execution, "Ana").await;
    ana.who_until(&["Ana"]).await;
    let mut silent = server.connect(&execution, "?last_seq=1").await;
    silent.catch_up().await;
    server
        .metrics_become(&[
            ("forge_live_connections", 2.0),
            ("forge_rooms", 1.0),
            ("forge_analysts", 1.0),
            ("forge_live_addresses", 1.0),
        ])
        .await;
    let sent = server.metric("forge_live_messages_sent_total").await;
    super::note(&execution, "told to two").await;
    ana.seqs_until(2).await;
    silent.seqs_until(2).await;
    assert_eq!(server.metric("forge_events_published_total").await, 2.0);
    assert!(server.metric("forge_live_messages_sent_total").await >= sent + 2.0);
    // A playbook, an execution, a note.
    assert_eq!(server.metric("forge_commits_total").await, 3.0);
    assert_eq!(server.metric("forge_http_requests_total{method=\"PATCH\",status=\"2xx\"}").await, 1.0);
    let text = server.api().get("/metrics").await.text();
    assert!(text.contains(&format!("forge_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"))), "{text}");
    assert!(text.ends_with("# EOF\n"));
}
