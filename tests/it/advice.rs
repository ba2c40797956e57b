//! Advice with a number helps: the design is changed as it says, and the problem is gone.

use std::collections::BTreeSet;

use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::{Design, Redundancy, SwitchClass, Zone};
use hedgehog::fabric::plan;
use hedgehog::fabric::ports::compact;
use hedgehog::fabric::problem::{Fault, MorePorts, Problem, ReachRemedy, Subject};

use crate::support::designs::{self, zone};

const DS3000: &str = "celestica-ds3000";
const DS5000: &str = "celestica-ds5000";

/// Does what the problem of that code says until it is gone, at most once for each problem that there was.
fn check(code: &str, design: &Design) {
    let found = |design: &Design| {
        let mut problems = plan(design, Catalog::builtin(), None).problems;
        problems.retain(|problem| problem.code() == code);
        problems
    };
    let problems = found(design);
    assert!(!problems.is_empty(), "the design has {code}");
    let errors = |design: &Design| {
        let problems = plan(design, Catalog::builtin(), None).problems;
        let errors = problems.iter().filter(|problem| problem.is_error());
        errors.map(Problem::code).collect::<BTreeSet<_>>()
    };
    let before = errors(design);
    let mut way = 0;
    let mut ways = 1;
    while way < ways {
        let mut changed = design.clone();
        for problem in &problems {
            ways = follow(problem, &mut changed, way);
        }
        let left = found(&changed);
        assert!(
            left.is_empty(),
            "way {way} of {ways}: {:?}",
            left[0].explain()
        );
        let more: Vec<_> = errors(&changed).difference(&before).copied().collect();
        assert!(more.is_empty(), "way {way} of {ways} brings {more:?}");
        way += 1;
    }
}

/// Changes the design as one of the ways of a problem says. The answer is how many ways there are.
#[expect(clippy::wildcard_enum_match_arm, reason = "those that a row has")]
fn follow(problem: &Problem, design: &mut Design, way: usize) -> usize {
    match &problem.fault {
        Fault::PeerUneven { even, .. } => {
            let even = even.expect("there is a way");
            zone_of(problem, design).ports = compact(1..=even.ports);
            1
        }
        Fault::UplinksFewerThanSpines { remedy, .. } => {
            let (fewer, more) = match remedy {
                ReachRemedy::FewerSpines {
                    class,
                    sufficient,
                    ports,
                    uplinks,
                } => (Some((class, *sufficient, ports)), uplinks),
                ReachRemedy::Uplinks(more) | ReachRemedy::MorePorts { more, .. } => (None, more),
            };
            let ways = usize::from(fewer.is_some()) + usize::from(!more.is_empty());
            assert!(ways > 0, "something helps");
            match fewer.filter(|_| way == 0) {
                Some((name, sufficient, ports)) => {
                    class(design, name).override_quantity = Some(sufficient);
                    widen(design, ports);
                }
                None => widen(design, more),
            }
            ways
        }
        Fault::AlternatingSwitches { sufficient, .. } => {
            class(design, "leaf").override_quantity = Some(*sufficient);
            1
        }
        Fault::GroupOfOne { legal, .. } => {
            class(design, "leaf").override_quantity = Some(legal[way]);
            legal.len()
        }
        Fault::SpeedMismatch { fitting, .. } => {
            class(design, "leaf")
                .zones
                .get_mut("servers")
                .expect("known")
                .breakout = Some(fitting[way].to_string());
            fitting.len()
        }
        other => panic!("no numbers to follow: {other:?}"),
    }
}

/// Gives zones between leaves and spines as many ports.
fn widen(design: &mut Design, more: &[MorePorts]) {
    for more in more {
        let zones = &mut class(design, &more.class).zones;
        let zone = zones.get_mut("between").expect("known");
        zone.ports = compact(1..=more.sufficient);
    }
}

fn class<'d>(design: &'d mut Design, name: &str) -> &'d mut SwitchClass {
    design.switch_classes.get_mut(name).expect("known")
}

fn zone_of<'d>(problem: &Problem, design: &'d mut Design) -> &'d mut Zone {
    let Subject::Zone { class, zone } = &problem.locus.subject else {
        panic!("of a zone");
    };
    let class = design.switch_classes.get_mut(class).expect("known");
    class.zones.get_mut(zone).expect("known")
}

/// Leaves that servers are attached to with two ports each.
fn leaves(servers: u32, zones: &[(&str, Zone)], speed: u32, profile: &str) -> Design {
    let mut design = Design::default();
    let leaf = designs::switch("f", "server-leaf", profile, zones);
    design.switch_classes.insert("leaf".to_owned(), leaf);
    let mut class = designs::servers(servers);
    class.nics.insert("n".to_owned(), designs::nic_of(4));
    let attachment = designs::attachment("n", 2, "alternating", "leaf/servers", speed);
    class.attachments.insert("a".to_owned(), attachment);
    design.server_classes.insert("s".to_owned(), class);
    design
}

/// Borders, each with so many uplinks to far switches that have so many ports for them.
fn borders(borders: u32, uplinks: u32, far_ports: u32, far_least: u32) -> Design {
    let mut design = Design::default();
    let mut zone_up = zone("uplink", &compact(1..=uplinks), "1x100G", 20);
    zone_up.peer = Some("far/ports".to_owned());
    let mut border = designs::switch("f", "border-leaf", DS3000, &[("up", zone_up)]);
    border.override_quantity = Some(borders);
    design.switch_classes.insert("border".to_owned(), border);
    let ports = zone("server", &compact(1..=far_ports), "1x100G", 10);
    let mut far = designs::switch("g", "server-leaf", DS3000, &[("ports", ports)]);
    far.fabric_class = Some("unmanaged".to_owned());
    far.min_quantity = Some(far_least);
    design.switch_classes.insert("far".to_owned(), far);
    design
}

#[test]
fn uplinks_that_lead_to_all_far_switches_alike() {
    // Borders, uplinks of each, ports of a far switch, and how many of these there are at least.
    let uneven = [(3, 5, 8, 0), (3, 7, 9, 0), (6, 5, 30, 3)];
    for (count, uplinks, ports, least) in uneven {
        check("peer-uneven", &borders(count, uplinks, ports, least));
    }
    for (count, uplinks, ports, least) in [(3, 2, 9, 3), (2, 1, 2, 3)] {
        check("peer-misses", &borders(count, uplinks, ports, least));
    }
}

/// More borders than a far switch has ports: each further uplink takes more than one switch.
#[test]
fn no_number_of_uplinks_leads_to_all() {
    let problems = plan(&borders(4, 2, 3, 0), Catalog::builtin(), None).problems;
    let misses = problems
        .iter()
        .find(|problem| problem.code() == "peer-misses");
    let fault = &misses.expect("told").fault;
    assert!(
        matches!(fault, Fault::PeerUneven { even: None, .. }),
        "{fault:?}"
    );
}

/// Two classes of leaves with so many uplinks, one with a server each, and spines with so many ports.
fn spread(uplinks: [u32; 2], leaves: [u32; 2], ports: u32, spines: Option<u32>) -> Design {
    let mut design = Design::default();
    for ((name, uplinks), leaves) in ["leaf", "other"].into_iter().zip(uplinks).zip(leaves) {
        let zones = [(
            "between",
            zone("uplink", &compact(1..=uplinks), "1x100G", 10),
        )];
        let mut class = designs::switch("f", "server-leaf", DS3000, &zones);
        class.override_quantity = Some(leaves);
        design.switch_classes.insert(name.to_owned(), class);
    }
    let zones = [("between", zone("fabric", &compact(1..=ports), "1x100G", 10))];
    let mut spine = designs::switch("f", "spine", DS3000, &zones);
    spine.override_quantity = spines;
    design.switch_classes.insert("spine".to_owned(), spine);
    design
}

#[test]
fn uplinks_to_every_spine() {
    let code = "uplinks-fewer-than-spines";
    // Both classes lack uplinks; fewer spines have enough ports, too.
    check(code, &spread([2, 3], [2, 2], 32, Some(4)));
    // Fewer spines do not.
    check(code, &spread([3, 4], [2, 2], 4, Some(4)));
    // Two uplinks more take a spine more, which takes an uplink more.
    check(code, &spread([1, 2], [4, 4], 9, None));
    check(code, &spread([1, 6], [2, 4], 8, None));
}

#[test]
fn switches_for_all_that_alternates() {
    let zones = [("servers", zone("server", "1-8", "1x100G", 10))];
    let mut design = leaves(16, &zones, 100, DS3000);
    let class_of = design.server_classes.get_mut("s").expect("known");
    class_of.attachments.get_mut("a").expect("known").ports = Some(3);
    class(&mut design, "leaf").override_quantity = Some(2);
    check("alternating-switches", &design);
    class(&mut design, "leaf").override_quantity = Some(1);
    check("alternating-switches", &design);
}

#[test]
fn no_switch_is_alone() {
    // Kind, topology, least and fixed quantity.
    for (kind, topology, min, fixed) in [
        ("eslag", None, None, 5),
        ("eslag", None, Some(5), 5),
        ("mclag", None, None, 1),
        ("mclag", Some("mesh"), None, 3),
    ] {
        let mut zones = vec![("servers", zone("server", "1-8", "1x100G", 10))];
        zones.extend(topology.map(|_| ("mesh", zone("mesh", "17-24", "1x100G", 20))));
        let mut design = leaves(2, &zones, 100, DS3000);
        let leaf = class(&mut design, "leaf");
        leaf.redundancy = Some(Redundancy {
            redundancy_type: kind.to_owned(),
            ..Redundancy::default()
        });
        (leaf.topology, leaf.min_quantity) = (topology.map(str::to_owned), min);
        leaf.override_quantity = Some(fixed);
        check("group-of-one", &design);
    }
}

#[test]
fn breakouts_that_the_hardware_allows() {
    // Eight ports of 100G from each cage are too many for two cages of one pipeline.
    let zones = [("servers", zone("server", "1-40", "2x400G", 10))];
    check("speed-mismatch", &leaves(8, &zones, 100, DS5000));
    let zones = [("servers", zone("server", "1-2", "2x400G", 10))];
    check("speed-mismatch", &leaves(8, &zones, 200, DS5000));
}
