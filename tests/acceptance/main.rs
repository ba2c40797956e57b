//! Acceptance tests: the real `terraform` binary, the real provider binary, a real `NetBox`.
//!
//! `make acceptance` starts `NetBox`es and runs as many tests at a time; each begins with a fresh
//! database. By hand, some of them:
//!
//! ```sh
//! tests/netbox/beside "one two" cargo nextest run --profile acceptance lifecycle
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and reads its fixtures"
)]

mod adoption;
mod branches;
mod cases;
mod classes;
mod growth;
mod import;
mod kill;
mod lifecycle;
mod neighbours;
mod refresh;
mod secrets;
mod support;
mod types;
mod wrong_input;
