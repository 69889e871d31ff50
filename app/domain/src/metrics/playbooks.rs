//! How often playbooks were executed, and how long that took.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::record::{Library, Record};
use super::sections::{ExecutionFigures, PlaybookFigures};
use super::{mean, median, percent_of};
use crate::event::ExecutionStatus;
use crate::ids::PlaybookId;

impl ExecutionFigures {
    /// The figures of these executions.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut figures = Self::default();
        let mut times = Vec::new();
        for record in records {
            figures.started_count += 1;
            figures.last_started_at = figures.last_started_at.max(Some(record.started_at));
            match record.status {
                ExecutionStatus::Completed => figures.completed_count += 1,
                ExecutionStatus::Abandoned => figures.abandoned_count += 1,
                ExecutionStatus::Active | ExecutionStatus::Paused => figures.open_count += 1,
            }
            if record.status.is_closed() {
                times.push(record.active_seconds());
            }
        }
        figures.completion_percent = percent_of(figures.completed_count, figures.over_count());
        figures.mean_seconds = mean(&times);
        figures.median_seconds = median(&times);
        figures
    }
}

/// The figures of every playbook that was executed, most used first; of two used as often, first the one used last.
pub fn playbooks(records: &[Arc<Record>], library: &Library) -> Vec<PlaybookFigures> {
    let mut of_playbook: BTreeMap<PlaybookId, Vec<&Record>> = BTreeMap::new();
    for record in records {
        of_playbook.entry(record.playbook_id).or_default().push(record);
    }
    let mut playbooks: Vec<PlaybookFigures> = of_playbook
        .into_iter()
        .filter_map(|(playbook_id, records)| {
            let entry = library.get(&playbook_id)?;
            Some(PlaybookFigures {
                playbook_id,
                title: entry.title.clone(),
                in_library: entry.in_library,
                executions: ExecutionFigures::of(records),
            })
        })
        .collect();
    playbooks.sort_by_key(|playbook| {
        let ExecutionFigures { started_count, last_started_at, .. } = playbook.executions;
        std::cmp::Reverse((started_count, last_started_at))
    });
    playbooks
}
