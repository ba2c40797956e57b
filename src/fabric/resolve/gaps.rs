//! From errors to what they leave open: which classes cannot be sized, and which fabrics lack a class.
//!
//! A problem that only follows from another one is worse than one that is told later. So a class that
//! something broken may ask for ports counts as open, also where that is only likely.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::design::{Attachment, Design};
use crate::fabric::near::near;
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::spec::{Gaps, Role, Spec};

pub(super) fn find(design: &Design, spec: &Spec<'_>, problems: &[Problem]) -> Gaps {
    let mut finder = Finder {
        design,
        positions: positions(spec),
        gaps: Gaps::default(),
    };
    finder.gaps.unplaced = !design.unread.is_empty();
    let mut open: BTreeSet<&Subject> = design.unread.iter().collect();
    for problem in problems.iter().filter(|problem| problem.is_error()) {
        finder.gaps.unplaced |= !problem.fault.can_be_placed();
        // Words that concern the plan as a whole decide no quantity.
        let of_plan = matches!(
            problem.locus.subject,
            Subject::Plan | Subject::Naming { .. } | Subject::Pin { .. }
        );
        let too_large = matches!(problem.fault, Fault::TooMany { .. });
        if problem.fault.hinders_sizing() && (!of_plan || too_large) {
            open.insert(&problem.locus.subject);
        }
    }
    let mut broken: BTreeSet<&str> = design.switch_classes.keys().map(String::as_str).collect();
    broken.retain(|class| !finder.positions.contains_key(class));
    for subject in open {
        match subject.switch_class() {
            Some(class) => drop(broken.insert(class)),
            None => finder.open(subject),
        }
    }
    for class in broken {
        finder.broken(class);
    }
    finder.gaps
}

fn positions<'s>(spec: &'s Spec<'_>) -> BTreeMap<&'s str, usize> {
    let names = spec.switches.iter().map(|switch| switch.name.as_str());
    names.zip(0..).collect()
}

struct Finder<'f> {
    design: &'f Design,
    positions: BTreeMap<&'f str, usize>,
    gaps: Gaps,
}

impl Finder<'_> {
    /// What a part that is no switch class leaves open: where its ports go.
    fn open(&mut self, subject: &Subject) {
        let design = self.design;
        let of = |class: &String| {
            let class = design.server_classes.get(class);
            class.into_iter().flat_map(|class| &class.attachments)
        };
        let targets: Vec<&Attachment> = match subject {
            Subject::ServerClass { class } => of(class).map(|(_, target)| target).collect(),
            Subject::Nic { class, nic } => {
                let uses = |(_, target): &(&String, &Attachment)| target.nic == *nic;
                of(class).filter(uses).map(|(_, target)| target).collect()
            }
            Subject::Attachment { class, attachment } => {
                let named = of(class).filter(|(name, _)| *name == attachment);
                named.map(|(_, target)| target).collect()
            }
            Subject::Plan
            | Subject::Naming { .. }
            | Subject::Pin { .. }
            | Subject::SwitchClass { .. }
            | Subject::Redundancy { .. }
            | Subject::CustomProfile { .. }
            | Subject::CustomPort { .. }
            | Subject::CustomGroup { .. }
            | Subject::CustomPipeline { .. }
            | Subject::Zone { .. } => {
                self.gaps.everything = true;
                return;
            }
        };
        for target in targets {
            self.asked(&target.zone);
        }
    }

    /// A switch class of which something is wrong, or that is not there at all.
    fn broken(&mut self, name: &str) {
        self.gaps.broken.extend(self.positions.get(name));
        let Some(class) = self.design.switch_classes.get(name) else {
            return;
        };
        if class.fabric.is_empty() {
            // It could not be read, and may be any.
            self.gaps.everything = true;
        }
        let role = Role::parse(&class.role);
        if role.is_none_or(Role::is_leaf) {
            self.gaps.leaves.insert(class.fabric.clone());
        }
        if role.is_none_or(|role| !role.is_leaf()) {
            self.gaps.spines.insert(class.fabric.clone());
        }
        for peer in class.zones.values().filter_map(|zone| zone.peer.as_ref()) {
            self.asked(peer);
        }
    }

    /// The class that a text names, or those that it may mean.
    fn asked(&mut self, zone: &str) {
        let class = zone.split('/').next().unwrap_or_default();
        if class.is_empty() {
            self.gaps.everything = true;
            return;
        }
        let classes = &self.design.switch_classes;
        let meant = if classes.contains_key(class) {
            vec![class.to_owned()]
        } else {
            near(class, classes.keys())
        };
        let known = meant.iter();
        let known = known.filter_map(|class| self.positions.get(class.as_str()));
        self.gaps.asked.extend(known);
    }
}
