//! Case files: designs in the YAML format of DIET, read into a [`Design`].
//!
//! | file | what it does |
//! |---|---|
//! | `tree` | the document, with lines |
//! | `reader` | typed values out of a mapping; nothing is dropped in silence |
//! | `library`, `types` | what the file's ids stand for |
//! | `switches`, `servers` | the classes |
//! | `custom` | a switch that the catalogue lacks |
//! | `finding`, `words` | what is wrong or left out, typed, and its words |
//!
//! What the design means is checked by the engine, in the same words as for Terraform.

mod custom;
mod finding;
mod library;
mod reader;
mod servers;
mod switches;
mod tree;
mod types;
mod words;

pub use finding::{Fault, Finding, Kind, Note, Place};
pub use types::{DeviceType, Maker, ModuleType, Types};

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::catalog::Catalog;
use crate::fabric::design::Design;
use crate::fabric::limits::DEVICE_DESCRIPTION_LENGTH_MAX;
use crate::fabric::problem::Subject;
use finding::Findings;
use library::Library;
use reader::Mapping;

/// A case that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What the plan is called.
    pub name: String,
    pub description: Option<String>,
    pub design: Design,
    /// The types that the file defines.
    pub types: Types,
    /// What is not carried over, or in other words.
    pub notes: Vec<Finding>,
}

/// A text that is no case, or not as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Everything that keeps it from being understood, beside the notes.
    pub findings: Vec<Finding>,
    /// What was read of it, so that it is checked: the other parts are `unread`. `None` where it is not known
    /// which these are.
    pub rest: Option<Box<Case>>,
}

/// Reads a case.
///
/// # Errors
/// Something of it is not understood.
pub fn read(text: &str, catalog: &Catalog) -> Result<Case, Refused> {
    let refused = |findings| Refused {
        findings,
        rest: None,
    };
    let node = tree::parse(text).map_err(|finding| refused(vec![finding]))?;
    let mut findings = Findings::default();
    let case = Mapping::root(&node, &mut findings)
        .and_then(|root| read_root(root, catalog, &mut findings));
    match case {
        Some((case, _)) if !findings.has_faults() => Ok(Case {
            notes: findings.into_vec(),
            ..case
        }),
        Some((case, true)) => Err(Refused {
            rest: Some(Box::new(case)),
            ..refused(findings.into_vec())
        }),
        _ => Err(refused(findings.into_vec())),
    }
}

/// What the parts of a design came to.
struct Parts<'f> {
    findings: &'f mut Findings,
    /// Those of which something is wrong.
    unread: BTreeSet<Subject>,
    /// It is known of all that is wrong which part that is.
    known: bool,
}

impl<'f> Parts<'f> {
    fn new(findings: &'f mut Findings) -> Self {
        Self {
            known: !findings.has_faults(),
            findings,
            unread: BTreeSet::new(),
        }
    }

    /// Reads one part. Its subject; `None` if that is not known.
    fn read(&mut self, read: impl FnOnce(&mut Findings) -> Option<Subject>) {
        let before = self.findings.faults();
        let subject = read(self.findings);
        if self.findings.faults() > before {
            self.known &= subject.is_some();
            self.unread.extend(subject);
        }
    }
}

/// Puts something where it belongs under its name, which must be free.
fn put<T>(
    shelf: &mut BTreeMap<String, T>,
    (name, thing): (String, T),
    (what, id): (&'static str, String),
    (place, findings): (Place, &mut Findings),
) {
    if let Entry::Vacant(free) = shelf.entry(name) {
        free.insert(thing);
    } else {
        findings.fault(place, Fault::Twice { what, id });
    }
}

/// The case, and whether all that is wrong with it is in parts that are `unread`.
fn read_root(
    mut root: Mapping<'_>,
    catalog: &Catalog,
    findings: &mut Findings,
) -> Option<(Case, bool)> {
    let place = root.place_of("apiVersion");
    if let Some(version) = root.text("apiVersion", findings) {
        findings.fault(place, Fault::OtherFormat { version });
        return None;
    }
    // What the file says of itself.
    root.skip(&["meta"]);
    let mut plan = root.required_mapping("plan", findings)?;
    let name = plan.required_text("name", findings);
    let place = plan.place_of("description");
    let description = plan.text("description", findings);
    let length = description.as_ref().map_or(0, |text| text.chars().count());
    if length > DEVICE_DESCRIPTION_LENGTH_MAX {
        findings.note(place, Note::DescriptionLong { length });
    }
    plan.finish(findings);
    let library = root.mapping("reference_data", findings);
    let library = library.map_or_else(Library::default, |data| Library::read(data, findings));

    let (design, known) = read_design(&mut root, &library, catalog, findings);
    if let Some(expected) = root.mapping("expected", findings) {
        check_counts(expected, &design, findings);
    }
    root.finish(findings);
    let case = Case {
        name: name?,
        description,
        design,
        types: library.types(),
        notes: Vec::new(),
    };
    Some((case, known))
}

/// The classes, and whether all that is wrong so far is in parts that are `unread`.
fn read_design(
    root: &mut Mapping<'_>,
    library: &Library,
    catalog: &Catalog,
    findings: &mut Findings,
) -> (Design, bool) {
    let lists = [
        "switch_classes",
        "switch_port_zones",
        "server_classes",
        "server_nics",
        "server_connections",
    ];
    let [classes, zones, servers, nics, connections] =
        lists.map(|list| root.mappings(list, findings));
    let mut parts = Parts::new(findings);
    let mut switch_classes = switches::Classes::new();
    for class in classes {
        parts.read(|f| switches::read_class(class, library, catalog, &mut switch_classes, f));
    }
    for zone in zones {
        parts.read(|f| switches::read_zone(zone, library, &mut switch_classes, f));
    }
    let mut server_classes = servers::Classes::new();
    for class in servers {
        parts.read(|f| servers::read_class(class, library, &mut server_classes, f));
    }
    for nic in nics {
        parts.read(|f| servers::read_nic(nic, library, catalog, &mut server_classes, f));
    }
    for connection in connections {
        parts.read(|f| servers::read_connection(connection, library, &mut server_classes, f));
    }
    let mut design = Design {
        server_classes,
        ..Design::default()
    };
    parts.read(|f| {
        design.switch_classes = switches::finish(switch_classes, f);
        None
    });
    design.unread = parts.unread;
    (design, parts.known)
}

/// What the file says it holds.
fn check_counts(mut expected: Mapping<'_>, design: &Design, findings: &mut Findings) {
    let attachments = design.server_classes.values().map(|c| c.attachments.len());
    let held = [
        ("server_classes", design.server_classes.len()),
        ("switch_classes", design.switch_classes.len()),
        ("connections", attachments.sum()),
    ];
    if let Some(mut counts) = expected.mapping("counts", findings) {
        for (what, held) in held {
            let place = counts.place_of(what);
            let found = u64::try_from(held).unwrap_or(u64::MAX);
            let expected = counts.count(what, findings).map(u64::from);
            if let Some(expected) = expected.filter(|expected| *expected != found) {
                let fault = Fault::ExpectedCount {
                    what,
                    expected,
                    found,
                };
                findings.fault(place, fault);
            }
        }
        counts.finish(findings);
    }
    expected.finish(findings);
}
