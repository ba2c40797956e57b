//! Case files of the ancestor: what is read, what is wrong with one, what cannot be carried over.

use hedgehog::case::{self, Case, Finding};
use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::Reference;

pub const POD: &str = include_str!("cases/pod.yaml");

fn read(text: &str) -> Result<Case, Vec<Finding>> {
    case::read(text, Catalog::builtin()).map_err(|refused| refused.findings)
}

/// `code line path`, one finding each.
fn lines(findings: &[Finding]) -> Vec<String> {
    let line = |f: &Finding| format!("{} {} {}", f.code(), f.place.line, f.place.path);
    findings.iter().map(line).collect()
}

/// The pod with a text replaced; what is then found.
fn check(from: &str, to: &str, expected: &[&str]) {
    assert!(POD.contains(from), "the pod has no {from}");
    let findings = match read(&POD.replacen(from, to, 1)) {
        Ok(case) => case.notes,
        Err(findings) => findings,
    };
    assert_eq!(lines(&findings), expected, "{from} -> {to}");
}

/// The one note that the pod has.
const CATALOGUE: &str = "case-from-catalogue 37 switch_classes[0].device_type_extension";

#[test]
fn a_case_becomes_a_design() {
    let case = read(POD).expect("it is a case");
    assert_eq!(case.name, "pod");
    assert_eq!(lines(&case.notes), [CATALOGUE]);
    assert_eq!(case.notes[0].times, 4);
    let design = case.design;
    let leaf = &design.switch_classes["fe-leaf"];
    assert_eq!(
        (leaf.profile.as_deref(), &leaf.device_type),
        (Some("celestica-ds5000"), &None)
    );
    assert_eq!(leaf.zones["down"].breakout.as_deref(), Some("4x200G"));
    assert_eq!(leaf.zones["up"].priority, Some(20));
    // A mode is made of its numbers, whatever it is called.
    let down = &design.switch_classes["be-leaf"].zones["down"];
    assert_eq!(down.breakout.as_deref(), Some("2x400G"));
    let node = &design.server_classes["node"];
    assert_eq!(
        node.device_type,
        Reference::Known("acme/gpu-box".to_owned())
    );
    let ports = node.nics["fe"].ports.as_deref();
    assert_eq!(ports, Some(&["p0".to_owned(), "p1".to_owned()][..]));
    assert_eq!(
        node.attachments["fe"].transceiver,
        Some(Reference::Known("acme/Optic 200G".to_owned()))
    );
}

#[test]
fn what_is_wrong_is_found_with_its_line() {
    let cases: [(&str, &str, &[&str]); 10] = [
        (
            "breakout_option: half",
            "breakout_option: halb",
            &[
                CATALOGUE,
                "case-unknown-id 55 switch_port_zones[3].breakout_option",
            ],
        ),
        (
            "quantity: 4",
            "quantity: four",
            &[CATALOGUE, "case-wrong-type 59 server_classes[0].quantity"],
        ),
        (
            "speed: 200, t",
            "t",
            &[CATALOGUE, "case-missing 65 server_connections[0]"],
        ),
        (
            "zone_name: up, zone_type: uplink, port_spec: 5-8",
            "zone_name: down, zone_type: uplink, port_spec: 5-8",
            &[CATALOGUE, "case-twice 56 switch_port_zones[4]"],
        ),
        (
            "connections: 3",
            "connections: 4",
            &[
                CATALOGUE,
                "case-expected-count 69 expected.counts.connections",
            ],
        ),
        (
            "nic: be0, p",
            "nic: be0, nic_module_type: card, p",
            &[
                CATALOGUE,
                "case-outdated 66 server_connections[1].nic_module_type",
            ],
        ),
        (
            "fabric_name: frontend",
            "fabric_name: frontend\n    fabric: backend",
            &[
                "case-spellings-differ 34 switch_classes[0]",
                "case-from-catalogue 38 switch_classes[0].device_type_extension",
                "case-fabric-class 34 switch_classes[0]",
            ],
        ),
        ("plan:\n", "plan: [\n", &["case-not-yaml 9 "]),
        (
            "plan:\n",
            "apiVersion: diet/v2\nplan:\n",
            &["case-other-format 7 apiVersion"],
        ),
        (
            "switch_class: be-spine",
            "switch_class: be-spin",
            &[
                CATALOGUE,
                "case-unknown-id 57 switch_port_zones[5].switch_class",
            ],
        ),
    ];
    for (from, to, expected) in cases {
        check(from, to, expected);
    }
}

#[test]
fn what_cannot_be_carried_over_is_said() {
    let cases: [(&str, &str, &[&str]); 8] = [
        // Nothing is, of a value that cannot be read.
        (
            "hedgehog_role: server-leaf",
            "hedgehog_role: [leaf]",
            &[
                CATALOGUE,
                "case-wrong-type 36 switch_classes[0].hedgehog_role",
            ],
        ),
        (
            "category: gpu,",
            "category: gpu, colour: red,",
            &[CATALOGUE, "case-no-counterpart 59 server_classes[0].colour"],
        ),
        (
            "hedgehog_role: server-leaf",
            "hedgehog_role: virtual",
            &[
                "case-from-catalogue 37 switch_classes[0].device_type_extension",
                "case-role 36 switch_classes[0].hedgehog_role",
            ],
        ),
        (
            "fabric_name: backend",
            "fabric_name: storage",
            &[CATALOGUE, "case-fabric-class 43 switch_classes[2]"],
        ),
        (
            "device_type_extension: moon_ext",
            "device_type_extension: moon_ext\n    uplink_ports_per_switch: 0",
            &[
                CATALOGUE,
                "case-uplinks-nowhere 38 switch_classes[0].uplink_ports_per_switch",
            ],
        ),
        (
            "device_type_extension: moon_ext",
            "device_type_extension: moon_ext\n    uplink_ports_per_switch: 2",
            &[
                CATALOGUE,
                "case-uplinks-by-zones 38 switch_classes[0].uplink_ports_per_switch",
            ],
        ),
        (
            "device_type_extension: moon_ext",
            "device_type_extension: moon_ext\n    redundancy_group: pair",
            &[
                CATALOGUE,
                "case-group-without-type 38 switch_classes[0].redundancy_group",
            ],
        ),
        (
            "device_type_extension: moon_ext",
            "device_type_extension: moon_ext\n    mclag_pair: true",
            &[CATALOGUE, "case-mclag-pair 38 switch_classes[0].mclag_pair"],
        ),
    ];
    for (from, to, expected) in cases {
        check(from, to, expected);
    }
}

#[test]
fn findings_in_words() {
    let broken = POD
        .replace("breakout_option: half", "breakout_option: halb")
        .replace("quantity: 4", "quantity: four")
        .replace("category: gpu,", "category: gpu, colour: red,");
    let findings = read(&broken).expect_err("it is broken");
    let words = |finding: &Finding| {
        let told = finding.explain();
        format!("{}\n{}: {}", finding.place, told.summary, told.detail)
    };
    let words: Vec<_> = findings.iter().map(words).collect();
    insta::assert_snapshot!(words.join("\n\n"));
}
