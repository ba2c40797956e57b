//! Links between the two switches of an MCLAG pair: for traffic and for the session, port n to port n.
//!
//! Both switches are of one class, so that a link joins the same port on both. That makes it the same
//! on every plan, whatever was intended.

use super::ports::switch_end;
use crate::fabric::placement::{LinkKind, Placement, Port, SwitchLink};
use crate::fabric::spec::{RedundancyType, Spec, SwitchSpec, ZoneSpec, ZoneType};
use crate::fabric::units::{count, position};

/// Adds the links of all pairs that attachments use.
pub(super) fn join(spec: &Spec<'_>, placement: &mut Placement) {
    for switch in &spec.switches {
        let redundancy = switch.redundancy.as_ref();
        let used = redundancy.filter(|r| r.used && r.kind == RedundancyType::Mclag);
        let Some(redundancy) = used else { continue };
        let ports = |zone_type| ports(switch, zone_type);
        let (peer, session) = (ports(ZoneType::Peer), ports(ZoneType::Session));
        let wanted = redundancy.pair_links(count(peer.len()), count(session.len()));
        let mut shared = ports(ZoneType::Mclag).into_iter();
        let kinds = [
            (LinkKind::MclagPeer, take(peer, &mut shared, wanted.peer)),
            (
                LinkKind::MclagSession,
                take(session, &mut shared, wanted.session),
            ),
        ];
        let quantity = placement.quantities.get(&switch.name).copied().unwrap_or(0);
        for first in (1..quantity).step_by(2) {
            for (kind, ports) in &kinds {
                let links = ports.iter().map(|(zone, port)| SwitchLink {
                    kind: *kind,
                    a: switch_end(switch, first, zone, *port),
                    b: switch_end(switch, first + 1, zone, *port),
                });
                placement.switch_links.extend(links);
            }
        }
    }
}

/// A zone and a port of it.
type ZonePort<'s> = (&'s ZoneSpec, Port);

/// As many ports as wanted: first those that are there for the purpose alone.
fn take<'s>(
    own: Vec<ZonePort<'s>>,
    shared: &mut impl Iterator<Item = ZonePort<'s>>,
    links: u32,
) -> Vec<ZonePort<'s>> {
    let mut chosen: Vec<ZonePort<'s>> = own.into_iter().take(position(links)).collect();
    let missing = position(links) - chosen.len();
    chosen.extend(shared.take(missing));
    chosen
}

/// All ports of the zones of one type, in the order in which they are given out.
fn ports<'s>(switch: &'s SwitchSpec<'_>, zone_type: ZoneType) -> Vec<ZonePort<'s>> {
    let zones = switch.zones_of(zone_type);
    zones
        .flat_map(|(_, zone)| zone.slots.iter().map(move |port| (zone, *port)))
        .collect()
}
