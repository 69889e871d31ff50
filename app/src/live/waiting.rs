//! What waits, on every page: that it does, why, and a list in which each change can be given up.

use domain::legible::legible_file_name;
use domain::session::{Way, described};
use domain::words::counted;
use leptos::prelude::*;

use super::session::{Live, Shown, use_live};
use super::uploads::{Stage, Upload, Uploads, use_uploads};
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::time::Time;

/// `4 changes wait`, `1 change waits`.
pub(crate) fn wait(count: usize, thing: &str) -> String {
    format!("{} {}", counted(count as u64, thing), if count == 1 { "waits" } else { "wait" })
}

/// Opens this page in another tab, where whatever asks for a sign-in shows its own page.
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    // The address of the page itself.
    view! { <a href="" target="_blank" rel="noopener">"Sign in again"</a> }
}

/// Why nothing gets through, and how much waits; `None` when all is well.
pub(crate) fn trouble(shown: &Shown) -> Option<AnyView> {
    let count = shown.waiting;
    let waiting = (count > 0).then(|| format!(" {}.", wait(count, "change")));
    match &shown.way {
        Way::Open => None,
        Way::Trouble(trouble) => {
            (count > 0).then(|| view! { <span>{trouble.to_string()} {waiting} " Trying again."</span> }.into_any())
        }
        Way::SignedOut { only_this: false } => {
            Some(view! { <span>"You are signed out. " <SignIn /> "." {waiting}</span> }.into_any())
        }
        Way::SignedOut { only_this: true } => {
            let words = "Something in front of the server does not let this change through. ";
            Some(view! { <span>{words} <SignIn /> ", or discard the change." {waiting}</span> }.into_any())
        }
    }
}

/// What would be lost with the tab, in words.
pub(crate) fn unstored(shown: &Shown) -> Option<String> {
    let unstored = shown.unstored?;
    let why =
        if unstored.is_full { "This browser’s storage is full" } else { "This browser keeps nothing for this page" };
    let what = match (unstored.changes, unstored.drafts) {
        (0, drafts) => counted(drafts as u64, "draft"),
        (changes, 0) => counted(changes as u64, "change"),
        (changes, drafts) => format!("{} and {}", counted(changes as u64, "change"), counted(drafts as u64, "draft")),
    };
    Some(format!("{why}: {what} would be lost if you closed this tab."))
}

/// Says on every page that something waits and does not get through, and leads to the list of it.
#[component]
pub(crate) fn WaitingNotice() -> impl IntoView {
    let (live, uploads) = (use_live(), use_uploads());
    let open = RwSignal::new(false);
    let words = Memo::new(move |_| {
        let shown = live.shown().get();
        let files = uploads.all().len();
        let changes = (shown.waiting > 0).then(|| wait(shown.waiting, "change"));
        let files = (files > 0).then(|| format!("{} on the way", counted(files as u64, "file")));
        let is_calm = shown.way == Way::Open && shown.unstored.is_none();
        let signed_out = matches!(shown.way, Way::SignedOut { .. }).then(|| "Signed out".to_owned());
        let unstored = shown.unstored.filter(|unstored| unstored.changes == 0).map(|_| "Drafts not kept".to_owned());
        let parts = [signed_out, changes.filter(|_| !is_calm), unstored, files];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    });
    view! {
        <button
            type="button"
            class="outbox-notice"
            hidden=move || words.read().is_empty()
            title="Show what waits"
            on:click=move |_| open.set(true)
        >
            <Icon name="clock" />
            <span role="status">{words}</span>
        </button>
        <Dialog open title="Waiting to be saved">
            {move || open.get().then(|| list(live, uploads))}
        </Dialog>
    }
    .into_any()
}

fn list(live: Live, uploads: Uploads) -> AnyView {
    let changes = move || {
        let waiting = live.waiting();
        let nothing = (waiting.is_empty() && uploads.all().is_empty())
            .then(|| view! { <p>"Nothing waits: everything is saved."</p> });
        let items = waiting.into_iter().map(|(asked, is_stored)| {
            let (command, words) = (asked.command_id, described(&asked));
            let name = format!("Discard: {words}");
            view! {
                <li>
                    <p dir="auto">{words}</p>
                    <p class="attached-facts">
                        "By " <bdi>{asked.actor.to_string()}</bdi> " at " <Time at=asked.asked_at /> " UTC"
                        {(!is_stored).then(|| view! { <span class="tag">"lost if you close this tab"</span> })}
                        <button type="button" class="button small" aria-label=name on:click=move |_| live.discard(command)>"Discard"</button>
                    </p>
                </li>
            }
            .into_any()
        });
        view! { {nothing} <ol class="waiting-list">{items.collect_view()}</ol> }.into_any()
    };
    view! {
        <div class="waiting">
            {move || trouble(&live.shown().read()).map(|words| view! { <p class="banner problem" role="status">{words}</p> })}
            {move || unstored(&live.shown().read()).map(|words| view! { <p class="banner problem" role="status">{words}</p> })}
            <p class="hint">"Everything here is sent by itself, in this order. A text that you discard is a draft again at its step. What has been sent already may have arrived all the same."</p>
            {changes}
            <ol class="waiting-list">
                <For each=move || uploads.all() key=|upload| upload.id let:upload>
                    <li><p dir="auto">"For “" {upload.label.clone()} "”"</p><OnItsWay upload uploads /></li>
                </For>
            </ol>
        </div>
    }
    .into_any()
}

/// A file on its way, or one that did not arrive.
#[component]
pub(crate) fn OnItsWay(upload: Upload, uploads: Uploads) -> impl IntoView {
    let name = legible_file_name(&upload.file.name()).into_owned();
    let stage = upload.stage.clone();
    let again = StoredValue::new(upload);
    let cancel = move |_| again.with_value(|upload| uploads.cancel(upload));
    view! {
        <article class="attached on-its-way">
            <header><Icon name="upload" /><bdi dir="ltr">{name}</bdi></header>
            {move || match stage.get() {
                Stage::Sending(percent) => view! {
                    <p class="attached-facts">
                        <progress max="100" value=percent aria-label="Sent"></progress>
                        <span>{percent} " %"</span>
                        <button type="button" class="button small" on:click=cancel>"Cancel"</button>
                    </p>
                }.into_any(),
                Stage::Waiting(reason) => view! {
                    <p class="field-error" role="status">"Waiting to be sent again: " {reason}</p>
                    <p class="attached-facts"><button type="button" class="button small" on:click=cancel>"Cancel"</button></p>
                }.into_any(),
                Stage::Failed(reason) => view! {
                    <p class="field-error" role="alert">"Not attached: " {reason}</p>
                    <p class="attached-facts">
                        <button type="button" class="button small" on:click=move |_| uploads.send(again.get_value())>"Try again"</button>
                        <button type="button" class="button small" on:click=cancel>"Discard"</button>
                    </p>
                }.into_any(),
            }}
        </article>
    }
    .into_any()
}
