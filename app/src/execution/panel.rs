//! The panel of the chosen step: what to do, how it stands, who does it; and, each in a file of its own, its decision,
//! notes and evidence.

use std::sync::Arc;

use domain::api::{Instructions, PatchStep};
use domain::event::{ExecutionStatus, StepStatus};
use domain::execution::Step;
use domain::graph::{Code, Node, NodeKind};
use domain::ids::{Actor, NodeId};
use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::decision::DecisionForm;
use super::evidence::{EvidenceSection, Uploads};
use super::notes::Notes;
use super::people::Others;
use super::verb;
use crate::live::{ExecutionStore, StepView};
use crate::ui::analyst::Avatar;
use crate::ui::icon::Icon;
use crate::ui::status::{StepBadge, step_label};
use crate::ui::time::clock;

#[component]
pub(super) fn Panel(store: ExecutionStore) -> impl IntoView {
    let uploads = Uploads::new(store);
    let selected = store.selected();
    view! {
        <aside
            class="panel"
            aria-label="Chosen step"
            on:focusin=move |event| store.editing().set(is_field(&event))
            on:focusout=move |_| store.editing().set(false)
        >
            {move || {
                let chosen = selected.get().and_then(|id| {
                    let node = store.graph().with_value(|graph| graph.node(&id).cloned())?;
                    Some((node, store.step(&id)?))
                });
                match chosen {
                    Some((node, step)) => view! { <StepPanel store node view=step uploads /> }.into_any(),
                    None => view! { <p class="empty-result">"Choose a step in the outline or on the flowchart."</p> }.into_any(),
                }
            }}
        </aside>
    }
}

/// Whether what has the focus now changes something: then the others see that somebody is about to.
fn is_field(event: &ev::FocusEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| element.matches("input, select, textarea").unwrap_or_default())
}

/// Changes a step; a refusal has been shown as a message.
fn change(store: ExecutionStore, id: &NodeId, patch: PatchStep) {
    let _ = store.change_step(id.clone(), patch);
}

#[component]
fn StepPanel(store: ExecutionStore, node: Node, view: StepView, uploads: Uploads) -> impl IntoView {
    let phase = store
        .graph()
        .with_value(|graph| node.phase.as_ref().and_then(|phase| graph.node(phase)).map(|phase| phase.label.clone()));
    let StepView { step, applicable, pending, viewers, .. } = view.clone();
    let status = Memo::new(move |_| view.status());
    let times = step.clone();
    let id = node.id.clone();
    let instructions = store.instructions(&id);
    let kind = node.kind;
    view! {
        <header class="panel-head">
            <p class="panel-kind"><Icon name=kind.as_str() />{kind.as_str()} {phase.map(|phase| view! { " in " <bdi>{phase}</bdi> })}</p>
            <h2 dir="auto">{node.label.clone()}</h2>
            <p class="panel-facts">
                <StepBadge status />
                <Show when=move || pending.get()><span class="tag saving">"Saving…"</span></Show>
                {node.optional.then(|| view! { <span class="tag">"optional"</span> })}
                <Show when=move || !applicable.get()><span class="tag">"not applicable: on a branch that was not taken"</span></Show>
                {move || {
                    let step = times.read();
                    let (active, blocked) = (step.active.seconds(store.now()), step.blocked.seconds(store.now()));
                    let worked = (active > 0 || step.started_at.is_some()).then(|| format!("{} worked", clock(active)));
                    let waited = (blocked > 0).then(|| format!("{} blocked", clock(blocked)));
                    view! { <span class="figures">{[worked, waited].into_iter().flatten().collect::<Vec<_>>().join(" · ")}</span> }
                }}
            </p>
            <Others viewers />
        </header>
        {(kind != NodeKind::Phase).then(|| view! { <StatusButtons store id=id.clone() step=step.clone() status /> })}
        {(kind == NodeKind::Decision).then(|| view! { <DecisionForm store id=id.clone() step=step.clone() /> })}
        <Assignee store id=id.clone() step=step.clone() />
        {instructions.map(|instructions| view! { <InstructionsView instructions /> })}
        <Notes store id=id.clone() step=step.clone() />
        <EvidenceSection store id step uploads />
    }
}

/// The likely next statuses as buttons, every other one in a list.
#[component]
fn StatusButtons(
    store: ExecutionStore,
    id: NodeId,
    step: ArcRwSignal<Arc<Step>>,
    status: Memo<StepStatus>,
) -> impl IntoView {
    let set = {
        let id = id.clone();
        move |to: StepStatus| {
            // Who starts what nobody has, has it.
            let is_free = to == StepStatus::InProgress && step.read_untracked().assignee.is_none();
            let assignee = untrack(|| store.analyst().name()).filter(|_| is_free).map(Some);
            change(store, &id, PatchStep { status: Some(to), assignee, ..PatchStep::default() });
        }
    };
    let frozen = move || store.head().read().status != ExecutionStatus::Active;
    let likely = move || match status.get() {
        StepStatus::NotStarted => [StepStatus::InProgress, StepStatus::Completed, StepStatus::Skipped],
        StepStatus::InProgress => [StepStatus::Completed, StepStatus::Blocked, StepStatus::Skipped],
        StepStatus::Blocked => [StepStatus::InProgress, StepStatus::Completed, StepStatus::Skipped],
        StepStatus::Completed | StepStatus::Skipped => {
            [StepStatus::InProgress, StepStatus::NotStarted, StepStatus::Blocked]
        }
    };
    let choose = {
        let set = set.clone();
        move |event: ev::Targeted<ev::Event, web_sys::HtmlSelectElement>| {
            let word = event.target().value();
            if let Some(to) = StepStatus::ALL.into_iter().find(|status| status.as_str() == word) {
                set(to);
            }
        }
    };
    let word = move |from: StepStatus, to: StepStatus| match (from, to) {
        (StepStatus::Blocked, StepStatus::InProgress) => "Unblock",
        (StepStatus::Completed | StepStatus::Skipped, StepStatus::InProgress) => "Work on again",
        _ => verb(to),
    };
    view! {
        <section class="panel-section status-buttons" aria-label="Status">
            {move || {
                let from = status.get();
                likely()
                    .into_iter()
                    .zip([true, false, false])
                    .map(|(to, first)| {
                        let set = set.clone();
                        view! {
                            <button type="button" class="button" class:primary=first data-to=to.as_str() disabled=frozen on:click=move |_| set(to)>
                                <Icon name=if to == StepStatus::InProgress { "active" } else { to.as_str() } />{word(from, to)}
                            </button>
                        }
                    })
                    .collect_view()
            }}
            <label>
                <span class="visually-hidden">"Status"</span>
                <select disabled=frozen on:change:target=choose prop:value=move || status.get().as_str()>
                    {StepStatus::ALL
                        .map(|option| view! { <option value=option.as_str() selected=move || status.get() == option>{step_label(option)}</option> })
                        .collect_view()}
                </select>
            </label>
        </section>
    }
}

#[component]
fn Assignee(store: ExecutionStore, id: NodeId, step: ArcRwSignal<Arc<Step>>) -> impl IntoView {
    let assignee = Memo::new(move |_| step.read().assignee.clone());
    let error = RwSignal::new(None::<String>);
    let closed = move || store.head().read().status.is_closed();
    let list = format!("analysts-{id}");
    // Everybody who has worked on this execution or is there now.
    let known = move || {
        let mut names = store.with_execution(|execution| execution.state.analysts.clone());
        names.extend(store.people().read().named.iter().map(|person| person.name.clone()));
        names.into_iter().map(|name| view! { <option value=name.to_string()></option> }).collect_view()
    };
    let assign = {
        let id = id.clone();
        move |to: Option<Actor>| {
            error.set(None);
            change(store, &id, PatchStep { assignee: Some(to), ..PatchStep::default() });
        }
    };
    let by_name = {
        let assign = assign.clone();
        move |event: ev::Targeted<ev::Event, web_sys::HtmlInputElement>| {
            let name = event.target().value();
            if name.trim().is_empty() {
                assign(None);
                return;
            }
            match Actor::new(&name) {
                Ok(actor) => assign(Some(actor)),
                Err(reason) => error.set(Some(reason.to_string())),
            }
        }
    };
    let to_me = {
        let assign = assign.clone();
        move |_| assign(Some(store.analyst().actor()))
    };
    view! {
        <section class="panel-section assignee">
            <label class="field">
                <span>"Assignee"</span>
                <span class="with-avatar">
                    {move || assignee.get().map(|actor| view! { <Avatar actor /> })}
                    <input
                        type="text"
                        maxlength="200"
                        dir="auto"
                        placeholder="Nobody"
                        list=list.clone()
                        disabled=closed
                        prop:value=move || assignee.get().map(|actor| actor.to_string()).unwrap_or_default()
                        on:change:target=by_name
                    />
                </span>
            </label>
            <datalist id=list>{known}</datalist>
            <button type="button" class="button" disabled=closed on:click=to_me>"Me"</button>
            <button type="button" class="button" disabled=move || closed() || assignee.read().is_none() on:click=move |_| assign(None)>"Nobody"</button>
            <p class="field-error" role="alert">{move || error.get()}</p>
        </section>
    }
}

#[component]
fn InstructionsView(instructions: Instructions) -> impl IntoView {
    let Instructions { html, code, .. } = instructions;
    view! {
        <section class="panel-section instructions" aria-label="Instructions">
            {(!html.is_empty()).then(|| view! { <div class="prose" dir="auto" inner_html=html></div> })}
            {code.into_iter().map(|code| view! { <CodeBlock code /> }).collect_view()}
        </section>
    }
}

#[component]
fn CodeBlock(code: Code) -> impl IntoView {
    let copied = RwSignal::new(false);
    let text = code.text.clone();
    let copy = move |_| {
        // Without a clipboard (an insecure address) the text can still be selected.
        let _ = window().navigator().clipboard().write_text(&text);
        copied.set(true);
        set_timeout(move || copied.set(false), std::time::Duration::from_secs(2));
    };
    view! {
        <figure class="code">
            <figcaption>
                <span>{code.language.unwrap_or_default()}</span>
                <button type="button" class="button small" on:click=copy>
                    <Icon name="copy" />{move || if copied.get() { "Copied" } else { "Copy" }}
                </button>
            </figcaption>
            <pre tabindex="0"><code>{code.text}</code></pre>
        </figure>
    }
}
