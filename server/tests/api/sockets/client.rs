//! A client of a live connection that does only what it is told, and can be rude.

use std::net::SocketAddr;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::PATIENCE;
use crate::harness::Execution;

/// A live connection.
pub(super) struct Client {
    socket: WebSocketStream<TcpStream>,
    /// What was read besides events since somebody asked for it.
    rosters: Vec<Value>,
}

/// How a connection ended, as the client sees it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// With a close code.
    Code(u16),
    /// Without a word.
    Cut,
}

impl Client {
    pub(super) async fn connect(address: SocketAddr, execution: &Execution, query: &str) -> Self {
        Self::over(TcpSocket::new_v4().expect("a socket"), address, execution, query).await
    }

    /// Connects, with room for little that was not read.
    pub(super) async fn connect_with_small_buffer(address: SocketAddr, execution: &Execution, query: &str) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4 * 1024).expect("a size");
        Self::over(socket, address, execution, query).await
    }

    async fn over(socket: TcpSocket, address: SocketAddr, execution: &Execution, query: &str) -> Self {
        let stream = socket.connect(address).await.expect("the server listens");
        let url = format!("ws://{address}/api/executions/{}/live{query}", execution.id);
        let (socket, _) = client_async(url, stream).await.expect("a live connection");
        Self { socket, rosters: Vec::new() }
    }

    pub(super) async fn say(&mut self, message: &Value) {
        self.socket.send(Message::text(message.to_string())).await.expect("the connection holds");
    }

    pub(super) async fn hello(&mut self, name: &str) {
        self.say(&json!({ "type": "hello", "protocol": 1, "analyst": name })).await;
    }

    pub(super) async fn look(&mut self, node_id: Option<&str>, editing: bool) {
        self.say(&json!({ "type": "viewing", "node_id": node_id, "editing": editing })).await;
    }

    /// The next message with words, or how the connection ended. Pings are answered on the way.
    pub(super) async fn next(&mut self) -> Result<Value, Ending> {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("a message in time") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("every text is JSON")),
                Some(Ok(Message::Close(Some(frame)))) => return Err(Ending::Code(frame.code.into())),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Err(Error::Io(_) | Error::Protocol(_) | Error::ConnectionClosed)) | None => {
                    return Err(Ending::Cut);
                }
                Some(other) => panic!("neither words nor an end: {other:?}"),
            }
        }
    }

    /// The next message but heartbeats and who is there, which is kept.
    async fn next_event(&mut self) -> Result<Value, Ending> {
        loop {
            let message = self.next().await?;
            match message["type"].as_str() {
                Some("heartbeat") => {}
                Some("presence") => self.rosters.push(message),
                _ => return Ok(message),
            }
        }
    }

    /// The number of the next event, or how the connection ended.
    pub(super) async fn next_seq(&mut self) -> Result<u64, Ending> {
        let event = self.next_event().await?;
        Ok(event["seq"].as_u64().unwrap_or_else(|| panic!("no event: {event}")))
    }

    /// The numbers of all events up to one.
    pub(super) async fn seqs_until(&mut self, last: u64) -> Vec<u64> {
        let mut seqs = Vec::new();
        while seqs.last() < Some(&last) {
            seqs.push(self.next_seq().await.expect("the connection holds"));
        }
        seqs
    }

    /// The state that comes in place of events.
    pub(super) async fn snapshot(&mut self) -> Value {
        let message = self.next_event().await.expect("the connection holds");
        assert_eq!(message["type"], "snapshot", "{message}");
        message["state"].clone()
    }

    /// Reads until the heartbeat after catching up.
    pub(super) async fn catch_up(&mut self) {
        while self.next().await.expect("the connection holds")["type"] != "heartbeat" {}
    }

    /// How often it was told who is there, while it asked for events.
    pub(super) fn times_told_who(&self) -> usize {
        self.rosters.len()
    }

    /// Who is there, when it is told next: each as `name@node!×connections`, without what is not so.
    pub(super) async fn who(&mut self) -> Vec<String> {
        loop {
            let message = self.next().await.expect("the connection holds");
            if message["type"] == "presence" {
                return message["analysts"].as_array().expect("a list").iter().map(shown).collect();
            }
        }
    }

    /// Reads until it is told that these are there. Returns all that it was told on the way.
    pub(super) async fn who_until(&mut self, expected: &[&str]) -> Vec<Vec<String>> {
        let mut told = Vec::new();
        let all = async {
            loop {
                told.push(self.who().await);
                if told.last().is_some_and(|who| who == expected) {
                    return;
                }
            }
        };
        if timeout(PATIENCE, all).await.is_err() {
            panic!("never {expected:?}, but {told:?}");
        }
        told
    }

    /// Says goodbye and reads to the end.
    pub(super) async fn close(mut self) {
        self.socket.close(None).await.expect("the connection holds");
        let to_the_end = async { while let Some(Ok(_)) = self.socket.next().await {} };
        timeout(PATIENCE, to_the_end).await.expect("an end in time");
    }

    /// Hangs up without a word.
    pub(super) fn hang_up(self) {
        drop(self);
    }

    /// Breaks off, so that the server is told at most by a reset.
    pub(super) fn reset(self) {
        self.socket.get_ref().set_zero_linger().expect("the socket is there");
    }
}

fn shown(analyst: &Value) -> String {
    let color = analyst["color"].as_str().expect("a colour");
    assert!(color.len() == 7 && color.starts_with('#'), "{color}");
    let name = analyst["name"].as_str().expect("a name");
    let node = analyst["node_id"].as_str().map(|node| format!("@{node}")).unwrap_or_default();
    let editing = if analyst["editing"] == true { "!" } else { "" };
    let connections = match analyst["connections"].as_u64().expect("a number") {
        1 => String::new(),
        number => format!("×{number}"),
    };
    format!("{name}{node}{editing}{connections}")
}

/// Long enough for two things to be told one after the other, where it matters that both are.
pub(super) const A_WHILE: Duration = Duration::from_millis(300);
