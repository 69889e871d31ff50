//! Files on their way to a step. They belong to the application and not to a page: they go on while others are looked at.
//!
//! Each has a command id of its own, so that one whose answer was lost can be sent again.

use std::time::Duration;

use domain::ids::{Actor, CommandId, ExecutionId, NodeId};
use domain::session::{Answer, Trouble, Verdict, Way};
use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Live;
use super::address::evidence_of_step;
use super::session::random;
use crate::ui::request;

/// How an upload stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    /// So many percent have left.
    Sending(u32),
    /// It did not get through and is sent again by itself.
    Waiting(String),
    /// It was refused.
    Failed(String),
}

/// A file on its way.
#[derive(Clone)]
pub(crate) struct Upload {
    pub(crate) id: CommandId,
    pub(crate) execution: ExecutionId,
    pub(crate) node_id: NodeId,
    /// What the step is called.
    pub(crate) label: String,
    pub(crate) actor: Actor,
    pub(crate) file: SendWrapper<web_sys::File>,
    pub(crate) description: String,
    pub(crate) stage: ArcRwSignal<Stage>,
    request: SendWrapper<web_sys::XmlHttpRequest>,
}

/// Every file on its way.
#[derive(Clone, Copy)]
pub(crate) struct Uploads {
    live: Live,
    list: RwSignal<Vec<Upload>>,
}

/// Sets up the uploads of the application.
pub(super) fn provide_uploads(live: Live) -> Uploads {
    let uploads = Uploads { live, list: RwSignal::new(Vec::new()) };
    provide_context(uploads);
    uploads
}

/// The uploads of the application.
pub(crate) fn use_uploads() -> Uploads {
    expect_context()
}

/// What one wants to know of an answer: that it is one.
#[derive(Deserialize)]
struct Attached {
    #[serde(rename = "sha256")]
    _sha256: IgnoredAny,
}

impl Uploads {
    /// Attaches a file to a step.
    pub(crate) fn attach(self, to: (ExecutionId, NodeId, String), file: web_sys::File, description: &str, by: Actor) {
        // Without it there is nothing to send with, nor a page that could ask.
        let Ok(request) = web_sys::XmlHttpRequest::new() else { return };
        let (execution, node_id, label) = to;
        let upload = Upload {
            id: request::new_command_id(),
            execution,
            node_id,
            label,
            actor: by,
            file: SendWrapper::new(file),
            description: description.to_owned(),
            stage: ArcRwSignal::new(Stage::Sending(0)),
            request: SendWrapper::new(request),
        };
        self.list.update(|list| list.push(upload.clone()));
        self.send(upload);
    }

    /// Sends a file, again and again until the server has it or refuses it, or it is cancelled.
    pub(crate) fn send(self, upload: Upload) {
        spawn_local(async move {
            let mut failures = 0;
            while self.is_wanted(upload.id) {
                let (trouble, after) = match self.try_to_send(&upload).await {
                    // The event brings it into the list of what is there.
                    Ok(()) => return self.forget(upload.id),
                    Err(Verdict::Refused(problem)) => return upload.stage.set(Stage::Failed(problem.detail)),
                    Err(Verdict::Wait(trouble, after)) => (trouble.to_string(), after),
                    Err(Verdict::SignedOut | Verdict::Success) => ("You are signed out.".to_owned(), None),
                };
                if !self.is_wanted(upload.id) {
                    return;
                }
                upload.stage.set(Stage::Waiting(trouble));
                self.rest(failures, after).await;
                failures += 1;
            }
        });
    }

    async fn try_to_send(self, upload: &Upload) -> Result<(), Verdict> {
        let stage = upload.stage.clone();
        stage.set(Stage::Sending(0));
        let unreachable = || Verdict::Wait(Trouble::Unreachable, None);
        let form = form(upload).ok_or_else(unreachable)?;
        let address = evidence_of_step(upload.execution, &upload.node_id);
        let on_progress = move |sent: f64, total: f64| stage.set(Stage::Sending(percent(sent, total)));
        let answer = request::upload(&upload.request, &address, &form, on_progress).await;
        match answer.as_ref().map(Answer::judge) {
            Some(Verdict::Success) if answer.as_ref().and_then(Answer::read::<Attached>).is_some() => Ok(()),
            Some(verdict @ (Verdict::Refused(_) | Verdict::Wait(..))) => Err(verdict),
            // A browser does not say where it was led; whoever answers now is asked.
            other => {
                self.live.suspect();
                Err(other.unwrap_or_else(unreachable))
            }
        }
    }

    /// Waits before a file is sent again: longer with every failure, and then until nobody has to sign in.
    async fn rest(self, failures: u32, after_seconds: Option<u32>) {
        const LONGEST_SECONDS: f64 = 10.0;
        let longest = (0.3 * 2_f64.powi(failures.min(10).cast_signed())).min(LONGEST_SECONDS);
        let seconds = f64::from(after_seconds.unwrap_or_default()).max(0.1 + longest * random());
        let (wake, woken) = oneshot::channel();
        let wake = move || wake.send(()).unwrap_or_default();
        // Without a timer it waits until it is cancelled.
        set_timeout(wake, Duration::from_secs_f64(seconds));
        let _ = woken.await;
        let is_signed_out = |shown: &super::Shown| matches!(shown.way, Way::SignedOut { .. });
        if self.live.shown().with_untracked(is_signed_out) {
            self.live.opened().await;
        }
    }

    /// Whether it has not arrived although its answer was lost, and has not been cancelled.
    fn is_wanted(self, id: CommandId) -> bool {
        self.list.try_with_untracked(|list| list.iter().any(|upload| upload.id == id)).unwrap_or(false)
    }

    /// The server has it, or nobody wants it any more.
    pub(super) fn forget(self, id: CommandId) {
        if self.is_wanted(id) {
            self.list.update(|list| list.retain(|upload| upload.id != id));
        }
    }

    /// Ends an upload that has not arrived.
    pub(crate) fn cancel(self, upload: &Upload) {
        self.forget(upload.id);
        // What has ended already cannot be aborted, which is as good.
        let _ = upload.request.abort();
    }

    /// Those of a step.
    pub(crate) fn of_step(self, execution: ExecutionId, node_id: &NodeId) -> Vec<Upload> {
        let is_of = |upload: &&Upload| upload.execution == execution && upload.node_id == *node_id;
        self.list.with(|list| list.iter().filter(is_of).cloned().collect())
    }

    /// All of them.
    pub(crate) fn all(self) -> Vec<Upload> {
        self.list.get()
    }

    /// Whether anything would be lost with the page.
    #[cfg(feature = "hydrate")]
    pub(super) fn is_busy(self) -> bool {
        !self.list.read_untracked().is_empty()
    }
}

fn form(upload: &Upload) -> Option<web_sys::FormData> {
    let form = web_sys::FormData::new().ok()?;
    form.append_with_str("command_id", &upload.id.to_string()).ok()?;
    form.append_with_str("actor", upload.actor.as_str()).ok()?;
    form.append_with_str("description", &upload.description).ok()?;
    form.append_with_blob_and_filename("file", &upload.file, &upload.file.name()).ok()?;
    Some(form)
}

fn percent(sent: f64, total: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
    if total > 0.0 { (sent / total * 100.0).clamp(0.0, 100.0) as u32 } else { 0 }
}
