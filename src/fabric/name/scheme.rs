//! How the devices of each class are called.

use std::collections::BTreeMap;

use super::slug;
use super::template::{Filled, Template, Variable};
use crate::fabric::design::{Design, SwitchClass};
use crate::fabric::placement::DeviceKey;
use crate::fabric::spec::Role;

/// What templates can be given for. A switch that Hedgehog does not manage is `oob`, whatever its
/// role, since that is what unmanaged fabrics are for; other switches go by their role.
pub(in crate::fabric) const CATEGORIES: [&str; 5] = ["server", "leaf", "spine", "border", "oob"];

/// Digits of a switch's number without a template: `fe-leaf-01`.
const SWITCH_DIGITS: usize = 2;
/// Digits of a server's number without a template: `compute-001`.
const SERVER_DIGITS: usize = 3;

/// How one class is called.
#[derive(Debug, Clone)]
pub(super) struct Scheme {
    pub category: &'static str,
    /// As written; `None` for the default.
    pub template: Option<String>,
    pub numbered: bool,
    filled: Filled,
}

/// The names of all devices.
#[derive(Debug, Clone)]
pub(in crate::fabric) struct Names {
    schemes: BTreeMap<String, Scheme>,
}

pub(super) fn category_of(class: &SwitchClass) -> &'static str {
    if class.fabric_class.as_deref() == Some("unmanaged") {
        return "oob";
    }
    Role::parse(&class.role).map_or("leaf", Role::device_role)
}

impl Names {
    /// Templates that cannot be read have been told by [`super::check`] and count as not given.
    pub(in crate::fabric) fn new(design: &Design) -> Self {
        let switches = design.switch_classes.iter().map(|(name, class)| {
            let category = category_of(class);
            let scheme = scheme(design, name, category, &class.fabric, &class.role);
            (name.clone(), scheme)
        });
        let servers = design.server_classes.keys().map(|name| {
            let scheme = scheme(design, name, "server", "", "server");
            (name.clone(), scheme)
        });
        Self {
            schemes: switches.chain(servers).collect(),
        }
    }

    /// The name of a device. Of a class that the design does not have: its key.
    pub(in crate::fabric) fn device(&self, key: &DeviceKey) -> String {
        match self.schemes.get(&key.class) {
            Some(scheme) => scheme.filled.name(key.index),
            None => format!("{}/{}", key.class, key.index),
        }
    }

    pub(super) fn scheme(&self, class: &str) -> Option<&Scheme> {
        self.schemes.get(class)
    }
}

fn scheme(
    design: &Design,
    class: &str,
    category: &'static str,
    fabric: &str,
    role: &str,
) -> Scheme {
    let naming = &design.naming;
    let given = naming.templates.get(category);
    let read = given.and_then(|text| Template::parse(text).ok());
    let digits = if category == "server" {
        SERVER_DIGITS
    } else {
        SWITCH_DIGITS
    };
    let template = read.unwrap_or_else(|| Template::of_class(digits));
    let filled = template.fill(|variable| match variable {
        Variable::Plan => slug(&naming.plan),
        Variable::Site => slug(&naming.site),
        Variable::Class => slug(class),
        Variable::Category => category.to_owned(),
        Variable::Fabric => slug(fabric),
        Variable::Role => slug(role),
    });
    Scheme {
        category,
        template: given.cloned(),
        numbered: template.has_index(),
        filled,
    }
}
