//! The dialog in which an execution is started.

use domain::api::{Problem, StartExecution};
use domain::ids::{ExecutionId, PlaybookId};
use domain::screen::on_screen;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use serde::Deserialize;

use crate::live::address::of_page;
use crate::ui::analyst::use_analyst;
use crate::ui::dialog::{Dialog, DialogFoot};
use crate::ui::request::{LastSent, Method, command_id_for, send};

/// What this dialog wants to know of `domain::api::ExecutionDetail`.
#[derive(Deserialize)]
struct Started {
    id: ExecutionId,
}

/// Asks what the incident is called and who is there, and begins.
#[component]
pub(crate) fn StartDialog(open: RwSignal<bool>, playbook_id: PlaybookId, title: String) -> impl IntoView {
    let analyst = use_analyst();
    let navigate = use_navigate();
    let incident_title = NodeRef::<html::Input>::new();
    let incident_id = NodeRef::<html::Input>::new();
    let name = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let value = |input: NodeRef<html::Input>| input.get().map(|input| input.value()).unwrap_or_default();
    let last_sent = LastSent::new(None);
    let start = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if let Err(reason) = analyst.set(&value(name)) {
            error.set(Some(reason));
            return;
        }
        let mut request = StartExecution {
            playbook_id,
            incident_title: value(incident_title),
            incident_id: Some(value(incident_id)).filter(|id| !id.trim().is_empty()),
            started_by: Some(analyst.actor()),
            command_id: None,
        };
        request.command_id = Some(command_id_for(last_sent, &request));
        let navigate = navigate.clone();
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let answer: Result<Started, Problem> = send(Method::Post, "/api/executions", &request).await;
            busy.set(false);
            match answer {
                Ok(execution) => {
                    last_sent.set_value(None);
                    open.set(false);
                    navigate(&of_page(execution.id, None), NavigateOptions::default());
                }
                Err(problem) => error.set(Some(on_screen(&problem.detail))),
            }
        });
    };
    view! {
        <Dialog open title="Start an execution">
            <form on:submit=start>
                <p class="dialog-subject" dir="auto">{title}</p>
                <label class="field">
                    <span>"Incident title"</span>
                    <input type="text" name="incident_title" autofocus required maxlength="200" dir="auto" placeholder="Files encrypted on FS-01" node_ref=incident_title />
                </label>
                <label class="field">
                    <span>"Incident ID" <em>"optional"</em></span>
                    <input type="text" name="incident_id" maxlength="200" placeholder="INC-2026-0042" node_ref=incident_id />
                </label>
                <label class="field">
                    <span>"Your name"</span>
                    <input
                        type="text"
                        name="analyst"
                        required
                        maxlength="200"
                        autocomplete="name"
                        dir="auto"
                        node_ref=name
                        prop:value=move || analyst.name().map(String::from).unwrap_or_default()
                    />
                </label>
                <DialogFoot open error busy send="Start execution" />
            </form>
        </Dialog>
    }
}
