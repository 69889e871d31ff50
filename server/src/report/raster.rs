//! Drawings as pictures (PNG), with the fonts that reports are set in: the same on every machine.

use std::sync::{Arc, LazyLock};

use domain::drawing::Drawing;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{Options, Tree};

use super::fonts::FILES;

/// The family that texts are set in, as far as it has their letters.
const FAMILY: &str = "Noto Sans";
/// A picture is twice as large as the drawing, so that it can be read on a fine screen and when it is enlarged.
const SCALE: f32 = 2.0;
/// Most pixels of a picture: four bytes each while it is made. A larger drawing is made smaller.
const MOST_PIXELS: f32 = 10_000_000.0;

/// A drawing that is shown smaller than this has no texts: nobody could read them, and thousands of them take seconds.
const LEGIBLE: f32 = 0.3;

/// Read when the first picture is made, and kept.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for file in FILES {
        fonts.load_font_source(Source::Binary(Arc::new(file)));
    }
    fonts.set_sans_serif_family(FAMILY);
    Arc::new(fonts)
});

/// A drawing as PNG, on white. Takes a processor for up to a second, and up to a hundred megabytes.
///
/// # Errors
/// Why it could not be made; that is a fault of this program.
pub fn png(drawing: &Drawing) -> Result<Vec<u8>, String> {
    let options = Options { font_family: FAMILY.to_owned(), fontdb: FONTS.clone(), ..Options::default() };
    let scale = SCALE.min((MOST_PIXELS / (drawing.width * drawing.height).max(1.0)).sqrt());
    let mut document = drawing.document(drawing.whole(), FAMILY);
    if scale < LEGIBLE {
        document = without_texts(&document);
    }
    let tree = Tree::from_str(&document, &options).map_err(|error| error.to_string())?;
    let size = tree.size().to_int_size().scale_by(scale).ok_or("a drawing without a size")?;
    let mut picture = Pixmap::new(size.width(), size.height()).ok_or("a drawing without a size")?;
    picture.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|error| error.to_string())
}

/// The same drawing without its texts.
fn without_texts(document: &str) -> String {
    let mut drawn = String::with_capacity(document.len());
    let mut rest = document;
    while let Some((before, text)) = rest.split_once("<text") {
        drawn.push_str(before);
        rest = text.split_once("</text>").map_or("", |(_, behind)| behind);
    }
    drawn.push_str(rest);
    drawn
}

#[cfg(test)]
mod tests {
    use domain::drawing::flowchart;
    use domain::graph::{Graph, Node, NodeKind};
    use domain::layout::layout;

    use super::*;

    fn drawing(labels: &[&str]) -> Drawing {
        let node = |(at, label): (usize, &&str)| Node::new(format!("n{at}"), NodeKind::Step, *label);
        let graph = Graph { nodes: labels.iter().enumerate().map(node).collect(), ..Graph::default() };
        flowchart(&graph, &layout(&graph), None)
    }

    /// Width and height, from the header of a PNG (RFC 2083 §4.1.1).
    fn size(png: &[u8]) -> (u32, u32) {
        let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        (number(16), number(20))
    }

    #[test]
    fn a_picture_is_twice_as_large_as_its_drawing_and_shows_its_text() {
        let (plain, labelled) = (drawing(&[" "]), drawing(&["Isolate the host"]));
        let picture = png(&labelled).expect("a picture");
        let (width, height) = size(&picture);
        assert_eq!((width as f32 / 2.0).round(), labelled.width.round());
        assert_eq!((height as f32 / 2.0).round(), labelled.height.round());
        assert!(picture.len() > png(&plain).expect("a picture").len(), "letters take their bytes");
    }

    #[test]
    fn a_drawing_without_texts_has_everything_else() {
        let document = drawing(&["Isolate <text> the host", "Close"]).document(drawing(&[" "]).whole(), FAMILY);
        let drawn = without_texts(&document);
        assert!(document.contains("Isolate") && !drawn.contains("Isolate") && !drawn.contains("text>"), "{drawn}");
        assert!(drawn.ends_with("</svg>") && Tree::from_str(&drawn, &Options::default()).is_ok(), "{drawn}");
    }

    #[test]
    fn a_large_drawing_becomes_a_picture_of_bounded_size() {
        let labels = vec!["Step"; 1_500];
        let (width, height) = size(&png(&drawing(&labels)).expect("a picture"));
        assert!(f64::from(width) * f64::from(height) < 1.02 * f64::from(MOST_PIXELS), "{width} × {height}");
    }
}
