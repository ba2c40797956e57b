//! Small fabrics, where every way to place every port can be tried: the quantity that the planner finds
//! is the smallest that any placement has.

use std::collections::BTreeSet;

use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::{Attachment, Design, Redundancy};
use hedgehog::fabric::plan;
use proptest::prelude::*;

use crate::support::designs;

/// How the ports of one attachment may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Alternating,
    SameSwitch,
    RoundRobin,
    Bundled,
    Eslag,
}

const WAYS: [Way; 5] = [
    Way::Alternating,
    Way::SameSwitch,
    Way::RoundRobin,
    Way::Bundled,
    Way::Eslag,
];

impl Way {
    /// Whether the ports of one attachment may lie so: ports by switch.
    fn allows(self, shape: &[u32]) -> bool {
        let used: Vec<usize> = (0..shape.len())
            .filter(|switch| shape[*switch] > 0)
            .collect();
        match self {
            Self::Alternating => shape.iter().all(|ports| *ports <= 1),
            Self::SameSwitch | Self::RoundRobin | Self::Bundled => used.len() == 1,
            Self::Eslag => {
                let groups: BTreeSet<usize> = used.iter().map(|switch| switch / 4).collect();
                let (least, most) = (
                    used.iter().map(|switch| shape[*switch]).min(),
                    used.iter().map(|switch| shape[*switch]).max(),
                );
                groups.len() == 1
                    && used.len() >= 2
                    && most.zip(least).is_some_and(|(m, l)| m - l <= 1)
            }
        }
    }
}

/// One zone of `capacity` ports, and classes of a few servers with one attachment of some ports.
#[derive(Debug, Clone)]
struct Small {
    capacity: u32,
    classes: Vec<(Way, u32, u32)>,
}

fn mixed() -> impl Strategy<Value = Small> {
    let class = (prop::sample::select(&WAYS[..]), 1..=3_u32, 1..=4_u32);
    (3..=8_u32, prop::collection::vec(class, 1..=3)).prop_map(|(capacity, mut classes)| {
        for (way, _, ports) in &mut classes {
            // One link is no redundancy.
            *ports = (*ports).max(if *way == Way::Eslag { 2 } else { 1 });
        }
        Small { capacity, classes }
    })
}

/// All classes in the way of the first.
fn of_one_way() -> impl Strategy<Value = Small> {
    mixed().prop_map(|mut small| {
        let first = small.classes[0].0;
        for (way, _, ports) in &mut small.classes {
            *way = first;
            *ports = (*ports).max(if first == Way::Eslag { 2 } else { 1 });
        }
        small
    })
}

impl Small {
    fn design(&self) -> Design {
        let zone = designs::zone("server", &format!("1-{}", self.capacity), "1x100G", 10);
        let mut leaf = designs::switch("f", "server-leaf", "celestica-ds3000", &[("z", zone)]);
        leaf.redundancy = self.has(Way::Eslag).then(|| Redundancy {
            redundancy_type: "eslag".to_owned(),
            ..Redundancy::default()
        });
        let mut design = Design::default();
        design.switch_classes.insert("leaf".to_owned(), leaf);
        for (index, (way, quantity, ports)) in self.classes.iter().enumerate() {
            let (kind, distribution) = match way {
                Way::Alternating => ("unbundled", "alternating"),
                Way::SameSwitch => ("unbundled", "same-switch"),
                Way::RoundRobin => ("unbundled", ""),
                Way::Bundled => ("bundled", ""),
                Way::Eslag => ("eslag", ""),
            };
            let mut class = designs::servers(*quantity);
            class.nics.insert("n".to_owned(), designs::nic_of(*ports));
            let attachment = Attachment {
                attachment_type: Some(kind.to_owned()),
                ..designs::attachment("n", *ports, distribution, "leaf/z", 100)
            };
            class.attachments.insert("a".to_owned(), attachment);
            design.server_classes.insert(format!("s{index}"), class);
        }
        design
    }

    fn has(&self, way: Way) -> bool {
        self.classes.iter().any(|(has, _, _)| *has == way)
    }

    /// Way and ports of each server.
    fn units(&self) -> Vec<(Way, u32)> {
        let classes = self.classes.iter();
        classes
            .flat_map(|(way, quantity, ports)| (0..*quantity).map(move |_| (*way, *ports)))
            .collect()
    }

    /// Quantities that may be built at all.
    fn legal(&self, quantity: u32) -> bool {
        let least = if self.has(Way::Alternating) || self.has(Way::Eslag) {
            2
        } else {
            1
        };
        quantity >= least && !(self.has(Way::Eslag) && quantity % 4 == 1)
    }

    /// All ways in which the ports of one server may lie on that many switches: ports by switch.
    fn shapes(way: Way, ports: u32, switches: u32) -> BTreeSet<Vec<u32>> {
        let mut shapes = BTreeSet::new();
        let length = usize::try_from(switches).expect("small");
        let mut open = vec![(Vec::new(), ports)];
        while let Some((shape, left)) = open.pop() {
            if shape.len() == length {
                if left == 0 && way.allows(&shape) {
                    shapes.insert(shape);
                }
                continue;
            }
            for here in 0..=left {
                let mut shape = shape.clone();
                shape.push(here);
                open.push((shape, left - here));
            }
        }
        shapes
    }

    /// Whether any placement fits on that many switches.
    fn fits(&self, switches: u32) -> bool {
        let mut loads: BTreeSet<Vec<u32>> =
            BTreeSet::from([vec![0; usize::try_from(switches).expect("small")]]);
        for (way, ports) in self.units() {
            let shapes = Self::shapes(way, ports, switches);
            let mut next = BTreeSet::new();
            for load in &loads {
                for shape in &shapes {
                    let sum: Vec<u32> = load.iter().zip(shape).map(|(a, b)| a + b).collect();
                    if sum.iter().all(|ports| *ports <= self.capacity) {
                        next.insert(sum);
                    }
                }
            }
            loads = next;
        }
        !loads.is_empty()
    }
}

/// The quantity that is planned, and the smallest that any placement has, as far as that is tried.
fn quantities(small: &Small) -> (Option<u32>, Option<u32>) {
    let planned = plan(&small.design(), Catalog::builtin(), None);
    let placement = planned.placement.as_ref();
    let found = placement.map(|placement| placement.quantities["leaf"]);
    // More than the search tries, or a server that no switch can serve.
    let smallest = (1..=6).find(|quantity| small.legal(*quantity) && small.fits(*quantity));
    (found, smallest)
}

fn check(small: &Small) {
    match quantities(small) {
        (found, Some(smallest)) => assert_eq!(found, Some(smallest), "{small:?}"),
        (found, None) => assert!(found.is_none_or(|found| found > 6), "{small:?}"),
    }
}

/// Six bundles of two and two of three fill a group of four and one of two to the last port, but not in
/// the order in which they come.
#[test]
fn groups_are_filled_to_the_last_port() {
    check(&Small {
        capacity: 3,
        classes: [(3, 2), (3, 2), (2, 3)]
            .map(|(quantity, ports)| (Way::Eslag, quantity, ports))
            .into(),
    });
}

/// Where ways mix in one zone each is placed as if those before it had to be there: two servers are put on
/// a switch each, where a bundle of three then finds no room, and would find some beside both on one.
#[test]
fn mixed_ways_may_take_a_switch_more() {
    let small = Small {
        capacity: 3,
        classes: vec![(Way::SameSwitch, 2, 1), (Way::Bundled, 1, 3)],
    };
    assert_eq!(quantities(&small), (Some(3), Some(2)));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_quantity_is_the_smallest_that_any_placement_has(small in of_one_way()) {
        check(&small);
    }

    #[test]
    fn mixed_ways_never_take_less_than_any_placement_has(small in mixed()) {
        if let (Some(found), smallest) = quantities(&small) {
            prop_assert!(smallest.map_or(found > 6, |smallest| found >= smallest));
        }
    }
}
