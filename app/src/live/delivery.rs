//! Sends what the outbox holds: one change after the other, each until the server has answered.

use std::time::Duration;

use domain::api::Problem;
use domain::event::Event;
use domain::ids::Seq;
use domain::outbox::{self, Asked, Change, Delivery};
use futures::channel::oneshot;
use futures::future::{Either, select};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;

use super::outbox::{Answer, Outbox};
use super::{address, backoff};
use crate::ui::request::{Method, is_unreachable, may_pass, send};

/// After this long nobody waits for an answer any more.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// A server that fails so often over one change will fail over it again.
const MOST_FAULTS: u32 = 5;

/// What a page wants to know of `domain::api::StepChanged`.
#[derive(Deserialize)]
struct StepAnswer {
    events: Vec<Event>,
}

/// What a page wants to know of `domain::api::ExecutionDetail`.
#[derive(Deserialize)]
struct ExecutionAnswer {
    last_seq: Seq,
}

const UNREACHABLE: &str = "the server cannot be reached";

impl Outbox {
    /// Sends one entry after the other until none is left.
    pub(super) fn send_all(self) {
        self.count();
        if self.busy.get_value() {
            return;
        }
        self.busy.set_value(true);
        spawn_local(async move {
            let mut failures = 0;
            while let Some(asked) = self.entries.try_update_value(outbox::Outbox::begin).flatten() {
                failures = self.try_to_deliver(&asked, failures).await;
                self.count();
            }
            self.busy.set_value(false);
        });
    }

    /// Tries once. Returns how often this has failed now.
    async fn try_to_deliver(self, asked: &Asked, failures: u32) -> u32 {
        if self.is_answered_elsewhere(asked) {
            self.entries.update_value(|entries| entries.end(Delivery::Answered));
            if let Some(page) = self.page_of(asked.execution_id) {
                page.take_back(asked);
            }
            return 0;
        }
        match self.deliver(asked).await {
            Err(problem) if may_pass(&problem) || problem.status >= 500 && failures < MOST_FAULTS => {
                self.entries.update_value(|entries| entries.end(Delivery::Unknown));
                self.trouble.set(Some(if is_unreachable(&problem) { UNREACHABLE.to_owned() } else { problem.detail }));
                self.rest(failures).await;
                failures + 1
            }
            answer => {
                self.entries.update_value(|entries| entries.end(Delivery::Answered));
                self.trouble.set(None);
                self.tell(asked, answer);
                0
            }
        }
    }

    async fn deliver(self, asked: &Asked) -> Result<Answer, Problem> {
        let change = asked.to_send(self.clock.exactly().unwrap_or(asked.asked_at));
        let answer = async {
            match &change {
                Change::Step { node_id, patch } => {
                    let address = address::of_step(asked.execution_id, node_id);
                    let answer: StepAnswer = send(Method::Patch, &address, patch).await?;
                    Ok(Answer::Events(answer.events))
                }
                Change::Execution { patch } => {
                    let address = address::of_execution(asked.execution_id);
                    let answer: ExecutionAnswer = send(Method::Patch, &address, patch).await?;
                    Ok(Answer::UpTo(answer.last_seq))
                }
            }
        };
        match select(Box::pin(answer), Box::pin(backoff::sleep(ANSWER_TIMEOUT))).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(Problem::new(504, "timeout", "No answer", "the server does not answer")),
        }
    }

    /// Waits, unless there is reason to try at once.
    async fn rest(self, failures: u32) {
        let (wake, woken) = oneshot::channel();
        self.wake.set_value(Some(wake));
        select(woken, Box::pin(backoff::rest(failures))).await;
    }

    /// There is reason to believe that the server can be reached again.
    pub(crate) fn hurry(self) {
        if let Some(wake) = self.wake.try_update_value(Option::take).flatten() {
            // Who stopped waiting meanwhile is trying already.
            let _ = wake.send(());
        }
    }
}
