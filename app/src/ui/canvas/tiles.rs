//! The drawing in tiles, of which only those near the window are drawn.

use std::collections::BTreeMap;

use domain::placement::Rect;

/// Things that lie near each other and are shown or hidden together.
#[derive(Debug, PartialEq)]
pub(super) struct Tile {
    /// What it covers.
    pub(super) bounds: Rect,
    /// The places of the things in what was grouped.
    pub(super) items: Vec<usize>,
}

/// Groups things by where they lie, in squares of `span`. What is larger than that is a tile of its own, so that no
/// tile is near the window everywhere; these come first, in their order.
pub(super) fn group(things: impl IntoIterator<Item = (usize, Rect)>, span: f32) -> Vec<Tile> {
    let mut tiles: Vec<Tile> = Vec::new();
    let mut squares: BTreeMap<(i32, i32), Tile> = BTreeMap::new();
    for (item, bounds) in things {
        if bounds.w > span || bounds.h > span {
            tiles.push(Tile { bounds, items: vec![item] });
            continue;
        }
        let center = bounds.center();
        #[expect(clippy::cast_possible_truncation, reason = "drawings are far smaller than 2^31 squares")]
        let square = ((center.y / span).floor() as i32, (center.x / span).floor() as i32);
        let tile = squares.entry(square).or_insert(Tile { bounds, items: Vec::new() });
        tile.bounds = around_both(tile.bounds, bounds);
        tile.items.push(item);
    }
    tiles.extend(squares.into_values());
    tiles
}

/// The smallest rectangle around two.
fn around_both(one: Rect, other: Rect) -> Rect {
    let (x, y) = (one.x.min(other.x), one.y.min(other.y));
    let right = (one.x + one.w).max(other.x + other.w);
    let bottom = (one.y + one.h).max(other.y + other.h);
    Rect { x, y, w: right - x, h: bottom - y }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rect(x: f32, y: f32, w: f32, h: f32) -> Rect {
        Rect { x, y, w, h }
    }

    #[test]
    fn near_things_share_a_tile_and_large_ones_come_first_and_alone() {
        let things = [rect(0.0, 0.0, 10.0, 10.0), rect(80.0, 20.0, 30.0, 10.0), rect(300.0, 0.0, 10.0, 10.0)];
        let large = rect(0.0, 0.0, 500.0, 10.0);
        let tiles = group(things.into_iter().chain([large]).enumerate(), 100.0);
        let items: Vec<&[usize]> = tiles.iter().map(|tile| tile.items.as_slice()).collect();
        assert_eq!(items, [&[3][..], &[0, 1], &[2]]);
        assert_eq!(tiles[1].bounds, rect(0.0, 0.0, 110.0, 30.0));
    }

    #[test]
    fn without_a_bound_everything_is_one_tile_and_with_none_everything_is_alone() {
        let things = [rect(0.0, 0.0, 10.0, 10.0), rect(9_000.0, 0.0, 10.0, 10.0)];
        assert_eq!(group(things.into_iter().enumerate(), f32::INFINITY).len(), 1);
        assert_eq!(group(things.into_iter().enumerate(), 0.0).len(), 2);
    }
}
