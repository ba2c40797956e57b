//! Everything at once: one run tells all that is wrong and independent of each other, and nothing that
//! only follows from something else.

use std::collections::BTreeSet;

use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::{
    Attachment, Design, Redundancy, Reference, ServerClass, SwitchClass, Zone,
};
use hedgehog::fabric::plan;
use hedgehog::fabric::problem::{Problem, Subject};
use hedgehog::fabric::units::Speed;

use crate::support::designs;

const DS3000: &str = "celestica-ds3000";

fn switch<'d>(design: &'d mut Design, name: &str) -> &'d mut SwitchClass {
    design.switch_classes.get_mut(name).expect("known")
}

fn zone<'d>(design: &'d mut Design, class: &str, zone: &str) -> &'d mut Zone {
    switch(design, class).zones.get_mut(zone).expect("known")
}

fn server<'d>(design: &'d mut Design, name: &str) -> &'d mut ServerClass {
    design.server_classes.get_mut(name).expect("known")
}

fn attachment<'d>(design: &'d mut Design, class: &str, name: &str) -> &'d mut Attachment {
    let attachments = &mut server(design, class).attachments;
    attachments.get_mut(name).expect("known")
}

/// Front end and back end of 16 servers, and a lab with a fabric and servers of its own.
fn base() -> Design {
    let mut design = designs::training(16);
    switch(&mut design, "fe-leaf").redundancy = None;
    let leaf = [
        ("servers", designs::zone("server", "1-16", "1x100G", 10)),
        ("uplinks", designs::zone("uplink", "17-24", "1x100G", 20)),
    ];
    let spine = [("leaves", designs::zone("fabric", "1-4", "1x100G", 10))];
    let classes = [
        (
            "lab-leaf",
            designs::switch("lab", "server-leaf", DS3000, &leaf),
        ),
        ("lab-spine", designs::switch("lab", "spine", DS3000, &spine)),
    ];
    let classes = classes.map(|(name, class)| (name.to_owned(), class));
    design.switch_classes.extend(classes);
    let mut lab = designs::servers(8);
    lab.nics.insert("fe".to_owned(), designs::nic_of(2));
    let fe = designs::attachment("fe", 2, "same-switch", "lab-leaf/servers", 100);
    lab.attachments.insert("fe".to_owned(), fe);
    design.server_classes.insert("lab".to_owned(), lab);
    design
}

fn line(problem: &Problem) -> String {
    format!("{} at {}", problem.code(), problem.locus.subject)
}

fn all(design: &Design) -> Vec<String> {
    let planned = plan(design, Catalog::builtin(), None);
    planned.problems.iter().map(line).collect()
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

/// A change, and all problems that it brings about.
type Case = (fn(&mut Design), &'static [&'static str]);

/// Each in a place of its own. Some are found only where classes are sized and placed.
const PLACES: &[Case] = &[
    (
        |d| switch(d, "fe-leaf").override_quantity = Some(1),
        &["alternating-switches at attachment \"fe\" of server class \"compute\""],
    ),
    (
        |d| zone(d, "be-rail-leaf", "be-server-ports").breakout = Some("2*400G".to_owned()),
        &["breakout-syntax at zone \"be-server-ports\" of switch class \"be-rail-leaf\""],
    ),
    (
        |d| switch(d, "lab-spine").override_quantity = Some(1),
        &["spine-ports at switch class \"lab-spine\""],
    ),
    (
        |d| {
            let template = "{class}-é{index}".to_owned();
            d.naming.templates.insert("server".to_owned(), template);
        },
        &[
            "device-name-characters at server class \"compute\"",
            "device-name-characters at server class \"lab\"",
        ],
    ),
    (
        |d| drop(d.pins.insert("a".to_owned(), "b".to_owned())),
        &["pin at pin \"a\""],
    ),
    (
        |d| d.allocation = Some("tight".to_owned()),
        &["unknown-word at the plan"],
    ),
    (
        |d| d.fabric_release = Some("soon".to_owned()),
        &["release-syntax at the plan"],
    ),
    (
        |d| {
            server(d, "lab").retired.insert(99);
            let fe = attachment(d, "lab", "fe").clone();
            let second = Attachment {
                nic: "fee".to_owned(),
                zone: "lab-laef/servers".to_owned(),
                ..fe
            };
            server(d, "lab")
                .attachments
                .insert("oob".to_owned(), second);
        },
        &[
            "retired-beyond-quantity at server class \"lab\"",
            "unknown-class at attachment \"oob\" of server class \"lab\"",
            "unknown-nic at attachment \"oob\" of server class \"lab\"",
        ],
    ),
];

/// The last one leaves open what the lab's leaves are asked for, so that its spines are told later.
const OPENS: usize = 7;
const OPENED: usize = 2;

#[test]
fn independent_faults_are_told_together() {
    let both = |one: usize, other: usize| {
        let mut design = base();
        for (change, _) in BTreeSet::from([one, other])
            .into_iter()
            .map(|at| PLACES[at])
        {
            change(&mut design);
        }
        all(&design)
    };
    let expected = |places: &[usize]| {
        let lines = places.iter().flat_map(|at| PLACES[*at].1);
        sorted(lines.map(|line| (*line).to_owned()).collect())
    };
    let hidden = |one, other| (one, other) == (OPENED, OPENS);
    assert_eq!(all(&base()), [""; 0]);
    for one in 0..PLACES.len() {
        assert_eq!(sorted(both(one, one)), expected(&[one]), "{one}");
        for other in one + 1..PLACES.len() {
            let told = sorted(both(one, other));
            if hidden(one, other) {
                assert_eq!(told, expected(&[other]), "{one} {other}");
            } else {
                assert_eq!(told, expected(&[one, other]), "{one} {other}");
            }
        }
    }
    let mut design = base();
    let without: Vec<usize> = (0..PLACES.len()).filter(|at| *at != OPENS).collect();
    for at in &without {
        PLACES[*at].0(&mut design);
    }
    assert_eq!(sorted(all(&design)), expected(&without));
}

fn eslag(design: &mut Design) {
    let class = switch(design, "lab-leaf");
    class.redundancy = Some(Redundancy {
        redundancy_type: "eslag".to_owned(),
        ..Redundancy::default()
    });
    let fe = attachment(design, "lab", "fe");
    (fe.attachment_type, fe.distribution) = (Some("eslag".to_owned()), None);
}

/// The lab as a mesh of two classes with a switch each.
fn mesh(design: &mut Design) {
    design.switch_classes.remove("lab-spine");
    let class = switch(design, "lab-leaf");
    (class.topology, class.override_quantity) = (Some("mesh".to_owned()), Some(1));
    class.zones.remove("uplinks");
    let links = designs::zone("mesh", "17-20", "1x100G", 20);
    class.zones.insert("links".to_owned(), links);
    let other = class.clone();
    design.switch_classes.insert("lab-other".to_owned(), other);
}

/// One cause, one problem: nothing that follows from it.
const CAUSES: &[Case] = &[
    (
        |d| zone(d, "lab-spine", "leaves").breakout = Some("1x7G".to_owned()),
        &["breakout-not-a-mode at zone \"leaves\" of switch class \"lab-spine\""],
    ),
    (
        |d| switch(d, "lab-spine").profile = Some("ds".to_owned()),
        &["unknown-profile at switch class \"lab-spine\""],
    ),
    (
        |d| zone(d, "lab-leaf", "uplinks").ports = "24-17".to_owned(),
        &["port-spec at zone \"uplinks\" of switch class \"lab-leaf\""],
    ),
    (
        |d| zone(d, "lab-leaf", "uplinks").zone_type = "fabric".to_owned(),
        &["zone-type-for-role at zone \"uplinks\" of switch class \"lab-leaf\""],
    ),
    (
        |d| {
            eslag(d);
            attachment(d, "lab", "fe").speed = Speed::from_gbps(25);
        },
        &["speed-mismatch at attachment \"fe\" of server class \"lab\""],
    ),
    (
        |d| {
            eslag(d);
            server(d, "lab").nics.clear();
        },
        &["unknown-nic at attachment \"fe\" of server class \"lab\""],
    ),
    (mesh, &[]),
    (
        |d| {
            mesh(d);
            switch(d, "lab-other").profile = Some("ds".to_owned());
        },
        &["unknown-profile at switch class \"lab-other\""],
    ),
    (
        |d| {
            // Who asks the spine for ports has no size.
            let mut border = switch(d, "lab-leaf").clone();
            border.zones.remove("servers");
            let uplinks = border.zones.get_mut("uplinks").expect("known");
            uplinks.peer = Some("lab-spine/borders".to_owned());
            uplinks.ports = "1-99".to_owned();
            border.override_quantity = Some(2);
            d.switch_classes.insert("border".to_owned(), border);
            let borders = designs::zone("server", "5", "1x100G", 10);
            switch(d, "lab-spine")
                .zones
                .insert("borders".to_owned(), borders);
            switch(d, "lab-spine").override_quantity = Some(2);
        },
        &["ports-outside-profile at zone \"uplinks\" of switch class \"border\""],
    ),
    (
        |d| {
            // Of the other class's ports none is left out of the sum.
            switch(d, "lab-leaf").override_quantity = Some(1);
            server(d, "lab").quantity = 1_000_000;
        },
        &["too-many at server class \"lab\""],
    ),
    (
        |d| {
            d.fabric_release = Some("1".to_owned());
            eslag(d);
            let redundancy = switch(d, "lab-leaf").redundancy.as_mut().expect("given");
            redundancy.redundancy_type = "mclag".to_owned();
            attachment(d, "lab", "fe").attachment_type = Some("mclag".to_owned());
            let pair = designs::zone("mclag", "25-28", "1x100G", 20);
            switch(d, "lab-leaf").zones.insert("pair".to_owned(), pair);
        },
        &["release-syntax at the plan"],
    ),
    (
        |d| {
            // Everything of the zone is in another one.
            let other = designs::zone("server", "1-16", "1x100G", 5);
            switch(d, "lab-leaf")
                .zones
                .insert("others".to_owned(), other);
        },
        &[
            "zones-overlap at zone \"servers\" of switch class \"lab-leaf\"",
            "zone-without-ports at zone \"servers\" of switch class \"lab-leaf\"",
        ],
    ),
    (
        |d| {
            let class = server(d, "lab").clone();
            d.server_classes.insert("la/b".to_owned(), class);
        },
        &["bad-name at server class \"la/b\""],
    ),
];

#[test]
fn nothing_follows_from_a_fault() {
    for (at, (change, expected)) in CAUSES.iter().enumerate() {
        let mut design = base();
        change(&mut design);
        assert_eq!(all(&design), *expected, "{at}");
    }
}

/// Whatever an unread part holds, nothing is told about it or of what depends on it.
#[test]
fn parts_that_could_not_be_read_are_left_out() {
    type Change = fn(&mut Design);
    let class = || "lab-leaf".to_owned();
    let lab = || "lab".to_owned();
    let name = |name: &str| name.to_owned();
    let parts: [(Change, Subject); 6] = [
        (
            |d| *zone(d, "lab-leaf", "uplinks") = Zone::default(),
            Subject::Zone {
                class: class(),
                zone: name("uplinks"),
            },
        ),
        (
            |d| *switch(d, "lab-leaf") = SwitchClass::default(),
            Subject::SwitchClass { class: class() },
        ),
        (
            |d| *switch(d, "lab-spine") = SwitchClass::default(),
            Subject::SwitchClass {
                class: name("lab-spine"),
            },
        ),
        (
            |d| server(d, "lab").quantity = 0,
            Subject::ServerClass { class: lab() },
        ),
        (
            |d| *attachment(d, "lab", "fe") = Attachment::default(),
            Subject::Attachment {
                class: lab(),
                attachment: name("fe"),
            },
        ),
        (
            |d| server(d, "lab").nics.get_mut("fe").expect("known").ports = None,
            Subject::Nic {
                class: lab(),
                nic: name("fe"),
            },
        ),
    ];
    for (at, (change, part)) in parts.into_iter().enumerate() {
        let mut design = base();
        change(&mut design);
        design.unread.insert(part);
        let planned = plan(&design, Catalog::builtin(), None);
        let lines: Vec<String> = planned.problems.iter().map(line).collect();
        assert_eq!(lines, [""; 0], "{at}");
        assert_eq!(planned.placement, None, "{at}");
        assert_eq!(design.canonical_text(), None);
        // What is wrong elsewhere is told all the same.
        zone(&mut design, "be-spine", "be-fabric-downlinks").ports = "0".to_owned();
        let elsewhere = "port-spec at zone \"be-fabric-downlinks\" of switch class \"be-spine\"";
        assert_eq!(all(&design), [elsewhere], "{at}");
    }
}

/// Counts and cables are given whenever all have a place, also where something else is wrong.
#[test]
fn counts_are_given_beside_errors_that_concern_no_place() {
    let mut design = base();
    let optic = |name: &str| Some(Reference::Known(name.to_owned()));
    attachment(&mut design, "compute", "fe").transceiver = optic("celestica/R4113-75111-DR");
    zone(&mut design, "fe-leaf", "fe-server-ports").transceiver = optic("celestica/R4113-A9220-VR");
    let planned = plan(&design, Catalog::builtin(), None);
    let errors = planned.problems.iter().filter(|problem| problem.is_error());
    let errors: Vec<&str> = errors.map(Problem::code).collect();
    assert_eq!(errors, ["optics-medium"]);
    let blueprint = planned.blueprint.expect("everything has a place");
    let right = plan(&base(), Catalog::builtin(), None);
    let right = right.blueprint.expect("it is right");
    assert_eq!(blueprint.switch_counts, right.switch_counts);
    assert_eq!(blueprint.cables, right.cables);
}

/// A fabric that passes two limits of the address plan is told of both.
#[test]
fn each_limit_of_the_address_plan() {
    let mut design = designs::inference(16);
    design.switch_classes.remove("fe-spine");
    let leaf = switch(&mut design, "fe-leaf");
    leaf.zones.remove("fe-uplinks");
    (leaf.redundancy, leaf.min_quantity) = (None, Some(1_100));
    let problems = plan(&design, Catalog::builtin(), None).problems;
    let codes: Vec<&str> = problems.iter().map(Problem::code).collect();
    assert_eq!(codes, ["address-plan", "address-plan"]);
    assert_ne!(problems[0].explain(), problems[1].explain());
}
