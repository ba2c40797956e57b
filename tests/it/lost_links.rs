//! Small fabrics that change: no way to share the uplinks loses fewer links than the one that is planned.

use std::collections::BTreeMap;

use hedgehog::fabric::design::Design;
use hedgehog::fabric::placement::SwitchLink;
use proptest::prelude::*;

use crate::support::designs::{self, zone};
use crate::support::{attempt, good};

/// The first cage of a leaf's uplinks. Those of a spine begin with 1.
const UPLINKS_FROM: u32 = 9;

/// Uplinks of each leaf and ports of each spine; each is a class of its own.
#[derive(Debug, Clone)]
struct Small {
    leaves: Vec<u32>,
    spines: Vec<u32>,
}

fn small() -> impl Strategy<Value = Small> {
    let leaves = prop::collection::vec(1..=6_u32, 1..=3);
    let spines = prop::collection::vec(3..=12_u32, 1..=3);
    (leaves, spines).prop_map(|(leaves, spines)| Small { leaves, spines })
}

impl Small {
    fn design(&self) -> Design {
        let mut design = Design::default();
        let sides = [
            ("leaf", "server-leaf", "uplink", UPLINKS_FROM, &self.leaves),
            ("spine", "spine", "fabric", 1, &self.spines),
        ];
        for (name, role, zone_type, first, classes) in sides {
            for (index, ports) in classes.iter().enumerate() {
                let ports = format!("{first}-{}", first + ports - 1);
                let zones = [("z", zone(zone_type, &ports, "1x100G", 10))];
                let mut class = designs::switch("f", role, "celestica-ds3000", &zones);
                class.override_quantity = Some(1);
                design
                    .switch_classes
                    .insert(format!("{name}{index}"), class);
            }
        }
        design
    }

    /// Positions of leaf and spine of a link that may stay.
    fn pair(&self, link: &SwitchLink) -> Option<(usize, usize)> {
        let number = |class: &str, kind| class.strip_prefix(kind)?.parse::<usize>().ok();
        let leaf = number(&link.a.device.class, "leaf")?;
        let spine = number(&link.b.device.class, "spine")?;
        let there = link.a.port.cage < UPLINKS_FROM + self.leaves.get(leaf)?
            && link.b.port.cage <= *self.spines.get(spine)?;
        there.then_some((leaf, spine))
    }

    /// The fewest links that any table of floors and ceilings loses.
    fn fewest_lost(&self, kept: &BTreeMap<(usize, usize), u32>) -> Option<u32> {
        let (leaves, spines) = (self.leaves.len(), self.spines.len());
        let each = u32::try_from(spines).expect("small");
        let tables = 0..1_u32 << (leaves * spines);
        let lost = |bits: u32| {
            let links = |leaf: usize, spine: usize| {
                self.leaves[leaf] / each + (bits >> (leaf * spines + spine) & 1)
            };
            let row = |leaf| (0..spines).map(|spine| links(leaf, spine)).sum::<u32>();
            let column = |spine| (0..leaves).map(|leaf| links(leaf, spine)).sum::<u32>();
            let fits = (0..leaves).all(|leaf| row(leaf) == self.leaves[leaf])
                && (0..spines).all(|spine| column(spine) <= self.spines[spine]);
            let lost = kept.iter();
            let lost = lost.map(|((leaf, spine), n)| n.saturating_sub(links(*leaf, *spine)));
            fits.then(|| lost.sum())
        };
        tables.filter_map(lost).min()
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        max_global_rejects: 100_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_more_links_are_lost_than_must_be(before in small(), after in small()) {
        let first = attempt(&before.design(), None);
        prop_assume!(first.is_ok() && attempt(&after.design(), None).is_ok());
        let first = first.expect("it is there").placement;
        let second = good(&after.design(), Some(&first)).placement;
        let mut kept = BTreeMap::new();
        let mut lost = 0;
        for link in &first.switch_links {
            if let Some(pair) = after.pair(link) {
                *kept.entry(pair).or_default() += 1;
                lost += u32::from(!second.switch_links.contains(link));
            }
        }
        prop_assert_eq!(Some(lost), after.fewest_lost(&kept));
    }
}
