//! What comes next: the step that an analyst turns to after the one that is done.

use std::collections::VecDeque;

use crate::event::StepStatus;
use crate::execution::Execution;
use crate::ids::{Actor, NodeId};

impl Execution {
    /// The step that `me` would begin after `node`: the nearest one along the flow that applies, that nobody has begun and
    /// that nobody else has; when the flow leads to none, the first such step of the playbook. `None` when there is none.
    pub fn next_after(&self, node: &NodeId, me: &Actor) -> Option<NodeId> {
        let applicable = self.applicable();
        let is_free = |position: usize| {
            let step = &self.state.steps[position];
            self.graph.nodes[position].kind.is_actionable()
                && applicable[position]
                && step.status == StepStatus::NotStarted
                && step.assignee.as_ref().is_none_or(|assignee| assignee == me)
        };
        let along_the_flow = self.flow.position(node).and_then(|start| {
            let mut seen = vec![false; applicable.len()];
            let mut pending = VecDeque::from([start]);
            while let Some(position) = pending.pop_front() {
                if std::mem::replace(&mut seen[position], true) {
                    continue;
                }
                if position != start && is_free(position) {
                    return Some(position);
                }
                let ways = self.flow.outgoing(position).iter().map(|(target, _)| *target);
                pending.extend(ways.filter(|&target| applicable[target]));
            }
            None
        });
        let found = along_the_flow.or_else(|| (0..applicable.len()).find(|&position| is_free(position)))?;
        Some(self.graph.nodes[found].id.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;

    use super::*;
    use crate::api::PatchStep;
    use crate::command::{Command, Meta, decide};
    use crate::event::{Header, Secret};
    use crate::graph::{Edge, Graph, Node, NodeKind};
    use crate::ids::{CommandId, ExecutionId, PlaybookId};
    use crate::time::Timestamp;

    fn run() -> Execution {
        let graph = Graph {
            nodes: vec![
                Node::new("last", NodeKind::Step, "Close"),
                Node::new("first", NodeKind::Step, "Look"),
                Node::new("ask", NodeKind::Decision, "Bad?"),
                Node::new("yes", NodeKind::Step, "Isolate"),
                Node::new("no", NodeKind::Step, "Write it down"),
            ],
            edges: vec![
                Edge::new("first", "ask"),
                Edge::labelled("ask", "yes", "Yes"),
                Edge::labelled("ask", "no", "No"),
                Edge::new("yes", "last"),
                Edge::new("no", "last"),
            ],
            ..Graph::default()
        };
        let header = Header {
            execution_id: ExecutionId(Uuid::nil()),
            playbook_id: PlaybookId(Uuid::nil()),
            playbook_version: 1,
            graph_hash: String::new(),
        };
        let mut execution = Execution::new(header, Arc::new(graph));
        let start = Command::Start { incident_title: "Mail".to_owned(), incident_id: None };
        give(&mut execution, "Ana", &start);
        execution
    }

    fn give(execution: &mut Execution, actor: &str, command: &Command) {
        let meta = Meta {
            now: Timestamp::from_micros(1_700_000_000_000_000).expect("in range"),
            actor: Actor::new(actor).expect("a name"),
            command_id: CommandId(Uuid::nil()),
            base_seq: None,
            occurred_at: None,
            before_start: false,
            secret: Secret::default(),
        };
        let drafts = decide(execution, command, &meta).expect("allowed");
        execution.record(drafts, &meta);
    }

    fn change(execution: &mut Execution, actor: &str, node: &str, patch: &PatchStep) {
        give(execution, actor, &Command::ChangeStep { node_id: node.into(), change: patch.change() });
    }

    fn set(status: StepStatus) -> PatchStep {
        PatchStep { status: Some(status), ..PatchStep::default() }
    }

    fn next(execution: &Execution, node: &str) -> Option<String> {
        let me = Actor::new("Ana").expect("a name");
        execution.next_after(&node.into(), &me).map(|id| id.to_string())
    }

    #[test]
    fn the_flow_says_what_is_next_and_a_decision_which_way() {
        let mut execution = run();
        change(&mut execution, "Ana", "first", &set(StepStatus::Completed));
        assert_eq!(next(&execution, "first").as_deref(), Some("ask"));
        let answer = PatchStep { decision_taken: Some(Some("No".to_owned())), ..set(StepStatus::Completed) };
        change(&mut execution, "Ana", "ask", &answer);
        assert_eq!(next(&execution, "ask").as_deref(), Some("no"));
    }

    #[test]
    fn what_somebody_else_has_is_passed_over() {
        let mut execution = run();
        let bens = PatchStep { assignee: Some(Some(Actor::new("Ben").expect("a name"))), ..PatchStep::default() };
        change(&mut execution, "Ben", "ask", &bens);
        change(&mut execution, "Ana", "first", &set(StepStatus::Completed));
        assert_eq!(next(&execution, "first").as_deref(), Some("yes"));
        change(&mut execution, "Ben", "yes", &set(StepStatus::InProgress));
        assert_eq!(next(&execution, "first").as_deref(), Some("no"));
    }

    #[test]
    fn at_the_end_of_the_flow_what_was_left_behind_is_next() {
        let mut execution = run();
        change(&mut execution, "Ana", "last", &set(StepStatus::Completed));
        assert_eq!(next(&execution, "last").as_deref(), Some("first"));
        for node in ["first", "ask", "yes", "no"] {
            change(&mut execution, "Ana", node, &set(StepStatus::Completed));
        }
        assert_eq!(next(&execution, "last"), None);
    }
}
