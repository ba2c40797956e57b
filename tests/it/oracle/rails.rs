//! Small rail fabrics whose servers are unlike, beside others that need one switch each: the fewest leaves that
//! any placement has, whatever the names.

use std::collections::{BTreeMap, BTreeSet};

use hedgehog::fabric::design::{Attachment, Design};
use proptest::prelude::*;

use crate::support::{attempt, designs, good};

/// Leaves that are tried.
const LEAVES_MAX: usize = 9;

/// Classes of servers on one zone: how many, and the rail of each port.
#[derive(Debug, Clone)]
struct Rails {
    capacity: u32,
    classes: Vec<(u32, Vec<u32>)>,
    /// Others on the zone: how many, and the ports of each, which are on one leaf.
    others: Vec<(u32, u32)>,
}

fn rails() -> impl Strategy<Value = Rails> {
    let class = (1..=4_u32, prop::collection::vec(0..3_u32, 1..=5));
    let classes = prop::collection::vec(class, 1..=3);
    let others = prop::collection::vec((1..=3_u32, 1..=4_u32), 0..=2);
    (2..=6_u32, classes, others).prop_map(|(capacity, classes, others)| Rails {
        capacity,
        classes,
        others,
    })
}

impl Rails {
    fn design(&self) -> Design {
        let zone = designs::zone("server", &format!("1-{}", self.capacity), "1x100G", 10);
        let leaf = designs::switch("f", "server-leaf", "celestica-ds3000", &[("z", zone)]);
        let mut design = Design::default();
        design.switch_classes.insert("leaf".to_owned(), leaf);
        for (index, (quantity, rails)) in self.classes.iter().enumerate() {
            let mut class = designs::servers(*quantity);
            let ports = u32::try_from(rails.len()).expect("few");
            class.nics.insert("n".to_owned(), designs::nic_of(ports));
            for (port, rail) in (0..).zip(rails) {
                let rail = designs::rail("n", port, "leaf/z", 100, *rail);
                class.attachments.insert(format!("a{port}"), rail);
            }
            design.server_classes.insert(format!("s{index}"), class);
        }
        for (index, (quantity, ports)) in self.others.iter().enumerate() {
            let mut class = designs::servers(*quantity);
            class.nics.insert("n".to_owned(), designs::nic_of(*ports));
            let attachment = Attachment {
                attachment_type: Some("bundled".to_owned()),
                ..designs::attachment("n", *ports, "", "leaf/z", 100)
            };
            class.attachments.insert("a".to_owned(), attachment);
            // Some names come before those of rails, some after.
            let name = format!("{}{index}", if index == 0 { "a" } else { "z" });
            design.server_classes.insert(name, class);
        }
        design
    }

    /// Ports by rail of each server, on rails that anybody uses.
    fn servers(&self) -> Vec<Vec<u32>> {
        let used: BTreeSet<u32> = self
            .classes
            .iter()
            .flat_map(|(_, rails)| rails)
            .copied()
            .collect();
        let ports = |rails: &Vec<u32>| -> Vec<u32> {
            let mut by_rail: BTreeMap<u32, u32> = used.iter().map(|rail| (*rail, 0)).collect();
            for rail in rails {
                *by_rail.get_mut(rail).expect("it is used") += 1;
            }
            by_rail.into_values().collect()
        };
        let classes = self.classes.iter();
        classes
            .flat_map(|(quantity, rails)| (0..*quantity).map(move |_| rails))
            .map(ports)
            .collect()
    }

    /// As few leaves as any placement has. `None`: more than are tried, or none.
    fn fewest(&self) -> Option<u32> {
        let servers = self.servers();
        let fewest = (1..=LEAVES_MAX).find(|leaves| self.fits(&servers, *leaves))?;
        Some(u32::try_from(fewest).expect("few"))
    }

    /// The numbers of rails to a leaf by the rule: as many or more than evened out over the leaves that there are,
    /// where all servers fit into one domain; one if they never do.
    fn per_leaf(&self, servers: &[Vec<u32>], leaves: usize) -> Vec<usize> {
        let rails = servers[0].len();
        let ports = |rail: usize| servers.iter().map(|server| server[rail]).sum::<u32>();
        let on_leaf = |leaf: &[u32]| leaf.iter().sum::<u32>() <= self.capacity;
        let ports: Vec<u32> = (0..rails).map(ports).collect();
        let one_domain = |per_leaf: &usize| ports.chunks(*per_leaf).all(on_leaf);
        if !one_domain(&1) {
            return vec![1];
        }
        let even = rails.div_ceil(leaves);
        (even..=rails).filter(one_domain).collect()
    }

    fn fits(&self, servers: &[Vec<u32>], leaves: usize) -> bool {
        let mut ways = self.per_leaf(servers, leaves).into_iter();
        ways.any(|per_leaf| self.fits_with(servers, leaves, per_leaf))
    }

    fn fits_with(&self, servers: &[Vec<u32>], leaves: usize, per_leaf: usize) -> bool {
        let domain = servers[0].len().div_ceil(per_leaf);
        let mut loads = BTreeSet::from([vec![0; leaves]]);
        for server in servers {
            let joined = |load: &Vec<u32>, first: usize| {
                let mut load = load.clone();
                for (rail, ports) in server.iter().enumerate() {
                    load[first * domain + rail / per_leaf] += ports;
                }
                let fits = load.iter().all(|used| *used <= self.capacity);
                fits.then_some(load)
            };
            let domains = leaves / domain;
            let all = loads
                .iter()
                .flat_map(|load| (0..domains).filter_map(move |first| joined(load, first)));
            loads = all.collect();
        }
        let others = self.others.iter();
        let others = others.flat_map(|(quantity, ports)| (0..*quantity).map(move |_| *ports));
        for ports in others {
            let joined = |load: &Vec<u32>, leaf: usize| {
                let mut load = load.clone();
                load[leaf] += ports;
                let fits = load[leaf] <= self.capacity;
                // All leaves are alike by now.
                load.sort_unstable();
                fits.then_some(load)
            };
            let all = loads
                .iter()
                .flat_map(|load| (0..leaves).filter_map(move |leaf| joined(load, leaf)));
            loads = all.collect();
        }
        !loads.is_empty()
    }

    /// Plans it with its classes in this order and in the opposite one.
    fn check(&self) {
        let fewest = self.fewest();
        let tried = u32::try_from(LEAVES_MAX).expect("few");
        let mut opposite = self.clone();
        opposite.classes.reverse();
        for rails in [self, &opposite] {
            let planned = attempt(&rails.design(), None).ok();
            let found = planned.map(|good| good.placement.quantities["leaf"]);
            match fewest {
                Some(_) => assert_eq!(found, fewest, "{rails:?}"),
                None => assert!(found.is_none_or(|found| found > tried), "{rails:?}"),
            }
        }
    }
}

/// Two servers with a port on the rail and four with two fill two leaves of five ports, if each leaf has one
/// of the small ones.
#[test]
fn small_servers_fill_what_large_ones_leave() {
    let mut rails = Rails {
        capacity: 5,
        classes: vec![(2, vec![0]), (4, vec![0, 0])],
        others: Vec::new(),
    };
    for _ in 0..2 {
        assert_eq!(good(&rails.design(), None).placement.quantities["leaf"], 2);
        rails.classes.reverse();
    }
}

/// Rails of one port and of two on one leaf with five ports leave no room for four on the next: the large ones
/// go there with one of the small ones, and the other one goes beside the four.
#[test]
fn rails_make_room_for_what_must_not_be_divided() {
    let rails = Rails {
        capacity: 5,
        classes: vec![(2, vec![0]), (2, vec![0, 0])],
        others: vec![(1, 4)],
    };
    assert_eq!(good(&rails.design(), None).placement.quantities["leaf"], 2);
    rails.check();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn leaves_are_the_fewest_that_any_placement_has(rails in rails()) {
        rails.check();
    }
}
