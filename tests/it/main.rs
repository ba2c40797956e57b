//! All integration tests, one binary.

mod engine;
mod support;
