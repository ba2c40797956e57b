//! `hedgehog_module_type`: the type of a network card, or of an optic.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::type_resource::{self, Managed, TypeResource};
use crate::fabric::catalog::Catalog;
use crate::provider::decode::{Findings, Object};
use crate::provider::session::Session;
use crate::reconcile::types::{Template, TypeKind, TypeSpec};
use crate::tf::schema::Attribute;
use crate::tf::types::Type;
use crate::tf::value::Value;

pub type ModuleTypeResource = Managed<ModuleType>;

/// What is special about module types.
#[derive(Debug)]
pub struct ModuleType {
    catalog: &'static Catalog,
}

impl ModuleTypeResource {
    pub fn new(catalog: &'static Catalog, session: Arc<Session>) -> Self {
        Self::of(ModuleType { catalog }, session)
    }
}

impl ModuleType {
    /// The ports of a card of the catalogue. An optic has none, nor has a card that nobody knows.
    fn ports(&self, manufacturer: &str, model: &str) -> BTreeMap<String, Template> {
        let Some(card) = self.catalog.nic(&format!("{manufacturer}/{model}")) else {
            return BTreeMap::new();
        };
        let template = Template {
            interface_type: card.interface_type.clone(),
            mgmt_only: false,
        };
        let ports = card.ports.iter();
        ports.map(|port| (port.clone(), template.clone())).collect()
    }
}

impl TypeResource for ModuleType {
    fn name(&self) -> &'static str {
        "hedgehog_module_type"
    }

    fn description(&self) -> &'static str {
        "A module type in NetBox: a network card or an optic, by manufacturer and model. Without \
         `interface` blocks a card of the catalogue has the ports that the catalogue knows. Adopts a \
         type that is there."
    }

    fn arguments(&self) -> Vec<Attribute> {
        vec![
            Attribute::required("manufacturer", Type::String, "Name of the manufacturer."),
            Attribute::required("model", Type::String, "Model, as NetBox shows it."),
            Attribute::optional("part_number", Type::String, "Part number."),
            type_resource::optic_bays_argument(),
        ]
    }

    fn identity(&self) -> &'static [&'static str] {
        &["manufacturer", "model"]
    }

    fn named(&self, _name: &str) -> TypeKind {
        TypeKind::Module
    }

    fn written(&self, spec: &TypeSpec) -> Vec<Value> {
        let short = Value::object([
            ("manufacturer", spec.manufacturer.as_str().into()),
            ("model", spec.model.as_str().into()),
        ]);
        let ports = type_resource::interfaces_value(&spec.interfaces);
        vec![short.clone(), short.with("interface", ports)]
    }

    fn decode(&self, arguments: &Object<'_>, findings: &mut Findings) -> Option<TypeSpec> {
        let interfaces = type_resource::interfaces(arguments, findings);
        let manufacturer = arguments.required_text("manufacturer", findings)?;
        let model = arguments.required_text("model", findings)?;
        let known = || self.ports(&manufacturer, &model);
        let spec = TypeSpec {
            kind: TypeKind::Module,
            interfaces: interfaces.map(|ports| if ports.is_empty() { known() } else { ports })?,
            manufacturer: manufacturer.clone(),
            model: model.clone(),
            part_number: arguments.text("part_number", findings),
            bays: BTreeSet::new(),
        };
        Some(type_resource::with_bays(spec, arguments, findings))
    }
}
