//! Serving connections: accepting them, ending those that only take up room, and stopping without losing anything.
//!
//! `axum::serve` gives hyper no timer, so nothing would bound how long the head of a request may take; and hyper-util's
//! connection that also speaks HTTP/2 waits for the first bytes without any bound. So this speaks HTTP/1 with hyper itself,
//! which is what proxies speak to it.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use domain::presence::GRACE_SECONDS;
use domain::protocol::HEARTBEAT_SECONDS;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use crate::Instance;
use crate::pace::PacedWrites;

/// How long the server waits before it goes on without somebody.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the head of a request, and for the next request on a connection that is kept open.
    pub head: Duration,
    /// For a whole request, from its head to the head of the answer. Evidence has its own.
    pub request: Duration,
    /// For running requests and live connections when the server stops.
    pub stop: Duration,
    /// For a client that has stopped reading, in the middle of an answer or of a message of a live connection.
    pub send: Duration,
    /// Between two heartbeats of a live connection; a client that leaves two unanswered is gone.
    pub heartbeat: Duration,
    /// For somebody whose live connection broke to be back, before others are told that they left.
    pub grace: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(30),
            request: Duration::from_secs(30),
            stop: Duration::from_secs(10),
            send: Duration::from_secs(30),
            heartbeat: Duration::from_secs(HEARTBEAT_SECONDS.into()),
            grace: Duration::from_secs(GRACE_SECONDS.into()),
        }
    }
}

/// When no connection can be accepted, as with too many open files, the next try is made after this long.
const ACCEPT_AGAIN: Duration = Duration::from_secs(1);

impl Instance {
    /// Serves every connection until `asked_to_stop` ends; then takes no more, ends live connections with 1001, lets
    /// running requests finish, and returns when all are done or their time is over.
    ///
    /// # Errors
    /// When the listener has no address.
    pub async fn serve(&self, listener: TcpListener, asked_to_stop: impl Future<Output = ()>) -> io::Result<()> {
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            tracing::warn!(
                %address,
                "listening beyond this machine, and there is no login: only a proxy that knows who may come in should reach this address"
            );
        }
        tokio::select! {
            never = self.accept(&listener) => match never {},
            () = self.refold_and_wait() => {}
            () = asked_to_stop => {}
        }
        drop(listener);
        tracing::info!("stopping: running requests are finished first");
        self.stop.send_replace(true);
        if timeout(self.timeouts.stop, self.stop.closed()).await.is_err() {
            tracing::warn!(
                connections = self.stop.receiver_count(),
                "stopping although not everybody was done: they were given {:?}",
                self.timeouts.stop
            );
        }
        Ok(())
    }

    /// Folds anew what an older version wrote, then waits for ever.
    async fn refold_and_wait(&self) {
        if let Err(error) = self.refold().await {
            tracing::error!(%error, "executions could not be folded anew: this is tried again at the next start");
        }
        std::future::pending::<()>().await;
    }

    async fn accept(&self, listener: &TcpListener) -> std::convert::Infallible {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let router = self.router();
                    tokio::spawn(converse(stream, peer, router, self.timeouts, self.stop.subscribe()));
                }
                // One that left before it was accepted is no reason to let others wait.
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be accepted");
                    sleep(ACCEPT_AGAIN).await;
                }
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Answers the requests of one connection. `stopping` is held to the end, which is how the server knows who is left.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    timeouts: Timeouts,
    mut stopping: watch::Receiver<bool>,
) {
    // Events are small and must not wait for more. Where it cannot be set they only come later.
    let _ = stream.set_nodelay(true);
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(timeouts.head);
    let router = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    });
    let stream = TokioIo::new(PacedWrites::new(stream, timeouts.send));
    let connection = builder.serve_connection(stream, TowerToHyperService::new(router)).with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Ends when the server is about to stop.
pub(crate) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error means that nobody is left to say so: then the server is gone already.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}
