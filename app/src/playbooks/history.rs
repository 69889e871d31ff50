//! What became of each step of a playbook in its past executions: a line on each node of the flowchart, and a table. The
//! server writes both (`past.rs`).

use serde::{Deserialize, Serialize};

use crate::ui::canvas::HistoryLine;

/// The past executions of a playbook, as its page shows them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct History {
    /// What stands on each node, in the order of the graph; empty when no execution is over.
    pub(crate) lines: Vec<HistoryLine>,
    /// Every step, as markup; empty when no execution is over.
    pub(crate) table: String,
}
