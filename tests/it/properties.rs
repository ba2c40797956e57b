//! What holds for every design. `PROPTEST_CASES` sets how many are tried.

use std::collections::BTreeSet;

use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::Design;
use hedgehog::fabric::placement::ServerLink;
use hedgehog::fabric::plan;
use proptest::prelude::*;

use crate::support::{designs, good};

/// An attachment: ports, distribution, zone, rail.
type Wire = (u32, usize, usize, u32);

/// Servers of a class and their attachments.
type Group = (u32, Vec<Wire>);

/// A small fabric: cages of two server zones and of the uplinks, ports of a spine, servers.
#[derive(Debug, Clone)]
struct Small {
    cages: (u32, u32),
    uplinks: u32,
    spine_ports: u32,
    redundancy: bool,
    groups: Vec<Group>,
}

const DISTRIBUTIONS: [&str; 4] = ["alternating", "same-switch", "", "rail-optimized"];

fn small() -> impl Strategy<Value = Small> {
    let wire = (1..=4_u32, 0..4_usize, 0..2_usize, 0..5_u32);
    let group = (0..12_u32, prop::collection::vec(wire, 1..4));
    let groups = prop::collection::vec(group, 1..4);
    (
        (1..=4_u32, 1..=3_u32),
        8..=24_u32,
        8..=40_u32,
        any::<bool>(),
        groups,
    )
        .prop_map(|(cages, uplinks, spine_ports, redundancy, groups)| Small {
            cages,
            uplinks,
            spine_ports,
            redundancy,
            groups,
        })
}

impl Small {
    fn design(&self) -> Design {
        let (first, second) = self.cages;
        let up = 20;
        let leaf = [
            (
                "left",
                designs::zone("server", &format!("1-{first}"), "4x200G", 10),
            ),
            (
                "right",
                designs::zone("server", &format!("11-{}", 10 + second), "2x400G", 20),
            ),
            (
                "up",
                designs::zone("uplink", &format!("{up}-{}", up + self.uplinks - 1), "", 30),
            ),
        ];
        let spine = [(
            "down",
            designs::zone("fabric", &format!("1-{}", self.spine_ports), "", 10),
        )];
        let mut design = Design::default();
        let mut class = designs::switch("f", "server-leaf", "celestica-ds5000", &leaf);
        class.redundancy = self
            .redundancy
            .then(|| hedgehog::fabric::design::Redundancy {
                redundancy_type: "mclag".to_owned(),
                ..hedgehog::fabric::design::Redundancy::default()
            });
        design.switch_classes.insert("leaf".to_owned(), class);
        let class = designs::switch("f", "spine", "celestica-ds5000", &spine);
        design.switch_classes.insert("spine".to_owned(), class);
        for (number, group) in self.groups.iter().enumerate() {
            let mut class = designs::servers(group.0);
            for (index, (ports, distribution, zone, rail)) in group.1.iter().enumerate() {
                let nic = format!("n{index}");
                class.nics.insert(nic.clone(), designs::nic_of(*ports));
                let (zone, speed) = [("leaf/left", 200), ("leaf/right", 400)][*zone];
                let distribution = DISTRIBUTIONS[*distribution];
                // One server's ports of one rail must fit on a leaf, alternating ones on leaves.
                let most = if distribution.is_empty() || distribution == "alternating" {
                    2
                } else {
                    1
                };
                let mut attachment =
                    designs::attachment(&nic, (*ports).min(most), distribution, zone, speed);
                if distribution == "rail-optimized" {
                    attachment.rail = Some(*rail * 2 + u32::try_from(index).expect("small") * 10);
                }
                class.attachments.insert(nic, attachment);
            }
            design.server_classes.insert(format!("s{number}"), class);
        }
        design
    }

    /// The same with one distribution for all attachments.
    fn in_one_way(mut self, way: usize) -> Self {
        for wire in self.groups.iter_mut().flat_map(|group| &mut group.1) {
            wire.1 = way;
        }
        self
    }

    /// The same with more servers at the end of one class.
    fn grown(&self, more: u32) -> Self {
        let mut grown = self.clone();
        grown.groups[0].0 += more;
        grown
    }
}

/// Some designs cannot be built, which is fine as long as it is said.
fn can_be_built(design: &Design) -> bool {
    let planned = plan(design, Catalog::builtin(), None);
    let errors: Vec<&str> = planned
        .problems
        .iter()
        .filter(|p| p.is_error())
        .map(hedgehog::fabric::problem::Problem::code)
        .collect();
    assert_eq!(
        planned.placement.is_none(),
        !errors.is_empty(),
        "{errors:?}"
    );
    let fine = ["unit-too-large", "uplinks-fewer-than-spines"];
    assert!(errors.iter().all(|code| fine.contains(code)), "{errors:?}");
    errors.is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_audit_is_silent_and_planning_again_changes_nothing(small in small()) {
        let design = small.design();
        prop_assume!(can_be_built(&design));
        let first = good(&design, None);
        prop_assert!(good(&design, None).placement == first.placement);
        let again = good(&design, Some(&first.placement));
        prop_assert_eq!(&again.placement, &first.placement);
        prop_assert!(again.blueprint == first.blueprint);
    }

    #[test]
    fn servers_at_the_end_move_no_server_cable(small in small(), more in 1..8_u32) {
        let (before, after) = (small.design(), small.grown(more).design());
        prop_assume!(can_be_built(&before) && can_be_built(&after));
        let first = good(&before, None).placement;
        let planned = plan(&after, Catalog::builtin(), Some(&first));
        // Links that stay can need more leaves than a spine has ports for.
        prop_assume!(planned.placement.is_some());
        let second = good(&after, Some(&first)).placement;
        let kept: BTreeSet<&ServerLink> = second.server_links.iter().collect();
        for link in &first.server_links {
            prop_assert!(kept.contains(link), "{:?} moved", link);
        }
        prop_assert!(second.quantities["leaf"] >= first.quantities["leaf"]);
        let third = good(&after, Some(&second)).placement;
        prop_assert_eq!(&third, &second);
        // And back: what goes are the links of the servers that went.
        let back = good(&before, Some(&second)).placement;
        prop_assert_eq!(&back.server_links, &first.server_links);
    }

    // Where ways mix in one zone, who comes first can change with the number of switches, and a
    // greedy placement promises nothing.
    #[test]
    fn more_servers_never_need_fewer_switches(small in small(), more in 1..8_u32, way in 0..4_usize) {
        let small = small.in_one_way(way);
        let (before, after) = (small.design(), small.grown(more).design());
        prop_assume!(can_be_built(&before) && can_be_built(&after));
        let (first, second) = (good(&before, None).placement, good(&after, None).placement);
        for (class, quantity) in &first.quantities {
            prop_assert!(second.quantities[class] >= *quantity, "{}", class);
        }
    }

    #[test]
    fn any_two_designs_give_a_legal_plan(before in small(), after in small()) {
        let (before, after) = (before.design(), after.design());
        prop_assume!(can_be_built(&before) && can_be_built(&after));
        let first = good(&before, None).placement;
        let planned = plan(&after, Catalog::builtin(), Some(&first));
        prop_assume!(planned.placement.is_some());
        let second = good(&after, Some(&first)).placement;
        prop_assert_eq!(&good(&after, Some(&second)).placement, &second);
    }

    #[test]
    fn nothing_written_makes_it_panic(spec in "[-0-9,: ]{0,12}", breakout in "[0-9xGg.]{0,6}") {
        let mut design = designs::inference(2);
        let class = design.switch_classes.get_mut("fe-leaf").expect("known");
        let zone = class.zones.get_mut("fe-server-ports").expect("known");
        (zone.ports, zone.breakout) = (spec, Some(breakout));
        let planned = plan(&design, Catalog::builtin(), None);
        for problem in planned.problems {
            prop_assert!(problem.code() != "internal", "{:?}", problem);
            let (summary, detail) = problem.explain();
            prop_assert!(!summary.ends_with('.') && detail.ends_with(['.', '?']));
        }
    }
}
