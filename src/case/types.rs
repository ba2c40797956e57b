//! Types of devices and modules, as a case's reference data has them.

use std::collections::BTreeMap;

/// Who makes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maker {
    pub name: String,
    pub slug: String,
}

/// The type of a switch or a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceType {
    pub maker: Maker,
    pub model: String,
    pub slug: String,
    /// In rack units.
    pub u_height: Option<u32>,
    pub is_full_depth: Option<bool>,
    /// Name and type of each interface.
    pub interfaces: Vec<(String, String)>,
}

/// The type of a network card or an optic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleType {
    pub maker: Maker,
    pub model: String,
    /// Name and type of each interface, as written.
    pub interfaces: Vec<(String, String)>,
}

/// What the classes of a case may refer to, by `manufacturer/name` as they do it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Types {
    pub devices: BTreeMap<String, DeviceType>,
    pub modules: BTreeMap<String, ModuleType>,
}

impl DeviceType {
    /// As `NetBox` is asked for it.
    pub fn reference(&self) -> String {
        format!("{}/{}", self.maker.slug, self.slug)
    }
}

impl ModuleType {
    /// As `NetBox` is asked for it.
    pub fn reference(&self) -> String {
        format!("{}/{}", self.maker.slug, self.model)
    }
}
