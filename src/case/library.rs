//! The reference data of a case: what its ids stand for.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::finding::{Fault, Findings, Place};
use super::reader::Mapping;
use super::types::{DeviceType, Maker, ModuleType, Types};
use crate::fabric::near::near;

/// What the file says of a switch beside its device type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Extension {
    pub device_type: DeviceType,
    /// Hedgehog's name of the switch.
    pub profile: Option<String>,
    /// For a switch that the catalogue lacks.
    pub abilities: Abilities,
}

/// What a switch can do, as the file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Abilities {
    pub mclag: bool,
    /// Words of switch classes. None: nothing is said.
    pub roles: Vec<String>,
    /// Modes: `4x25G`. What the file does not define is left out.
    pub breakouts: Vec<String>,
}

/// Everything that the file defines, by its ids.
#[derive(Debug, Default)]
pub(super) struct Library {
    device_types: Shelf<DeviceType>,
    extensions: Shelf<Extension>,
    /// Modes: `4x200G`.
    breakouts: Shelf<String>,
    /// Modes by the names that lists of abilities call them by.
    named: BTreeMap<String, String>,
    module_types: Shelf<ModuleType>,
}

/// Things of one kind.
#[derive(Debug)]
struct Shelf<T>(BTreeMap<String, T>);

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> Shelf<T> {
    fn put(&mut self, what: &'static str, id: String, thing: T, at: Place, f: &mut Findings) {
        match self.0.entry(id) {
            Entry::Occupied(entry) => {
                let id = entry.key().clone();
                f.fault(at, Fault::Twice { what, id });
            }
            Entry::Vacant(entry) => {
                entry.insert(thing);
            }
        }
    }

    fn find(&self, what: &'static str, id: &str, at: Place, f: &mut Findings) -> Option<&T> {
        let found = self.0.get(id);
        if found.is_none() {
            let fault = Fault::UnknownId {
                what,
                id: id.to_owned(),
                near: near(id, self.0.keys()),
            };
            f.fault(at, fault);
        }
        found
    }
}

impl Library {
    pub(super) fn read(mut data: Mapping<'_>, findings: &mut Findings) -> Self {
        let mut library = Self::default();
        let mut makers = Shelf::default();
        for maker in data.mappings("manufacturers", findings) {
            read_maker(maker, &mut makers, findings);
        }
        for device in data.mappings("device_types", findings) {
            library.read_device_type(device, &makers, findings);
        }
        for extension in data.mappings("device_type_extensions", findings) {
            library.read_extension(extension, findings);
        }
        for breakout in data.mappings("breakout_options", findings) {
            library.read_breakout(breakout, findings);
        }
        for module in data.mappings("module_types", findings) {
            library.read_module_type(module, &makers, findings);
        }
        data.finish(findings);
        let named = &library.named;
        for extension in library.extensions.0.values_mut() {
            let listed = &mut extension.abilities.breakouts;
            *listed = listed
                .iter()
                .filter_map(|id| named.get(id).cloned())
                .collect();
        }
        library
    }

    /// All types, by what classes call them.
    pub(super) fn types(&self) -> Types {
        let devices = self.device_types.0.values();
        let modules = self.module_types.0.values();
        Types {
            devices: devices.map(|t| (t.reference(), t.clone())).collect(),
            modules: modules.map(|t| (t.reference(), t.clone())).collect(),
        }
    }

    pub(super) fn device_type(&self, id: &str, at: Place, f: &mut Findings) -> Option<&DeviceType> {
        self.device_types.find("device type", id, at, f)
    }

    pub(super) fn extension(&self, id: &str, at: Place, f: &mut Findings) -> Option<&Extension> {
        self.extensions.find("device type extension", id, at, f)
    }

    /// The mode, for example `4x200G`.
    pub(super) fn breakout(&self, id: &str, at: Place, f: &mut Findings) -> Option<&String> {
        self.breakouts.find("breakout option", id, at, f)
    }

    pub(super) fn module_type(&self, id: &str, at: Place, f: &mut Findings) -> Option<&ModuleType> {
        self.module_types.find("module type", id, at, f)
    }

    fn read_device_type(
        &mut self,
        mut entry: Mapping<'_>,
        makers: &Shelf<Maker>,
        f: &mut Findings,
    ) {
        let at = entry.place_of("manufacturer");
        let id = entry.required_text("id", f);
        let maker = entry.required_text("manufacturer", f);
        let slug = entry.required_text("slug", f);
        let model = entry.text("model", f);
        // The resource counts whole units; the plan has no use for the height.
        let u_height = entry.text("u_height", f).and_then(|text| text.parse().ok());
        let is_full_depth = entry.flag("is_full_depth", f);
        let interfaces = interfaces(&mut entry, f);
        let place = entry.place();
        entry.finish(f);
        let (Some(id), Some(maker), Some(slug)) = (id, maker, slug) else {
            return;
        };
        if let Some(maker) = makers.find("manufacturer", &maker, at, f).cloned() {
            let device = DeviceType {
                maker,
                model: model.unwrap_or_else(|| slug.clone()),
                slug,
                u_height,
                is_full_depth,
                interfaces,
            };
            self.device_types.put("device type", id, device, place, f);
        }
    }

    fn read_extension(&mut self, mut entry: Mapping<'_>, f: &mut Findings) {
        let at = entry.place_of("device_type");
        let id = entry.required_text("id", f);
        let device = entry.required_text("device_type", f);
        let profile = entry.text("hedgehog_profile_name", f);
        let texts = |key, entry: &mut Mapping<'_>, f: &mut Findings| {
            entry.texts(key, f).unwrap_or_default()
        };
        let abilities = Abilities {
            mclag: entry.flag("mclag_capable", f).unwrap_or(false),
            roles: texts("hedgehog_roles", &mut entry, f),
            breakouts: texts("supported_breakouts", &mut entry, f),
        };
        // Zones say both, port by port.
        entry.skip(&["native_speed", "uplink_ports"]);
        let place = entry.place();
        entry.finish(f);
        let (Some(id), Some(device)) = (id, device) else {
            return;
        };
        if let Some(device_type) = self.device_type(&device, at, f).cloned() {
            let extension = Extension {
                device_type,
                profile,
                abilities,
            };
            self.extensions
                .put("device type extension", id, extension, place, f);
        }
    }

    /// The mode is made of its numbers: a case may call it by any name.
    fn read_breakout(&mut self, mut entry: Mapping<'_>, f: &mut Findings) {
        let id = entry.required_text("id", f);
        let ports = entry.required_count("logical_ports", f);
        let speed = entry.required_count("logical_speed", f);
        let name = entry.text("breakout_id", f);
        entry.skip(&["from_speed"]);
        let place = entry.place();
        entry.finish(f);
        if let (Some(id), Some(ports), Some(speed)) = (id, ports, speed) {
            let mode = format!("{ports}x{speed}G");
            let names = name.into_iter().chain([id.clone()]);
            self.named.extend(names.map(|name| (name, mode.clone())));
            self.breakouts.put("breakout option", id, mode, place, f);
        }
    }

    fn read_module_type(
        &mut self,
        mut entry: Mapping<'_>,
        makers: &Shelf<Maker>,
        f: &mut Findings,
    ) {
        let at = entry.place_of("manufacturer");
        let id = entry.required_text("id", f);
        let maker = entry.required_text("manufacturer", f);
        let model = entry.required_text("model", f);
        let interfaces = interfaces(&mut entry, f);
        let place = entry.place();
        entry.finish(f);
        let (Some(id), Some(maker), Some(model)) = (id, maker, model) else {
            return;
        };
        if let Some(maker) = makers.find("manufacturer", &maker, at, f).cloned() {
            let module = ModuleType {
                maker,
                model,
                interfaces,
            };
            self.module_types.put("module type", id, module, place, f);
        }
    }
}

/// Name and type of each interface template.
fn interfaces(entry: &mut Mapping<'_>, f: &mut Findings) -> Vec<(String, String)> {
    let mut interfaces = Vec::new();
    for mut template in entry.mappings("interface_templates", f) {
        let name = template.required_text("name", f);
        let kind = template.text("type", f).unwrap_or_default();
        template.finish(f);
        interfaces.extend(name.map(|name| (name, kind)));
    }
    interfaces
}

fn read_maker(mut entry: Mapping<'_>, makers: &mut Shelf<Maker>, f: &mut Findings) {
    let id = entry.required_text("id", f);
    let slug = entry.required_text("slug", f);
    let name = entry.text("name", f);
    let place = entry.place();
    entry.finish(f);
    if let (Some(id), Some(slug)) = (id, slug) {
        let name = name.unwrap_or_else(|| slug.clone());
        makers.put("manufacturer", id, Maker { name, slug }, place, f);
    }
}
