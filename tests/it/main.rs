//! All integration tests, one binary.

mod catalog;
mod engine;
mod messages;
mod properties;
mod speed;
mod stability;
mod support;
