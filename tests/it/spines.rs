//! Fabrics with several classes of spines, and uplinks of several speeds.

use hedgehog::fabric::design::{Design, SwitchClass};

use crate::support::designs::{self, zone};
use crate::support::{attempt, good};

const DS5000: &str = "celestica-ds5000";

/// A leaf class for 8 servers of 400G with the zones given beside, of which so many switches are built.
fn leaves(quantity: u32, uplinks: &[(&str, &str)]) -> Design {
    let mut zones = vec![("servers", zone("server", "1-4", "2x400G", 10))];
    let named = ["up", "up-2"].into_iter().zip(uplinks);
    zones.extend(named.map(|(name, (ports, mode))| (name, zone("uplink", ports, mode, 20))));
    let mut leaf = designs::switch("f", "server-leaf", DS5000, &zones);
    leaf.min_quantity = Some(quantity);
    let mut design = Design::default();
    design.switch_classes.insert("leaf".to_owned(), leaf);
    design
}

fn spine(design: &mut Design, name: &str, zones: &[(&str, &str)]) {
    let named = ["down", "down-2"].into_iter().zip(zones);
    let zones: Vec<_> = named
        .map(|(name, (ports, mode))| (name, zone("fabric", ports, mode, 10)))
        .collect();
    let class = designs::switch("f", "spine", DS5000, &zones);
    design.switch_classes.insert(name.to_owned(), class);
}

fn class<'d>(design: &'d mut Design, name: &str) -> &'d mut SwitchClass {
    design.switch_classes.get_mut(name).expect("known")
}

/// What would do instead of a given number of one class depends on the number that is found for the
/// other, and not on which comes first.
#[test]
fn a_given_and_a_found_number_of_spines() {
    for (given, found) in [("a", "b"), ("b", "a")] {
        let mut design = leaves(4, &[("9-16", "1x800G")]);
        for name in [given, found] {
            spine(&mut design, name, &[("1-8", "1x800G")]);
        }
        class(&mut design, given).override_quantity = Some(1);
        let first = good(&design, None).placement;
        let numbers = |name: &str| (first.calculated[name], first.quantities[name]);
        // 32 uplinks on 8 ports each.
        assert_eq!((numbers(given), numbers(found)), ((1, 1), (3, 3)));
        assert_eq!(good(&design, Some(&first)).placement, first);
    }
}

fn said(design: &Design) -> String {
    let problems = attempt(design, None).expect_err("it has errors");
    problems[0].explain().1
}

/// Each speed is a fabric of its own: uplinks of one do not help where those of the other are few.
#[test]
fn a_leaf_reaches_every_spine_at_each_speed() {
    let mut design = leaves(5, &[("9-12", "2x400G"), ("13-15", "1x800G")]);
    spine(
        &mut design,
        "spine",
        &[("1-4", "2x400G"), ("9-24", "1x800G")],
    );
    assert_eq!(
        said(&design),
        "A leaf of class \"leaf\" has 3 uplink ports of 800G, and there are 5 spines. Every leaf needs \
         a link to every spine. In zones of type fabric, add 6 ports of 400G to each switch of class \
         \"spine\", which has 8: then 3 spines are enough, and a leaf reaches all of them."
    );
    class(&mut design, "spine")
        .zones
        .get_mut("down")
        .expect("known")
        .ports = "1-7".to_owned();
    assert_eq!(good(&design, None).placement.quantities["spine"], 3);
}

/// What is said of spines out of reach helps, where their number is found and where it is given.
#[test]
fn spines_out_of_reach_come_nearer() {
    let with = |ports: &str, given: Option<u32>| {
        let mut design = leaves(8, &[("9-12", "1x800G")]);
        spine(&mut design, "spine", &[(ports, "1x800G")]);
        class(&mut design, "spine").override_quantity = given;
        design
    };
    let check =
        |design: &Design, help: &str| assert!(said(design).ends_with(help), "{}", said(design));
    let ports = "add 4 ports of 800G to each switch of class \"spine\", which has 4: then 4 spines are enough, \
                 and a leaf reaches all of them.";
    check(&with("1-4", None), ports);
    assert_eq!(
        good(&with("1-8", None), None).placement.quantities["spine"],
        4
    );
    let fewer = "Set override_quantity of class \"spine\" to 4, or in zones of type uplink add 4 ports of 800G \
                 to each switch of class \"leaf\", which has 4.";
    check(&with("1-32", Some(8)), fewer);
    good(&with("1-32", Some(4)), None);
    // Four have too few ports, and eight with as many uplinks too.
    let both = "Set override_quantity of class \"spine\" to 4 and in zones of type fabric add 4 ports of 800G \
                to each switch of class \"spine\", which has 4.";
    check(&with("1-4", Some(8)), both);
}

/// More ports than a switch has are no advice.
#[test]
fn spines_are_not_told_to_grow_beyond_their_switch() {
    let with = |number: u32, mode: &str| {
        let mut design = leaves(number, &[("9-10", mode)]);
        spine(&mut design, "spine", &[("1-4", mode)]);
        said(&design)
    };
    let more = "add 60 ports of 800G to each switch of class \"spine\", which has 4: then 2 spines are enough, \
                and a leaf reaches all of them.";
    assert!(with(64, "1x800G").ends_with(more));
    let beyond = "Each switch of class \"spine\" would need 65 ports of 800G there, and has room for 64. \
                  Choose a larger switch, or divide the servers between several fabrics.";
    assert!(with(65, "1x800G").ends_with(beyond));
    // Nor are those of other zones.
    let mut design = leaves(64, &[("9-10", "1x800G")]);
    spine(&mut design, "spine", &[("1-4", "1x800G")]);
    let spines = design.switch_classes.get_mut("spine").expect("known");
    let others = zone("server", "5-20", "1x800G", 100);
    spines.zones.insert("servers".to_owned(), others);
    let taken = "would need 64 ports of 800G there, and has room for 48. Take ports from its other zones, choose a \
                 larger switch, or divide the servers between several fabrics.";
    assert!(said(&design).ends_with(taken), "{}", said(&design));
    let spines = design.switch_classes.get_mut("spine").expect("known");
    spines.zones.remove("servers");
    spines.excluded_ports = Some("60-64".to_owned());
    let excluded = "would need 64 ports of 800G there, and has room for 59. Exclude fewer ports.";
    assert!(said(&design).ends_with(excluded), "{}", said(&design));
    let split = "which has 8: then 4 spines are enough, and a leaf reaches all of them.";
    let said = with(65, "2x400G");
    assert!(
        said.contains("add 57 ports of 400G") && said.ends_with(split),
        "{said}"
    );
}

#[test]
fn a_leaf_reaches_spines_of_its_speeds_only() {
    let mut design = leaves(2, &[("9-12", "2x400G")]);
    spine(&mut design, "slow", &[("1-16", "2x400G")]);
    spine(&mut design, "fast", &[("1-16", "1x800G")]);
    class(&mut design, "fast").override_quantity = Some(1);
    assert_eq!(
        said(&design),
        "The ports of switch class \"leaf\" run at 400G, but the spines of fabric \"f\" have fabric \
         ports of 800G. Give both zones a breakout of one speed."
    );
}

/// The first problem in words, and the class and field where it is.
fn too_few(design: &Design) -> (String, String, &'static str) {
    let problems = attempt(design, None).expect_err("it has errors");
    let problem = &problems[0];
    assert_eq!(problem.code(), "spine-ports");
    let field = problem.locus.field.expect("it has one");
    (
        problem.explain().1,
        problem.locus.subject.to_string(),
        field,
    )
}

/// Four leaves with two uplinks each, one spine of class `small` and others of class `large`.
fn unequal(names: [&str; 2], small: &str, given: [Option<u32>; 2]) -> Design {
    let mut design = leaves(4, &[("9-10", "1x800G")]);
    for ((name, ports), given) in names.into_iter().zip([small, "1-16"]).zip(given) {
        spine(&mut design, name, &[(ports, "1x800G")]);
        class(&mut design, name).override_quantity = given;
    }
    design
}

/// A spine that cannot take a link of each leaf: no number of spines helps, whatever their names.
#[test]
fn a_small_spine_needs_more_ports() {
    for names in [["a", "b"], ["b", "a"]] {
        let small = names[0];
        let design = unequal(names, "1-2", [Some(1), None]);
        let expect = "Fabric \"f\" needs 8 ports of 800G on its spines, and they have 18 (2 switches), not \
                      all where links have to be: a leaf has as many to each spine, or one more. More \
                      spines do not help. In zones of type fabric, add 2 ports of 800G to each switch of \
                      class \"SMALL\", which has 2.";
        let (said, subject, field) = too_few(&design);
        assert_eq!(said, expect.replace("SMALL", small));
        assert_eq!(subject, format!("switch class \"{small}\""));
        assert_eq!(field, "zone");
        good(&unequal(names, "1-4", [Some(1), None]), None);
    }
}

/// The more spines, the fewer links of each leaf a small one has to take.
#[test]
fn one_spine_more_helps_a_small_one() {
    let numbers = |small, large| {
        let mut design = leaves(4, &[("9-12", "1x800G")]);
        spine(&mut design, "a", &[("1-4", "1x800G")]);
        spine(&mut design, "b", &[("1-16", "1x800G")]);
        class(&mut design, "a").override_quantity = Some(small);
        class(&mut design, "b").override_quantity = Some(large);
        design
    };
    assert_eq!(
        too_few(&numbers(1, 1)),
        (
            "Fabric \"f\" needs 16 ports of 800G on its spines, and they have 20 (2 switches), not all \
             where links have to be: a leaf has as many to each spine, or one more. Set override_quantity \
             to 2 (1 switch more)."
                .to_owned(),
            "switch class \"a\"".to_owned(),
            "override_quantity"
        )
    );
    good(&numbers(2, 1), None);
    good(&numbers(1, 2), None);
}
