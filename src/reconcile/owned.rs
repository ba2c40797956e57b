//! Pure: of each kind of object the fields that a plan may own, as values that can be compared and told.
//! What only others set (comments, addresses, positions, their tags and custom fields) is not here.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::netbox::kind::cable::CableRow;
use crate::netbox::kind::device::DeviceRow;
use crate::netbox::kind::interface::InterfaceRow;
use crate::netbox::kind::module::ModuleRow;
use crate::netbox::kind::module_bay::ModuleBayRow;
use crate::netbox::kind::{Choice, CustomFields, Row, Slugged};

use super::fields;
use super::scope::Target;

/// Owned fields by name, in the words of [`super::diff::Difference`]; empty ones are left out.
pub type Values = BTreeMap<String, Value>;

/// The type of a device or of a module: it is never changed in place.
pub const TYPE: &str = "type";

/// Where an object is: it stays there as long as it is the same object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Home<'a> {
    device: u64,
    /// The bay of a module, the module of a bay.
    within: Option<u64>,
    name: &'a str,
}

/// What `NetBox` takes along when an object goes, and where something of others may be then.
#[derive(Debug, Clone, Copy)]
pub(super) enum Takes {
    Nothing,
    /// The module in a bay. Ours have gone before.
    Module,
    /// The interfaces of a card, and its bays with what is in them.
    Card,
    /// All ports of a device, power and console too.
    Ports,
}

/// A row that has fields that a plan may own.
pub(super) trait Owned: Row + Clone {
    const TAKES: Takes = Takes::Nothing;

    fn values(&self) -> Values;

    /// What tells whether somebody changed the row; `None`: we wrote it and were not told.
    fn version(&self) -> Option<&str>;

    fn custom_fields(&self) -> &CustomFields;

    /// Of what is on a device, where.
    fn home(&self) -> Option<Home<'_>> {
        None
    }

    /// Whether both are of one object, of one plan: the id alone is one number of an answer.
    fn is_same_as(&self, other: &Self) -> bool {
        let owner = |row: &Self| {
            let value = |name: &str| row.custom_fields().get(name).cloned().unwrap_or_default();
            [value(fields::PLAN_ID), value(fields::KEY)]
        };
        self.id() == other.id() && self.home() == other.home() && owner(self) == owner(other)
    }

    /// Slugs of all its tags.
    fn tags(&self) -> Vec<&str> {
        Vec::new()
    }

    /// The cable on a port.
    fn cable(&self) -> Option<u64> {
        None
    }

    /// Whether a plan owns the field in any case, and not only where it differs.
    fn owns(field: &str, target: &Target) -> bool {
        let Target {
            location,
            tenant,
            description,
            released,
            ..
        } = target;
        match field {
            "status" => target.write_status,
            "location" => location.is_some() || !released.location.is_empty(),
            "tenant" => tenant.is_some() || !released.tenant.is_empty(),
            "description" => description.is_some() || !released.description.is_empty(),
            _ => true,
        }
    }
}

macro_rules! kept {
    () => {
        fn version(&self) -> Option<&str> {
            Self::version(self)
        }

        fn custom_fields(&self) -> &CustomFields {
            &self.custom_fields
        }
    };
}

impl Owned for DeviceRow {
    kept!();
    const TAKES: Takes = Takes::Ports;

    fn values(&self) -> Values {
        let kind = &self.device_type;
        let kind = format!("{}/{}", kind.manufacturer.slug, kind.slug);
        let slug = |related: &Option<Slugged>| related.as_ref().map(|r| r.slug.clone());
        let described = Some(&self.description).filter(|text| !text.is_empty());
        gather(
            &self.custom_fields,
            [
                ("name", json!(self.name)),
                (TYPE, json!(kind)),
                ("role", json!(self.role.slug)),
                ("site", json!(self.site.slug)),
                ("location", json!(slug(&self.location))),
                ("tenant", json!(slug(&self.tenant))),
                ("status", word(self.status.as_ref())),
                ("description", json!(described)),
            ],
        )
    }

    fn tags(&self) -> Vec<&str> {
        self.tags.iter().map(|tag| tag.slug.as_str()).collect()
    }
}

impl Owned for CableRow {
    kept!();

    fn values(&self) -> Values {
        let status = word(self.status.as_ref());
        gather(&self.custom_fields, [("status", status)])
    }

    fn tags(&self) -> Vec<&str> {
        self.tags.iter().map(|tag| tag.slug.as_str()).collect()
    }
}

impl Owned for InterfaceRow {
    kept!();

    fn home(&self) -> Option<Home<'_>> {
        Some(Home {
            device: self.device.id,
            within: None,
            name: &self.name,
        })
    }

    fn cable(&self) -> Option<u64> {
        self.cable.as_ref().map(|cable| cable.id)
    }

    fn owns(field: &str, _: &Target) -> bool {
        field != TYPE && field != "enabled"
    }

    fn values(&self) -> Values {
        gather(
            &self.custom_fields,
            [
                (TYPE, json!(self.interface_type.value)),
                ("enabled", json!(self.enabled)),
            ],
        )
    }
}

impl Owned for ModuleRow {
    kept!();
    const TAKES: Takes = Takes::Card;

    fn home(&self) -> Option<Home<'_>> {
        Some(Home {
            device: self.device.id,
            within: Some(self.module_bay.id),
            name: "",
        })
    }

    fn values(&self) -> Values {
        let kind = &self.module_type;
        let kind = format!("{}/{}", kind.manufacturer.slug, kind.model);
        gather(&self.custom_fields, [(TYPE, json!(kind))])
    }
}

impl Owned for ModuleBayRow {
    kept!();
    const TAKES: Takes = Takes::Module;

    fn home(&self) -> Option<Home<'_>> {
        Some(Home {
            device: self.device.id,
            within: self.module.as_ref().map(|module| module.id),
            name: &self.name,
        })
    }

    fn values(&self) -> Values {
        gather(&self.custom_fields, [("name", json!(self.name))])
    }
}

fn word(choice: Option<&Choice>) -> Value {
    json!(choice.map(|choice| &choice.value))
}

/// The marker is no field to compare: without it an object is not ours at all.
fn gather<const N: usize>(custom_fields: &CustomFields, named: [(&str, Value); N]) -> Values {
    let ours = fields::DEFINITIONS.iter().map(|definition| definition.name);
    let ours = ours.filter(|name| *name != fields::PLAN_ID);
    let ours = ours.filter_map(|name| Some((name, custom_fields.get(name)?.clone())));
    named
        .into_iter()
        .chain(ours)
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
