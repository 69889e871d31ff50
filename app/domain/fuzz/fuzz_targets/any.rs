//! Any bytes, of which the importer says itself what they are.
#![no_main]

#[path = "../../tests/formats/sound.rs"]
mod sound;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sound::check(&String::from_utf8_lossy(bytes), None);
});
