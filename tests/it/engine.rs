//! Real designs, whole: quantities, devices, cables. Then what DIET got wrong.

use std::collections::{BTreeMap, BTreeSet};

use hedgehog::fabric::blueprint::{Blueprint, Origin};
use hedgehog::fabric::design::{Design, SwitchClass};
use hedgehog::fabric::placement::DeviceKey;

use crate::support::{codes, designs, good};

/// Links by switch.
fn links(blueprint: &Blueprint) -> BTreeMap<String, usize> {
    let ends = blueprint
        .cables
        .iter()
        .flat_map(|cable| [&cable.a, &cable.b]);
    let mut links = BTreeMap::new();
    for end in ends {
        *links.entry(end.device.clone()).or_default() += 1;
    }
    let is_server = |name: &String| name.starts_with("compute");
    links.retain(|name, _| !is_server(name));
    links
}

/// Cables as lines `a_device,a_interface,b_device,b_interface`.
fn lines(blueprint: &Blueprint) -> BTreeSet<String> {
    let line = |c: &hedgehog::fabric::blueprint::Cable| {
        format!(
            "{},{},{},{}",
            c.a.device, c.a.interface, c.b.device, c.b.interface
        )
    };
    blueprint.cables.iter().map(line).collect()
}

/// The cables of DIET, if the environment says where they are.
fn of_diet(case: &str) -> Option<BTreeSet<String>> {
    #[expect(
        clippy::disallowed_methods,
        reason = "an opt-in comparison with files outside"
    )]
    let text = {
        let directory = std::env::var("HEDGEHOG_CASES").ok()?;
        std::fs::read_to_string(format!("{directory}/{case}.cables.csv")).ok()?
    };
    Some(text.lines().skip(1).map(str::to_owned).collect())
}

struct Expect<'e> {
    /// Quantity by class.
    switches: &'e [(&'e str, u32)],
    devices: u32,
    modules: u32,
    cables: u32,
    /// Cable ends on switches.
    switch_interfaces: usize,
    /// Links of some switches.
    links: &'e [(&'e str, usize)],
}

fn check(case: &str, design: &Design, expect: &Expect<'_>) {
    let blueprint = good(design, None).blueprint;
    let counts: Vec<(&str, u32)> = blueprint
        .switch_counts
        .iter()
        .map(|(class, c)| (class.as_str(), c.effective))
        .collect();
    assert_eq!(counts, expect.switches);
    for count in blueprint.switch_counts.values() {
        assert_eq!(
            (count.calculated, count.override_quantity),
            (Some(count.effective), None)
        );
    }
    let totals = blueprint.totals;
    let found = (totals.devices, totals.modules, totals.cables);
    assert_eq!(found, (expect.devices, expect.modules, expect.cables));
    let links = links(&blueprint);
    assert_eq!(links.values().sum::<usize>(), expect.switch_interfaces);
    for (switch, count) in expect.links {
        assert_eq!(links.get(*switch), Some(count), "{switch}");
    }
    match of_diet(case) {
        Some(theirs) => assert!(lines(&blueprint) == theirs, "{case} differs"),
        None => eprintln!("{case}: not compared; HEDGEHOG_CASES does not name its cables"),
    }
}

fn check_training(
    case: &str,
    servers: u32,
    leaves: u32,
    spines: u32,
    numbers: [u32; 3],
    ends: usize,
) {
    let [devices, modules, cables] = numbers;
    check(
        case,
        &designs::training(servers),
        &Expect {
            switches: &[
                ("be-rail-leaf", leaves),
                ("be-spine", spines),
                ("fe-leaf", 2),
                ("fe-spine", 1),
            ],
            devices,
            modules,
            cables,
            switch_interfaces: ends,
            links: &[
                ("be-rail-leaf-01", 96),
                ("fe-spine-01", 64),
                ("fe-leaf-02", 32 + servers as usize),
            ],
        },
    );
}

#[test]
fn training_clos_rail_optimized() {
    check_training("training_opg64_clos_ro", 8, 1, 1, [13, 72, 176], 272);
    check_training("training_opg128_clos_ro", 16, 2, 1, [22, 144, 288], 416);
    check_training("training_opg256_clos_ro", 32, 4, 2, [41, 288, 512], 704);
    check_training(
        "training_xoc512_1xopg512_clos_ro",
        64,
        8,
        4,
        [79, 576, 960],
        1280,
    );
    check_training(
        "training_xoc1024_2xopg512_clos_ro",
        128,
        16,
        8,
        [155, 1152, 1856],
        2432,
    );
}

#[test]
fn inference_front_end() {
    let switches = [("fe-leaf", 2), ("fe-spine", 1)];
    let links = [("fe-leaf-01", 48), ("fe-leaf-02", 48), ("fe-spine-01", 64)];
    let expect = Expect {
        switches: &switches,
        devices: 19,
        modules: 16,
        cables: 96,
        switch_interfaces: 160,
        links: &links,
    };
    check(
        "inference_opg128_minimal_fe_converged",
        &designs::inference(16),
        &expect,
    );
}

#[test]
fn dual_plane() {
    let switches = [
        ("be-plane-a-leaf", 4),
        ("be-plane-a-spine", 2),
        ("be-plane-b-leaf", 4),
        ("be-plane-b-spine", 2),
        ("fe-leaf", 2),
        ("fe-spine", 1),
    ];
    let links = [
        ("be-plane-a-leaf-04", 96),
        ("be-plane-b-spine-02", 64),
        ("fe-leaf-01", 64),
    ];
    let expect = Expect {
        switches: &switches,
        devices: 47,
        modules: 288,
        cables: 896,
        switch_interfaces: 1216,
        links: &links,
    };
    check(
        "training_opg256_dual_plane",
        &designs::dual_plane(32),
        &expect,
    );
}

#[test]
fn sixteen_thousand_gpus() {
    let blueprint = good(&designs::rail_fabrics(2_048), None).blueprint;
    let totals = blueprint.totals;
    assert_eq!(
        (totals.servers, totals.switches, totals.cables),
        (2_048, 432, 29_696)
    );
}

/// A blueprint as text, to be read.
fn text(blueprint: &Blueprint) -> String {
    let mut lines = blueprint.report.clone();
    for device in &blueprint.devices {
        lines.push(format!("{} {:?}", device.name, device.kind));
        for module in &device.modules {
            lines.push(format!("  [{}] {:?}", module.bay, module.module_type));
        }
        for i in &device.interfaces {
            let origin = match &i.origin {
                Origin::Template => "template".to_owned(),
                Origin::Breakout { cage, lane } => format!("breakout {cage}.{lane}"),
                Origin::Module { bay } => format!("module {bay}"),
            };
            let interface_type = i.interface_type.as_deref().unwrap_or("as it is");
            let enabled = if i.enabled { "" } else { ", disabled" };
            let zone = i
                .zone
                .as_ref()
                .map(|zone| format!(", {zone}"))
                .unwrap_or_default();
            lines.push(format!(
                "  {}: {origin}, {interface_type}{zone}{enabled}",
                i.name
            ));
        }
    }
    for c in &blueprint.cables {
        lines.push(format!(
            "{}: {} {} -- {} {}",
            c.key, c.a.device, c.a.interface, c.b.device, c.b.interface
        ));
    }
    lines.join("\n")
}

/// Three servers on two small leaves and one spine.
fn tiny() -> Design {
    let mut design = designs::inference(3);
    let mut narrow = |class: &str, zone: &str, ports: &str| {
        let class: &mut SwitchClass = design.switch_classes.get_mut(class).expect("known");
        ports.clone_into(&mut class.zones.get_mut(zone).expect("known").ports);
    };
    narrow("fe-leaf", "fe-uplinks", "2,4");
    narrow("fe-leaf", "fe-server-ports", "1-3:2");
    narrow("fe-spine", "fe-fabric-downlinks", "1-4");
    design
}

#[test]
fn a_tiny_blueprint() {
    insta::assert_snapshot!(text(&good(&tiny(), None).blueprint));
}

#[test]
fn alternating_reaches_all_leaves() {
    // DIET filled the first two leaves and then ran over (D-04).
    let blueprint = good(&designs::inference(256), None).blueprint;
    let links = links(&blueprint);
    for leaf in ["fe-leaf-01", "fe-leaf-02", "fe-leaf-03", "fe-leaf-04"] {
        assert_eq!(links[leaf], 128 + 32, "{leaf}");
    }
}

/// Servers with `rails` rails of one port, on leaves with 64 server ports.
fn railed(servers: &[(&str, u32)], rails: u32, first_rail: u32) -> Design {
    let mut design = designs::training(1);
    design
        .switch_classes
        .retain(|name, _| name.starts_with("be-"));
    let template = design.server_classes.remove("compute").expect("known");
    for (name, quantity) in servers {
        let mut class = designs::servers(*quantity);
        for rail in 0..rails {
            class
                .nics
                .insert(format!("be{rail}"), template.nics["be0"].clone());
            let zone = "be-rail-leaf/be-server-ports";
            let attachment = designs::rail(&format!("be{rail}"), 0, zone, 400, first_rail + rail);
            class
                .attachments
                .insert(format!("be-rail-{rail}"), attachment);
        }
        design.server_classes.insert((*name).to_owned(), class);
    }
    design
}

fn leaves(design: &Design) -> u32 {
    good(design, None).placement.quantities["be-rail-leaf"]
}

#[test]
fn rails_stay_whole() {
    // Sizes of DIET: 3 leaves of 24 servers' 192 ports, and an overflow (D-06).
    assert_eq!(leaves(&railed(&[("a", 24)], 8, 0)), 4);
    assert_eq!(leaves(&railed(&[("a", 40)], 8, 0)), 8);
    assert_eq!(leaves(&railed(&[("a", 64)], 8, 0)), 8);
    assert_eq!(leaves(&railed(&[("a", 70)], 8, 0)), 16);
    assert_eq!(leaves(&railed(&[("a", 16)], 8, 0)), 2);
    assert_eq!(leaves(&railed(&[("a", 21)], 8, 0)), 3);
    // Two classes share the domains.
    assert_eq!(leaves(&railed(&[("a", 64), ("b", 64)], 8, 0)), 16);
    assert_eq!(leaves(&railed(&[("a", 32), ("b", 32)], 8, 0)), 8);
    // The numbers of the rails do not matter, their order does.
    let (zero, one) = (railed(&[("a", 16)], 8, 0), railed(&[("a", 16)], 8, 1));
    assert_eq!(
        lines(&good(&zero, None).blueprint),
        lines(&good(&one, None).blueprint)
    );
}

#[test]
fn same_switch_goes_on_over_classes() {
    // 130 classes of one server started anew on switch 1 each (D-05).
    let mut design = designs::inference(0);
    design
        .switch_classes
        .get_mut("fe-leaf")
        .expect("known")
        .redundancy = None;
    design.server_classes.clear();
    for number in 0..130 {
        let mut class = designs::servers(1);
        class.nics.insert("fe".to_owned(), designs::nic_of(1));
        let fe = designs::attachment("fe", 1, "same-switch", "fe-leaf/fe-server-ports", 200);
        class.attachments.insert("fe".to_owned(), fe);
        design
            .server_classes
            .insert(format!("node-{number}"), class);
    }
    let links = links(&good(&design, None).blueprint);
    assert_eq!(
        (links["fe-leaf-01"], links["fe-leaf-02"]),
        (65 + 32, 65 + 32)
    );
}

#[test]
fn spines_are_counted_in_logical_ports() {
    // 32 uplinks as 2x400G are 64 links (D-35).
    let mut design = designs::inference(16);
    for (class, zone) in [
        ("fe-leaf", "fe-uplinks"),
        ("fe-spine", "fe-fabric-downlinks"),
    ] {
        let class = design.switch_classes.get_mut(class).expect("known");
        class.zones.get_mut(zone).expect("known").breakout = Some("2x400G".to_owned());
    }
    assert_eq!(good(&design, None).placement.quantities["fe-spine"], 1);
    let spine = design.switch_classes.get_mut("fe-spine").expect("known");
    spine
        .zones
        .get_mut("fe-fabric-downlinks")
        .expect("known")
        .ports = "1-32".to_owned();
    assert_eq!(good(&design, None).placement.quantities["fe-spine"], 2);
}

#[test]
fn the_rest_of_the_uplinks_rotates() {
    // Always to the first spines, it overflowed small ones (D-36).
    let mut design = designs::inference(16);
    let leaf = design.switch_classes.get_mut("fe-leaf").expect("known");
    leaf.zones.get_mut("fe-uplinks").expect("known").ports = "2-6:2".to_owned();
    let spine = design.switch_classes.get_mut("fe-spine").expect("known");
    spine
        .zones
        .get_mut("fe-fabric-downlinks")
        .expect("known")
        .ports = "1-3".to_owned();
    let plan = good(&design, None);
    assert_eq!(plan.placement.quantities["fe-spine"], 2);
    assert_eq!(
        codes(&plan.warnings),
        ["redundancy-unused", "uneven-striping"]
    );
}

#[test]
fn uplinks_take_shared_ports() {
    let mut design = designs::inference(4);
    let leaf = design.switch_classes.get_mut("fe-leaf").expect("known");
    leaf.zones.get_mut("fe-server-ports").expect("known").ports = "1,2,3".to_owned();
    let plan = good(&design, None);
    assert!(codes(&plan.warnings).contains(&"zones-overlap"));
    assert_eq!(plan.placement.quantities["fe-leaf"], 2);
}

#[test]
fn servers_on_spines_count() {
    let mut design = designs::inference(16);
    let spine = design.switch_classes.get_mut("fe-spine").expect("known");
    spine.zones.insert(
        "gateway".to_owned(),
        designs::zone("server", "65-66", "1x25G", 100),
    );
    let mut class = designs::servers(3);
    class.nics.insert("up".to_owned(), designs::nic_of(1));
    class.attachments.insert(
        "up".to_owned(),
        designs::attachment("up", 1, "", "fe-spine/gateway", 25),
    );
    design.server_classes.insert("gateway".to_owned(), class);
    assert_eq!(good(&design, None).placement.quantities["fe-spine"], 2);
}

#[test]
fn quantities_that_the_design_fixes() {
    let mut design = designs::training(32);
    design
        .switch_classes
        .get_mut("be-spine")
        .expect("known")
        .override_quantity = Some(4);
    design
        .switch_classes
        .get_mut("fe-leaf")
        .expect("known")
        .min_quantity = Some(3);
    let plan = good(&design, None);
    let count = |class: &str| {
        let count = plan.blueprint.switch_counts[class];
        (count.calculated, count.effective)
    };
    assert_eq!(count("be-spine"), (Some(2), 4));
    // The minimum is three, and pairs make it four.
    assert_eq!(count("fe-leaf"), (Some(4), 4));
    assert_eq!(count("fe-spine"), (Some(2), 2));
}

#[test]
fn retired_servers_leave_a_gap() {
    let mut design = designs::inference(16);
    design
        .server_classes
        .get_mut("compute")
        .expect("known")
        .retired
        .insert(7);
    let blueprint = good(&design, None).blueprint;
    assert_eq!(blueprint.totals.servers, 15);
    let key = DeviceKey {
        class: "compute".to_owned(),
        index: 7,
    };
    assert!(blueprint.devices.iter().all(|device| device.key != key));
}
