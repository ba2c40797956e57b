//! `hedgehog_switch_class`: a specification that is checked and completed. Nothing in `NetBox`.

use std::collections::BTreeMap;

use super::class_resource::{ClassResource, Specification};
use crate::diag::Diagnostics;
use crate::fabric::catalog::Catalog;
use crate::fabric::problem::Subject;
use crate::fabric::{self, ClassFacts};
use crate::provider::class::{self, switch};
use crate::provider::decode::{Findings, Object};
use crate::provider::translate::{self, Home};
use crate::tf::schema::{Attribute, Block, Schema};
use crate::tf::types::Type;
use crate::tf::value::Value;

pub type SwitchClassResource = ClassResource<SwitchClassSpecification>;

/// What a switch class checks and computes.
#[derive(Debug, Default)]
pub struct SwitchClassSpecification;

impl Specification for SwitchClassSpecification {
    const NAME: &'static str = "hedgehog_switch_class";

    fn schema() -> Schema {
        let mut attributes = vec![Attribute::required(
            "name",
            Type::String,
            "Name of the class: the key under which a plan takes it. Switches are named after it.",
        )];
        attributes.extend(switch::arguments());
        attributes.extend([
            Attribute::computed(
                "capacity",
                Type::map(Type::Number),
                "Logical ports of one switch, by zone.",
            ),
            Attribute::computed(
                "downlink_gbps",
                Type::Number,
                "Gbit/s of one switch towards servers.",
            ),
            Attribute::computed(
                "uplink_gbps",
                Type::Number,
                "Gbit/s of one switch towards spines.",
            ),
            Attribute::computed(
                "oversubscription",
                Type::String,
                "Downlink to uplink capacity in lowest terms, for example `1:1`. Null without \
                 uplinks.",
            ),
        ]);
        Schema {
            version: 0,
            description: "A class of identical switches: profile, role, and zones of ports.",
            block: Block {
                attributes,
                blocks: class::blocks(switch::members()),
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
        let name = findings.part(Subject::SwitchClass { class }, |findings| {
            object.text("name", findings).unwrap_or_default()
        });
        let class = switch::decode(&name, &object, &mut findings);
        let whole = findings.whole();
        let unread = &findings.unread;
        let (facts, problems) = fabric::check_switch_class(&name, &class, catalog, unread);
        let facts = facts.filter(|_| whole);
        let shown = problems
            .iter()
            .map(|p| translate::diagnostic(p, Home::Class));
        findings.diagnostics.extend(shown);
        (facts.as_ref().map(computed), findings.diagnostics)
    }
}

fn computed(facts: &ClassFacts) -> BTreeMap<String, Value> {
    let capacity = facts
        .zones
        .iter()
        .map(|(zone, facts)| (zone.as_str(), facts.capacity));
    BTreeMap::from([
        ("capacity".to_owned(), capacity.collect()),
        ("downlink_gbps".to_owned(), facts.downlink_gbps.into()),
        ("uplink_gbps".to_owned(), facts.uplink_gbps.into()),
        (
            "oversubscription".to_owned(),
            facts.oversubscription.clone().into(),
        ),
    ])
}
