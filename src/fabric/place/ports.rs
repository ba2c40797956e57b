//! Chosen switches become ports: kept ports stay, the others take the next free one in the order
//! of the zone, server by server.

use super::demand::Demand;
use super::distribution;
use crate::fabric::placement::{DeviceKey, ServerEnd, ServerLink, SwitchEnd};
use crate::fabric::problem::Problem;
use crate::fabric::spec::{Spec, SwitchSpec, ZoneSpec};
use crate::fabric::units::position;

/// The links of one zone. `assigned`: the switch (from 0) of each port of the demand.
pub(super) fn give(
    spec: &Spec<'_>,
    switch: &SwitchSpec<'_>,
    zone: &ZoneSpec,
    demand: &Demand,
    assigned: &[u32],
) -> Result<Vec<ServerLink>, Problem> {
    let kept = distribution::legal(demand).kept;
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
    let mut links = Vec::with_capacity(assigned.len());
    for item in &demand.items {
        let server = &spec.servers[item.class];
        let attachment = &server.attachments[item.attachment];
        for (place, ordinal) in item.range().zip(0..) {
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
            links.push(ServerLink {
                server: ServerEnd {
                    device: DeviceKey {
                        class: server.name.clone(),
                        index: item.number,
                    },
                    attachment: attachment.name.clone(),
                    ordinal,
                },
                switch: SwitchEnd {
                    device: DeviceKey {
                        class: switch.name.clone(),
                        index: number + 1,
                    },
                    zone: zone.name.clone(),
                    port: *port,
                },
            });
        }
    }
    Ok(links)
}

/// The first free port from the cursor on, which moves past it.
pub(super) fn next(used: &[bool], cursor: &mut usize) -> usize {
    while used.get(*cursor).copied().unwrap_or(false) {
        *cursor += 1;
    }
    *cursor += 1;
    *cursor - 1
}
