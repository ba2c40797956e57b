//! What can be said of one class without the others.

use std::collections::BTreeMap;

use super::catalog::Catalog;
use super::design::{ServerClass, SwitchClass};
use super::oversubscription::Capacity;
use super::problem::Problem;
use super::resolve::{self, Unread};
use super::spec::SwitchSpec;
use super::units::count;

/// What one zone of a switch offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneFacts {
    /// Cages that are the zone's own.
    pub cages: u32,
    /// Logical ports of one switch.
    pub capacity: u32,
    /// How the cages run, for example `4x200G`.
    pub breakout: String,
    /// Speed of all ports of one switch together, in Gbit/s, rounded down.
    pub gbps: u64,
}

/// Figures of one switch of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassFacts {
    pub zones: BTreeMap<String, ZoneFacts>,
    /// Towards servers; of a spine, towards leaves and servers. Gbit/s.
    pub downlink_gbps: u64,
    /// Towards spines, other leaves of a mesh and named far ends, in Gbit/s.
    pub uplink_gbps: u64,
    /// Downlink to uplink in lowest terms, for example `3:2`; `None` without uplinks.
    pub oversubscription: Option<String>,
}

/// Checks a switch class, but for the parts of it that could not be read. The facts are there if its
/// zones can be understood.
pub fn check_switch_class(
    name: &str,
    class: &SwitchClass,
    catalog: &Catalog,
    unread: &Unread,
) -> (Option<ClassFacts>, Vec<Problem>) {
    let (spec, problems) = resolve::switch_class(name, class, catalog, unread);
    (spec.as_ref().map(facts), problems)
}

/// Checks a server class, but for the zones that its attachments name and for parts that could not be
/// read.
pub fn check_server_class(
    name: &str,
    class: &ServerClass,
    catalog: &Catalog,
    unread: &Unread,
) -> Vec<Problem> {
    resolve::server_class(name, class, catalog, unread).1
}

pub(super) fn facts(spec: &SwitchSpec<'_>) -> ClassFacts {
    let capacity = Capacity::of(spec);
    let zones = spec.zones.iter().map(|zone| {
        let facts = ZoneFacts {
            cages: count(zone.cages.len()),
            capacity: zone.capacity(),
            breakout: zone.mode.to_string(),
            gbps: zone.mbps() / 1_000,
        };
        (zone.name.clone(), facts)
    });
    ClassFacts {
        zones: zones.collect(),
        downlink_gbps: capacity.down / 1_000,
        uplink_gbps: capacity.up / 1_000,
        oversubscription: capacity.ratio(),
    }
}
