//! What the browser's storage has of what waits and of the drafts, and what other tabs left in it.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::DraftKey;
use super::kept::{ASKED, Entry, HERE, Stored, command_of, name_of};
use super::timers::Timer;
use super::{Effect, Moment, Session};
use crate::ids::{CommandId, Seq};
use crate::outbox::Asked;

/// While something waits, the storage is looked at so often: it may have been cleared, or have room again.
const LOOK_MILLIS: u64 = 5_000;
/// While another tab is to tell of a refusal, it is looked at so often whether it has.
const TELL_MILLIS: u64 = 2_000;
/// After so many looks, each after that time, its tab is taken for gone.
const RINGS: u8 = 2;

#[derive(Clone, Debug, Default)]
pub(super) struct Storing {
    /// Of what waits, whether the storage has it, and whether another tab may have read it there.
    entries: BTreeMap<CommandId, Standing>,
    /// Refusals that other tabs are to tell, and how often it was looked whether they have.
    untold: BTreeMap<CommandId, (Asked, String, u8)>,
    /// What [`HERE`] held when it was looked at last.
    here: Option<String>,
    /// What the storage said last when it did not keep something.
    lack: Option<Stored>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Standing {
    stored: bool,
    shared: bool,
}

/// What would be lost with the tab, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unstored {
    /// Changes that wait.
    pub changes: usize,
    /// Texts that are drafts.
    pub drafts: usize,
    /// Whether there is a storage at all; else it is full.
    pub is_full: bool,
}

impl Session {
    /// What would be lost with the tab; `None` when nothing would.
    pub fn unstored(&self) -> Option<Unstored> {
        let changes = self.storing.entries.values().filter(|standing| !standing.stored).count();
        let drafts = self.drafts.unstored().count();
        let is_full = self.storing.lack == Some(Stored::Full);
        (changes + drafts > 0).then_some(Unstored { changes, drafts, is_full })
    }

    /// Whether the storage has a change that waits.
    pub fn is_stored(&self, command: CommandId) -> bool {
        self.storing.entries.get(&command).is_some_and(|standing| standing.stored)
    }

    pub(super) fn store_entry(&mut self, asked: &Asked) {
        self.storing.entries.entry(asked.command_id).or_default();
        self.effects.push(Effect::Store { name: name_of(asked), text: Entry::Waiting(asked.clone()).text() });
    }

    /// What waited is settled, which every tab must know that may have read it in the storage.
    pub(super) fn mark_entry(&mut self, asked: &Asked, last_seq: Option<Seq>, at: Moment) {
        let standing = self.storing.entries.remove(&asked.command_id).unwrap_or_default();
        let untold = self.storing.untold.remove(&asked.command_id).is_some();
        if standing.shared || untold {
            let text = Entry::Settled(last_seq, at.now).text();
            self.effects.push(Effect::Store { name: name_of(asked), text });
        }
        self.store_the_rest();
    }

    /// Stores what has found no room: there may be some now.
    fn store_the_rest(&mut self) {
        let storing = &self.storing;
        let is_unstored =
            |asked: &&Asked| storing.entries.get(&asked.command_id).is_some_and(|standing| !standing.stored);
        let entries = self.outbox.iter().filter(is_unstored);
        let entries = entries.map(|asked| (name_of(asked), Entry::Waiting(asked.clone()).text()));
        let drafts = self.drafts.unstored().map(|(key, draft)| (key.name(), draft.text.clone()));
        let texts: Vec<_> = entries.chain(drafts).collect();
        self.effects.extend(texts.into_iter().map(|(name, text)| Effect::Store { name, text }));
    }

    /// What the storage did with a text.
    pub fn stored(&mut self, name: &str, result: Stored, at: Moment) {
        let kept = result == Stored::Kept;
        self.storing.lack = if kept { self.storing.lack } else { Some(result) };
        if name == HERE {
            if !kept {
                self.storing.here = None;
            }
        } else if let Some(key) = DraftKey::of(name) {
            if let Some(draft) = self.drafts.texts.get_mut(&key) {
                draft.stored = kept;
            }
        } else if let Some(command) = command_of(name) {
            if let Some(standing) = self.storing.entries.get_mut(&command) {
                *standing = Standing { stored: kept, shared: standing.shared || kept };
            } else if !kept {
                self.not_marked(name, command, at);
            }
        }
        self.effects.push(Effect::ShowWay);
    }

    /// A refusal or a mark found no room.
    fn not_marked(&mut self, name: &str, command: CommandId, at: Moment) {
        match self.storing.untold.remove(&command) {
            // No other tab will read it.
            Some((asked, why, _)) => {
                self.effects.push(Effect::Remove(name.to_owned()));
                self.refuse(&asked, why, at);
            }
            None => self.effects.push(Effect::Remove(name.to_owned())),
        }
    }

    /// It is time to look at the storage.
    pub(super) fn look(&mut self) {
        self.storing.untold.values_mut().for_each(|(.., rings)| *rings = rings.saturating_add(1));
        self.effects.push(Effect::Look);
    }

    /// Looks at the storage again after a while, if something waits for that.
    pub(super) fn keep_looking(&mut self) {
        let untold = !self.storing.untold.is_empty();
        let is_needed = untold || !self.outbox.is_empty() || self.unstored().is_some();
        if is_needed && !self.timers.is_running(Timer::Look) {
            self.set_timer(Timer::Look, if untold { TELL_MILLIS } else { LOOK_MILLIS });
        }
    }

    /// Everything in the storage that concerns changes, by name: at the beginning, when another tab changed something, and
    /// whenever [`Effect::Look`] asks for it.
    pub fn looked(&mut self, mut entries: Vec<(String, String)>, at: Moment) {
        entries.retain(|(name, _)| name.starts_with(ASKED));
        entries.sort();
        self.notice_clearing(&entries, at);
        let (mut found, mut adopted) = (BTreeSet::new(), Vec::new());
        for (name, text) in entries {
            let Some(command) = command_of(&name) else { continue };
            // What waits here is known, and need not be read.
            if let Some(standing) = self.storing.entries.get_mut(&command).filter(|_| Entry::is_waiting(&text)) {
                *standing = Standing { stored: true, shared: true };
                found.insert(command);
                continue;
            }
            let Some(entry) = Entry::read(&text) else { continue };
            if entry.is_over(at.now) {
                self.effects.push(Effect::Remove(name));
                continue;
            }
            match entry {
                // The mark found no room, or a tab that still waits for it has stored it again: removed, it would come back for
                // ever.
                Entry::Waiting(_) | Entry::Refused(..) if self.settled.contains(&command) => {
                    let text = Entry::Settled(self.known(command), at.now).text();
                    self.effects.push(Effect::Store { name, text });
                }
                Entry::Waiting(asked) => match self.known(command) {
                    Some(last_seq) => self.find_done(&asked, last_seq, at),
                    None => {
                        found.insert(command);
                        adopted.push(asked);
                    }
                },
                Entry::Refused(asked, why) => self.find_refused(asked, why, at),
                Entry::Settled(last_seq, _) => self.find_settled(command, last_seq, at),
            }
        }
        self.adopt(adopted);
        let ripe = |(.., rings): &&(Asked, String, u8)| *rings >= RINGS;
        let ripe: Vec<_> = self.storing.untold.values().filter(ripe).cloned().collect();
        for (asked, why, _) in ripe {
            self.refuse(&asked, why, at);
        }
        // What is not there any more was cleared.
        for (command, standing) in &mut self.storing.entries {
            standing.stored &= found.contains(command);
        }
        self.store_the_rest();
        self.timers.stop(Timer::Look);
        self.keep_looking();
        self.effects.push(Effect::ShowWay);
        self.send_next(at);
    }

    /// When the storage was cleared, it has none of the drafts either.
    fn notice_clearing(&mut self, entries: &[(String, String)], at: Moment) {
        let here = entries.iter().find(|(name, _)| name == HERE).map(|(_, text)| text.clone());
        if self.storing.here.is_some() && self.storing.here != here {
            self.drafts.texts.values_mut().for_each(|draft| draft.stored = draft.text.is_empty());
        }
        self.storing.here = Some(here.unwrap_or_else(|| {
            let text = at.now.to_string();
            self.effects.push(Effect::Store { name: HERE.to_owned(), text: text.clone() });
            text
        }));
    }

    /// Takes over what another tab asked for, or this one before it was loaded again.
    fn adopt(&mut self, kept: Vec<Asked>) {
        let standing = Standing { stored: true, shared: true };
        let new: Vec<Asked> =
            kept.iter().filter(|asked| self.outbox.get(asked.command_id).is_none()).cloned().collect();
        for asked in &kept {
            self.storing.entries.insert(asked.command_id, standing);
        }
        self.outbox.adopt(kept);
        for asked in new {
            for (key, page) in self.pages.iter_mut().filter(|(_, page)| page.execution() == asked.execution_id) {
                page.show(&asked);
                self.effects.push(Effect::Show(*key));
            }
        }
    }

    /// A change that waits in the storage was done already.
    fn find_done(&mut self, asked: &Asked, last_seq: Seq, at: Moment) {
        self.storing.entries.insert(asked.command_id, Standing { stored: true, shared: true });
        self.settle(asked, Some(last_seq), at);
    }

    /// Another tab has heard that a change is settled.
    fn find_settled(&mut self, command: CommandId, last_seq: Option<Seq>, at: Moment) {
        self.storing.untold.remove(&command);
        self.settled.insert(command);
        if let Some(asked) = self.outbox.discard(command) {
            self.sending.forget(command);
            // The mark is there already.
            self.storing.entries.remove(&command);
            self.settle(&asked, last_seq, at);
        }
    }

    /// Another tab has heard that a change was refused, and leaves it to the tab where it was asked for to tell; when that is
    /// gone, to whichever comes first.
    fn find_refused(&mut self, asked: Asked, why: String, at: Moment) {
        let command = asked.command_id;
        self.outbox.discard(command);
        self.sending.forget(command);
        self.storing.entries.remove(&command);
        self.show_no_longer(&asked);
        let is_own = asked.tab == Some(self.tab);
        self.storing.untold.entry(command).or_insert((asked.clone(), why.clone(), 0));
        if is_own {
            self.refuse(&asked, why, at);
        }
    }

    /// The server has refused a change. If another tab asked for it, that one is to tell.
    pub(super) fn take_refusal(&mut self, asked: &Asked, why: String, at: Moment) {
        let command = asked.command_id;
        let shared = self.storing.entries.get(&command).is_some_and(|standing| standing.shared);
        if !shared || asked.tab.is_none_or(|tab| tab == self.tab) {
            return self.refuse(asked, why, at);
        }
        self.storing.entries.remove(&command);
        let text = Entry::Refused(asked.clone(), why.clone()).text();
        self.storing.untold.insert(command, (asked.clone(), why, 0));
        self.show_no_longer(asked);
        self.effects.push(Effect::Store { name: name_of(asked), text });
        self.timers.stop(Timer::Look);
        self.keep_looking();
    }

    /// What was written for a change is a draft again.
    pub(super) fn give_back(&mut self, asked: &Asked) {
        // Was the storage cleared, its drafts are those of this page, and not none.
        self.effects.push(Effect::Look);
        for (place, text) in asked.texts() {
            let key = DraftKey { execution: asked.execution_id, place };
            self.drafts.give(&key, text);
            self.effects.push(Effect::ReadDraft(key));
        }
    }

    fn store_draft(&mut self, key: &DraftKey) {
        let Some(draft) = self.drafts.texts.get(key) else { return };
        let name = key.name();
        let effect =
            if draft.text.is_empty() { Effect::Remove(name) } else { Effect::Store { name, text: draft.text.clone() } };
        self.effects.extend([effect, Effect::ShowDraft(key.clone())]);
    }

    /// The text of a draft, as far as it has been read.
    pub fn draft(&self, key: &DraftKey) -> &str {
        self.drafts.texts.get(key).map_or("", |draft| &draft.text)
    }

    /// Somebody types.
    pub fn set_draft(&mut self, key: &DraftKey, text: String) {
        let stored = text.is_empty();
        let draft = self.drafts.texts.entry(key.clone()).or_default();
        (draft.text, draft.stored) = (text, stored);
        self.store_draft(key);
        if stored {
            // That made room.
            self.store_the_rest();
        }
    }

    /// What the storage has of a draft: at the beginning, when another tab changed it, and when [`Effect::ReadDraft`] asks
    /// for it.
    pub fn read_draft(&mut self, key: &DraftKey, text: Option<&str>) {
        if self.drafts.read(key, text) {
            self.store_draft(key);
            self.keep_looking();
        } else {
            self.effects.push(Effect::ShowDraft(key.clone()));
        }
    }
}
