//! Icons in a drawing, as paths in its own coordinates: an element with a transform of its own costs a browser more than
//! the path in it, and with thousands of them that is what makes a frame long.

use std::fmt::Write;

use domain::placement::Point;

use super::markup::Markup;
use crate::ui::icon::drawing;

/// The grid on which icons are drawn.
const GRID: f32 = 16.0;

/// Writes an icon with its upper left corner at a point, that large.
pub(super) fn write_icon(markup: &mut Markup, class: &str, name: &str, corner: Point, size: f32) {
    markup.element("path", &[("class", &class), ("d", &placed(drawing(name), corner, size / GRID))], &"");
}

/// A path moved and scaled.
fn placed(path: &str, corner: Point, scale: f32) -> String {
    let mut placed = String::with_capacity(path.len() * 2);
    let mut command = 'M';
    let mut place = 0;
    for token in tokens(path) {
        let Ok(number) = token.parse::<f32>() else {
            command = token.chars().next().unwrap_or(command);
            place = 0;
            placed.push_str(token);
            continue;
        };
        let value = match (command.to_ascii_lowercase(), place % 7) {
            // Of an arc: its radii, its turn and its two flags, and where it ends.
            ('a', 0 | 1) => number * scale,
            ('a', 2..=4) => number,
            _ if command.is_ascii_lowercase() => number * scale,
            ('h', _) | ('a', 5) => corner.x + number * scale,
            ('v', _) | ('a', 6) => corner.y + number * scale,
            _ if place % 2 == 0 => corner.x + number * scale,
            _ => corner.y + number * scale,
        };
        place += 1;
        // Writing to a String does not fail.
        let _ = write!(placed, "{} ", (value * 100.0).round() / 100.0);
    }
    placed
}

/// The letters and the numbers of a path.
fn tokens(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = path;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', ',']);
        let first = rest.chars().next()?;
        let length = if first.is_ascii_alphabetic() {
            1
        } else {
            let mut seen_point = false;
            let ends = |(at, c): (usize, char)| {
                let goes_on = c.is_ascii_digit() || (c == '-' && at == 0) || (c == '.' && !seen_point);
                seen_point |= c == '.';
                (!goes_on).then_some(at)
            };
            // What is neither letter nor number is passed over as it is.
            rest.char_indices().find_map(ends).unwrap_or(rest.len()).max(first.len_utf8())
        };
        let (token, left) = rest.split_at(length);
        rest = left;
        Some(token)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORNER: Point = Point { x: 100.0, y: 200.0 };

    #[test]
    fn absolute_points_are_moved_and_scaled_and_relative_ones_scaled() {
        assert_eq!(placed("M3 3h10v10H3V4z", CORNER, 1.0), "M103 203 h10 v10 H103 V204 z");
        assert_eq!(placed("M8 1.5 14.5 8l-2-4", CORNER, 0.5), "M104 200.75 107.25 204 l-1 -2 ");
        assert_eq!(placed("C3 5 5.3 3.5 8 3.5", CORNER, 1.0), "C103 205 105.3 203.5 108 203.5 ");
    }

    #[test]
    fn an_arc_keeps_its_flags() {
        assert_eq!(placed("a5.8 5.8 0 1 1 0 11.6", CORNER, 0.5), "a2.9 2.9 0 1 1 0 5.8 ");
        assert_eq!(placed("A5.8 5.8 0 0 1 8 2.2", CORNER, 1.0), "A5.8 5.8 0 0 1 108 202.2 ");
    }

    #[test]
    fn numbers_may_stand_without_space_between_them() {
        let all: Vec<&str> = tokens("M8 8l.9.9-3.4-1z").collect();
        assert_eq!(all, ["M", "8", "8", "l", ".9", ".9", "-3.4", "-1", "z"]);
    }
}
