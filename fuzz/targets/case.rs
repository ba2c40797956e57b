//! Case files.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| properties::case::hold(text));
