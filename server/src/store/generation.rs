//! Whether anything was committed since something was read: then it is read again, and otherwise what was made of it stands.
//!
//! Sixty pages that ask for the same list every few seconds cost one reading of the database for each change of it, and none
//! while nothing changes.

use std::hash::{BuildHasher, RandomState};

use sea_orm::{DatabaseConnection, DbBackend, FromQueryResult, Statement};
use tokio::sync::Mutex;

use super::StoreError;
use crate::shelf::{Shelf, Weighed};

/// A state of the database. Two that are equal hold the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Generation(i64);

impl Generation {
    /// As a text that no other generation has, of this process.
    pub(crate) fn tag(self) -> String {
        format!("{:x}", self.0)
    }
}

/// Watches the database through a connection that does nothing else, so that every commit is another's.
#[derive(Clone)]
pub(super) struct Watch(DatabaseConnection);

#[derive(FromQueryResult)]
struct DataVersion {
    data_version: i64,
}

impl Watch {
    /// Watches through a connection that is never exchanged.
    pub(super) fn new(connection: DatabaseConnection) -> Self {
        Self(connection)
    }

    /// What the database holds now, whoever wrote it.
    ///
    /// <https://sqlite.org/pragma.html#pragma_data_version>
    pub(super) async fn generation(&self) -> Result<Generation, StoreError> {
        let statement = Statement::from_string(DbBackend::Sqlite, "PRAGMA data_version");
        let version = DataVersion::find_by_statement(statement).one(&self.0).await?;
        version.map(|row| Generation(row.data_version)).ok_or(StoreError::Malformed("PRAGMA data_version"))
    }

    /// Lets go of the database.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        Ok(self.0.close_by_ref().await?)
    }
}

/// Readings that may go on at once. Two who ask for the same wait for one of them.
const READINGS: usize = 8;

/// What was read, each with the generation that it was read from.
pub(super) struct Readings<T> {
    kept: Shelf<String, Reading<T>>,
    under_way: [Mutex<()>; READINGS],
    hasher: RandomState,
}

#[derive(Clone)]
struct Reading<T> {
    from: Generation,
    read: T,
}

impl<T: Weighed> Weighed for Reading<T> {
    fn weight(&self) -> usize {
        self.read.weight()
    }
}

impl<T: Weighed + Clone> Readings<T> {
    /// Keeps so many bytes, in about so many readings.
    pub(super) fn new(room: usize, readings: usize) -> Self {
        Self { kept: Shelf::new(room, readings), under_way: Default::default(), hasher: RandomState::new() }
    }

    /// What is asked for under a name, read anew only when the database has changed since.
    pub(super) async fn get(
        &self,
        watch: &Watch,
        name: String,
        read: impl AsyncFnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let place = usize::try_from(self.hasher.hash_one(&name)).unwrap_or_default() % READINGS;
        let _turn = self.under_way[place].lock().await;
        // Asked before it is read: what is committed in between is read again the next time.
        let now = watch.generation().await?;
        if let Some(kept) = self.kept.get(&name).filter(|kept| kept.from == now) {
            return Ok(kept.read);
        }
        let read = read().await?;
        self.kept.put(name, Reading { from: now, read: read.clone() });
        Ok(read)
    }
}
