//! What users read. Each fault appears once, made by a design that has it, in one snapshot.

mod forms;
mod joins;

use std::collections::{BTreeMap, BTreeSet};

use hedgehog::diag::Severity;
use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::{
    Attachment, CustomGroup, CustomPort, Design, Redundancy, Reference, ServerClass, SwitchClass,
    Zone,
};
use hedgehog::fabric::problem::{Fault, Problem, Subject};
use hedgehog::fabric::units::Speed;
use hedgehog::fabric::{check_server_class, check_switch_class, plan};

use crate::support::{codes, designs};

fn leaf(design: &mut Design) -> &mut SwitchClass {
    design.switch_classes.get_mut("fe-leaf").expect("known")
}

/// Makes the leaf a described switch. The answer is its last kind of ports.
fn small_leaf(design: &mut Design) -> &mut CustomPort {
    let leaf = leaf(design);
    designs::describe(leaf);
    let custom = leaf.custom_profile.as_mut().expect("described");
    custom.ports.get_mut("management").expect("known")
}

fn spine(design: &mut Design) -> &mut SwitchClass {
    design.switch_classes.get_mut("fe-spine").expect("known")
}

fn zone(design: &mut Design) -> &mut Zone {
    leaf(design)
        .zones
        .get_mut("fe-server-ports")
        .expect("known")
}

fn compute(design: &mut Design) -> &mut ServerClass {
    design.server_classes.get_mut("compute").expect("known")
}

fn fe(design: &mut Design) -> &mut Attachment {
    compute(design).attachments.get_mut("fe").expect("known")
}

/// A card with a port on each of these rails, in place of what the servers have.
fn rails(design: &mut Design, rails: &[u32]) {
    let class = compute(design);
    class.attachments.clear();
    let card = designs::nic_of(u32::try_from(rails.len()).expect("few"));
    class.nics.insert("fe".to_owned(), card);
    for (port, rail) in (0..).zip(rails) {
        let attachment = designs::rail("fe", port, "fe-leaf/fe-server-ports", 200, *rail);
        class.attachments.insert(format!("rail-{port}"), attachment);
    }
}

fn naming(design: &mut Design, category: &str, template: &str) {
    let templates = &mut design.naming.templates;
    templates.insert(category.to_owned(), template.to_owned());
}

/// The fault that a small change brings about.
type Case = (&'static str, fn(&mut Design));

/// Changes of the inference design with 16 servers, by the code of the fault.
const CASES: &[Case] = &[
    ("unknown-word", |d| leaf(d).role = "leaf".to_owned()),
    ("bad-name", |d| {
        let class = d.server_classes["compute"].clone();
        d.server_classes.insert("gpu/compute".to_owned(), class);
    }),
    ("class-name-twice", |d| {
        let class = d.server_classes["compute"].clone();
        d.server_classes.insert("fe-leaf".to_owned(), class);
    }),
    ("naming-category", |d| {
        naming(d, "leafs", "{class}-{index:02}")
    }),
    ("naming-template", |d| {
        naming(d, "leaf", "{clas}-{index:02}")
    }),
    ("name-without-index", |d| naming(d, "server", "all-{class}")),
    ("device-name-length", |d| {
        naming(
            d,
            "spine",
            &format!("{}-{{class}}-{{index}}", "x".repeat(60)),
        );
    }),
    ("device-name-characters", |d| {
        naming(d, "leaf", "{class}/{index}")
    }),
    ("pin", |d| {
        let (a, b) = ("compute-007/fe-p0", "fe-leaf-3/E1/9/1");
        d.pins.insert(a.to_owned(), b.to_owned());
    }),
    ("excluded-ports", |d| {
        leaf(d).excluded_ports = Some("7-".to_owned());
    }),
    ("zone-excluded", |d| {
        leaf(d).excluded_ports = Some("1-64".to_owned());
    }),
    ("no-ports-left", |d| {
        leaf(d).excluded_ports = Some("1-63:2".to_owned());
    }),
    ("former-name-exists", |d| {
        leaf(d).formerly = Some("fe-spine".to_owned());
    }),
    ("former-name-twice", |d| {
        leaf(d).formerly = Some("old".to_owned());
        spine(d).formerly = Some("old".to_owned());
    }),
    ("duplicate-device-name", |d| {
        let class = d.server_classes["compute"].clone();
        d.server_classes.insert("Compute".to_owned(), class);
    }),
    ("boot-mac-twice", |d| {
        // The addresses of tor152313-04 and tor177039-07.
        for (name, quantity) in [("tor152313", 4), ("tor177039", 7)] {
            let mut class = designs::switch("other", "server-leaf", "celestica-ds3000", &[]);
            class.override_quantity = Some(quantity);
            d.switch_classes.insert(name.to_owned(), class);
        }
    }),
    ("too-many", |d| compute(d).quantity = 1_000_000),
    ("fabric-blank", |d| leaf(d).fabric = " ".to_owned()),
    ("unknown-profile", |d| {
        leaf(d).profile = Some("celestica-ds500".to_owned());
    }),
    ("exactly-one-of", |d| leaf(d).profile = None),
    ("custom-device-type", |d| {
        small_leaf(d);
        leaf(d).device_type = None;
    }),
    ("custom-ports-twice", |d| {
        small_leaf(d).ports = "8-9".to_owned();
    }),
    ("custom-shared-twice", |d| {
        small_leaf(d);
        let groups = ["1-4", "4-8"].map(|ports| CustomGroup {
            ports: ports.to_owned(),
        });
        let groups = ["left", "right"].map(str::to_owned).into_iter().zip(groups);
        let custom = leaf(d).custom_profile.as_mut().expect("described");
        custom.port_groups.extend(groups);
    }),
    ("custom-ports-missing", |d| {
        small_leaf(d).ports = "11".to_owned();
    }),
    ("mode-syntax", |d| {
        small_leaf(d).speeds = Some(vec!["25".to_owned()]);
    }),
    ("cage-cannot", |d| small_leaf(d).cage = "SFP+".to_owned()),
    ("role-not-documented", |d| {
        leaf(d).profile = Some("celestica-ds4000".to_owned());
    }),
    ("no-subinterfaces", |d| {
        let zones = [("servers", designs::zone("server", "1-36", "1x1G", 100))];
        let class = designs::switch("other", "border-leaf", "edgecore-eps203", &zones);
        d.switch_classes.insert("border".to_owned(), class);
    }),
    ("priority-zero", |d| zone(d).priority = Some(0)),
    ("port-spec", |d| zone(d).ports = "63-1".to_owned()),
    ("ports-outside-profile", |d| {
        zone(d).ports = "60-70".to_owned()
    }),
    ("breakout-syntax", |d| {
        zone(d).breakout = Some("4*200G".to_owned())
    }),
    ("breakout-not-a-mode", |d| {
        zone(d).breakout = Some("8x50G".to_owned())
    }),
    ("zone-mixes-modes", |d| {
        zone(d).ports = "63,65".to_owned();
        zone(d).breakout = None;
    }),
    ("zones-overlap", |d| zone(d).ports = "1-4".to_owned()),
    ("zone-without-ports", |d| zone(d).ports = "2,4".to_owned()),
    ("zone-type-for-role", |d| {
        leaf(d)
            .zones
            .get_mut("fe-uplinks")
            .expect("known")
            .zone_type = "fabric".to_owned();
    }),
    ("group-speeds", |d| {
        let zones = [
            ("slow", designs::zone("server", "1-2", "10G", 100)),
            ("fast", designs::zone("server", "3-4", "25G", 100)),
        ];
        let class = designs::switch("other", "server-leaf", "dell-s5248f-on", &zones);
        d.switch_classes.insert("tor".to_owned(), class);
    }),
    ("port-limit", |d| {
        zone(d).ports = "1-64".to_owned();
        zone(d).breakout = Some("8x100G".to_owned());
        leaf(d).zones.remove("fe-uplinks");
    }),
    ("override-below-minimum", |d| {
        (leaf(d).override_quantity, leaf(d).min_quantity) = (Some(2), Some(4));
    }),
    ("redundancy-unused", |d| {
        let redundancy_type = "eslag".to_owned();
        leaf(d).redundancy = Some(Redundancy {
            redundancy_type,
            ..Redundancy::default()
        });
    }),
    ("unknown-nic", |d| fe(d).nic = "fee".to_owned()),
    ("nic-ports-unknown", |d| {
        compute(d)
            .nics
            .insert("fe".to_owned(), designs::nic("acme/turbo"));
    }),
    ("nic-port-named-twice", |d| {
        let nic = compute(d).nics.get_mut("fe").expect("known");
        nic.ports = Some(vec!["p0".to_owned(), "p0".to_owned()]);
    }),
    ("nic-port-name", |d| {
        let nic = compute(d).nics.get_mut("fe").expect("known");
        nic.ports = Some(vec!["p0\n".to_owned()]);
    }),
    ("nic-port-of-two", |d| {
        let nics = &mut compute(d).nics;
        let mut split = designs::nic("acme/split");
        split.ports = Some(vec!["p0-a".to_owned()]);
        nics.insert("ne".to_owned(), split.clone());
        split.ports = Some(vec!["a".to_owned()]);
        nics.insert("ne-p0".to_owned(), split);
    }),
    ("nic-port-range", |d| fe(d).port_index = Some(1)),
    ("nic-port-taken", |d| {
        let second = Attachment {
            ports: Some(1),
            port_index: Some(1),
            ..fe(d).clone()
        };
        compute(d).attachments.insert("storage".to_owned(), second);
    }),
    ("no-ports", |d| fe(d).ports = Some(0)),
    ("no-speed", |d| fe(d).speed = Speed::from_gbps(0)),
    ("card-too-slow", |d| {
        (fe(d).speed, zone(d).breakout) = (Speed::from_gbps(400), Some("2x400G".to_owned()));
    }),
    ("card-faster", |d| {
        (fe(d).speed, zone(d).breakout) = (Speed::from_gbps(100), Some("4x100G".to_owned()));
    }),
    ("rail-missing", |d| {
        fe(d).distribution = Some("rail-optimized".to_owned())
    }),
    ("servers-unattached", |d| {
        compute(d).attachments.clear();
        compute(d).nics.clear();
    }),
    ("nic-unused", |d| {
        let nics = &mut compute(d).nics;
        nics.insert("spare".to_owned(), designs::nic_of(1));
    }),
    ("rail-ignored", |d| fe(d).rail = Some(3)),
    ("rails-uneven", |d| rails(d, &[0, 1, 1, 3])),
    ("rails-shifted", |d| {
        rails(d, &[0, 1, 2, 3]);
        let mut other = compute(d).clone();
        for attachment in other.attachments.values_mut() {
            attachment.rail = attachment.rail.map(|rail| rail + 1);
        }
        d.server_classes.insert("other".to_owned(), other);
    }),
    ("retired-beyond-quantity", |d| {
        compute(d).retired = BTreeSet::from([17])
    }),
    ("zone-reference", |d| fe(d).zone = "fe-leaf".to_owned()),
    ("unknown-class", |d| {
        fe(d).zone = "fe-laef/fe-server-ports".to_owned()
    }),
    ("unknown-zone", |d| {
        fe(d).zone = "fe-leaf/server-ports".to_owned()
    }),
    ("zone-not-for-servers", |d| {
        fe(d).zone = "fe-leaf/fe-uplinks".to_owned()
    }),
    ("speed-mismatch", |d| fe(d).speed = Speed::from_gbps(400)),
    ("leaf-without-uplinks", |d| {
        leaf(d).zones.remove("fe-uplinks");
    }),
    ("uplinks-unused", |d| {
        d.switch_classes.remove("fe-spine");
    }),
    ("spines-without-leaves", |d| {
        spine(d).fabric = "front-end".to_owned();
    }),
    ("spine-without-fabric-zone", |d| spine(d).zones.clear()),
    ("several-spine-classes", |d| {
        let class = d.switch_classes["fe-spine"].clone();
        d.switch_classes.insert("fe-spine-b".to_owned(), class);
    }),
    ("fabric-speed", |d| {
        let zone = spine(d)
            .zones
            .get_mut("fe-fabric-downlinks")
            .expect("known");
        zone.breakout = Some("2x400G".to_owned());
    }),
    ("override-too-small", |d| {
        leaf(d).override_quantity = Some(2);
        compute(d).quantity = 130;
    }),
    ("quantity-in-doubt", |d| {
        let zone = designs::zone("server", "1-31", "1x100G", 10);
        let leaf = designs::switch("odd", "server-leaf", "celestica-ds3000", &[("z", zone)]);
        d.switch_classes.insert("odd-leaf".to_owned(), leaf);
        // 602 ports in even sizes: twenty switches have 31 each, but one of these stays free.
        for ports in (2..=16).step_by(2) {
            let mut class = designs::servers(8 + u32::from([12, 14].contains(&ports)));
            class.nics.insert("n".to_owned(), designs::nic_of(ports));
            let attachment = designs::attachment("n", ports, "", "odd-leaf/z", 100);
            class.attachments.insert("a".to_owned(), attachment);
            d.server_classes.insert(format!("odd-{ports:02}"), class);
        }
    }),
    ("unit-too-large", |d| {
        zone(d).ports = "1".to_owned();
        compute(d).nics.insert("fe".to_owned(), designs::nic_of(6));
        fe(d).ports = Some(6);
        fe(d).distribution = Some("same-switch".to_owned());
    }),
    ("alternating-switches", |d| {
        leaf(d).override_quantity = Some(2);
        compute(d).nics.insert("fe".to_owned(), designs::nic_of(4));
        fe(d).ports = Some(4);
    }),
    ("alternating-alone", |d| {
        leaf(d).override_quantity = Some(1);
        fe(d).ports = Some(1);
    }),
    ("spine-ports", |d| {
        leaf(d).min_quantity = Some(4);
        spine(d).override_quantity = Some(1);
    }),
    ("uplinks-fewer-than-spines", |d| {
        spine(d).override_quantity = Some(33)
    }),
    ("uneven-striping", |d| spine(d).override_quantity = Some(3)),
];

/// Faults that no design of today brings about.
fn made() -> Vec<Problem> {
    let class = |class: &str| Subject::SwitchClass {
        class: class.to_owned(),
    };
    let (name, key) = ("leaf".to_owned(), "fe-leaf".to_owned());
    vec![
        Problem::new(
            class("fe-leaf"),
            Some("name"),
            Fault::NameDiffersFromKey { name, key },
        ),
        Problem::internal("port E1/1 of fe-leaf-01 is used twice"),
    ]
}

/// The front end gets a second spine.
fn moves() -> Problem {
    let (before, mut after) = (designs::inference(16), designs::inference(16));
    spine(&mut after).override_quantity = Some(2);
    let before = plan(&before, Catalog::builtin(), None).placement;
    let problems = plan(&after, Catalog::builtin(), before.as_ref()).problems;
    let moves = problems.into_iter().find(|p| p.code() == "cables-move");
    moves.expect("cables move")
}

fn text(problem: &Problem) -> String {
    let (summary, detail) = problem.explain();
    let word = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let field = problem
        .locus
        .field
        .map(|field| format!(", {field}"))
        .unwrap_or_default();
    assert!(
        !summary.ends_with('.') && detail.ends_with(['.', '?']),
        "{summary}: {detail}"
    );
    format!(
        "{word} {} at {}{field}\n  {summary}\n  {detail}",
        problem.code(),
        problem.locus.subject
    )
}

#[test]
fn every_fault_in_words() {
    let mut texts = BTreeMap::new();
    for (code, change) in CASES.iter().chain(joins::CASES) {
        let mut design = designs::inference(16);
        leaf(&mut design).redundancy = None;
        change(&mut design);
        let problems = plan(&design, Catalog::builtin(), None).problems;
        let problem = problems.iter().find(|problem| problem.code() == *code);
        let problem = problem.unwrap_or_else(|| panic!("no {code}, but {:?}", codes(&problems)));
        texts.insert(*code, text(problem));
    }
    texts.insert("cables-move", text(&moves()));
    texts.extend(made().iter().map(|problem| (problem.code(), text(problem))));
    let sources = [
        include_str!("../../src/fabric/problem/kinds.rs"),
        include_str!("../../src/fabric/problem/optics.rs"),
    ];
    let all: BTreeSet<&str> = sources
        .iter()
        .flat_map(|source| source.split("=> \"").skip(1))
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(texts.keys().copied().collect::<BTreeSet<_>>(), all);
    insta::assert_snapshot!(texts.into_values().collect::<Vec<_>>().join("\n\n"));
}

#[test]
fn port_specifications_in_words() {
    let specs = [
        "",
        "eth1",
        "0",
        "1-2000",
        "1-16:0",
        "5:2",
        &"1,".repeat(101),
    ];
    let mut texts = Vec::new();
    for spec in specs {
        let mut design = designs::inference(16);
        zone(&mut design).ports = spec.to_owned();
        let problems = plan(&design, Catalog::builtin(), None).problems;
        let problem = problems
            .iter()
            .find(|problem| problem.code() == "port-spec");
        texts.push(problem.expect("the specification is wrong").explain().1);
    }
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn naming_templates_in_words() {
    let mut texts = Vec::new();
    for template in ["{index", "index}", "{index:2}", "{class:02}", "{name}"] {
        let mut design = designs::inference(16);
        naming(&mut design, "leaf", template);
        let problems = plan(&design, Catalog::builtin(), None).problems;
        let problem = problems.iter().find(|p| p.code() == "naming-template");
        texts.push(problem.expect("the template is wrong").explain().1);
    }
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn all_problems_come_at_once() {
    let mut design = designs::inference(16);
    leaf(&mut design).profile = Some("x".to_owned());
    spine(&mut design).role = "y".to_owned();
    fe(&mut design).distribution = Some("z".to_owned());
    compute(&mut design).retired.insert(99);
    let planned = plan(&design, Catalog::builtin(), None);
    assert_eq!(planned.placement, None);
    assert_eq!(planned.problems.iter().filter(|p| p.is_error()).count(), 3);
    assert_eq!(
        codes(&planned.problems),
        [
            "redundancy-unused",
            "unknown-profile",
            "unknown-word",
            "retired-beyond-quantity"
        ]
        .into_iter()
        .filter(|code| codes(&planned.problems).contains(code))
        .collect::<Vec<_>>()
    );
}

#[test]
fn classes_by_themselves() {
    let design = designs::training(16);
    let catalog = Catalog::builtin();
    let (facts, problems) = check_switch_class(
        "fe-leaf",
        &design.switch_classes["fe-leaf"],
        catalog,
        &BTreeSet::new(),
    );
    let facts = facts.expect("the class is fine");
    assert_eq!(problems, []);
    assert_eq!(facts.zones["fe-server-ports"].capacity, 128);
    assert_eq!((facts.downlink_gbps, facts.uplink_gbps), (25_600, 25_600));
    assert_eq!(facts.oversubscription.as_deref(), Some("1:1"));
    assert_eq!(
        check_server_class(
            "compute",
            &design.server_classes["compute"],
            catalog,
            &BTreeSet::new()
        ),
        []
    );
}

#[test]
fn the_canonical_text_knows_defaults() {
    let design = designs::inference(16);
    let text = design.canonical_text().expect("all references are known");
    let mut spelled = design.clone();
    leaf(&mut spelled).fabric_class = Some("managed".to_owned());
    zone(&mut spelled).allocation = Some("sequential".to_owned());
    fe(&mut spelled).attachment_type = Some("unbundled".to_owned());
    fe(&mut spelled).port_index = Some(0);
    assert_eq!(spelled.canonical_text().as_ref(), Some(&text));
    fe(&mut spelled).port_index = Some(1);
    assert_ne!(spelled.canonical_text().as_ref(), Some(&text));
    compute(&mut spelled).device_type = Reference::Unknown;
    assert_eq!(spelled.canonical_text(), None);
    insta::assert_snapshot!(text);
}
