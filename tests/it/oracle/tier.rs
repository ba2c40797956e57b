//! Small fabrics of several leaf classes with several zones, and spines: both quantities are the smallest.

use std::collections::BTreeSet;

use hedgehog::fabric::design::Design;
use proptest::prelude::*;

use super::{Small, Way, mixed, redundant};
use crate::support::{attempt, designs};

/// The first cage of a leaf's uplinks; zones for servers are before.
const UPLINKS_FROM: u32 = 20;
/// Switches of a class that are tried.
const SWITCHES_MAX: u32 = 6;

/// Leaves of one class: zones with their servers.
#[derive(Debug, Clone)]
struct Leaf {
    zones: Vec<Small>,
    uplinks: u32,
}

/// Leaves under spines of one class.
#[derive(Debug, Clone)]
struct Tier {
    leaves: Vec<Leaf>,
    /// Ports of one spine.
    ports: u32,
}

fn tiers() -> impl Strategy<Value = Tier> {
    let leaf = (prop::collection::vec(mixed(), 1..=2), 1..=6_u32)
        .prop_map(|(zones, uplinks)| Leaf { zones, uplinks });
    (prop::collection::vec(leaf, 1..=2), 2..=16_u32)
        .prop_map(|(leaves, ports)| Tier { leaves, ports })
}

impl Leaf {
    /// The smallest legal quantity with which all zones fit.
    fn smallest(&self) -> Option<u32> {
        let mut zones = self.zones.iter();
        let redundant = zones.any(|zone| zone.has(Way::Eslag));
        (1..=SWITCHES_MAX).find(|quantity| {
            // A group is of one switch in no class that has any.
            let alone = redundant && quantity % 4 == 1;
            let mut zones = self.zones.iter();
            !alone && zones.all(|zone| zone.legal(*quantity) && zone.fits(*quantity))
        })
    }
}

impl Tier {
    fn design(&self) -> Design {
        let mut design = Design::default();
        for (index, leaf) in self.leaves.iter().enumerate() {
            let name = format!("leaf{index}");
            let mut class = designs::switch("f", "server-leaf", "celestica-ds3000", &[]);
            let mut next = 1;
            for (index, zone) in leaf.zones.iter().enumerate() {
                let ports = format!("{next}-{}", next + zone.capacity - 1);
                next += zone.capacity;
                let zone_name = format!("z{index}");
                let cages = designs::zone("server", &ports, "1x100G", 10);
                class.zones.insert(zone_name.clone(), cages);
                let servers = zone.servers(&format!("{name}/{zone_name}"));
                for (number, servers) in servers.into_iter().enumerate() {
                    let key = format!("{name}-{zone_name}-{number}");
                    design.server_classes.insert(key, servers);
                }
            }
            let ports = format!("{UPLINKS_FROM}-{}", UPLINKS_FROM + leaf.uplinks - 1);
            let uplinks = designs::zone("uplink", &ports, "1x100G", 20);
            class.zones.insert("up".to_owned(), uplinks);
            redundant(
                &mut class,
                leaf.zones.iter().any(|zone| zone.has(Way::Eslag)),
            );
            design.switch_classes.insert(name, class);
        }
        let down = designs::zone("fabric", &format!("1-{}", self.ports), "1x100G", 10);
        let spine = designs::switch("f", "spine", "celestica-ds3000", &[("down", down)]);
        design.switch_classes.insert("spine".to_owned(), spine);
        design
    }

    /// Whether the links of so many leaves fit on so many spines: each leaf has as many to each spine, or
    /// one more.
    fn striped(&self, leaves: &[u32], spines: u32) -> bool {
        let length = usize::try_from(spines).expect("small");
        let mut loads = BTreeSet::from([vec![0; length]]);
        for (leaf, quantity) in self.leaves.iter().zip(leaves) {
            let (floor, rest) = (leaf.uplinks / spines, leaf.uplinks % spines);
            if floor == 0 {
                return false;
            }
            for _ in 0..*quantity {
                let tables = (0..1_u32 << spines).filter(|table| table.count_ones() == rest);
                let added = |load: &Vec<u32>, table: u32| -> Vec<u32> {
                    let with = |spine: usize| load[spine] + floor + (table >> spine & 1);
                    let mut load: Vec<u32> = (0..length).map(with).collect();
                    // All spines are alike.
                    load.sort_unstable();
                    load
                };
                let all = tables.flat_map(|table| loads.iter().map(move |load| added(load, table)));
                loads = all
                    .filter(|load| load.iter().all(|ports| *ports <= self.ports))
                    .collect();
            }
        }
        !loads.is_empty()
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let planned = attempt(&self.design(), None).ok();
        let leaves: Option<Vec<u32>> = self.leaves.iter().map(Leaf::smallest).collect();
        let spines = |leaves: &[u32]| (1..=6).find(|spines| self.striped(leaves, *spines));
        let Some((leaves, spines)) = leaves.and_then(|l| Some((l.clone(), spines(&l)?))) else {
            let large = |good: &crate::support::plans::Good| {
                let mut quantities = good.placement.quantities.values();
                quantities.any(|quantity| *quantity > SWITCHES_MAX)
            };
            prop_assert!(planned.is_none_or(|good| large(&good)));
            return Ok(());
        };
        let Some(good) = planned else {
            return Err(TestCaseError::fail("no plan"));
        };
        let quantities = &good.placement.quantities;
        for (index, quantity) in leaves.iter().enumerate() {
            prop_assert_eq!(quantities[&format!("leaf{index}")], *quantity);
        }
        prop_assert_eq!(quantities["spine"], spines);
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn leaves_and_spines_are_the_fewest_that_any_placement_has(tier in tiers()) {
        tier.check()?;
    }
}
