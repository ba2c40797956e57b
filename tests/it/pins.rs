//! Cables whose ports are chosen by hand.

use std::collections::BTreeSet;

use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::{Design, Redundancy};
use hedgehog::fabric::growth::change::between;
use hedgehog::fabric::plan;

use crate::support::{codes, designs, good};

fn pin(design: &Design, a: &str, b: &str) -> Design {
    let mut pinned = design.clone();
    pinned.pins.insert(a.to_owned(), b.to_owned());
    pinned
}

/// The pin holds, from nothing and on top of what is there, and stays. `moved`: cables that it
/// moves where others were there before.
fn check(design: &Design, a: &str, b: &str, moved: usize) {
    let (pinned, turned) = (pin(design, a, b), pin(design, b, a));
    let before = good(design, None);
    let fresh = good(&pinned, None);
    let after = good(&pinned, Some(&before.placement));
    assert_eq!(
        after.placement, fresh.placement,
        "{a}: a fresh plan is the base of both"
    );
    let cables = after.blueprint.cables.iter();
    let text: BTreeSet<String> = cables
        .map(|c| {
            format!(
                "{}/{} {}/{}",
                c.a.device, c.a.interface, c.b.device, c.b.interface
            )
        })
        .collect();
    assert!(text.contains(&format!("{a} {b}")), "{a} is not on {b}");
    let change = between(&before.blueprint, &after.blueprint);
    assert_eq!(
        (
            change.cables_added,
            change.cables_moved,
            change.cables_removed
        ),
        (0, moved, 0)
    );
    let said = after
        .warnings
        .iter()
        .find(|problem| problem.code() == "cables-move");
    assert!(
        said.expect("cables move")
            .explain()
            .1
            .contains("since they are pinned, or others on their ports are")
    );
    assert_eq!(good(&turned, None).placement, fresh.placement);
    assert_eq!(
        good(&pinned, Some(&after.placement)).placement,
        after.placement
    );
    assert_eq!(
        good(design, Some(&after.placement)).placement,
        after.placement,
        "without the pin everything stays"
    );
}

fn with(distribution: &str) -> Design {
    let mut design = designs::inference(16);
    let class = design.server_classes.get_mut("compute").expect("known");
    let fe = class.attachments.get_mut("fe").expect("known");
    fe.distribution = (!distribution.is_empty()).then(|| distribution.to_owned());
    design
}

#[test]
fn a_free_port_moves_one_cable() {
    let design = designs::inference(16);
    check(&design, "compute-007/fe-p0", "fe-leaf-01/E1/63/4", 1);
}

#[test]
fn a_port_in_use_moves_the_cable_that_has_it() {
    let design = designs::inference(16);
    check(&design, "compute-007/fe-p0", "fe-leaf-01/E1/1/1", 2);
}

#[test]
fn the_other_switch_moves_the_other_port_too() {
    let design = designs::inference(16);
    check(&design, "compute-007/fe-p0", "fe-leaf-02/E1/63/4", 2);
    check(&design, "compute-007/fe-p1", "fe-leaf-01/E1/63/4", 2);
}

#[test]
fn ports_that_belong_together_follow() {
    check(
        &with("same-switch"),
        "compute-001/fe-p1",
        "fe-leaf-02/E1/63/4",
        2,
    );
    check(&with(""), "compute-001/fe-p0", "fe-leaf-02/E1/63/4", 2);
}

/// Bundles of two links over pairs of leaves, which have eight ports each.
#[test]
fn a_bundle_follows_into_the_group_of_any_of_its_ports() {
    let zones = [
        ("s", designs::zone("server", "1-8", "1x100G", 10)),
        ("pair", designs::zone("mclag", "17-20", "1x100G", 20)),
    ];
    let mut leaf = designs::switch("f", "server-leaf", "celestica-ds3000", &zones);
    leaf.redundancy = Some(Redundancy {
        redundancy_type: "mclag".to_owned(),
        ..Redundancy::default()
    });
    let mut servers = designs::servers(12);
    servers.nics.insert("n".to_owned(), designs::nic_of(2));
    let mut attachment = designs::attachment("n", 2, "", "leaf/s", 100);
    (attachment.attachment_type, attachment.distribution) = (Some("mclag".to_owned()), None);
    servers.attachments.insert("a".to_owned(), attachment);
    let mut design = Design {
        fabric_release: Some("25.05".to_owned()),
        ..Design::default()
    };
    design.switch_classes.insert("leaf".to_owned(), leaf);
    design.server_classes.insert("s".to_owned(), servers);
    // The other pair.
    check(&design, "s-001/n-p0", "leaf-03/E1/8", 2);
    check(&design, "s-001/n-p1", "leaf-03/E1/8", 2);
    // The other leaf of the pair.
    check(&design, "s-001/n-p0", "leaf-02/E1/8", 2);
    check(&design, "s-001/n-p1", "leaf-01/E1/8", 2);
}

#[test]
fn rails_stay_on_their_leaf() {
    let design = designs::training(16);
    check(
        &design,
        "compute-003/be5-port0",
        "be-rail-leaf-02/E1/1/1",
        2,
    );
}

#[test]
fn uplinks_change_places() {
    let mut design = designs::inference(16);
    let spine = design.switch_classes.get_mut("fe-spine").expect("known");
    spine.override_quantity = Some(2);
    // The second half of a leaf's uplinks is on the second spine.
    check(&design, "fe-leaf-01/E1/2", "fe-spine-02/E1/40", 2);
    check(&design, "fe-leaf-01/E1/2", "fe-spine-02/E1/5", 3);
    check(&design, "fe-leaf-01/E1/2", "fe-spine-01/E1/2", 2);
}

/// Leaves with four ports for servers of these ports, and of one way or another.
fn fours(classes: &[(&str, u32, u32, &str)]) -> Design {
    let zone = designs::zone("server", "1-4", "1x800G", 10);
    let leaf = designs::switch("f", "server-leaf", "celestica-ds5000", &[("s", zone)]);
    let mut design = Design::default();
    design.switch_classes.insert("leaf".to_owned(), leaf);
    for (name, quantity, ports, distribution) in classes {
        let mut class = designs::servers(*quantity);
        class.nics.insert("n".to_owned(), designs::nic_of(*ports));
        let mut attachment = designs::attachment("n", *ports, distribution, "leaf/s", 800);
        if *distribution == "bundled" {
            (attachment.attachment_type, attachment.distribution) =
                (Some("bundled".to_owned()), None);
        }
        class.attachments.insert("a".to_owned(), attachment);
        design.server_classes.insert((*name).to_owned(), class);
    }
    design
}

/// Others in the zone of a pin move where its cable would take a switch more, or could not be kept.
#[test]
fn a_pin_takes_no_switch_that_others_can_spare() {
    let bundles = [("a", 2, 4, "bundled"), ("b", 2, 1, "")];
    let leaves = |design: &Design| good(design, None).placement.quantities["leaf"];
    let design = fours(&bundles);
    assert_eq!(leaves(&design), 3);
    let mut pinned = pin(&design, "b-001/n-p0", "leaf-02/E1/3");
    assert_eq!(leaves(&pinned), 3);
    let leaf = pinned.switch_classes.get_mut("leaf").expect("known");
    leaf.override_quantity = Some(3);
    assert_eq!(leaves(&pinned), 3);

    for (distribution, other) in [("", "a-003/n-p0"), ("same-switch", "a-004/n-p1")] {
        let pairs = fours(&[("a", 4, 2, distribution)]);
        let one = pin(&pairs, "a-001/n-p0", "leaf-02/E1/1");
        let both = pin(&one, other, "leaf-02/E1/3");
        assert_eq!(leaves(&both), 2, "{distribution}");
    }
}

#[test]
fn what_cannot_be_pinned() {
    let cases = [
        ("compute-007", "fe-leaf-01/E1/1/1"),
        ("compute-07/fe-p0", "fe-leaf-01/E1/1/1"),
        ("compute-007/fe-p2", "fe-leaf-01/E1/1/1"),
        ("compute-007/fe-p0", "fe-leaf-01/E1/1"),
        ("compute-007/fe-p0", "fe-leaf-03/E1/1/1"),
        ("compute-007/fe-p0", "fe-leaf-01/E1/2"),
        ("compute-007/fe-p0", "compute-008/fe-p0"),
        ("compute-007/fe-p0", "fe-leaf-01/E1/5/1"),
        ("compute-007/fe-p0", "fe-leaf-01/E1/7/1"),
    ];
    let mut texts = Vec::new();
    for (a, b) in cases {
        let mut design = pin(&designs::inference(16), a, b);
        let leaf = design.switch_classes.get_mut("fe-leaf").expect("known");
        leaf.excluded_ports = Some("5".to_owned());
        let taken = (
            "compute-001/fe-p0".to_owned(),
            "fe-leaf-01/E1/7/1".to_owned(),
        );
        design.pins.extend([taken]);
        let planned = plan(&design, Catalog::builtin(), None);
        assert_eq!(planned.placement, None);
        let problem = planned
            .problems
            .iter()
            .find(|problem| problem.code() == "pin");
        let problem = problem.unwrap_or_else(|| panic!("{a}: {:?}", codes(&planned.problems)));
        texts.push(problem.explain().1);
    }
    let rail = pin(
        &designs::training(16),
        "compute-003/be5-port0",
        "be-rail-leaf-01/E1/1/1",
    );
    let problems = plan(&rail, Catalog::builtin(), None).problems;
    let problem = problems.iter().find(|problem| problem.code() == "pin");
    texts.push(problem.expect("rails stay together").explain().1);
    insta::assert_snapshot!(texts.join("\n"));
}
