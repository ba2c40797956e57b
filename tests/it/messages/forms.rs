//! Faults that are told in several ways, and with several numbers.

use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::{Design, Reference};
use hedgehog::fabric::plan;
use hedgehog::fabric::units::Speed;

use super::{compute, fe, joins, leaf, spine, text, zone};
use crate::support::designs;

/// In words, the fault of that code after a change.
fn form(change: fn(&mut Design), code: &str) -> String {
    let mut design = designs::inference(16);
    change(&mut design);
    let problems = plan(&design, Catalog::builtin(), None).problems;
    let problem = problems.iter().find(|problem| problem.code() == code);
    text(problem.unwrap_or_else(|| panic!("no {code} in {problems:?}")))
}

#[test]
fn other_forms_of_the_same_fault() {
    let mut texts = Vec::new();
    let mut tell = |change: fn(&mut Design), code: &str| texts.push(form(change, code));
    tell(|d| fe(d).speed = Speed::from_gbps(25), "speed-mismatch");
    tell(
        |d| {
            let module_type = Some(Reference::Unknown);
            compute(d).nics.get_mut("fe").expect("known").module_type = module_type;
        },
        "nic-ports-unknown",
    );
    tell(
        |d| leaf(d).override_quantity = Some(0),
        "override-too-small",
    );
    tell(
        |d| {
            // Two cages of uplinks, all excluded; the first zone keeps its ports.
            leaf(d).excluded_ports = Some("2-64:2".to_owned());
        },
        "leaf-without-uplinks",
    );
    tell(
        |d| spine(d).excluded_ports = Some("1-64".to_owned()),
        "spine-without-fabric-zone",
    );
    tell(
        |d| {
            joins::border(d);
            spine(d).excluded_ports = Some("64".to_owned());
        },
        "no-ports-left",
    );
    tell(|d| zone(d).ports = "1,2".to_owned(), "zones-overlap");
    tell(
        |d| leaf(d).excluded_ports = Some("66-68".to_owned()),
        "ports-outside-profile",
    );
    tell(
        |d| leaf(d).formerly = Some("fe-leaf".to_owned()),
        "former-name-exists",
    );
    tell(
        |d| {
            // A cable with four far ends.
            joins::optics(d, "", "celestica/R4113-75C41-03");
            zone(d).breakout = Some("2x400G".to_owned());
        },
        "optic-split",
    );
    tell(
        |d| {
            (zone(d).ports, zone(d).breakout) = ("1,4".to_owned(), Some("8x100G".to_owned()));
            let uplinks = leaf(d).zones.get_mut("fe-uplinks").expect("known");
            uplinks.ports = "6-64:2".to_owned();
        },
        "port-limit",
    );
    tell(
        |d| {
            leaf(d).redundancy.as_mut().expect("known").redundancy_type = "eslag".to_owned();
        },
        "redundancy-unused",
    );
    insta::assert_snapshot!(texts.join("\n\n"));
}

#[test]
fn other_numbers_of_the_same_fault() {
    let mut texts = Vec::new();
    let mut tell = |change: fn(&mut Design), code: &str| texts.push(form(change, code));
    tell(
        |d| {
            // Six leaves of 32 uplinks would do, and a spine has 64 ports.
            spine(d).override_quantity = Some(1);
            leaf(d).override_quantity = Some(2);
            compute(d).quantity = 320;
        },
        "override-too-small",
    );
    tell(
        |d| {
            // 65 leaves on spines of 64 ports.
            let uplinks = leaf(d).zones.get_mut("fe-uplinks").expect("known");
            uplinks.ports = "2".to_owned();
            (leaf(d).override_quantity, leaf(d).redundancy) = (Some(65), None);
        },
        "uplinks-fewer-than-spines",
    );
    tell(
        |d| {
            let leaf = joins::mesh(d);
            (leaf.override_quantity, leaf.redundancy) = (Some(3), None);
            d.fabric_release = Some("25.05".to_owned());
        },
        "mesh-too-large",
    );
    tell(
        |d| {
            joins::mesh(d);
            compute(d).quantity = 320;
        },
        "override-too-small",
    );
    tell(
        |d| {
            d.switch_classes.remove("fe-leaf");
        },
        "spines-without-leaves",
    );
    tell(
        |d| {
            (leaf(d).override_quantity, leaf(d).redundancy) = (Some(1), None);
            zone(d).ports = "1-31:2".to_owned();
            compute(d).quantity = 65;
            fe(d).ports = Some(1);
        },
        "override-too-small",
    );
    tell(
        |d| {
            // Ports are missing, and how bundles share what is left cannot be tried.
            joins::mesh(d);
            fe(d).attachment_type = Some("bundled".to_owned());
            fe(d).distribution = None;
            compute(d).quantity = 400;
        },
        "override-too-small",
    );
    tell(
        |d| {
            let card = designs::nic_of(300);
            compute(d).nics.insert("fe".to_owned(), card);
            fe(d).attachment_type = Some("bundled".to_owned());
            (fe(d).distribution, fe(d).ports) = (None, Some(300));
        },
        "unit-too-large",
    );
    insta::assert_snapshot!(texts.join("\n\n"));
}
