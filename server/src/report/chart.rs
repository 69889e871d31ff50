//! How a flowchart goes on paper: whole where it can be read so, else phase by phase, and what is still too large cut into
//! sheets that overlap.

use std::collections::HashSet;

use domain::drawing::{Drawing, flowchart, marks};
use domain::graph::Graph;
use domain::ids::NodeId;
use domain::placement::{Placement, Rect};
use domain::report::Report;
use serde::Serialize;

use super::Paper;
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
    pub(super) fn of(graph: &Graph, placement: &Placement, report: &Report, paper: Paper) -> Self {
        let page = paper.upright();
        let marks = marks(graph, report);
        let drawing = flowchart(graph, placement, Some(&marks));
        let whole = drawing.whole();
        for (page, landscape) in [(page, false), (paper.landscape(), true)] {
            let scale = NATURAL.min(fitting(whole, page));
            if scale >= SMALLEST {
                let whole = Picture::of(&drawing, whole, scale);
                return Self { whole, landscape, rows: Vec::new(), too_large: false };
            }
        }
        let boxes = boxes(graph, placement);
        let mut sheets = Vec::new();
        for (part, name) in parts(graph, placement, whole) {
            let room = MOST_SHEETS.saturating_sub(sheets.len());
            match cut(&drawing, &boxes, part, name, page, room) {
                Some(cut) => sheets.extend(cut),
                None => {
                    sheets.clear();
                    break;
                }
            }
        }
        let too_large = sheets.is_empty();
        let scale = fitting(whole, if too_large { page } else { OVERVIEW });
        let map = overview(graph, placement, &marks, scale);
        let size = Rect { x: 0.0, y: 0.0, w: whole.w * scale, h: whole.h * scale };
        let whole = Picture::from_svg(&map, size, 1.0, &drawing.title);
        Self { whole, landscape: false, rows: side_by_side(sheets, page.0), too_large }
    }
}

/// Rows of sheets that are no wider than a page.
fn side_by_side(sheets: Vec<Sheet>, page_width: f32) -> Vec<Vec<Sheet>> {
    let mut rows: Vec<Vec<Sheet>> = Vec::new();
    let mut room = 0.0;
    for sheet in sheets {
        let width = sheet.picture.width;
        match rows.last_mut() {
            Some(row) if width <= room => row.push(sheet),
            _ => {
                rows.push(vec![sheet]);
                room = page_width;
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
fn cut(drawing: &Drawing, boxes: &[Rect], part: Rect, name: &str, page: (f32, f32), room: usize) -> Option<Vec<Sheet>> {
    let scale = COMFORTABLE.min(fitting(part, page)).max(SMALLEST);
    let inside = || boxes.iter().filter(|node| part.contains(node));
    let across: Vec<(f32, f32)> = inside().map(|node| (node.x - part.x, node.x - part.x + node.w)).collect();
    let down: Vec<(f32, f32)> = inside().map(|node| (node.y - part.y, node.y - part.y + node.h)).collect();
    let columns = spread(part.w, page.0 / scale, OVERLAP_ACROSS, across);
    let rows = spread(part.h, page.1 / scale, OVERLAP_DOWN, down);
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

/// The nodes of a drawing that hold no others.
fn boxes(graph: &Graph, placement: &Placement) -> Vec<Rect> {
    let frames = frames(graph);
    let nodes = graph.nodes.iter().zip(&placement.nodes).filter(|(node, _)| !frames.contains(&node.id));
    nodes.map(|(_, placed)| placed.rect).collect()
}

/// Ranges, each of a start and a length of at most `room`, that cover a length. They meet between what is `taken` (from, to), where
/// that leaves gaps; otherwise they overlap and are equally long.
fn spread(length: f32, room: f32, overlap: f32, taken: Vec<(f32, f32)>) -> Vec<(f32, f32)> {
    if length <= room {
        return vec![(0.0, length)];
    }
    if let Some(ranges) = between(length, room, taken) {
        return ranges;
    }
    let count = ((length - overlap) / (room - overlap)).ceil();
    let step = (length - overlap) / count;
    std::iter::successors(Some(0.0), |at| Some(at + 1.0))
        .take_while(|at| *at < count)
        .map(|at| (at * step, step + overlap))
        .collect()
}

/// The same where every range can end in a gap, and is at least half as long as there is room.
fn between(length: f32, room: f32, mut taken: Vec<(f32, f32)>) -> Option<Vec<(f32, f32)>> {
    taken.sort_by(|a, b| a.0.total_cmp(&b.0));
    // The middles of the gaps.
    let mut gaps = Vec::new();
    let mut end = 0.0_f32;
    for (from, to) in taken {
        if from > end && end > 0.0 {
            gaps.push(f32::midpoint(end, from));
        }
        end = end.max(to);
    }
    let mut ranges = Vec::new();
    let mut start = 0.0;
    while length - start > room {
        let reachable = gaps.iter().copied().filter(|gap| *gap > start + room / 2.0 && *gap <= start + room);
        let cut = reachable.max_by(f32::total_cmp)?;
        ranges.push((start, cut - start));
        start = cut;
    }
    ranges.push((start, length - start));
    Some(ranges)
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
        Chart::of(&document.graph, &document.placement, &document.report, document.paper)
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
        let page = Paper::A4.upright();
        let fits = |picture: &Picture| picture.width <= page.0 + 0.1 && picture.height <= page.1 + 0.1;
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
            let ranges = spread(length, room, 120.0, Vec::new());
            assert!(ranges.iter().all(|(_, length)| *length <= room));
            assert!(ranges.windows(2).all(|pair| pair[0].0 + pair[0].1 - pair[1].0 >= 119.9));
            let end = ranges.last().map_or(0.0, |(start, length)| start + length);
            assert!((end - length).abs() < 0.1, "{end} of {length}");
        }
    }

    #[test]
    fn sheets_meet_between_nodes_where_there_is_room_between_them() {
        let rows = |count: u16, high: f32| -> Vec<(f32, f32)> {
            (0..count).map(|row| (f32::from(row) * 100.0, f32::from(row) * 100.0 + high)).collect()
        };
        assert_eq!(spread(500.0, 250.0, 120.0, rows(5, 60.0)), [(0.0, 180.0), (180.0, 200.0), (380.0, 120.0)]);
        // Where nodes stand side by side at different heights there is no gap.
        assert_eq!(spread(500.0, 250.0, 100.0, rows(5, 120.0)).len(), 3);
        assert_eq!(spread(200.0, 250.0, 100.0, rows(2, 60.0)), [(0.0, 200.0)]);
    }
}
