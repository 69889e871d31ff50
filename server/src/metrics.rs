//! What the server counts, for `GET /metrics`. Whoever does a thing counts it; nobody reads these to decide anything.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Everything that is counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    /// By the hub and the live connections.
    pub(crate) live: LiveCounts,
    /// By the writer.
    pub(crate) commits: CommitCounts,
    /// By the door.
    pub(crate) requests: RequestCounts,
}

impl Counts {
    /// Lists everything, under the names by which it is known outside.
    pub(crate) fn register(&self, registry: &mut Registry) {
        let live = &self.live;
        registry.register("events_published", "Events that were committed and told to rooms", live.published.clone());
        registry.register("live_messages_sent", "Messages sent on live connections", live.sent.clone());
        registry.register("live_closed", "Live connections that ended, by how", live.closed.clone());
        registry.register("live_refused", "Live connections that were refused, by limit", live.refused.clone());
        let commits = &self.commits;
        registry.register("commits", "Transactions that were committed", commits.commits.clone());
        registry.register("commit_changes", "Changes per transaction", commits.changes.clone());
        let requests = &self.requests;
        registry.register("http_requests", "Requests that were answered", requests.answered.clone());
        let help = "Time until an answer begins";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, requests.duration.clone());
    }
}

/// What happens on live connections.
#[derive(Clone, Debug, Default)]
pub(crate) struct LiveCounts {
    /// Events, heard or not.
    pub(crate) published: Counter,
    /// Messages, to each client.
    pub(crate) sent: Counter,
    /// Connections that ended.
    pub(crate) closed: Family<Reason, Counter>,
    /// Connections that were one too many.
    pub(crate) refused: Family<Limit, Counter>,
}

/// How a live connection ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Reason {
    /// In one word.
    pub(crate) reason: &'static str,
}

/// A limit of live connections.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Limit {
    /// Of what it is the limit.
    pub(crate) limit: &'static str,
}

/// What the writer does.
#[derive(Clone, Debug)]
pub(crate) struct CommitCounts {
    /// Transactions.
    pub(crate) commits: Counter,
    /// Changes in each.
    pub(crate) changes: Histogram,
}

impl Default for CommitCounts {
    fn default() -> Self {
        let changes = Histogram::new([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0]);
        Self { commits: Counter::default(), changes }
    }
}

/// What is asked over HTTP.
#[derive(Clone, Debug)]
pub(crate) struct RequestCounts {
    /// Requests.
    pub(crate) answered: Family<Answered, Counter>,
    /// Seconds until the answer began.
    pub(crate) duration: Histogram,
}

impl Default for RequestCounts {
    fn default() -> Self {
        let duration = Histogram::new([0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0]);
        Self { answered: Family::default(), duration }
    }
}

/// A request and its answer, as far as they are told apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Answered {
    /// By which method; those that nobody needs are not told apart, as anybody can make some up.
    pub(crate) method: &'static str,
    /// The class of the status (RFC 9110 §15).
    pub(crate) status: &'static str,
}
