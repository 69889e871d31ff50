//! Short messages over the page. They stay until they are dismissed or, when they only inform, for a while.

use leptos::prelude::*;

use super::icon::Icon;

/// What a message means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Good to know; goes by itself.
    Info,
    /// Something did not work; stays.
    Problem,
}

#[derive(Clone, Debug)]
struct Toast {
    id: u64,
    tone: Tone,
    text: String,
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

impl ToastList {
    /// Shows a message.
    pub(crate) fn show(self, tone: Tone, text: impl Into<String>) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.toasts.update(|toasts| toasts.push(Toast { id, tone, text: text.into() }));
        #[cfg(feature = "hydrate")]
        if tone == Tone::Info {
            set_timeout(move || self.dismiss(id), std::time::Duration::from_secs(INFO_SECONDS));
        }
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
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || list.toasts.get() key=|toast| toast.id let:toast>
                <div class="toast" class:problem=toast.tone == Tone::Problem>
                    <p dir="auto">{toast.text}</p>
                    <button type="button" class="icon-button" aria-label="Dismiss" on:click=move |_| list.dismiss(toast.id)>
                        <Icon name="close" />
                    </button>
                </div>
            </For>
        </div>
    }
}
