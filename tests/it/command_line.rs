//! The commands, over their text: counts, cables, problems, and how they end.

use hedgehog::cli::{self, Answer, Ending, Format};
use hedgehog::fabric::catalog::Catalog;
use serde_json::{Value, json};

use crate::case_files::POD;

fn plan(text: &str, format: Format) -> Answer {
    cli::plan(text, format, Catalog::builtin())
}

/// The JSON documents of the answer.
fn documents(answer: &Answer) -> Vec<Value> {
    let stream = serde_json::Deserializer::from_str(&answer.stdout).into_iter();
    stream.collect::<Result<_, _>>().expect("JSON")
}

#[test]
fn a_case_in_json() {
    let answer = plan(POD, Format::Json);
    assert_eq!((answer.ending, answer.stderr.as_str()), (Ending::Good, ""));
    let [document] = &documents(&answer)[..] else {
        panic!("one plan is one document");
    };
    assert_eq!(document["format_version"], cli::FORMAT_VERSION);
    assert_eq!(document["name"], "pod");
    assert_eq!(
        document["switch_counts"]["fe-leaf"],
        json!({"calculated": 2, "override": null, "effective": 2})
    );
    // 4 servers with 4 links each, 2 front end leaves with 2 uplinks, 1 back end leaf with 4.
    for (total, expected) in [
        ("devices", 9),
        ("switches", 5),
        ("servers", 4),
        ("cables", 24),
    ] {
        assert_eq!(document["totals"][total], expected, "{total}");
    }
    let cables = document["cables"].as_array().expect("a list");
    assert_eq!(cables.len(), 24);
    let first = json!({
        "a_device": "node-001", "a_interface": "fe-p0",
        "b_device": "fe-leaf-01", "b_interface": "E1/1/1", "kind": "server"
    });
    assert!(cables.contains(&first));
    assert_eq!(document["problems"][0]["severity"], "warning");
}

#[test]
fn a_case_for_people() {
    insta::assert_snapshot!(plan(POD, Format::Table).stdout);
}

/// A resource as `terraform show -json` prints it, with a back end for so many servers.
fn resource(address: &str, quantity: u32) -> Value {
    let zone =
        |kind: &str, ports: &str| json!({"type": kind, "ports": ports, "breakout": "1x800G"});
    let class = |role: &str, zones: Value| json!({"fabric": "be", "role": role, "profile": "celestica-ds5000", "zone": zones});
    json!({
        "address": address, "mode": "managed", "type": "hedgehog_topology_plan",
        "values": {
            "name": address, "site": "dc1",
            "switch_classes": {
                "leaf": class("server-leaf", json!({"down": zone("server", "1-4"), "up": zone("uplink", "5-8")})),
                "spine": class("spine", json!({"leaves": zone("fabric", "1-8")})),
            },
            "server_classes": {"node": {
                "quantity": quantity, "device_type": "acme/box",
                "nic": {"be": {"ports": ["p0"]}},
                "attachment": {"be": {"nic": "be", "zone": "leaf/down", "speed": 800}},
            }},
        },
    })
}

#[test]
fn a_state_may_have_several_plans() {
    let root = json!({
        "resources": [resource("one", 4), {"type": "other", "mode": "managed", "values": {}}],
        "child_modules": [{"resources": [resource("module.x.two", 8)]}],
    });
    let state = json!({"format_version": "1.0", "values": {"root_module": root}});
    let answer = plan(&state.to_string(), Format::Json);
    assert_eq!(answer.ending, Ending::Good, "{answer:?}");
    let counts: Vec<_> = documents(&answer)
        .into_iter()
        .map(|d| {
            (
                d["address"].clone(),
                d["switch_counts"]["leaf"]["effective"].clone(),
            )
        })
        .collect();
    assert_eq!(
        counts,
        [(json!("one"), json!(1)), (json!("module.x.two"), json!(2))]
    );
}

/// It has arguments that no case has: what Terraform has read is not written anew.
#[test]
fn what_terraform_prints_is_not_imported() {
    let root = json!({"resources": [resource("one", 4)]});
    let state = json!({"format_version": "1.0", "values": {"root_module": root}});
    let refused = cli::import(&state.to_string(), false, Catalog::builtin()).expect_err("no case");
    assert_eq!(refused.ending, Ending::NoInput, "{refused:?}");
    let said = format!("{refused:?}");
    assert!(
        said.contains("no-case") && said.contains("command plan"),
        "{said}"
    );
}

/// What is missing is told, and nothing that follows from it.
#[test]
fn redundancy_without_a_type_is_told_once() {
    let mut resource = resource("one", 4);
    resource["values"]["switch_classes"]["leaf"]["redundancy"] = json!({"group": "g"});
    let root = json!({"resources": [resource]});
    let state = json!({"format_version": "1.0", "values": {"root_module": root}});
    let answer = plan(&state.to_string(), Format::Json);
    assert_eq!(answer.ending, Ending::DesignErrors, "{answer:?}");
    let problems = documents(&answer)[0]["problems"].as_array().cloned();
    let problems = problems.expect("a list");
    assert_eq!(problems.len(), 1, "{problems:?}");
    let path = problems[0]["path"].as_str().expect("a path");
    assert!(path.ends_with("redundancy.type"), "{path}");
}

/// The first resource as a plan has it, with these values not known yet.
fn planned(resource: &Value, unknown: &Value) -> String {
    let change = json!({"address": resource["address"], "change": {"after_unknown": unknown}});
    json!({
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [resource]}},
        "resource_changes": [change],
    })
    .to_string()
}

#[test]
fn what_terraform_does_not_know_yet() {
    let resource = resource("one", 4);
    // A device type decides nothing.
    let unknown = json!({"id": true, "server_classes": {"node": {"device_type": true}}});
    let answer = plan(&planned(&resource, &unknown), Format::Json);
    assert_eq!(answer.ending, Ending::Good, "{answer:?}");
    let unknown = json!({"server_classes": {"node": {"quantity": true}}});
    let answer = plan(&planned(&resource, &unknown), Format::Json);
    assert_eq!(answer.ending, Ending::DesignErrors);
    let document = &documents(&answer)[0];
    assert_eq!(document["totals"], Value::Null);
    let problem = &document["problems"][0];
    assert_eq!(problem["code"], "terraform-unknown");
    assert_eq!(problem["path"], "server_classes.node.quantity");
}

#[test]
fn a_design_with_errors_ends_with_one() {
    let broken = POD.replace("port_spec: 1-4,", "port_spec: 1-400,");
    let answer = plan(&broken, Format::Json);
    assert_eq!(answer.ending, Ending::DesignErrors);
    let document = &documents(&answer)[0];
    let errors = document["problems"].as_array().expect("a list").iter();
    let errors: Vec<_> = errors
        .filter(|problem| problem["severity"] == "error")
        .collect();
    assert_eq!(errors[0]["code"], "ports-outside-profile");
    assert_eq!(
        errors[0]["path"],
        "switch_classes[\"be-leaf\"].zone[\"down\"].ports"
    );
}

#[test]
fn input_that_is_neither() {
    for (text, code) in [
        ("", "case-not-a-case"),
        ("a: [", "case-not-yaml"),
        ("{\"format_version\": \"1.0\"}", "terraform-no-plan"),
    ] {
        let answer = plan(text, Format::Json);
        assert_eq!(
            (answer.ending, answer.stdout.as_str()),
            (Ending::NoInput, "")
        );
        assert!(
            answer.stderr.contains(&format!("[{code}]")),
            "{text}: {}",
            answer.stderr
        );
    }
}

/// What is wrong in the file, and what is wrong with the parts that could be read.
#[test]
fn a_case_tells_all_that_is_wrong() {
    let broken = POD
        .replacen(
            "nic_id: fe, module_type: card",
            "nic_id: fe, module_type: cart",
            1,
        )
        .replacen("nic: be0,", "nic: be9,", 1)
        .replacen(
            "nic: be1, ports_per_connection: 1",
            "nic: be1, ports_per_connection: 2",
            1,
        );
    let expected = [
        "case-unknown-id line 61, server_nics[0].module_type",
        "unknown-nic server_classes[\"node\"].attachment[\"rail-0\"].nic",
        "nic-port-range server_classes[\"node\"].attachment[\"rail-1\"].ports",
    ];
    let answer = plan(&broken, Format::Json);
    let [document] = &documents(&answer)[..] else {
        panic!("one plan is one document");
    };
    let problems = document["problems"].as_array().expect("a list");
    let errors = problems
        .iter()
        .filter(|problem| problem["severity"] == "error");
    let told: Vec<String> = errors
        .map(|problem| {
            format!(
                "{} {}",
                problem["code"].as_str().unwrap_or(""),
                problem["path"].as_str().unwrap_or("")
            )
        })
        .collect();
    assert_eq!(told, expected);
    assert!(document["cables"].as_array().is_none_or(Vec::is_empty));
    let refused = cli::import(&broken, false, Catalog::builtin()).expect_err("it is no design");
    for code in ["case-unknown-id", "unknown-nic", "nic-port-range"] {
        assert!(refused.stderr.contains(code), "{}", refused.stderr);
    }
    // What the file says of itself and is not so hides nothing, and is no configuration either.
    let counted = POD.replacen("connections: 3", "connections: 4", 1);
    assert!(plan(&counted, Format::Table).stdout.contains("fe-leaf"));
    cli::import(&counted, false, Catalog::builtin()).expect_err("it is not what it says");
    // It is not known what a zone of an unknown class is part of: nothing more is told.
    let lost = broken.replacen(
        "switch_class: be-leaf, zone_name: up",
        "switch_class: be-leef, zone_name: up",
        1,
    );
    let answer = plan(&lost, Format::Table);
    assert!(!answer.stdout.contains("unknown-nic") && !answer.stderr.contains("unknown-nic"));
}
