//! What is open in an execution, the most urgent first.

use domain::event::StepStatus;
use domain::execution::Execution;

/// The statuses of an open step, the most urgent first.
pub(super) const OPEN: [StepStatus; 3] = [StepStatus::Blocked, StepStatus::InProgress, StepStatus::NotStarted];

/// The positions of the open steps: blocked first, then what runs, then what nobody has begun; each in the order of the
/// playbook.
pub(super) fn open_steps(execution: &Execution) -> Vec<(usize, StepStatus)> {
    let applicable = execution.applicable();
    let mut steps: Vec<(usize, StepStatus)> = (0..execution.graph.nodes.len())
        .filter(|&position| execution.graph.nodes[position].kind.is_actionable() && applicable[position])
        .map(|position| (position, execution.state.steps[position].status))
        .filter(|(_, status)| !status.is_done())
        .collect();
    steps.sort_by_key(|(_, status)| OPEN.iter().position(|open| open == status));
    steps
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::event::Header;
    use domain::graph::{Graph, Node, NodeKind};
    use domain::ids::{ExecutionId, PlaybookId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_blocked_is_listed_first_and_what_is_no_open_step_not_at_all() {
        let kinds =
            [NodeKind::Phase, NodeKind::Step, NodeKind::Decision, NodeKind::Execute, NodeKind::Step, NodeKind::Merge];
        let nodes =
            kinds.iter().enumerate().map(|(at, kind)| Node::new(at.to_string().as_str(), *kind, "A node")).collect();
        let graph = Graph { nodes, ..Graph::default() };
        let header = Header {
            execution_id: ExecutionId(Uuid::nil()),
            playbook_id: PlaybookId(Uuid::nil()),
            playbook_version: 1,
            graph_hash: graph.hash(),
        };
        let mut execution = Execution::new(header, Arc::new(graph));
        let statuses = [(2, StepStatus::InProgress), (3, StepStatus::Completed), (4, StepStatus::Blocked)];
        for (position, status) in statuses {
            Arc::make_mut(&mut execution.state.steps[position]).status = status;
        }
        let open: Vec<usize> = open_steps(&execution).into_iter().map(|(position, _)| position).collect();
        assert_eq!(open, [4, 2, 1]);
    }
}
