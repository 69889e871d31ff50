//! What lies where, by the squares of the plane that it touches, so that its neighbours are found without looking at all.

use std::collections::HashMap;

use crate::placement::Rect;

/// Side of a square, in pixels.
const SIDE: f32 = 128.0;

/// Things and where they lie.
pub(super) struct Squares<T>(HashMap<(i32, i32), Vec<(Rect, T)>>);

impl<T: Copy> Squares<T> {
    pub(super) fn new() -> Self {
        Self(HashMap::new())
    }

    /// Adds a thing; returns how many squares it touches.
    pub(super) fn insert(&mut self, rect: Rect, thing: T) -> usize {
        let squares = squares_of(&rect);
        squares.map(|square| self.0.entry(square).or_default().push((rect, thing))).count()
    }

    /// Whether something near a rectangle is one that is looked for, and how much was looked at.
    pub(super) fn any(&self, near: &Rect, is_wanted: impl Fn(&Rect, T) -> bool) -> (bool, usize) {
        let mut looked = 0;
        for square in squares_of(near) {
            looked += 1;
            for (rect, thing) in self.0.get(&square).into_iter().flatten() {
                looked += 1;
                if is_wanted(rect, *thing) {
                    return (true, looked);
                }
            }
        }
        (false, looked)
    }
}

/// The squares that a rectangle touches.
fn squares_of(rect: &Rect) -> impl Iterator<Item = (i32, i32)> + use<> {
    let of = |from: f32, to: f32| (from / SIDE).floor() as i32..=(to / SIDE).floor() as i32;
    let (columns, rows) = (of(rect.x, rect.x + rect.w), of(rect.y, rect.y + rect.h));
    columns.flat_map(move |column| rows.clone().map(move |row| (column, row)))
}
