//! All integration tests, one binary.

mod engine;
mod messages;
mod properties;
mod stability;
mod support;
