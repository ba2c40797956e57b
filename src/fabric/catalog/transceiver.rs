//! Optics and cable assemblies: what goes into a cage.

use super::ParseFault;
use super::cage::Cage;
use crate::fabric::units::{Mode, Speed};
use crate::fabric::words::words;

words! {
    /// What carries the signal. Two media never make a link.
    Medium {
        Multimode = "MMF",
        SingleMode = "SMF",
        Copper = "Copper",
    }
}

words! {
    Connector {
        DualMpo12 = "Dual MPO-12",
        Mpo12 = "MPO-12",
        Mpo16 = "MPO-16",
        Lc = "LC",
        DuplexLc = "Duplex LC",
        Rj45 = "RJ45",
        Direct = "Direct",
    }
}

words! {
    /// How far the standard's family of optics goes.
    Reach {
        Vr = "VR",
        Sr = "SR",
        Dr = "DR",
        Fr = "FR",
        Lr = "LR",
        Er = "ER",
        Zr = "ZR",
        Dac = "DAC",
        Copper = "Copper",
    }
}

words! {
    /// A cable with plugs at both ends is one part; its far end needs no optic of its own.
    Assembly {
        None = "none",
        Dac = "DAC",
        Acc = "ACC",
        Aoc = "AOC",
    }
}

/// The plug at the other end of an assembly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FarEnd {
    pub cage: Cage,
    pub medium: Medium,
}

/// Of how many ports an optic can be for its cage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// The far ends of a cable.
    Exactly(u32),
    AtMost(u32),
}

impl Parts {
    pub fn admits(self, ports: u32) -> bool {
        match self {
            Self::Exactly(parts) => ports == parts,
            Self::AtMost(parts) => ports <= parts,
        }
    }
}

/// An optic as a NetBox module type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransceiverModel {
    pub manufacturer_slug: String,
    pub manufacturer: String,
    pub model: String,
    pub cage: Cage,
    pub medium: Medium,
    /// Nanometres.
    pub wavelength: Option<u32>,
    pub connector: Connector,
    /// For example `800GBASE-2xDR4`.
    pub standard: String,
    pub reach: Reach,
    /// Number of host lanes and the speed of each.
    pub lanes: Option<(u32, Speed)>,
    /// Optical lanes, for example `DR4`.
    pub pattern: Option<String>,
    /// How it splits its cage; `None`: not at all.
    pub breakout: Option<Mode>,
    pub assembly: Assembly,
    pub far_end: Option<FarEnd>,
}

impl TransceiverModel {
    /// Speed of all host lanes together.
    pub fn speed(&self) -> Option<Speed> {
        let (lanes, speed) = self.lanes?;
        speed.times(lanes)
    }

    /// Of how many ports it can be. Fibres of a ribbon are taken apart down to one lane each; what a pair
    /// of fibres carries stays together.
    pub fn parts(&self) -> Option<Parts> {
        let own = self.breakout.map_or(1, |mode| mode.ports);
        if self.assembly != Assembly::None {
            return Some(Parts::Exactly(own));
        }
        match self.connector {
            Connector::Lc | Connector::DuplexLc | Connector::Rj45 => Some(Parts::AtMost(own)),
            Connector::DualMpo12 | Connector::Mpo12 | Connector::Mpo16 => {
                Some(Parts::AtMost(self.lanes?.0))
            }
            Connector::Direct => None,
        }
    }
}

/// Reads one optic a line.
pub(super) fn parse(text: &str) -> Result<Vec<TransceiverModel>, ParseFault> {
    let lines = (1..).zip(text.lines());
    let lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|(number, line)| {
            model(line).ok_or_else(|| ParseFault {
                line: number,
                text: line.to_owned(),
            })
        })
        .collect()
}

fn model(line: &str) -> Option<TransceiverModel> {
    let fields: Vec<&str> = line.split('|').map(str::trim).collect();
    let [
        slug,
        maker,
        model,
        cage,
        medium,
        nm,
        connector,
        standard,
        reach,
        rest @ ..,
    ] = &fields[..]
    else {
        return None;
    };
    let [lanes, pattern, breakout, assembly, far_end] = rest else {
        return None;
    };
    Some(TransceiverModel {
        manufacturer_slug: (*slug).to_owned(),
        manufacturer: (*maker).to_owned(),
        model: (*model).to_owned(),
        cage: Cage::parse(cage)?,
        medium: Medium::parse(medium)?,
        wavelength: known(nm, |nm| nm.parse().ok())?,
        connector: Connector::parse(connector)?,
        standard: (*standard).to_owned(),
        reach: Reach::parse(reach)?,
        lanes: known(lanes, host_lanes)?,
        pattern: known(pattern, |word| Some(word.to_owned()))?,
        breakout: match *breakout {
            "1x" => None,
            mode => Some(Mode::parse(mode)?),
        },
        assembly: Assembly::parse(assembly)?,
        far_end: known(far_end, self::far_end)?,
    })
}

/// `Some(None)` for `-`; `None` if it cannot be read.
#[expect(
    clippy::option_option,
    reason = "what is not known and what cannot be read are two things"
)]
fn known<T>(field: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match field {
        "-" => Some(None),
        field => read(field).map(Some),
    }
}

/// `8x100`: lanes and Gbit/s.
fn host_lanes(text: &str) -> Option<(u32, Speed)> {
    let (lanes, gbps) = text.split_once('x')?;
    Some((
        lanes.parse().ok()?,
        Speed::from_gbps(gbps.parse().ok().filter(|gbps| *gbps > 0)?),
    ))
}

/// `SFP28 MMF`.
fn far_end(text: &str) -> Option<FarEnd> {
    let (cage, medium) = text.split_once(' ')?;
    Some(FarEnd {
        cage: Cage::parse(cage)?,
        medium: Medium::parse(medium)?,
    })
}
