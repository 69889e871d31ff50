//! What ran when: a row for each step that took time, over the time of the execution.

use super::markup::{Attribute, Markup};
use super::{Drawing, Words, palette};
use crate::event::StepStatus;
use crate::report::{Report, StepReport};
use crate::spans::{seconds_between, share_between};
use crate::text::shortened;
use crate::time::Timestamp;
use crate::words::duration;

/// How high a row is.
pub const ROW_HEIGHT: f32 = 22.0;
const WIDTH: f32 = 960.0;
/// Where time begins, and how wide it is: labels stand before it, durations behind it.
const TIME_X: f32 = 270.0;
const TIME_WIDTH: f32 = 610.0;
/// The axis above the rows.
const AXIS: f32 = 26.0;
/// As many characters of a label as stand before the time.
const LABEL_CHARS: usize = 38;
/// Most marks on the axis.
const MOST_TICKS: i64 = 9;
/// How far marks on the axis can be apart, in seconds.
const TICKS: [i64; 20] = [
    1, 5, 10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
    2_592_000, 31_536_000,
];

/// Draws when each step was in progress and when blocked; `None` when no step took any time.
pub fn gantt(report: &Report) -> Option<Drawing> {
    gantt_parts(report, usize::MAX).into_iter().next()
}

/// The same in parts of at most so many rows, each with its axis.
pub fn gantt_parts(report: &Report, most_rows: usize) -> Vec<Drawing> {
    let rows: Vec<&StepReport> =
        report.steps.iter().filter(|step| step.kind.is_actionable() && !step.spans.is_empty()).collect();
    let spans = rows.iter().flat_map(|step| &step.spans);
    let from = spans.clone().map(|span| span.from).chain([report.summary.started_at]).min();
    let to = spans.map(|span| span.to).chain([report.summary.ended_at.unwrap_or(report.as_of)]).max();
    let Some((from, to)) = from.zip(to).filter(|(from, to)| from < to) else { return Vec::new() };
    let axis = Axis { from, to };
    rows.chunks(most_rows).map(|rows| axis.draw(report, rows)).collect()
}

struct Axis {
    from: Timestamp,
    to: Timestamp,
}

impl Axis {
    /// Where a time lies.
    #[expect(clippy::cast_possible_truncation, reason = "drawings need no microseconds")]
    fn x(&self, at: Timestamp) -> f32 {
        let x = TIME_X + TIME_WIDTH * share_between(self.from, self.to, at) as f32;
        (x * 10.0).round() / 10.0
    }

    fn draw(&self, report: &Report, rows: &[&StepReport]) -> Drawing {
        #[expect(clippy::cast_precision_loss, reason = "a playbook has at most 5,000 nodes")]
        let height = AXIS + ROW_HEIGHT * rows.len() as f32 + 6.0;
        let mut markup = Markup::default();
        self.write_ticks(&mut markup, height);
        self.write_pauses(&mut markup, report, height);
        let mut y = AXIS;
        for step in rows {
            self.write_row(&mut markup, step, y);
            y += ROW_HEIGHT;
        }
        let title = "When each step was in progress (filled) and blocked (outlined)".to_owned();
        Drawing::new(WIDTH, height, title, markup)
    }

    fn write_ticks(&self, markup: &mut Markup, height: f32) {
        let seconds = seconds_between(self.from, self.to);
        let year = TICKS[TICKS.len() - 1];
        let years = || year * (seconds / year / MOST_TICKS + 1);
        let apart = TICKS.into_iter().find(|apart| seconds / apart < MOST_TICKS).unwrap_or_else(years);
        let first = self.from.micros().div_euclid(apart * 1_000_000) + 1;
        let ticks = (first..).map_while(|tick| Timestamp::from_micros(tick * apart * 1_000_000));
        for at in ticks.take_while(|at| *at <= self.to) {
            let x = self.x(at);
            let line: [Attribute; 6] = [
                ("class", &"tick"),
                ("x1", &x),
                ("y1", &(AXIS - 6.0)),
                ("x2", &x),
                ("y2", &height),
                ("stroke", &palette::LINE),
            ];
            markup.element("line", &line, &"");
            let (date, time) = at.parts();
            let text = match apart {
                86_400.. => date,
                60.. => time.get(..5).unwrap_or_default().to_owned(),
                _ => time,
            };
            let anchor = if x > TIME_X + TIME_WIDTH - 20.0 { "end" } else { "middle" };
            Words { x, y: AXIS - 10.0, size: 11.0, anchor, class: "ink-2", ink: palette::INK_2, ..Words::default() }
                .write(markup, &text);
        }
    }

    /// The times in which the clock stood.
    fn write_pauses(&self, markup: &mut Markup, report: &Report, height: f32) {
        for pair in report.summary.active_spans.windows(2) {
            let (from, to) = (self.x(pair[0].to), self.x(pair[1].from));
            let band: [Attribute; 6] = [
                ("class", &"pause"),
                ("x", &from),
                ("y", &(AXIS - 2.0)),
                ("width", &(to - from).max(1.0)),
                ("height", &(height - AXIS + 2.0)),
                ("fill", &palette::SURFACE_2),
            ];
            markup.element("rect", &band, &"");
        }
    }

    fn write_row(&self, markup: &mut Markup, step: &StepReport, y: f32) {
        let base = y + ROW_HEIGHT - 7.0;
        Words { x: TIME_X - 12.0, y: base, anchor: "end", ..Words::default() }
            .write(markup, &shortened(&step.label, LABEL_CHARS));
        for span in &step.spans {
            let (ink, soft) = palette::of(span.status);
            let (from, to) = (self.x(span.from), self.x(span.to));
            let blocked = span.status == StepStatus::Blocked;
            markup.open("g", &[("class", &"span"), ("data-status", &span.status.as_str())]);
            let bar: [Attribute; 8] = [
                ("class", if blocked { &"soft" } else { &"full" }),
                ("x", &from),
                ("y", &(y + 4.0)),
                ("width", &(to - from).max(2.0)),
                ("height", &(ROW_HEIGHT - 8.0)),
                ("rx", &2),
                ("fill", if blocked { &soft } else { &ink }),
                ("stroke", &ink),
            ];
            markup.element("rect", &bar, &"");
            markup.close("g");
        }
        let text = duration(step.active_seconds + step.blocked_seconds);
        let x = TIME_X + TIME_WIDTH + 10.0;
        Words { x, y: base, size: 11.0, class: "ink-2", ink: palette::INK_2, ..Words::default() }.write(markup, &text);
    }
}
