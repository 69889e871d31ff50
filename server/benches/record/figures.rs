//! What was measured, beside the bound that it is held to.

use std::time::Duration;

use serde_json::{Value, json};

use crate::driver::{percentile, say};

/// A bound of DESIGN §10.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    /// At least so much.
    Over(f64),
    /// At most so much.
    Under(f64),
    /// Just so much.
    Exactly(f64),
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::Over(least) => value > least,
            Self::Under(most) => value < most,
            Self::Exactly(just) => (value - just).abs() < f64::EPSILON,
        }
    }

    fn words(self) -> String {
        match self {
            Self::Over(least) => format!("over {least}"),
            Self::Under(most) => format!("under {most}"),
            Self::Exactly(just) => format!("{just}"),
        }
    }
}

struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    bound: Option<Bound>,
}

/// All figures, in the order of measuring. Each is shown as soon as it is there.
#[derive(Default)]
pub(crate) struct Figures(Vec<Figure>);

impl Figures {
    /// A figure that nothing is promised of.
    pub(crate) fn note(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        self.push(Figure { name: name.into(), value, unit, bound: None });
    }

    /// A figure that has to keep a bound.
    pub(crate) fn hold(&mut self, name: impl Into<String>, value: f64, unit: &'static str, bound: Bound) {
        self.push(Figure { name: name.into(), value, unit, bound: Some(bound) });
    }

    /// Median and 99th percentile.
    pub(crate) fn note_times(&mut self, name: &str, times: &mut [Duration]) {
        self.note(format!("{name}, median"), millis(percentile(times, 50)), "ms");
        self.note(format!("{name}, p99"), millis(percentile(times, 99)), "ms");
    }

    fn push(&mut self, figure: Figure) {
        let verdict = match figure.bound {
            Some(bound) if bound.holds(figure.value) => format!("{}: kept", bound.words()),
            Some(bound) => format!("{}: MISSED", bound.words()),
            None => String::new(),
        };
        say(&format!("{:<58} {:>10.2} {:<6} {verdict}", figure.name, figure.value, figure.unit));
        self.0.push(figure);
    }

    /// All figures as one JSON list.
    #[expect(clippy::print_stdout, reason = "what is asked for goes to standard output")]
    pub(crate) fn print_json(&self) {
        let list: Vec<Value> = self
            .0
            .iter()
            .map(|figure| {
                let Figure { name, value, unit, bound } = figure;
                let kept = bound.map(|bound| bound.holds(*value));
                json!({ "name": name, "value": value, "unit": unit, "bound": bound.map(Bound::words), "kept": kept })
            })
            .collect();
        println!("{:#}", Value::from(list));
    }
}

/// In milliseconds.
pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// So many in this time, by the second.
#[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
pub(crate) fn rate(count: usize, elapsed: Duration) -> f64 {
    count as f64 / elapsed.as_secs_f64()
}
