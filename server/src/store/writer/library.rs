//! What a transaction does to playbooks. Their versions are only ever added.

use domain::ids::PlaybookId;
use domain::time::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::unit::Unit;
use super::{SavedVersion, WriteError};
use crate::store::entity::{playbook_commands, playbook_versions, playbooks};
use crate::store::{NewPlaybook, PlaybookCommand, StoreError};

impl Unit<'_> {
    /// Stores a playbook, unless the command stored one before.
    pub(super) async fn save_playbook(&self, playbook: &NewPlaybook) -> Result<SavedVersion, WriteError> {
        if let Some(saved) = self.saved(playbook).await? {
            return Ok(saved);
        }
        self.insert(playbook, true).await?;
        self.remember(playbook).await
    }

    /// Stores what follows the newest version of a playbook, unless the command stored one before.
    pub(super) async fn save_version(&self, mut playbook: NewPlaybook) -> Result<SavedVersion, WriteError> {
        if let Some(saved) = self.saved(&playbook).await? {
            return Ok(saved);
        }
        self.check_newest(SavedVersion { playbook: playbook.id, version: playbook.version }).await?;
        // An execution that was restored may have brought a later version along.
        let last: Option<i32> = playbook_versions::Entity::find()
            .filter(playbook_versions::Column::PlaybookId.eq(playbook.id.0))
            .order_by_desc(playbook_versions::Column::Version)
            .select_only()
            .column(playbook_versions::Column::Version)
            .into_tuple()
            .one(&self.transaction)
            .await?;
        playbook.version = last.map_or(playbook.version, i32::cast_unsigned) + 1;
        self.insert(&playbook, false).await?;
        let newest = playbooks::ActiveModel { created_at: NotSet, hidden_at: NotSet, ..playbook.playbook_row() };
        newest.update(&self.transaction).await?;
        self.remember(&playbook).await
    }

    /// Remembers that the newest version says already what a command asks for, unless the command was answered before.
    pub(super) async fn confirm_version(
        &self,
        newest: SavedVersion,
        now: Timestamp,
        command: &PlaybookCommand,
    ) -> Result<SavedVersion, WriteError> {
        if let Some(saved) = saved_by(&self.transaction, command).await? {
            return Ok(saved);
        }
        self.check_newest(newest).await?;
        self.remember_answer(command, newest, now).await?;
        Ok(newest)
    }

    async fn check_newest(&self, version: SavedVersion) -> Result<(), WriteError> {
        let row = playbooks::Entity::find_by_id(version.playbook.0)
            .filter(playbooks::Column::HiddenAt.is_null())
            .one(&self.transaction)
            .await?
            .ok_or(WriteError::UnknownPlaybook)?;
        if row.version.cast_unsigned() == version.version { Ok(()) } else { Err(WriteError::Outdated) }
    }

    /// Takes a playbook out of the library at a time, or brings it back.
    pub(super) async fn hide_playbook(&self, id: PlaybookId, at: Option<Timestamp>) -> Result<(), WriteError> {
        let row = playbooks::Entity::find_by_id(id.0).one(&self.transaction).await?;
        // Nothing is taken out twice; what is there already need not come back.
        let mut row = row
            .filter(|row| at.is_none() || row.hidden_at.is_none())
            .ok_or(WriteError::UnknownPlaybook)?
            .into_active_model();
        row.hidden_at = Set(at.map(Timestamp::to_utc));
        row.update(&self.transaction).await?;
        Ok(())
    }

    /// Stores the version that an execution from elsewhere ran over, unless it is here.
    pub(super) async fn adopt_playbook(&self, playbook: &NewPlaybook) -> Result<(), WriteError> {
        let key = (playbook.id.0, playbook.version.cast_signed());
        if let Some(here) = playbook_versions::Entity::find_by_id(key).one(&self.transaction).await? {
            let is_same = here.graph_hash == playbook.graph.hash();
            return if is_same { Ok(()) } else { Err(WriteError::OtherPlaybook) };
        }
        let is_new = playbooks::Entity::find_by_id(playbook.id.0).one(&self.transaction).await?.is_none();
        Ok(self.insert(playbook, is_new).await?)
    }

    async fn insert(&self, playbook: &NewPlaybook, is_new: bool) -> Result<(), StoreError> {
        if is_new {
            playbooks::Entity::insert(playbook.playbook_row()).exec_without_returning(&self.transaction).await?;
        }
        playbook_versions::Entity::insert(playbook.version_row()).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Remembers what the command of a version is answered, if it has an id.
    async fn remember(&self, playbook: &NewPlaybook) -> Result<SavedVersion, WriteError> {
        let saved = SavedVersion { playbook: playbook.id, version: playbook.version };
        if let Some(command) = &playbook.command {
            self.remember_answer(command, saved, playbook.now).await?;
        }
        Ok(saved)
    }

    async fn remember_answer(
        &self,
        command: &PlaybookCommand,
        saved: SavedVersion,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let row = playbook_commands::ActiveModel {
            command_id: Set(command.id.0),
            playbook_id: Set(saved.playbook.0),
            version: Set(saved.version.cast_signed()),
            decided_at: Set(now.to_utc()),
            fingerprint: Set(Some(command.fingerprint.0.clone())),
        };
        playbook_commands::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// What the command of a version was answered before.
    async fn saved(&self, playbook: &NewPlaybook) -> Result<Option<SavedVersion>, WriteError> {
        match &playbook.command {
            Some(command) => saved_by(&self.transaction, command).await,
            None => Ok(None),
        }
    }
}

/// What a command was answered, if it was.
///
/// # Errors
/// When its id was used for another command.
pub(in crate::store) async fn saved_by<C: ConnectionTrait>(
    database: &C,
    command: &PlaybookCommand,
) -> Result<Option<SavedVersion>, WriteError> {
    let Some(row) = playbook_commands::Entity::find_by_id(command.id.0).one(database).await? else { return Ok(None) };
    if row.fingerprint.is_some_and(|own| own != command.fingerprint.0) {
        return Err(WriteError::OtherCommand);
    }
    Ok(Some(SavedVersion { playbook: PlaybookId(row.playbook_id), version: row.version.cast_unsigned() }))
}
