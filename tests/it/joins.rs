//! Links that are no leaf and spine: meshes, named far ends, MCLAG pairs, redundancy groups.

use std::collections::{BTreeMap, BTreeSet};

use hedgehog::fabric::audit::audit;
use hedgehog::fabric::blueprint::{Blueprint, CableKind, DeviceKind};
use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::{Attachment, Design, Redundancy, SwitchClass};
use hedgehog::fabric::growth::change::{Change, between};
use hedgehog::fabric::placement::LinkKind;

use crate::support::designs::{self, servers, zone};
use crate::support::good;

const DS3000: &str = "celestica-ds3000";
const DS5000: &str = "celestica-ds5000";

/// Cables of one kind as `a_device a_interface b_device b_interface`.
fn cables(blueprint: &Blueprint, kind: LinkKind) -> Vec<String> {
    let mine =
        |cable: &&hedgehog::fabric::blueprint::Cable| cable.kind == CableKind::Switches(kind);
    let line = |cable: &hedgehog::fabric::blueprint::Cable| {
        let (a, b) = (&cable.a, &cable.b);
        format!("{} {} {} {}", a.device, a.interface, b.device, b.interface)
    };
    blueprint.cables.iter().filter(mine).map(line).collect()
}

/// Plans, and plans again with the result as what is intended, which must change nothing.
fn stable(design: &Design) -> Blueprint {
    let first = good(design, None);
    let again = good(design, Some(&first.placement));
    assert_eq!(again.placement, first.placement);
    first.blueprint
}

/// One server class whose attachment `a` has that many ports on a card of its own.
fn serve(design: &mut Design, name: &str, quantity: u32, attachment: Attachment) {
    let mut class = servers(quantity);
    let ports = attachment.ports.unwrap_or(1);
    class.nics.insert("n".to_owned(), designs::nic_of(ports));
    class.attachments.insert("a".to_owned(), attachment);
    design.server_classes.insert(name.to_owned(), class);
}

fn typed(kind: &str, ports: u32, zone: &str, speed: u32) -> Attachment {
    Attachment {
        attachment_type: Some(kind.to_owned()),
        ..designs::attachment("n", ports, "", zone, speed)
    }
}

fn mesh_class(ports: &str, quantity: u32) -> SwitchClass {
    let zones = [
        ("servers", zone("server", "1-24", "1x100G", 10)),
        ("mesh", zone("mesh", ports, "1x100G", 20)),
    ];
    SwitchClass {
        topology: Some("mesh".to_owned()),
        override_quantity: Some(quantity),
        ..designs::switch("f", "server-leaf", DS3000, &zones)
    }
}

#[test]
fn every_leaf_of_a_mesh_is_joined_to_every_other() {
    // Switches, mesh ports of each, cables.
    for (quantity, ports, expect) in [
        (2, "25-28", 4),
        (3, "25-28", 6),
        (3, "25-26", 3),
        (3, "25-27", 3),
    ] {
        let mut design = Design::default();
        design
            .switch_classes
            .insert("leaf".to_owned(), mesh_class(ports, quantity));
        serve(
            &mut design,
            "s",
            8,
            designs::attachment("n", 1, "same-switch", "leaf/servers", 100),
        );
        let blueprint = stable(&design);
        assert_eq!(
            cables(&blueprint, LinkKind::Mesh).len(),
            expect,
            "{quantity} with {ports}"
        );
        let count = blueprint.switch_counts["leaf"];
        assert_eq!((count.calculated, count.effective), (None, quantity));
    }
}

#[test]
fn a_mesh_may_be_of_several_classes() {
    let mut design = Design::default();
    design
        .switch_classes
        .insert("a".to_owned(), mesh_class("25-28", 2));
    design
        .switch_classes
        .insert("b".to_owned(), mesh_class("25-28", 1));
    serve(
        &mut design,
        "s",
        8,
        designs::attachment("n", 1, "", "b/servers", 100),
    );
    assert_eq!(
        cables(&stable(&design), LinkKind::Mesh),
        [
            "a-01 E1/25 a-02 E1/25",
            "a-01 E1/26 a-02 E1/26",
            "a-01 E1/27 b-01 E1/25",
            "a-01 E1/28 b-01 E1/26",
            "a-02 E1/27 b-01 E1/27",
            "a-02 E1/28 b-01 E1/28",
        ]
    );
}

/// The order of the members is that of their names; their cables stay when it changes.
#[test]
fn a_mesh_whose_classes_are_renamed_keeps_its_cables() {
    let (mut before, mut after) = (Design::default(), Design::default());
    for (old, new, quantity) in [("a", "d", 2), ("b", "c", 1)] {
        let mut class = mesh_class("25-28", quantity);
        before.switch_classes.insert(old.to_owned(), class.clone());
        class.formerly = Some(old.to_owned());
        after.switch_classes.insert(new.to_owned(), class);
    }
    let first = good(&before, None);
    let second = good(&after, Some(&first.placement));
    let change = between(&first.blueprint, &second.blueprint);
    assert_eq!(change, Change::default());
}

/// A front end with border leaves whose uplinks end in a zone of the spines, and out-of-band switches
/// whose uplinks end on the border leaves, beside a server.
fn far_ends(out_of_band_servers: u32) -> Design {
    let mut design = designs::inference(16);
    let spine = design.switch_classes.get_mut("fe-spine").expect("known");
    spine.zones.clear();
    let zones = [
        ("leaves", zone("fabric", "1-62", "1x800G", 10)),
        ("borders", zone("server", "64", "8x100G", 10)),
        ("gateways", zone("server", "63", "4x200G", 10)),
    ];
    spine
        .zones
        .extend(zones.map(|(name, zone)| (name.to_owned(), zone)));
    let mut uplinks = zone("uplink", "17-32", "1x100G", 20);
    uplinks.peer = Some("fe-spine/borders".to_owned());
    let zones = [
        ("shared", zone("server", "14-16", "4x25G", 10)),
        ("uplinks", uplinks),
    ];
    let mut border = designs::switch("frontend", "border-leaf", DS3000, &zones);
    border.min_quantity = Some(2);
    design.switch_classes.insert("border".to_owned(), border);
    let mut uplinks = zone("oob", "49-50", "1x25G", 20);
    uplinks.peer = Some("border/shared".to_owned());
    let zones = [
        ("bmc", zone("oob", "1-48", "1x10G", 10)),
        ("uplinks", uplinks),
    ];
    let mut switch = designs::switch("management", "server-leaf", "dell-s5248f-on", &zones);
    switch.fabric_class = Some("unmanaged".to_owned());
    design.switch_classes.insert("oob".to_owned(), switch);
    let bmc = Attachment {
        port_type: Some("ipmi".to_owned()),
        ..designs::attachment("n", 1, "same-switch", "oob/bmc", 10)
    };
    serve(&mut design, "managed", out_of_band_servers, bmc);
    serve(
        &mut design,
        "admin",
        1,
        designs::attachment("n", 2, "alternating", "border/shared", 25),
    );
    serve(
        &mut design,
        "gateway",
        2,
        designs::attachment("n", 2, "alternating", "fe-spine/gateways", 200),
    );
    design
}

#[test]
fn everything_that_lands_on_a_switch_counts() {
    let blueprint = stable(&far_ends(155));
    let counts = |class: &str| blueprint.switch_counts[class].calculated;
    // 155 on 48 ports; two border leaves by wish; 32 uplinks on 8 ports of a spine.
    assert_eq!(
        [
            counts("oob"),
            counts("border"),
            counts("fe-spine"),
            counts("fe-leaf")
        ],
        [Some(4), Some(2), Some(4), Some(2)]
    );
    // Blocks of four uplinks to each spine.
    let uplinks = cables(&blueprint, LinkKind::PeerUplink);
    assert_eq!(uplinks.len(), 32);
    assert_eq!(
        uplinks[..5],
        [
            "border-01 E1/17 fe-spine-01 E1/64/1",
            "border-01 E1/18 fe-spine-01 E1/64/2",
            "border-01 E1/19 fe-spine-01 E1/64/3",
            "border-01 E1/20 fe-spine-01 E1/64/4",
            "border-01 E1/21 fe-spine-02 E1/64/1",
        ]
    );
    // The first lane of the shared cage serves the admin node.
    assert_eq!(
        cables(&blueprint, LinkKind::OobUplink),
        [
            "oob-01 E1/49 border-01 E1/14/2",
            "oob-01 E1/50 border-02 E1/14/2",
            "oob-02 E1/49 border-01 E1/14/3",
            "oob-02 E1/50 border-02 E1/14/3",
            "oob-03 E1/49 border-01 E1/14/4",
            "oob-03 E1/50 border-02 E1/14/4",
            "oob-04 E1/49 border-01 E1/15/1",
            "oob-04 E1/50 border-02 E1/15/1",
        ]
    );
}

#[test]
fn a_far_class_grows_with_those_that_ask() {
    // Two border leaves have 24 lanes: two for the admin node, two for each of 11 switches.
    for (managed, borders) in [(48, 2), (48 * 11, 2), (48 * 11 + 1, 3)] {
        let blueprint = stable(&far_ends(managed));
        assert_eq!(
            blueprint.switch_counts["border"].calculated,
            Some(borders),
            "{managed}"
        );
    }
}

#[test]
fn growth_on_the_near_side_moves_no_far_end() {
    let before = good(&far_ends(100), None);
    let after = good(&far_ends(155), Some(&before.placement));
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (
        before.placement.switch_links.iter().collect(),
        after.placement.switch_links.iter().collect(),
    );
    assert!(old.is_subset(&new));
    assert_eq!(new.len() - old.len(), 2);
}

/// Leaves that know every redundancy, with a zone for the links of pairs.
fn redundant(kind: &str, quantity: u32, ports: u32) -> Design {
    let zones = [
        ("servers", zone("server", "1-8", "1x100G", 10)),
        ("pair", zone("mclag", "9-12", "1x100G", 20)),
        ("uplinks", zone("uplink", "17-32", "1x100G", 20)),
    ];
    let mut leaf = designs::switch("f", "server-leaf", DS3000, &zones);
    leaf.redundancy = Some(Redundancy {
        redundancy_type: kind.to_owned(),
        ..Redundancy::default()
    });
    let spine = [("leaves", zone("fabric", "1-32", "1x100G", 10))];
    let mut design = Design {
        fabric_release: Some("25.05".to_owned()),
        ..Design::default()
    };
    if kind == "eslag" {
        leaf.zones.remove("pair");
    }
    design.switch_classes.insert("leaf".to_owned(), leaf);
    design.switch_classes.insert(
        "spine".to_owned(),
        designs::switch("f", "spine", DS3000, &spine),
    );
    serve(
        &mut design,
        "s",
        quantity,
        typed(kind, ports, "leaf/servers", 100),
    );
    design
}

/// Names of groups, switch by switch.
fn groups(blueprint: &Blueprint) -> Vec<&str> {
    let devices = blueprint.devices.iter();
    devices
        .filter_map(|device| match &device.kind {
            DeviceKind::Switch { group, .. } => group.as_ref().map(|group| group.name.as_str()),
            DeviceKind::Server => None,
        })
        .collect()
}

#[test]
fn groups_are_legal_and_named() {
    // Kind, servers, ports of each, names of the groups of the leaves.
    let check = |kind, quantity, ports, expect: &[&str]| {
        let blueprint = stable(&redundant(kind, quantity, ports));
        assert_eq!(
            groups(&blueprint),
            expect,
            "{kind}: {quantity} with {ports}"
        );
    };
    check("mclag", 8, 2, &["leaf", "leaf"]);
    check("mclag", 9, 2, &["leaf-1", "leaf-1", "leaf-2", "leaf-2"]);
    check("eslag", 8, 2, &["leaf", "leaf"]);
    check("eslag", 8, 3, &["leaf"; 3]);
    check("eslag", 8, 4, &["leaf"; 4]);
    check(
        "eslag",
        17,
        2,
        &["leaf-1", "leaf-1", "leaf-1", "leaf-1", "leaf-2", "leaf-2"],
    );
}

#[test]
fn a_pair_has_links_for_traffic_and_session() {
    let blueprint = stable(&redundant("mclag", 9, 2));
    assert_eq!(
        cables(&blueprint, LinkKind::MclagPeer),
        [
            "leaf-01 E1/9 leaf-02 E1/9",
            "leaf-01 E1/10 leaf-02 E1/10",
            "leaf-03 E1/9 leaf-04 E1/9",
            "leaf-03 E1/10 leaf-04 E1/10",
        ]
    );
    assert_eq!(
        cables(&blueprint, LinkKind::MclagSession)[..2],
        ["leaf-01 E1/11 leaf-02 E1/11", "leaf-01 E1/12 leaf-02 E1/12"]
    );
    // Without an attachment that uses it, the pair needs no links.
    let mut design = redundant("mclag", 8, 2);
    serve(
        &mut design,
        "s",
        8,
        designs::attachment("n", 2, "alternating", "leaf/servers", 100),
    );
    let blueprint = stable(&design);
    assert_eq!(cables(&blueprint, LinkKind::MclagPeer), [""; 0]);
    assert_eq!(groups(&blueprint), [""; 0]);
}

#[test]
fn growing_a_bundled_class_moves_no_bundle() {
    for (kind, ports) in [("mclag", 2), ("eslag", 2), ("eslag", 4)] {
        let before = good(&redundant(kind, 7, ports), None);
        let after = good(&redundant(kind, 30, ports), Some(&before.placement));
        let new: BTreeSet<_> = after.placement.server_links.iter().collect();
        let stay = |link| new.contains(link);
        assert!(
            before.placement.server_links.iter().all(stay),
            "{kind} with {ports}"
        );
    }
}

#[test]
fn a_bundle_ends_on_one_switch() {
    let leaf = [("servers", zone("server", "1-4", "2x400G", 10))];
    let mut design = Design::default();
    design.switch_classes.insert(
        "leaf".to_owned(),
        designs::switch("f", "server-leaf", DS5000, &leaf),
    );
    serve(
        &mut design,
        "s",
        5,
        typed("bundled", 3, "leaf/servers", 400),
    );
    let placement = good(&design, None).placement;
    // Two bundles of three on the eight ports of a leaf.
    assert_eq!(placement.quantities["leaf"], 3);
    let mut ends: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for link in &placement.server_links {
        ends.entry(link.server.device.index)
            .or_default()
            .insert(link.switch.device.index);
    }
    assert!(ends.values().all(|switches| switches.len() == 1));
}

/// Switches that are there for a class without servers form groups for those that come; the audit, which
/// every plan passes, asks for them.
#[test]
fn groups_are_there_before_their_servers() {
    let mut design = redundant("eslag", 0, 2);
    let leaf = design.switch_classes.get_mut("leaf").expect("known");
    leaf.override_quantity = Some(4);
    let mut blueprint = stable(&design);
    assert_eq!(groups(&blueprint), ["leaf"; 4]);
    for device in &mut blueprint.devices {
        if let DeviceKind::Switch { group, .. } = &mut device.kind {
            *group = None;
        }
    }
    let complaints = audit(&design, Catalog::builtin(), &blueprint);
    let expect = ["leaf-01", "leaf-02", "leaf-03", "leaf-04"]
        .map(|name| format!("{name} is in a group, or not, against the design"));
    assert_eq!(complaints, expect);
}

/// Three links on two switches are two and one; on more switches a new bundle has one on each.
#[test]
fn a_bundle_stays_when_its_group_grows() {
    let mut design = redundant("eslag", 4, 3);
    let first = good(&design, None).placement;
    let leaf = design.switch_classes.get_mut("leaf").expect("known");
    leaf.min_quantity = Some(4);
    let second = good(&design, Some(&first)).placement;
    assert_eq!(
        (first.quantities["leaf"], second.quantities["leaf"]),
        (2, 4)
    );
    assert_eq!(first.server_links, second.server_links);
}

/// Two switches with room for one link more, and two that join them: bundles of three are on the two.
#[test]
fn a_bundle_is_on_fewer_switches_where_others_are_full() {
    let [first, grown] = [5, 10].map(|quantity| redundant("eslag", quantity, 3));
    let first = good(&first, None).placement;
    let second = good(&grown, Some(&first)).placement;
    assert_eq!(
        (first.quantities["leaf"], second.quantities["leaf"]),
        (2, 4)
    );
    let links: BTreeSet<_> = second.server_links.iter().collect();
    assert!(first.server_links.iter().all(|link| links.contains(link)));
}
