//! `formerly`: a class that was renamed takes its devices and cables along.
//!
//! The intended placement is written in class names. Before it is used, the names of old become
//! those of now; everything after that knows nothing of a rename.

use std::collections::BTreeMap;

use crate::fabric::design::Design;
use crate::fabric::placement::Placement;
use crate::fabric::problem::{Fault, Problem, Subject};

/// Class and earlier name, of all classes that give one.
fn renamed(design: &Design) -> impl Iterator<Item = (Subject, &String, &String)> {
    let switches = design.switch_classes.iter().filter_map(|(class, spec)| {
        let subject = Subject::SwitchClass {
            class: class.clone(),
        };
        Some((subject, class, spec.formerly.as_ref()?))
    });
    let servers = design.server_classes.iter().filter_map(|(class, spec)| {
        let subject = Subject::ServerClass {
            class: class.clone(),
        };
        Some((subject, class, spec.formerly.as_ref()?))
    });
    switches.chain(servers)
}

/// Earlier names that cannot be: of a class that is still there, or of two classes.
///
/// A name that the intended record does not know is none of them: once the rename was applied, it
/// is history and may stay in the configuration.
pub(in crate::fabric) fn check(design: &Design) -> Vec<Problem> {
    let mut claimed: BTreeMap<&String, &String> = BTreeMap::new();
    let mut problems = Vec::new();
    for (subject, class, formerly) in renamed(design) {
        let exists = design.switch_classes.contains_key(formerly)
            || design.server_classes.contains_key(formerly);
        let fault = if exists {
            Some(Fault::FormerNameExists {
                formerly: formerly.clone(),
                own: class == formerly,
            })
        } else {
            claimed
                .insert(formerly, class)
                .map(|other| Fault::FormerNameTwice {
                    formerly: formerly.clone(),
                    other: other.clone(),
                })
        };
        problems.extend(fault.map(|fault| Problem::new(subject, Some("formerly"), fault)));
    }
    problems
}

/// By class: its earlier name.
pub(in crate::fabric) fn names(design: &Design) -> BTreeMap<String, String> {
    renamed(design)
        .map(|(_, class, formerly)| (class.clone(), formerly.clone()))
        .collect()
}

/// The intended placement under the names of now. A class that is in it under both names keeps what
/// it has under the new one.
pub(in crate::fabric) fn carry_over(design: &Design, intended: &Placement) -> Placement {
    let servers_there = |class: &String| {
        let mut ends = intended.server_links.iter().map(|link| &link.server.device);
        ends.any(|device| device.class == *class)
    };
    let switches_there = |class: &String| intended.quantities.contains_key(class);
    let mut now: BTreeMap<&str, &str> = BTreeMap::new();
    for (subject, class, formerly) in renamed(design) {
        // Servers were no switches before, nor the other way round.
        let alike = if subject.server_class().is_some() {
            !switches_there(formerly)
        } else {
            !servers_there(formerly)
        };
        if alike && !switches_there(class) && !servers_there(class) {
            now.insert(formerly, class);
        }
    }
    if now.is_empty() {
        return intended.clone();
    }
    intended.with_classes(|class| now.get(class).copied().unwrap_or(class).to_owned())
}
