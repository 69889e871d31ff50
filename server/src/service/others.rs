//! What other processes over the same database write: the rooms here hear of it too.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::time::Duration;

use domain::api::TimelineFilter;
use domain::ids::{ExecutionId, Seq};
use tokio::time::sleep;

use super::{Service, ServiceError};
use crate::store::Generation;

/// How often it is looked for.
const OFTEN: Duration = Duration::from_secs(1);

/// What was looked at last.
#[derive(Default)]
struct Looked {
    at: Option<Generation>,
    executions: HashSet<ExecutionId>,
}

impl Service {
    /// Tells the rooms for ever what this process did not write itself.
    pub(crate) async fn follow_others(self) -> Infallible {
        let mut looked = Looked::default();
        loop {
            sleep(OFTEN).await;
            if let Err(error) = self.look_at_others(&mut looked).await {
                tracing::warn!(%error, "what other processes wrote could not be read: this is tried again");
            }
        }
    }

    async fn look_at_others(&self, looked: &mut Looked) -> Result<(), ServiceError> {
        let mut told: HashMap<ExecutionId, Seq> = self.hub.told();
        if told.is_empty() {
            return Ok(());
        }
        let now = Some(self.store.generation().await?);
        if looked.at != now {
            *looked = Looked { at: now, ..Looked::default() };
        }
        told.retain(|id, _| !looked.executions.contains(id));
        for (id, last) in self.store.last_events(told.keys().copied()).await? {
            if told.get(&id).is_some_and(|told| *told < last) {
                // Who hears the last event and misses others reads them from the log.
                let filter = TimelineFilter { after_seq: Some(Seq(last.0 - 1)), ..TimelineFilter::default() };
                self.hub.publish(id, &self.store.timeline(id, &filter).await?);
            }
        }
        looked.executions.extend(told.into_keys());
        Ok(())
    }
}
