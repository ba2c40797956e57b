//! From two names to two ends, with everything that is wrong with them.

use std::collections::BTreeMap;

use super::problem;
use crate::fabric::design::Design;
use crate::fabric::name::{self, Names};
use crate::fabric::near::near;
use crate::fabric::placement::{DeviceKey, Placement, Port, ServerEnd, SwitchEnd};
use crate::fabric::problem::{PinFault, Problem};
use crate::fabric::spec::{Spec, ZoneSpec, ZoneType};
use crate::fabric::units::position;

/// What is pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    Server {
        end: ServerEnd,
        distribution: &'static str,
    },
    /// An uplink to a spine.
    Leaf { end: SwitchEnd },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pin {
    /// As written.
    pub a: String,
    pub b: String,
    pub of: Target,
    pub to: SwitchEnd,
}

/// One end that was found.
enum End {
    Server {
        end: ServerEnd,
        distribution: &'static str,
        zone: String,
    },
    Switch {
        end: SwitchEnd,
        fabric: String,
        zone_type: ZoneType,
        has_peer: bool,
    },
}

/// The pins that can be understood, and what is wrong with the others.
pub(super) fn read(design: &Design, spec: &Spec<'_>, free: &Placement) -> (Vec<Pin>, Vec<Problem>) {
    let reader = Reader::new(design, spec, free);
    let (mut pins, mut problems) = (Vec::<Pin>::new(), Vec::new());
    for (a, b) in &design.pins {
        match reader.pin(a, b) {
            Ok(pin) => {
                let other = pins
                    .iter()
                    .find(|other| other.to == pin.to || other.of == pin.of);
                match other {
                    Some(other) => {
                        let other = format!("\"{}\" = \"{}\"", other.a, other.b);
                        problems.push(problem(a, b, PinFault::Twice { other }));
                    }
                    None => pins.push(pin),
                }
            }
            Err(fault) => problems.push(problem(a, b, fault)),
        }
    }
    (pins, problems)
}

/// Pins of which an end is not written as one, found without a placement.
pub(super) fn malformed(design: &Design) -> Vec<Problem> {
    let fault = |(a, b): (&String, &String)| {
        let wrong = [a, b].into_iter().find_map(|text| parts(text).err())?;
        Some(problem(a, b, wrong))
    };
    design.pins.iter().filter_map(fault).collect()
}

/// Device and interface.
fn parts(text: &str) -> Result<(&str, &str), PinFault> {
    let parts = text
        .split_once('/')
        .filter(|(device, port)| !device.is_empty() && !port.is_empty());
    parts.ok_or_else(|| PinFault::End {
        text: text.to_owned(),
    })
}

struct Reader<'r> {
    spec: &'r Spec<'r>,
    devices: BTreeMap<String, DeviceKey>,
}

impl<'r> Reader<'r> {
    fn new(design: &Design, spec: &'r Spec<'r>, free: &Placement) -> Self {
        let names = Names::new(design);
        let switches = free
            .quantities
            .iter()
            .flat_map(|(class, quantity)| (1..=*quantity).map(move |index| (class, index)));
        let servers = spec.servers.iter().flat_map(|server| {
            server
                .numbers
                .iter()
                .map(move |index| (&server.name, *index))
        });
        let key = |(class, index): (&String, u32)| {
            let key = DeviceKey {
                class: class.clone(),
                index,
            };
            (names.device(&key), key)
        };
        Self {
            spec,
            devices: switches.chain(servers).map(key).collect(),
        }
    }

    fn pin(&self, a: &str, b: &str) -> Result<Pin, PinFault> {
        let pin = |of, to| Pin {
            a: a.to_owned(),
            b: b.to_owned(),
            of,
            to,
        };
        match (self.end(a)?, self.end(b)?) {
            (
                End::Server {
                    end,
                    distribution,
                    zone,
                },
                End::Switch { end: to, .. },
            )
            | (
                End::Switch { end: to, .. },
                End::Server {
                    end,
                    distribution,
                    zone,
                },
            ) => {
                let found = format!("{}/{}", to.device.class, to.zone);
                if found != zone {
                    return Err(PinFault::OtherZone { zone, found });
                }
                Ok(pin(Target::Server { end, distribution }, to))
            }
            (
                End::Switch {
                    end: one,
                    fabric: a,
                    zone_type: first,
                    has_peer: false,
                },
                End::Switch {
                    end: other,
                    fabric: b,
                    zone_type: second,
                    has_peer: false,
                },
            ) if a == b => match (first, second) {
                (ZoneType::Uplink, ZoneType::Fabric) => Ok(pin(Target::Leaf { end: one }, other)),
                (ZoneType::Fabric, ZoneType::Uplink) => Ok(pin(Target::Leaf { end: other }, one)),
                _ => Err(PinFault::Ends),
            },
            _ => Err(PinFault::Ends),
        }
    }

    fn end(&self, text: &str) -> Result<End, PinFault> {
        let (device, interface) = parts(text)?;
        let key = self.devices.get(device).ok_or_else(|| PinFault::Device {
            device: device.to_owned(),
            near: near(device, self.devices.keys()),
        })?;
        let found = self
            .server(key, interface)
            .or_else(|| self.switch(key, interface));
        found.unwrap_or_else(|| {
            Err(PinFault::Interface {
                device: device.to_owned(),
                interface: interface.to_owned(),
            })
        })
    }

    /// `None`: not a server, or not one of its ports that are attached.
    fn server(&self, key: &DeviceKey, interface: &str) -> Option<Result<End, PinFault>> {
        let server = self
            .spec
            .servers
            .iter()
            .find(|server| server.name == key.class)?;
        server.attachments.iter().find_map(|attachment| {
            let ports = &server.nics[attachment.nic].ports;
            let ordinal = (0..attachment.ports).find(|ordinal| {
                let port = ports.get(position(attachment.first_port + ordinal));
                port.is_some_and(|port| port.interface == interface)
            })?;
            let switch = &self.spec.switches[attachment.switch];
            Some(Ok(End::Server {
                end: ServerEnd {
                    device: key.clone(),
                    attachment: attachment.name.clone(),
                    ordinal,
                },
                distribution: attachment.distribution.word(),
                zone: format!("{}/{}", switch.name, switch.zones[attachment.zone].name),
            }))
        })
    }

    /// `None`: not a switch, or no port of one of its zones.
    fn switch(&self, key: &DeviceKey, interface: &str) -> Option<Result<End, PinFault>> {
        let switch = self
            .spec
            .switches
            .iter()
            .find(|switch| switch.name == key.class)?;
        let gone = |cage: &u32| {
            let cage = name::cage(*cage);
            let lane = interface.strip_prefix(&cage);
            lane.is_some_and(|lane| lane.is_empty() || lane.starts_with('/'))
        };
        if switch.excluded.iter().any(gone) {
            return Some(Err(PinFault::Excluded {
                class: key.class.clone(),
            }));
        }
        let port = |zone: &ZoneSpec| -> Option<Port> {
            let mut slots = zone.slots.iter();
            slots.find(|port| name::port(**port) == interface).copied()
        };
        switch.zones.iter().find_map(|zone| {
            Some(Ok(End::Switch {
                end: SwitchEnd {
                    device: key.clone(),
                    zone: zone.name.clone(),
                    port: port(zone)?,
                },
                fabric: switch.fabric.clone(),
                zone_type: zone.zone_type,
                has_peer: zone.peer.is_some(),
            }))
        })
    }
}
