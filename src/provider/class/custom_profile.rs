//! A switch that the catalogue lacks, as a part of its class.

use super::Member;
use crate::fabric::design::{CustomPort, CustomProfile};
use crate::provider::decode::{Findings, Object};
use crate::tf::schema::{Attribute, Nesting};
use crate::tf::types::Type;

const NAME: &str = "custom_profile";

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
        members: vec![ports()],
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

/// `None`: something needed is unknown or wrong, and `findings` has it. `Some(None)`: not given.
#[expect(
    clippy::option_option,
    reason = "what is absent and what is wrong are two things"
)]
pub(super) fn decode(class: &Object<'_>, findings: &mut Findings) -> Option<Option<CustomProfile>> {
    let Some(custom) = class.object(NAME, findings) else {
        return Some(None);
    };
    let ports = custom.members("port", findings).into_iter();
    let ports = ports.map(|(label, port)| {
        let port = CustomPort {
            ports: port.required_text("ports", findings)?,
            cage: port.required_text("cage", findings)?,
            breakouts: port.texts("breakouts", findings),
            speeds: port.texts("speeds", findings),
        };
        Some((label, port))
    });
    let ports = ports.collect::<Option<_>>()?;
    Some(Some(CustomProfile {
        ports,
        ports_max: custom.count("ports_max", findings),
        roles: custom.texts("roles", findings),
        features: custom.texts("features", findings),
        management_ports: custom.texts("management_ports", findings),
    }))
}
