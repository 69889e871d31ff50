//! Which rows of a long list are in sight. Heights are guessed until a row has been measured.

use std::collections::HashMap;
use std::ops::Range;

use super::rows::Row;
use domain::event::Event;
use domain::words::details;

/// Pixels of a line.
const LINE: f64 = 28.0;
/// Pixels of a line of somebody's own words, of a letter, and beside them.
const TEXT_LINE: f64 = 20.0;
const LETTER: usize = 7;
const BESIDE: usize = 80;
/// Pixels around what is in sight that are rendered too, so that a quick scroll shows no emptiness.
const AROUND: f64 = 400.0;

/// Where every row begins, in pixels from the first one; and, last, where the list ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Heights {
    tops: Vec<f64>,
    /// By row, as one with a gap above it is higher than the same without.
    measured: HashMap<Row, f64>,
}

impl Heights {
    /// Takes over another list of rows, keeping what was measured.
    pub(super) fn lay(&mut self, rows: &[Row], event: impl Fn(&Row) -> f64) {
        let mut top = 0.0;
        self.tops.clear();
        self.tops.push(top);
        for row in rows {
            top += self.measured.get(row).copied().unwrap_or_else(|| event(row));
            self.tops.push(top);
        }
    }

    /// Takes measured heights of rows that stand side by side for what was believed of them. By how much what is read
    /// has moved by that; `None` when nothing new was found out. What is read is the first row from `scrolled` on whose
    /// height was known: others have only come into sight.
    pub(super) fn correct(&mut self, rows: &[Row], found: &[(usize, f64)], scrolled: f64) -> Option<f64> {
        if self.tops.len() != rows.len() + 1 {
            // These are other rows than were laid; they are going to be.
            return None;
        }
        let below = |at: &usize| self.tops.get(at + 1).is_some_and(|end| *end > scrolled);
        let in_sight = || found.iter().map(|(at, _)| *at).filter(below);
        let read = in_sight().find(|at| self.measured.contains_key(&rows[*at])).or_else(|| in_sight().next());
        let (mut moved, mut is_new) = (0.0, false);
        for &(at, height) in found {
            let believed = self.tops[at + 1] - self.tops[at];
            if read.is_some_and(|read| at < read) {
                moved += height - believed;
            }
            is_new |= (height - believed).abs() > 0.5;
            self.measured.insert(rows[at], height);
        }
        let mut top = found.first().map_or(0.0, |(at, _)| self.tops[*at]);
        if is_new {
            let first = found.first().map_or(0, |(at, _)| *at);
            let old: Vec<f64> = self.tops.windows(2).skip(first).map(|pair| pair[1] - pair[0]).collect();
            for (at, old) in (first..).zip(old) {
                self.tops[at] = top;
                top += self.measured.get(&rows[at]).copied().unwrap_or(old);
            }
            if let Some(end) = self.tops.last_mut() {
                *end = top;
            }
        }
        is_new.then_some(moved)
    }

    /// Whatever was measured holds no more: the list has another width.
    pub(super) fn forget(&mut self) {
        self.measured.clear();
    }

    /// The rows to render when so many pixels are scrolled off and so many are in sight.
    pub(super) fn window(&self, scrolled: f64, height: f64) -> Range<usize> {
        let count = self.tops.len().saturating_sub(1);
        let first = self.tops.partition_point(|top| *top <= scrolled - AROUND).saturating_sub(1);
        let end = self.tops.partition_point(|top| *top < scrolled + height + AROUND);
        first.min(count)..end.min(count)
    }

    /// Pixels before the rows of a window, and behind them.
    pub(super) fn around(&self, window: &Range<usize>) -> (f64, f64) {
        let at = |row: usize| self.tops.get(row).copied().unwrap_or_default();
        (at(window.start), self.tops.last().copied().unwrap_or_default() - at(window.end))
    }
}

/// How high a row is going to be, about, in a list that is so wide.
pub(super) fn guess(row: &Row, event: &Event, width: i32) -> f64 {
    let letters = usize::try_from(width).unwrap_or_default().saturating_sub(BESIDE).max(BESIDE) / LETTER;
    let lines = 1.0 + f64::from(u8::from(row.gap.is_some())) + f64::from(u8::from(row.new_day));
    let text = details(&event.body)
        .map_or(0, |text| text.lines().map(|line| 1 + line.chars().count() / letters).sum::<usize>());
    #[expect(clippy::cast_precision_loss, reason = "lines of a text are few")]
    let text = text as f64;
    lines * LINE + text * TEXT_LINE
}

#[cfg(test)]
mod tests {
    use domain::ids::Seq;

    use super::*;

    fn rows(count: usize) -> Vec<Row> {
        let row = |at| Row { at, seq: Seq(at as u64 + 1), gap: None, tells_two: false, new_day: false };
        (0..count).map(row).collect()
    }

    fn laid(count: usize) -> Heights {
        let mut heights = Heights::default();
        heights.lay(&rows(count), |_| LINE);
        heights
    }

    #[test]
    fn of_thousands_of_rows_only_those_in_sight_and_around_are_rendered() {
        let heights = laid(5_000);
        let window = heights.window(70_000.0, 300.0);
        assert_eq!(window, 2_485..2_525);
        let (before, behind) = heights.around(&window);
        assert!((before - 2_485.0 * LINE).abs() < 0.1 && (behind - 2_475.0 * LINE).abs() < 0.1);
    }

    #[test]
    fn at_either_end_the_window_ends_with_the_list() {
        let heights = laid(100);
        assert_eq!(heights.window(0.0, 300.0), 0..25);
        assert_eq!(heights.window(2_500.0, 300.0), 75..100);
        assert_eq!(heights.window(99_999.0, 300.0), 100..100);
        assert_eq!(laid(0).window(0.0, 300.0), 0..0);
        assert_eq!(laid(3).window(0.0, 300.0), 0..3);
    }

    #[test]
    fn what_was_measured_is_believed_over_the_guess() {
        let (mut heights, rows) = (laid(10), rows(10));
        assert_eq!(heights.correct(&rows, &[(0, 528.0)], 0.0), Some(0.0));
        assert_eq!(heights.correct(&rows, &[(0, 528.2)], 0.0), None, "the same again is nothing new");
        assert_eq!(heights.window(950.0, 10.0).start, 1);
        heights.lay(&rows, |_| LINE);
        assert_eq!(heights.window(950.0, 10.0).start, 1, "it is kept");
        heights.forget();
        heights.lay(&rows, |_| LINE);
        assert!((heights.around(&(0..0)).1 - 10.0 * LINE).abs() < 0.1);
    }

    #[test]
    fn what_is_read_stays_where_it_is_when_a_row_above_was_guessed_wrong() {
        let (mut heights, rows) = (laid(10), rows(10));
        heights.correct(&rows, &[(5, 28.0), (6, 28.0)], 140.0);
        // Two more rows have come into sight above, one of them higher than was thought.
        let moved = heights.correct(&rows, &[(3, 48.0), (4, 28.0), (5, 28.0), (6, 28.0)], 100.0);
        assert_eq!(moved, Some(20.0));
        let (before, behind) = heights.around(&(5..7));
        assert!((before - 160.0).abs() < 0.1 && (behind - 84.0).abs() < 0.1, "{before} {behind}");
    }
}
