//! What stays when a design changes.

use std::collections::BTreeSet;

use hedgehog::fabric::blueprint::Blueprint;
use hedgehog::fabric::design::Design;
use hedgehog::fabric::growth::change::{Change, between};
use hedgehog::fabric::placement::{Placement, ServerLink, SwitchLink};
use hedgehog::fabric::problem::Problem;
use hedgehog::fabric::{catalog::Catalog, plan};

use crate::support::{designs, good};

/// Links that went, and links that came.
fn moved(before: &Placement, after: &Placement) -> (usize, usize) {
    let all = |p: &Placement| -> (BTreeSet<ServerLink>, BTreeSet<SwitchLink>) {
        (
            p.server_links.iter().cloned().collect(),
            p.switch_links.iter().cloned().collect(),
        )
    };
    let ((servers, fabric), (new_servers, new_fabric)) = (all(before), all(after));
    let went = servers.difference(&new_servers).count() + fabric.difference(&new_fabric).count();
    let came = new_servers.difference(&servers).count() + new_fabric.difference(&fabric).count();
    (went, came)
}

/// Plans one design and then the other from its result.
fn change(before: &Design, after: &Design) -> (usize, usize) {
    let first = good(before, None).placement;
    let second = good(after, Some(&first)).placement;
    let third = good(after, Some(&second)).placement;
    assert!(
        second == third,
        "planning with its own result changes something"
    );
    moved(&first, &second)
}

#[test]
fn growth_within_the_switches_moves_nothing() {
    assert_eq!(
        change(&designs::inference(16), &designs::inference(16)),
        (0, 0)
    );
    assert_eq!(
        change(&designs::inference(16), &designs::inference(20)),
        (0, 8)
    );
    assert_eq!(
        change(&designs::inference(20), &designs::inference(16)),
        (8, 0)
    );
}

#[test]
fn growth_past_a_full_leaf_opens_a_domain_of_the_same_layout() {
    // 16 servers are four rails a leaf; from nothing, 17 would be three rails a leaf.
    let first = good(&designs::training(16), None).placement;
    let second = good(&designs::training(17), Some(&first));
    assert_eq!(second.placement.quantities["be-rail-leaf"], 4);
    let kept: BTreeSet<&ServerLink> = second.placement.server_links.iter().collect();
    assert!(first.server_links.iter().all(|link| kept.contains(link)));
    let report = second.blueprint.report.join("\n");
    assert!(report.contains("\"repack\" would need 3"), "{report}");
}

#[test]
fn a_spine_that_joins_takes_as_few_links_as_possible() {
    // 32 uplinks of two leaves on one spine; with two, half of each leaf's links go there.
    let mut after = designs::inference(16);
    after
        .switch_classes
        .get_mut("fe-spine")
        .expect("known")
        .override_quantity = Some(2);
    assert_eq!(change(&designs::inference(16), &after), (32, 32));
    let mut third = after.clone();
    third
        .switch_classes
        .get_mut("fe-spine")
        .expect("known")
        .override_quantity = Some(3);
    // 16 + 16 become 11 + 11 + 10 (in some order): ten or eleven links move for each leaf.
    let (went, came) = change(&after, &third);
    assert_eq!((went, came), (20, 20));
}

#[test]
fn a_port_that_leaves_the_zone_frees_only_its_links() {
    let mut after = designs::inference(16);
    let leaf = after.switch_classes.get_mut("fe-leaf").expect("known");
    leaf.zones.get_mut("fe-server-ports").expect("known").ports = "1,5-63:2".to_owned();
    // Port 3 of both leaves has four servers.
    assert_eq!(change(&designs::inference(16), &after), (8, 8));
}

#[test]
fn retiring_frees_one_server() {
    let mut after = designs::training(32);
    after
        .server_classes
        .get_mut("compute")
        .expect("known")
        .retired
        .insert(7);
    assert_eq!(change(&designs::training(32), &after), (10, 0));
}

#[test]
fn a_class_between_others_moves_nobody() {
    let mut after = designs::training(16);
    let mut class = after.server_classes["compute"].clone();
    class.quantity = 2;
    class.attachments.retain(|name, _| name == "fe");
    after.server_classes.insert("aaa".to_owned(), class);
    assert_eq!(change(&designs::training(16), &after), (0, 4));
}

#[test]
fn a_renamed_distribution_keeps_what_it_allows() {
    let mut after = designs::inference(16);
    let class = after.server_classes.get_mut("compute").expect("known");
    class.attachments.get_mut("fe").expect("known").distribution = Some("same-switch".to_owned());
    // Two switches for each server are not one, so all of them move.
    let (went, came) = change(&designs::inference(16), &after);
    assert_eq!(went, came);
    assert!(went > 0);
}

#[test]
fn a_renamed_class_carries_its_cables_over() {
    let (before, mut after) = (designs::training(16), designs::training(16));
    let rename = |design: &mut Design, old: &str, new: &str| {
        let mut class = design.switch_classes.remove(old).expect("known");
        class.formerly = Some(old.to_owned());
        design.switch_classes.insert(new.to_owned(), class);
    };
    rename(&mut after, "be-rail-leaf", "aaa-leaf");
    rename(&mut after, "be-spine", "zzz-spine");
    let mut class = after.server_classes.remove("compute").expect("known");
    class.formerly = Some("compute".to_owned());
    for attachment in class.attachments.values_mut() {
        attachment.zone = attachment.zone.replace("be-rail-leaf/", "aaa-leaf/");
    }
    after.server_classes.insert("gpu".to_owned(), class);
    let (first, from_nothing) = (good(&before, None), good(&after, None));
    let second = good(&after, Some(&first.placement));
    let change = between(&first.blueprint, &second.blueprint);
    assert_eq!(change, Change::default());
    assert_eq!(
        second.placement.quantities,
        from_nothing.placement.quantities
    );
    // Without saying so, all of it is new.
    let unsaid = between(
        &first.blueprint,
        &Blueprint {
            former_classes: [].into(),
            ..second.blueprint
        },
    );
    assert_eq!((unsaid.devices_added, unsaid.cables_added), (19, 224));
    // The name is history now, and what was planned under the new one is kept.
    let third = good(&after, Some(&second.placement)).placement;
    assert_eq!(third, second.placement);
}

/// A training fabric after a server was retired: ports in between are free.
fn with_gaps() -> (Design, Placement) {
    let mut design = designs::training(16);
    let first = good(&design, None).placement;
    let class = design.server_classes.get_mut("compute").expect("known");
    class.retired.extend([3, 9]);
    let placement = good(&design, Some(&first)).placement;
    (design, placement)
}

/// The design is changed; each cable stays where it is, and none is said to move.
fn stays(what: &str, change: impl Fn(&mut Design)) {
    let (mut design, first) = with_gaps();
    let before = good(&design, Some(&first)).blueprint;
    change(&mut design);
    let planned = plan(&design, Catalog::builtin(), Some(&first));
    let codes: Vec<_> = planned.problems.iter().map(Problem::code).collect();
    assert!(!codes.contains(&"cables-move"), "{what}: {codes:?}");
    let after = planned.blueprint.expect("it is planned");
    assert_eq!(between(&before, &after), Change::default(), "{what}");
}

#[test]
fn renamed_zones_keep_their_cables() {
    let design = with_gaps().0;
    let classes = design.switch_classes.iter();
    for (class, name) in
        classes.flat_map(|(class, spec)| spec.zones.keys().map(move |z| (class, z)))
    {
        let (from, to) = (format!("{class}/{name}"), format!("{class}/renamed"));
        stays(&from, |design| {
            let zones = &mut design.switch_classes.get_mut(class).expect("known").zones;
            let zone = zones.remove(name).expect("known");
            zones.insert("renamed".to_owned(), zone);
            let classes = design.server_classes.values_mut();
            for attachment in classes.flat_map(|class| class.attachments.values_mut()) {
                attachment.zone = attachment.zone.replace(&from, &to);
            }
        });
    }
}

#[test]
fn renamed_attachments_keep_their_cables() {
    stays("attachments", |design| {
        let class = design.server_classes.get_mut("compute").expect("known");
        let attachments = std::mem::take(&mut class.attachments).into_iter();
        let renamed = attachments.map(|(name, attachment)| (format!("new-{name}"), attachment));
        class.attachments.extend(renamed);
    });
}

/// The number of cables that move is one number, in the warning and in `last_change`.
#[test]
fn links_on_other_ports_have_moved() {
    let with = |ports: &str| {
        let mut design = designs::inference(16);
        let leaf = design.switch_classes.get_mut("fe-leaf").expect("known");
        leaf.zones.get_mut("fe-uplinks").expect("known").ports = ports.to_owned();
        design
    };
    let (before, after) = (with("2-62:2"), with("4-64:2"));
    let first = good(&before, None);
    let second = good(&after, Some(&first.placement));
    let change = between(&first.blueprint, &second.blueprint);
    let moved = Change {
        cables_moved: 2,
        ..Change::default()
    };
    assert_eq!(change, moved);
    let said = said(&before, &after);
    assert!(
        said.starts_with("2 of 94 cables move: 2 of 62 fabric links"),
        "{said}"
    );
}

/// A zone is cut in two, and some servers get the part in which they are.
#[test]
fn a_zone_that_is_split_keeps_the_cables_of_both_parts() {
    let mut before = designs::inference(16);
    let mut others = before.server_classes["compute"].clone();
    others.quantity = 4;
    before.server_classes.insert("zzz".to_owned(), others);
    let mut after = before.clone();
    let zones = &mut after
        .switch_classes
        .get_mut("fe-leaf")
        .expect("known")
        .zones;
    let mut part = zones["fe-server-ports"].clone();
    zones.get_mut("fe-server-ports").expect("known").ports = "1-7:2".to_owned();
    part.ports = "9-63:2".to_owned();
    zones.insert("part".to_owned(), part);
    let others = after.server_classes.get_mut("zzz").expect("known");
    others.attachments.get_mut("fe").expect("known").zone = "fe-leaf/part".to_owned();
    let first = good(&before, None);
    let second = good(&after, Some(&first.placement));
    assert_eq!(
        between(&first.blueprint, &second.blueprint),
        Change::default()
    );
}

/// What the plan says about cables that move.
fn said(before: &Design, after: &Design) -> String {
    let first = good(before, None).placement;
    let problems = plan(after, Catalog::builtin(), Some(&first)).problems;
    let moves = problems.iter().find(|p| p.code() == "cables-move");
    moves.map_or_else(String::new, |problem| problem.explain().1)
}

#[test]
fn four_servers_more_move_half_of_the_back_end_links_and_it_is_said() {
    let (before, after) = (designs::training(16), designs::training(20));
    let first = good(&before, None).placement;
    let second = good(&after, Some(&first)).placement;
    let kept: BTreeSet<&ServerLink> = second.server_links.iter().collect();
    assert!(first.server_links.iter().all(|link| kept.contains(link)));
    let in_back_end = |link: &&SwitchLink| link.a.device.class == "be-rail-leaf";
    let kept: BTreeSet<&SwitchLink> = second.switch_links.iter().collect();
    let links: Vec<&SwitchLink> = first.switch_links.iter().filter(in_back_end).collect();
    let lost = links.iter().filter(|link| !kept.contains(**link)).count();
    assert_eq!((lost, links.len()), (32, 64));
    assert_eq!(
        said(&before, &after),
        "32 of 288 cables move: 32 of 64 fabric links of fabric \"backend\", since be-spine-02 joins."
    );
    assert_eq!(said(&before, &before), "");
}

#[test]
fn what_moves_and_why() {
    let check = |change: fn(&mut Design), expect: &str| {
        let mut after = designs::inference(16);
        change(&mut after);
        let said = said(&designs::inference(16), &after);
        assert!(said.ends_with(expect), "{said}");
    };
    check(
        |d| {
            let leaf = d.switch_classes.get_mut("fe-leaf").expect("known");
            leaf.excluded_ports = Some("3".to_owned());
        },
        "8 of 32 server cables, since excluded_ports of \"fe-leaf\" names their ports.",
    );
    check(
        |d| {
            let spine = d.switch_classes.get_mut("fe-spine").expect("known");
            spine.excluded_ports = Some("64".to_owned());
            spine.override_quantity = Some(2);
        },
        ": 1 of 64 fabric links of fabric \"frontend\", since excluded_ports of \"fe-spine\" names \
         their ports; 31 of 64 fabric links of fabric \"frontend\", since fe-spine-02 joins.",
    );
    check(
        |d| {
            let leaf = d.switch_classes.get_mut("fe-leaf").expect("known");
            leaf.zones.get_mut("fe-server-ports").expect("known").ports = "1,5-63:2".to_owned();
        },
        "8 of 32 server cables, since their ports are no longer in zone \"fe-leaf/fe-server-ports\".",
    );
    check(
        |d| {
            let class = d.server_classes.get_mut("compute").expect("known");
            let fe = class.attachments.get_mut("fe").expect("known");
            fe.distribution = Some("same-switch".to_owned());
        },
        "server cables, since same-switch does not allow their places.",
    );
}

#[test]
fn excluded_ports_stay_free() {
    let mut after = designs::inference(16);
    let leaf = after.switch_classes.get_mut("fe-leaf").expect("known");
    leaf.excluded_ports = Some("1-6".to_owned());
    let placement = good(&after, None).placement;
    let ends = placement.switch_links.iter().map(|link| &link.a);
    let used: BTreeSet<u32> = placement
        .server_links
        .iter()
        .map(|link| &link.switch)
        .chain(ends)
        .map(|end| end.port.cage)
        .collect();
    assert_eq!(used.first(), Some(&7));
}

#[test]
fn repack_is_planning_from_nothing() {
    let first = good(&designs::training(16), None).placement;
    let mut after = designs::training(17);
    after.allocation = Some("repack".to_owned());
    let (repacked, fresh) = (good(&after, Some(&first)), good(&after, None));
    assert_eq!(repacked.placement, fresh.placement);
    assert!(said(&designs::training(16), &after).contains("since allocation is \"repack\""));
}
