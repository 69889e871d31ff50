//! How a flowchart goes on paper: whole where it can be read so, else phase by phase, and what is still too large cut into
//! sheets that overlap.

use std::collections::HashSet;

use domain::drawing::{Drawing, flowchart, marks};
use domain::graph::Graph;
use domain::ids::NodeId;
use domain::placement::{Placement, Rect};
use domain::report::Report;
use serde::Serialize;

use super::legible::Line;
use super::overview::overview;
use super::picture::Picture;

/// Points per pixel at natural size.
const NATURAL: f32 = 0.75;
/// Points per pixel at which parts are drawn where there is room.
const COMFORTABLE: f32 = 0.55;
/// Points per pixel below which texts, of 12 pixels at least, would be smaller than 6 points.
const SMALLEST: f32 = 0.5;
/// How much two sheets side by side and one below the other share, in pixels: more than a node is wide and high, so that every
/// node is whole on one of them.
const OVERLAP_ACROSS: f32 = 264.0;
const OVERLAP_DOWN: f32 = 120.0;
/// What is shown around a phase, in pixels.
const AROUND: f32 = 16.0;
/// More sheets than this help nobody; the flowchart is then shown as a whole only.
const MOST_SHEETS: usize = 60;
/// What a page of the flowchart holds, in points: A4 less margins, heading and caption.
const UPRIGHT: (f32, f32) = (525.0, 640.0);
const LANDSCAPE: (f32, f32) = (765.0, 400.0);
/// What lies between two sheets side by side.
const BETWEEN: f32 = 23.0;
/// What of a page the map takes when the parts follow.
const OVERVIEW: (f32, f32) = (525.0, 220.0);

/// A part of a flowchart that fits on a page.
#[derive(Debug, Serialize)]
struct Sheet {
    picture: Picture,
    /// What it is a part of, and which part of how many.
    caption: Line,
    /// Where the drawing goes on: left, right, above, below.
    goes_on: [bool; 4],
}

/// A flowchart on paper.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    /// All of it; when there are sheets, as a map of them.
    whole: Picture,
    /// Whether it takes a page that lies on its side.
    landscape: bool,
    /// Parts that can be read, where the whole cannot; as many in a row as stand side by side.
    rows: Vec<Vec<Sheet>>,
    /// Whether it can be read nowhere, as there would be too many sheets.
    too_large: bool,
}

impl Chart {
    pub(super) fn of(graph: &Graph, placement: &Placement, report: &Report) -> Self {
        let marks = marks(graph, report);
        let drawing = flowchart(graph, placement, Some(&marks));
        let whole = drawing.whole();
        for (page, landscape) in [(UPRIGHT, false), (LANDSCAPE, true)] {
            let scale = NATURAL.min(fitting(whole, page));
            if scale >= SMALLEST {
                let whole = Picture::of(&drawing, whole, scale);
                return Self { whole, landscape, rows: Vec::new(), too_large: false };
            }
        }
        let mut sheets = Vec::new();
        for (part, name) in parts(graph, placement, whole) {
            let room = MOST_SHEETS.saturating_sub(sheets.len());
            match cut(&drawing, part, name, room) {
                Some(cut) => sheets.extend(cut),
                None => {
                    sheets.clear();
                    break;
                }
            }
        }
        let too_large = sheets.is_empty();
        let scale = fitting(whole, if too_large { UPRIGHT } else { OVERVIEW });
        let map = overview(graph, placement, &marks, scale);
        let size = Rect { x: 0.0, y: 0.0, w: whole.w * scale, h: whole.h * scale };
        let whole = Picture::from_svg(&map, size, 1.0, &drawing.title);
        Self { whole, landscape: false, rows: side_by_side(sheets), too_large }
    }
}

/// Rows of sheets that are no wider than a page.
fn side_by_side(sheets: Vec<Sheet>) -> Vec<Vec<Sheet>> {
    let mut rows: Vec<Vec<Sheet>> = Vec::new();
    let mut room = 0.0;
    for sheet in sheets {
        let width = sheet.picture.width;
        match rows.last_mut() {
            Some(row) if width <= room => row.push(sheet),
            _ => {
                rows.push(vec![sheet]);
                room = UPRIGHT.0;
            }
        }
        room -= width + BETWEEN;
    }
    rows
}

/// Points per pixel at which a part is as large as a page.
fn fitting(part: Rect, (width, height): (f32, f32)) -> f32 {
    (width / part.w).min(height / part.h)
}

/// The outermost phases with their names, if every node lies in one; else all as one part.
fn parts<'a>(graph: &'a Graph, placement: &Placement, whole: Rect) -> Vec<(Rect, &'a str)> {
    let frames = frames(graph);
    let mut phases = Vec::new();
    for (node, placed) in graph.nodes.iter().zip(&placement.nodes).filter(|(node, _)| node.phase.is_none()) {
        if frames.contains(&node.id) {
            phases.push((with_surroundings(placed.rect, whole), node.label.as_str()));
        } else if node.kind.is_actionable() {
            return vec![(whole, graph.title.as_str())];
        }
    }
    if phases.is_empty() { vec![(whole, graph.title.as_str())] } else { phases }
}

/// The phases that hold something.
pub(super) fn frames(graph: &Graph) -> HashSet<&NodeId> {
    graph.nodes.iter().filter_map(|node| node.phase.as_ref()).collect()
}

fn with_surroundings(rect: Rect, whole: Rect) -> Rect {
    let (x, y) = ((rect.x - AROUND).max(0.0), (rect.y - AROUND).max(0.0));
    let (right, bottom) = ((rect.x + rect.w + AROUND).min(whole.w), (rect.y + rect.h + AROUND).min(whole.h));
    Rect { x, y, w: right - x, h: bottom - y }
}

/// Cuts a part into sheets that fit on pages, row by row; `None` if they are more than there is room for.
fn cut(drawing: &Drawing, part: Rect, name: &str, room: usize) -> Option<Vec<Sheet>> {
    let scale = COMFORTABLE.min(fitting(part, UPRIGHT)).max(SMALLEST);
    let columns = spread(part.w, UPRIGHT.0 / scale, OVERLAP_ACROSS);
    let rows = spread(part.h, UPRIGHT.1 / scale, OVERLAP_DOWN);
    let count = columns.len() * rows.len();
    if count > room {
        return None;
    }
    let sheet = |number: usize| {
        let (row, column) = (number / columns.len(), number % columns.len());
        let ((x, w), (y, h)) = (columns[column], rows[row]);
        let number = if count > 1 { format!(" ({} of {count})", number + 1) } else { String::new() };
        Sheet {
            picture: Picture::of(drawing, Rect { x: part.x + x, y: part.y + y, w, h }, scale),
            caption: Line::name(&format!("{name}{number}")),
            goes_on: [column > 0, column + 1 < columns.len(), row > 0, row + 1 < rows.len()],
        }
    };
    Some((0..count).map(sheet).collect())
}

/// Ranges, each of a start and a length of at most `room`, that cover a length, overlap, and are equally long.
fn spread(length: f32, room: f32, overlap: f32) -> Vec<(f32, f32)> {
    if length <= room {
        return vec![(0.0, length)];
    }
    let count = ((length - overlap) / (room - overlap)).ceil();
    let step = (length - overlap) / count;
    std::iter::successors(Some(0.0), |at| Some(at + 1.0))
        .take_while(|at| *at < count)
        .map(|at| (at * step, step + overlap))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Story;
    use super::*;

    /// A playbook of phases in which so many steps follow each other.
    fn playbook(phases: usize, steps: usize) -> String {
        let phase = |phase| format!("## Phase {phase}\n\n{}", "1. Isolate the host\n".repeat(steps));
        format!("# Playbook\n\n{}", (0..phases).map(phase).collect::<Vec<_>>().join("\n"))
    }

    fn chart(phases: usize, steps: usize) -> Chart {
        let document = Story::of(&playbook(phases, steps), "Incident", None).document();
        Chart::of(&document.graph, &document.placement, &document.report)
    }

    #[test]
    fn a_flowchart_that_can_be_read_whole_stays_whole() {
        let chart = chart(1, 3);
        assert!(!chart.landscape && chart.rows.is_empty() && !chart.too_large);
    }

    #[test]
    fn one_that_is_wide_lies_on_its_side() {
        let chart = chart(4, 5);
        assert!(chart.landscape && chart.rows.is_empty() && !chart.too_large);
    }

    #[test]
    fn a_large_one_comes_phase_by_phase_and_a_long_phase_in_parts_that_go_on() {
        let chart = chart(6, 18);
        let sheets: Vec<&Sheet> = chart.rows.iter().flatten().collect();
        let captions: Vec<String> = sheets.iter().map(|sheet| sheet.caption.text()).collect();
        assert_eq!(captions[..3], ["Phase 0 (1 of 2)", "Phase 0 (2 of 2)", "Phase 1 (1 of 2)"]);
        assert_eq!(sheets[0].goes_on, [false, false, false, true]);
        assert_eq!(sheets[1].goes_on, [false, false, true, false]);
        assert_eq!(chart.rows[0].len(), 2, "narrow ones stand side by side");
        let fits = |picture: &Picture| picture.width <= UPRIGHT.0 + 0.1 && picture.height <= UPRIGHT.1 + 0.1;
        assert!(sheets.iter().all(|sheet| fits(&sheet.picture)) && fits(&chart.whole));
    }

    #[test]
    fn one_that_would_take_hundreds_of_pages_is_shown_as_a_whole() {
        let chart = chart(40, 60);
        assert!(chart.too_large && chart.rows.is_empty());
    }

    #[test]
    fn ranges_cover_everything_and_overlap_by_more_than_a_node() {
        for (length, room) in [(100.0, 500.0), (600.0, 500.0), (5_000.0, 700.0)] {
            let ranges = spread(length, room, 120.0);
            assert!(ranges.iter().all(|(_, length)| *length <= room));
            assert!(ranges.windows(2).all(|pair| pair[0].0 + pair[0].1 - pair[1].0 >= 119.9));
            let end = ranges.last().map_or(0.0, |(start, length)| start + length);
            assert!((end - length).abs() < 0.1, "{end} of {length}");
        }
    }
}
