//! Progress as a bar of one segment per status, with every count in words.

use domain::event::StepStatus;
use domain::metrics::Progress;
use leptos::prelude::*;

/// In the order in which the bar fills.
const SEGMENTS: [StepStatus; 4] =
    [StepStatus::Completed, StepStatus::Skipped, StepStatus::InProgress, StepStatus::Blocked];

/// How far an execution has come.
#[component]
pub(crate) fn ProgressBar(#[prop(into)] progress: Signal<Progress>) -> impl IntoView {
    view! {
        <div
            class="progress"
            role="progressbar"
            aria-label="Progress"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || progress.get().percent
            aria-valuetext=move || in_words(&progress.get())
            title=move || in_words(&progress.get())
        >
            // Places are attributes of a drawing, as the server's policy lets no page carry styles.
            <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                {SEGMENTS
                    .iter()
                    .enumerate()
                    .map(|(at, status)| {
                        let start = move || format!("{:.3}", share(&progress.get(), &SEGMENTS[..at]));
                        let width = move || format!("{:.3}", share(&progress.get(), &[*status]));
                        view! { <rect class="segment" data-status=status.as_str() x=start width=width height="1"></rect> }
                    })
                    .collect_view()}
            </svg>
        </div>
    }
}

/// How much of what is applicable has one of these statuses, in percent.
fn share(progress: &Progress, statuses: &[StepStatus]) -> f64 {
    let count: u32 = statuses.iter().map(|status| progress.count(*status)).sum();
    f64::from(count) * 100.0 / f64::from(progress.applicable.max(1))
}

/// Every count, the ones that are not zero.
pub(crate) fn in_words(progress: &Progress) -> String {
    let mut parts = vec![format!("{} of {} done", progress.completed + progress.skipped, progress.applicable)];
    for status in [StepStatus::InProgress, StepStatus::Blocked, StepStatus::Skipped, StepStatus::NotStarted] {
        let count = progress.count(status);
        if count > 0 {
            parts.push(format!("{count} {}", status.label().to_lowercase()));
        }
    }
    if progress.not_applicable > 0 {
        parts.push(format!("{} not applicable", progress.not_applicable));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_stand_side_by_side() {
        let progress = Progress { applicable: 8, completed: 2, skipped: 4, blocked: 1, ..Default::default() };
        let starts: Vec<f64> = (0..4).map(|at| share(&progress, &SEGMENTS[..at])).collect();
        assert_eq!(starts, [0.0, 25.0, 75.0, 75.0]);
        assert!(share(&Progress::default(), &SEGMENTS).abs() < f64::EPSILON);
    }

    #[test]
    fn every_count_that_is_not_zero_is_said() {
        let progress = Progress {
            applicable: 5,
            completed: 2,
            blocked: 1,
            not_started: 2,
            not_applicable: 3,
            ..Default::default()
        };
        assert_eq!(in_words(&progress), "2 of 5 done, 1 blocked, 2 not started, 3 not applicable");
    }
}
