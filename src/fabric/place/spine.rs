//! Leaves on spines: how many spines a fabric needs, and which uplink is on which port.
//!
//! All uplinks of all leaves of a fabric go to its spines, every leaf to every spine, port by port
//! of one speed. Demand and capacity are logical ports.

use std::collections::{BTreeMap, BTreeSet};

use super::Quantity;
use super::ports::next;
use super::size::{self, Need};
use super::stripe::{self, Stripes};
use crate::fabric::limits::SWITCHES_PER_CLASS_MAX;
use crate::fabric::placement::{DeviceKey, LinkKind, Placement, Port, SwitchEnd, SwitchLink};
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::spec::{Spec, SwitchSpec, ZoneType};
use crate::fabric::units::{Speed, count, position};

/// The ports of one switch class that face the other side, by speed, in the order they are given
/// out: position of the zone, and the port.
type Facing = BTreeMap<Speed, Vec<(usize, Port)>>;

/// A class of leaves or spines within a fabric.
struct Side<'s> {
    /// Position in `Spec::switches`.
    class: usize,
    spec: &'s SwitchSpec<'s>,
    facing: Facing,
}

/// Quantities of all classes, and the links between leaves and spines.
pub(super) fn connect(
    spec: &Spec<'_>,
    needs: &[Option<Need>],
    intended: Option<&Placement>,
    problems: &mut Vec<Problem>,
) -> (Vec<Quantity>, Vec<SwitchLink>) {
    let mut quantities = Vec::new();
    for (switch, need) in spec.switches.iter().zip(needs) {
        let calculated = need.as_ref().map_or(0, |need| need.calculated);
        let effective = switch.override_quantity.unwrap_or(calculated);
        quantities.push(Quantity {
            calculated,
            effective,
        });
    }
    let mut links = Vec::new();
    let fabrics: BTreeSet<&str> = spec.switches.iter().map(|s| s.fabric.as_str()).collect();
    for fabric in fabrics {
        let side = |leaf: bool, zone_type| -> Vec<Side<'_>> {
            let mine =
                |(_, s): &(usize, &SwitchSpec<'_>)| s.fabric == fabric && s.role.is_leaf() == leaf;
            let classes = spec.switches.iter().enumerate().filter(mine);
            classes
                .map(|(class, spec)| Side {
                    class,
                    spec,
                    facing: facing(spec, zone_type),
                })
                .collect()
        };
        let (leaves, spines) = (side(true, ZoneType::Uplink), side(false, ZoneType::Fabric));
        let faults = problems.len();
        problems.extend(structure(fabric, &leaves, &spines));
        let broken = problems[faults..].iter().any(Problem::is_error);
        // Without a number of leaves there is no number of spines.
        let unsized_leaf = leaves
            .iter()
            .chain(&spines)
            .any(|side| needs[side.class].is_none());
        if broken || unsized_leaf || leaves.is_empty() || spines.is_empty() {
            continue;
        }
        let kept = kept_links(&leaves, &spines, intended);
        let fabric = Fabric {
            name: fabric,
            leaves: &leaves,
            spines: &spines,
            kept: &kept,
        };
        match fabric.quantities(&mut quantities) {
            Ok(warnings) => {
                problems.extend(warnings);
                links.extend(fabric.links(&quantities, problems));
            }
            Err(problem) => problems.push(problem),
        }
    }
    (quantities, links)
}

fn facing(switch: &SwitchSpec<'_>, zone_type: ZoneType) -> Facing {
    let mut facing = Facing::new();
    for (index, zone) in switch.zones_of(zone_type) {
        let ports = facing.entry(zone.mode.speed).or_default();
        ports.extend(zone.slots.iter().map(|port| (index, *port)));
    }
    facing
}

/// What is wrong with a fabric whatever its size.
fn structure(fabric: &str, leaves: &[Side<'_>], spines: &[Side<'_>]) -> Vec<Problem> {
    let fabric = fabric.to_owned();
    let class = |side: &Side<'_>| Subject::SwitchClass {
        class: side.spec.name.clone(),
    };
    let zone = |side: &Side<'_>, zone: &str| Subject::Zone {
        class: side.spec.name.clone(),
        zone: zone.to_owned(),
    };
    let mut problems = Vec::new();
    let mut tell = |subject, field, fault| problems.push(Problem::new(subject, field, fault));
    let speeds: BTreeSet<Speed> = spines
        .iter()
        .flat_map(|s| s.facing.keys().copied())
        .collect();
    for leaf in leaves {
        for (_, uplink) in leaf.spec.zones_of(ZoneType::Uplink) {
            let subject = zone(leaf, &uplink.name);
            if spines.is_empty() {
                tell(
                    subject,
                    None,
                    Fault::UplinksUnused {
                        fabric: fabric.clone(),
                    },
                );
            } else if !speeds.is_empty() && !speeds.contains(&uplink.mode.speed) {
                let (uplink, spines) = (uplink.mode.speed, speeds.iter().copied().collect());
                let fault = Fault::FabricSpeed {
                    fabric: fabric.clone(),
                    uplink,
                    spines,
                };
                tell(subject, Some("breakout"), fault);
            }
        }
        if let Some(spine) = spines.first().filter(|_| leaf.facing.is_empty()) {
            let spines = spine.spec.name.clone();
            let fault = Fault::LeafWithoutUplinks {
                fabric: fabric.clone(),
                spines,
            };
            tell(class(leaf), Some("zone"), fault);
        }
    }
    for spine in spines
        .iter()
        .filter(|spine| !leaves.is_empty() && spine.facing.is_empty())
    {
        let fault = Fault::SpineWithoutFabricZone {
            fabric: fabric.clone(),
        };
        tell(class(spine), Some("zone"), fault);
    }
    let free = spines
        .iter()
        .filter(|spine| spine.spec.override_quantity.is_none());
    let free: Vec<&Side<'_>> = free.collect();
    if let [_, second, ..] = free[..] {
        let classes = free.iter().map(|spine| spine.spec.name.clone()).collect();
        let fault = Fault::SeveralSpineClasses { fabric, classes };
        tell(class(second), Some("override_quantity"), fault);
    }
    problems
}

/// A leaf's or spine's port: position of the class on its side, number, speed, position in the
/// list of that speed.
type End = (usize, u32, Speed, usize);

/// Intended links whose two ports still exist and face each other, in the order of the leaves.
fn kept_links(
    leaves: &[Side<'_>],
    spines: &[Side<'_>],
    intended: Option<&Placement>,
) -> Vec<(End, End)> {
    let ends = |sides: &[Side<'_>]| {
        let mut ends = BTreeMap::new();
        for (side_index, side) in sides.iter().enumerate() {
            for (speed, ports) in &side.facing {
                for (slot, (zone, port)) in ports.iter().enumerate() {
                    let zone = side.spec.zones[*zone].name.clone();
                    let key = (side.spec.name.clone(), zone, *port);
                    ends.insert(key, (side_index, *speed, slot));
                }
            }
        }
        ends
    };
    let (leaf_ends, spine_ends) = (ends(leaves), ends(spines));
    let find = |end: &SwitchEnd, ends: &BTreeMap<(String, String, Port), (usize, Speed, usize)>| {
        let key = (end.device.class.clone(), end.zone.clone(), end.port);
        let (side, speed, slot) = *ends.get(&key)?;
        let exists = (1..=SWITCHES_PER_CLASS_MAX).contains(&end.device.index);
        exists.then_some((side, end.device.index, speed, slot))
    };
    let mut used = (BTreeSet::new(), BTreeSet::new());
    let mut kept: Vec<(End, End)> = intended
        .map_or(&[][..], |intended| &intended.switch_links)
        .iter()
        .filter(|link| link.kind == LinkKind::Fabric)
        .filter_map(|link| Some((find(&link.a, &leaf_ends)?, find(&link.b, &spine_ends)?)))
        .filter(|(leaf, spine)| leaf.2 == spine.2 && used.0.insert(*leaf) && used.1.insert(*spine))
        .collect();
    kept.sort_unstable();
    kept
}

/// One fabric whose structure is sound.
struct Fabric<'f> {
    name: &'f str,
    leaves: &'f [Side<'f>],
    spines: &'f [Side<'f>],
    kept: &'f [(End, End)],
}

impl Fabric<'_> {
    /// Sets the number of spines.
    fn quantities(&self, quantities: &mut [Quantity]) -> Result<Vec<Problem>, Problem> {
        let leaves: u32 = self
            .leaves
            .iter()
            .map(|leaf| quantities[leaf.class].effective)
            .sum();
        if leaves == 0 {
            return Ok(Vec::new());
        }
        for spine in self.spines {
            let fixed = spine.spec.override_quantity.is_some();
            let kept = self.kept.iter().filter(|(leaf, end)| {
                let class = self.leaves[leaf.0].class;
                self.spines[end.0].class == spine.class && leaf.1 <= quantities[class].effective
            });
            // Where a link stays, its spine stays.
            let stays = kept.map(|(_, end)| end.1).max().unwrap_or(0);
            let from = if fixed { 0 } else { stays };
            let calculated = self.smallest(spine, from, quantities)?;
            quantities[spine.class].calculated = calculated;
            quantities[spine.class].effective = spine.spec.override_quantity.unwrap_or(calculated);
        }
        self.check(quantities)
    }

    /// The smallest number of one class of spines, the others given.
    fn smallest(
        &self,
        spine: &Side<'_>,
        from: u32,
        quantities: &[Quantity],
    ) -> Result<u32, Problem> {
        let mut trial = quantities.to_vec();
        let mut bound = trial[spine.class].calculated.max(from);
        trial[spine.class].effective = 0;
        for speed in self.speeds() {
            let needed = ports(self.leaves, speed, &trial);
            let given = ports(self.spines, speed, &trial);
            let each = spine
                .facing
                .get(&speed)
                .map_or(0, |ports| u64::from(count(ports.len())));
            if each > 0 && needed > given {
                let more = (needed - given).div_ceil(each);
                bound = bound.max(u32::try_from(more).unwrap_or(u32::MAX));
            }
        }
        let mut quantity = size::round(spine.spec, bound);
        let most = self
            .fewest_uplinks(quantities)
            .map_or(0, |(_, uplinks)| uplinks);
        loop {
            trial[spine.class].effective = quantity;
            let spines: u32 = self
                .spines
                .iter()
                .map(|side| trial[side.class].effective)
                .sum();
            // More spines than uplinks of a leaf never place; `check` says so.
            if spines >= most || self.stripes(&trial).is_some() {
                return Ok(quantity);
            }
            quantity = size::round(spine.spec, quantity + 1);
        }
    }

    /// What does not fit or is uneven with these quantities.
    fn check(&self, quantities: &[Quantity]) -> Result<Vec<Problem>, Problem> {
        let class = |side: &Side<'_>| Subject::SwitchClass {
            class: side.spec.name.clone(),
        };
        let spines: u32 = self
            .spines
            .iter()
            .map(|side| quantities[side.class].effective)
            .sum();
        if let Some((leaf, uplinks)) = self.fewest_uplinks(quantities).filter(|(_, u)| *u < spines)
        {
            let fault = Fault::UplinksFewerThanSpines {
                leaf: leaf.spec.name.clone(),
                uplinks,
                spines,
            };
            return Err(Problem::new(class(leaf), Some("zone"), fault));
        }
        if self.stripes(quantities).is_none() {
            let short = |speed: &Speed| {
                ports(self.leaves, *speed, quantities) > ports(self.spines, *speed, quantities)
            };
            let speeds = self.speeds();
            let speed = speeds
                .iter()
                .copied()
                .find(short)
                .or(speeds.first().copied());
            let Some((spine, speed)) = self.spines.first().zip(speed) else {
                return Err(Problem::internal(format!(
                    "fabric \"{}\" has no spines",
                    self.name
                )));
            };
            let quantity = quantities[spine.class];
            let fault = Fault::SpinePorts {
                fabric: self.name.to_owned(),
                needed: ports(self.leaves, speed, quantities),
                available: ports(self.spines, speed, quantities),
                quantity: quantity.effective,
                sufficient: quantity.calculated,
            };
            return Err(Problem::new(class(spine), Some("override_quantity"), fault));
        }
        let mut warnings = Vec::new();
        for leaf in self
            .leaves
            .iter()
            .filter(|leaf| quantities[leaf.class].effective > 0)
        {
            for (speed, ports) in &leaf.facing {
                let (uplinks, spines) = (count(ports.len()), self.spines_at(*speed, quantities));
                if spines > 0 && uplinks % spines != 0 {
                    let fault = Fault::UnevenStriping { uplinks, spines };
                    warnings.push(Problem::new(class(leaf), Some("zone"), fault));
                }
            }
        }
        Ok(warnings)
    }

    fn speeds(&self) -> Vec<Speed> {
        let speeds: BTreeSet<Speed> = self
            .leaves
            .iter()
            .flat_map(|leaf| leaf.facing.keys().copied())
            .collect();
        speeds.into_iter().collect()
    }

    /// The leaf class with the fewest uplinks of a leaf, among those that are built.
    fn fewest_uplinks(&self, quantities: &[Quantity]) -> Option<(&Side<'_>, u32)> {
        let built = self
            .leaves
            .iter()
            .filter(|leaf| quantities[leaf.class].effective > 0);
        let uplinks = |leaf: &Side<'_>| count(leaf.facing.values().map(Vec::len).sum());
        built
            .map(|leaf| (leaf, uplinks(leaf)))
            .min_by_key(|(_, uplinks)| *uplinks)
    }

    fn spines_at(&self, speed: Speed, quantities: &[Quantity]) -> u32 {
        let spines = self
            .spines
            .iter()
            .filter(|side| side.facing.contains_key(&speed));
        spines.map(|side| quantities[side.class].effective).sum()
    }

    /// For each speed the devices on both sides, and the links between them.
    fn stripes(&self, quantities: &[Quantity]) -> Option<Vec<(Speed, Rows)>> {
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

    fn links(&self, quantities: &[Quantity], problems: &mut Vec<Problem>) -> Vec<SwitchLink> {
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
struct Rows {
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

/// Ports of one speed of all switches of one side.
fn ports(sides: &[Side<'_>], speed: Speed, quantities: &[Quantity]) -> u64 {
    let one = |side: &Side<'_>| {
        side.facing
            .get(&speed)
            .map_or(0, |p| u64::from(count(p.len())))
    };
    sides
        .iter()
        .map(|side| one(side) * u64::from(quantities[side.class].effective))
        .sum()
}
