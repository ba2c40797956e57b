//! The catalogue of switches against the facts that it was made from, in `switch-profiles.json` of the
//! folder `catalog` beside the one that `HEDGEHOG_CASES` names; without that nothing is compared.

#![expect(
    clippy::disallowed_methods,
    reason = "an opt-in comparison with files outside"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use hedgehog::fabric::catalog::{
    Catalog, LeafLimit, PortKind, PortProfile, PortRange, ProfileRole, ProfileSource, SwitchProfile,
};
use hedgehog::fabric::ports::compact;
use serde_json::{Map, Value, json};

/// Members of a profile that the catalogue has no use for.
const LEFT_OUT: [&str; 4] = [
    "other_names",
    "roles_source",
    "notes",
    "changed_since_v0_98",
];

fn ground() -> Option<Value> {
    let Some(cases) = std::env::var_os("HEDGEHOG_CASES").map(PathBuf::from) else {
        eprintln!("not compared: HEDGEHOG_CASES does not name a folder");
        return None;
    };
    let path = cases.join("../catalog/switch-profiles.json");
    let text = std::fs::read_to_string(&path);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(serde_json::from_str(&text).expect("JSON"))
}

fn range(range: &PortRange) -> Value {
    let PortRange {
        first,
        last,
        port_profile,
        nos_ethernet,
        nos_cage,
        labels,
        grouped,
    } = range;
    let mut object = json!({
        "ports": compact(*first..=*last),
        "count": last - first + 1,
        "port_profile": port_profile,
        "nos_ethernet": nos_ethernet,
    });
    if let Some(cage) = nos_cage {
        object["nos_cage"] = json!(cage);
    }
    if !labels.is_empty() {
        object["labels"] = json!(labels);
    }
    if *grouped {
        object["grouped"] = json!(true);
    }
    object
}

fn port(port: &PortProfile) -> Value {
    let mut object = json!({
        "cage": port.cage.to_string(),
        "cage_speed": port.cage_speed.to_string(),
        "netbox_type": port.interface_type,
        "autoneg_allowed": port.autoneg.allowed,
        "autoneg_default": port.autoneg.default,
    });
    match &port.kind {
        PortKind::Speed { speeds } => {
            let speeds: Vec<String> = speeds.iter().map(ToString::to_string).collect();
            object["kind"] = json!("speed");
            object["default"] = json!(port.default.speed.to_string());
            object["supported"] = json!(speeds);
        }
        PortKind::Breakout { lanes, modes } => {
            let modes: BTreeMap<String, &Vec<u32>> = modes
                .iter()
                .map(|(mode, lanes)| (mode.to_string(), lanes))
                .collect();
            object["kind"] = json!("breakout");
            object["default"] = json!(port.default.to_string());
            object["lanes"] = json!(lanes);
            object["modes"] = json!(modes);
        }
    }
    object
}

/// A profile in the words of the file.
fn profile(ours: &SwitchProfile, display_name: &Value) -> Value {
    let roles = ours.roles.iter().map(|role| match role {
        ProfileRole::Spine => "spine",
        ProfileRole::Leaf => "leaf",
    });
    let limit = ours.leaf_limit.map(|limit| match limit {
        LeafLimit::L3Only => "l3-only",
        LeafLimit::Limited => "limited",
    });
    let management = ours
        .management
        .iter()
        .map(|port| json!({ "name": port.name, "nos": port.nos, "onie": port.onie }));
    let groups = ours.groups.iter().map(|group| {
        let mine = |range: &&PortRange| (range.first..=range.last).contains(&group.ports[0]);
        let range = ours.ports.iter().find(mine).expect("a range");
        let kind = port(&ours.port_profiles[&range.port_profile]);
        json!({
            "name": group.name,
            "nos": group.name,
            "ports": compact(group.ports.iter().copied()),
            "port_profile": range.port_profile,
            "default": kind["default"],
            "supported": kind["supported"],
        })
    });
    let pipelines = ours.pipelines.iter().map(|pipeline| {
        json!({
            "name": pipeline.name,
            "ports": compact(pipeline.ports.iter().copied()),
            "max_ports": pipeline.ports_max,
        })
    });
    let kinds = ours
        .port_profiles
        .iter()
        .map(|(id, kind)| (id.clone(), port(kind)));
    // A model is unique, a name to show is not: the model may say more.
    let name = display_name
        .as_str()
        .filter(|name| ours.model.starts_with(*name));
    json!({
        "name": ours.name,
        "display_name": name.unwrap_or(&ours.model),
        "silicon": ours.silicon,
        "nos_type": ours.nos,
        "platform": ours.platform,
        "catalog": match ours.source {
            ProfileSource::Default => "default",
            ProfileSource::SonicClsPlus => "sonic-cls-plus",
            ProfileSource::Cumulus => "cumulus",
        },
        "virtual": ours.is_virtual,
        "roles": roles.collect::<Vec<_>>(),
        "leaf_limit": limit,
        "features": ours.features.iter().collect::<BTreeSet<_>>(),
        "restrictions": ours.restrictions,
        "max_paths_ebgp": ours.ebgp_paths_max,
        "max_ports": ours.ports_max,
        "management_ports": management.collect::<Vec<_>>(),
        "ports": ours.ports.iter().map(range).collect::<Vec<_>>(),
        "port_groups": groups.collect::<Vec<_>>(),
        "port_profiles": kinds.collect::<Map<_, _>>(),
        "pipelines": pipelines.collect::<Vec<_>>(),
    })
}

/// The names of the flags that are set, as the catalogue has them.
fn features(flags: &Value) -> Value {
    let flags = flags.as_object().expect("flags");
    let set = flags.iter().filter(|(_, flag)| **flag == json!(true));
    set.map(|(name, _)| name.clone())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

#[test]
fn the_catalogue_has_all_facts() {
    let Some(ground) = ground() else { return };
    let catalog = Catalog::builtin();
    let theirs = ground["profiles"].as_array().expect("profiles");
    let names: BTreeSet<&str> = theirs.iter().filter_map(|p| p["name"].as_str()).collect();
    assert_eq!(
        catalog
            .profiles
            .keys()
            .map(String::as_str)
            .collect::<BTreeSet<_>>(),
        names
    );
    for fact in theirs {
        let mut fact = fact.clone();
        fact["features"] = features(&fact["features"]);
        let object = fact.as_object_mut().expect("a profile");
        for member in LEFT_OUT {
            object.remove(member);
        }
        let name = fact["name"].as_str().expect("a name");
        let ours = profile(&catalog.profiles[name], &fact["display_name"]);
        for (member, value) in fact.as_object().expect("a profile") {
            assert_eq!(&ours[member], value, "{name}: {member}");
        }
        assert_eq!(ours, fact, "{name}");
    }
    let cages = catalog.cages.iter().map(|(cage, types)| {
        let types: BTreeMap<String, &String> = types
            .iter()
            .map(|(speed, word)| (speed.to_string(), word))
            .collect();
        (cage.to_string(), json!(types))
    });
    let cages: Map<String, Value> = cages.collect();
    for (cage, types) in ground["netbox_types"].as_object().expect("cages") {
        // What a described switch may have besides is ours.
        for (speed, word) in types.as_object().expect("speeds") {
            assert_eq!(&cages[cage][speed], word, "{cage} {speed}");
        }
    }
}
