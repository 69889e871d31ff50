//! The one kernel of time (DESIGN §11): which span begins when, and how much time lies in it.
//!
//! An execution and each of its steps have spans, one after the other, without gap or overlap: a transition ends the
//! current span and begins the next. The fold keeps these spans; reports, charts, figures and the browser read them
//! through this module and subtract no times themselves. The invariants it keeps, whatever it is given: no span is
//! negative, and the spans of an execution add up to the time from its start.

use serde::{Deserialize, Serialize};

use crate::event::{ExecutionStatus, StepStatus};
use crate::time::Timestamp;

/// A span with both of its ends. `to` is never before `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span<S> {
    /// What held during it.
    pub status: S,
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
}

impl<S> Span<S> {
    /// How long it is, in microseconds.
    pub fn micros(&self) -> i64 {
        self.to.micros_since(self.from)
    }
}

/// Spans one after the other, as the status and the beginning of each. Each ends where the next one begins; the last one
/// is open. On the wire: `[["in_progress","2026-11-22T02:14:05.123456Z"], …]`.
///
/// Without any, a step has not been started since before anything can have happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Spans<S>(Vec<(S, Timestamp)>);

/// The spans of a step.
pub type StepSpans = Spans<StepStatus>;

impl<S> Default for Spans<S> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<S: Copy> Spans<S> {
    /// When the current span began; `None` before the first transition.
    pub fn since(&self) -> Option<Timestamp> {
        self.0.last().map(|(_, from)| *from)
    }

    /// When a transition takes effect: at the time that was told, if that lies within the current span; otherwise when
    /// it was recorded.
    pub fn effect(&self, told: Option<Timestamp>, recorded: Timestamp) -> Timestamp {
        // A log that `decide` let through is in order; any other one gives no negative span either.
        let recorded = self.since().map_or(recorded, |since| recorded.max(since));
        let is_current = |told: &Timestamp| *told <= recorded && self.since().is_none_or(|since| since <= *told);
        told.filter(is_current).unwrap_or(recorded)
    }

    /// Ends the current span and begins the next. `at` comes from [`Self::effect`].
    pub fn begin(&mut self, status: S, at: Timestamp) {
        let at = self.since().map_or(at, |since| at.max(since));
        self.0.push((status, at));
    }

    /// Every span, the open one up to `now`.
    pub fn until(&self, now: Timestamp) -> impl Iterator<Item = Span<S>> {
        let ends = self.0.iter().skip(1).map(|(_, next)| *next);
        let last = self.since().map(|since| now.max(since));
        self.0.iter().zip(ends.chain(last)).map(|(&(status, from), to)| Span { status, from, to })
    }
}

/// The spans of an execution, which begin with its start, and with them the time during which it was active. On the wire
/// as [`Spans`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Spans<ExecutionStatus>", into = "Spans<ExecutionStatus>")]
pub struct ExecutionSpans {
    spans: Spans<ExecutionStatus>,
    /// For each span, the microseconds of active time before it: so time is looked up and not summed up again.
    active_before: Vec<i64>,
}

impl From<Spans<ExecutionStatus>> for ExecutionSpans {
    fn from(Spans(begun): Spans<ExecutionStatus>) -> Self {
        let mut spans = Self::default();
        for (status, at) in begun {
            spans.begin(status, at);
        }
        spans
    }
}

impl From<ExecutionSpans> for Spans<ExecutionStatus> {
    fn from(spans: ExecutionSpans) -> Self {
        spans.spans
    }
}

impl ExecutionSpans {
    /// When the current span began; `None` before the start.
    pub fn since(&self) -> Option<Timestamp> {
        self.spans.since()
    }

    /// When a transition takes effect; see [`Spans::effect`].
    pub fn effect(&self, told: Option<Timestamp>, recorded: Timestamp) -> Timestamp {
        self.spans.effect(told, recorded)
    }

    /// Ends the current span and begins the next; see [`Spans::begin`].
    pub fn begin(&mut self, status: ExecutionStatus, at: Timestamp) {
        self.active_before.push(self.active_micros_until(at));
        self.spans.begin(status, at);
    }

    /// Every span, the open one up to `now`.
    pub fn until(&self, now: Timestamp) -> impl Iterator<Item = Span<ExecutionStatus>> {
        self.spans.until(now)
    }

    /// When the execution was active, up to `now`.
    pub fn active_until(&self, now: Timestamp) -> impl Iterator<Item = Span<ExecutionStatus>> {
        self.until(now).filter(|span| span.status == ExecutionStatus::Active)
    }

    /// How many spans there are with a status like this.
    pub fn count(&self, is_counted: impl Fn(ExecutionStatus) -> bool) -> usize {
        self.spans.0.iter().filter(|(status, _)| is_counted(*status)).count()
    }

    /// How long the execution was active, paused and closed up to `now`.
    pub fn totals(&self, now: Timestamp) -> Totals {
        let mut totals = Totals::default();
        for span in self.until(now) {
            let micros = match span.status {
                ExecutionStatus::Active => &mut totals.active_micros,
                ExecutionStatus::Paused => &mut totals.paused_micros,
                ExecutionStatus::Completed | ExecutionStatus::Abandoned => &mut totals.closed_micros,
            };
            *micros += span.micros();
        }
        totals
    }

    /// The clock of the execution: it runs while the execution is active.
    pub fn clock(&self) -> Stopwatch {
        let Some(&(status, since)) = self.spans.0.last() else { return Stopwatch::default() };
        let is_running = status == ExecutionStatus::Active;
        Stopwatch { total_micros: self.active_micros_until(since), since: is_running.then_some(since) }
    }

    /// The clocks of a step.
    pub fn clocks(&self, step: &StepSpans) -> StepClocks {
        let mut clocks = StepClocks::default();
        let (Some(&(status, since)), Some(begun)) = (self.spans.0.last(), step.since()) else { return clocks };
        // Before this moment everything has ended; whatever runs runs since then.
        let settled = since.max(begun);
        for span in step.until(settled) {
            if let Some(clock) = clocks.of(span.status) {
                clock.total_micros += self.active_micros_until(span.to) - self.active_micros_until(span.from);
            }
        }
        if let Some(clock) = step.0.last().and_then(|(current, _)| clocks.of(*current)) {
            clock.since = (status == ExecutionStatus::Active).then_some(settled);
        }
        clocks
    }

    /// When a step was in progress or blocked while the execution was active, up to `now`: what [`Self::clocks`] has
    /// measured, piece by piece. Where those are more than `most`, the spans of the step as they are, with the pauses in
    /// them: a thousand steps that all go on over a thousand pauses have a million pieces.
    pub fn pieces(&self, step: &StepSpans, now: Timestamp, most: usize) -> Vec<Span<StepStatus>> {
        let timed =
            || step.until(now).filter(|span| matches!(span.status, StepStatus::InProgress | StepStatus::Blocked));
        let pieces = timed().flat_map(|Span { status, from, to }| {
            let runs = self.active_between(from, to, now);
            let cut = runs.map(move |run| Span { status, from: from.max(run.from), to: to.min(run.to) });
            cut.filter(|piece| piece.from < piece.to)
        });
        let pieces: Vec<_> = pieces.take(most.saturating_add(1)).collect();
        if pieces.len() <= most { pieces } else { timed().filter(|span| span.from < span.to).collect() }
    }

    /// For how many microseconds up to `now` the execution was active and at least one of these steps had a status.
    pub fn active_micros_of_any<'a>(
        &self,
        steps: impl Iterator<Item = &'a StepSpans>,
        status: StepStatus,
        now: Timestamp,
    ) -> i64 {
        let mut spans: Vec<_> = steps.flat_map(|step| step.until(now)).filter(|span| span.status == status).collect();
        spans.sort_unstable_by_key(|span| (span.from, span.to));
        let mut covered: Option<Timestamp> = None;
        let mut micros = 0;
        for span in spans {
            let from = covered.map_or(span.from, |covered| covered.max(span.from));
            if from < span.to {
                micros += self.active_micros_until(span.to) - self.active_micros_until(from);
            }
            covered = Some(covered.map_or(span.to, |covered| covered.max(span.to)));
        }
        micros
    }

    /// The active spans that touch a time.
    fn active_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        now: Timestamp,
    ) -> impl Iterator<Item = Span<ExecutionStatus>> {
        let begun = &self.spans.0;
        let first = begun.partition_point(|(_, begin)| *begin <= from).saturating_sub(1);
        let end_of = move |place: usize, begin| begun.get(place + 1).map_or(now.max(begin), |(_, next)| *next);
        (first..begun.len())
            .map(move |place| (place, begun[place]))
            .take_while(move |(_, (_, begin))| *begin < to)
            .filter(|(_, (status, _))| *status == ExecutionStatus::Active)
            .map(move |(place, (status, from))| Span { status, from, to: end_of(place, from) })
    }

    /// Microseconds from the start to a time during which the execution was active.
    fn active_micros_until(&self, at: Timestamp) -> i64 {
        let begun = &self.spans.0;
        let Some(place) = begun.partition_point(|(_, from)| *from <= at).checked_sub(1) else { return 0 };
        let (status, from) = begun[place];
        self.active_before[place] + if status == ExecutionStatus::Active { at.micros_since(from) } else { 0 }
    }
}

/// How long an execution was what, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Active.
    pub active_micros: i64,
    /// Paused.
    pub paused_micros: i64,
    /// Completed or abandoned.
    pub closed_micros: i64,
}

impl Totals {
    /// Whole seconds active, paused and closed, cut so that they add up to those of [`Self::passed_micros`].
    pub fn seconds(&self) -> [i64; 3] {
        let active = whole_seconds(self.active_micros);
        let open = whole_seconds(self.active_micros + self.paused_micros);
        [active, open - active, whole_seconds(self.passed_micros()) - open]
    }

    /// All of it: what has passed since the start.
    pub fn passed_micros(&self) -> i64 {
        self.active_micros + self.paused_micros + self.closed_micros
    }
}

/// What a clock says: what it has measured, and since when it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stopwatch {
    /// Microseconds measured before it runs now.
    pub total_micros: i64,
    /// Since when it runs; `None` while it stands.
    pub since: Option<Timestamp>,
}

impl Stopwatch {
    /// Microseconds measured up to `now`.
    pub fn micros(&self, now: Timestamp) -> i64 {
        self.total_micros + self.since.map_or(0, |since| now.micros_since(since))
    }

    /// Whole seconds measured up to `now`.
    pub fn seconds(&self, now: Timestamp) -> i64 {
        whole_seconds(self.micros(now))
    }
}

/// What the clocks of a step say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepClocks {
    /// Runs while the step is in progress and the execution active.
    pub active: Stopwatch,
    /// Runs while the step is blocked and the execution active.
    pub blocked: Stopwatch,
}

impl StepClocks {
    fn of(&mut self, status: StepStatus) -> Option<&mut Stopwatch> {
        match status {
            StepStatus::InProgress => Some(&mut self.active),
            StepStatus::Blocked => Some(&mut self.blocked),
            StepStatus::NotStarted | StepStatus::Completed | StepStatus::Skipped => None,
        }
    }
}

/// Microseconds as whole seconds, rounded down.
pub fn whole_seconds(micros: i64) -> i64 {
    micros / 1_000_000
}

/// Whole seconds from one time to another; 0 when the second is the earlier one.
pub fn seconds_between(from: Timestamp, to: Timestamp) -> i64 {
    whole_seconds(to.micros_since(from))
}

/// How far a time lies between two others: 0 at `from` or before it, 1 at `to`.
#[expect(clippy::cast_precision_loss, reason = "drawings need no microseconds")]
pub fn share_between(from: Timestamp, to: Timestamp, at: Timestamp) -> f64 {
    (at.micros_since(from) as f64 / to.micros_since(from).max(1) as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000).expect("in range")
    }

    /// Active from 0, paused 100 to 400.
    fn paused_once() -> ExecutionSpans {
        let mut spans = ExecutionSpans::default();
        for (status, second) in
            [(ExecutionStatus::Active, 0), (ExecutionStatus::Paused, 100), (ExecutionStatus::Active, 400)]
        {
            spans.begin(status, at(second));
        }
        spans
    }

    fn step(begun: &[(StepStatus, i64)]) -> StepSpans {
        let mut spans = StepSpans::default();
        for (status, second) in begun {
            spans.begin(*status, at(*second));
        }
        spans
    }

    #[test]
    fn a_late_transition_takes_effect_when_it_is_told_to_have_happened_within_the_current_span() {
        let spans = paused_once();
        assert_eq!(spans.effect(None, at(500)), at(500));
        assert_eq!(spans.effect(Some(at(400)), at(500)), at(400));
        assert_eq!(spans.effect(Some(at(399)), at(500)), at(500), "it was paused then, and resumed since");
        assert_eq!(spans.effect(Some(at(501)), at(500)), at(500), "nothing takes effect before it is known");
        assert_eq!(StepSpans::default().effect(Some(at(-9)), at(500)), at(-9), "a step was not started since ever");
    }

    #[test]
    fn a_span_is_never_negative_even_when_a_log_goes_back_in_time() {
        let mut spans = paused_once();
        assert_eq!(spans.effect(None, at(300)), at(400));
        spans.begin(ExecutionStatus::Completed, at(300));
        assert!(spans.until(at(0)).all(|span| span.from <= span.to));
        assert_eq!(spans.totals(at(0)).passed_micros(), 400_000_000);
    }

    #[test]
    fn the_clock_of_an_execution_runs_while_it_is_active() {
        let mut spans = paused_once();
        assert_eq!(spans.clock(), Stopwatch { total_micros: 100_000_000, since: Some(at(400)) });
        assert_eq!(spans.clock().seconds(at(450)), 150);
        spans.begin(ExecutionStatus::Completed, at(460));
        assert_eq!(spans.clock(), Stopwatch { total_micros: 160_000_000, since: None });
        let Totals { active_micros, paused_micros, closed_micros } = spans.totals(at(500));
        assert_eq!([active_micros, paused_micros, closed_micros].map(whole_seconds), [160, 300, 40]);
        let cut = Totals { active_micros: 1_900_000, paused_micros: 1_900_000, closed_micros: 1_900_000 };
        assert_eq!(cut.seconds(), [1, 2, 2], "5.7 s in all");
    }

    #[test]
    fn the_clocks_of_a_step_measure_what_lies_in_active_spans() {
        let spans = paused_once();
        let worked = step(&[(StepStatus::InProgress, -50), (StepStatus::Blocked, 90), (StepStatus::InProgress, 410)]);
        let StepClocks { active, blocked } = spans.clocks(&worked);
        assert_eq!((active.seconds(at(430)), active.since), (90 + 20, Some(at(410))), "from the start, not before it");
        assert_eq!((blocked.seconds(at(430)), blocked.since), (10 + 10, None));
        let pieces = |most| -> Vec<_> {
            spans.pieces(&worked, at(430), most).iter().map(|piece| (piece.status, piece.from, piece.to)).collect()
        };
        assert_eq!(
            pieces(4),
            [
                (StepStatus::InProgress, at(0), at(90)),
                (StepStatus::Blocked, at(90), at(100)),
                (StepStatus::Blocked, at(400), at(410)),
                (StepStatus::InProgress, at(410), at(430)),
            ]
        );
        let whole = [
            (StepStatus::InProgress, at(-50), at(90)),
            (StepStatus::Blocked, at(90), at(410)),
            (StepStatus::InProgress, at(410), at(430)),
        ];
        assert_eq!(pieces(3), whole, "beyond the limit pauses are not cut out");
    }

    #[test]
    fn a_step_that_was_begun_during_a_pause_is_worked_on_from_its_end() {
        let begun = step(&[(StepStatus::InProgress, 200)]);
        assert_eq!(paused_once().clocks(&begun).active, Stopwatch { total_micros: 0, since: Some(at(400)) });
        assert_eq!(ExecutionSpans::default().clocks(&begun), StepClocks::default(), "without a start no time passes");
    }

    #[test]
    fn spans_survive_the_wire_with_the_time_before_them() {
        let wire = serde_json::to_string(&paused_once()).expect("it can be written");
        assert_eq!(
            wire,
            r#"[["active","1970-01-01T00:00:00.000000Z"],["paused","1970-01-01T00:01:40.000000Z"],["active","1970-01-01T00:06:40.000000Z"]]"#
        );
        assert_eq!(serde_json::from_str::<ExecutionSpans>(&wire).expect("it can be read"), paused_once());
    }

    #[test]
    fn time_that_several_steps_share_counts_once_and_pauses_not_at_all() {
        let spans = paused_once();
        let done = |from, to| step(&[(StepStatus::InProgress, from), (StepStatus::Completed, to)]);
        let steps = [done(50, 90), done(0, 20), done(10, 30), done(60, 70), done(80, 420), done(430, 430)];
        assert_eq!(spans.active_micros_of_any(steps.iter(), StepStatus::InProgress, at(500)), 100_000_000);
        assert_eq!(spans.active_micros_of_any(steps.iter(), StepStatus::Blocked, at(500)), 0);
    }
}
