//! The keys of an execution's page, and the dialog that shows them. One table says what each does, for both.

use domain::event::StepStatus;
use domain::ids::NodeId;
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::acts::{assign, choose_beside, copy_link, set_status};
use super::evidence::ATTACH_ID;
use super::notes::NEW_NOTE_ID;
use super::outline::OutlineState;
use crate::live::ExecutionStore;
use crate::ui::dialog::Dialog;
use crate::ui::focus::focus_on;
use crate::ui::storage;

/// What can be opened or switched by key.
#[derive(Clone, Copy)]
pub(super) struct Switches {
    pub(super) timeline: RwSignal<bool>,
    pub(super) follow: RwSignal<bool>,
    pub(super) jump: RwSignal<bool>,
    pub(super) help: RwSignal<bool>,
    /// Whether single keys are obeyed (WCAG 2.1.4: who dictates, or rests a hand on the keys, needs them off).
    pub(super) single_keys: RwSignal<bool>,
}

impl Switches {
    pub(super) fn new(timeline: bool) -> Self {
        let off = || RwSignal::new(false);
        Self {
            timeline: RwSignal::new(timeline),
            follow: off(),
            jump: off(),
            help: off(),
            single_keys: RwSignal::new(true),
        }
    }
}

#[derive(Clone, Copy)]
enum Act {
    Next,
    Previous,
    Set(StepStatus),
    AssignToMe,
    Note,
    Attach,
    Timeline,
    Follow,
    Jump,
    Help,
    GoOn,
    CopyLink,
}

/// Keys and what they do (DESIGN §8).
const KEYS: [(&str, Act, &str); 15] = [
    ("j", Act::Next, "Next step"),
    ("k", Act::Previous, "Previous step"),
    ("s", Act::Set(StepStatus::InProgress), "Start the step"),
    ("c", Act::Set(StepStatus::Completed), "Complete it"),
    ("x", Act::Set(StepStatus::Skipped), "Skip it"),
    ("b", Act::Set(StepStatus::Blocked), "Block it"),
    ("g", Act::GoOn, "Go on: start what is next"),
    ("a", Act::AssignToMe, "Assign it to me"),
    ("n", Act::Note, "Write a note"),
    ("e", Act::Attach, "Attach evidence"),
    ("l", Act::CopyLink, "Copy the step’s link"),
    ("t", Act::Timeline, "Open or close the timeline"),
    ("f", Act::Follow, "Follow what changes"),
    ("/", Act::Jump, "Jump to a step (or Ctrl+K)"),
    ("?", Act::Help, "Show the keys"),
];

/// Keys that belong to what has the focus.
const OTHER_KEYS: [(&str, &str); 6] = [
    ("Ctrl+Z", "Undo the last change of a step"),
    ("Ctrl+Enter", "Save the note that is being written"),
    ("Esc", "Leave a field, then the panel"),
    ("Arrows", "In the outline: other rows, fold and unfold. On the flowchart: along its edges"),
    ("Enter", "Choose the step and go to its panel"),
    ("Ctrl+V", "Attach the screenshot in the clipboard"),
];

/// Where this browser keeps that single keys are off.
const KEPT: &str = "forge.single_keys";
const OFF: &str = "off";

/// Obeys the keys, until the page is left.
pub(super) fn listen(store: ExecutionStore, outline: OutlineState, switches: Switches) {
    Effect::new(move || switches.single_keys.set(storage::get(KEPT).as_deref() != Some(OFF)));
    let keys = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.is_composing() {
            return;
        }
        if event.key() == "Escape" {
            return leave(&event);
        }
        let is_command = event.ctrl_key() || event.meta_key();
        let is_key = |key: &str| is_command && !event.alt_key() && event.key().eq_ignore_ascii_case(key);
        let jumps = is_key("k");
        // In a field, the browser takes back what was typed.
        let undoes = is_key("z") && !event.shift_key() && !is_in(&event, "input, textarea, dialog");
        if jumps && !is_in(&event, "dialog") {
            event.prevent_default();
            switches.jump.set(true);
        } else if undoes {
            event.prevent_default();
            store.undo();
        } else if !is_command
            && !event.alt_key()
            && switches.single_keys.get_untracked()
            && !is_in(&event, "input, select, textarea, dialog")
            && let Some((_, act, _)) = KEYS.iter().find(|(key, ..)| *key == event.key())
        {
            event.prevent_default();
            perform(store, outline, switches, *act);
        }
    });
    on_cleanup(move || keys.remove());
}

fn perform(store: ExecutionStore, outline: OutlineState, switches: Switches, act: Act) {
    let with_chosen = |act: &dyn Fn(&NodeId)| {
        if let Some(id) = store.selected().get_untracked() {
            act(&id);
        }
    };
    match act {
        Act::Next => choose_beside(outline, true),
        Act::Previous => choose_beside(outline, false),
        Act::Set(status) => with_chosen(&|id| set_status(store, id, status)),
        Act::AssignToMe => with_chosen(&|id| assign(store, id, Some(store.analyst().actor()))),
        Act::Note => focus_on(&format!("#{NEW_NOTE_ID}")),
        Act::Attach => {
            if let Some(input) = document().get_element_by_id(ATTACH_ID) {
                input.unchecked_into::<web_sys::HtmlElement>().click();
            }
        }
        Act::Timeline => switches.timeline.update(|open| *open = !*open),
        Act::Follow => switches.follow.update(|on| *on = !*on),
        Act::Jump => switches.jump.set(true),
        Act::Help => switches.help.set(true),
        Act::CopyLink => with_chosen(&|id| copy_link(store, id)),
        Act::GoOn => with_chosen(&|id| {
            if let Some(next) = store.next_after(id) {
                store.go_on(&next);
            }
        }),
    }
}

/// Out of a field into its panel, and out of the panel to where the step was chosen.
fn leave(event: &KeyboardEvent) {
    if is_in(event, "dialog") {
        return;
    }
    if is_in(event, "input, select, textarea") {
        focus_on("#panel-title");
    } else if is_in(event, ".panel") {
        focus_on(".outline [aria-current]");
    }
}

/// Whether what has the focus lies in something that takes keys for itself.
fn is_in(event: &KeyboardEvent, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| element.closest(selector).is_ok_and(|found| found.is_some()))
}

/// Has single keys obeyed or not, in this browser from now on.
fn switch_single_keys(switches: Switches, on: bool) {
    switches.single_keys.set(on);
    if on {
        storage::remove(KEPT);
    } else {
        // A browser that keeps nothing obeys them again after a reload.
        storage::set(KEPT, OFF);
    }
}

/// The keys, as a list, and whether the single ones are obeyed.
#[component]
pub(super) fn HelpDialog(switches: Switches) -> impl IntoView {
    let Switches { help: open, single_keys, .. } = switches;
    let rows = KEYS.iter().map(|(key, _, what)| (*key, *what)).chain(OTHER_KEYS);
    view! {
        <Dialog open title="Keyboard">
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=single_keys
                    on:change=move |event| switch_single_keys(switches, event_target_checked(&event))
                />
                <span>"Single keys, as below without Ctrl. Switch them off if you dictate, or press keys by accident; this browser remembers."</span>
            </label>
            <dl class="keys">{rows.map(|(key, what)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div> }.into_any()).collect_view()}</dl>
        </Dialog>
    }
}
