//! Any command, and any time at which it is said to have happened.

use domain::command::{Command, ExecutionChange, StepChange};
use domain::event::{Evidence, ExecutionStatus, StepStatus};
use domain::ids::{Actor, EvidenceId};
use proptest::prelude::*;
use uuid::Uuid;

/// When a command is said to have happened: so many seconds before it is given, and whether a time before the start of
/// the execution is meant.
pub(crate) type Told = (Option<i64>, bool);

/// Most commands are given when they happen; some are told late, from far before the start to a little in the future.
pub(crate) fn any_told() -> impl Strategy<Value = Told> {
    (prop::option::weighted(0.4, -20..1_500_i64), any::<bool>())
}

/// The command that begins an execution.
pub(crate) fn start() -> Command {
    Command::Start { incident_title: "Files encrypted on FS-01".into(), incident_id: Some("INC-7".into()) }
}

/// Any command on an execution of [`crate::common::graph`], some of them impossible.
pub(crate) fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![8 => any_step_change(), 3 => any_execution_change(), 1 => any_evidence(), 1 => Just(start())]
}

fn any_node() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["triage", "spreading", "contain", "cut", "image", "join", "report", "nowhere"])
}

fn any_step_change() -> impl Strategy<Value = Command> {
    (
        any_node(),
        prop::option::weighted(0.7, prop::sample::select(StepStatus::ALL.to_vec())),
        prop::option::of(prop::option::of(prop::sample::select(vec!["Ana", "Ben", "Cleo"]))),
        prop::option::of(".{0,12}"),
        prop::option::of(prop::option::of(prop::sample::select(vec!["Yes", "No", "Maybe"]))),
        prop::option::of("[a-z ]{0,8}"),
        prop::option::weighted(0.3, "[a-z ]{0,8}"),
        any::<bool>(),
    )
        .prop_map(|(node, status, assignee, note, decision, rationale, reason, key)| {
            let assignee = assignee.map(|name| name.and_then(|name| Actor::new(name).ok()));
            let decision = decision.map(|branch| branch.map(str::to_owned));
            let key = key && note.is_some();
            let change = StepChange { status, assignee, note, key, decision, rationale, reason };
            Command::ChangeStep { node_id: node.into(), change }
        })
}

fn any_execution_change() -> impl Strategy<Value = Command> {
    (
        prop::option::weighted(0.8, prop::sample::select(ExecutionStatus::ALL.to_vec())),
        prop::option::of("[a-z]{0,8}"),
        prop::option::of("[a-z]{0,8}"),
        prop::option::of("[a-z]{0,8}"),
        prop::option::weighted(0.3, "[a-z]{0,8}"),
        prop::option::weighted(0.3, "[a-z ]{0,3}"),
        prop::option::weighted(0.3, "[a-z ]{0,3}"),
        any::<bool>(),
    )
        .prop_map(|(status, note, outcome, recommendations, reason, impact, cause, key)| {
            let change = ExecutionChange { status, note, key, outcome, reason, recommendations, impact, cause };
            Command::ChangeExecution(change)
        })
}

fn any_evidence() -> impl Strategy<Value = Command> {
    (any_node(), any::<u128>()).prop_map(|(node, id)| Command::AttachEvidence {
        node_id: node.into(),
        evidence: Evidence {
            id: EvidenceId(Uuid::from_u128(id)),
            file_name: "fs-01.log".into(),
            mime_type: "text/plain".into(),
            size: 0,
            sha256: String::new(),
            description: None,
        },
    })
}
