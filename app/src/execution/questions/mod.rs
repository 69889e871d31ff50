//! What whoever sits here is asked before something is changed. Each question has a dialog of its own, and an answer or Escape
//! ends it; Escape changes nothing.

mod answer;
mod early;
mod reason;

use leptos::prelude::*;

use crate::live::{ExecutionStore, Question};
use answer::AnswerDialog;
use early::EarlyDialog;
use reason::ReasonDialog;

/// The dialog of the question that is asked, if one is.
#[component]
pub(super) fn Questions(store: ExecutionStore) -> impl IntoView {
    move || {
        let question = store.question().get()?;
        let open = RwSignal::new(true);
        Effect::new(move || {
            if !open.get() {
                // A frame later, when the dialog has given the focus back to where it was. Another question may be asked by then.
                request_animation_frame(move || {
                    if open.try_get_untracked() == Some(false) {
                        store.question().set(None);
                    }
                });
            }
        });
        Some(match question {
            Question::Block(node) => view! { <ReasonDialog store open node=Some(node) /> }.into_any(),
            Question::Pause => view! { <ReasonDialog store open node=None /> }.into_any(),
            Question::Answer(node) => view! { <AnswerDialog store open node /> }.into_any(),
            Question::Early(held, at) => view! { <EarlyDialog store open held at /> }.into_any(),
        })
    }
}
