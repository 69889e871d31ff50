//! Opening the database, for whoever is going to serve it, to change it, or only to look at it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use migrations::Migrator;
use sea_orm::sqlx::Connection;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use sea_orm_migration::MigratorTrait;
use tokio::task::spawn_blocking;

use super::generation::Watch;
use super::vault::Vault;
use super::writer::Writer;
use super::{Cache, OnCommit, Store, StoreError};
use crate::durable;
use crate::metrics::CommitCounts;

/// What the database is called in the data folder.
pub(crate) const DATABASE: &str = "playbook-forge.sqlite";

/// Connections that only read.
const READERS: u32 = 8;
/// How long a connection waits for another process that holds the database.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What a database is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To serve: the schema is brought up to date, and what a crash left of uploads is removed.
    Serve,
    /// To change something besides: the schema is brought up to date.
    Maintain,
    /// To read, also beside a server or from a medium that takes no changes: nothing is changed.
    Look,
}

impl Store {
    /// Opens the database in a folder for a purpose.
    ///
    /// # Errors
    /// When the folder or the database cannot be opened, a migration fails, or somebody who only looks finds a database of
    /// another version.
    pub(crate) async fn open_for(
        purpose: Purpose,
        data_dir: &Path,
        on_commit: OnCommit,
        counts: CommitCounts,
    ) -> Result<Self, StoreError> {
        let file = data_dir.join(DATABASE);
        let cache = Arc::new(Cache::new());
        if purpose == Purpose::Look {
            let read = connect_to_look(&file, READERS).await?;
            check_version(&read).await?;
            let watch = Watch::new(connect_to_look(&file, 1).await?);
            return Ok(Self { read, watch, cache, vault: Vault::new(data_dir), writer: Writer::none() });
        }
        let folder = data_dir.to_owned();
        let made = spawn_blocking(move || durable::make_folder(&folder)).await;
        made.unwrap_or_else(|panic| Err(io::Error::other(panic))).map_err(StoreError::Folder)?;
        let write = open_up_to_date(&file, data_dir).await?;
        let read = connect(&file, READERS).await?;
        let watch = Watch::new(connect(&file, 1).await?);
        let writer = Writer::spawn(write, cache.clone(), on_commit, counts);
        let store = Self { read, watch, cache, vault: Vault::new(data_dir), writer };
        if purpose == Purpose::Serve {
            store.sweep_vault().await?;
        }
        Ok(store)
    }
}

/// Opens a database, makes it if it is not there, and applies the migrations that are missing. The folder is locked meanwhile: of
/// two processes that start at once, the second finds nothing left to do. SQLite waits for nobody while it changes the journal.
async fn open_up_to_date(file: &Path, data_dir: &Path) -> Result<DatabaseConnection, StoreError> {
    let folder = data_dir.to_owned();
    let locked = spawn_blocking(move || {
        let folder = File::open(folder)?;
        folder.lock().map(|()| folder)
    });
    let _lock = locked.await.unwrap_or_else(|panic| Err(io::Error::other(panic))).map_err(StoreError::Folder)?;
    let database = connect(file, 1).await?;
    Migrator::up(&database, None).await?;
    Ok(database)
}

/// Whether the schema is the one that this version reads.
async fn check_version(database: &DatabaseConnection) -> Result<(), StoreError> {
    let applied = Statement::from_string(DbBackend::Sqlite, "SELECT version FROM seaql_migrations ORDER BY version");
    let rows = database.query_all_raw(applied).await?;
    let applied = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<String>, _>>()?;
    let mut known: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    known.sort_unstable();
    match applied.iter().find(|name| !known.contains(name)) {
        Some(_) => Err(StoreError::Newer),
        None if applied.len() < known.len() => Err(StoreError::Older),
        None => Ok(()),
    }
}

/// Connections that change nothing, neither the database nor its schema.
pub(super) async fn connect_to_look(file: &Path, connections: u32) -> Result<DatabaseConnection, StoreError> {
    let options = |is_alone: bool| {
        let mut options = ConnectOptions::new(format!("sqlite://{}?mode=ro", file.display()));
        options
            .max_connections(connections)
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(move |sqlite| sqlite.read_only(true).immutable(is_alone).busy_timeout(BUSY_TIMEOUT));
        options
    };
    // Beside the database SQLite keeps who reads it. Where nothing can be written, as on a medium that was archived, nobody
    // writes the database either; but what a crash left in a -wal could then not be read.
    match Database::connect(options(false)).await {
        Err(_) if is_read_only(file) && !wal_of(file).exists() => Ok(Database::connect(options(true)).await?),
        connected => Ok(connected?),
    }
}

/// Whether nothing can be written beside a file.
fn is_read_only(file: &Path) -> bool {
    let folder = file.parent().unwrap_or(Path::new("."));
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_err()
}

/// Where SQLite keeps what is not yet in the file itself.
fn wal_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

pub(super) async fn connect(file: &Path, connections: u32) -> Result<DatabaseConnection, StoreError> {
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", file.display()));
    options.max_connections(connections).sqlx_logging(false).map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
    });
    // SQLite may roll back by itself, as when the disk is full. sqlx does not notice, would take the next transaction
    // for a part of that one, and would never commit it: a connection that thinks so is not used again.
    options.map_sqlx_sqlite_pool_opts(|pool| {
        // Nothing tells two connections apart by what they say of changes, so none is exchanged.
        let pool = pool.idle_timeout(None).max_lifetime(None);
        pool.after_release(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
    });
    Ok(Database::connect(options).await?)
}
