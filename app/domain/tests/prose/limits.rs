//! The worst that can be sent is read in time linear in its length.

use std::time::Duration;

use cpu_time::ThreadTime;
use domain::prose::{Kind, html, parse, words};

const SMALL: usize = 64 << 10;
const LARGE: usize = 1 << 20;

/// What is slow to read for readers that look for the other end of everything.
const HOSTILE: [&str; 31] = [
    "A[\"`x\"]",
    "`",
    "` ",
    "``` ",
    "`a``b```c",
    "**",
    "**a ",
    "** a**",
    "*",
    "> ",
    ">",
    "|",
    "| ",
    "|-",
    "|-|\n",
    "a|b\n-|-\n",
    "- ",
    "1. ",
    "[",
    "![",
    "](https://",
    "[a](http://b(",
    "[a](<http://b",
    "[a](http://b) ",
    "<br",
    " ",
    "\t",
    "\r",
    "```\n",
    "\u{202e}",
    "- a\n  ",
];

fn read(text: &str) -> Duration {
    let began = ThreadTime::now();
    let blocks = parse(text, Kind::Instructions);
    std::hint::black_box((words(&blocks), html(text, Kind::Note), html(text, Kind::Instructions)));
    began.elapsed()
}

#[test]
fn sixteen_times_the_text_takes_about_sixteen_times_as_long() {
    for pattern in HOSTILE {
        let of = |length: usize| pattern.repeat(length / pattern.len());
        let best = |text: &str| (0..3).map(|_| read(text)).min().unwrap_or_default();
        let (small, large) = (best(&of(SMALL)), read(&of(LARGE)));
        // Time that grows with the square would be 256 times as long; the rest is left to other programs.
        assert!(large < small * 80 + Duration::from_millis(100), "{pattern:?}: {small:?}, then {large:?}");
    }
}

#[test]
fn what_lies_deeper_than_anyone_reads_is_text() {
    let quotes = html(&("> ".repeat(5_000) + "deep"), Kind::Note);
    assert!(quotes.matches("<blockquote>").count() < 10 && quotes.contains("&gt; &gt; deep"), "{}", quotes.len());
    let lists: String = (0..2_000).map(|depth| " ".repeat(depth) + "- x\n").collect();
    let lists = html(&lists, Kind::Note);
    let deepest = lists.split("</ul>").map(|part| part.matches("<ul>").count()).max().unwrap_or_default();
    assert!(deepest < 10 && lists.matches('x').count() == 2_000, "{deepest}");
    let cells = html(&("|a|\n|-|\n".to_owned() + &"|a".repeat(1_000)), Kind::Note);
    assert!(cells.matches("<td>").count() <= 50 && cells.matches('a').count() > 1_000, "{}", cells.len());
}
