//! Small rail fabrics whose servers are unlike: the fewest domains that any placement has, whatever the names.

use std::collections::{BTreeMap, BTreeSet};

use hedgehog::fabric::design::Design;
use proptest::prelude::*;

use crate::support::{attempt, designs, good};

/// Domains that are tried.
const DOMAINS_MAX: usize = 5;

/// Classes of servers on one zone: how many, and the rail of each port.
#[derive(Debug, Clone)]
struct Rails {
    capacity: u32,
    classes: Vec<(u32, Vec<u32>)>,
}

fn rails() -> impl Strategy<Value = Rails> {
    let class = (1..=4_u32, prop::collection::vec(0..3_u32, 1..=5));
    (2..=6_u32, prop::collection::vec(class, 1..=3))
        .prop_map(|(capacity, classes)| Rails { capacity, classes })
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

    /// By the rule: one domain of as few leaves as can be if all servers fit there, otherwise as few domains
    /// of a leaf for each rail as any placement has. `None`: more than are tried, or none.
    fn fewest(&self) -> Option<u32> {
        let servers = self.servers();
        let rails = servers[0].len();
        let busiest = (0..rails).map(|rail| servers.iter().map(|server| server[rail]).sum::<u32>());
        let busiest = busiest.max().expect("there is a rail");
        let per_leaf = usize::try_from(self.capacity / busiest).expect("few");
        if per_leaf > 0 {
            return Some(u32::try_from(rails.div_ceil(per_leaf.min(rails))).expect("few"));
        }
        let domains = (2..=DOMAINS_MAX).find(|domains| self.fits(&servers, *domains))?;
        Some(u32::try_from(domains * rails).expect("few"))
    }

    fn fits(&self, servers: &[Vec<u32>], domains: usize) -> bool {
        let mut loads = BTreeSet::from([vec![vec![0; servers[0].len()]; domains]]);
        for server in servers {
            let joined = |load: &Vec<Vec<u32>>, domain: usize| {
                let mut load = load.clone();
                for (used, ports) in load[domain].iter_mut().zip(server) {
                    *used += ports;
                }
                let fits = load[domain].iter().all(|used| *used <= self.capacity);
                // All domains are alike.
                load.sort_unstable();
                fits.then_some(load)
            };
            let all = loads
                .iter()
                .flat_map(|load| (0..domains).filter_map(move |domain| joined(load, domain)));
            loads = all.collect();
        }
        !loads.is_empty()
    }

    /// Plans it with its classes in this order and in the opposite one.
    fn check(&self) {
        let fewest = self.fewest();
        let tried = u32::try_from(DOMAINS_MAX * self.servers()[0].len()).expect("few");
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
    };
    for _ in 0..2 {
        assert_eq!(good(&rails.design(), None).placement.quantities["leaf"], 2);
        rails.classes.reverse();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn domains_are_the_fewest_that_any_placement_has(rails in rails()) {
        rails.check();
    }
}
