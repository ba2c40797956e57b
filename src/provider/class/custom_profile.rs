//! A switch that the catalogue lacks, as a part of its class.

use super::{Member, required};
use crate::fabric::design::{CustomGroup, CustomPipeline, CustomPort, CustomProfile};
use crate::fabric::problem::Subject;
use crate::provider::decode::{Findings, Object};
use crate::tf::schema::{Attribute, Nesting};
use crate::tf::types::Type;

pub(super) const NAME: &str = "custom_profile";

pub(super) fn member() -> Member {
    let texts = || Type::list(Type::String);
    Member {
        name: NAME,
        nesting: Nesting::Single,
        description: "A switch that the catalogue lacks. Either this or `profile`.",
        arguments: vec![
            Attribute::optional(
                "ports_max",
                Type::Number,
                "Largest number of logical ports of all cages together. Default: no limit.",
            ),
            Attribute::optional(
                "roles",
                texts(),
                "What Hedgehog supports it as: `spine`, `leaf`. Default: both.",
            ),
            Attribute::optional(
                "features",
                texts(),
                "What the switch can do: `subinterfaces`, `acls`, `l2vni`, `l3vni`, `roce`, \
                 `mclag`, `eslag`, `ecmpRoCEQPN`, `portLocator`. Default: nothing of it.",
            ),
            Attribute::optional(
                "management_ports",
                texts(),
                "Names of the management ports. Default: `M1`.",
            ),
        ],
        members: vec![ports(), port_groups(), pipelines()],
    }
}

fn ports() -> Member {
    Member {
        name: "port",
        nesting: Nesting::Map,
        description: "Cages of one kind, by a label of your own. All kinds together number the \
                      ports from 1 without gaps.",
        arguments: vec![
            Attribute::required(
                "ports",
                Type::String,
                "Front panel ports, for example `1-8`.",
            ),
            Attribute::required(
                "cage",
                Type::String,
                "`OSFP`, `QSFP-DD`, `QSFP112`, `QSFP56`, `QSFP28`, `QSFP+`, `SFP56`, `SFP28`, \
                 `SFP+` or `RJ45`.",
            ),
            Attribute::optional(
                "breakouts",
                Type::list(Type::String),
                "For cages that can be broken out: how, for example `[\"1x800G\", \"2x400G\"]`; the \
                 first is the default. Either this or `speeds`.",
            ),
            Attribute::optional(
                "speeds",
                Type::list(Type::String),
                "For cages that cannot: how fast, for example `[\"25G\", \"10G\"]`; the first is the \
                 default.",
            ),
        ],
        members: Vec::new(),
    }
}

fn port_groups() -> Member {
    Member {
        name: "port_group",
        nesting: Nesting::Map,
        description: "Ports that can only run at one speed together, by a name of your own.",
        arguments: vec![Attribute::required(
            "ports",
            Type::String,
            "Front panel ports, for example `1-4`. A port is in one group at most.",
        )],
        members: Vec::new(),
    }
}

fn pipelines() -> Member {
    Member {
        name: "pipeline",
        nesting: Nesting::Map,
        description: "Ports that share a limit of the hardware, by a name of your own.",
        arguments: vec![
            Attribute::required(
                "ports",
                Type::String,
                "Front panel ports, for example `1-4`. A port is in one pipeline at most.",
            ),
            Attribute::required(
                "ports_max",
                Type::Number,
                "Largest number of logical ports of these ports together.",
            ),
        ],
        members: Vec::new(),
    }
}

/// What can be read of the description; the parts that cannot are noted in `findings`.
pub(super) fn decode(class: &str, custom: &Object<'_>, findings: &mut Findings) -> CustomProfile {
    let subject = Subject::CustomProfile {
        class: class.to_owned(),
    };
    let ((ports, groups, pipelines), mut decoded) = findings.part(subject, |findings| {
        let members = (
            custom.members("port", findings),
            custom.members("port_group", findings),
            custom.members("pipeline", findings),
        );
        let decoded = CustomProfile {
            ports_max: custom.count("ports_max", findings),
            roles: custom.texts("roles", findings),
            features: custom.texts("features", findings),
            management_ports: custom.texts("management_ports", findings),
            ..CustomProfile::default()
        };
        (members, decoded)
    });
    let class = || class.to_owned();
    let of_port = |port| Subject::CustomPort {
        class: class(),
        port,
    };
    decoded.ports = findings.parts(ports, of_port, decode_port);
    let of_group = |group| Subject::CustomGroup {
        class: class(),
        group,
    };
    decoded.port_groups = findings.parts(groups, of_group, |group, findings| CustomGroup {
        ports: required(group, "ports", findings),
    });
    let of_pipeline = |pipeline| Subject::CustomPipeline {
        class: class(),
        pipeline,
    };
    decoded.pipelines = findings.parts(pipelines, of_pipeline, decode_pipeline);
    decoded
}

fn decode_port(port: &Object<'_>, findings: &mut Findings) -> CustomPort {
    CustomPort {
        ports: required(port, "ports", findings),
        cage: required(port, "cage", findings),
        breakouts: port.texts("breakouts", findings),
        speeds: port.texts("speeds", findings),
    }
}

fn decode_pipeline(pipeline: &Object<'_>, findings: &mut Findings) -> CustomPipeline {
    CustomPipeline {
        ports: required(pipeline, "ports", findings),
        ports_max: pipeline
            .required_count("ports_max", findings)
            .unwrap_or_default(),
    }
}
