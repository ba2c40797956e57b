//! `hedgehog_device_type`: the type of a switch or a server.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::type_resource::{self, Managed, TypeResource, fault};
use crate::fabric::catalog::Catalog;
use crate::provider::decode::{Findings, Object};
use crate::provider::session::Session;
use crate::reconcile::types::{Template, TypeKind, TypeSpec};
use crate::tf::schema::Attribute;
use crate::tf::types::Type;
use crate::tf::value::Value;

pub type DeviceTypeResource = Managed<DeviceType>;

/// What is special about device types.
#[derive(Debug)]
pub struct DeviceType {
    catalog: &'static Catalog,
}

impl DeviceTypeResource {
    pub fn new(catalog: &'static Catalog, session: Arc<Session>) -> Self {
        Self::of(DeviceType { catalog }, session)
    }
}

impl TypeResource for DeviceType {
    fn name(&self) -> &'static str {
        "hedgehog_device_type"
    }

    fn description(&self) -> &'static str {
        "A device type in NetBox, from a switch profile of the catalogue or written out. Adopts one \
         that is there."
    }

    fn arguments(&self) -> Vec<Attribute> {
        vec![
            Attribute::optional(
                "profile",
                Type::String,
                "Switch profile of the catalogue: gives manufacturer, model, slug and interfaces.",
            ),
            Attribute::optional("manufacturer", Type::String, "Name of the manufacturer."),
            Attribute::optional("model", Type::String, "Model, as NetBox shows it."),
            Attribute::optional("slug", Type::String, "Slug of the device type."),
            Attribute::optional("part_number", Type::String, "Part number."),
            Attribute::optional(
                "u_height",
                Type::Number,
                "Height in rack units. Default: 1.",
            ),
            Attribute::optional(
                "is_full_depth",
                Type::Bool,
                "Takes both faces of a rack. Default: true.",
            ),
            type_resource::optic_bays_argument(),
        ]
    }

    fn identity(&self) -> &'static [&'static str] {
        &["profile", "manufacturer", "slug"]
    }

    fn named(&self, name: &str) -> TypeKind {
        TypeKind::Device {
            slug: name.to_owned(),
            u_height: None,
            is_full_depth: None,
        }
    }

    fn written(&self, spec: &TypeSpec) -> Vec<Value> {
        let reference = spec.reference();
        let slug = reference.split_once('/').map_or("", |(_, slug)| slug);
        let long = Value::object([
            ("manufacturer", spec.manufacturer.as_str().into()),
            ("model", spec.model.as_str().into()),
            ("slug", slug.into()),
            (
                "interface",
                type_resource::interfaces_value(&spec.interfaces),
            ),
        ]);
        let profile = self.catalog.profile(slug);
        let short = profile.map(|_| Value::object([("profile", slug.into())]));
        short.into_iter().chain([long]).collect()
    }

    fn decode(&self, arguments: &Object<'_>, findings: &mut Findings) -> Option<TypeSpec> {
        let interfaces = type_resource::interfaces(arguments, findings)?;
        let written = ["manufacturer", "model", "slug"].map(|name| arguments.text(name, findings));
        let Some(profile) = arguments.text("profile", findings) else {
            let spec = written_out(arguments, written, interfaces, findings)?;
            return Some(type_resource::with_bays(spec, arguments, findings));
        };
        if written.iter().any(Option::is_some) || !interfaces.is_empty() {
            fault(
                findings,
                "profile",
                "A profile and a type of your own",
                "profile gives manufacturer, model, slug and interfaces. Leave these out, or leave \
                 out profile."
                    .to_owned(),
            );
            return None;
        }
        let spec = self.of_profile(&profile, arguments, findings)?;
        Some(type_resource::with_bays(spec, arguments, findings))
    }
}

impl DeviceType {
    fn of_profile(
        &self,
        name: &str,
        arguments: &Object<'_>,
        findings: &mut Findings,
    ) -> Option<TypeSpec> {
        let Some(profile) = self.catalog.profile(name) else {
            let known: Vec<&str> = self.catalog.profiles.keys().map(String::as_str).collect();
            let detail = format!(
                "\"{name}\" is no switch profile of the catalogue. It has: {}.",
                known.join(", ")
            );
            fault(findings, "profile", "Unknown switch profile", detail);
            return None;
        };
        let interfaces = profile.interfaces().into_iter().map(|interface| {
            let template = Template {
                interface_type: interface.interface_type,
                mgmt_only: interface.mgmt_only,
            };
            (interface.name, template)
        });
        Some(TypeSpec {
            kind: kind(profile.name.clone(), arguments, findings),
            manufacturer: profile.manufacturer.clone(),
            model: profile.model.clone(),
            part_number: arguments.text("part_number", findings),
            interfaces: interfaces.collect(),
            bays: BTreeSet::new(),
        })
    }
}

fn kind(slug: String, arguments: &Object<'_>, findings: &mut Findings) -> TypeKind {
    TypeKind::Device {
        slug,
        u_height: arguments.count("u_height", findings),
        is_full_depth: arguments.flag("is_full_depth", findings),
    }
}

fn written_out(
    arguments: &Object<'_>,
    written: [Option<String>; 3],
    interfaces: BTreeMap<String, Template>,
    findings: &mut Findings,
) -> Option<TypeSpec> {
    if findings.unknown {
        return None;
    }
    let [Some(manufacturer), Some(model), Some(slug)] = written else {
        fault(
            findings,
            "manufacturer",
            "An incomplete device type",
            "A device type needs either profile, or manufacturer, model and slug.".to_owned(),
        );
        return None;
    };
    Some(TypeSpec {
        kind: kind(slug, arguments, findings),
        manufacturer,
        model,
        part_number: arguments.text("part_number", findings),
        interfaces,
        bays: BTreeSet::new(),
    })
}
