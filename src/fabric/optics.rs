//! Whether the optics at the two ends of a link go together. Pure: facts in, verdicts out.
//!
//! The order of the rules decides: the first that applies is the answer.

use super::catalog::{Assembly, Cage, Connector, Medium, Reach, TransceiverModel};
use super::units::{Mode, Speed};

/// What the rules find for a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No optic at either end.
    NoOptics,
    /// An optic at one end only.
    OneSided,
    MediumMismatch {
        near: Medium,
        far: Medium,
    },
    /// The plug of an assembly is not that of the optic beside it.
    FarEndCageMismatch {
        near: Cage,
        far: Cage,
    },
    AssemblyMatch,
    /// Two forms that are known to work together.
    ApprovedAsymmetric,
    CageMismatch {
        near: Cage,
        far: Cage,
    },
    ConnectorMismatch {
        near: Connector,
        far: Connector,
    },
    /// Of one logical link.
    SpeedMismatch {
        near: Speed,
        far: Speed,
    },
    /// Host lanes of one logical link.
    LanesMismatch {
        near: u32,
        far: u32,
    },
    ReachMismatch {
        near: Reach,
        far: Reach,
    },
    Match,
}

impl Verdict {
    /// The rule's name, in the words of the field's other tools.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoOptics => "R_NULL",
            Self::OneSided => "R_INTENT_ASYMMETRY",
            Self::MediumMismatch { .. } => "R_MEDIUM_MISMATCH",
            Self::FarEndCageMismatch { .. } => "R_CABLE_ASSEMBLY_FAR_END_CAGE_MISMATCH",
            Self::AssemblyMatch => "R_CABLE_ASSEMBLY_MATCH",
            Self::ApprovedAsymmetric => "R_APPROVED_ASYMMETRIC",
            Self::CageMismatch { .. } => "R_CAGE_MISMATCH",
            Self::ConnectorMismatch { .. } => "R_CONNECTOR_MISMATCH",
            Self::SpeedMismatch { .. } => "R_SPEED_MISMATCH",
            Self::LanesMismatch { .. } => "R_LANES_MISMATCH",
            Self::ReachMismatch { .. } => "R_REACH_MISMATCH",
            Self::Match => "R_MATCH",
        }
    }
}

/// One end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End<'c> {
    Empty,
    /// Named, but the catalogue has no facts: it goes with everything.
    Unknown,
    Known(&'c TransceiverModel),
}

/// `near` is the end that asks, the server's or the leaf's; `far` gives, and has the breakout.
pub fn pair(near: End<'_>, far: End<'_>) -> Verdict {
    match (near, far) {
        (End::Empty, End::Empty) => Verdict::NoOptics,
        (End::Empty, _) | (_, End::Empty) => Verdict::OneSided,
        (End::Known(near), End::Known(far)) => known(near, far),
        (End::Unknown, _) | (_, End::Unknown) => Verdict::Match,
    }
}

fn known(near: &TransceiverModel, far: &TransceiverModel) -> Verdict {
    if let (true, Some(plug)) = (far.assembly != Assembly::None, far.far_end) {
        return if near.medium != plug.medium {
            let (near, far) = (near.medium, plug.medium);
            Verdict::MediumMismatch { near, far }
        } else if near.cage != plug.cage {
            let (near, far) = (near.cage, plug.cage);
            Verdict::FarEndCageMismatch { near, far }
        } else {
            Verdict::AssemblyMatch
        };
    }
    if near.medium != far.medium {
        let (near, far) = (near.medium, far.medium);
        return Verdict::MediumMismatch { near, far };
    }
    let approved = approved(near, far);
    if !approved && near.cage != far.cage {
        let (near, far) = (near.cage, far.cage);
        return Verdict::CageMismatch { near, far };
    }
    if !approved && near.connector != far.connector {
        let (near, far) = (near.connector, far.connector);
        return Verdict::ConnectorMismatch { near, far };
    }
    if approved {
        return Verdict::ApprovedAsymmetric;
    }
    rates(near, far).unwrap_or(Verdict::Match)
}

/// The one pair of different forms that is known to work: two 400G halves of a twin-port optic
/// towards QSFP112 cards.
fn approved(near: &TransceiverModel, far: &TransceiverModel) -> bool {
    let halves = Mode::parse("2x400G");
    (far.cage, far.connector, far.medium) == (Cage::Osfp, Connector::DualMpo12, Medium::Multimode)
        && far.breakout == halves
        && (near.cage, near.connector) == (Cage::Qsfp112, Connector::Mpo12)
}

/// Speed, lanes and reach, where both ends tell.
fn rates(near: &TransceiverModel, far: &TransceiverModel) -> Option<Verdict> {
    if near.reach != far.reach {
        let (near, far) = (near.reach, far.reach);
        return Some(Verdict::ReachMismatch { near, far });
    }
    let parts = |optic: &TransceiverModel| optic.breakout.map_or(1, |mode| mode.ports);
    let speed = |optic: &TransceiverModel| match optic.breakout {
        Some(mode) => Some(mode.speed),
        None => optic.speed(),
    };
    let (near_speed, far_speed) = (speed(near)?, speed(far)?);
    if near_speed != far_speed {
        let (near, far) = (near_speed, far_speed);
        return Some(Verdict::SpeedMismatch { near, far });
    }
    let (near_lanes, far_lanes) = (near.lanes?.0 / parts(near), far.lanes?.0 / parts(far));
    (near_lanes != far_lanes).then_some(Verdict::LanesMismatch {
        near: near_lanes,
        far: far_lanes,
    })
}
