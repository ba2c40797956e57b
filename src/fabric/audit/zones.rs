//! Switch ports: within their zone, within the cage, within the limits of the hardware.

use std::collections::{BTreeMap, BTreeSet};

use super::View;
use crate::fabric::blueprint::{Device, DeviceKind, Interface, Origin};
use crate::fabric::design::{SwitchClass, Zone};

/// The ports that a valid specification names.
pub(super) fn ports_of(spec: &str) -> BTreeSet<u32> {
    let mut ports = BTreeSet::new();
    let number = |text: &str| text.trim().parse::<u32>().unwrap_or(0);
    for part in spec.split(',').filter(|part| !part.trim().is_empty()) {
        let (range, step) = part.split_once(':').unwrap_or((part, "1"));
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let step = usize::try_from(number(step)).unwrap_or(1).max(1);
        ports.extend((number(first)..=number(last)).step_by(step));
    }
    ports
}

/// The ports that a class keeps free.
pub(super) fn excluded_of(class: &SwitchClass) -> BTreeSet<u32> {
    ports_of(class.excluded_ports.as_deref().unwrap_or_default())
}

/// Logical ports of a cage and the speed of each, as text: `4x200G` is (4, `200G`).
pub(super) fn mode_of(zone: &Zone, default: &str) -> (u32, String) {
    let mode = zone.breakout.as_deref().unwrap_or(default).to_uppercase();
    match mode.split_once('X') {
        Some((ports, speed)) => (ports.parse().unwrap_or(0), speed.to_owned()),
        None => (1, mode),
    }
}

/// The zone of an interface, and how its cage is run.
pub(super) fn zone_of<'v>(
    view: &View<'v>,
    device: &Device,
    interface: &Interface,
) -> Option<(&'v Zone, (u32, String))> {
    let class = view.design.switch_classes.get(&device.key.class)?;
    let zone = class.zones.get(interface.zone.as_deref()?)?;
    let hardware = view.hardware.get(device.key.class.as_str())?;
    let default = hardware.defaults.get(&interface.physical_port?)?;
    Some((zone, mode_of(zone, default)))
}

pub(super) fn check(view: &mut View<'_>) {
    let mut complaints = Vec::new();
    let mut specs = BTreeMap::new();
    for device in &view.blueprint.devices {
        if matches!(device.kind, DeviceKind::Server) {
            continue;
        }
        let mut cages: BTreeMap<u32, (&str, u32)> = BTreeMap::new();
        let class = view.design.switch_classes.get(&device.key.class);
        let excluded = class.map(excluded_of).unwrap_or_default();
        for interface in &device.interfaces {
            let name = format!("{} {}", device.name, interface.name);
            match port(view, device, interface, &mut specs) {
                Err(what) => complaints.push(format!("{name}: {what}")),
                Ok((cage, zone, ports)) => {
                    if excluded.contains(&cage) {
                        complaints.push(format!("{name}: the port is excluded"));
                    }
                    let other = cages.insert(cage, (zone, ports));
                    if other.is_some_and(|other| other != (zone, ports)) {
                        complaints.push(format!("{name}: the cage is in two zones"));
                    }
                }
            }
        }
        limits(view, device, &cages, &mut complaints);
    }
    view.complaints.extend(complaints);
}

/// Cage, zone and logical ports of the cage, if all is well with the interface.
fn port<'d, 'v>(
    view: &View<'v>,
    device: &Device,
    interface: &'d Interface,
    specs: &mut BTreeMap<&'v str, BTreeSet<u32>>,
) -> Result<(u32, &'d str, u32), String> {
    let (zone, (ports, _)) = zone_of(view, device, interface).ok_or("no such zone or port")?;
    let cage = interface.physical_port.ok_or("no cage")?;
    let ports_of_zone = specs
        .entry(&zone.ports)
        .or_insert_with(|| ports_of(&zone.ports));
    if !ports_of_zone.contains(&cage) {
        return Err("the cage is outside of the zone".to_owned());
    }
    let name = interface.zone.as_deref().ok_or("no zone")?;
    let expect = match &interface.origin {
        Origin::Module { .. } => return Err("a module in a switch".to_owned()),
        Origin::Template => format!("E1/{cage}"),
        Origin::Breakout { cage, lane } if (1..=ports).contains(lane) => {
            format!("E1/{cage}/{lane}")
        }
        Origin::Breakout { .. } => return Err(format!("a lane beyond {ports}")),
    };
    if interface.name != expect {
        return Err(format!("should be called {expect}"));
    }
    let whole = interface.origin == Origin::Template;
    if whole && interface.enabled != (ports == 1) {
        return Err(format!(
            "enabled is {}, with {ports} logical ports",
            interface.enabled
        ));
    }
    if whole == interface.interface_type.is_some() {
        return Err("the type of a cage is the template's, that of a child is ours".to_owned());
    }
    Ok((cage, name, ports))
}

fn limits(
    view: &View<'_>,
    device: &Device,
    cages: &BTreeMap<u32, (&str, u32)>,
    complaints: &mut Vec<String>,
) {
    let Some(hardware) = view.hardware.get(device.key.class.as_str()) else {
        return complaints.push(format!("{} has no profile", device.name));
    };
    let default = |cage: &u32| {
        let mode = hardware.defaults.get(cage)?.split_once(['x', 'X']);
        mode.map_or(Some(1), |(ports, _)| ports.parse().ok())
    };
    let logical = |cage: &u32| {
        let used = cages.get(cage).map(|(_, ports)| *ports);
        used.or_else(|| default(cage)).unwrap_or(0)
    };
    for shared in &hardware.limits {
        let ports: u32 = shared.cages.iter().map(logical).sum();
        if ports > shared.most {
            complaints.push(format!(
                "{}: {} has {ports} logical ports",
                device.name, shared.name
            ));
        }
    }
}
