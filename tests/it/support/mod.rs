//! What several test modules use.

pub mod applied;
pub mod blueprints;
pub mod client;
pub mod contract;
pub mod core;
pub mod core_contract;
pub mod designs;
pub mod dice;
pub mod diet;
pub mod fabrics_random;
pub mod fake_answers;
pub mod fake_faults;
pub mod fake_gate;
pub mod fake_netbox;
pub mod fake_schema;
pub mod fake_tables;
pub mod fake_wire;
pub mod fake_writes;
pub mod inventory;
pub mod plans;
pub mod proto;
pub mod server;
pub mod terraform;
pub mod thing;
pub mod user;
pub mod world;

pub use plans::{attempt, codes, good};
