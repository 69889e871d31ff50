//! Evidence that is a picture, as it is printed: small enough for paper, whatever was uploaded.

use std::io::Cursor;

use bytes::Bytes;
use domain::event::Evidence;
use domain::ids::EvidenceId;
use domain::legible::legible_file_name;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgba, RgbaImage, imageops};
use serde::Serialize;

/// Media types of pictures that are printed.
const TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
/// Largest picture that is read, in bytes.
const MOST_BYTES: u64 = 10 * 1024 * 1024;
/// Most bytes of pictures that are read for one report.
const MOST_TOGETHER: u64 = 40 * 1024 * 1024;
/// Most pictures of one report.
const MOST: usize = 40;
/// Most points of a picture that is read. Each takes four bytes.
const MOST_POINTS: u64 = 24_000_000;
/// Most points of the longer side of what is printed.
const LONGEST: u32 = 1_400;
/// Of 100. Letters on a screen stay sharp.
const QUALITY: u8 = 82;
/// How large a picture is on paper at most, in points (width, height).
const ON_PAPER: (f32, f32) = (400.0, 300.0);
/// Points of paper per point of a picture that is small.
const NATURAL: f32 = 0.6;

/// A file of evidence as it was uploaded.
#[derive(Clone, Debug)]
pub struct Exhibit {
    /// What is known of it.
    pub evidence: Evidence,
    /// What it holds.
    pub bytes: Bytes,
}

/// The files that are printed as pictures, of all that there are: those that come first, as long as there is room.
pub(crate) fn chosen<'a>(evidence: impl Iterator<Item = &'a Evidence>) -> Vec<Evidence> {
    let mut room = MOST_TOGETHER;
    let pictures = evidence.filter(|file| TYPES.contains(&&*file.mime_type) && file.size <= MOST_BYTES);
    let fitting = pictures.take_while(|file| {
        let left = room.checked_sub(file.size);
        room = left.unwrap_or(0);
        left.is_some()
    });
    fitting.take(MOST).cloned().collect()
}

/// A picture as it is printed.
#[derive(Debug, Serialize)]
pub(super) struct Print {
    /// The name under which the template finds it.
    file: String,
    /// In points of paper.
    width: f32,
    height: f32,
    /// What it is, for who cannot see it.
    alt: String,
    #[serde(skip)]
    pub(super) jpeg: Bytes,
}

impl Print {
    /// The picture of a file; `None` of one that cannot be read as what it seems to be, or would take too much to read.
    pub(super) fn of(exhibit: &Exhibit) -> Option<Self> {
        let picture = read(&exhibit.bytes)?;
        let jpeg = on_white(&picture)?;
        #[expect(clippy::cast_precision_loss, reason = "a picture has some thousand points at most")]
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let scale = NATURAL.min(ON_PAPER.0 / width).min(ON_PAPER.1 / height);
        let Evidence { id, file_name, .. } = &exhibit.evidence;
        Some(Self {
            file: Self::name(*id),
            width: width * scale,
            height: height * scale,
            alt: format!("The picture {}", super::legible::legible(&legible_file_name(file_name))),
            jpeg,
        })
    }

    fn name(id: EvidenceId) -> String {
        format!("{id}.jpg")
    }

    /// Whether the template asks for it by this name.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.file == name
    }
}

/// A picture the right way up and no larger than it is printed; `None` when it is none.
fn read(bytes: &[u8]) -> Option<DynamicImage> {
    let (width, height) = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?.into_dimensions().ok()?;
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > MOST_POINTS {
        return None;
    }
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_POINTS * 8);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let orientation = decoder.orientation().ok()?;
    let whole = DynamicImage::from_decoder(decoder).ok()?;
    let is_small = whole.width().max(whole.height()) <= LONGEST;
    let mut picture = if is_small { whole } else { whole.thumbnail(LONGEST, LONGEST) };
    picture.apply_orientation(orientation);
    Some(picture)
}

/// As JPEG, with paper where it is transparent.
fn on_white(picture: &DynamicImage) -> Option<Bytes> {
    let mut paper = RgbaImage::from_pixel(picture.width(), picture.height(), Rgba([255; 4]));
    imageops::overlay(&mut paper, &picture.to_rgba8(), 0, 0);
    let mut jpeg = Vec::new();
    let printed = DynamicImage::from(paper).to_rgb8();
    printed.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, QUALITY)).ok()?;
    Some(jpeg.into())
}

#[cfg(test)]
mod tests {
    use image::ImageFormat;
    use uuid::Uuid;

    use super::*;

    pub(crate) fn evidence(name: &str, mime_type: &str, size: u64) -> Evidence {
        Evidence {
            id: EvidenceId(Uuid::from_u128(u128::from(size))),
            file_name: name.to_owned(),
            mime_type: mime_type.to_owned(),
            size,
            sha256: String::new(),
            description: None,
        }
    }

    fn picture(width: u32, height: u32, format: ImageFormat) -> Exhibit {
        let mut bytes = Cursor::new(Vec::new());
        let image = DynamicImage::from(RgbaImage::from_pixel(width, height, Rgba([200, 30, 30, 128])));
        let image = if format == ImageFormat::Jpeg { DynamicImage::from(image.to_rgb8()) } else { image };
        image.write_to(&mut bytes, format).expect("it can be written");
        let bytes = Bytes::from(bytes.into_inner());
        Exhibit { evidence: evidence("screen.png", "image/png", bytes.len() as u64), bytes }
    }

    /// In whole points.
    fn size(exhibit: &Exhibit) -> Option<(f32, f32)> {
        Print::of(exhibit).map(|print| (print.width.round(), print.height.round()))
    }

    #[test]
    fn a_picture_keeps_its_shape_and_fits_on_paper() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            assert_eq!(size(&picture(100, 50, format)), Some((60.0, 30.0)), "{format:?}");
        }
        assert_eq!(size(&picture(4_000, 1_000, ImageFormat::Png)), Some((400.0, 100.0)));
        assert_eq!(size(&picture(500, 2_000, ImageFormat::Png)), Some((75.0, 300.0)));
    }

    #[test]
    fn what_is_transparent_is_white() {
        let print = Print::of(&picture(8, 8, ImageFormat::Png)).expect("a picture");
        let printed = image::load_from_memory(&print.jpeg).expect("a JPEG").to_rgb8();
        assert!(printed.get_pixel(4, 4).0[1] > 120, "half red on white is pink: {:?}", printed.get_pixel(4, 4));
    }

    #[test]
    fn what_is_no_picture_or_too_large_a_one_is_left_out() {
        let whole = picture(100, 100, ImageFormat::Png);
        let cut = Exhibit { bytes: whole.bytes.slice(..60), ..whole.clone() };
        assert_eq!(size(&cut), None);
        assert_eq!(size(&Exhibit { bytes: Bytes::from_static(b"no picture"), ..whole.clone() }), None);
        // The head of a file says that it is 60,000 by 60,000 points.
        let mut bomb = whole.bytes.to_vec();
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        assert_eq!(size(&Exhibit { bytes: bomb.into(), ..whole }), None);
    }

    #[test]
    fn no_more_pictures_are_read_than_there_is_room_for() {
        let files = |count: usize, mime: &str, size| vec![evidence("a", mime, size); count];
        assert_eq!(chosen(files(50, "image/png", 1).iter()).len(), MOST);
        assert_eq!(chosen(files(50, "image/jpeg", MOST_BYTES).iter()).len(), 4);
        assert_eq!(chosen(files(3, "image/png", MOST_BYTES + 1).iter()).len(), 0);
        assert_eq!(chosen(files(3, "application/pdf", 1).iter()).len(), 0);
    }
}
