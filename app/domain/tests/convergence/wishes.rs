//! What analysts ask for in the simulation: mostly sensible, some of it impossible, much of it at the same few steps.

use domain::api::{PatchExecution, PatchStep};
use domain::event::{ExecutionStatus, StepStatus};
use domain::execution::Execution;
use domain::ids::Actor;
use domain::outbox::Change;
use domain::time::Timestamp;
use fastrand::Rng;

/// Busy steps stand here more often; the last one is in no playbook.
const NODES: [&str; 10] =
    ["triage", "triage", "spreading", "spreading", "contain", "cut", "image", "join", "report", "nowhere"];
const BRANCHES: [&str; 3] = ["Yes", "No", "Maybe"];
pub(crate) const NAMES: [&str; 3] = ["Ana", "Ben", "Cleo"];

fn one<T: Clone>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.usize(..of.len())].clone()
}

fn sometimes<T>(rng: &mut Rng, percent: u32, what: impl FnOnce(&mut Rng) -> T) -> Option<T> {
    (rng.u32(..100) < percent).then(|| what(rng))
}

pub(crate) fn actor(name: &str) -> Actor {
    Actor::new(name).expect("a name")
}

/// A change; `number` makes its note one of a kind.
pub(crate) fn any(rng: &mut Rng, view: &Execution, number: u128, now: Timestamp) -> Change {
    // Nobody leaves an execution closed for long.
    let of_whole = if view.state.status == ExecutionStatus::Active { 8 } else { 50 };
    if rng.u32(..100) < of_whole { whole(rng, view, number, now) } else { step(rng, number, now) }
}

/// A status of a busy step, for two who want the same at once.
pub(crate) fn status(rng: &mut Rng) -> Change {
    let patch = PatchStep { status: Some(one(rng, &StepStatus::ALL)), ..PatchStep::default() };
    Change::Step { node_id: "triage".into(), patch }
}

fn note(rng: &mut Rng, number: u128) -> String {
    if rng.u32(..30) == 0 { " ".to_owned() } else { format!("Note {number:06}") }
}

fn step(rng: &mut Rng, number: u128, now: Timestamp) -> Change {
    let node_id = one(rng, &NODES);
    let mut patch = PatchStep {
        status: sometimes(rng, 50, |rng| one(rng, &StepStatus::ALL)),
        assignee: sometimes(rng, 25, |rng| sometimes(rng, 80, |rng| actor(one(rng, &NAMES)))),
        notes: sometimes(rng, 40, |rng| note(rng, number)),
        decision_taken: sometimes(rng, if node_id == "spreading" { 60 } else { 1 }, |rng| {
            sometimes(rng, 85, |rng| one(rng, &BRANCHES).to_owned())
        }),
        occurred_at: late(rng, now),
        before_start: rng.u32(..3) == 0,
        ..PatchStep::default()
    };
    patch.rationale =
        sometimes(rng, if patch.decision_taken.as_ref().is_some_and(Option::is_some) { 50 } else { 1 }, |_| {
            format!("Why {number:06}")
        });
    Change::Step { node_id: node_id.into(), patch }
}

/// When it is told to have happened; sometimes before the start, and sometimes in the future.
fn late(rng: &mut Rng, now: Timestamp) -> Option<Timestamp> {
    sometimes(rng, 15, |rng| Timestamp::from_micros(now.micros() + rng.i64(-60_000_000..5_000_000)).expect("a time"))
}

fn whole(rng: &mut Rng, view: &Execution, number: u128, now: Timestamp) -> Change {
    let status = if view.state.status == ExecutionStatus::Active || rng.u32(..10) == 0 {
        sometimes(rng, 60, |rng| one(rng, &ExecutionStatus::ALL))
    } else {
        Some(ExecutionStatus::Active)
    };
    let ends = status.is_some_and(ExecutionStatus::is_closed);
    Change::Execution {
        patch: PatchExecution {
            status,
            notes: sometimes(rng, 40, |rng| note(rng, number)),
            outcome: sometimes(rng, if ends { 50 } else { 1 }, |_| format!("Outcome {number:06}")),
            recommendations: sometimes(rng, 20, |rng| one(rng, &["", "Segment more.", "Train."]).to_owned()),
            impact: sometimes(rng, 10, |rng| one(rng, &["", "Nobody was hurt.", "Two hosts."]).to_owned()),
            occurred_at: late(rng, now),
            before_start: rng.u32(..3) == 0,
            ..PatchExecution::default()
        },
    }
}
