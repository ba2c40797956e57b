//! `hedgehog_module_type`: the type of a network card.

use std::sync::Arc;

use super::type_resource::{self, Managed, TypeResource};
use crate::provider::decode::{Findings, Object};
use crate::provider::session::Session;
use crate::reconcile::types::{TypeKind, TypeSpec};
use crate::tf::schema::Attribute;
use crate::tf::types::Type;

pub type ModuleTypeResource = Managed<ModuleType>;

/// What is special about module types.
#[derive(Debug)]
pub struct ModuleType;

impl ModuleTypeResource {
    pub fn new(session: Arc<Session>) -> Self {
        Self::of(ModuleType, session)
    }
}

impl TypeResource for ModuleType {
    fn name(&self) -> &'static str {
        "hedgehog_module_type"
    }

    fn description(&self) -> &'static str {
        "A module type in NetBox: a network card, by manufacturer and model. Adopts one that is there."
    }

    fn arguments(&self) -> Vec<Attribute> {
        vec![
            Attribute::required("manufacturer", Type::String, "Name of the manufacturer."),
            Attribute::required("model", Type::String, "Model, as NetBox shows it."),
            Attribute::optional("part_number", Type::String, "Part number."),
        ]
    }

    fn identity(&self) -> &'static [&'static str] {
        &["manufacturer", "model"]
    }

    fn decode(&self, arguments: &Object<'_>, findings: &mut Findings) -> Option<TypeSpec> {
        let interfaces = type_resource::interfaces(arguments, findings);
        Some(TypeSpec {
            kind: TypeKind::Module,
            manufacturer: arguments.required_text("manufacturer", findings)?,
            model: arguments.required_text("model", findings)?,
            part_number: arguments.text("part_number", findings),
            interfaces: interfaces?,
        })
    }
}
