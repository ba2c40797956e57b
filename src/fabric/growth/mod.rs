//! What becomes of what is there when a design changes.
//!
//! ```text
//! intended --former--> under the names of now --place--> Placement
//! ```

pub mod change;
pub(super) mod former;
pub(super) mod moves;
