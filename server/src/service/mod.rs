//! The application service: the one way to the data, for REST handlers and server functions alike.
//!
//! It gives commands their time and id, hands them to the store, and knows nothing of HTTP or of pages.

mod archive;
mod clock;
mod demo;
mod error;
mod evidence;
mod executions;
mod instructions;
mod metrics;
mod others;
mod playbooks;
mod report;
mod uploads;

use std::sync::Arc;

use chrono::Utc;
use domain::api::{DEFAULT_PAGE, MAX_PAGE};
use domain::command::{Refusal, check_length};
use domain::event::Secret;
use domain::ids::MAX_NAME_CHARS;
use domain::time::Timestamp;
use uuid::Uuid;

pub(crate) use clock::Clock;
pub(crate) use error::ServiceError;
pub(crate) use evidence::{FileDetails, Upload};
pub(crate) use executions::{execution_changed, step_changed};
pub(crate) use playbooks::{Compared, Exported};
pub(crate) use uploads::EvidenceLimits;
use uploads::Uploads;

use crate::hub::Hub;
use crate::report::Press;
use crate::shelf::Shelf;
pub(crate) use crate::store::Page;
use crate::store::{Generation, Refolded, Store, StoreError};
use crate::thehive::TheHive;
use crate::workshop::{Lane, Workshop};

/// Whether the service can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// It can.
    Ready,
    /// The database does not answer.
    NoDatabase,
    /// It can, but the clock was set back: events carry this time until it has come that far again.
    ClockSetBack(Timestamp),
    /// Executions are being folded anew. What it says is right, but lists and figures take long.
    Refolding,
}

/// The application service.
#[derive(Clone)]
pub(crate) struct Service {
    store: Store,
    hub: Hub,
    clock: Clock,
    /// How much evidence is taken in.
    uploads: Uploads,
    /// Where what takes long is computed.
    workshop: Workshop,
    /// Where PDFs are made.
    press: Arc<Press>,
    /// Playbook versions as files.
    exports: Arc<Shelf<playbooks::ExportKey, Exported>>,
    /// Where incidents lie.
    thehive: Option<TheHive>,
}

impl Service {
    /// A service over a store whose commits are published to `hub`, that takes in so much evidence, and leads to the
    /// incidents of a TheHive if there is one.
    pub(crate) fn new(
        store: Store,
        hub: Hub,
        clock: Clock,
        evidence: EvidenceLimits,
        thehive: Option<TheHive>,
    ) -> Self {
        let workshop = Workshop::default();
        let press = Arc::new(Press::new(workshop.clone()));
        let exports = Arc::new(Shelf::new(playbooks::EXPORT_ROOM, playbooks::EXPORTS));
        Self { store, hub, clock, uploads: Uploads::new(evidence), workshop, press, exports, thehive }
    }

    /// Where committed events are heard.
    pub(crate) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Whether it can be asked.
    pub(crate) async fn readiness(&self) -> Readiness {
        if self.store.ping().await.is_err() {
            return Readiness::NoDatabase;
        }
        match self.store.is_folded().await {
            Ok(true) => self.clock.behind().map_or(Readiness::Ready, Readiness::ClockSetBack),
            Ok(false) => Readiness::Refolding,
            Err(_) => Readiness::NoDatabase,
        }
    }

    /// Folds anew what an older version of the fold wrote.
    pub(crate) async fn refold(&self) -> Result<Refolded, ServiceError> {
        Ok(self.store.refold().await?)
    }

    /// Computes what is over within a fraction of a second, away from the threads that answer requests.
    async fn computed<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        Ok(self.workshop.run(Lane::Quick, compute).await?)
    }

    /// Where what takes long is computed.
    pub(crate) fn workshop(&self) -> &Workshop {
        &self.workshop
    }

    /// What everything that is kept is now: changes with every change of anything.
    pub(crate) async fn generation(&self) -> Result<Generation, ServiceError> {
        Ok(self.store.generation().await?)
    }

    /// Finishes what was accepted.
    pub(crate) async fn close(&self) {
        self.store.close().await;
    }
}

/// What is searched for is no longer than what there may be.
fn check_name(field: &'static str, value: Option<&str>) -> Result<(), Refusal> {
    value.map_or(Ok(()), |value| check_length(field, value, MAX_NAME_CHARS))
}

/// How many items a page of a list has.
///
/// # Errors
/// When more are asked for than one may have.
fn page_length(asked: Option<u64>) -> Result<u64, ServiceError> {
    match asked {
        Some(limit) if limit > MAX_PAGE => {
            let message = format!("limit is at most {MAX_PAGE}: ask for the rest with offset, as the Link header says");
            Err(ServiceError::Invalid { field: "limit", message })
        }
        asked => Ok(asked.unwrap_or(DEFAULT_PAGE)),
    }
}

/// The server's clock.
pub(crate) fn now() -> Timestamp {
    Timestamp::new(Utc::now())
}

/// What the salts of one command are made from.
fn secret() -> Result<Secret, ServiceError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::BrokeDown(format!("no random numbers: {error}")))?;
    Ok(Secret(bytes))
}

fn new_id() -> Uuid {
    Uuid::now_v7()
}
