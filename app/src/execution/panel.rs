//! The panel of the chosen step: what to do, how it stands, who does it, what was found.

use std::collections::HashMap;

use domain::api::{Instructions, PatchStep};
use domain::event::{ExecutionStatus, StepStatus};
use domain::execution::Note;
use domain::graph::{Code, Node, NodeKind};
use domain::ids::{Actor, NodeId};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::verb;
use crate::live::{ExecutionStore, StepView};
use crate::ui::analyst::Avatar;
use crate::ui::icon::Icon;
use crate::ui::status::{StepBadge, step_label};
use crate::ui::time::{Time, clock};

/// Notes that were begun and not saved, by step: a draft belongs to its step and survives looking at another.
type Drafts = StoredValue<HashMap<NodeId, String>>;

#[component]
pub(super) fn Panel(store: ExecutionStore) -> impl IntoView {
    let drafts: Drafts = StoredValue::new(HashMap::new());
    let selected = store.selected();
    view! {
        <aside class="panel" aria-label="Chosen step">
            {move || {
                let chosen = selected.get().and_then(|id| {
                    let node = store.graph().with_value(|graph| graph.node(&id).cloned())?;
                    Some((node, store.step(&id)?))
                });
                match chosen {
                    Some((node, step)) => view! { <StepPanel store node view=step drafts /> }.into_any(),
                    None => view! { <p class="empty-result">"Choose a step in the outline or on the flowchart."</p> }.into_any(),
                }
            }}
        </aside>
    }
}

#[component]
fn StepPanel(store: ExecutionStore, node: Node, view: StepView, drafts: Drafts) -> impl IntoView {
    let phase = store
        .graph()
        .with_value(|graph| node.phase.as_ref().and_then(|phase| graph.node(phase)).map(|phase| phase.label.clone()));
    let StepView { step, applicable, .. } = view.clone();
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
                {node.optional.then(|| view! { <span class="tag">"optional"</span> })}
                <Show when=move || !applicable.get()><span class="tag">"not applicable: on a branch that was not taken"</span></Show>
                {move || {
                    let step = times.read();
                    let (active, blocked) = (step.active.seconds(store.now().get()), step.blocked.seconds(store.now().get()));
                    let worked = (active > 0 || step.started_at.is_some()).then(|| format!("{} worked", clock(active)));
                    let waited = (blocked > 0).then(|| format!("{} blocked", clock(blocked)));
                    view! { <span class="figures">{[worked, waited].into_iter().flatten().collect::<Vec<_>>().join(" · ")}</span> }
                }}
            </p>
        </header>
        {(kind != NodeKind::Phase).then(|| view! { <StatusButtons store id=id.clone() status /> })}
        {(kind == NodeKind::Decision).then(|| view! { <DecisionForm store id=id.clone() step=step.clone() /> })}
        <Assignee store id=id.clone() step=step.clone() />
        {instructions.map(|instructions| view! { <InstructionsView instructions /> })}
        <Notes store id step drafts />
    }
}

/// The likely next statuses as buttons, every other one in a list.
#[component]
fn StatusButtons(store: ExecutionStore, id: NodeId, status: Memo<StepStatus>) -> impl IntoView {
    let set = {
        let id = id.clone();
        move |to: StepStatus| store.change_step_now(id.clone(), PatchStep { status: Some(to), ..PatchStep::default() })
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

/// Choosing a branch takes the decision and completes its step.
#[component]
fn DecisionForm(
    store: ExecutionStore,
    id: NodeId,
    step: ArcRwSignal<std::sync::Arc<domain::execution::Step>>,
) -> impl IntoView {
    let branches = store.graph().with_value(|graph| graph.branches(&id));
    let rationale = NodeRef::<html::Input>::new();
    let frozen = move || store.head().read().status != ExecutionStatus::Active;
    let taken = Memo::new(move |_| step.read().decision.clone());
    let take = move |branch: String| {
        let why = rationale.get().map(|input| input.value()).filter(|why| !why.trim().is_empty());
        let patch = PatchStep {
            decision_taken: Some(branch),
            rationale: why,
            status: Some(StepStatus::Completed),
            ..PatchStep::default()
        };
        let id = id.clone();
        spawn_local(async move {
            // What was typed stays when it could not be saved.
            if store.change_step(id, patch).await.is_ok()
                && let Some(input) = rationale.get_untracked()
            {
                input.set_value("");
            }
        });
    };
    view! {
        <section class="panel-section decision" aria-label="Decision">
            <h3>"Decision"</h3>
            <div class="branches" role="group" aria-label="Branches">
                {branches
                    .into_iter()
                    .map(|branch| {
                        let take = take.clone();
                        let own = branch.clone();
                        let is_taken = Memo::new(move |_| taken.read().as_ref().is_some_and(|taken| taken.branch == own));
                        let chosen = branch.clone();
                        view! {
                            <button
                                type="button"
                                class="button branch"
                                aria-pressed=move || is_taken.get().to_string()
                                disabled=frozen
                                on:click=move |_| take(chosen.clone())
                            >
                                <Show when=move || is_taken.get()><Icon name="check" /></Show>
                                <bdi>{branch}</bdi>
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            <label class="field">
                <span>"Why" <em>" optional"</em></span>
                <input type="text" maxlength="20000" dir="auto" disabled=frozen node_ref=rationale />
            </label>
            {move || {
                taken.get().map(|taken| {
                    view! {
                        <p class="decision-taken">
                            <bdi>{taken.branch}</bdi> ", by " <bdi>{taken.actor.to_string()}</bdi> " at " <Time at=taken.timestamp /> " UTC"
                            {taken.rationale.map(|why| view! { ": " <q dir="auto">{why}</q> })}
                        </p>
                    }
                })
            }}
        </section>
    }
}

#[component]
fn Assignee(
    store: ExecutionStore,
    id: NodeId,
    step: ArcRwSignal<std::sync::Arc<domain::execution::Step>>,
) -> impl IntoView {
    let assignee = Memo::new(move |_| step.read().assignee.clone());
    let error = RwSignal::new(None::<String>);
    let closed = move || store.head().read().status.is_closed();
    let list = format!("analysts-{id}");
    let known =
        store.with_execution(|execution| execution.state.analysts.iter().map(ToString::to_string).collect::<Vec<_>>());
    let assign = {
        let id = id.clone();
        move |to: Option<Actor>| {
            error.set(None);
            store.change_step_now(id.clone(), PatchStep { assignee: Some(to), ..PatchStep::default() });
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
            <datalist id=list>{known.into_iter().map(|name| view! { <option value=name></option> }).collect_view()}</datalist>
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

#[component]
fn Notes(
    store: ExecutionStore,
    id: NodeId,
    step: ArcRwSignal<std::sync::Arc<domain::execution::Step>>,
    drafts: Drafts,
) -> impl IntoView {
    let draft = RwSignal::new(drafts.with_value(|drafts| drafts.get(&id).cloned().unwrap_or_default()));
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let keep = {
        let id = id.clone();
        move |text: String| {
            drafts.update_value(|drafts| {
                drafts.insert(id.clone(), text.clone());
            });
            draft.set(text);
        }
    };
    let save = {
        let keep = keep.clone();
        move || {
            let text = draft.get_untracked();
            if text.trim().is_empty() || busy.get_untracked() {
                return;
            }
            let (id, keep) = (id.clone(), keep.clone());
            busy.set(true);
            error.set(None);
            spawn_local(async move {
                let patch = PatchStep { notes: Some(text.clone()), ..PatchStep::default() };
                match store.change_step(id, patch).await {
                    // What was typed while the note was on its way is a new draft.
                    Ok(()) if draft.get_untracked() == text => keep(String::new()),
                    Ok(()) => {}
                    Err(problem) => error.set(Some(format!("Not saved, the text is kept: {}", problem.detail))),
                }
                busy.set(false);
            });
        }
    };
    let by_key = {
        let save = save.clone();
        move |event: ev::KeyboardEvent| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                save();
            }
        }
    };
    let notes = Memo::new(move |_| step.read().notes.clone());
    view! {
        <section class="panel-section notes" aria-label="Notes">
            <h3>"Notes " <span class="figures">{move || notes.read().len()}</span></h3>
            <ol class="note-list">
                <For each=move || notes.get() key=|note| note.seq let:note>
                    <li><NoteView note /></li>
                </For>
            </ol>
            <label class="field">
                <span class="visually-hidden">"New note"</span>
                <textarea
                    rows="3"
                    maxlength="20000"
                    dir="auto"
                    placeholder="What was found, done or decided"
                    prop:value=move || draft.get()
                    on:input:target=move |event| keep(event.target().value())
                    on:keydown=by_key
                ></textarea>
            </label>
            <p class="field-error" role="alert">{move || error.get()}</p>
            <button type="button" class="button" disabled=move || busy.get() || draft.read().trim().is_empty() on:click=move |_| save()>
                <Icon name="note" />"Add note"
            </button>
            <span class="hint">"Ctrl+Enter"</span>
        </section>
    }
}

#[component]
fn NoteView(note: Note) -> impl IntoView {
    let late = note.occurred_at.map(|at| view! { <span class="tag">"happened at " <Time at /></span> });
    view! {
        <article class="note">
            <header><Avatar actor=note.author.clone() /><bdi>{note.author.to_string()}</bdi> <Time at=note.timestamp /> {late}</header>
            <p dir="auto">{note.text}</p>
        </article>
    }
}
