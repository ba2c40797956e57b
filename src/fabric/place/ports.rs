//! Chosen switches become ports: kept ports stay, the others take the next free one in the order
//! of the zone, asker by asker.

use super::demand::{Asker, Demand, Item};
use super::distribution;
use crate::fabric::placement::{
    DeviceKey, LinkKind, Placement, Port, ServerEnd, ServerLink, SwitchEnd, SwitchLink,
};
use crate::fabric::problem::Problem;
use crate::fabric::spec::{Spec, SwitchSpec, ZoneSpec, ZoneType};
use crate::fabric::units::{count, position};

/// Adds the links of one zone. `assigned`: the switch (from 0) of each port of the demand.
pub(super) fn give(
    spec: &Spec<'_>,
    switch: &SwitchSpec<'_>,
    zone: &ZoneSpec,
    demand: &Demand,
    assigned: &[u32],
    placement: &mut Placement,
) -> Result<(), Problem> {
    let mut kept = distribution::legal(demand).kept;
    // A distribution may have moved what was legal by itself.
    for (kept, assigned) in kept.iter_mut().zip(assigned) {
        *kept = kept.filter(|kept| kept.switch == *assigned);
    }
    let switches = assigned
        .iter()
        .map(|switch| position(*switch) + 1)
        .max()
        .unwrap_or(0);
    let mut used = vec![vec![false; zone.slots.len()]; switches];
    for kept in kept.iter().flatten() {
        if let Some(used) = used.get_mut(position(kept.switch)) {
            used[kept.slot] = true;
        }
    }
    let mut cursor = vec![0; switches];
    for item in &demand.items {
        for (nth, place) in item.range().enumerate() {
            let number = assigned[place];
            let slot = match kept[place] {
                Some(kept) => kept.slot,
                None => next(&used[position(number)], &mut cursor[position(number)]),
            };
            let Some(port) = zone.slots.get(slot) else {
                return Err(Problem::internal(format!(
                    "zone \"{}/{}\" has no port left on switch {}",
                    switch.name,
                    zone.name,
                    number + 1
                )));
            };
            let end = switch_end(switch, number + 1, zone, *port);
            link(spec, item, nth, end, placement)?;
        }
    }
    Ok(())
}

fn link(
    spec: &Spec<'_>,
    item: &Item,
    nth: usize,
    end: SwitchEnd,
    placement: &mut Placement,
) -> Result<(), Problem> {
    match item.asker {
        Asker::Server { class, attachment } => {
            let server = &spec.servers[class];
            placement.server_links.push(ServerLink {
                server: ServerEnd {
                    device: DeviceKey {
                        class: server.name.clone(),
                        index: item.number,
                    },
                    attachment: server.attachments[attachment].name.clone(),
                    ordinal: count(nth),
                },
                switch: end,
            });
        }
        Asker::Switch { class, zone } => {
            let near = &spec.switches[class];
            let zone = &near.zones[zone];
            let Some(port) = zone.slots.get(nth) else {
                let what = format!("zone \"{}/{}\" has no port {nth}", near.name, zone.name);
                return Err(Problem::internal(what));
            };
            placement.switch_links.push(SwitchLink {
                kind: match zone.zone_type {
                    ZoneType::Oob => LinkKind::OobUplink,
                    ZoneType::Server
                    | ZoneType::Uplink
                    | ZoneType::Fabric
                    | ZoneType::Mesh
                    | ZoneType::Peer
                    | ZoneType::Session
                    | ZoneType::Mclag => LinkKind::PeerUplink,
                },
                a: switch_end(near, item.number, zone, *port),
                b: end,
            });
        }
    }
    Ok(())
}

/// A port of the switch with that number, from 1.
pub(super) fn switch_end(
    switch: &SwitchSpec<'_>,
    number: u32,
    zone: &ZoneSpec,
    port: Port,
) -> SwitchEnd {
    SwitchEnd {
        device: DeviceKey {
            class: switch.name.clone(),
            index: number,
        },
        zone: zone.name.clone(),
        port,
    }
}

/// The first free port from the cursor on, which moves past it.
pub(super) fn next(used: &[bool], cursor: &mut usize) -> usize {
    while used.get(*cursor).copied().unwrap_or(false) {
        *cursor += 1;
    }
    *cursor += 1;
    *cursor - 1
}
