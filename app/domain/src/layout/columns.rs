//! The outermost level of a playbook with phases: columns from left to right in the order of the flow, like a board,
//! in as many rows as make a drawing that fits a wide screen.

use std::collections::HashMap;

use super::geometry::Size;
use super::nesting::{Link, Nesting};
use super::order::{Arc, open_cycles, topological};
use crate::placement::Point;

/// Between columns, and between rows of them.
pub(super) const BLOCK_GAP: f32 = 48.0;
/// A drawing wider than this many times its height is set in more rows,
const WIDEST: f32 = 3.2;
/// unless it is narrower than this, which fits every screen.
const ALWAYS_FITS: f32 = 1_200.0;
/// Halvings in the search for the narrowest rows; half a pixel is reached long before.
const SEARCH_STEPS: usize = 24;

/// What forms one column each: a phase, or nodes outside of phases that follow each other and hang together.
pub(super) fn split(nesting: &Nesting, links: &[Link], back: &[bool]) -> Vec<Vec<usize>> {
    let members = nesting.members(nesting.outermost());
    let mut arcs: Vec<Arc> = links
        .iter()
        .map(|link| if back[link.edge] { (link.to, link.from) } else { (link.from, link.to) })
        .filter_map(|(from, to)| Some((members.binary_search(&from).ok()?, members.binary_search(&to).ok()?)))
        .collect();
    open_cycles(members.len(), &mut arcs);
    let order: Vec<usize> = topological(members.len(), &arcs).into_iter().map(|place| members[place]).collect();
    let runs: Vec<&[usize]> =
        order.chunk_by(|&left, &right| !nesting.is_frame(left) && !nesting.is_frame(right)).collect();
    let run_of: HashMap<usize, usize> =
        runs.iter().enumerate().flat_map(|(number, run)| run.iter().map(move |&node| (node, number))).collect();
    // Per run, the links that stay in it.
    let mut inside: Vec<Vec<(usize, usize)>> = vec![Vec::new(); runs.len()];
    for link in links {
        if let (Some(&from), Some(to)) = (run_of.get(&link.from), run_of.get(&link.to))
            && from == *to
        {
            inside[from].push((link.from, link.to));
        }
    }
    runs.into_iter().zip(&inside).flat_map(|(run, links)| parts(run, links)).collect()
}

/// A run of nodes cut into those that hang together. Nodes without any link in the run share a part.
fn parts(run: &[usize], links: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let places: HashMap<usize, usize> = run.iter().enumerate().map(|(place, &node)| (node, place)).collect();
    let mut beside: Vec<Vec<usize>> = vec![Vec::new(); run.len()];
    for (from, to) in links {
        if let (Some(&from), Some(&to)) = (places.get(from), places.get(to)) {
            beside[from].push(to);
            beside[to].push(from);
        }
    }
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut alone = None;
    let mut part_of: Vec<Option<usize>> = vec![None; run.len()];
    for place in 0..run.len() {
        let part = match part_of[place] {
            Some(part) => part,
            None if beside[place].is_empty() => *alone.get_or_insert(parts.len()),
            None => parts.len(),
        };
        if part == parts.len() {
            parts.push(Vec::new());
        }
        parts[part].push(run[place]);
        let mut open = vec![place];
        while let Some(place) = open.pop() {
            if part_of[place].replace(part).is_none() {
                open.extend(&beside[place]);
            }
        }
    }
    parts
}

/// Columns on shelves.
pub(super) struct Shelves {
    /// Upper left corner per column.
    pub(super) corners: Vec<Point>,
    /// The middle of the street above every row and below the last.
    pub(super) streets: Vec<f32>,
}

/// Sets columns in rows, their tops aligned.
pub(super) fn shelve(columns: &[Size]) -> Shelves {
    let rows = (1..=columns.len()).map(|count| rows(columns, narrowest(columns, count)));
    let mut best = Vec::new();
    for candidate in rows {
        let (width, height) = extent(&candidate);
        let is_narrowest = candidate.iter().all(|row| row.len() == 1);
        best = candidate;
        if is_narrowest || width <= ALWAYS_FITS.max(WIDEST * height) {
            break;
        }
    }
    let mut shelves = Shelves { corners: Vec::new(), streets: Vec::new() };
    let mut top = 0.0;
    for row in best {
        shelves.streets.push(top - BLOCK_GAP / 2.0);
        let mut left = 0.0;
        for column in row {
            shelves.corners.push(Point { x: left, y: top });
            left += column.w + BLOCK_GAP;
        }
        top += height(row) + BLOCK_GAP;
    }
    shelves.streets.push(top - BLOCK_GAP / 2.0);
    shelves
}

/// Rows filled one after the other up to a width. A wider column has a row of its own.
fn rows(columns: &[Size], limit: f32) -> Vec<&[Size]> {
    let mut rows = Vec::new();
    let mut start = 0;
    let mut used = 0.0;
    for (at, column) in columns.iter().enumerate() {
        if at > start && used + column.w > limit {
            rows.push(&columns[start..at]);
            start = at;
            used = 0.0;
        }
        used += column.w + BLOCK_GAP;
    }
    if start < columns.len() {
        rows.push(&columns[start..]);
    }
    rows
}

/// The least width at which the columns fill no more than so many rows.
fn narrowest(columns: &[Size], count: usize) -> f32 {
    let (mut low, mut high) = (0.0, width(columns));
    for _ in 0..SEARCH_STEPS {
        let middle = f32::midpoint(low, high);
        if rows(columns, middle).len() <= count {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

fn extent(rows: &[&[Size]]) -> (f32, f32) {
    let widest = rows.iter().map(|row| width(row)).fold(0.0, f32::max);
    let total: f32 = rows.iter().map(|row| height(row) + BLOCK_GAP).sum();
    (widest, total - BLOCK_GAP)
}

fn width(row: &[Size]) -> f32 {
    row.iter().map(|column| column.w + BLOCK_GAP).sum::<f32>() - BLOCK_GAP
}

fn height(row: &[Size]) -> f32 {
    row.iter().map(|column| column.h).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(count: usize, w: f32, h: f32) -> Vec<Size> {
        vec![Size { w, h }; count]
    }

    #[test]
    fn few_high_columns_stand_in_one_row() {
        let shelves = shelve(&columns(4, 260.0, 700.0));
        assert!(shelves.corners.iter().all(|corner| corner.y == 0.0));
        assert_eq!(shelves.corners[1].x, 260.0 + BLOCK_GAP);
    }

    #[test]
    fn many_low_columns_are_set_in_even_rows() {
        let shelves = shelve(&columns(8, 260.0, 200.0));
        let first_row = shelves.corners.iter().filter(|corner| corner.y == 0.0).count();
        assert_eq!(first_row, 4);
        assert_eq!(shelves.streets, [-24.0, 224.0, 472.0]);
    }

    #[test]
    fn nothing_needs_no_row() {
        assert!(shelve(&[]).corners.is_empty());
    }
}
