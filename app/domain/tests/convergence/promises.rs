//! What becomes of what was asked for: it is done once and in its order, or refused by the server and its text given back,
//! or given up by whoever asked. What a tab said would be lost with it may be lost with it, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::event::{Event, EventBody};
use domain::ids::CommandId;
use domain::outbox::Asked;
use domain::session::DraftKey;

use crate::network::Reply;
use crate::rules::hold;
use crate::world::World;

/// What clients asked for and were told, written down apart from them.
#[derive(Default)]
pub(crate) struct Ledger {
    /// In the order of asking, with the tab.
    asked: Vec<(u64, Asked)>,
    /// The events that a command was answered with.
    acknowledged: BTreeMap<CommandId, Vec<Arc<Event>>>,
    /// What was refused, be it by the server or by the limit of a proxy.
    refused: BTreeSet<CommandId>,
    /// Whoever asked was told of the refusal.
    told: BTreeSet<CommandId>,
    /// Told in another tab, although the one where it was asked for was open.
    told_elsewhere: Option<CommandId>,
    /// Given up by hand.
    discarded: BTreeSet<CommandId>,
    /// What a tab said would be lost with it, and was closed all the same.
    excused: BTreeSet<CommandId>,
    /// What had no room in the storage at some time: another tab may have overtaken it.
    unstored: BTreeSet<CommandId>,
    /// Whether the texts of drafts were lost with a storage or a tab, as had been said.
    drafts_excused: BTreeSet<usize>,
    /// A command that was answered in two ways.
    two_answers: Option<CommandId>,
}

impl Ledger {
    pub(crate) fn asked(&mut self, tab: u64, asked: &Asked) {
        self.asked.push((tab, asked.clone()));
    }

    pub(crate) fn answered(&mut self, command: CommandId, reply: &Reply) {
        match reply {
            Reply::Step(events, _) => {
                if self.acknowledged.insert(command, events.clone()).is_some_and(|before| before != *events) {
                    self.two_answers = Some(command);
                }
            }
            Reply::Whole(_) => {}
            Reply::Refused(_) => self.refused(command),
        }
    }

    pub(crate) fn refused(&mut self, command: CommandId) {
        self.refused.insert(command);
    }

    /// Somebody is told of a refusal, while the tab where it was asked for was open in another window or not.
    pub(crate) fn told(&mut self, command: CommandId, is_elsewhere: bool) {
        // Told again, as when a mark had found no room, it is no surprise; nor is it when its own tab took it with it, as it said.
        if self.told.insert(command) && is_elsewhere && !self.excused.contains(&command) {
            self.told_elsewhere = Some(command);
        }
    }

    pub(crate) fn discarded(&mut self, command: CommandId) {
        self.discarded.insert(command);
    }

    pub(crate) fn excused(&mut self, command: CommandId) {
        self.excused.insert(command);
    }

    pub(crate) fn unstored(&mut self, command: CommandId) {
        self.unstored.insert(command);
    }

    pub(crate) fn drafts_excused(&mut self, browser: usize) {
        self.drafts_excused.insert(browser);
    }
}

impl World {
    pub(crate) fn judge_answers(&self) -> Result<(), String> {
        let Ledger { acknowledged, two_answers, told, refused, told_elsewhere, .. } = &self.ledger;
        hold(two_answers.is_none(), || format!("{two_answers:?} was answered in two ways"))?;
        let mut order = BTreeMap::new();
        for (place, (command, _)) in self.server.done.iter().enumerate() {
            hold(order.insert(*command, place).is_none(), || format!("{command} was done twice"))?;
        }
        for (command, answered) in acknowledged {
            let logged = self.server.log.iter().filter(|event| event.command_id == *command);
            hold(logged.eq(answered), || format!("{command} was answered with what is not in the log: {answered:?}"))?;
        }
        let invented = told.iter().find(|command| !refused.contains(command));
        hold(invented.is_none(), || format!("{invented:?} was told to be refused, and nobody refused it"))?;
        hold(told_elsewhere.is_none(), || format!("{told_elsewhere:?} was told in another tab than its own"))?;
        self.judge_fates(&order)
    }

    fn judge_fates(&self, order: &BTreeMap<CommandId, usize>) -> Result<(), String> {
        let Ledger { asked, told, discarded, excused, refused, unstored, .. } = &self.ledger;
        let mut last_of_tab = BTreeMap::new();
        for (tab, asked) in asked {
            let command = asked.command_id;
            let place = order.get(&command);
            let is_given_back = told.contains(&command) || discarded.contains(&command);
            hold(place.is_some() || is_given_back || excused.contains(&command), || {
                format!("{command} was asked for and is lost")
            })?;
            self.judge_notes(asked, place.is_some())?;
            if place.is_none() && is_given_back {
                self.judge_drafts(*tab, asked)?;
            }
            // A refusal is not remembered: what was refused can be done later when it was sent twice and the rules have
            // changed. Its place says nothing. What was given up may have been done at any time, as may what a page took with it
            // and another tab still had.
            let has_no_place = [refused, discarded, unstored, excused].iter().any(|those| those.contains(&command));
            if let Some(place) = place.filter(|_| !has_no_place) {
                hold(last_of_tab.insert(tab, place).is_none_or(|last| last < place), || {
                    format!("{command} was done before what was asked for before it")
                })?;
            }
        }
        Ok(())
    }

    fn judge_notes(&self, asked: &Asked, is_done: bool) -> Result<(), String> {
        let is_note = |place: &domain::session::Place| {
            matches!(place, domain::session::Place::Note(_) | domain::session::Place::WholeNote)
        };
        let note = asked.texts().into_iter().find(|(place, _)| is_note(place)).map(|(_, text)| text);
        let logged = self.server.log.iter().filter(|event| {
            matches!(&event.body, EventBody::NoteAdded(logged) | EventBody::ExecutionNoted(logged) if Some(logged.text.as_str()) == note)
        });
        let notes = logged.count();
        hold(notes == usize::from(is_done && note.is_some()), || {
            format!("the note of {} is {notes} times in the log", asked.command_id)
        })
    }

    /// What was written for a change that came to nothing is a draft in its browser.
    fn judge_drafts(&self, tab: u64, asked: &Asked) -> Result<(), String> {
        let browser = self.browser_of(tab);
        if self.ledger.drafts_excused.contains(&browser) {
            return Ok(());
        }
        for (place, text) in asked.texts().into_iter().filter(|(_, text)| !text.trim().is_empty()) {
            let key = DraftKey { execution: asked.execution_id, place };
            let mut pages = self.pages.iter().filter(|page| page.browser == browser);
            let stored = self.browsers[browser].storage.items.get(&key.name());
            let is_there = stored.is_some_and(|draft| draft.contains(text))
                || pages.any(|page| page.session.draft(&key).contains(text));
            hold(is_there, || format!("“{text}” of {} was refused and is nowhere", asked.command_id))?;
        }
        Ok(())
    }
}
