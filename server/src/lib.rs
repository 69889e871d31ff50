//! The host of Playbook Forge: the application service over its store, REST, live connections, and web pages.
//!
//! Directions: `http` knows `service`, `service` knows `store` and `hub`, and never the other way round. Nobody writes
//! state except through the service.

// The type of a page is as deep as the page.
#![recursion_limit = "512"]

mod http;
mod hub;
mod service;
mod store;

use std::path::PathBuf;

use axum::Router;
use domain::ids::ExecutionId;
use tokio::sync::watch;

use hub::Hub;
use service::Service;
use store::Store;
pub use store::{Finding, Verification};

/// How a server is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the database lies; made when it is not there.
    pub data_dir: PathBuf,
    /// Whether an empty library begins with the demo playbooks.
    pub demo: bool,
}

/// A server that is ready to be given requests.
pub struct Instance {
    service: Service,
    stop: watch::Sender<bool>,
    router: Router,
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

impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:<6} {:<44} {}", self.methods, self.path, self.summary)
    }
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
}

impl Instance {
    /// Opens the database, bringing its schema up to date, and sets up every address.
    ///
    /// # Errors
    /// When the database cannot be opened or the demo playbooks cannot be stored.
    pub async fn open(config: &Config) -> Result<Self, Failure> {
        let hub = Hub::default();
        let on_commit = {
            let hub = hub.clone();
            Box::new(move |id: ExecutionId, events: &[domain::event::Event]| hub.publish(id, events))
        };
        let store = Store::open(&config.data_dir, on_commit).await.map_err(Failure::of)?;
        let service = Service::new(store, hub);
        if config.demo {
            service.seed_demo().await.map_err(Failure::of)?;
        }
        let (stop, stopping) = watch::channel(false);
        let router = http::router(service.clone(), stopping);
        Ok(Self { service, stop, router })
    }

    /// Every address that the server answers.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Checks the log of every execution, or of the one named, and the rows cached from it.
    ///
    /// # Errors
    /// When the database cannot be read. What is wrong with an execution stands in its [`Verification`].
    pub async fn verify(&self, only: Option<ExecutionId>) -> Result<Vec<Verification>, Failure> {
        self.service.verify(only).await.map_err(Failure::of)
    }

    /// Drops the cached rows and folds every log again. Returns how many executions there are.
    ///
    /// # Errors
    /// When the database cannot be read or written; the rows are then as before.
    pub async fn rebuild(&self) -> Result<usize, Failure> {
        self.service.rebuild().await.map_err(Failure::of)
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
