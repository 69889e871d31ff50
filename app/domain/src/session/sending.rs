//! The way to the server: one change at a time, again and again until it is answered; and what is in the way.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::answer::{Answer, Trouble, Verdict};
use super::timers::{Timer, backoff};
use super::words::Notice;
use super::{Effect, Moment, Session};
use crate::event::Event;
use crate::ids::{CommandId, Seq};
use crate::outbox::{Asked, Delivery};

/// After this long nobody waits for an answer any more.
const ANSWER_MILLIS: u64 = 20_000;

/// Whether what is sent gets through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// As far as is known.
    #[default]
    Open,
    /// Not now; it is tried again.
    Trouble(Trouble),
    /// Somebody else answers: the sign-in at a proxy has ended.
    SignedOut {
        /// Other requests get through: it is this change that is not let through.
        only_this: bool,
    },
}

#[derive(Clone, Debug, Default)]
pub(super) struct Sending {
    /// The change that is on its way.
    current: Option<(u64, CommandId)>,
    /// The probe that is on its way.
    probe: Option<u64>,
    /// Failures since the last answer.
    failures: u32,
    /// Whether the server said how long to wait.
    told_to_wait: bool,
    /// Whether a probe got through since a change did not.
    probed_well: bool,
    way: Way,
}

impl Sending {
    pub(super) fn is_told_to_wait(&self) -> bool {
        self.told_to_wait
    }

    /// Nobody waits for the answer to this any more.
    pub(super) fn forget(&mut self, command: CommandId) {
        self.current.take_if(|(_, current)| *current == command);
    }
}

/// What a page wants to know of `domain::api::StepChanged` and `ExecutionDetail`.
#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    events: Vec<Event>,
    last_seq: Seq,
}

impl Session {
    /// Whether what is sent gets through.
    pub fn way(&self) -> &Way {
        &self.sending.way
    }

    /// Sends what is next, if nothing is on its way and nothing has to be waited for.
    pub(super) fn send_next(&mut self, at: Moment) {
        if self.timers.is_running(Timer::Retry) || self.sending.probe.is_some() {
            return;
        }
        let Some(asked) = self.outbox.begin() else { return };
        let attempt = self.next();
        self.sending.current = Some((attempt, asked.command_id));
        let change = Box::new(asked.to_send(at.now));
        self.effects.push(Effect::Send { attempt, execution: asked.execution_id, change });
        self.set_timer(Timer::Answer, ANSWER_MILLIS);
    }

    /// An answer to a change that was sent, or that there was none.
    pub fn answered(&mut self, attempt: u64, answer: Option<&Answer>, at: Moment) {
        let Some((_, command)) = self.sending.current.take_if(|(current, _)| *current == attempt) else { return };
        self.timers.stop(Timer::Answer);
        let Some(asked) = self.outbox.get(command).cloned() else { return };
        let Some(answer) = answer else { return self.wait(Trouble::Unreachable, None, at) };
        match answer.judge() {
            Verdict::Success => match answer.read::<Done>() {
                Some(done) => {
                    self.got_through();
                    self.outbox.end(Delivery::Answered);
                    self.take_done(&asked, done, at);
                }
                None => return self.sign_in(at),
            },
            Verdict::Refused(problem) => {
                self.got_through();
                self.outbox.end(Delivery::Answered);
                self.take_refusal(&asked, problem.detail, at);
            }
            Verdict::SignedOut => return self.sign_in(at),
            Verdict::Wait(trouble, after) => return self.wait(trouble, after, at),
        }
        self.send_next(at);
    }

    fn take_done(&mut self, asked: &Asked, done: Done, at: Moment) {
        let Done { events, last_seq } = done;
        self.settle(asked, Some(last_seq), at);
        let keys: Vec<_> = self.pages_of(asked.execution_id);
        for key in keys {
            if events.is_empty() {
                self.expect_forestalled(key, asked, last_seq);
            }
            // What is missing before them comes over the live connection.
            self.receive(key, events.clone(), at);
        }
    }

    /// There is no answer in time.
    pub(super) fn not_answered(&mut self, trouble: Trouble, at: Moment) {
        if self.sending.current.take().is_some() {
            self.wait(trouble, None, at);
        }
    }

    fn got_through(&mut self) {
        self.sending.failures = 0;
        self.sending.told_to_wait = false;
        self.sending.probed_well = false;
        if self.sending.way != Way::Open {
            self.set_way(Way::Open);
            // Pages gave up connecting while somebody else answered.
            self.connect_all();
        }
    }

    /// What was sent has not arrived, and is sent again.
    fn wait(&mut self, trouble: Trouble, after_seconds: Option<u32>, at: Moment) {
        self.outbox.end(Delivery::Unknown);
        self.set_way(Way::Trouble(trouble));
        self.rest(after_seconds, at);
    }

    fn sign_in(&mut self, at: Moment) {
        self.outbox.end(Delivery::Unknown);
        let only_this = std::mem::take(&mut self.sending.probed_well);
        self.set_way(Way::SignedOut { only_this });
        self.rest(None, at);
    }

    fn rest(&mut self, after_seconds: Option<u32>, at: Moment) {
        let least = u64::from(after_seconds.unwrap_or_default()) * 1_000;
        self.sending.told_to_wait = after_seconds.is_some();
        let millis = least.max(backoff(self.sending.failures, at.chance));
        self.sending.failures += 1;
        self.set_timer(Timer::Retry, millis);
    }

    /// The rest is over. What is signed out asks for nothing but whether it still is.
    pub(super) fn retry(&mut self, at: Moment) {
        self.sending.told_to_wait = false;
        match self.sending.way {
            Way::SignedOut { .. } => self.probe(),
            Way::Trouble(_) if self.outbox.is_empty() => self.probe(),
            _ => self.send_next(at),
        }
    }

    /// Something that is not sent here got no answer of this API: an upload, a form, a page's data.
    pub fn suspect(&mut self) {
        if !self.timers.is_running(Timer::Retry) && self.sending.current.is_none() {
            self.probe();
        }
    }

    /// Finds out who answers.
    pub(super) fn probe(&mut self) {
        if self.sending.probe.is_none() {
            let attempt = self.next();
            self.sending.probe = Some(attempt);
            self.effects.push(Effect::Probe { attempt });
            self.set_timer(Timer::Probe, ANSWER_MILLIS);
        }
    }

    /// An answer to a probe, or that there was none.
    pub fn probed(&mut self, attempt: u64, answer: Option<&Answer>, at: Moment) {
        if self.sending.probe != Some(attempt) {
            return;
        }
        let verdict = match answer.map(|answer| (answer.judge(), answer)) {
            None => Verdict::Wait(Trouble::Unreachable, None),
            Some((Verdict::Success, answer)) if answer.read::<Vec<IgnoredAny>>().is_none() => Verdict::SignedOut,
            Some((verdict, _)) => verdict,
        };
        self.take_probe(verdict, at);
    }

    pub(super) fn take_probe(&mut self, verdict: Verdict, at: Moment) {
        self.sending.probe = None;
        self.timers.stop(Timer::Probe);
        match verdict {
            // Also a refusal is an answer of this API.
            Verdict::Success | Verdict::Refused(_) => {
                self.sending.probed_well = matches!(self.sending.way, Way::SignedOut { .. });
                if self.outbox.is_empty() {
                    self.sending.failures = 0;
                }
                self.set_way(Way::Open);
                self.connect_all();
                self.send_next(at);
            }
            Verdict::SignedOut => {
                self.set_way(Way::SignedOut { only_this: false });
                self.rest(None, at);
            }
            Verdict::Wait(trouble, after) => {
                self.set_way(Way::Trouble(trouble));
                self.rest(after, at);
            }
        }
    }

    fn set_way(&mut self, way: Way) {
        if self.sending.way != way {
            self.sending.way = way;
            self.effects.push(Effect::ShowWay);
        }
    }

    /// Tells when somebody else had set the same status already.
    pub(super) fn forestalled(&self, key: super::PageKey, asked: &Asked) -> Option<Notice> {
        let crate::outbox::Change::Step { node_id, patch } = &asked.change else { return None };
        patch.status?;
        let step = self.pages.get(&key)?.replica.view().step(node_id)?;
        let touch = step.touched.get(&crate::execution::Field::Status)?;
        (touch.actor != asked.actor && touch.seq > asked.base_seq)
            .then(|| Notice::Forestalled(asked.clone(), touch.actor.clone()))
    }
}
