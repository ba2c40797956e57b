//! What a fabric is and how one is computed. Pure: no I/O, no clock, no async, no serde.

pub mod blueprint;
pub mod design;
pub mod placement;
pub mod problem;
