//! What matters within five seconds: what goes on at this moment, and the figures of all executions in the range.

use domain::event::ExecutionStatus;
use domain::legible::legible;
use domain::metrics::{BlockedExecution, BlockedStep, ExecutionFigures};
use domain::spans::seconds_between;
use domain::time::Timestamp;
use domain::words::{counted, held, roughly};
use leptos::prelude::*;

use super::addresses::OVER;
use super::body::Dashboard;
use crate::live::address::of_page;
use crate::ui::figures::{icon, percent, time};

/// What goes on at this moment.
pub(super) fn running(dashboard: &Dashboard) -> impl IntoView {
    let running = &dashboard.summary.running;
    let any_time = dashboard.asked.of_any_time();
    let of_playbook = any_time.playbook.map(|_| view! { <em>" with this playbook"</em> });
    let blocked = match running.blocked_count {
        0 => "none blocked".to_owned(),
        count => format!("{count} blocked"),
    };
    let status = (running.blocked_count > 0).then_some("blocked");
    view! {
        <section class="running" aria-labelledby="running">
            <h2 id="running">"Right now" {of_playbook}</h2>
            <div class="tiles">
                <a class="tile" data-execution-status="active" href=any_time.executions(&[ExecutionStatus::Active])>
                    <span class="tile-name">{icon("active")}"Active"</span>
                    <strong class="figures">{running.active_count}</strong>
                    <span class="hint">{if running.active_count == 0 { "no active incidents".to_owned() } else { blocked }}</span>
                </a>
                <a class="tile" data-execution-status="paused" href=any_time.executions(&[ExecutionStatus::Paused])>
                    <span class="tile-name">{icon("paused")}"Paused"</span>
                    <strong class="figures">{running.paused_count}</strong>
                    <span class="hint">"timers stopped"</span>
                </a>
                <div class="tile wide" data-status=status>
                    <span class="tile-name">{icon("blocked")}"Blocked"</span>
                    {blocked_executions(&running.blocked, running.blocked_count, dashboard.summary.as_of)}
                </div>
            </div>
        </section>
    }
}

/// The active executions that have blocked steps, by name.
fn blocked_executions(blocked: &[BlockedExecution], count: u32, as_of: Timestamp) -> impl IntoView {
    if blocked.is_empty() {
        return view! { <p class="hint">"No blocked steps"</p> }.into_any();
    }
    let more = usize::try_from(count).unwrap_or(usize::MAX).saturating_sub(blocked.len());
    let row = |execution: &BlockedExecution| {
        let title = legible(&execution.incident_title).into_owned();
        let address = of_page(execution.execution_id, None);
        let more = usize::try_from(execution.step_count).unwrap_or(usize::MAX).saturating_sub(execution.steps.len());
        let step = |step: &BlockedStep| {
            let label = legible(&step.label).into_owned();
            let reason = step.hold.reason.as_deref().map(|reason| legible(reason).into_owned());
            let age = roughly(seconds_between(step.hold.since, as_of));
            let held = held(&step.hold);
            let link = of_page(execution.execution_id, Some(&step.node_id));
            view! {
                <li class="blocked-step">
                    <a dir="auto" title=label.clone() href=link>{label.clone()}</a>
                    <span class="blocked-why" dir="auto" title=held>{reason}</span>
                    <strong class="figures">{age}</strong>
                </li>
            }
        };
        view! {
            <li>
                <a class="blocked-incident" dir="auto" title=title href=address>{title.clone()}</a>
                <ul>{execution.steps.iter().map(step).collect_view()}</ul>
                {(more > 0).then(|| view! { <p class="hint">{format!("and {} more", counted(more as u64, "step"))}</p> })}
            </li>
        }
    };
    view! {
        <ul class="blocked-list">{blocked.iter().map(row).collect_view()}</ul>
        {(more > 0).then(|| view! { <p class="hint">{format!("and {more} more")}</p> })}
    }
    .into_any()
}

/// How many executions there were, how they ended, and how long they took.
pub(super) fn executions(dashboard: &Dashboard) -> impl IntoView {
    let ExecutionFigures { started_count, completed_count, abandoned_count, open_count, .. } =
        dashboard.summary.executions;
    let figures = &dashboard.summary.executions;
    let is_ever = dashboard.asked == dashboard.asked.of_any_time();
    let over = figures.over_count();
    let of_over = format!("n = {over}: completed and abandoned, pauses left out");
    let ends = format!("{completed_count} completed, {abandoned_count} abandoned, {open_count} open");
    let rate = format!("n = {over}: {completed_count} of those that are over");
    view! {
        <section aria-labelledby="executions">
            <h2 id="executions">{if is_ever { "Executions so far" } else { "Executions in this time" }}</h2>
            <div class="tiles">
                <a class="tile" href=dashboard.asked.executions(&[]) title="Every execution that began in this time">
                    <span class="tile-name">"Started"</span>
                    <strong class="figures">{started_count}</strong>
                    <span class="hint">{ends}</span>
                </a>
                <a class="tile" href=dashboard.asked.executions(&[ExecutionStatus::Completed]) title="The completed ones among those that are over, completed or abandoned">
                    <span class="tile-name">"Completion rate"</span>
                    <strong class="figures">{percent(figures.completion_percent)}</strong>
                    <span class="hint">{rate}</span>
                </a>
                <a class="tile" href=dashboard.asked.executions(&OVER) title="The time in which they were active, on average">
                    <span class="tile-name">"Mean time"</span>
                    <strong class="figures">{time(figures.mean_seconds)}</strong>
                    <span class="hint">{of_over.clone()}</span>
                </a>
                <a class="tile" href=dashboard.asked.executions(&OVER) title="The time in which they were active: half of them took longer">
                    <span class="tile-name">"Median time"</span>
                    <strong class="figures">{time(figures.median_seconds)}</strong>
                    <span class="hint">{of_over}</span>
                </a>
            </div>
        </section>
    }
}
