//! Optics: the facts of the catalogue, and which two go together.

use hedgehog::fabric::blueprint::Module;
use hedgehog::fabric::catalog::{Catalog, Medium};
use hedgehog::fabric::design::{Design, Reference};
use hedgehog::fabric::optics::{End, Verdict, pair};
use hedgehog::fabric::units::Speed;

use crate::support::{designs, good};

const TWIN_MMF: &str = "celestica/R4113-A9220-VR";
const TWIN_SMF: &str = "celestica/R4113-A9221-DR";
const DAC: &str = "celestica/R4113-75C41-03";

/// Server or leaf end, the other end, and the rule that decides. Empty: no optic.
const PAIRS: &[(&str, &str, &str)] = &[
    ("", "", "R_NULL"),
    ("acme/optic", "", "R_INTENT_ASYMMETRY"),
    ("", TWIN_MMF, "R_INTENT_ASYMMETRY"),
    ("acme/optic", TWIN_MMF, "R_MATCH"),
    ("generic/OSFP-400G-DR4", DAC, "R_MEDIUM_MISMATCH"),
    (
        "generic/SFP+-10GBASE-SR",
        DAC,
        "R_CABLE_ASSEMBLY_FAR_END_CAGE_MISMATCH",
    ),
    ("generic/SFP28-25GBASE-SR", DAC, "R_CABLE_ASSEMBLY_MATCH"),
    (TWIN_SMF, TWIN_MMF, "R_MEDIUM_MISMATCH"),
    (
        "generic/QSFP112-200GBASE-SR2",
        TWIN_MMF,
        "R_APPROVED_ASYMMETRIC",
    ),
    // The approved pair has a direction.
    (TWIN_MMF, "generic/QSFP112-200GBASE-SR2", "R_CAGE_MISMATCH"),
    ("generic/SFP28-25GBASE-SR", TWIN_MMF, "R_CAGE_MISMATCH"),
    ("generic/OSFP-400G-DR4", TWIN_SMF, "R_CONNECTOR_MISMATCH"),
    (
        "generic/OSFP-200G-DR4",
        "generic/OSFP-400G-DR4",
        "R_SPEED_MISMATCH",
    ),
    (
        "celestica/R4113-A9121-FR",
        "celestica/R4113-A9121-FR",
        "R_MATCH",
    ),
    (TWIN_MMF, TWIN_MMF, "R_MATCH"),
    (
        "celestica/Built-in-RJ45",
        "generic/RJ45-1000BASE-T",
        "R_MATCH",
    ),
];

fn end(name: &str) -> End<'static> {
    match (name, Catalog::builtin().transceiver(name)) {
        ("", _) => End::Empty,
        (_, Some(optic)) => End::Known(optic),
        (_, None) => End::Unknown,
    }
}

#[test]
fn each_rule_has_its_pair() {
    for (near, far, code) in PAIRS {
        assert_eq!(pair(end(near), end(far)).code(), *code, "{near} and {far}");
    }
}

#[test]
fn reach_and_lanes_are_compared_where_all_else_agrees() {
    let sr = Catalog::builtin()
        .transceiver("generic/SFP28-25GBASE-SR")
        .expect("known");
    let with = |change: fn(&mut hedgehog::fabric::catalog::TransceiverModel)| {
        let mut other = sr.clone();
        change(&mut other);
        pair(End::Known(sr), End::Known(&other))
    };
    let verdict = with(|optic| optic.reach = hedgehog::fabric::catalog::Reach::Lr);
    assert_eq!(verdict.code(), "R_REACH_MISMATCH");
    let verdict = with(|optic| optic.lanes = Some((25, Speed::from_gbps(1))));
    assert_eq!(verdict, Verdict::LanesMismatch { near: 1, far: 25 });
    // Where one end does not tell, nothing is compared.
    assert_eq!(with(|optic| optic.lanes = None), Verdict::Match);
}

#[test]
fn optics_have_the_speed_of_their_standard_and_fit_their_cage() {
    for optic in &Catalog::builtin().transceivers {
        let model = &optic.model;
        if let (Some((lanes, _)), Some(speed)) = (optic.lanes, optic.speed()) {
            assert!(lanes <= optic.cage.lanes(), "{model}");
            let gbps = speed.mbps() / 1_000;
            let standard = if gbps == 1 {
                "1000".to_owned()
            } else {
                gbps.to_string()
            };
            assert!(optic.standard.starts_with(&standard), "{model}: {gbps}");
            let split = optic.breakout.map(|m| u64::from(m.ports) * m.speed.mbps());
            assert!(split.is_none_or(|split| split == speed.mbps()), "{model}");
        }
        let name = format!("{}/{model}", optic.manufacturer_slug);
        assert_eq!(Catalog::builtin().transceiver(&name), Some(optic));
    }
    let copper = Catalog::builtin()
        .transceiver("Built-in-RJ45")
        .expect("known");
    assert_eq!(copper.medium, Medium::Copper);
}

/// Optics in the zones of leaves and spines, and in the cards.
fn equipped() -> Design {
    let mut design = designs::inference(16);
    let named = |model: &str| Some(Reference::Known(model.to_owned()));
    for (class, zone) in [
        ("fe-leaf", "fe-server-ports"),
        ("fe-leaf", "fe-uplinks"),
        ("fe-spine", "fe-fabric-downlinks"),
    ] {
        let class = design.switch_classes.get_mut(class).expect("known");
        let zone = class.zones.get_mut(zone).expect("known");
        zone.transceiver = named("celestica/R4113-A9220-VR");
    }
    let class = design.server_classes.get_mut("compute").expect("known");
    let attachment = class.attachments.get_mut("fe").expect("known");
    attachment.transceiver = named("generic/QSFP112-200GBASE-SR2");
    design
}

#[test]
fn each_used_cage_has_one_optic() {
    let blueprint = good(&equipped(), None).blueprint;
    // 16 cards and 32 optics in them; 136 cages of switches: 4 and 4 for servers, 64 and 64 between.
    assert_eq!(blueprint.totals.modules, 16 + 32 + 136);
    let bays = |device: &str| -> Vec<String> {
        let device = blueprint.devices.iter().find(|d| d.name == device);
        let modules = &device.expect("known").modules;
        let bay = |module: &Module| match &module.parent {
            Some(parent) => format!("{parent}/{}", module.bay),
            None => module.bay.clone(),
        };
        modules.iter().map(bay).collect()
    };
    assert_eq!(bays("compute-001"), ["fe", "fe/cage-0", "fe/cage-1"]);
    assert_eq!(
        bays("fe-leaf-01")[..5],
        ["E1/1", "E1/2", "E1/3", "E1/4", "E1/5"]
    );
    assert_eq!(bays("fe-spine-01").len(), 64);
}

#[test]
fn ports_of_the_device_type_have_optics_in_bays_of_their_names() {
    let mut design = equipped();
    let class = design.server_classes.get_mut("compute").expect("known");
    let nic = class.nics.get_mut("fe").expect("known");
    (nic.module_type, nic.ports) = (None, Some(vec!["eth1".to_owned(), "eth2".to_owned()]));
    let blueprint = good(&design, None).blueprint;
    let server = blueprint.devices.iter().find(|d| d.name == "compute-001");
    let bays: Vec<&str> = server
        .expect("known")
        .modules
        .iter()
        .map(|m| m.bay.as_str())
        .collect();
    assert_eq!(bays, ["eth1", "eth2"]);
}
