//! Facts about hardware: switch profiles, network cards and optics. Data files of the project, read once.

mod cage;
mod nic;
mod parse;
mod profile;
mod transceiver;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use cage::{Cage, InterfaceTypes};
pub use nic::{NicModel, OTHER_INTERFACE_TYPE};
pub use parse::ParseFault;
pub use profile::{
    Autoneg, InterfaceTemplate, LeafLimit, ManagementPort, Pipeline, PortGroup, PortKind,
    PortProfile, PortRange, ProfileRole, ProfileSource, SwitchProfile,
};

pub use transceiver::{Assembly, Connector, FarEnd, Medium, Parts, Reach, TransceiverModel};

use super::name::slug;

const PROFILES: &str = include_str!("profiles.txt");
const NICS: &str = include_str!("nics.txt");
const TRANSCEIVERS: &str = include_str!("transceivers.txt");

/// What is known of hardware, passed into the engine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalog {
    /// By name: the value of `profile`, and the slug of the device type.
    pub profiles: BTreeMap<String, SwitchProfile>,
    pub nics: Vec<NicModel>,
    pub transceivers: Vec<TransceiverModel>,
    /// NetBox interface types by cage and speed.
    pub cages: BTreeMap<Cage, InterfaceTypes>,
}

impl Catalog {
    /// The catalogue that comes with the project.
    pub fn builtin() -> &'static Self {
        // The files are part of the program and a test reads them; an empty catalogue would say
        // of each profile that it is unknown.
        static BUILTIN: LazyLock<Catalog> =
            LazyLock::new(|| Catalog::parse(PROFILES, NICS, TRANSCEIVERS).unwrap_or_default());
        &BUILTIN
    }

    /// Reads the three data files. Their formats are described in them and in `parse.rs`.
    ///
    /// # Errors
    /// The first line that cannot be read.
    pub fn parse(profiles: &str, nics: &str, transceivers: &str) -> Result<Self, ParseFault> {
        let (cages, profiles) = parse::profiles(profiles)?;
        Ok(Self {
            profiles,
            nics: nic::parse(nics)?,
            transceivers: transceiver::parse(transceivers)?,
            cages,
        })
    }

    pub fn profile(&self, name: &str) -> Option<&SwitchProfile> {
        self.profiles.get(name)
    }

    /// The card of a NetBox module type: `manufacturer/model`, or a model alone where only one
    /// manufacturer has it. Names are compared as slugs: `nvidia/bluefield-3` and
    /// `NVIDIA/BlueField-3` are the same.
    pub fn nic(&self, module_type: &str) -> Option<&NicModel> {
        let of = |nic: &'_ NicModel| (nic.manufacturer_slug.clone(), slug(&nic.model));
        only(&self.nics, module_type, of)
    }

    /// The optic of a NetBox module type, named like a card.
    pub fn transceiver(&self, module_type: &str) -> Option<&TransceiverModel> {
        let of =
            |optic: &'_ TransceiverModel| (optic.manufacturer_slug.clone(), slug(&optic.model));
        only(&self.transceivers, module_type, of)
    }
}

/// The one entry that a module type's name means.
fn only<'t, T>(
    entries: &'t [T],
    module_type: &str,
    name: impl Fn(&T) -> (String, String),
) -> Option<&'t T> {
    let (manufacturer, model) = match module_type.split_once('/') {
        Some((manufacturer, model)) => (Some(slug(manufacturer)), slug(model)),
        None => (None, slug(module_type)),
    };
    let mut found = entries.iter().filter(|entry| {
        let (maker, name) = name(entry);
        name == model && manufacturer.as_ref().is_none_or(|wanted| *wanted == maker)
    });
    let first = found.next();
    if found.next().is_some() { None } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_files_can_be_read() {
        assert_eq!(
            Catalog::parse(PROFILES, NICS, TRANSCEIVERS).as_ref(),
            Ok(Catalog::builtin())
        );
        assert_eq!(Catalog::builtin().profiles.len(), 23);
        assert_eq!(Catalog::builtin().nics.len(), 26);
        assert_eq!(Catalog::builtin().transceivers.len(), 25);
    }

    #[test]
    fn cards_are_found_by_slug() {
        let catalog = Catalog::builtin();
        assert_eq!(
            catalog.nic("nvidia/bluefield-3").map(|nic| nic.ports.len()),
            Some(2)
        );
        assert_eq!(
            catalog
                .nic("NVIDIA/ConnectX-7 (Single-Port)")
                .map(|n| n.ports.len()),
            Some(1)
        );
        assert_eq!(
            catalog.nic("BlueField-3 BF3220"),
            catalog.nic("nvidia/bluefield-3-bf3220")
        );
        assert_eq!(catalog.nic("acme/bluefield-3"), None);
    }
}
