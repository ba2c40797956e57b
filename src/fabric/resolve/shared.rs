//! What cages of a described switch share: a speed, or a limit on their logical ports.

use std::collections::BTreeMap;

use crate::fabric::catalog::{Pipeline, PortGroup, SwitchProfile};
use crate::fabric::design::CustomProfile;
use crate::fabric::natural::sorted;
use crate::fabric::ports::{compact, expand};
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::resolve::outside;

/// Puts port groups and pipelines into the profile, which has all its cages.
pub(super) fn share(
    class: &str,
    custom: &CustomProfile,
    profile: &mut SwitchProfile,
    problems: &mut Vec<Problem>,
) {
    let mut owners = Owners::new("port group");
    for name in sorted(custom.port_groups.keys()) {
        let subject = Subject::CustomGroup {
            class: class.to_owned(),
            group: name.clone(),
        };
        let text = &custom.port_groups[name].ports;
        let ports = owners.cages(name, &subject, text, profile, problems);
        let name = name.clone();
        profile
            .groups
            .extend(ports.map(|ports| PortGroup { name, ports }));
    }
    for range in &mut profile.ports {
        range.grouped = owners.of.contains_key(&range.first);
    }
    let mut owners = Owners::new("pipeline");
    for name in sorted(custom.pipelines.keys()) {
        let subject = Subject::CustomPipeline {
            class: class.to_owned(),
            pipeline: name.clone(),
        };
        let pipeline = &custom.pipelines[name];
        let ports = owners.cages(name, &subject, &pipeline.ports, profile, problems);
        let (name, ports_max) = (name.clone(), pipeline.ports_max);
        profile.pipelines.extend(ports.map(|ports| Pipeline {
            name,
            ports,
            ports_max,
        }));
    }
}

/// Which group or pipeline has each cage.
struct Owners<'n> {
    what: &'static str,
    of: BTreeMap<u32, &'n str>,
}

impl<'n> Owners<'n> {
    fn new(what: &'static str) -> Self {
        Self {
            what,
            of: BTreeMap::new(),
        }
    }

    /// The cages that are named; `None` if they cannot be, which is told.
    fn cages(
        &mut self,
        name: &'n str,
        subject: &Subject,
        text: &str,
        profile: &SwitchProfile,
        problems: &mut Vec<Problem>,
    ) -> Option<Vec<u32>> {
        let mut tell = |fault| problems.push(Problem::new(subject.clone(), Some("ports"), fault));
        let cages = match expand(text) {
            Ok(cages) => cages,
            Err(fault) => {
                let spec = text.to_owned();
                tell(Fault::PortSpec { spec, fault });
                return None;
            }
        };
        if let Some(fault) = outside("ports", &cages, profile) {
            tell(fault);
            return None;
        }
        let taken = cages
            .iter()
            .filter_map(|cage| Some((*cage, *self.of.get(cage)?)));
        let taken: Vec<(u32, &str)> = taken.collect();
        if let Some((_, other)) = taken.first() {
            tell(Fault::CustomSharedTwice {
                what: self.what,
                ports: compact(taken.iter().map(|(cage, _)| *cage)),
                other: (*other).to_owned(),
            });
            return None;
        }
        self.of.extend(cages.iter().map(|cage| (*cage, name)));
        Some(cages)
    }
}
