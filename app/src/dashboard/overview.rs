//! What matters within five seconds: what goes on at this moment, and the figures of all executions in the range.

use domain::event::ExecutionStatus;
use domain::legible::legible;
use domain::metrics::{BlockedExecution, ExecutionFigures};
use domain::words::counted;
use leptos::prelude::*;

use super::addresses::OVER;
use super::body::Dashboard;
use crate::ui::figures::{icon, percent, time};

/// What goes on at this moment.
pub(super) fn running(dashboard: &Dashboard) -> impl IntoView {
    let running = &dashboard.summary.running;
    let any_time = dashboard.asked.of_any_time();
    let of_playbook = any_time.playbook.map(|_| view! { <em>" with this playbook"</em> });
    let blocked = match running.blocked_count {
        0 => "none is blocked".to_owned(),
        1 => "1 has a blocked step".to_owned(),
        count => format!("{count} have a blocked step"),
    };
    let status = (running.blocked_count > 0).then_some("blocked");
    view! {
        <section class="running" aria-labelledby="running">
            <h2 id="running">"Right now" {of_playbook}</h2>
            <div class="tiles">
                <a class="tile" data-execution-status="active" href=any_time.executions(&[ExecutionStatus::Active])>
                    <span class="tile-name">{icon("active")}"Active"</span>
                    <strong class="figures">{running.active_count}</strong>
                    <span class="hint">{if running.active_count == 0 { "nothing goes on".to_owned() } else { blocked }}</span>
                </a>
                <a class="tile" data-execution-status="paused" href=any_time.executions(&[ExecutionStatus::Paused])>
                    <span class="tile-name">{icon("paused")}"Paused"</span>
                    <strong class="figures">{running.paused_count}</strong>
                    <span class="hint">"their clocks stand still"</span>
                </a>
                <div class="tile wide" data-status=status>
                    <span class="tile-name">{icon("blocked")}"Blocked"</span>
                    {blocked_executions(&running.blocked, running.blocked_count)}
                </div>
            </div>
        </section>
    }
}

/// The active executions that have blocked steps, by name.
fn blocked_executions(blocked: &[BlockedExecution], count: u32) -> impl IntoView {
    if blocked.is_empty() {
        return view! { <p class="hint">"No active execution has a blocked step."</p> }.into_any();
    }
    let more = usize::try_from(count).unwrap_or(usize::MAX).saturating_sub(blocked.len());
    let row = |execution: &BlockedExecution| {
        let title = legible(&execution.incident_title).into_owned();
        let steps = counted(execution.step_count.into(), "step");
        view! {
            <li>
                <a dir="auto" title=title href=format!("/execute/{}", execution.execution_id)>{title.clone()}</a>
                <span class="figures">{steps}</span>
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
