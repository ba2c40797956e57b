//! What `terraform show -json` may print.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| properties::state::hold(text));
