//! Rails whose servers want more ports where little room is.

use std::collections::{BTreeMap, BTreeSet};

use hedgehog::fabric::design::{Design, ServerClass};
use hedgehog::fabric::placement::Placement;
use hedgehog::fabric::units::Speed;

use crate::support::{designs, good};

/// Servers that have a port on each of these rails.
fn servers(quantity: u32, rails: &[u32]) -> ServerClass {
    let mut class = designs::servers(quantity);
    let ports = u32::try_from(rails.len()).expect("few");
    class.nics.insert("n".to_owned(), designs::nic_of(ports));
    for (port, rail) in (0..).zip(rails) {
        let rail = designs::rail("n", port, "leaf/servers", 200, *rail);
        class.attachments.insert(format!("a{port}"), rail);
    }
    class
}

/// Leaves with four ports for these servers.
fn design(servers: ServerClass) -> Design {
    let zones = [("servers", designs::zone("server", "1", "4x200G", 10))];
    let leaf = designs::switch("f", "server-leaf", "celestica-ds5000", &zones);
    let mut design = Design::default();
    design.switch_classes.insert("leaf".to_owned(), leaf);
    design.server_classes.insert("s".to_owned(), servers);
    design
}

/// Servers of the first class, and the leaves where their rails are.
fn leaves(placement: &Placement) -> BTreeSet<(u32, u32)> {
    let links = placement.server_links.iter();
    links
        .filter(|link| link.server.device.class == "s")
        .map(|link| (link.server.device.index, link.switch.device.index))
        .collect()
}

/// Where servers are before and after, as pairs of server and leaf.
fn check(before: &Design, after: &Design, there: &[(u32, u32)], then: &[(u32, u32)]) {
    let before = good(before, None).placement;
    assert_eq!(leaves(&before), there.iter().copied().collect());
    let after = good(after, Some(&before)).placement;
    assert_eq!(leaves(&after), then.iter().copied().collect());
}

/// On a full leaf two of four servers can have a second port; the others move as a whole.
#[test]
fn servers_that_find_no_room_beside_their_rails_move() {
    let (before, after) = (design(servers(4, &[0])), design(servers(4, &[0, 0])));
    let there = [(1, 1), (2, 1), (3, 1), (4, 1)];
    check(&before, &after, &there, &[(1, 2), (2, 1), (3, 2), (4, 1)]);
}

/// A server that comes back does not take the room of those that are there.
#[test]
fn newcomers_leave_room_to_who_is_there() {
    let mut two = servers(3, &[0]);
    two.retired.insert(1);
    let (before, after) = (design(two), design(servers(3, &[0, 0])));
    let then = [(1, 2), (2, 1), (3, 1)];
    check(&before, &after, &[(2, 1), (3, 1)], &then);
}

/// Domains of two leaves become domains of one; the plan is legal, and the same when planned again.
#[test]
fn a_rail_that_is_new_changes_the_domains() {
    let before = design(servers(9, &[1, 0]));
    let mut after = before.clone();
    after
        .server_classes
        .insert("t".to_owned(), servers(1, &[2]));
    let first = good(&before, None).placement;
    assert_eq!(leaves(&first).len(), 18);
    let second = good(&after, Some(&first)).placement;
    let mut homes = BTreeMap::<u32, BTreeSet<u32>>::new();
    for (server, leaf) in leaves(&second) {
        homes.entry(server).or_default().insert(leaf);
    }
    assert!(homes.values().all(|leaves| leaves.len() == 1), "{homes:?}");
    assert_eq!(good(&after, Some(&second)).placement, second);
}

/// Two rails fill a leaf; the third is on the other leaf of that domain and opens no second one.
#[test]
fn a_server_of_one_rail_needs_room_on_its_leaf_only() {
    let mut design = design(servers(2, &[0, 1]));
    design
        .server_classes
        .insert("t".to_owned(), servers(1, &[2]));
    assert_eq!(good(&design, None).placement.quantities["leaf"], 2);
}

/// Leaves of so many ports, and what is on them: rails of servers, and servers that stay on one leaf with so many
/// ports. Then the fewest leaves; each greater number does, too.
type Row = (
    &'static str,
    &'static [(u32, &'static [u32])],
    &'static [(u32, u32)],
    u32,
);

const FEWEST: &[Row] = &[
    // The rail that most servers have does not keep the others from sharing leaves.
    ("1-3", &[(1, &[0, 1]), (1, &[0])], &[], 1),
    (
        "1-32",
        &[(13, &[0, 1, 2, 3, 4, 5, 6, 7]), (3, &[0])],
        &[],
        4,
    ),
    // Rails lie closer together where others need a leaf to themselves.
    ("1-4", &[(1, &[0, 1, 2, 3])], &[(1, 4)], 2),
    ("1-2", &[(1, &[0, 1])], &[(1, 2)], 2),
    ("1-2", &[(1, &[0, 1, 2, 3])], &[(2, 2)], 4),
    ("1-16", &[(2, &[0, 1, 2, 3, 4, 5, 6, 7])], &[(1, 16)], 2),
];

#[test]
fn rails_take_as_few_leaves_as_they_can_share() {
    for (ports, rails, whole, fewest) in FEWEST {
        let zone = designs::zone("server", ports, "1x100G", 10);
        let leaf = designs::switch("f", "server-leaf", "celestica-ds3000", &[("servers", zone)]);
        let mut design = Design::default();
        design.switch_classes.insert("leaf".to_owned(), leaf);
        for (number, (quantity, rails)) in rails.iter().enumerate() {
            let mut class = servers(*quantity, rails);
            for attachment in class.attachments.values_mut() {
                attachment.speed = Speed::from_gbps(100);
            }
            design.server_classes.insert(format!("r{number}"), class);
        }
        for (number, (quantity, ports)) in whole.iter().enumerate() {
            let mut class = designs::servers(*quantity);
            class.nics.insert("n".to_owned(), designs::nic_of(*ports));
            let attachment = designs::attachment("n", *ports, "same-switch", "leaf/servers", 100);
            class.attachments.insert("a".to_owned(), attachment);
            design.server_classes.insert(format!("w{number}"), class);
        }
        assert_eq!(
            good(&design, None).placement.quantities["leaf"],
            *fewest,
            "{ports} {rails:?}"
        );
        for number in *fewest..fewest + 6 {
            let leaf = design.switch_classes.get_mut("leaf").expect("known");
            leaf.override_quantity = Some(number);
            assert_eq!(good(&design, None).placement.quantities["leaf"], number);
        }
    }
}
