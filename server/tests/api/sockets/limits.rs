//! There are so many places, and what was given back is free.

use axum_test::TestResponse;
use server::Config;

use super::Served;
use crate::harness::{Execution, problem};

/// Asks for a live connection, as the proxy on this machine would for a client at an address.
async fn ask(execution: &Execution, address: &str) -> TestResponse {
    execution.live("?last_seq=1").add_header("x-forwarded-for", address).await
}

fn refused(response: &TestResponse, status: u16, kind: &str) {
    let problem = problem(response, status);
    assert_eq!(problem.kind, format!("/problems/{kind}"));
    assert!(response.header("retry-after").to_str().is_ok_and(|seconds| seconds.parse::<u32>().is_ok()));
}

#[tokio::test]
async fn one_connection_too_many_from_one_address_is_refused_until_another_ends() {
    let server = Served::open_with(Config { max_live_per_address: 2, ..Config::default() }).await;
    let executions = [server.api().new_execution().await, server.api().new_execution().await];
    let here = "2001:db8:0:7::1";
    let mut first = ask(&executions[0], here).await.into_websocket().await;
    let _second = ask(&executions[1], "2001:db8:0:7::2").await.into_websocket().await;
    refused(&ask(&executions[0], here).await, 429, "too-many-connections");
    let _elsewhere = ask(&executions[0], "2001:db8:0:8::1").await.into_websocket().await;
    assert_eq!(server.metric("forge_live_addresses").await, 2.0);
    assert_eq!(server.metric("forge_live_refused_total{limit=\"address\"}").await, 1.0);
    assert!(first.receive_text().await.contains("heartbeat"));
    first.close().await;
    server.metrics_become(&[("forge_live_connections", 2.0)]).await;
    let _third = ask(&executions[0], here).await.into_websocket().await;
}

#[tokio::test]
async fn one_connection_too_many_of_an_execution_is_refused_until_another_ends() {
    let server = Served::open_with(Config { max_live_per_execution: 2, ..Config::default() }).await;
    let executions = [server.api().new_execution().await, server.api().new_execution().await];
    let first = server.connect(&executions[0], "?last_seq=1").await;
    let _second = server.connect(&executions[0], "?last_seq=1").await;
    refused(&ask(&executions[0], "203.0.113.7").await, 503, "execution-full");
    let _other = server.connect(&executions[1], "?last_seq=1").await;
    assert_eq!(server.metric("forge_live_refused_total{limit=\"execution\"}").await, 1.0);
    first.reset();
    server.metrics_become(&[("forge_live_connections", 2.0)]).await;
    let _third = server.connect(&executions[0], "?last_seq=1").await;
}
