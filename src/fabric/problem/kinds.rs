//! What each fault is called by machines, and whether it stops a plan.

use super::{Fault, OpticsFault};
use crate::diag::Severity;

impl Fault {
    /// What cannot be built is an error; what is unwise, unused or history is a warning.
    pub fn severity(&self) -> Severity {
        if let Self::Optics(fault) = self {
            return if fault.is_warning() {
                Severity::Warning
            } else {
                Severity::Error
            };
        }
        let warning = matches!(
            self,
            Self::ZonesOverlap { .. }
                | Self::RoleNotDocumented { .. }
                | Self::NoSubinterfaces { .. }
                | Self::RedundancyUnused { .. }
                | Self::RedundancyOnSpine { .. }
                | Self::CardFaster { .. }
                | Self::LeafBesideSpines { .. }
                | Self::SpinesWithoutLeaves { .. }
                | Self::L3OnlyLeaf { .. }
                | Self::ServersUnattached
                | Self::NicUnused
                | Self::RailIgnored { .. }
                | Self::RailsUneven { .. }
                | Self::RailsShifted { .. }
                | Self::RetiredBeyondQuantity { .. }
                | Self::UplinksUnused { .. }
                | Self::AlternatingAlone { .. }
                | Self::UnevenStriping { .. }
                | Self::PeerUnused { .. }
                | Self::PairZoneUnused { .. }
                | Self::PairLinksUnused { .. }
                | Self::BundleOfOne
                | Self::BundleUneven { .. }
                | Self::MclagDeprecated { .. }
                | Self::PeerUneven { .. }
                | Self::MeshTooLarge {
                    documented: false,
                    ..
                }
                | Self::MeshZoneUnused
                | Self::MeshPortsSpare { .. }
                | Self::MeshVlans { .. }
                | Self::AddressPlan { .. }
                | Self::ZoneExcluded { .. }
                | Self::QuantityInDoubt { .. }
                | Self::CablesMove { .. }
        );
        if warning {
            Severity::Warning
        } else {
            Severity::Error
        }
    }

    /// Whether quantities that depend on the subject are in doubt as long as the error is there.
    /// What is wrong with names, optics and abilities of a switch leaves them as they are.
    pub fn hinders_sizing(&self) -> bool {
        let harmless = matches!(
            self,
            Self::BadName { .. }
                | Self::ClassNameTwice
                | Self::FormerNameExists { .. }
                | Self::FormerNameTwice { .. }
                | Self::NicPortNamedTwice { .. }
                | Self::NicPortName { .. }
                | Self::NicPortOfTwo { .. }
                | Self::CustomDeviceType
        );
        !harmless && !self.can_be_placed()
    }

    /// Errors beside which everything has its place all the same: counts and cables are given.
    pub fn can_be_placed(&self) -> bool {
        matches!(
            self,
            Self::Optics(OpticsFault::Medium { .. })
                | Self::FeatureMissing { .. }
                | Self::MclagRemoved { .. }
                | Self::EslagInMesh { .. }
                | Self::MeshTooLarge { .. }
                | Self::CardTooSlow { .. }
                | Self::GroupNameTwice { .. }
                | Self::ReleaseSyntax { .. }
        )
    }

    #[expect(clippy::too_many_lines, reason = "a table, one line for each fault")]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownWord { .. } => "unknown-word",
            Self::BadName { .. } => "bad-name",
            Self::ClassNameTwice => "class-name-twice",
            Self::NameDiffersFromKey { .. } => "name-differs-from-key",
            Self::NamingCategory { .. } => "naming-category",
            Self::NamingTemplate { .. } => "naming-template",
            Self::NameWithoutIndex { .. } => "name-without-index",
            Self::DeviceNameLength { .. } => "device-name-length",
            Self::DeviceNameCharacters { .. } => "device-name-characters",
            Self::FormerNameExists { .. } => "former-name-exists",
            Self::FormerNameTwice { .. } => "former-name-twice",
            Self::DuplicateDeviceName { .. } => "duplicate-device-name",
            Self::BootMacTwice { .. } => "boot-mac-twice",
            Self::TooMany { .. } => "too-many",
            Self::FabricBlank => "fabric-blank",
            Self::UnknownProfile { .. } => "unknown-profile",
            Self::ExactlyOneOf { .. } => "exactly-one-of",
            Self::CustomDeviceType => "custom-device-type",
            Self::CustomPortsTwice { .. } => "custom-ports-twice",
            Self::CustomSharedTwice { .. } => "custom-shared-twice",
            Self::CustomPortsMissing { .. } => "custom-ports-missing",
            Self::ModeSyntax { .. } => "mode-syntax",
            Self::CageCannot { .. } => "cage-cannot",
            Self::RoleNotDocumented { .. } => "role-not-documented",
            Self::NoSubinterfaces { .. } => "no-subinterfaces",
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
            Self::RedundancyOnSpine { .. } => "redundancy-on-spine",
            Self::MclagRemoved { .. } => "mclag-removed",
            Self::GroupName { .. } => "group-name",
            Self::GroupNameTwice { .. } => "group-name-twice",
            Self::GroupOfOne { .. } => "group-of-one",
            Self::AllocationOrderMissing => "allocation-order-missing",
            Self::AllocationOrderUnused => "allocation-order-unused",
            Self::AllocationOrder { .. } => "allocation-order",
            Self::PeerUnused { .. } => "peer-unused",
            Self::PairZoneUnused { .. } => "pair-zone-unused",
            Self::PairLinksUnused { .. } => "pair-links-unused",
            Self::NoPairLinks { .. } => "no-pair-links",
            Self::PriorityZero => "priority-zero",
            Self::PairPorts { .. } => "pair-ports",
            Self::UnknownNic { .. } => "unknown-nic",
            Self::NicPortsUnknown { .. } => "nic-ports-unknown",
            Self::NicPortNamedTwice { .. } => "nic-port-named-twice",
            Self::NicPortName { .. } => "nic-port-name",
            Self::NicPortOfTwo { .. } => "nic-port-of-two",
            Self::NicPortRange { .. } => "nic-port-range",
            Self::NicPortTaken { .. } => "nic-port-taken",
            Self::NoPorts => "no-ports",
            Self::NoSpeed => "no-speed",
            Self::CardTooSlow { .. } => "card-too-slow",
            Self::CardFaster { .. } => "card-faster",
            Self::BundleOfOne => "bundle-of-one",
            Self::BundleTooSmall { .. } => "bundle-too-small",
            Self::BundleUneven { .. } => "bundle-uneven",
            Self::DistributionForType { .. } => "distribution-for-type",
            Self::ServersUnattached => "servers-unattached",
            Self::NicUnused => "nic-unused",
            Self::RailMissing => "rail-missing",
            Self::RailIgnored { .. } => "rail-ignored",
            Self::RailsUneven { .. } => "rails-uneven",
            Self::RailsShifted { .. } => "rails-shifted",
            Self::RetiredBeyondQuantity { .. } => "retired-beyond-quantity",
            Self::ZoneReference { .. } => "zone-reference",
            Self::UnknownClass { .. } => "unknown-class",
            Self::UnknownZone { .. } => "unknown-zone",
            Self::ZoneNotForServers { .. } => "zone-not-for-servers",
            Self::SpeedMismatch { .. } => "speed-mismatch",
            Self::LeafWithoutUplinks { .. } => "leaf-without-uplinks",
            Self::LeafBesideSpines { .. } => "leaf-beside-spines",
            Self::UplinksUnused { .. } => "uplinks-unused",
            Self::SpinesWithoutLeaves { .. } => "spines-without-leaves",
            Self::SpineWithoutFabricZone { .. } => "spine-without-fabric-zone",
            Self::SeveralSpineClasses { .. } => "several-spine-classes",
            Self::FabricSpeed { .. } => "fabric-speed",
            Self::ReleaseSyntax { .. } => "release-syntax",
            Self::PortTypeForZone { .. } => "port-type-for-zone",
            Self::RedundancyMissing { .. } => "redundancy-missing",
            Self::MclagDeprecated { .. } => "mclag-deprecated",
            Self::BundleOnSpine { .. } => "bundle-on-spine",
            Self::FeatureMissing { .. } => "feature-missing",
            Self::EslagInMesh { .. } => "eslag-in-mesh",
            Self::PeerZoneType { .. } => "peer-zone-type",
            Self::PeerSpeed { .. } => "peer-speed",
            Self::PeerCycle { .. } => "peer-cycle",
            Self::PeerUneven {
                ports, switches, ..
            } if ports < switches => "peer-misses",
            Self::PeerUneven { .. } => "peer-uneven",
            Self::FabricClassMixed { .. } => "fabric-class-mixed",
            Self::L3OnlyLeaf { .. } => "l3-only-leaf",
            Self::MeshZoneUnused => "mesh-zone-unused",
            Self::MeshWithSpine { .. } => "mesh-with-spine",
            Self::MeshMixed { .. } => "mesh-mixed",
            Self::MeshWithoutQuantity => "mesh-without-quantity",
            Self::MeshSize { .. } => "mesh-size",
            Self::MeshTooLarge { .. } => "mesh-too-large",
            Self::MeshVlans { .. } => "mesh-vlans",
            Self::MeshPorts { .. } => "mesh-ports",
            Self::MeshPortsSpare { .. } => "mesh-ports-spare",
            Self::MeshUneven { .. } => "mesh-uneven",
            Self::AddressPlan { .. } => "address-plan",
            Self::Optics(fault) => fault.code(),
            Self::OverrideTooSmall { .. } => "override-too-small",
            Self::QuantityInDoubt { .. } => "quantity-in-doubt",
            Self::UnitTooLarge { .. } => "unit-too-large",
            Self::AlternatingSwitches { .. } => "alternating-switches",
            Self::AlternatingAlone { .. } => "alternating-alone",
            Self::SpinePorts { .. } => "spine-ports",
            Self::UplinksFewerThanSpines { .. } => "uplinks-fewer-than-spines",
            Self::UnevenStriping { .. } => "uneven-striping",
            Self::ExcludedPorts { .. } => "excluded-ports",
            Self::ZoneExcluded { .. } => "zone-excluded",
            Self::FarEndExcluded { .. } => "far-end-excluded",
            Self::NoPortsLeft { .. } => "no-ports-left",
            Self::Pin { .. } => "pin",
            Self::CablesMove { .. } => "cables-move",
            Self::Internal { .. } => "internal",
        }
    }
}
