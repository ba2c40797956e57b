//! How large a fabric the address plan allows that Hedgehog comes with. Another one can be given when
//! a fabric is installed, so that going beyond it is unwise and not impossible.

use std::collections::BTreeMap;

use super::placement::{LinkKind, Placement};
use super::problem::{Fault, Problem, Subject};
use super::spec::Spec;

/// AS numbers of leaves: 65101 to 65533.
const LEAVES_MAX: u64 = 433;
/// Addresses in the management network below the first that DHCP hands out, rounded down.
const SWITCHES_MAX: u64 = 1_000;
/// Networks of two addresses in 172.30.128.0/17, one for each link between switches.
const LINKS_MAX: u64 = 16_384;

/// What a managed fabric takes from the plan.
#[derive(Debug, Default)]
struct Size {
    leaves: u64,
    switches: u64,
    links: u64,
}

pub(super) fn check(spec: &Spec<'_>, placement: &Placement) -> Vec<Problem> {
    let mut sizes: BTreeMap<&str, Size> = BTreeMap::new();
    let mut fabrics: BTreeMap<&str, &str> = BTreeMap::new();
    for switch in spec.switches.iter().filter(|switch| switch.managed) {
        let quantity = placement.quantities.get(&switch.name).copied().unwrap_or(0);
        let size = sizes.entry(&switch.fabric).or_default();
        size.switches += u64::from(quantity);
        if switch.role.is_leaf() {
            size.leaves += u64::from(quantity);
        }
        fabrics.insert(&switch.name, &switch.fabric);
    }
    let addressed = |kind| matches!(kind, LinkKind::Fabric | LinkKind::Mesh);
    for link in placement
        .switch_links
        .iter()
        .filter(|link| addressed(link.kind))
    {
        let fabric = fabrics.get(link.a.device.class.as_str());
        if let Some(size) = fabric.and_then(|fabric| sizes.get_mut(fabric)) {
            size.links += 1;
        }
    }
    sizes
        .into_iter()
        .flat_map(|(fabric, size)| too_large(fabric, &size))
        .collect()
}

/// Each limit that is passed.
fn too_large(fabric: &str, size: &Size) -> Vec<Problem> {
    let limits = [
        ("leaves", size.leaves, LEAVES_MAX),
        ("switches", size.switches, SWITCHES_MAX),
        ("links between switches", size.links, LINKS_MAX),
    ];
    let passed = limits.into_iter().filter(|(_, needed, most)| needed > most);
    passed
        .map(|(what, needed, available)| {
            let fault = Fault::AddressPlan {
                fabric: fabric.to_owned(),
                what,
                needed,
                available,
            };
            Problem::new(Subject::Plan, Some("switch_classes"), fault)
        })
        .collect()
}
