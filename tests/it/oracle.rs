//! Small fabrics, where every way to place every port can be tried: the quantity that the planner finds
//! is the smallest that any placement has, whatever the names.

mod rails;
mod tier;

use std::collections::BTreeSet;

use hedgehog::fabric::design::{Attachment, Design, Redundancy, ServerClass, SwitchClass};
use proptest::prelude::*;

use crate::support::{attempt, designs, good};

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
    /// Type and distribution.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Alternating => ("unbundled", "alternating"),
            Self::SameSwitch => ("unbundled", "same-switch"),
            Self::RoundRobin => ("unbundled", ""),
            Self::Bundled => ("bundled", ""),
            Self::Eslag => ("eslag", ""),
        }
    }

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

impl Small {
    fn design(&self) -> Design {
        let zone = designs::zone("server", &format!("1-{}", self.capacity), "1x100G", 10);
        let mut leaf = designs::switch("f", "server-leaf", "celestica-ds3000", &[("z", zone)]);
        redundant(&mut leaf, self.has(Way::Eslag));
        let mut design = Design::default();
        design.switch_classes.insert("leaf".to_owned(), leaf);
        for (index, class) in self.servers("leaf/z").into_iter().enumerate() {
            design.server_classes.insert(format!("s{index}"), class);
        }
        design
    }

    /// Its classes, attached to the zone of that name.
    fn servers(&self, zone: &str) -> Vec<ServerClass> {
        let classes = self.classes.iter();
        let class = |(way, quantity, ports): &(Way, u32, u32)| {
            let (kind, distribution) = way.words();
            let mut class = designs::servers(*quantity);
            class.nics.insert("n".to_owned(), designs::nic_of(*ports));
            let attachment = Attachment {
                attachment_type: Some(kind.to_owned()),
                ..designs::attachment("n", *ports, distribution, zone, 100)
            };
            class.attachments.insert("a".to_owned(), attachment);
            class
        };
        classes.map(class).collect()
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

/// Switches that redundant bundles are attached to.
fn redundant(leaf: &mut SwitchClass, used: bool) {
    leaf.redundancy = used.then(|| Redundancy {
        redundancy_type: "eslag".to_owned(),
        ..Redundancy::default()
    });
}

/// Plans it with its classes in this order and in the opposite one.
fn check(small: &Small) {
    // Beyond are more than is tried here, or a server that no switch can serve.
    let smallest = (1..=6).find(|quantity| small.legal(*quantity) && small.fits(*quantity));
    let mut opposite = small.clone();
    opposite.classes.reverse();
    for small in [small, &opposite] {
        let planned = attempt(&small.design(), None).ok();
        let found = planned.map(|good| good.placement.quantities["leaf"]);
        match smallest {
            Some(_) => assert_eq!(found, smallest, "{small:?}"),
            None => assert!(found.is_none_or(|found| found > 6), "{small:?}"),
        }
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

/// Where ways mix each one in turn may take the room that another needs.
#[test]
fn mixed_ways_find_room_beside_each_other() {
    let check = |capacity, classes: &[(Way, u32, u32)]| {
        check(&Small {
            capacity,
            classes: classes.to_vec(),
        });
    };
    // A bundle of three beside two servers on one switch, and not on one each.
    check(3, &[(Way::SameSwitch, 2, 1), (Way::Bundled, 1, 3)]);
    // Servers of one port leave the room of two where it is.
    check(4, &[(Way::RoundRobin, 3, 1), (Way::Bundled, 2, 2)]);
    // Bundles go where a port is left on two switches.
    check(
        3,
        &[
            (Way::SameSwitch, 2, 2),
            (Way::Eslag, 1, 2),
            (Way::Alternating, 1, 2),
        ],
    );
}

/// Seven bundles of four, and five servers of two ports and eight of one in blocks, are 46 of the 48 ports
/// of three switches. Where those of one port come first the blocks leave room for six bundles.
#[test]
fn names_do_not_change_the_quantity() {
    let classes = [
        (Way::Bundled, 7, 4),
        (Way::SameSwitch, 5, 2),
        (Way::SameSwitch, 8, 1),
    ];
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let small = Small {
            capacity: 16,
            classes: order.map(|class| classes[class]).to_vec(),
        };
        assert_eq!(good(&small.design(), None).placement.quantities["leaf"], 3);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_quantity_is_the_smallest_that_any_placement_has(small in mixed()) {
        check(&small);
    }
}
