//! The past executions of a playbook in words and as a table. Only the server writes them.

use domain::graph::{Graph, Node};
use domain::legible::legible;
use domain::metrics::{PlaybookHistory, StepFigures};
use domain::words::{counted, roughly};
use leptos::prelude::*;

use crate::ui::canvas::HistoryLine;
use crate::ui::figures::{percent, time};

/// The past executions of a playbook, as its page shows them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct History {
    /// What stands on each node, in the order of the graph; empty when no execution is over.
    pub(super) lines: Vec<HistoryLine>,
    /// Every step, as markup; empty when no execution is over.
    pub(super) table: String,
}

impl History {
    /// Of the playbook whose newest graph this is.
    pub(super) fn of(history: &PlaybookHistory, graph: &Graph) -> Self {
        if history.executions.over_count() == 0 {
            return Self::default();
        }
        let line = |node: &Node| {
            let step = history.steps.iter().find(|step| step.node_id == node.id);
            step.map_or_else(HistoryLine::default, line_of)
        };
        Self { lines: graph.nodes.iter().map(line).collect(), table: table(history) }
    }
}

fn line_of(step: &StepFigures) -> HistoryLine {
    if step.handled_count == 0 {
        let explained = "In none of the executions that are over did anybody work on it".to_owned();
        return HistoryLine { text: "never worked on".to_owned(), blocked: None, explained };
    }
    #[expect(clippy::cast_possible_truncation, reason = "seconds of executions are far below 2^53")]
    let median = step.median_seconds.map_or_else(|| "no time".to_owned(), |median| roughly(median.round() as i64));
    HistoryLine {
        text: format!("{median} · n = {}", step.handled_count),
        blocked: (step.blocked_count > 0).then(|| format!("{} blocked", percent(step.blocked_percent))),
        explained: format!(
            "In {}: median time {} (of {}), blocked in {}, skipped in {}",
            counted(step.handled_count.into(), "execution"),
            time(step.median_seconds),
            step.timed_count,
            step.blocked_count,
            step.skipped_count
        ),
    }
}

fn table(history: &PlaybookHistory) -> String {
    let row = |step: &StepFigures| {
        let (blocked, skipped) = (step.blocked_count, step.skipped_count);
        view! {
            <tr>
                <th scope="row" dir="auto">{legible(&step.label).into_owned()}</th>
                <td title=format!("of n = {}", step.timed_count)>{time(step.median_seconds)}</td>
                <td title=format!("{blocked} of n = {}", step.handled_count)>{percent(step.blocked_percent)}</td>
                <td title=format!("{skipped} of n = {}", step.handled_count)>{percent(step.skipped_percent)}</td>
                <td>{step.handled_count}</td>
            </tr>
        }
    };
    let executions = &history.executions;
    let facts = format!(
        "{} over, {} completed, median time {} (pauses left out).",
        counted(executions.over_count().into(), "execution"),
        percent(executions.completion_percent),
        time(executions.median_seconds)
    );
    view! {
        <p class="hint">{facts}</p>
        <table>
            <thead>
                <tr>
                    <th scope="col">"Step"</th>
                    <th scope="col" title="Half of them took longer: in progress and blocked, pauses left out">"Median"</th>
                    <th scope="col" title="In how many of the executions in which anybody worked on it">"Blocked"</th>
                    <th scope="col" title="In how many of the executions in which anybody worked on it">"Skipped"</th>
                    <th scope="col" title="In how many executions anybody worked on it">"n"</th>
                </tr>
            </thead>
            <tbody>{history.steps.iter().map(row).collect_view()}</tbody>
        </table>
    }
    .to_html()
}
