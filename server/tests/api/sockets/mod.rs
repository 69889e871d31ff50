//! Live connections over real sockets, as the program accepts them: what is lost, slow, late, or one too many.

mod catching_up;
mod client;
mod ends;
mod limits;
mod presence;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use server::Config;
use tokio::net::{TcpListener, TcpSocket};
use tokio::time::{sleep, timeout};

use crate::harness::{Api, Execution, TestApp};
use client::Client;

/// After this long nothing will come any more, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that accepts connections as the program does. Changes are made beside it, over the same instance.
struct Served {
    app: Arc<TestApp>,
    address: SocketAddr,
}

impl Served {
    async fn open() -> Self {
        Self::open_with(Config::default()).await
    }

    async fn open_with(config: Config) -> Self {
        Self::listening(config, TcpListener::bind("127.0.0.1:0").await.expect("a free port")).await
    }

    /// A server whose connections hold little that was not read.
    async fn open_with_small_buffers(config: Config) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        // Connections have it from what they were accepted by.
        socket.set_send_buffer_size(4 * 1024).expect("a size");
        socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
        Self::listening(config, socket.listen(64).expect("it listens")).await
    }

    async fn listening(config: Config, listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("an address");
        let app = Arc::new(TestApp::open_with(config).await);
        let serving = app.clone();
        tokio::spawn(async move { serving.instance.serve(listener, std::future::pending()).await });
        Self { app, address }
    }

    fn api(&self) -> &Api {
        &self.app.api
    }

    /// Connects; `query` with its question mark, or empty.
    async fn connect(&self, execution: &Execution, query: &str) -> Client {
        Client::connect(self.address, execution, query).await
    }

    /// Connects, knowing the newest, and says who is there.
    async fn join(&self, execution: &Execution, name: &str) -> Client {
        let last = execution.read().await["last_seq"].clone();
        let mut client = self.connect(execution, &format!("?last_seq={last}")).await;
        client.hello(name).await;
        client
    }

    /// A number among the metrics, by all that stands before it; 0 for a label that was not needed so far.
    async fn metric(&self, name: &str) -> f64 {
        let text = self.api().get("/metrics").await.text();
        let number = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        assert!(number.is_some() || name.contains('{'), "there is no {name} in\n{text}");
        number.map_or(0.0, |number| number.parse().expect("a number"))
    }

    /// Waits until numbers among the metrics are as they shall become.
    async fn metrics_become(&self, expected: &[(&str, f64)]) {
        let all = async {
            for (name, number) in expected {
                while self.metric(name).await != *number {
                    sleep(Duration::from_millis(20)).await;
                }
            }
        };
        if timeout(PATIENCE, all).await.is_err() {
            panic!("not {expected:?}, but\n{}", self.api().get("/metrics").await.text());
        }
    }
}

async fn note(execution: &Execution, text: &str) {
    execution.change_step("collect", &serde_json::json!({ "notes": text })).await;
}
