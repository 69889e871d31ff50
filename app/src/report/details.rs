//! What became of each step, as HTML.

use std::sync::Arc;

use domain::execution::{AttachedEvidence, Note};
use domain::graph::NodeKind;
use domain::ids::ExecutionId;
use domain::legible::{legible, legible_file_name};
use domain::prose::Kind;
use domain::report::{Choice, StepReport};
use domain::words::{size, utc};
use leptos::prelude::*;

use super::document::{facts, time};
use super::room::{Room, left_out};
use crate::backend::ReportSource;
use crate::ui::icon::Icon;
use crate::ui::prose::prose;
use crate::ui::status::StepBadge;

pub(super) fn steps(source: &ReportSource) -> impl IntoView + use<> {
    let report = &source.report;
    let room = Room::default();
    view! {
        <section id="steps">
            <h2>"Annex: Step details"</h2>
            {report.steps.iter().map(|step| one(step, source, &room)).collect_view()}
        </section>
    }
}

fn one(step: &StepReport, source: &ReportSource, room: &Room) -> AnyView {
    let status = Signal::stored(step.status);
    let label = legible(&step.label).into_owned();
    let kind = step.kind.as_str();
    let done = step.progress.map(|progress| {
        let done = format!("{} of {} done", progress.completed + progress.skipped, progress.applicable);
        view! { <span class="hint">{done}</span> }
    });
    let heading = view! {
        <Icon name=kind />
        <span dir="auto">{label}</span>
        {(step.kind != NodeKind::Merge).then(|| view! { <StepBadge status /> })}
        {done}
        {(!step.applicable).then(|| view! { <span class="tag">"not applicable"</span> })}
    };
    let files: Vec<_> = step.evidence.iter().map(|file| (None, file)).collect();
    // The badge says the status.
    let said = step.facts().into_iter().filter(|(name, _)| *name != "Status").collect();
    let inside = view! {
        {facts(said)}
        {step.decision.as_ref().map(|choice| decision(choice, "Decided"))}
        {step.earlier_decisions.iter().rev().map(|choice| decision(choice, "Before that")).collect_view()}
        {notes(&step.notes, room)}
        {evidence(&files, source.report.summary.execution_id, "", room)}
    };
    if step.progress.is_some() {
        view! { <article class="step-report phase"><h3>{heading}</h3>{inside}</article> }.into_any()
    } else if step.depth == 0 {
        view! { <article class="step-report"><h3>{heading}</h3>{inside}</article> }.into_any()
    } else {
        view! { <article class="step-report"><h4>{heading}</h4>{inside}</article> }.into_any()
    }
}

fn decision(choice: &Choice, word: &'static str) -> impl IntoView + use<> {
    let by = choice.by();
    view! {
        <div class="choice">
            <p>{word} " " <strong dir="auto">"“" {legible(&choice.branch).into_owned()} "”"</strong> " " <span class="hint">{by}</span></p>
            {choice.rationale.as_deref().map(|text| prose(text, Kind::Note))}
        </div>
    }
}

/// As many notes as find room.
pub(super) fn notes(notes: &[Arc<Note>], room: &Room) -> impl IntoView + use<> {
    let shown = room.fitting(notes, |note| note.text.len());
    let all = shown.iter().map(|note| one_note(note, None)).collect_view();
    let more = left_out(notes.len(), shown.len(), "note");
    (!notes.is_empty()).then(|| view! { <ul class="report-notes">{all}</ul> {more} })
}

/// A note, with the label of its step where that is not plain.
pub(super) fn one_note(note: &Note, step: Option<&str>) -> impl IntoView + use<> {
    let (happened, recorded) = (note.occurred_at, note.timestamp);
    view! {
        <li>
            <p class="hint">
                <Icon name="note" /> " " <bdi>{note.author.to_string()}</bdi> ", " {time(happened.unwrap_or(recorded))} " UTC"
                {happened.map(|_| view! { ", recorded " {time(recorded)} })}
                {step.map(|label| view! { ", at " <strong dir="auto">{legible(label).into_owned()}</strong> })}
            </p>
            {prose(&note.text, Kind::Note)}
        </li>
    }
}

/// As many files as find room, as a table, each with the step it belongs to where that is not plain.
pub(super) fn evidence(
    files: &[(Option<String>, &AttachedEvidence)],
    execution: ExecutionId,
    caption: &'static str,
    room: &Room,
) -> impl IntoView + use<> {
    let row = |(step, file): &(Option<String>, &AttachedEvidence)| {
        let evidence = &file.evidence;
        let address = format!("/api/executions/{execution}/evidence/{}", evidence.id);
        view! {
            <tr>
                <td>
                    <a href=address rel="external"><bdi dir="ltr">{legible_file_name(&evidence.file_name).into_owned()}</bdi></a>
                    {evidence.description.as_deref().map(|text| view! { <div class="details">{prose(text, Kind::Note)}</div> })}
                </td>
                {step.clone().map(|step| view! { <td dir="auto">{step}</td> })}
                <td class="figures">{size(evidence.size)}</td>
                <td><code class="hash">{evidence.sha256.clone()}</code></td>
                <td>{format!("{} UTC by ", utc(file.uploaded_at))} <bdi>{file.uploaded_by.to_string()}</bdi></td>
            </tr>
        }
    };
    let shown = room.fitting(files, |(_, file)| file.evidence.description.as_ref().map_or(0, String::len));
    let more = left_out(files.len(), shown.len(), "file");
    let with_step = files.iter().any(|(step, _)| step.is_some());
    (!files.is_empty()).then(|| {
        view! {
            <table class="report-table evidence-table" class:with-step=with_step>
                {(!caption.is_empty()).then(|| view! { <caption>{caption}</caption> })}
                <thead>
                    <tr>
                        <th scope="col">"Evidence"</th>
                        {with_step.then(|| view! { <th scope="col">"Step"</th> })}
                        <th scope="col">"Size"</th>
                        <th scope="col">"SHA-256"</th>
                        <th scope="col">"Attached"</th>
                    </tr>
                </thead>
                <tbody>{shown.iter().map(row).collect_view()}</tbody>
            </table>
            {more}
        }
    })
}
