//! Servers, fabrics, and all together.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::many;
use crate::fabric::blueprint::Totals;
use crate::fabric::design::Design;
use crate::fabric::oversubscription;
use crate::fabric::units::count;

pub(super) fn lines(design: &Design, facts: &Facts<'_>, totals: &Totals) -> Vec<String> {
    let mut lines = servers(design, facts);
    for (fabric, capacity) in oversubscription::by_fabric(facts.spec, facts.placement) {
        if let Some(ratio) = capacity.ratio {
            lines.push(format!(
                "fabric {fabric}: oversubscription {ratio}: {} Gbit/s down and {} Gbit/s up, all leaves \
                 together",
                capacity.downlink_gbps, capacity.uplink_gbps
            ));
        }
    }
    lines.push(cables(facts));
    let servers = facts.spec.servers.iter();
    let gpus: u64 = servers
        .map(|server| gpus(design, &server.name).saturating_mul(server.numbers.len() as u64))
        .fold(0, u64::saturating_add);
    let gpus = match gpus {
        0 => String::new(),
        gpus => format!("; {}", many(gpus, "GPU")),
    };
    lines.push(format!(
        "total: {}: {} and {}; {}, {}{gpus}",
        many(totals.devices, "device"),
        many(totals.switches, "switch"),
        many(totals.servers, "server"),
        many(totals.modules, "module"),
        many(totals.interfaces, "interface")
    ));
    lines
}

fn servers(design: &Design, facts: &Facts<'_>) -> Vec<String> {
    let lines = facts.spec.servers.iter().map(|server| {
        let there = count(server.numbers.len());
        let ports: u32 = server.attachments.iter().map(|it| it.ports).sum();
        let quantity = design.server_classes.get(&server.name);
        let quantity = quantity.map_or(there, |class| class.quantity);
        let retired = match quantity.saturating_sub(there) {
            0 => String::new(),
            retired => format!(", {retired} of {quantity} retired"),
        };
        let gpus = match gpus(design, &server.name) {
            0 => String::new(),
            gpus => format!(" with {} each", many(gpus, "GPU")),
        };
        format!(
            "{}: {}{gpus}{retired}, {} each: {}",
            server.name,
            many(there, "server"),
            many(ports, "cabled port"),
            many(u64::from(there) * u64::from(ports), "cable")
        )
    });
    lines.collect()
}

/// Of one server; 0 where the design does not say.
fn gpus(design: &Design, class: &str) -> u64 {
    let class = design.server_classes.get(class);
    class
        .and_then(|class| class.gpus_per_server)
        .map_or(0, u64::from)
}

/// All cables by what they are for.
fn cables(facts: &Facts<'_>) -> String {
    let placement = facts.placement;
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    for link in &placement.switch_links {
        *kinds.entry(link.kind.word()).or_default() += 1;
    }
    let servers = placement.server_links.len();
    let mut parts = vec![format!("{servers} of servers")];
    parts.extend(kinds.iter().map(|(kind, links)| format!("{links} {kind}")));
    let all = servers + placement.switch_links.len();
    format!("{}: {}", many(all as u64, "cable"), parts.join(", "))
}
