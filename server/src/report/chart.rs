//! How a drawing goes on paper: on one page as long as it can be read there, else on several.

use domain::drawing::Drawing;
use domain::placement::Rect;
use serde::Serialize;

use super::legible::legible;

/// The family that texts in drawings are set in; `report.typ` sets everything else in it, too.
const FONT: &str = "Noto Sans";
/// Points per pixel at natural size.
const NATURAL: f32 = 0.75;
/// Points per pixel below which texts, of 12 pixels at least, would be smaller than 6 points.
const SMALLEST: f32 = 0.5;
/// How much neighbouring sheets share, in pixels: less than a node is wide, so that the eye finds its way and most nodes are
/// whole on one of them.
const OVERLAP: f32 = 64.0;
/// More sheets than this help nobody; the drawing is then shown as a whole only.
const MOST_SHEETS: usize = 48;
/// What a page holds, in points: A4 less margins, heading and legend.
const UPRIGHT: (f32, f32) = (482.0, 610.0);
const LANDSCAPE: (f32, f32) = (729.0, 400.0);

/// A drawing, or a part of one, at its size on paper.
#[derive(Debug, Serialize)]
pub(super) struct Picture {
    svg: String,
    /// In points.
    width: f32,
    height: f32,
    /// What it shows, for who cannot see it.
    alt: String,
}

impl Picture {
    fn of(drawing: &Drawing, part: Rect, scale: f32) -> Self {
        Self {
            svg: legible(&drawing.document(part, FONT)).into_owned(),
            width: part.w * scale,
            height: part.h * scale,
            alt: legible(&drawing.title).into_owned(),
        }
    }

    /// All of a drawing, no larger than natural and no wider than the text.
    pub(super) fn across(drawing: &Drawing) -> Self {
        Self::of(drawing, drawing.whole(), NATURAL.min(UPRIGHT.0 / drawing.width))
    }
}

/// A part of a drawing that fills a page, and the numbers of those around it.
#[derive(Debug, Serialize)]
pub(super) struct Sheet {
    picture: Picture,
    left: Option<usize>,
    right: Option<usize>,
    above: Option<usize>,
    below: Option<usize>,
    /// Where it lies in the whole, in parts of its width and height.
    x: f32,
    y: f32,
    w: f32,
    h: f32,
}

/// A drawing on paper.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    /// All of it. When there are sheets, it is there to find one's way.
    whole: Picture,
    /// Whether it lies across the page.
    landscape: bool,
    /// Parts that can be read, where the whole cannot.
    sheets: Vec<Sheet>,
    /// Whether it can be read nowhere, as there would be too many sheets.
    too_large: bool,
}

impl Chart {
    pub(super) fn of(drawing: &Drawing) -> Self {
        let whole = drawing.whole();
        let fit = |(width, height): (f32, f32)| NATURAL.min(width / whole.w).min(height / whole.h);
        let (upright, landscape) = (fit(UPRIGHT), fit(LANDSCAPE));
        let across = upright < SMALLEST && landscape > upright;
        let picture = Picture::of(drawing, whole, if across { landscape } else { upright });
        if upright.max(landscape) >= SMALLEST {
            return Self { whole: picture, landscape: across, sheets: Vec::new(), too_large: false };
        }
        let page = if across { LANDSCAPE } else { UPRIGHT };
        let grid = Grid { columns: spread(whole.w, page.0 / SMALLEST), rows: spread(whole.h, page.1 / SMALLEST) };
        let too_large = grid.count() > MOST_SHEETS;
        let sheets = if too_large { Vec::new() } else { grid.sheets(drawing) };
        Self { whole: picture, landscape: across, sheets, too_large }
    }
}

/// Ranges of at most `room` that cover a length, overlap, and are equally long.
fn spread(length: f32, room: f32) -> Vec<(f32, f32)> {
    if length <= room {
        return vec![(0.0, length)];
    }
    let mut count = 2_u16;
    while (length - OVERLAP) / f32::from(count) + OVERLAP > room {
        count = count.saturating_add(1);
    }
    let step = (length - OVERLAP) / f32::from(count);
    (0..count).map(|at| (f32::from(at) * step, step + OVERLAP)).collect()
}

struct Grid {
    columns: Vec<(f32, f32)>,
    rows: Vec<(f32, f32)>,
}

impl Grid {
    fn count(&self) -> usize {
        self.columns.len() * self.rows.len()
    }

    /// Row by row, numbered from 1.
    fn sheets(&self, drawing: &Drawing) -> Vec<Sheet> {
        let across = self.columns.len();
        let sheet = |number: usize| {
            let (row, column) = ((number - 1) / across, (number - 1) % across);
            let ((x, w), (y, h)) = (self.columns[column], self.rows[row]);
            Sheet {
                picture: Picture::of(drawing, Rect { x, y, w, h }, SMALLEST),
                left: (column > 0).then(|| number - 1),
                right: (column + 1 < across).then_some(number + 1),
                above: (row > 0).then(|| number - across),
                below: (row + 1 < self.rows.len()).then_some(number + across),
                x: x / drawing.width,
                y: y / drawing.height,
                w: w / drawing.width,
                h: h / drawing.height,
            }
        };
        (1..=self.count()).map(sheet).collect()
    }
}
