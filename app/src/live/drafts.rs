//! Texts that were begun and not sent, as signals. The session keeps them: they survive looking at another step, a refusal,
//! and a reload.

use domain::session::{DRAFTS, DraftKey, Place};
use leptos::prelude::*;

use super::{ExecutionStore, Live};
use crate::ui::storage;

impl Live {
    fn draft(self, key: &DraftKey) -> ArcRwSignal<String> {
        let text = self.session.with_value(|session| session.draft(key).to_owned());
        let draft = self
            .drafts
            .try_update_value(|drafts| drafts.entry(key.clone()).or_insert_with(|| ArcRwSignal::new(text)).clone());
        draft.unwrap_or_default()
    }

    /// Brings a draft's signal up to date, if anybody has asked for it.
    pub(super) fn show_draft(self, key: &DraftKey) {
        let shown = self.drafts.try_with_value(|drafts| drafts.get(key).cloned()).flatten();
        if let Some(shown) = shown {
            let text = self.session.with_value(|session| session.draft(key).to_owned());
            if *shown.read_untracked() != text {
                shown.set(text);
            }
        }
    }
}

impl ExecutionStore {
    fn key_of(self, place: Place) -> DraftKey {
        DraftKey { execution: self.id(), place }
    }

    /// The draft of a place.
    pub(crate) fn draft(self, place: Place) -> ArcRwSignal<String> {
        self.live.draft(&self.key_of(place))
    }

    /// Changes a draft, and keeps it.
    pub(crate) fn set_draft(self, place: Place, text: String) {
        let key = self.key_of(place);
        self.live.tell(|session, _| session.set_draft(&key, text));
    }

    /// Brings back what this browser kept. The texts of the report are on another page, which does so itself.
    pub(super) fn restore_drafts(self) {
        for name in DRAFTS.iter().flat_map(|beginning| storage::names(beginning)) {
            let key = DraftKey::of(&name).filter(|key| key.execution == self.id());
            if let Some(key) = key.filter(|key| !matches!(key.place, Place::Passage(_))) {
                let text = storage::get(&name);
                self.live.tell(|session, _| session.read_draft(&key, text.as_deref()));
            }
        }
    }
}
