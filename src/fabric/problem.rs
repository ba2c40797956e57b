//! What is wrong with a design: typed, with the numbers, at the input that causes it.
//!
//! The engine never writes prose: [`Fault`] carries facts, [`Problem::explain`] is the one place
//! where they become words, and the boundary turns a [`Locus`] into its own kind of path.
//!
//! A new fault is a variant here, a line in each of the tables of [`code`](Problem::code) and
//! [`severity`](Fault::severity), its sentences in `problem/words.rs` and a snapshot in
//! `tests/it/messages.rs`.

mod words;

use std::fmt;

use super::placement::DeviceKey;
use super::ports::PortSpecFault;
use super::units::{Mode, Speed};
use crate::diag::Severity;

/// What the fault is about, in the design's own terms.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Plan,
    SwitchClass { class: String },
    Zone { class: String, zone: String },
    ServerClass { class: String },
    Nic { class: String, nic: String },
    Attachment { class: String, attachment: String },
}

/// The input that causes a fault: a subject, and the field of it if it is one field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Locus {
    pub subject: Subject,
    /// The name of the argument, as in `design.rs` and in the configuration: `ports`, `breakout`.
    pub field: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub severity: Severity,
    pub locus: Locus,
    pub fault: Fault,
}

/// A limit of a switch profile on logical ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortLimit {
    /// All data ports of the switch together.
    Switch,
    /// Cages that share a pipeline.
    Pipeline { name: String, cages: String },
}

/// One variant for each thing that can be wrong, with the numbers that show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    // Words and names.
    UnknownWord {
        word: String,
        allowed: &'static [&'static str],
    },
    BadName {
        name: String,
    },
    /// A switch class and a server class with one name.
    ClassNameTwice,
    /// A `name` inside of an object that differs from its key in the plan's map.
    NameDiffersFromKey {
        name: String,
        key: String,
    },
    /// `formerly` names a class that is still there.
    FormerNameExists {
        formerly: String,
    },
    /// Another class was called so, too.
    FormerNameTwice {
        formerly: String,
        other: String,
    },
    DuplicateDeviceName {
        name: String,
        first: DeviceKey,
        second: DeviceKey,
    },
    TooMany {
        what: &'static str,
        count: u64,
        limit: u64,
    },

    // A switch class alone.
    UnknownProfile {
        profile: String,
        near: Vec<String>,
    },
    RoleNotDocumented {
        profile: String,
        role: &'static str,
    },
    PortSpec {
        spec: String,
        fault: PortSpecFault,
    },
    PortsOutsideProfile {
        ports: String,
        profile: String,
        last: u32,
    },
    BreakoutSyntax {
        breakout: String,
    },
    BreakoutNotAMode {
        breakout: Mode,
        ports: String,
        profile: String,
        modes: Vec<Mode>,
    },
    /// Without `breakout`, and the ports' defaults differ.
    ZoneMixesModes {
        modes: Vec<Mode>,
    },
    /// The other zone takes the ports.
    ZonesOverlap {
        winner: String,
        ports: String,
    },
    /// Other zones take all its ports.
    ZoneWithoutPorts,
    ZoneTypeForRole {
        zone_type: &'static str,
        role: &'static str,
    },
    GroupSpeeds {
        group: String,
        ports: String,
        speeds: Vec<Speed>,
    },
    PortLimit {
        profile: String,
        limit: PortLimit,
        needed: u32,
        available: u32,
    },
    OverrideBelowMinimum {
        override_quantity: u32,
        min_quantity: u32,
    },
    RedundancyUnused {
        redundancy: &'static str,
    },
    MclagRemoved,

    // A server class alone.
    UnknownNic {
        nic: String,
        near: Vec<String>,
    },
    NicPortsUnknown {
        module_type: Option<String>,
    },
    NicPortNamedTwice {
        port: String,
    },
    NicPortRange {
        nic: String,
        first: u32,
        ports: u32,
        available: u32,
    },
    NicPortTaken {
        nic: String,
        port: String,
        other: String,
    },
    NoPorts,
    NoSpeed,
    AttachmentTypeNotSupported {
        word: String,
    },
    RailMissing,
    RailIgnored {
        rail: u32,
    },
    RetiredBeyondQuantity {
        number: u32,
        quantity: u32,
    },

    // Between classes.
    ZoneReference {
        text: String,
    },
    UnknownClass {
        class: String,
        near: Vec<String>,
    },
    UnknownZone {
        class: String,
        zone: String,
        near: Vec<String>,
    },
    ZoneNotForServers {
        zone: String,
        zone_type: &'static str,
    },
    SpeedMismatch {
        speed: Speed,
        zone: String,
        mode: Mode,
        fitting: Vec<Mode>,
    },
    LeafWithoutUplinks {
        fabric: String,
        spines: String,
    },
    UplinksUnused {
        fabric: String,
    },
    SpineWithoutFabricZone {
        fabric: String,
    },
    SeveralSpineClasses {
        fabric: String,
        classes: Vec<String>,
    },
    FabricSpeed {
        fabric: String,
        uplink: Speed,
        spines: Vec<Speed>,
    },

    // Placement.
    /// The attachments of a zone do not fit into the quantity that the design fixes.
    OverrideTooSmall {
        zone: String,
        needed: u64,
        available: u64,
        quantity: u32,
        sufficient: u32,
    },
    /// What must share one switch is more than one switch has.
    UnitTooLarge {
        zone: String,
        needed: u32,
        available: u32,
    },
    /// Ports of one attachment on distinct switches, more than there are.
    AlternatingSwitches {
        ports: u32,
        switches: u32,
    },
    /// One switch only, so nothing alternates.
    AlternatingAlone {
        class: String,
    },
    SpinePorts {
        fabric: String,
        needed: u64,
        available: u64,
        quantity: u32,
        sufficient: u32,
    },
    UplinksFewerThanSpines {
        leaf: String,
        uplinks: u32,
        spines: u32,
    },
    UnevenStriping {
        uplinks: u32,
        spines: u32,
    },

    /// A broken invariant of ours.
    Internal {
        what: String,
    },
}

impl Problem {
    pub fn new(subject: Subject, field: Option<&'static str>, fault: Fault) -> Self {
        Self {
            severity: fault.severity(),
            locus: Locus { subject, field },
            fault,
        }
    }

    /// A problem that is a bug of this program.
    pub fn internal(what: impl Into<String>) -> Self {
        Self::new(Subject::Plan, None, Fault::Internal { what: what.into() })
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// A stable word for machines, for example `unknown-profile`.
    pub fn code(&self) -> &'static str {
        self.fault.code()
    }

    /// Summary and detail: cause, numbers, next step.
    pub fn explain(&self) -> (String, String) {
        words::explain(&self.locus, &self.fault)
    }
}

impl Fault {
    /// What cannot be built is an error; what is unwise, unused or history is a warning.
    pub fn severity(&self) -> Severity {
        let warning = matches!(
            self,
            Self::ZonesOverlap { .. }
                | Self::RoleNotDocumented { .. }
                | Self::RedundancyUnused { .. }
                | Self::MclagRemoved
                | Self::RailIgnored { .. }
                | Self::RetiredBeyondQuantity { .. }
                | Self::UplinksUnused { .. }
                | Self::AlternatingAlone { .. }
                | Self::UnevenStriping { .. }
        );
        if warning {
            Severity::Warning
        } else {
            Severity::Error
        }
    }

    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownWord { .. } => "unknown-word",
            Self::BadName { .. } => "bad-name",
            Self::ClassNameTwice => "class-name-twice",
            Self::NameDiffersFromKey { .. } => "name-differs-from-key",
            Self::FormerNameExists { .. } => "former-name-exists",
            Self::FormerNameTwice { .. } => "former-name-twice",
            Self::DuplicateDeviceName { .. } => "duplicate-device-name",
            Self::TooMany { .. } => "too-many",
            Self::UnknownProfile { .. } => "unknown-profile",
            Self::RoleNotDocumented { .. } => "role-not-documented",
            Self::PortSpec { .. } => "port-spec",
            Self::PortsOutsideProfile { .. } => "ports-outside-profile",
            Self::BreakoutSyntax { .. } => "breakout-syntax",
            Self::BreakoutNotAMode { .. } => "breakout-not-a-mode",
            Self::ZoneMixesModes { .. } => "zone-mixes-modes",
            Self::ZonesOverlap { .. } => "zones-overlap",
            Self::ZoneWithoutPorts => "zone-without-ports",
            Self::ZoneTypeForRole { .. } => "zone-type-for-role",
            Self::GroupSpeeds { .. } => "group-speeds",
            Self::PortLimit { .. } => "port-limit",
            Self::OverrideBelowMinimum { .. } => "override-below-minimum",
            Self::RedundancyUnused { .. } => "redundancy-unused",
            Self::MclagRemoved => "mclag-removed",
            Self::UnknownNic { .. } => "unknown-nic",
            Self::NicPortsUnknown { .. } => "nic-ports-unknown",
            Self::NicPortNamedTwice { .. } => "nic-port-named-twice",
            Self::NicPortRange { .. } => "nic-port-range",
            Self::NicPortTaken { .. } => "nic-port-taken",
            Self::NoPorts => "no-ports",
            Self::NoSpeed => "no-speed",
            Self::AttachmentTypeNotSupported { .. } => "attachment-type-not-supported",
            Self::RailMissing => "rail-missing",
            Self::RailIgnored { .. } => "rail-ignored",
            Self::RetiredBeyondQuantity { .. } => "retired-beyond-quantity",
            Self::ZoneReference { .. } => "zone-reference",
            Self::UnknownClass { .. } => "unknown-class",
            Self::UnknownZone { .. } => "unknown-zone",
            Self::ZoneNotForServers { .. } => "zone-not-for-servers",
            Self::SpeedMismatch { .. } => "speed-mismatch",
            Self::LeafWithoutUplinks { .. } => "leaf-without-uplinks",
            Self::UplinksUnused { .. } => "uplinks-unused",
            Self::SpineWithoutFabricZone { .. } => "spine-without-fabric-zone",
            Self::SeveralSpineClasses { .. } => "several-spine-classes",
            Self::FabricSpeed { .. } => "fabric-speed",
            Self::OverrideTooSmall { .. } => "override-too-small",
            Self::UnitTooLarge { .. } => "unit-too-large",
            Self::AlternatingSwitches { .. } => "alternating-switches",
            Self::AlternatingAlone { .. } => "alternating-alone",
            Self::SpinePorts { .. } => "spine-ports",
            Self::UplinksFewerThanSpines { .. } => "uplinks-fewer-than-spines",
            Self::UnevenStriping { .. } => "uneven-striping",
            Self::Internal { .. } => "internal",
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan => write!(f, "the plan"),
            Self::SwitchClass { class } => write!(f, "switch class \"{class}\""),
            Self::Zone { class, zone } => write!(f, "zone \"{zone}\" of switch class \"{class}\""),
            Self::ServerClass { class } => write!(f, "server class \"{class}\""),
            Self::Nic { class, nic } => write!(f, "nic \"{nic}\" of server class \"{class}\""),
            Self::Attachment { class, attachment } => {
                write!(f, "attachment \"{attachment}\" of server class \"{class}\"")
            }
        }
    }
}
