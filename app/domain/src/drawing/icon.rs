//! One set of icons, drawn on a 16-unit grid with lines of 1.5; and icons in a drawing.
//!
//! In a drawing they are paths in its own coordinates: an element with a transform of its own costs a browser more than the
//! path in it, and with thousands of them that is what makes a frame long.

use std::fmt::Write;

use super::markup::Markup;
use crate::placement::Point;

/// The grid on which icons are drawn.
const GRID: f32 = 16.0;

/// Name and drawing of every icon.
pub const ICONS: [(&str, &str); 45] = [
    ("forge", "M3 3h10v3l-3 2v2l2 3H4l2-3V8L3 6z"),
    ("phase", "M2 4h4l1.5 2H14v7H2z"),
    ("step", "M3 3h10v10H3z M6 8h4"),
    ("decision", "M8 1.5 14.5 8 8 14.5 1.5 8z M8 5.5v3 M8 10.7v.1"),
    ("execute", "M2 3h12v10H2z M4.5 6l2 2-2 2 M8.5 10.5h3"),
    ("merge", "M4 2v3c0 2 4 2 4 5v4 M12 2v3c0 2-4 2-4 5"),
    ("not_started", "M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2z"),
    ("in_progress", "M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2z M8 4.8V8l2.2 1.6"),
    ("completed", "M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2z M5.3 8.2l2 2 3.6-4"),
    ("skipped", "M3 4l4.5 4L3 12z M8.5 4 13 8l-4.5 4z"),
    ("blocked", "M5.4 2h5.2L14 5.4v5.2L10.6 14H5.4L2 10.6V5.4z M8 5v3.5 M8 10.9v.1"),
    ("active", "M5 3.5v9l7-4.5z"),
    ("paused", "M5.5 3.5v9 M10.5 3.5v9"),
    ("abandoned", "M4 4l8 8 M12 4l-8 8"),
    ("check", "M3 8.5l3.5 3.5L13 4.5"),
    ("close", "M4 4l8 8 M12 4l-8 8"),
    ("plus", "M8 3v10 M3 8h10"),
    ("minus", "M3 8h10"),
    ("fit", "M2.5 6V2.5H6 M10 2.5h3.5V6 M13.5 10v3.5H10 M6 13.5H2.5V10"),
    ("target", "M8 4.2a3.8 3.8 0 1 1 0 7.6 3.8 3.8 0 0 1 0-7.6z M8 1.5v3 M8 11.5v3 M1.5 8h3 M11.5 8h3"),
    ("follow", "M2.5 8 13.5 2.5 10 13.5 7.5 8.8z"),
    ("map", "M2.5 3.5h11v9h-11z M8.5 7.5h3v3h-3z"),
    ("person", "M8 2.5a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6z M2.8 13.8c.5-2.8 2.6-4 5.2-4s4.7 1.2 5.2 4"),
    (
        "people",
        "M6 3a2.3 2.3 0 1 1 0 4.6A2.3 2.3 0 0 1 6 3z M1.8 13c.4-2.4 2-3.4 4.2-3.4s3.8 1 4.2 3.4 M11 3.4a2 2 0 0 1 0 3.9 M12 9.9c1.3.5 2 1.5 2.3 3.1",
    ),
    ("note", "M3 2.5h10v8l-3 3H3z M5.5 6h5 M5.5 9h3"),
    ("flag", "M4 14V2.5h8l-2 3 2 3H4"),
    ("clip", "M12.5 7.5l-4.7 4.7a2.6 2.6 0 0 1-3.7-3.7l5-5a1.8 1.8 0 0 1 2.5 2.5l-4.7 4.7"),
    ("clock", "M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2z M8 4.8V8l2.2 1.6"),
    ("timeline", "M4 2v12 M4 4.5h8 M4 8h5 M4 11.5h7"),
    (
        "sun",
        "M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6z M8 1.5v1.3 M8 13.2v1.3 M1.5 8h1.3 M13.2 8h1.3 M3.4 3.4l.9.9 M11.7 11.7l.9.9 M12.6 3.4l-.9.9 M4.3 11.7l-.9.9",
    ),
    ("moon", "M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z"),
    ("contrast", "M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2z M8 2.5v11 M9.5 4v8 M11.2 5.2v5.6"),
    ("keyboard", "M1.5 4h13v8h-13z M4 6.7h.1 M6.7 6.7h.1 M9.3 6.7h.1 M12 6.7h.1 M4.5 9.5h7"),
    ("search", "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z M10.4 10.4l3.3 3.3"),
    ("copy", "M5.5 5.5h8v8h-8z M10.5 5.5v-3h-8v8h3"),
    ("trash", "M2.5 4h11 M6 4V2.5h4V4 M4 4l.7 9.5h6.6L12 4"),
    ("upload", "M8 10.5v-8 M4.8 5.5 8 2.3l3.2 3.2 M2.5 10.5v3h11v-3"),
    ("reopen", "M3 8a5 5 0 1 1 1.6 3.7 M3 13v-3.5h3.5"),
    ("warning", "M8 2 14.5 13.5h-13z M8 6.5v3.2 M8 11.6v.1"),
    (
        "eye",
        "M1.5 8C3 5 5.3 3.5 8 3.5S13 5 14.5 8C13 11 10.7 12.5 8 12.5S3 11 1.5 8z M8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
    ),
    ("pencil", "M10.8 2.8l2.4 2.4L5.6 12.8 2.5 13.5l.7-3.1z M9.3 4.3l2.4 2.4"),
    ("previous", "M10 3.5 5.5 8l4.5 4.5"),
    ("next", "M6 3.5 10.5 8 6 12.5"),
    ("report", "M3.5 1.8h6l3 3v9.4h-9z M9.5 1.8v3h3 M5.8 8h4.4 M5.8 10.8h4.4"),
    ("down", "M8 3v10 M4 9l4 4 4-4"),
];

/// The drawing of an icon, on a grid of 16 units; of one that is not there, nothing.
fn drawing(name: &str) -> &'static str {
    ICONS.iter().find(|(known, _)| *known == name).map_or("", |(_, path)| path)
}

/// Writes an icon with its upper left corner at a point, that large.
pub fn write_icon(markup: &mut Markup, class: &str, name: &str, corner: Point, size: f32) {
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
