//! The host of Playbook Forge: the application service over its store, REST, live connections, and web pages.
//!
//! Directions: `http` knows `service`, `service` knows `store` and `hub`, and never the other way round. Nobody writes
//! state except through the service.

// The type of a page is as deep as the page.
#![recursion_limit = "512"]

mod archive;
mod durable;
mod http;
mod hub;
mod maintenance;
mod metrics;
mod pace;
mod report;
mod serve;
mod service;
mod shelf;
mod store;
mod thehive;
mod workshop;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use axum::Router;
use domain::ids::ExecutionId;
use tokio::sync::watch;
use tokio::task::AbortHandle;

pub use archive::{ArchiveError, BackedUp, Checked, check_bundle};
pub use http::origin::{NoOrigin, Origin};
use hub::{Bounds, Hub};
pub use maintenance::{Restored, restore};
use metrics::Counts;
pub use serve::Timeouts;
use service::{Clock, EvidenceLimits, Service};
use store::Store;
pub use store::{Damage, Finding, OnProgress, Purpose, Refolded, Verification};
pub use thehive::{NoTheHive, TheHive};

/// How a server is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the database lies; made when it is not there.
    pub data_dir: PathBuf,
    /// Whether an empty library begins with the demo playbooks.
    pub demo: bool,
    /// Largest file that is taken as evidence, in MiB.
    pub max_evidence_mb: u64,
    /// Most evidence of all executions together, in MiB.
    pub evidence_quota_mb: Option<u64>,
    /// Where the server is going to listen: on a loopback address, names in `Host` must be known.
    pub addr: SocketAddr,
    /// The names of this server, as browsers see them; behind a proxy, its public name.
    pub allowed_origins: Vec<Origin>,
    /// Where incidents lie in TheHive; executions lead there when it is known.
    pub thehive: Option<TheHive>,
    /// Most live connections of one execution.
    pub max_live_per_execution: usize,
    /// Most live connections from one address.
    pub max_live_per_address: usize,
    /// How long the server waits for others.
    pub timeouts: Timeouts,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("./data"),
            demo: false,
            max_evidence_mb: 50,
            evidence_quota_mb: None,
            addr: (Ipv4Addr::LOCALHOST, 3000).into(),
            allowed_origins: Vec::new(),
            thehive: None,
            max_live_per_execution: 10_000,
            max_live_per_address: 1_000,
            timeouts: Timeouts::default(),
        }
    }
}

/// A server that is ready to be given requests.
pub struct Instance {
    service: Service,
    data_dir: PathBuf,
    stop: watch::Sender<bool>,
    timeouts: Timeouts,
    router: Router,
    _others: Following,
}

/// A task that ends with what it is for.
struct Following(AbortHandle);

impl Drop for Following {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// An address of the server.
#[derive(Clone, Debug)]
pub struct Route {
    /// The methods it takes, with spaces between them.
    pub methods: String,
    /// The address; what varies stands in braces.
    pub path: String,
    /// What is there, in a few words.
    pub summary: String,
}

/// Every address of a server.
pub fn routes() -> Vec<Route> {
    http::addresses()
}

/// Why a server could not be set up, or maintenance failed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

impl Failure {
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }

    fn no_database(config: &Config) -> Self {
        Self(format!("there is no database in {}: name its folder with --data-dir", config.data_dir.display()))
    }
}

impl Instance {
    /// Opens the database to serve it, and sets up every address.
    ///
    /// # Errors
    /// When the database cannot be opened or the demo playbooks cannot be stored.
    pub async fn open(config: &Config) -> Result<Self, Failure> {
        Self::open_for(Purpose::Serve, config).await
    }

    /// The same for another purpose.
    ///
    /// # Errors
    /// As for [`Self::open`], or when there is no database to look at.
    pub async fn open_for(purpose: Purpose, config: &Config) -> Result<Self, Failure> {
        if purpose != Purpose::Look {
            archive::finish_restore(&config.data_dir).map_err(Failure::of)?;
        } else if archive::is_half_restored(&config.data_dir) {
            return Err(Failure::of("a restore was broken off here: start the server once, which finishes it"));
        } else if !config.data_dir.join(store::DATABASE).is_file() {
            return Err(Failure::no_database(config));
        }
        let counts = Counts::default();
        let bounds = Bounds {
            per_execution: config.max_live_per_execution,
            per_address: config.max_live_per_address,
            grace: config.timeouts.grace,
        };
        let hub = Hub::new(bounds, counts.live.clone());
        let clock = Clock::default();
        let on_commit = {
            let (hub, clock) = (hub.clone(), clock.clone());
            Box::new(move |id: ExecutionId, events: &[domain::event::Event]| {
                clock.heed(events);
                hub.publish(id, events);
            })
        };
        let store =
            Store::open_for(purpose, &config.data_dir, on_commit, counts.commits.clone()).await.map_err(Failure::of)?;
        let evidence = EvidenceLimits {
            file: config.max_evidence_mb << 20,
            total: config.evidence_quota_mb.map(|megabytes| megabytes << 20),
        };
        let service = Service::new(store, hub, clock, evidence, config.thehive.clone());
        if config.demo {
            service.seed_demo().await.map_err(Failure::of)?;
        }
        let others = Following(tokio::spawn(service.clone().follow_others()).abort_handle());
        let stop = watch::Sender::new(false);
        let router = http::router(service.clone(), config, counts, stop.clone());
        Ok(Self {
            service,
            data_dir: config.data_dir.clone(),
            stop,
            timeouts: config.timeouts,
            router,
            _others: others,
        })
    }

    /// To maintain a database that must be there already.
    ///
    /// # Errors
    /// When there is none, or as for [`Self::open`].
    pub async fn open_existing(config: &Config) -> Result<Self, Failure> {
        archive::finish_restore(&config.data_dir).map_err(Failure::of)?;
        if !config.data_dir.join(store::DATABASE).is_file() {
            return Err(Failure::no_database(config));
        }
        Self::open_for(Purpose::Maintain, config).await
    }

    /// Every address that the server answers.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Set to true, it ends the live connections, which would otherwise outlast every request.
    pub fn stopper(&self) -> watch::Sender<bool> {
        self.stop.clone()
    }

    /// Finishes every write that was accepted. Called last.
    pub async fn close(self) {
        self.service.close().await;
    }
}
