//! How many steps there are by status, as one bar.

use super::markup::{Attribute, Markup};
use super::{Drawing, Words, palette};
use crate::event::StepStatus;
use crate::metrics::Progress;
use crate::words::counted;

const WIDTH: f32 = 720.0;
const BAR: f32 = 20.0;
const HEIGHT: f32 = 52.0;
/// Between the words below the bar.
const WORDS_APART: f32 = 144.0;
/// As a bar is read from the left: what is done first.
const ORDER: [StepStatus; 5] =
    [StepStatus::Completed, StepStatus::Skipped, StepStatus::InProgress, StepStatus::Blocked, StepStatus::NotStarted];

/// Draws how many steps there are by status, of those that apply.
pub fn status_bar(progress: &Progress) -> Drawing {
    let mut markup = Markup::default();
    let mut x = 0.0;
    let mut words_x = 0.0;
    let mut said = Vec::new();
    for status in ORDER {
        let count = progress.count(status);
        if count == 0 {
            continue;
        }
        let (ink, soft) = palette::of(status);
        #[expect(clippy::cast_precision_loss, reason = "a playbook has at most 5,000 nodes")]
        let width = WIDTH * count as f32 / progress.applicable.max(1) as f32;
        markup.open("g", &[("class", &"part"), ("data-status", &status.as_str())]);
        // What is open is light, what is done is dark: this can be told apart without colours.
        let fill = if status.is_done() || status == StepStatus::Blocked { ink } else { soft };
        let part: [Attribute; 8] = [
            ("class", if fill == ink { &"full" } else { &"soft" }),
            ("x", &(x + 0.5)),
            ("y", &0.5),
            ("width", &(width - 1.0).max(1.0)),
            ("height", &(BAR - 1.0)),
            ("rx", &3),
            ("fill", &fill),
            ("stroke", &ink),
        ];
        markup.element("rect", &part, &"");
        let swatch: [Attribute; 8] = [
            ("class", if fill == ink { &"full" } else { &"soft" }),
            ("x", &(words_x + 0.5)),
            ("y", &(BAR + 14.0)),
            ("width", &10),
            ("height", &10),
            ("rx", &2),
            ("fill", &fill),
            ("stroke", &ink),
        ];
        markup.element("rect", &swatch, &"");
        let words = format!("{count} {}", status.label().to_lowercase());
        Words { x: words_x + 16.0, y: BAR + 23.0, ..Words::default() }.write(&mut markup, &words);
        said.push(words);
        markup.close("g");
        x += width;
        words_x += WORDS_APART;
    }
    let title = format!("{}: {}", counted(progress.applicable.into(), "step"), said.join(", "));
    Drawing::new(WIDTH, HEIGHT, title, markup)
}
