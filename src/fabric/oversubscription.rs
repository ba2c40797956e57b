//! Downlink to uplink capacity, exactly: of one leaf of a class, and of all leaves of a fabric.

use std::collections::BTreeMap;

use super::blueprint::Oversubscription;
use super::placement::Placement;
use super::spec::{Role, Spec, SwitchSpec, ZoneSpec, ZoneType};
use super::units::ratio;

/// Mbit/s of one switch, downwards and upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Capacity {
    pub down: u64,
    pub up: u64,
}

impl Capacity {
    /// What the zones of one switch can carry. Ports between the switches of an MCLAG pair lead
    /// neither down nor up, and uplinks of a mesh lead nowhere.
    pub(super) fn of(switch: &SwitchSpec<'_>) -> Self {
        Self::counting(switch, |zone| switch.leads_up(zone))
    }

    /// As [`Self::of`], knowing the plan: uplinks of a fabric without spines lead nowhere either.
    pub(super) fn within(spec: &Spec<'_>, switch: &SwitchSpec<'_>) -> Self {
        let mut others = spec.switches.iter();
        let has_spines =
            others.any(|other| other.role == Role::Spine && other.fabric == switch.fabric);
        Self::counting(switch, |zone| {
            let needs_spines = zone.zone_type == ZoneType::Uplink && !zone.names_far_end;
            switch.leads_up(zone) && (has_spines || !needs_spines)
        })
    }

    fn counting(switch: &SwitchSpec<'_>, leads_up: impl Fn(&ZoneSpec) -> bool) -> Self {
        let sum = |zones: Vec<&ZoneSpec>| zones.into_iter().map(ZoneSpec::mbps).sum();
        let (up, others): (Vec<&ZoneSpec>, Vec<&ZoneSpec>) =
            switch.zones.iter().partition(|zone| leads_up(zone));
        let down = others.into_iter().filter(|zone| zone.leads_down());
        Self {
            down: sum(down.collect()),
            up: sum(up),
        }
    }

    fn times(self, switches: u32) -> Self {
        Self {
            down: self.down * u64::from(switches),
            up: self.up * u64::from(switches),
        }
    }

    pub(super) fn ratio(self) -> Option<String> {
        ratio(self.down, self.up)
    }
}

impl From<Capacity> for Oversubscription {
    fn from(capacity: Capacity) -> Self {
        Self {
            downlink_gbps: capacity.down / 1_000,
            uplink_gbps: capacity.up / 1_000,
            ratio: capacity.ratio(),
        }
    }
}

/// By leaf class, of one switch.
pub(super) fn by_class(spec: &Spec<'_>) -> BTreeMap<String, Oversubscription> {
    let leaves = spec.switches.iter().filter(|switch| switch.role.is_leaf());
    leaves
        .map(|leaf| (leaf.name.clone(), Capacity::within(spec, leaf).into()))
        .collect()
}

/// By fabric, of all its leaves that are built.
pub(super) fn by_fabric(
    spec: &Spec<'_>,
    placement: &Placement,
) -> BTreeMap<String, Oversubscription> {
    let mut fabrics: BTreeMap<&str, Capacity> = BTreeMap::new();
    for leaf in spec.switches.iter().filter(|switch| switch.role.is_leaf()) {
        let quantity = placement.quantities.get(&leaf.name).copied().unwrap_or(0);
        let all = Capacity::within(spec, leaf).times(quantity);
        let sum = fabrics.entry(&leaf.fabric).or_default();
        sum.down += all.down;
        sum.up += all.up;
    }
    fabrics
        .into_iter()
        .map(|(fabric, capacity)| (fabric.to_owned(), capacity.into()))
        .collect()
}
