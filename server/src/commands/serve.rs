//! `serve`

use std::io;
use std::net::SocketAddr;

use anyhow::Context;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use server::{Config, Instance};
use tokio::net::{TcpListener, TcpSocket};

use super::output::say;

/// Connections that may wait to be accepted, as far as the system lets them (`net.core.somaxconn`).
const WAITING: u32 = 4_096;

/// Serves until the process is asked to stop.
pub(crate) async fn serve(config: &Config) -> anyhow::Result<()> {
    let addr: SocketAddr = config.addr;
    allow_many_files();
    let instance = Instance::open(config)
        .await
        .with_context(|| format!("the data folder {} cannot be used", config.data_dir.display()))?;
    let listener = listen(addr).with_context(|| format!("cannot listen on {addr}"))?;
    say(&format!("Playbook Forge is at http://{}", listener.local_addr()?));
    instance.serve(listener, stop_signal()).await?;
    instance.close().await;
    Ok(())
}

/// Listens, with room for a crowd that comes back at once after a restart: whoever finds none tries again seconds later.
fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = if addr.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Or a server that is started again would have to wait for the last connections of the one before.
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    socket.listen(WAITING)
}

/// Every connection is an open file, and many systems allow 1,024 unless asked for more.
fn allow_many_files() {
    let limit = getrlimit(Resource::Nofile);
    match setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        Ok(()) => tracing::debug!(from = ?limit.current, to = ?limit.maximum, "files that may be open"),
        Err(error) => tracing::warn!(%error, limit = ?limit.current, "no more files may be open than before"),
    }
}

/// Ends when the process is asked to stop.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let heard = async |kind: SignalKind| match signal(kind) {
        Ok(mut stream) => _ = stream.recv().await,
        Err(error) => {
            tracing::warn!(%error, "a signal cannot be heard");
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = heard(SignalKind::interrupt()) => {}
        () = heard(SignalKind::terminate()) => {}
    }
}
