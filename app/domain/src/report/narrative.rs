//! What happened, in a few sentences.

use super::sections::Summary;
use crate::event::ExecutionStatus;
use crate::legible::legible;
use crate::words::{duration, utc};

pub(super) fn of(summary: &Summary) -> String {
    let number = summary.incident_id.as_deref().map(|id| format!(" ({})", legible(id))).unwrap_or_default();
    let mut sentences = vec![format!(
        "{} started “{}”{number} on {} UTC, with version {} of the playbook “{}”.",
        summary.started_by,
        legible(&summary.incident_title),
        utc(summary.started_at),
        summary.playbook_version,
        legible(&summary.playbook_title),
    )];
    let paused = summary.paused_seconds;
    if summary.pause_count > 0 && (paused > 0 || summary.paused.is_none()) {
        sentences.push(format!("It was paused {}, for {}.", times(summary.pause_count), duration(paused)));
    }
    if summary.reopened_count > 0 {
        let closed = duration(summary.closed_seconds);
        sentences
            .push(format!("It was reopened {}, after {closed} in which it was closed.", times(summary.reopened_count)));
    }
    sentences.push(end(summary));
    sentences.join(" ")
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// How it ended, or where it stands.
fn end(summary: &Summary) -> String {
    let time = duration(summary.duration_seconds);
    match (summary.status, summary.ended_at, &summary.ended_by) {
        (status, Some(at), Some(by)) => {
            let ended = if status == ExecutionStatus::Abandoned { "abandoned" } else { "completed" };
            format!("{by} {ended} it on {} UTC, {time} after it had begun.", utc(at))
        }
        _ => match &summary.paused {
            Some(hold) => {
                let reason = hold.reason.as_deref().map(|reason| format!(" ({})", legible(reason))).unwrap_or_default();
                format!("It is not over: {} paused it on {} UTC{reason}.", hold.by, utc(hold.since))
            }
            None => format!("It is not over: it has been going on for {time}."),
        },
    }
}
