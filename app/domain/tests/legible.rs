//! What names cost at their limits.

use std::time::Duration;

use cpu_time::ThreadTime;
use domain::legible::{legible, legible_file_name, name};

/// How long it takes to show a text, the best of three.
fn time_of(text: &str) -> Duration {
    let once = || {
        let started = ThreadTime::now();
        assert!(!legible(text).is_empty() && !legible_file_name(text).is_empty());
        assert!(name(text).is_err());
        started.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap_or_default()
}

#[test]
fn sixteen_times_the_text_takes_about_sixteen_times_as_long() {
    let kinds: [fn(usize) -> String; 4] = [
        |length| format!("\u{628}{}", "\u{64b}\u{200c}".repeat(length / 4)),
        |length| format!("\u{628}{}\u{200c}", "\u{64b}".repeat(length / 2)),
        |length| format!("a{}b", " ".repeat(length)),
        |length| "\u{202e}".repeat(length / 3),
    ];
    for text in kinds {
        let (small, large) = (time_of(&text(1 << 16)), time_of(&text(1 << 20)));
        let bound = small.max(Duration::from_millis(1)) * 16 * 6;
        assert!(large < bound, "{large:?} against {small:?} for {:?}", &text(16));
    }
}
