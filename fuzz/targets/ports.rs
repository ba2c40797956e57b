//! Port specifications.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| properties::ports::hold(text));
