//! What must hold in every world: after every step, and when everything has arrived.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{Event, EventBody, ExecutionStatus, Header, StepStatus, verify_chain};
use domain::execution::{Execution, State};
use domain::ids::{Actor, CommandId, NodeId, Seq};
use domain::session::ASKED;
use domain::spans::Span;
use serde_json::Value;

use crate::world::World;

pub(crate) fn hold(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
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
            let seq = page.replica().last_seq();
            let shown = &page.replica().view().state;
            let truth = usize::try_from(seq.0).ok().and_then(|count| self.server.states.get(count));
            let is_true = truth.is_some_and(|truth| match page.replica().pending() {
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
            hold(page.waiting().is_empty(), || format!("{} still waits for {:?}", name(), page.waiting()))?;
            hold(page.session.unstored().is_none(), || {
                format!("{} still has unstored {:?}", name(), page.session.unstored())
            })?;
            hold(page.replica().pending().is_empty(), || {
                format!("{} shows as pending: {:?}", name(), page.replica().pending())
            })?;
            hold(page.replica().view().state == self.server.execution.state, || {
                format!("{} shows {:#?}", name(), page.replica().view().state)
            })?;
        }
        for browser in &self.browsers {
            let entries = browser.storage.items.iter().filter(|(name, _)| name.starts_with(ASKED));
            let waiting: Vec<_> = entries.filter(|(_, text)| text.contains("\"change\"")).collect();
            hold(waiting.is_empty(), || format!("{} still keeps {waiting:?}", browser.actor))?;
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
            let pieces: i64 = state.spans.pieces(&step.spans, now, usize::MAX).iter().map(Span::micros).sum();
            hold(pieces == worked, || format!("the pieces of {} are {pieces}, not {clocks:?}", step.node_id))?;
            let in_order = step.started_at.zip(step.completed_at).is_none_or(|(start, end)| start <= end);
            hold(in_order, || format!("{} ended before it began", step.node_id))?;
            let ended = state.completed_at.is_none_or(|end| step.spans.since().is_none_or(|since| since <= end));
            hold(ended, || format!("the execution ended before {}", step.node_id))?;
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
            if let (EventBody::DecisionWithdrawn { .. }, Some(node)) = (&event.body, &event.node_id) {
                choices.remove(node);
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
        EventBody::DecisionWithdrawn { .. } => Some(("decision", Value::Null)),
        EventBody::RecommendationsChanged(text) => {
            Some(("recommendations", Some(text.text.as_str()).filter(|text| !text.is_empty()).into()))
        }
        body => {
            let of_step = body.status_after().map(StepStatus::as_str);
            let of_whole = body.execution_status_after().map(ExecutionStatus::as_str);
            of_step.or(of_whole).map(|status| ("status", status.into()))
        }
    }
}
