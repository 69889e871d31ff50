//! What must hold in every world: after every step, and when everything has arrived.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::event::{Event, EventBody, Header, verify_chain};
use domain::execution::{Execution, State};
use domain::ids::{Actor, CommandId, NodeId, Seq};
use domain::outbox::Asked;
use domain::spans::Span;
use serde_json::Value;

use crate::network::Reply;
use crate::world::World;

/// What clients asked for and were told, written down apart from them.
#[derive(Default)]
pub(crate) struct Ledger {
    /// In the order of asking, with the tab.
    asked: Vec<(u64, Asked)>,
    /// The events that a command was answered with.
    acknowledged: BTreeMap<CommandId, Vec<Arc<Event>>>,
    /// What was refused, and its analyst told so.
    refused: BTreeSet<CommandId>,
    /// A command that was answered in two ways.
    two_answers: Option<CommandId>,
}

impl Ledger {
    pub(crate) fn asked(&mut self, tab: u64, asked: &Asked) {
        self.asked.push((tab, asked.clone()));
    }

    pub(crate) fn answered(&mut self, command: CommandId, reply: &Reply) {
        match reply {
            Reply::Step(events) => {
                if self.acknowledged.insert(command, events.clone()).is_some_and(|before| before != *events) {
                    self.two_answers = Some(command);
                }
            }
            Reply::Whole(_) => {}
            Reply::Refused(_) => {
                self.refused.insert(command);
            }
        }
    }
}

fn hold(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

fn notes(state: &State) -> Vec<&str> {
    let of_steps = state.steps.iter().flat_map(|step| &step.notes);
    of_steps.chain(&state.notes).map(|note| note.text.as_str()).collect()
}

fn is_one_of_a_kind(texts: &[&str]) -> bool {
    texts.iter().collect::<BTreeSet<_>>().len() == texts.len()
}

impl World {
    /// What every page shows is the server's state as of some event, with what is pending on top.
    pub(crate) fn look(&mut self) -> Result<(), String> {
        for (place, page) in self.pages.iter().enumerate().filter(|(_, page)| page.changed) {
            let seq = page.replica.last_seq();
            let shown = &page.replica.view().state;
            let truth = usize::try_from(seq.0).ok().and_then(|count| self.server.states.get(count));
            let is_true = truth.is_some_and(|truth| match page.replica.pending() {
                [] => shown == truth,
                _ => shown.head_hash == truth.head_hash,
            });
            hold(is_true, || format!("{} takes something for confirmed that was not so at {seq}", self.name(place)))?;
            let notes = notes(shown);
            hold(is_one_of_a_kind(&notes), || format!("{} shows a note twice: {notes:?}", self.name(place)))?;
        }
        self.pages.iter_mut().for_each(|page| page.changed = false);
        Ok(())
    }

    /// When everything has arrived.
    pub(crate) fn judge(&self) -> Result<(), String> {
        self.judge_log()?;
        self.judge_clocks()?;
        self.judge_answers()?;
        self.judge_notices()?;
        for (place, page) in self.pages.iter().enumerate() {
            let name = || self.name(place);
            hold(page.outbox.is_empty(), || format!("{} still waits for {:?}", name(), page.outbox))?;
            hold(page.replica.pending().is_empty(), || {
                format!("{} shows as pending: {:?}", name(), page.replica.pending())
            })?;
            hold(page.replica.view().state == self.server.execution.state, || {
                format!("{} shows {:#?}", name(), page.replica.view().state)
            })?;
        }
        for browser in &self.browsers {
            hold(browser.kept.is_empty(), || format!("{} still keeps {:?}", browser.actor, browser.kept))?;
        }
        Ok(())
    }

    fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.server.log.iter().map(AsRef::as_ref)
    }

    fn judge_log(&self) -> Result<(), String> {
        let Execution { graph, state, .. } = &self.server.execution;
        let header: &Header = &state.header;
        hold(Execution::fold(header.clone(), graph.clone(), self.events()).state == *state, || {
            "the server's state is not the fold of its log".to_owned()
        })?;
        let chain = verify_chain(header, self.events());
        hold(chain == Ok((state.last_seq, state.head_hash.clone())), || format!("the chain is broken: {chain:?}"))?;
        hold(self.server.log.windows(2).all(|pair| pair[0].timestamp <= pair[1].timestamp), || {
            "time goes backwards".to_owned()
        })
    }

    /// Every moment counts once, and nothing ends before it began, whatever was told late.
    fn judge_clocks(&self) -> Result<(), String> {
        let state = &self.server.execution.state;
        let Some((started_at, now)) = state.started_at.zip(state.last_timestamp) else { return Ok(()) };
        let totals = state.spans.totals(now);
        hold(totals.passed_micros() == now.micros_since(started_at), || {
            format!("{totals:?} is not what has passed since {started_at}")
        })?;
        for step in &state.steps {
            let clocks = state.clocks(step);
            let worked = clocks.active.micros(now) + clocks.blocked.micros(now);
            hold((0..=totals.active_micros).contains(&worked), || format!("{} took {clocks:?}", step.node_id))?;
            let pieces: i64 = state.spans.pieces(&step.spans, now).iter().map(Span::micros).sum();
            hold(pieces == worked, || format!("the pieces of {} are {pieces}, not {clocks:?}", step.node_id))?;
            let in_order = step.started_at.zip(step.completed_at).is_none_or(|(start, end)| start <= end);
            hold(in_order, || format!("{} ended before it began", step.node_id))?;
            let ended = state.completed_at.is_none_or(|end| step.spans.since().is_none_or(|since| since <= end));
            hold(ended, || format!("the execution ended before {}", step.node_id))?;
        }
        Ok(())
    }

    fn judge_answers(&self) -> Result<(), String> {
        let Ledger { asked, acknowledged, refused, two_answers } = &self.ledger;
        hold(two_answers.is_none(), || format!("{two_answers:?} was answered in two ways"))?;
        let mut order = BTreeMap::new();
        for (place, (command, _)) in self.server.done.iter().enumerate() {
            hold(order.insert(*command, place).is_none(), || format!("{command} was done twice"))?;
        }
        for (command, answered) in acknowledged {
            let logged = self.server.log.iter().filter(|event| event.command_id == *command);
            hold(logged.eq(answered), || format!("{command} was answered with what is not in the log: {answered:?}"))?;
        }
        let mut last_of_tab = BTreeMap::new();
        for (tab, asked) in asked {
            let command = asked.command_id;
            let place = order.get(&command);
            hold(place.is_some() || refused.contains(&command), || format!("{command} was asked for and is lost"))?;
            let texts = self.events().filter(|event| matches!(&event.body, EventBody::NoteAdded(note) | EventBody::ExecutionNoted(note) if Some(note.text.as_str()) == asked.note()));
            let notes = texts.count();
            hold(notes == usize::from(place.is_some() && asked.note().is_some()), || {
                format!("the note of {command} is {notes} times in the log")
            })?;
            // A refusal is not remembered: what was refused can be done later when it was sent twice and the rules have
            // changed. Its place says nothing.
            if let Some(place) = place.filter(|_| !refused.contains(&command)) {
                hold(last_of_tab.insert(tab, place).is_none_or(|last| last < place), || {
                    format!("{command} was done before what was asked for before it")
                })?;
            }
        }
        Ok(())
    }

    /// An event names what it overwrote exactly when the field was last set by somebody else, unseen by its sender.
    fn judge_notices(&self) -> Result<(), String> {
        let seen: BTreeMap<CommandId, Option<Seq>> = self.server.done.iter().copied().collect();
        let mut last: BTreeMap<(Option<&NodeId>, &str), (&Actor, Seq, Value)> = BTreeMap::new();
        let mut choices: BTreeMap<&NodeId, (&str, Option<&str>)> = BTreeMap::new();
        for event in self.events() {
            let Some((field, value)) = set_by(event) else { continue };
            let base = seen.get(&event.command_id).copied().flatten();
            let mut before = last.insert((event.node_id.as_ref(), field), (&event.actor, event.seq, value));
            if let (EventBody::DecisionTaken { branch, rationale, .. }, Some(node)) = (&event.body, &event.node_id)
                && let Some((taken, reason)) = choices.insert(node, (branch, rationale.as_deref()))
                && let Some((_, _, value)) = &mut before
                && taken == branch
            {
                // The branch stays; what is replaced is the reason.
                *value = reason.into();
            }
            let expected =
                before.filter(|(actor, seq, _)| **actor != event.actor && base.is_some_and(|base| *seq > base));
            let told = event.body.overwrote().map(|told| (&told.actor, told.seq, told.value.clone()));
            hold(told == expected, || format!("event {} tells {told:?} instead of {expected:?}", event.seq))?;
        }
        Ok(())
    }
}

/// The field that an event sets, and to what.
fn set_by(event: &Event) -> Option<(&'static str, Value)> {
    match &event.body {
        EventBody::AssigneeChanged { to, .. } => Some(("assignee", to.as_ref().map(Actor::as_str).into())),
        EventBody::DecisionTaken { branch, .. } => Some(("decision", branch.as_str().into())),
        EventBody::RecommendationsChanged(text) => {
            Some(("recommendations", Some(text.text.as_str()).filter(|text| !text.is_empty()).into()))
        }
        body => {
            let of_step = body.status_after().map(|status| status.as_str());
            let of_whole = body.execution_status_after().map(|status| status.as_str());
            of_step.or(of_whole).map(|status| ("status", status.into()))
        }
    }
}
