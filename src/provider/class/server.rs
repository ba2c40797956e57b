//! A server class: its arguments, and what they mean.

use std::collections::BTreeMap;

use super::{Member, required};
use crate::fabric::design::{Attachment, Nic, Reference, ServerClass};
use crate::fabric::problem::Subject;
use crate::provider::decode::{Findings, Object};
use crate::tf::schema::{Attribute, Nesting};
use crate::tf::types::Type;

pub fn arguments() -> Vec<Attribute> {
    vec![
        Attribute::required(
            "quantity",
            Type::Number,
            "Servers are numbered from 1 to this. Raising or lowering it adds or removes at the end.",
        ),
        Attribute::optional(
            "retired",
            Type::list(Type::Number),
            "Numbers that are taken out without renumbering the others.",
        ),
        Attribute::required(
            "device_type",
            Type::String,
            "NetBox device type: `slug` or `manufacturer/slug`.",
        ),
        Attribute::optional(
            "device_role",
            Type::String,
            "Slug of the NetBox device role. Default: `server`.",
        ),
        Attribute::optional(
            "category",
            Type::String,
            "What the servers are for, in your own words: `gpu`, `storage`.",
        ),
        Attribute::optional(
            "gpus_per_server",
            Type::Number,
            "GPUs of one server. The report counts them; nothing else depends on it.",
        ),
        Attribute::optional(
            "formerly",
            Type::String,
            "Earlier name of the class. Its servers and cables are carried over.",
        ),
    ]
}

pub fn members() -> Vec<Member> {
    vec![nic(), attachment()]
}

fn nic() -> Member {
    Member {
        name: "nic",
        nesting: Nesting::Map,
        description: "A network card, by the name of its slot.",
        arguments: vec![
            Attribute::optional(
                "module_type",
                Type::String,
                "NetBox module type: `manufacturer/model`. Without it, `ports` names interfaces \
                     that the device type has.",
            ),
            Attribute::optional(
                "ports",
                Type::list(Type::String),
                "Port names in order. Default: those of the catalogue's card.",
            ),
        ],
        members: Vec::new(),
    }
}

fn attachment() -> Member {
    Member {
        name: "attachment",
        nesting: Nesting::Map,
        description: "How ports of a card reach a zone, by name.",
        arguments: vec![
            Attribute::required("nic", Type::String, "Name of the `nic`."),
            Attribute::optional(
                "port_index",
                Type::Number,
                "Position of the first port on the card, from 0. Default: 0.",
            ),
            Attribute::optional(
                "ports",
                Type::Number,
                "Number of consecutive ports. Default: 1.",
            ),
            Attribute::optional(
                "type",
                Type::String,
                "`unbundled` (default): each port a link of its own. `bundled`: LACP to one \
                     switch. `mclag`: LACP to both switches of an MCLAG pair. `eslag`: LACP to \
                     switches of one ESLAG group.",
            ),
            Attribute::optional(
                "distribution",
                Type::String,
                "`alternating`, `same-switch` or `rail-optimized`. Default: round robin.",
            ),
            Attribute::required(
                "zone",
                Type::String,
                "Where the ports go: `switch-class/zone`, by the key of the plan's map.",
            ),
            Attribute::required("speed", Type::Number, "Gbit/s of one port: `200`, `2.5`."),
            Attribute::optional(
                "rail",
                Type::Number,
                "Number of the rail; needed for `rail-optimized`.",
            ),
            Attribute::optional(
                "port_type",
                Type::String,
                "`data` (default), `pxe`, or `ipmi`, which goes to zones of type `oob`.",
            ),
            Attribute::optional(
                "transceiver",
                Type::String,
                "NetBox module type of the optic in each port: `manufacturer/model`.",
            ),
        ],
        members: Vec::new(),
    }
}

/// What can be read of the class; the parts that cannot are noted in `findings`.
pub fn decode(name: &str, class: &Object<'_>, findings: &mut Findings) -> ServerClass {
    let subject = Subject::ServerClass {
        class: name.to_owned(),
    };
    let ((nics, attachments), mut decoded) = findings.part(subject, |findings| {
        let members = (
            class.members("nic", findings),
            class.members("attachment", findings),
        );
        (members, arguments_of(class, findings))
    });
    let class = || name.to_owned();
    let of_nic = |nic| Subject::Nic {
        class: class(),
        nic,
    };
    decoded.nics = findings.parts(nics, of_nic, decode_nic);
    let of_attachment = |attachment| Subject::Attachment {
        class: class(),
        attachment,
    };
    decoded.attachments = findings.parts(attachments, of_attachment, decode_attachment);
    decoded
}

/// All but the members that come several times.
fn arguments_of(class: &Object<'_>, findings: &mut Findings) -> ServerClass {
    let retired = class.counts("retired", findings).unwrap_or_default();
    ServerClass {
        quantity: class
            .required_count("quantity", findings)
            .unwrap_or_default(),
        retired: retired.into_iter().collect(),
        device_type: class
            .reference("device_type", findings)
            .unwrap_or(Reference::Unknown),
        device_role: class.reference("device_role", findings),
        category: class.text("category", findings),
        gpus_per_server: class.count("gpus_per_server", findings),
        nics: BTreeMap::new(),
        attachments: BTreeMap::new(),
        formerly: class.text("formerly", findings),
    }
}

fn decode_nic(nic: &Object<'_>, findings: &mut Findings) -> Nic {
    let nic = Nic {
        module_type: nic.reference("module_type", findings),
        ports: nic.texts("ports", findings),
    };
    // The catalogue knows the ports once the card is known.
    let by_card = nic.ports.is_none() && nic.module_type == Some(Reference::Unknown);
    findings.unknown |= by_card;
    nic
}

fn decode_attachment(attachment: &Object<'_>, findings: &mut Findings) -> Attachment {
    Attachment {
        nic: required(attachment, "nic", findings),
        port_index: attachment.count("port_index", findings),
        ports: attachment.count("ports", findings),
        attachment_type: attachment.text("type", findings),
        distribution: attachment.text("distribution", findings),
        zone: required(attachment, "zone", findings),
        speed: attachment
            .required_speed("speed", findings)
            .unwrap_or_default(),
        rail: attachment.count("rail", findings),
        port_type: attachment.text("port_type", findings),
        transceiver: attachment.reference("transceiver", findings),
    }
}
