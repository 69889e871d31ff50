//! The application service: the one way to the data, for REST handlers and server functions alike.
//!
//! It gives commands their time and id, hands them to the store, and knows nothing of HTTP or of pages.

mod archive;
mod demo;
mod error;
mod evidence;
mod executions;
mod metrics;
mod playbooks;
mod prose;
mod report;

use std::sync::Arc;

use chrono::Utc;
use domain::command::{Refusal, check_length};
use domain::ids::MAX_NAME_CHARS;
use domain::time::Timestamp;
use uuid::Uuid;

pub(crate) use error::ServiceError;
pub(crate) use evidence::{FileDetails, Upload};
pub(crate) use executions::{execution_changed, step_changed};
pub(crate) use playbooks::{Compared, Exported};
pub(crate) use report::Reported;

use crate::hub::Hub;
use crate::report::Press;
use crate::store::Store;
use crate::thehive::TheHive;

/// The application service.
#[derive(Clone)]
pub(crate) struct Service {
    store: Store,
    hub: Hub,
    /// Largest file that is taken.
    max_evidence_bytes: u64,
    /// Where PDFs are made.
    press: Arc<Press>,
    /// Where incidents lie.
    thehive: Option<TheHive>,
}

impl Service {
    /// A service over a store whose commits are published to `hub`, that takes files up to a size, and leads to the
    /// incidents of a TheHive if there is one.
    pub(crate) fn new(store: Store, hub: Hub, max_evidence_bytes: u64, thehive: Option<TheHive>) -> Self {
        Self { store, hub, max_evidence_bytes, press: Arc::default(), thehive }
    }

    /// Where committed events are heard.
    pub(crate) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Whether the database answers.
    pub(crate) async fn is_ready(&self) -> bool {
        self.store.ping().await.is_ok()
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

/// The server's clock.
pub(crate) fn now() -> Timestamp {
    Timestamp::new(Utc::now())
}

fn new_id() -> Uuid {
    Uuid::now_v7()
}
