//! Why each number is what it is, as users read it.

use hedgehog::fabric::design::{Design, Redundancy};

use crate::support::{designs, good};

const DS3000: &str = "celestica-ds3000";

fn redundancy(design: &mut Design, class: &str, kind: &str) {
    let class = design.switch_classes.get_mut(class).expect("known");
    class.redundancy = Some(Redundancy {
        redundancy_type: kind.to_owned(),
        ..Redundancy::default()
    });
}

/// Leaves of 16 and spines of 8 ports of 100G, and servers on them.
fn small(quantity: u32, ports: u32, distribution: &str) -> Design {
    let mut design = Design::default();
    let leaf = [
        ("servers", designs::zone("server", "1-16", "1x100G", 10)),
        ("uplinks", designs::zone("uplink", "17-24", "1x100G", 20)),
    ];
    let spine = [("leaves", designs::zone("fabric", "1-8", "1x100G", 10))];
    let classes = [
        ("leaf", designs::switch("lab", "server-leaf", DS3000, &leaf)),
        ("spine", designs::switch("lab", "spine", DS3000, &spine)),
    ];
    let classes = classes.map(|(name, class)| (name.to_owned(), class));
    design.switch_classes.extend(classes);
    let mut servers = designs::servers(quantity);
    servers.nics.insert("fe".to_owned(), designs::nic_of(ports));
    let attachment = designs::attachment("fe", ports, distribution, "leaf/servers", 100);
    servers.attachments.insert("fe".to_owned(), attachment);
    design.server_classes.insert("box".to_owned(), servers);
    design
}

/// Two leaves without spines, and a border leaf outside with uplinks to them.
fn mesh() -> Design {
    let mut design = small(5, 2, "alternating");
    design.switch_classes.remove("spine");
    let leaf = design.switch_classes.get_mut("leaf").expect("known");
    leaf.topology = Some("mesh".to_owned());
    leaf.override_quantity = Some(2);
    leaf.zones.remove("uplinks");
    let links = designs::zone("mesh", "17-20", "1x100G", 20);
    leaf.zones.insert("links".to_owned(), links);
    let mut uplinks = designs::zone("uplink", "1-4", "1x100G", 10);
    uplinks.peer = Some("leaf/servers".to_owned());
    let mut border = designs::switch("outside", "border-leaf", DS3000, &[("up", uplinks)]);
    border.override_quantity = Some(2);
    design.switch_classes.insert("border".to_owned(), border);
    design
}

#[test]
fn reasons_of_every_kind() {
    let changed = |mut design: Design, change: fn(&mut Design)| {
        change(&mut design);
        design
    };
    let cases = [
        ("one domain of rails", designs::training(32)),
        ("rails fill several domains", designs::training(128)),
        (
            "pairs, and a retired server",
            changed(small(20, 2, "alternating"), |d| {
                redundancy(d, "leaf", "mclag");
                let servers = d.server_classes.get_mut("box").expect("known");
                (servers.retired, servers.gpus_per_server) = ([7].into(), Some(8));
            }),
        ),
        (
            "groups that round nothing",
            changed(small(9, 2, "alternating"), |d| {
                redundancy(d, "leaf", "eslag")
            }),
        ),
        ("what stays together", small(9, 5, "same-switch")),
        (
            "more than is needed",
            changed(small(9, 2, "alternating"), |d| {
                d.switch_classes
                    .get_mut("leaf")
                    .expect("known")
                    .min_quantity = Some(4);
                let spine = d.switch_classes.get_mut("spine").expect("known");
                spine.override_quantity = Some(8);
            }),
        ),
        ("a mesh, and a named far end", mesh()),
        ("nobody asks", small(0, 1, "")),
    ];
    let texts = cases.map(|(what, design)| {
        let report = good(&design, None).blueprint.report.join("\n");
        format!("## {what}\n{report}")
    });
    insta::assert_snapshot!(texts.join("\n\n"));
}
