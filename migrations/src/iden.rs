//! Names of tables and columns.

use sea_orm_migration::prelude::*;

/// Playbooks, through all their versions.
#[derive(DeriveIden)]
pub(crate) enum Playbooks {
    Table,
    Id,
    Title,
    Format,
    Tags,
    Version,
    NodeCount,
    EdgeCount,
    StepCount,
    DecisionCount,
    CreatedAt,
    HiddenAt,
    CommandId,
}

/// What each version of a playbook was; never changed.
#[derive(DeriveIden)]
pub(crate) enum PlaybookVersions {
    Table,
    PlaybookId,
    Version,
    Source,
    Graph,
    GraphHash,
    Placement,
    Issues,
    CreatedAt,
    Format,
    Author,
    Summary,
    CommandId,
    NodeCount,
    EdgeCount,
    StepCount,
    DecisionCount,
    Part,
}

/// Executions: cached from the log.
#[derive(DeriveIden)]
pub(crate) enum Executions {
    Table,
    Id,
    PlaybookId,
    PlaybookVersion,
    GraphHash,
    PlaybookTitle,
    IncidentTitle,
    IncidentId,
    Status,
    StartedAt,
    CompletedAt,
    StartedBy,
    Outcome,
    Notes,
    Recommendations,
    Progress,
    AnalystCount,
    LastSeq,
    HeadHash,
    ActiveMicros,
    StepOutcomes,
    FoldVersion,
    BlockedSince,
}

/// Steps of executions: cached from the log.
#[derive(DeriveIden)]
pub(crate) enum ExecutionSteps {
    Table,
    ExecutionId,
    NodeId,
    Position,
    Status,
    Assignee,
    StartedAt,
    CompletedAt,
    ActiveMicros,
    ActiveSince,
    BlockedMicros,
    BlockedSince,
    Notes,
    DecisionTaken,
    Rationale,
}

/// The log.
#[derive(DeriveIden)]
pub(crate) enum ExecutionEvents {
    Table,
    ExecutionId,
    Seq,
    EventType,
    NodeId,
    Actor,
    Timestamp,
    OccurredAt,
    Details,
    CommandId,
    CommandPart,
    Hash,
    Form,
    Subject,
}

/// Free texts of events.
#[derive(DeriveIden)]
pub(crate) enum EventTexts {
    Table,
    ExecutionId,
    Seq,
    Field,
    Salt,
    Text,
}

/// Files attached to steps: cached from the log.
#[derive(DeriveIden)]
pub(crate) enum StepEvidence {
    Table,
    Id,
    ExecutionId,
    NodeId,
    FileName,
    FilePath,
    MimeType,
    Size,
    Sha256,
    Description,
    UploadedAt,
    UploadedBy,
}

/// Commands that were answered.
#[derive(DeriveIden)]
pub(crate) enum ExecutionCommands {
    Table,
    ExecutionId,
    CommandId,
    FirstSeq,
    LastSeq,
    DecidedAt,
    Fingerprint,
}

/// Commands about playbooks that were answered.
#[derive(DeriveIden)]
pub(crate) enum PlaybookCommands {
    Table,
    CommandId,
    PlaybookId,
    Version,
    DecidedAt,
    Fingerprint,
}
