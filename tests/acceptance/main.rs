//! Acceptance tests: the real `terraform` binary, the real provider binary, a real `NetBox`.
//!
//! `make test` starts a `NetBox` of its own and runs them one after the other; each begins with a
//! fresh database. By hand:
//!
//! ```sh
//! eval "$(tests/netbox/netbox up acceptance)"; export NETBOX_SERVER_URL NETBOX_API_TOKEN
//! cargo nextest run --profile acceptance --test acceptance
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
