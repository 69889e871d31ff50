//! Short messages over the page. They stay until they are dismissed or, when they only inform, for a while.

use std::sync::Arc;

use domain::words::counted;
use leptos::prelude::*;

use super::icon::Icon;

/// What a message means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Good to know; goes by itself.
    Info,
    /// What was just done, with the way back; goes by itself.
    Done,
    /// Good to know and perhaps to act upon; stays.
    Notice,
    /// Something did not work; stays.
    Problem,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Done => "done",
            Self::Notice => "notice",
            Self::Problem => "problem",
        }
    }
}

/// A message that is more than a line of text.
#[derive(Clone)]
pub(crate) struct Message {
    tone: Tone,
    text: Arc<dyn Fn() -> String + Send + Sync>,
    about: Option<String>,
    actions: Vec<(String, Arc<dyn Fn() + Send + Sync>)>,
}

impl Message {
    /// A message whose text may follow signals, such as the time.
    pub(crate) fn new(tone: Tone, text: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self { tone, text: Arc::new(text), about: None, actions: Vec::new() }
    }

    /// It takes the place of an earlier one about the same.
    pub(crate) fn about(self, about: String) -> Self {
        Self { about: Some(about), ..self }
    }

    /// With a button that does something and dismisses it.
    pub(crate) fn with_action(mut self, label: String, act: impl Fn() + Send + Sync + 'static) -> Self {
        self.actions.push((label, Arc::new(act)));
        self
    }
}

#[derive(Clone)]
struct Toast {
    id: u64,
    message: Message,
}

/// The messages on the page.
#[derive(Clone, Copy)]
pub(crate) struct ToastList {
    toasts: RwSignal<Vec<Toast>>,
    next: StoredValue<u64>,
}

/// Seconds that an informing message stays.
#[cfg(feature = "hydrate")]
const INFO_SECONDS: u64 = 8;

/// So many messages are shown at once, the newest. Those before them come back when these are dismissed: none goes unread.
const MOST: usize = 6;

impl ToastList {
    /// Shows a line of text.
    pub(crate) fn show(self, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        self.put(Message::new(tone, move || text.clone()));
    }

    /// Shows a message.
    pub(crate) fn put(self, message: Message) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        #[cfg(feature = "hydrate")]
        if matches!(message.tone, Tone::Info | Tone::Done) {
            set_timeout(move || self.dismiss(id), std::time::Duration::from_secs(INFO_SECONDS));
        }
        self.toasts.update(|toasts| {
            if message.about.is_some() {
                toasts.retain(|toast| toast.message.about != message.about);
            }
            toasts.push(Toast { id, message });
        });
    }

    /// Takes away every message about something that begins so: what its action needs is gone.
    pub(crate) fn forget(self, about: &str) {
        self.toasts.update(|toasts| {
            toasts.retain(|toast| !toast.message.about.as_ref().is_some_and(|own| own.starts_with(about)));
        });
    }

    fn dismiss(self, id: u64) {
        self.toasts.update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

pub(crate) fn provide_toasts() {
    provide_context(ToastList { toasts: RwSignal::new(Vec::new()), next: StoredValue::new(0) });
}

/// Where messages are shown.
pub(crate) fn use_toasts() -> ToastList {
    expect_context()
}

/// The messages.
#[component]
pub(crate) fn Toasts() -> impl IntoView {
    let list = use_toasts();
    let newest = move || {
        let toasts = list.toasts.get();
        let first = toasts.len().saturating_sub(MOST);
        toasts.into_iter().skip(first).collect::<Vec<_>>()
    };
    let more = move || list.toasts.read().len().saturating_sub(MOST);
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=newest key=|toast| toast.id let:toast>
                <ToastView list toast />
            </For>
            <p class="toasts-more" hidden=move || more() == 0>{move || counted(more() as u64, "earlier message")}</p>
        </div>
    }
}

#[component]
fn ToastView(list: ToastList, toast: Toast) -> impl IntoView {
    let Toast { id, message: Message { tone, text, actions, .. } } = toast;
    let is_plain = actions.is_empty();
    view! {
        // What did not work is said at once, whatever else is being read out.
        <div class=format!("toast {}", tone.class()) role=(tone == Tone::Problem).then_some("alert")>
            <div class="toast-body">
                <p dir="auto">{move || text()}</p>
                <div class="row" hidden=is_plain>
                    {actions
                        .into_iter()
                        .map(|(label, act)| {
                            let press = move |_| {
                                list.dismiss(id);
                                act();
                            };
                            view! { <button type="button" class="button small" on:click=press><bdi>{label}</bdi></button> }
                        })
                        .collect_view()}
                </div>
            </div>
            <button type="button" class="icon-button" aria-label="Dismiss" on:click=move |_| list.dismiss(id)>
                <Icon name="close" />
            </button>
        </div>
    }
}
