//! Any text, read as CACAO.
#![no_main]

#[path = "../../tests/formats/sound.rs"]
mod sound;

use domain::source::Format;

libfuzzer_sys::fuzz_target!(|text: &str| {
    sound::check(text, Some(Format::Cacao));
});
