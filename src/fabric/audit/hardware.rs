//! What the switch of a class is, read from the catalogue's facts or from the class's own words.

use std::collections::BTreeMap;

use super::zones::ports_of;
use crate::fabric::catalog::Catalog;
use crate::fabric::design::{CustomProfile, SwitchClass};

/// Cages that share a limit on logical ports.
pub(super) struct Shared {
    pub name: String,
    pub cages: Vec<u32>,
    pub most: u32,
}

/// A switch model as the checks need it.
pub(super) struct Hardware {
    /// How each cage runs where nobody says otherwise: `1x800G`, `25G`.
    pub defaults: BTreeMap<u32, String>,
    pub limits: Vec<Shared>,
}

impl Hardware {
    /// `None` if the class names no model, or one that the catalogue lacks.
    pub(super) fn of(class: &SwitchClass, catalog: &Catalog) -> Option<Self> {
        let (defaults, most, mut limits): (_, _, Vec<Shared>) =
            match (&class.profile, &class.custom_profile) {
                (Some(name), None) => {
                    let profile = catalog.profiles.get(name)?;
                    let cage = |cage| Some((cage, profile.port(cage)?.default.to_string()));
                    let pipeline = profile.pipelines.iter().map(|pipeline| Shared {
                        name: format!("pipeline {}", pipeline.name),
                        cages: pipeline.ports.clone(),
                        most: pipeline.ports_max,
                    });
                    let defaults = (1..=profile.cages()).filter_map(cage).collect();
                    (defaults, profile.ports_max, pipeline.collect())
                }
                (None, Some(custom)) => {
                    let pipelines = custom.pipelines.iter().map(|(name, pipeline)| Shared {
                        name: format!("pipeline {name}"),
                        cages: ports_of(&pipeline.ports).into_iter().collect(),
                        most: pipeline.ports_max,
                    });
                    (described(custom), custom.ports_max, pipelines.collect())
                }
                _ => return None,
            };
        limits.extend(most.map(|most| Shared {
            name: "the switch".to_owned(),
            cages: defaults.keys().copied().collect(),
            most,
        }));
        Some(Self { defaults, limits })
    }
}

fn described(custom: &CustomProfile) -> BTreeMap<u32, String> {
    let mut defaults = BTreeMap::new();
    for port in custom.ports.values() {
        let modes = [&port.breakouts, &port.speeds];
        let mut modes = modes.into_iter().flatten().flatten();
        if let Some(first) = modes.next() {
            defaults.extend(
                ports_of(&port.ports)
                    .into_iter()
                    .map(|n| (n, first.clone())),
            );
        }
    }
    defaults
}
