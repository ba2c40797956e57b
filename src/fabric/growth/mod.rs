//! What becomes of what is there when a design changes.
//!
//! ```text
//! intended --former, relabel--> under the names of now --pins, place--> Placement --moves--> what to say
//! ```

pub mod change;
pub(super) mod former;
pub(super) mod moves;
pub(super) mod pins;
pub(super) mod relabel;
