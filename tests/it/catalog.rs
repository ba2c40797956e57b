//! The facts about hardware agree with themselves.

use std::collections::{BTreeMap, BTreeSet};

use hedgehog::fabric::audit::audit;
use hedgehog::fabric::catalog::{Catalog, PortKind};
use hedgehog::fabric::design::{CustomGroup, CustomPipeline, CustomProfile, Design, Reference};
use hedgehog::fabric::plan;
use hedgehog::fabric::units::Speed;

use crate::support::{codes, designs, good};

#[test]
fn cages_lanes_and_groups_of_all_profiles() {
    for (name, profile) in &Catalog::builtin().profiles {
        assert_eq!(*name, profile.name);
        let mut next = 1;
        for range in &profile.ports {
            assert_eq!(range.first, next, "{name}: port ranges join without gaps");
            next = range.last + 1;
        }
        assert_eq!(profile.cages(), next - 1);
        assert!((1..next).all(|cage| profile.port(cage).is_some()), "{name}");
        assert!(
            profile.port(0).is_none() && profile.port(next).is_none(),
            "{name}"
        );
        for (id, port) in &profile.port_profiles {
            assert!(
                port.allows(port.default),
                "{name} {id}: the default is a mode"
            );
            let PortKind::Breakout { lanes, modes } = &port.kind else {
                continue;
            };
            for (mode, offsets) in modes {
                let distinct: BTreeSet<&u32> = offsets.iter().collect();
                assert_eq!(distinct.len(), offsets.len(), "{name} {id} {mode}");
                assert_eq!(
                    u32::try_from(offsets.len()),
                    Ok(mode.ports),
                    "{name} {id} {mode}"
                );
                assert!(
                    offsets.iter().all(|offset| offset < lanes),
                    "{name} {id} {mode}"
                );
                let speed = u64::from(mode.ports) * mode.speed.mbps();
                assert!(speed <= port.cage_speed.mbps(), "{name} {id} {mode}");
                assert!(port.child_type(mode.speed).is_some(), "{name} {id} {mode}");
            }
        }
        let grouped: Vec<u32> = profile
            .groups
            .iter()
            .flat_map(|g| g.ports.clone())
            .collect();
        let wanted = profile.ports.iter().filter(|range| range.grouped);
        let wanted: Vec<u32> = wanted.flat_map(|range| range.first..=range.last).collect();
        assert_eq!(grouped, wanted, "{name}: each grouped port is in one group");
        let piped: Vec<u32> = profile
            .pipelines
            .iter()
            .flat_map(|p| p.ports.clone())
            .collect();
        let distinct: BTreeSet<&u32> = piped.iter().collect();
        assert_eq!(
            distinct.len(),
            piped.len(),
            "{name}: a cage is in one pipeline"
        );
        assert!(piped.iter().all(|cage| *cage < next), "{name}");
    }
}

#[test]
fn models_are_unique_for_a_manufacturer() {
    let profiles = Catalog::builtin().profiles.values();
    let models: BTreeSet<(&str, &str)> = profiles
        .map(|p| (p.manufacturer_slug.as_str(), p.model.as_str()))
        .collect();
    assert_eq!(models.len(), Catalog::builtin().profiles.len());
}

#[test]
fn a_device_type_has_all_interfaces() {
    let profile = Catalog::builtin()
        .profile("celestica-ds5000")
        .expect("known");
    assert_eq!(
        (profile.manufacturer.as_str(), profile.model.as_str()),
        ("Celestica", "Celestica DS5000")
    );
    let interfaces = profile.interfaces();
    assert_eq!(interfaces.len(), 67);
    let type_of = |name: &str| {
        let found = interfaces
            .iter()
            .find(|interface| interface.name == name)
            .expect("known");
        (found.interface_type.as_str(), found.mgmt_only)
    };
    assert_eq!(type_of("E1/64"), ("800gbase-x-osfp", false));
    assert_eq!(type_of("E1/66"), ("25gbase-x-sfp28", false));
    assert_eq!(type_of("M1"), ("1000base-t", true));
    assert_eq!(profile.ports_max, Some(320));
    assert_eq!(profile.pipelines.len(), 32);
    // Grouped ports have interfaces too; DIET's importer lost them.
    let grouped = Catalog::builtin().profile("dell-s5248f-on").expect("known");
    assert_eq!(grouped.interfaces().len(), 57);
}

/// The described switch of `designs::describe` in a plan of its own.
fn described() -> Design {
    let zones = [
        ("servers", designs::zone("server", "1-4", "4x200G", 100)),
        ("uplinks", designs::zone("uplink", "5-8", "", 100)),
    ];
    let mut leaf = designs::switch("lab", "server-leaf", "", &zones);
    designs::describe(&mut leaf);
    let zones = [("leaves", designs::zone("fabric", "1-8", "", 100))];
    let mut spine = designs::switch("lab", "spine", "", &zones);
    designs::describe(&mut spine);
    let mut server = designs::servers(12);
    server.nics.insert("fe".to_owned(), designs::nic_of(2));
    let attachment = designs::attachment("fe", 2, "alternating", "leaf/servers", 200);
    server.attachments.insert("fe".to_owned(), attachment);
    Design {
        switch_classes: BTreeMap::from([("leaf".to_owned(), leaf), ("spine".to_owned(), spine)]),
        server_classes: BTreeMap::from([("server".to_owned(), server)]),
        ..Design::default()
    }
}

#[test]
fn a_described_switch_plans_like_one_of_the_catalogue() {
    let design = described();
    let planned = plan(&design, Catalog::builtin(), None);
    let blueprint = planned.blueprint.expect("the design is fine");
    assert_eq!(codes(&planned.problems), [""; 0]);
    assert_eq!(audit(&design, Catalog::builtin(), &blueprint), [""; 0]);
    let effective = |class: &str| blueprint.switch_counts[class].effective;
    assert_eq!((effective("leaf"), effective("spine")), (2, 1));
    let leaf = &blueprint.devices[0];
    let types: BTreeMap<&str, Option<&str>> = leaf
        .interfaces
        .iter()
        .map(|i| (i.name.as_str(), i.interface_type.as_deref()))
        .collect();
    assert_eq!(types["E1/1/1"], Some("200gbase-x-qsfp56"));
    assert_eq!(types["E1/8"], None);
    assert_eq!(leaf.device_type, Reference::Known("acme/small".to_owned()));
    // Four cages of four, four of one, and two that no zone has.
    let mut tight = design;
    let leaf = tight.switch_classes.get_mut("leaf").expect("known");
    leaf.custom_profile.as_mut().expect("described").ports_max = Some(21);
    let problems = plan(&tight, Catalog::builtin(), None).problems;
    assert!(codes(&problems).contains(&"port-limit"), "{problems:?}");
}

/// The described design, with its leaf's switch changed.
fn changed(change: impl FnOnce(&mut CustomProfile)) -> Design {
    let mut design = described();
    let leaf = design.switch_classes.get_mut("leaf").expect("known");
    change(leaf.custom_profile.as_mut().expect("described"));
    design
}

fn pipeline(custom: &mut CustomProfile, name: &str, ports: &str, ports_max: u32) {
    let ports = ports.to_owned();
    let pipeline = CustomPipeline { ports, ports_max };
    custom.pipelines.insert(name.to_owned(), pipeline);
}

fn group(custom: &mut CustomProfile, name: &str, ports: &str) {
    let ports = ports.to_owned();
    let group = CustomGroup { ports };
    custom.port_groups.insert(name.to_owned(), group);
}

#[test]
fn what_a_custom_profile_says_is_part_of_the_design() {
    let text = described().canonical_text().expect("all is known");
    let speeds = changed(|custom| {
        let port = custom.ports.get_mut("management").expect("known");
        port.speeds = Some(vec!["10G".to_owned()]);
    });
    let grouped = changed(|custom| group(custom, "one", "1-4"));
    let shared = changed(|custom| pipeline(custom, "one", "1-4", 16));
    for other in [speeds, grouped, shared] {
        assert_ne!(other.canonical_text().as_ref(), Some(&text));
    }
}

#[test]
fn what_ports_of_a_described_switch_share_is_checked() {
    let check = |design: &Design, expected: &[&str]| {
        let problems = plan(design, Catalog::builtin(), None).problems;
        let lines = problems
            .iter()
            .map(|p| format!("{} {}", p.code(), p.locus.subject));
        assert_eq!(lines.collect::<Vec<_>>(), expected);
    };
    // Cages 1-4 run as 4x200G, 5-8 as 1x800G.
    let exact = changed(|custom| {
        group(custom, "servers", "1-4");
        group(custom, "uplinks", "5-8");
        pipeline(custom, "servers", "1-4", 16);
        pipeline(custom, "uplinks", "5-8", 4);
    });
    check(&exact, &[]);
    let leaf = "switch class \"leaf\"";
    let mixed = changed(|custom| group(custom, "mixed", "4-5"));
    check(
        &mixed,
        &[&format!("group-speeds zone \"uplinks\" of {leaf}")],
    );
    let narrow = changed(|custom| {
        pipeline(custom, "a", "1-2", 6);
        pipeline(custom, "b", "3-4", 7);
        pipeline(custom, "c", "5-8", 4);
    });
    // Each limit that is passed.
    let limit = format!("port-limit zone \"servers\" of {leaf}");
    check(&narrow, &[&limit, &limit]);
    let wrong = changed(|custom| {
        group(custom, "outside", "9-11");
        group(custom, "unreadable", "4-1");
        pipeline(custom, "a", "1-4", 16);
        pipeline(custom, "b", "4-8", 16);
    });
    check(
        &wrong,
        &[
            &format!("ports-outside-profile port_group \"outside\" of {leaf}"),
            &format!("port-spec port_group \"unreadable\" of {leaf}"),
            &format!("custom-shared-twice pipeline \"b\" of {leaf}"),
        ],
    );
}

/// The copper ports of a campus switch run at 2.5G.
#[test]
fn a_server_attaches_at_a_speed_with_a_decimal() {
    let zones = [("servers", designs::zone("server", "1-36", "", 100))];
    let leaf = designs::switch("campus", "server-leaf", "edgecore-eps203", &zones);
    let mut server = designs::servers(2);
    server.nics.insert("n".to_owned(), designs::nic_of(1));
    let mut attachment = designs::attachment("n", 1, "", "leaf/servers", 0);
    attachment.speed = Speed::parse_gbps("2.5").expect("a speed");
    server.attachments.insert("a".to_owned(), attachment);
    let design = Design {
        switch_classes: BTreeMap::from([("leaf".to_owned(), leaf)]),
        server_classes: BTreeMap::from([("s".to_owned(), server)]),
        ..Design::default()
    };
    let blueprint = good(&design, None).blueprint;
    let ends = blueprint.cables.iter();
    let ends: Vec<&str> = ends.map(|cable| cable.b.interface.as_str()).collect();
    assert_eq!(ends, ["E1/1", "E1/2"]);
    let text = design.canonical_text().expect("all is known");
    assert!(text.contains("2.5"), "{text}");
}
