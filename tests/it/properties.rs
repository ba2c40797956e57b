//! What holds for every design.

use std::collections::BTreeSet;

use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::Design;
use hedgehog::fabric::growth::change::{Change, between};
use hedgehog::fabric::placement::{Placement, ServerLink, SwitchEnd};
use hedgehog::fabric::plan;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::fabrics_random::changes::{
    excluding, grown, parts_renamed, rails, renamed, renamed_formerly,
};
use crate::support::fabrics_random::sketches;
use crate::support::plans::Good;
use crate::support::{attempt, codes, designs};

/// Only placing shows whether everything finds room, and what excluded ports leave.
const NO_ROOM: [&str; 8] = [
    "no-ports-left",
    "far-end-excluded",
    "leaf-without-uplinks",
    "unit-too-large",
    "override-too-small",
    "alternating-switches",
    "spine-ports",
    "uplinks-fewer-than-spines",
];

/// Plans it; nothing but room may be missing, or what `also` says.
fn placed(design: &Design, intended: Option<&Placement>, also: &[&str]) -> Option<Good> {
    match attempt(design, intended) {
        Ok(good) => Some(good),
        Err(problems) => {
            let expected = |code: &&str| NO_ROOM.contains(code) || also.contains(code);
            let codes = codes(&problems);
            assert!(codes.iter().all(expected), "{problems:?}");
            None
        }
    }
}

/// As [`placed`], where a design that finds no room is of no interest.
macro_rules! built {
    ($design:expr) => {
        built!($design, None)
    };
    ($design:expr, $intended:expr) => {{
        let placed = placed($design, $intended, &[]);
        prop_assume!(placed.is_some());
        placed.expect("it is there")
    }};
}

fn all_ends(placement: &Placement) -> impl Iterator<Item = &SwitchEnd> {
    let servers = placement.server_links.iter().map(|link| &link.switch);
    let switches = placement.switch_links.iter();
    servers.chain(switches.flat_map(|link| [&link.a, &link.b]))
}

/// The lists backwards: what is intended is a set.
fn backwards(placement: &Placement) -> Placement {
    let mut placement = placement.clone();
    placement.server_links.reverse();
    placement.switch_links.reverse();
    placement
}

/// Other names in the same natural order.
fn alike(name: &str) -> String {
    let (number, rest) = name[1..].split_once('-').expect("number and kind");
    let number: u32 = number.parse().expect("a number");
    format!("other{}-{rest}", number * 7 + 2)
}

/// Other names in the opposite order.
fn opposite(name: &str) -> String {
    let (number, rest) = name[1..].split_once('-').expect("number and kind");
    let number: u32 = number.parse().expect("a number");
    format!("d{}-{rest}", 99 - number)
}

proptest! {
    #![proptest_config(ProptestConfig {
        // Unless `PROPTEST_CASES` says otherwise: each plans three designs and more, of every kind.
        cases: 64,
        failure_persistence: None,
        max_global_rejects: 100_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_audit_is_silent_and_planning_again_changes_nothing(sketch in sketches()) {
        let design = sketch.design();
        let first = built!(&design);
        let again = built!(&design);
        prop_assert!(again.blueprint == first.blueprint, "the same design, another plan");
        for intended in [&first.placement, &backwards(&first.placement)] {
            let again = built!(&design, Some(intended));
            prop_assert_eq!(&again.placement, &first.placement);
            prop_assert!(again.blueprint == first.blueprint);
        }
    }

    #[test]
    fn no_reason_of_the_report_asks_for_more_than_there_is(sketch in sketches()) {
        let report = built!(&sketch.design()).blueprint.report;
        let number = |text: &str| text.split(' ').next().and_then(|word| word.parse().ok());
        let mut switches = 0_u32;
        for line in &report {
            let parts: Vec<&str> = line.split(": ").collect();
            if let Some(reason) = line.trim_start().strip_prefix("at least ") {
                let least: u32 = number(reason).expect("a number");
                prop_assert!(least <= switches, "{line} of {switches}: {report:#?}");
            } else if let [class, built, why, ..] = parts[..]
                && built.contains(" switch") && !class.starts_with(' ')
            {
                // The reasons are for what is calculated: beside an override, and not in a mesh.
                let calculated = why.strip_prefix("override_quantity; ");
                let told = number(calculated.unwrap_or(built)).expect("a number");
                switches = if why.ends_with("as in every mesh") { u32::MAX } else { told };
            }
        }
    }

    #[test]
    fn only_the_order_of_names_counts(sketch in sketches()) {
        let design = sketch.design();
        let first = built!(&design).placement;
        let other = built!(&renamed(&design, alike)).placement;
        prop_assert_eq!(other, first.with_classes(alike));
    }

    #[test]
    fn no_name_changes_a_quantity(sketch in sketches()) {
        let design = sketch.design();
        let first = built!(&design).placement;
        let other = built!(&renamed(&design, opposite)).placement;
        prop_assert_eq!(other.quantities, first.with_classes(opposite).quantities);
    }

    #[test]
    fn classes_that_were_renamed_move_nothing(sketch in sketches()) {
        let design = sketch.design();
        let first = built!(&design);
        let after = renamed_formerly(&design, opposite);
        let second = built!(&after, Some(&first.placement));
        prop_assert_eq!(between(&first.blueprint, &second.blueprint), Change::default());
        let third = built!(&after, Some(&second.placement));
        prop_assert_eq!(third.placement, second.placement);
    }

    /// Also where servers that were retired left ports free.
    #[test]
    fn zones_and_attachments_that_were_renamed_move_nothing(sketch in sketches()) {
        let mut design = sketch.design();
        let first = built!(&design);
        for class in design.server_classes.values_mut().filter(|class| class.quantity > 2) {
            class.retired.insert(2);
        }
        let second = built!(&design, Some(&first.placement));
        let after = parts_renamed(&design);
        let third = built!(&after, Some(&second.placement));
        prop_assert_eq!(between(&second.blueprint, &third.blueprint), Change::default());
        let problems = plan(&after, Catalog::builtin(), Some(&second.placement)).problems;
        prop_assert!(!codes(&problems).contains(&"cables-move"), "{problems:?}");
        let fourth = built!(&after, Some(&third.placement));
        prop_assert_eq!(fourth.placement, third.placement);
    }

    #[test]
    fn servers_at_the_end_move_no_server_cable(sketch in sketches(), more in 1..6_u32) {
        let before = sketch.design();
        let after = grown(&before, more);
        let first = built!(&before).placement;
        let second = built!(&after, Some(&first)).placement;
        // A rail that is new to a zone changes which leaf each one is on.
        prop_assume!(rails(&after) == rails(&before));
        let kept: BTreeSet<&ServerLink> = second.server_links.iter().collect();
        for link in &first.server_links {
            prop_assert!(kept.contains(link), "{:?} moved", link);
        }
        for (class, quantity) in &first.quantities {
            prop_assert!(second.quantities[class] >= *quantity, "{}", class);
        }
        let third = built!(&after, Some(&second)).placement;
        prop_assert_eq!(&third, &second);
        // And back: what goes are the links of the servers that went. Switches that had joined may stay.
        let back = built!(&before, Some(&second)).placement;
        prop_assert_eq!(&back.server_links, &first.server_links);
        if back.quantities == first.quantities {
            prop_assert_eq!(&back, &first);
        }
    }

    #[test]
    fn more_servers_never_need_fewer_switches(
        sketch in sketches(), more in 1..6_u32
    ) {
        let before = sketch.design();
        let first = built!(&before).placement;
        let second = built!(&grown(&before, more)).placement;
        for (class, quantity) in &first.quantities {
            prop_assert!(second.quantities[class] >= *quantity, "{}", class);
        }
    }

    #[test]
    fn any_two_designs_give_a_legal_plan(before in sketches(), after in sketches()) {
        let first = built!(&before.design()).placement;
        let mut after = after.design();
        let fresh = built!(&after).placement;
        let second = built!(&after, Some(&first)).placement;
        prop_assert_eq!(&built!(&after, Some(&second)).placement, &second);
        after.allocation = Some("repack".to_owned());
        prop_assert_eq!(&built!(&after, Some(&second)).placement, &fresh);
    }

    #[test]
    fn an_excluded_port_is_never_used(sketch in sketches(), which in any::<Index>()) {
        let before = sketch.design();
        let first = built!(&before).placement;
        let ends: Vec<&SwitchEnd> = all_ends(&first).collect();
        prop_assume!(!ends.is_empty());
        let SwitchEnd { device, port, .. } = which.get(&ends);
        let after = excluding(&before, &device.class, port.cage);
        // The links of pairs and meshes have no port to spare.
        let also = ["pair-ports", "mesh-ports", "mesh-uneven"];
        for intended in [None, Some(&first)] {
            if let Some(second) = placed(&after, intended, &also) {
                let mut ends = all_ends(&second.placement);
                let used = ends.any(|end| end.device.class == device.class && end.port.cage == port.cage);
                prop_assert!(!used);
            }
        }
    }

    #[test]
    fn a_pinned_port_is_used_or_it_is_said_why(
        sketch in sketches(), which in any::<Index>(), other in any::<Index>()
    ) {
        let mut design = sketch.design();
        let first = built!(&design);
        let Some((a, b)) = pin(&first, which, other) else {
            return Err(TestCaseError::reject("nothing to pin"));
        };
        design.pins.insert(a.clone(), b.clone());
        for intended in [None, Some(&first.placement)] {
            let Some(pinned) = placed(&design, intended, &["pin"]) else { continue };
            let mut cables = pinned.blueprint.cables.iter();
            let text = |end: &hedgehog::fabric::blueprint::CableEnd| format!("{}/{}", end.device, end.interface);
            prop_assert!(cables.any(|cable| text(&cable.a) == a && text(&cable.b) == b), "{} {}", a, b);
            let again = built!(&design, Some(&pinned.placement));
            prop_assert_eq!(&again.placement, &pinned.placement);
            let mut free = design.clone();
            free.pins.clear();
            prop_assert_eq!(&built!(&free, Some(&pinned.placement)).placement, &pinned.placement);
        }
    }

    #[test]
    fn nothing_written_makes_it_panic(spec in "[-0-9,: ]{0,12}", breakout in "[0-9xGg.]{0,6}") {
        let mut design = designs::inference(2);
        let class = design.switch_classes.get_mut("fe-leaf").expect("known");
        let zone = class.zones.get_mut("fe-server-ports").expect("known");
        (zone.ports, zone.breakout) = (spec, Some(breakout));
        let planned = plan(&design, Catalog::builtin(), None);
        for problem in planned.problems {
            prop_assert!(problem.code() != "internal", "{:?}", problem);
            let (summary, detail) = problem.explain();
            prop_assert!(!summary.ends_with('.') && detail.ends_with(['.', '?']));
        }
    }
}

/// A server's cable or an uplink to a spine, and another port on a switch of the same class.
fn pin(good: &Good, which: Index, other: Index) -> Option<(String, String)> {
    let blueprint = &good.blueprint;
    let cables = blueprint.cables.iter().filter(|cable| {
        use hedgehog::fabric::blueprint::CableKind;
        use hedgehog::fabric::placement::LinkKind;
        [CableKind::Server, CableKind::Switches(LinkKind::Fabric)].contains(&cable.kind)
    });
    let cables: Vec<_> = cables.collect();
    if cables.is_empty() {
        return None;
    }
    let cable = which.get(&cables);
    let class = |device: &str| {
        let mut devices = blueprint.devices.iter();
        devices
            .find(|d| d.name == device)
            .map(|d| d.key.class.clone())
    };
    let there = class(&cable.b.device)?;
    let zone = blueprint
        .devices
        .iter()
        .filter(|device| device.key.class == there);
    let zone: Vec<(String, String)> = zone
        .flat_map(|device| {
            device
                .interfaces
                .iter()
                .map(|port| (device.name.clone(), port))
        })
        .filter(|(_, port)| port.enabled && port.zone.is_some())
        .map(|(device, port)| (device, port.name.clone()))
        .collect();
    let (device, port) = other.get(&zone);
    let a = format!("{}/{}", cable.a.device, cable.a.interface);
    Some((a, format!("{device}/{port}")))
}
