//! One end of a cable, for the cables whose ends are not on devices of ours. Read only.

use serde::Deserialize;

use super::{Kind, row};

pub const CABLE_TERMINATION: Kind = Kind {
    name: "cable termination",
    plural: "cable terminations",
    path: "dcim/cable-terminations",
    natural_key: &["termination_type", "termination_id"],
    write_max: 1,
    delete_max: 1,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CableTerminationRow {
    pub id: u64,
    pub cable: u64,
    /// `A` or `B`.
    pub cable_end: String,
    /// For example `dcim.interface`.
    pub termination_type: String,
    pub termination_id: u64,
}

row!(
    CableTerminationRow,
    CABLE_TERMINATION,
    "id,cable,cable_end,termination_type,termination_id"
);
