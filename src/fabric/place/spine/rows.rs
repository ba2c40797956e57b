//! From numbers of links to links: kept ones on their ports, the others on the next free ones.

use std::collections::BTreeMap;

use super::side::Side;
use super::{Fabric, Quantity};
use crate::fabric::place::ports::next;
use crate::fabric::place::stripe::{self, Stripes};
use crate::fabric::placement::{DeviceKey, LinkKind, SwitchEnd, SwitchLink};
use crate::fabric::problem::Problem;
use crate::fabric::units::{Speed, count, position};

impl Fabric<'_> {
    /// Whether all links find ports. Which of them stay does not matter for that.
    pub(super) fn fits(&self, quantities: &[Quantity]) -> bool {
        let mut speeds = self.speeds().into_iter();
        speeds.all(|speed| self.fits_with(speed, quantities, |_, ports| ports))
    }

    /// The same for one speed, where spines of a class, by its position among them, and its ports have
    /// that many.
    pub(super) fn fits_with(
        &self,
        speed: Speed,
        quantities: &[Quantity],
        ports: impl Fn(usize, u32) -> u32,
    ) -> bool {
        let leaves = devices(self.leaves, speed, quantities);
        let spines = devices(self.spines, speed, quantities);
        stripe::fits(&Stripes {
            uplinks: leaves.iter().map(|leaf| leaf.ports).collect(),
            ports: spines.iter().map(|s| ports(s.side, s.ports)).collect(),
            kept: BTreeMap::new(),
        })
    }

    /// For each speed the devices on both sides, and the links between them.
    pub(super) fn stripes(&self, quantities: &[Quantity]) -> Option<Vec<(Speed, Rows)>> {
        let mut all = Vec::new();
        for speed in self.speeds() {
            let leaves = devices(self.leaves, speed, quantities);
            let spines = devices(self.spines, speed, quantities);
            let index = |devices: &[Device]| -> BTreeMap<(usize, u32), usize> {
                devices
                    .iter()
                    .map(|device| (device.side, device.number))
                    .zip(0..)
                    .collect()
            };
            let (leaf_index, spine_index) = (index(&leaves), index(&spines));
            let mut kept = BTreeMap::<(usize, usize), Vec<(usize, usize)>>::new();
            for (leaf, spine) in self.kept.iter().filter(|(leaf, _)| leaf.2 == speed) {
                let pair = leaf_index
                    .get(&(leaf.0, leaf.1))
                    .zip(spine_index.get(&(spine.0, spine.1)));
                if let Some((l, s)) = pair {
                    kept.entry((*l, *s)).or_default().push((leaf.3, spine.3));
                }
            }
            let stripes = Stripes {
                uplinks: leaves.iter().map(|device| device.ports).collect(),
                ports: spines.iter().map(|device| device.ports).collect(),
                kept: kept
                    .iter()
                    .map(|(pair, links)| (*pair, count(links.len())))
                    .collect(),
            };
            let counts = stripe::counts(&stripes)?;
            all.push((
                speed,
                Rows {
                    leaves,
                    spines,
                    kept,
                    counts,
                },
            ));
        }
        Some(all)
    }

    pub(super) fn links(
        &self,
        quantities: &[Quantity],
        problems: &mut Vec<Problem>,
    ) -> Vec<SwitchLink> {
        let Some(stripes) = self.stripes(quantities) else {
            return Vec::new();
        };
        let mut links = Vec::new();
        for (speed, rows) in stripes {
            let Some(pairs) = rows.pairs() else {
                let what = format!("ports of fabric \"{}\" ran out", self.name);
                problems.push(Problem::internal(what));
                continue;
            };
            for ((leaf, slot), (spine, port)) in pairs {
                links.push(SwitchLink {
                    kind: LinkKind::Fabric,
                    a: end(self.leaves, &rows.leaves[leaf], speed, slot),
                    b: end(self.spines, &rows.spines[spine], speed, port),
                });
            }
        }
        links
    }
}

/// A switch on one side.
#[derive(Debug)]
struct Device {
    side: usize,
    number: u32,
    ports: u32,
}

fn devices(sides: &[Side<'_>], speed: Speed, quantities: &[Quantity]) -> Vec<Device> {
    let mut devices = Vec::new();
    for (index, side) in sides.iter().enumerate() {
        let Some(ports) = side.facing.get(&speed) else {
            continue;
        };
        for number in 1..=quantities[side.class].effective {
            devices.push(Device {
                side: index,
                number,
                ports: count(ports.len()),
            });
        }
    }
    devices
}

fn end(sides: &[Side<'_>], device: &Device, speed: Speed, slot: usize) -> SwitchEnd {
    let side = &sides[device.side];
    let (zone, port) = side.facing[&speed][slot];
    SwitchEnd {
        device: DeviceKey {
            class: side.spec.name.clone(),
            index: device.number,
        },
        zone: side.spec.zones[zone].name.clone(),
        port,
    }
}

/// The devices of one speed, and how many links each pair has.
pub(super) struct Rows {
    leaves: Vec<Device>,
    spines: Vec<Device>,
    /// Kept links of each pair, by their ports.
    kept: BTreeMap<(usize, usize), Vec<(usize, usize)>>,
    counts: Vec<Vec<u32>>,
}

/// Position of a device, and of its port.
type DevicePort = (usize, usize);

impl Rows {
    /// All links: kept ones as they are, the others leaf by leaf and spine by spine on the next
    /// free ports.
    fn pairs(&self) -> Option<Vec<(DevicePort, DevicePort)>> {
        let blank = |devices: &[Device]| -> Vec<Vec<bool>> {
            devices
                .iter()
                .map(|device| vec![false; position(device.ports)])
                .collect()
        };
        let (mut leaf_used, mut spine_used) = (blank(&self.leaves), blank(&self.spines));
        let mut pairs = Vec::new();
        let mut missing = self.counts.clone();
        for ((leaf, spine), links) in &self.kept {
            let stay = position(self.counts[*leaf][*spine]).min(links.len());
            missing[*leaf][*spine] -= count(stay);
            for (slot, port) in &links[..stay] {
                leaf_used[*leaf][*slot] = true;
                spine_used[*spine][*port] = true;
                pairs.push(((*leaf, *slot), (*spine, *port)));
            }
        }
        let mut cursor = vec![0; self.spines.len()];
        for (leaf, row) in missing.iter().enumerate() {
            let mut leaf_cursor = 0;
            for (spine, links) in row.iter().enumerate() {
                for _ in 0..*links {
                    let slot = next(&leaf_used[leaf], &mut leaf_cursor);
                    let port = next(&spine_used[spine], &mut cursor[spine]);
                    if slot >= leaf_used[leaf].len() || port >= spine_used[spine].len() {
                        return None;
                    }
                    pairs.push(((leaf, slot), (spine, port)));
                }
            }
        }
        Some(pairs)
    }
}
