//! Which problems a design has, all of them, and at which argument.

use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::{Attachment, Design, Nic, Redundancy, Reference, SwitchClass};
use hedgehog::fabric::units::Speed;
use hedgehog::fabric::{check_server_class, check_switch_class, plan};
use hedgehog::provider::path_of;

use crate::support::designs::{self, zone};
use crate::support::{attempt, codes, good};

const DS3000: &str = "celestica-ds3000";

/// Changes of a small fabric, and what is wrong then: code and path of each problem.
fn check(change: impl FnOnce(&mut Design), expect: &[&str]) {
    let mut design = small();
    change(&mut design);
    let problems = plan(&design, Catalog::builtin(), None).problems;
    let said = problems.iter().map(|problem| {
        let path = path_of(&problem.locus).to_string();
        format!("{} {path}", problem.code())
    });
    assert_eq!(said.collect::<Vec<_>>(), expect);
}

/// Leaves and spines of switches that know every redundancy, and servers with two links.
fn small() -> Design {
    let zones = [
        ("servers", zone("server", "1-12", "1x100G", 10)),
        ("uplinks", zone("uplink", "17-32", "1x100G", 20)),
    ];
    let leaf = designs::switch("f", "server-leaf", DS3000, &zones);
    let zones = [
        ("leaves", zone("fabric", "1-16", "1x100G", 10)),
        ("servers", zone("server", "17-24", "1x100G", 20)),
    ];
    let spine = designs::switch("f", "spine", DS3000, &zones);
    let mut servers = designs::servers(8);
    servers.nics.insert("n".to_owned(), designs::nic_of(2));
    let attachment = designs::attachment("n", 2, "alternating", "leaf/servers", 100);
    servers.attachments.insert("a".to_owned(), attachment);
    let mut design = Design::default();
    design.switch_classes.insert("leaf".to_owned(), leaf);
    design.switch_classes.insert("spine".to_owned(), spine);
    design.server_classes.insert("s".to_owned(), servers);
    design
}

fn class<'d>(design: &'d mut Design, name: &str) -> &'d mut SwitchClass {
    design.switch_classes.get_mut(name).expect("known")
}

fn attachment(design: &mut Design) -> &mut Attachment {
    let servers = design.server_classes.get_mut("s").expect("known");
    servers.attachments.get_mut("a").expect("known")
}

/// Redundancy of that kind for a class, which the attachment wants too.
fn redundant(design: &mut Design, name: &str, kind: &str) {
    class(design, name).redundancy = Some(Redundancy {
        redundancy_type: kind.to_owned(),
        ..Redundancy::default()
    });
    attachment(design).attachment_type = Some(kind.to_owned());
}

#[test]
fn a_sound_fabric_has_no_problem() {
    check(|_| {}, &[]);
    check(|d| redundant(d, "leaf", "eslag"), &[]);
}

#[test]
fn an_attachment_with_a_fault_uses_its_redundancy_still() {
    let change = |d: &mut Design| {
        redundant(d, "leaf", "eslag");
        attachment(d).speed = Speed::from_gbps(25);
    };
    let speed = "speed-mismatch server_classes[\"s\"].attachment[\"a\"].speed";
    check(change, &[speed]);
    let unused = "redundancy-unused switch_classes[\"leaf\"].redundancy.type";
    let change = |d: &mut Design| {
        redundant(d, "leaf", "eslag");
        attachment(d).attachment_type = None;
    };
    check(change, &[unused]);
}

#[test]
fn spines_have_no_redundancy() {
    let to_spine = |d: &mut Design| {
        redundant(d, "spine", "eslag");
        attachment(d).zone = "spine/servers".to_owned();
    };
    let at = "bundle-on-spine server_classes[\"s\"].attachment[\"a\"].type";
    let idle = "redundancy-on-spine switch_classes[\"spine\"].redundancy";
    check(to_spine, &[at, idle]);
    let change = |d: &mut Design| {
        to_spine(d);
        class(d, "spine").redundancy = None;
    };
    check(change, &[at]);
}

#[test]
fn ports_that_do_too_much_are_told_where_they_are_split() {
    let change = |d: &mut Design| {
        let zones = [
            ("few", zone("server", "60-63", "8x100G", 10)),
            ("many", zone("server", "1-33", "8x100G", 20)),
            ("uplinks", zone("uplink", "34-59", "1x800G", 20)),
        ];
        let leaf = designs::switch("other", "server-leaf", "celestica-ds5000", &zones);
        d.switch_classes.insert("wide".to_owned(), leaf);
    };
    // All ports together, and the pipelines of each zone, which are alike.
    let limits = [
        "port-limit switch_classes[\"wide\"].zone[\"many\"].breakout",
        "port-limit switch_classes[\"wide\"].zone[\"few\"].breakout",
        "port-limit switch_classes[\"wide\"].zone[\"many\"].breakout",
    ];
    check(change, &limits);
    let change = |d: &mut Design| {
        let zones = [
            ("fast", zone("server", "1-2", "25G", 10)),
            ("slow", zone("server", "3-4", "10G", 20)),
        ];
        let leaf = designs::switch("other", "server-leaf", "dell-s5248f-on", &zones);
        d.switch_classes.insert("tor".to_owned(), leaf);
    };
    let speeds = "group-speeds switch_classes[\"tor\"].zone[\"slow\"].ports";
    check(change, &[speeds]);
}

#[test]
fn keys_of_maps_and_arguments_of_blocks_are_named() {
    let change = |d: &mut Design| {
        let (a, b) = ("s-001/n-p0".to_owned(), "leaf-09/E1/1".to_owned());
        d.pins.insert(a, b);
    };
    check(change, &["pin pins[\"s-001/n-p0\"]"]);
    let change = |d: &mut Design| {
        let templates = &mut d.naming.templates;
        templates.insert("leaf".to_owned(), "{oops}".to_owned());
        templates.insert("leafs".to_owned(), "{class}-{index}".to_owned());
    };
    let naming = [
        "naming-template naming[\"leaf\"]",
        "naming-category naming[\"leafs\"]",
    ];
    check(change, &naming);
    let change = |d: &mut Design| {
        redundant(d, "leaf", "eslag");
        let redundancy = class(d, "leaf").redundancy.as_mut().expect("just set");
        redundancy.group = Some("Group 1".to_owned());
    };
    let group = "group-name switch_classes[\"leaf\"].redundancy.group";
    check(change, &[group]);
}

/// Zones between the switches of a pair, in a class that has no pairs.
#[test]
fn a_zone_of_pairs_is_of_no_use_to_groups() {
    let change = |d: &mut Design| {
        redundant(d, "leaf", "eslag");
        let pair = zone("mclag", "13-16", "1x100G", 30);
        class(d, "leaf").zones.insert("pair".to_owned(), pair);
    };
    check(
        change,
        &["pair-zone-unused switch_classes[\"leaf\"].zone[\"pair\"].type"],
    );
}

/// Releases and documents of Hedgehog say nothing of switches that it does not manage.
#[test]
fn rules_of_hedgehog_are_for_switches_that_it_manages() {
    let change = |managed: &str| {
        let managed = managed.to_owned();
        move |d: &mut Design| {
            redundant(d, "leaf", "mclag");
            let pair = zone("mclag", "13-16", "1x100G", 30);
            class(d, "leaf").zones.insert("pair".to_owned(), pair);
            for name in ["leaf", "spine"] {
                class(d, name).fabric_class = Some(managed.clone());
            }
        }
    };
    let removed = "mclag-removed server_classes[\"s\"].attachment[\"a\"].type";
    check(change("managed"), &[removed]);
    check(change("unmanaged"), &[]);
}

/// Of several groups `leaf` has `leaf-1`, which is also the only group of the class `leaf-1`.
#[test]
fn groups_of_two_classes_have_names_of_their_own() {
    let change = |quantity: u32| {
        move |d: &mut Design| {
            redundant(d, "leaf", "eslag");
            class(d, "leaf").override_quantity = Some(quantity);
            let mut other = class(d, "leaf").clone();
            other.override_quantity = Some(2);
            d.switch_classes.insert("leaf-1".to_owned(), other);
            let servers = d.server_classes.get_mut("s").expect("known");
            let mut second = servers.clone();
            for attachment in second.attachments.values_mut() {
                attachment.zone = "leaf-1/servers".to_owned();
            }
            d.server_classes.insert("t".to_owned(), second);
        }
    };
    let told = |quantity| {
        let mut design = small();
        change(quantity)(&mut design);
        let problems = plan(&design, Catalog::builtin(), None).problems;
        let mut paths = problems.iter().filter(|p| p.code() == "group-name-twice");
        paths
            .next()
            .map(|problem| path_of(&problem.locus).to_string())
    };
    assert_eq!(told(4), None);
    let path = "switch_classes[\"leaf-1\"].redundancy.group";
    assert_eq!(told(6).as_deref(), Some(path));
}

/// A fabric has its redundancy groups to itself.
#[test]
fn groups_of_two_fabrics_may_have_one_name() {
    for (fabric, expected) in [("f", 1), ("other", 0)] {
        let mut design = small();
        redundant(&mut design, "leaf", "eslag");
        let group = Some("pair".to_owned());
        class(&mut design, "leaf")
            .redundancy
            .as_mut()
            .expect("set")
            .group = group;
        let mut other = class(&mut design, "leaf").clone();
        fabric.clone_into(&mut other.fabric);
        design.switch_classes.insert("other".to_owned(), other);
        let problems = plan(&design, Catalog::builtin(), None).problems;
        let told = problems.iter().filter(|p| p.code() == "group-name-twice");
        assert_eq!(told.count(), expected, "{fabric}");
    }
}

/// A slip of a digit is told, and nothing is counted with it.
#[test]
fn numbers_beyond_all_limits_are_told() {
    let change = |d: &mut Design| {
        redundant(d, "leaf", "mclag");
        d.fabric_release = Some("25.05".to_owned());
        let pair = zone("mclag", "13-16", "1x100G", 30);
        let leaf = class(d, "leaf");
        leaf.zones.insert("pair".to_owned(), pair);
        leaf.override_quantity = Some(u32::MAX);
        let redundancy = leaf.redundancy.as_mut().expect("given");
        redundancy.peer_links = Some(u32::MAX);
        redundancy.session_links = Some(u32::MAX);
    };
    check(
        change,
        &[
            "too-many switch_classes[\"leaf\"].override_quantity",
            "pair-ports switch_classes[\"leaf\"].zone",
        ],
    );
}

#[test]
fn uplinks_that_lead_nowhere_carry_nothing() {
    let mut design = small();
    design.switch_classes.remove("spine");
    let planned = plan(&design, Catalog::builtin(), None);
    let blueprint = planned.blueprint.expect("only a warning");
    let leaf = &blueprint.oversubscription["leaf"];
    assert_eq!((leaf.ratio.as_deref(), leaf.uplink_gbps), (None, 0));
    let fabric = &blueprint.fabric_oversubscription["f"];
    assert_eq!((fabric.ratio.as_deref(), fabric.uplink_gbps), (None, 0));
}

#[test]
fn spines_without_leaves_are_told() {
    let change = |d: &mut Design| {
        let mut spine = class(d, "spine").clone();
        spine.fabric = "F".to_owned();
        d.switch_classes.insert("spare".to_owned(), spine);
    };
    check(
        change,
        &["spines-without-leaves switch_classes[\"spare\"].fabric"],
    );
    // A leaf with a fault is a leaf.
    let change = |d: &mut Design| class(d, "leaf").profile = Some("oops".to_owned());
    check(
        change,
        &["unknown-profile switch_classes[\"leaf\"].profile"],
    );
}

/// A class of border leaves whose uplinks end on that zone.
fn border(design: &mut Design, ports: &str, peer: &str) {
    let mut uplinks = zone("uplink", ports, "1x100G", 20);
    uplinks.peer = Some(peer.to_owned());
    let mut border = designs::switch("f", "border-leaf", DS3000, &[("uplinks", uplinks)]);
    border.override_quantity = Some(1);
    design.switch_classes.insert("border".to_owned(), border);
}

#[test]
fn a_leaf_reaches_its_spines() {
    let spines = |ports: &'static str| {
        move |d: &mut Design| {
            class(d, "spine").override_quantity = Some(4);
            border(d, ports, "spine/servers");
        }
    };
    check(spines("1-4"), &[]);
    let ports = "switch_classes[\"border\"].zone[\"uplinks\"].ports";
    check(spines("1-5"), &[&format!("peer-uneven {ports}")]);
    check(spines("1-3"), &[&format!("peer-misses {ports}")]);
    let beside = "leaf-beside-spines switch_classes[\"border\"].zone";
    check(|d| border(d, "1-2", "leaf/servers"), &[beside]);
}

#[test]
fn leaves_that_take_l3_only_beside_others() {
    let change = |d: &mut Design| {
        let zones = [
            ("servers", zone("server", "1-4", "4x200G", 10)),
            ("uplinks", zone("uplink", "5-6", "8x100G", 20)),
        ];
        let leaf = designs::switch("f", "server-leaf", "celestica-ds5000", &zones);
        d.switch_classes.insert("wide".to_owned(), leaf);
    };
    let only = "l3-only-leaf switch_classes[\"wide\"].profile";
    check(change, &[only]);
    let alone = |d: &mut Design| {
        change(d);
        class(d, "wide").fabric = "g".to_owned();
        class(d, "wide").zones.remove("uplinks");
    };
    check(alone, &[]);
}

/// Bundles that fit on two switches by themselves, but not beside those that are there.
#[test]
fn an_override_that_is_too_small_for_what_is_there() {
    let bundles = |design: &mut Design, name: &str, ports: u32| {
        let mut servers = designs::servers(2);
        servers.nics.insert("n".to_owned(), designs::nic_of(ports));
        let mut attachment = designs::attachment("n", ports, "", "leaf/servers", 100);
        attachment.attachment_type = Some("bundled".to_owned());
        servers.attachments.insert("a".to_owned(), attachment);
        design.server_classes.insert(name.to_owned(), servers);
    };
    let mut before = small();
    before.server_classes.clear();
    let leaf = class(&mut before, "leaf");
    leaf.override_quantity = Some(1);
    leaf.zones.get_mut("servers").expect("known").ports = "1-8".to_owned();
    bundles(&mut before, "a", 3);
    let placed = good(&before, None).placement;
    let mut after = before;
    class(&mut after, "leaf").override_quantity = Some(2);
    bundles(&mut after, "b", 5);
    let problems = attempt(&after, Some(&placed)).expect_err("no room beside them");
    assert_eq!(
        problems[0].explain().1,
        "In zone \"servers\" of switch class \"leaf\", 16 ports are asked for, and 2 switches give 16, but \
         the distributions cannot be kept with them: ports that belong on one switch, or on different \
         ones, do not find room. Remove override_quantity, or set allocation = \"repack\": without the \
         cables that are there, all finds room. Or give the zone 2 more logical ports on each switch."
    );
    after.allocation = Some("repack".to_owned());
    good(&after, Some(&placed));
}

#[test]
fn links_of_a_pair_are_told_where_there_is_none() {
    let change = |d: &mut Design| {
        redundant(d, "leaf", "eslag");
        let redundancy = class(d, "leaf").redundancy.as_mut().expect("given");
        (redundancy.peer_links, redundancy.session_links) = (Some(2), Some(0));
    };
    check(
        change,
        &[
            "pair-links-unused switch_classes[\"leaf\"].redundancy.peer_links",
            "pair-links-unused switch_classes[\"leaf\"].redundancy.session_links",
        ],
    );
}

#[test]
fn a_fabric_has_a_name() {
    let change = |d: &mut Design| {
        for name in ["leaf", "spine"] {
            class(d, name).fabric = " ".to_owned();
        }
    };
    check(
        change,
        &[
            "fabric-blank switch_classes[\"leaf\"].fabric",
            "fabric-blank switch_classes[\"spine\"].fabric",
        ],
    );
}

#[test]
fn a_class_that_would_grow_beyond_its_limit_is_told() {
    let of = |servers: u32| {
        move |d: &mut Design| {
            d.switch_classes.remove("spine");
            let one = zone("server", "1", "1x100G", 10);
            let leaf = class(d, "leaf");
            leaf.zones = [("servers".to_owned(), one)].into();
            leaf.fabric_class = Some("unmanaged".to_owned());
            d.server_classes.get_mut("s").expect("known").quantity = servers;
        }
    };
    check(of(5_000), &[]);
    check(of(5_001), &["too-many switch_classes[\"leaf\"]"]);
}

#[test]
fn an_optic_has_to_go_into_its_card() {
    let of = |card: &'static str, optic: &'static str| {
        move |d: &mut Design| {
            let servers = d.server_classes.get_mut("s").expect("known");
            let nic = Nic {
                module_type: Some(Reference::Known(card.to_owned())),
                ports: None,
            };
            servers.nics.insert("n".to_owned(), nic);
            attachment(d).transceiver = Some(Reference::Known(optic.to_owned()));
            let zone = class(d, "leaf").zones.get_mut("servers").expect("known");
            zone.transceiver = Some(Reference::Unknown);
        }
    };
    let told = "optic-for-cage server_classes[\"s\"].attachment[\"a\"].transceiver";
    let qsfp28 = "supermicro/AOC-A100G-B2CM-O";
    check(of(qsfp28, "celestica/R4113-75210-SR"), &[]);
    check(of(qsfp28, "eps-global/T1-OSFP112-400G-SR4"), &[told]);
    // An assembly goes in with its far end; that the card is too slow is another matter.
    let assembly = "celestica/R4113-75C41-03";
    let slow = "card-too-slow server_classes[\"s\"].attachment[\"a\"].speed";
    check(of("supermicro/AOC-S25G6-M2S-O", assembly), &[slow]);
    // Of a card whose ports are unlike any cage nothing is said.
    check(
        of(
            "nvidia/ConnectX-7 (Dual-Port)",
            "eps-global/T1-OSFP112-400G-SR4",
        ),
        &[],
    );
}

/// What is wrong with one argument hides nothing of the others.
#[test]
fn all_that_is_wrong_with_an_attachment_is_told() {
    let path = |argument: &str| format!("server_classes[\"s\"].attachment[\"a\"].{argument}");
    let told = |change: fn(&mut Attachment), expect: &[(&str, &str)]| {
        let lines: Vec<String> = expect
            .iter()
            .map(|(code, argument)| format!("{code} {}", path(argument)))
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        check(|d| change(attachment(d)), &lines);
    };
    told(
        |a| (a.nic, a.zone) = ("zz".to_owned(), "leaf/x".to_owned()),
        &[("unknown-nic", "nic"), ("unknown-zone", "zone")],
    );
    told(
        |a| (a.nic, a.speed) = ("zz".to_owned(), Speed::from_gbps(25)),
        &[("unknown-nic", "nic"), ("speed-mismatch", "speed")],
    );
    told(
        |a| {
            (a.ports, a.speed) = (Some(9), Speed::from_gbps(25));
            a.distribution = Some("rail-optimized".to_owned());
        },
        &[
            ("rail-missing", "rail"),
            ("nic-port-range", "ports"),
            ("speed-mismatch", "speed"),
        ],
    );
    told(
        |a| a.zone = "leaf".to_owned(),
        &[("zone-reference", "zone")],
    );
}

/// A class by itself knows how a zone is written.
#[test]
fn a_reference_that_cannot_be_read_is_told_by_its_class() {
    let mut design = small();
    attachment(&mut design).zone = "leaf".to_owned();
    let problems = check_server_class(
        "s",
        &design.server_classes["s"],
        Catalog::builtin(),
        &[].into(),
    );
    assert_eq!(codes(&problems), ["zone-reference"]);
    border(&mut design, "1-2", "spine");
    let border = &design.switch_classes["border"];
    let (_, problems) = check_switch_class("border", border, Catalog::builtin(), &[].into());
    assert_eq!(codes(&problems), ["zone-reference"]);
}

#[test]
fn the_name_of_a_class_is_an_argument() {
    let mut design = small();
    let leaf = design.switch_classes.remove("leaf").expect("known");
    design.switch_classes.insert("l\u{e4}f".to_owned(), leaf);
    attachment(&mut design).zone = "l\u{e4}f/servers".to_owned();
    let problems = plan(&design, Catalog::builtin(), None).problems;
    let bad = problems.iter().find(|problem| problem.code() == "bad-name");
    let path = path_of(&bad.expect("told").locus).to_string();
    assert_eq!(path, "switch_classes[\"l\u{e4}f\"].name");
}

/// A cage that is excluded stays as it is, so that the hardware's limits do not concern it.
#[test]
fn excluded_ports_leave_their_port_group() {
    let with = |excluded: Option<&str>| {
        let zones = [
            ("servers", zone("server", "1-6", "1x25G", 10)),
            ("slow", zone("server", "7-12", "1x10G", 20)),
        ];
        let mut leaf = designs::switch("f", "server-leaf", "dell-s5248f-on", &zones);
        leaf.excluded_ports = excluded.map(str::to_owned);
        let (_, problems) = check_switch_class("leaf", &leaf, Catalog::builtin(), &[].into());
        codes(&problems)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(with(None), ["group-speeds"]);
    assert_eq!(with(Some("7-8")), [""; 0]);
}

/// A wrong order says nothing about which ports are excluded.
#[test]
fn a_wrong_order_has_no_faults_that_follow() {
    let path = "allocation-order switch_classes[\"leaf\"].zone[\"servers\"].allocation_order";
    check(
        |d| {
            let leaf = class(d, "leaf");
            leaf.excluded_ports = Some("1,7".to_owned());
            let servers = leaf.zones.get_mut("servers").expect("known");
            servers.allocation = Some("custom".to_owned());
            servers.allocation_order = Some(vec![1; 12]);
        },
        &[path],
    );
}

fn misses(design: &Design) -> String {
    let problems = plan(design, Catalog::builtin(), None).problems;
    let mut misses = problems.iter().filter(|p| p.code() == "peer-misses");
    misses.next().expect("told").explain().1
}

/// Who gives ports has as many switches as its servers need: more ports for others change nothing.
#[test]
fn far_switches_that_are_there_for_servers() {
    let mut design = small();
    class(&mut design, "leaf")
        .zones
        .insert("others".to_owned(), zone("server", "13-16", "1x100G", 30));
    design.server_classes.get_mut("s").expect("known").quantity = 40;
    border(&mut design, "1-3", "leaf/others");
    let border = class(&mut design, "border");
    border
        .zones
        .insert("own".to_owned(), zone("uplink", "17-32", "1x100G", 10));
    let said = misses(&design);
    let leaves = "Use 7, so that each leads to all of them alike.";
    assert!(said.ends_with(leaves), "{said}");
    let border = class(&mut design, "border");
    border
        .zones
        .insert("rest".to_owned(), zone("server", "4-16", "1x100G", 40));
    let said = misses(&design);
    let others =
        "and class \"leaf\" has so many switches for its other zones: name a far end with fewer.";
    assert!(said.ends_with(others), "{said}");
}
