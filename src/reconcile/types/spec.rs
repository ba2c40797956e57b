//! What a type should be, and how templates differ from it. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value, json};

use crate::netbox::kind::Related;
use crate::reconcile::scope::slug;

/// What differs between device types and module types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeKind {
    Device {
        slug: String,
        /// Height in rack units; `None`: `NetBox`'s default, and whatever others set stays.
        u_height: Option<u32>,
        is_full_depth: Option<bool>,
    },
    /// Has no slug: manufacturer and model name it.
    Module,
}

/// An interface that every new device or module of the type gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// `NetBox`'s word, for example `400gbase-x-osfp`.
    pub interface_type: String,
    pub mgmt_only: bool,
}

/// A type as wished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeSpec {
    pub kind: TypeKind,
    /// Name of the manufacturer; its slug is made of it.
    pub manufacturer: String,
    pub model: String,
    pub part_number: Option<String>,
    /// By name.
    pub interfaces: BTreeMap<String, Template>,
    /// Names of bays for optics.
    pub bays: BTreeSet<String>,
}

/// One template that is not as wished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    Missing {
        name: String,
        wished: Template,
    },
    Other {
        name: String,
        wished: Template,
        found: Template,
    },
    /// Beyond the wish. Harmless on an adopted type.
    Extra {
        name: String,
    },
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.interface_type)?;
        if self.mgmt_only {
            f.write_str(" for management only")
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name, wished } => write!(f, "{name}: missing, wished {wished}"),
            Self::Other {
                name,
                wished,
                found,
            } => write!(f, "{name}: {found}, wished {wished}"),
            Self::Extra { name } => write!(f, "{name}: not wished"),
        }
    }
}

impl TypeSpec {
    pub fn manufacturer_slug(&self) -> String {
        slug(&self.manufacturer)
    }

    /// How classes refer to it: `manufacturer/slug`, or `manufacturer/model`.
    pub fn reference(&self) -> String {
        let name = match &self.kind {
            TypeKind::Device { slug, .. } => slug,
            TypeKind::Module => &self.model,
        };
        format!("{}/{name}", self.manufacturer_slug())
    }

    /// How found templates differ, by name.
    pub fn differences(&self, found: &BTreeMap<String, Template>) -> Vec<Difference> {
        let wished = self
            .interfaces
            .iter()
            .filter_map(|(name, wished)| match found.get(name) {
                None => Some(Difference::Missing {
                    name: name.clone(),
                    wished: wished.clone(),
                }),
                Some(found) if found != wished => Some(Difference::Other {
                    name: name.clone(),
                    wished: wished.clone(),
                    found: found.clone(),
                }),
                Some(_) => None,
            });
        let extra = found
            .keys()
            .filter(|name| !self.interfaces.contains_key(*name));
        wished
            .chain(extra.map(|name| Difference::Extra { name: name.clone() }))
            .collect()
    }

    /// Bays for optics: of a device one for each port that carries data, called as the port; of a card
    /// `cage-0`, `cage-1`, .. in the order of its ports.
    pub fn optic_bays(&self) -> BTreeSet<String> {
        let data = self.interfaces.iter().filter(|(_, port)| !port.mgmt_only);
        match self.kind {
            TypeKind::Device { .. } => data.map(|(name, _)| name.clone()).collect(),
            TypeKind::Module => data
                .enumerate()
                .map(|(index, _)| format!("cage-{index}"))
                .collect(),
        }
    }

    /// The fields that we own, as `NetBox` takes and gives them. What is not wished is not owned.
    pub(super) fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::from_iter([("model".to_owned(), json!(self.model))]);
        if let Some(part_number) = &self.part_number {
            fields.insert("part_number".to_owned(), json!(part_number));
        }
        if let TypeKind::Device {
            slug,
            u_height,
            is_full_depth,
        } = &self.kind
        {
            fields.insert("slug".to_owned(), json!(slug));
            if let Some(u_height) = u_height {
                fields.insert("u_height".to_owned(), json!(u_height));
            }
            if let Some(is_full_depth) = is_full_depth {
                fields.insert("is_full_depth".to_owned(), json!(is_full_depth));
            }
        }
        fields
    }
}

impl TypeKind {
    /// The field of a template that names its type.
    pub(super) fn parent(&self) -> &'static str {
        match self {
            Self::Device { .. } => "device_type",
            Self::Module => "module_type",
        }
    }

    /// Whether a template that names these parents is of the type with that id. `NetBox` ignores
    /// filters that it does not know.
    pub(super) fn owns(
        &self,
        id: u64,
        device_type: Option<&Related>,
        module_type: Option<&Related>,
    ) -> bool {
        let parent = match self {
            Self::Device { .. } => device_type,
            Self::Module => module_type,
        };
        parent.is_some_and(|parent| parent.id == id)
    }

    pub fn word(&self) -> &'static str {
        match self {
            Self::Device { .. } => "device type",
            Self::Module => "module type",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(interface_type: &str) -> Template {
        Template {
            interface_type: interface_type.to_owned(),
            mgmt_only: false,
        }
    }

    #[test]
    fn each_difference_is_named_once() {
        let named = |rows: &[(&str, &str)]| -> BTreeMap<String, Template> {
            rows.iter()
                .map(|(name, kind)| ((*name).to_owned(), template(kind)))
                .collect()
        };
        let spec = TypeSpec {
            kind: TypeKind::Module,
            manufacturer: "NVIDIA".to_owned(),
            model: "BlueField-3".to_owned(),
            part_number: None,
            bays: BTreeSet::new(),
            interfaces: named(&[("p0", "other"), ("p1", "other"), ("p2", "other")]),
        };
        let found = named(&[("p0", "other"), ("p1", "virtual"), ("p9", "other")]);
        let lines: Vec<String> = spec
            .differences(&found)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            lines,
            [
                "p1: virtual, wished other",
                "p2: missing, wished other",
                "p9: not wished",
            ]
        );
        assert_eq!(spec.differences(&spec.interfaces), []);
        assert_eq!(spec.reference(), "nvidia/BlueField-3");
    }
}
