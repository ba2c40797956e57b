//! `hedgehog_server_class`: a specification that is checked and completed. Nothing in `NetBox`.

use std::collections::BTreeMap;

use super::class_resource::{ClassResource, Specification};
use crate::diag::Diagnostics;
use crate::fabric;
use crate::fabric::catalog::Catalog;
use crate::fabric::design::ServerClass;
use crate::fabric::problem::Subject;
use crate::provider::class::{self, server};
use crate::provider::decode::{Findings, Object};
use crate::provider::translate::{self, Home};
use crate::tf::schema::{Attribute, Block, Schema};
use crate::tf::types::Type;
use crate::tf::value::Value;

pub type ServerClassResource = ClassResource<ServerClassSpecification>;

/// What a server class checks and computes.
#[derive(Debug, Default)]
pub struct ServerClassSpecification;

impl Specification for ServerClassSpecification {
    const NAME: &'static str = "hedgehog_server_class";

    fn schema() -> Schema {
        let mut attributes = vec![Attribute::required(
            "name",
            Type::String,
            "Name of the class: the key under which a plan takes it. Servers are named after it.",
        )];
        attributes.extend(server::arguments());
        attributes.extend([
            Attribute::computed(
                "servers",
                Type::Number,
                "Servers of the class, without retired ones.",
            ),
            Attribute::computed(
                "ports_per_server",
                Type::Number,
                "Ports of one server that are cabled.",
            ),
        ]);
        Schema {
            version: 0,
            description: "A class of identical servers: network cards, and how their ports attach.",
            block: Block {
                attributes,
                blocks: class::blocks(server::members()),
            },
        }
    }

    fn check(config: &Value, catalog: &Catalog) -> (Option<BTreeMap<String, Value>>, Diagnostics) {
        let mut findings = Findings::default();
        let Some(object) = Object::root(config, &mut findings) else {
            return (None, findings.diagnostics);
        };
        // A class whose name is not known yet is called nothing.
        let class = String::new();
        let name = findings.part(Subject::ServerClass { class }, |findings| {
            object.text("name", findings).unwrap_or_default()
        });
        let class = server::decode(&name, &object, &mut findings);
        let problems = fabric::check_server_class(&name, &class, catalog, &findings.unread);
        let shown = problems
            .iter()
            .map(|p| translate::diagnostic(p, Home::Class));
        findings.diagnostics.extend(shown);
        let known = findings.whole();
        (known.then(|| computed(&class)), findings.diagnostics)
    }
}

fn computed(class: &ServerClass) -> BTreeMap<String, Value> {
    let retired = class
        .retired
        .iter()
        .filter(|number| (1..=class.quantity).contains(*number));
    let servers = u64::from(class.quantity) - retired.count() as u64;
    let ports: u64 = class
        .attachments
        .values()
        .map(|c| u64::from(c.ports.unwrap_or(1)))
        .sum();
    BTreeMap::from([
        ("servers".to_owned(), servers.into()),
        ("ports_per_server".to_owned(), ports.into()),
    ])
}
