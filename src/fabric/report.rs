//! Why each number is what it is, line by line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::placement::Placement;
use super::spec::{Distribution, Spec, SwitchSpec, Topology};

/// A few lines for each class, in natural order.
pub(super) fn report(spec: &Spec<'_>, placement: &Placement) -> Vec<String> {
    let mut links: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for link in &placement.server_links {
        let zone = (link.switch.device.class.as_str(), link.switch.zone.as_str());
        *links.entry(zone).or_default() += 1;
    }
    for link in &placement.switch_links {
        for end in [&link.a, &link.b] {
            *links
                .entry((end.device.class.as_str(), end.zone.as_str()))
                .or_default() += 1;
        }
    }
    let mut lines = Vec::new();
    for (index, switch) in spec.switches.iter().enumerate() {
        lines.push(quantity(switch, placement));
        let effective = placement.quantities.get(&switch.name).copied().unwrap_or(0);
        for (position, zone) in switch.zones.iter().enumerate() {
            let used = links
                .get(&(switch.name.as_str(), zone.name.as_str()))
                .copied()
                .unwrap_or(0);
            let all = u64::from(zone.capacity()) * u64::from(effective);
            let mut line = format!(
                "  zone {}: {used} of {all} ports used ({} {} a switch)",
                zone.name,
                zone.capacity(),
                zone.mode.speed
            );
            if zone.zone_type.is_for_servers() {
                line.push_str(&users(spec, index, position));
            }
            lines.push(line);
        }
    }
    lines
}

fn quantity(switch: &SwitchSpec<'_>, placement: &Placement) -> String {
    let of = |map: &BTreeMap<String, u32>| map.get(&switch.name).copied().unwrap_or(0);
    let (effective, calculated) = (of(&placement.quantities), of(&placement.calculated));
    // Writing into a string cannot fail.
    let noun = if effective == 1 { "switch" } else { "switches" };
    let mut line = format!("{}: {effective} {noun}", switch.name);
    if switch.topology == Topology::Mesh {
        _ = write!(line, " ({})", switch.topology.word());
    } else if switch.override_quantity.is_some() {
        _ = write!(line, " (override; {calculated} would do)");
    } else if switch.min_quantity > 0 && effective == switch.min_quantity {
        line.push_str(" (min_quantity)");
    } else if let Some(redundancy) = &switch.redundancy {
        _ = write!(line, " (rounded for {})", redundancy.kind.word());
    }
    line
}

/// Who asks for ports of a zone.
fn users(spec: &Spec<'_>, switch: usize, zone: usize) -> String {
    let mut users = Vec::new();
    for server in &spec.servers {
        let mine = server
            .attachments
            .iter()
            .filter(|c| (c.switch, c.zone) == (switch, zone));
        let mut by_way: BTreeMap<&str, (u32, Vec<Distribution>)> = BTreeMap::new();
        for attachment in mine {
            let entry = by_way.entry(attachment.distribution.word()).or_default();
            entry.0 += attachment.ports;
            entry.1.push(attachment.distribution);
        }
        for (way, (ports, attachments)) in by_way {
            let rails = match attachments[..] {
                [Distribution::Rail(_), ..] => format!(" on {} rails", attachments.len()),
                _ => String::new(),
            };
            users.push(format!(
                "{} {} with {ports}{rails}, {way}",
                server.numbers.len(),
                server.name
            ));
        }
    }
    if users.is_empty() {
        String::new()
    } else {
        format!(": {}", users.join("; "))
    }
}

/// What planning from nothing would need, where that is less.
pub(super) fn repack(stable: &Placement, fresh: &Placement) -> Vec<String> {
    let mut lines = Vec::new();
    for (class, quantity) in &stable.quantities {
        let fresh = fresh.quantities.get(class).copied().unwrap_or(0);
        if fresh < *quantity {
            lines.push(format!(
                "{class}: {quantity} because existing cables stay; allocation = \"repack\" would need {fresh}"
            ));
        }
    }
    lines
}
