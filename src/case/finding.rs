//! What a case file does not say, says wrongly, or says in vain: typed, with path and line.

use std::collections::BTreeSet;
use std::fmt;

use crate::diag::{Diagnostic, Severity};

/// A place in the document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// From 1; 0 where the parser does not tell.
    pub line: u64,
    /// For example `switch_port_zones[3].breakout_option`; empty for the whole document.
    pub path: String,
}

impl Place {
    pub(super) fn document(line: u64) -> Self {
        Self {
            line,
            path: String::new(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.path.as_str()) {
            (0, "") => write!(f, "the document"),
            (0, path) => write!(f, "{path}"),
            (line, "") => write!(f, "line {line}"),
            (line, path) => write!(f, "line {line}, {path}"),
        }
    }
}

/// Why a file is not a case that can be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// With the parser's own words.
    NotYaml(String),
    /// No mapping, or one without the parts that make a case.
    NotACase,
    /// A file that names its format, as those of DIET's second one do.
    OtherFormat {
        version: String,
    },
    Missing {
        key: &'static str,
    },
    WrongType {
        wanted: &'static str,
        found: String,
    },
    /// An id that nothing in the file defines.
    UnknownId {
        what: &'static str,
        id: String,
        near: Vec<String>,
    },
    /// An id that is defined twice.
    Twice {
        what: &'static str,
        id: String,
    },
    /// A key and its other spelling, with different values.
    SpellingsDiffer {
        key: &'static str,
        other: &'static str,
    },
    /// A key of an older format, and what replaced it.
    Outdated {
        key: &'static str,
        instead: &'static str,
    },
    ExpectedCount {
        what: &'static str,
        expected: u64,
        found: u64,
    },
}

/// What cannot be carried over, or is carried over in other words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// A key without counterpart.
    NoCounterpart { key: String },
    /// Figures of a switch that the catalogue has.
    FromCatalogue { profile: String },
    /// A switch that the catalogue lacks.
    Described {
        class: String,
        profile: String,
        /// Modes that the file lists and that no zone uses.
        left_out: Vec<String>,
    },
    /// The count of uplinks, where uplink zones say the same.
    UplinksByZones { class: String, ports: u32 },
    /// A count of uplinks on a class that has no uplink zone.
    UplinksWithoutZone { class: String, ports: u32 },
    /// An uplink zone that the class declares as leading nowhere.
    UplinksNowhere { class: String, zone: String },
    /// `mclag_pair`, the old word for redundancy.
    MclagPair { class: String },
    /// Further groups of a class that is in one redundancy group.
    FurtherGroups { class: String, groups: Vec<String> },
    /// A redundancy group, but no word for what it does.
    GroupWithoutType { class: String, group: String },
    /// Longer than the description of a device may be.
    DescriptionLong { length: usize },
    /// A role that Hedgehog does not have.
    Role { class: String, role: String },
    /// A class without fabric class.
    FabricClass {
        class: String,
        fabric_class: &'static str,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Fault(Fault),
    Note(Note),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub kind: Kind,
    /// Where it was found first.
    pub place: Place,
    /// How often the same was found.
    pub times: u32,
}

impl Finding {
    pub(super) fn error(place: Place, fault: Fault) -> Self {
        Self {
            kind: Kind::Fault(fault),
            place,
            times: 1,
        }
    }

    pub fn is_error(&self) -> bool {
        matches!(self.kind, Kind::Fault(_))
    }

    /// A stable word for machines, for example `case-unknown-id`.
    pub fn code(&self) -> &'static str {
        match &self.kind {
            Kind::Fault(fault) => fault.code(),
            Kind::Note(note) => note.code(),
        }
    }

    /// Summary and detail. The place is told beside them.
    pub fn explain(&self) -> Diagnostic {
        let (summary, detail) = super::words::explain(&self.kind);
        let more = match self.times {
            1 => String::new(),
            times => format!(" Likewise {} more.", times - 1),
        };
        Diagnostic {
            severity: if self.is_error() {
                Severity::Error
            } else {
                Severity::Warning
            },
            summary,
            detail: format!("{detail}{more}"),
            path: None,
        }
    }
}

impl Fault {
    fn code(&self) -> &'static str {
        match self {
            Self::NotYaml(_) => "case-not-yaml",
            Self::NotACase => "case-not-a-case",
            Self::OtherFormat { .. } => "case-other-format",
            Self::Missing { .. } => "case-missing",
            Self::WrongType { .. } => "case-wrong-type",
            Self::UnknownId { .. } => "case-unknown-id",
            Self::Twice { .. } => "case-twice",
            Self::SpellingsDiffer { .. } => "case-spellings-differ",
            Self::Outdated { .. } => "case-outdated",
            Self::ExpectedCount { .. } => "case-expected-count",
        }
    }
}

impl Note {
    fn code(&self) -> &'static str {
        match self {
            Self::NoCounterpart { .. } => "case-no-counterpart",
            Self::FromCatalogue { .. } => "case-from-catalogue",
            Self::Described { .. } => "case-described",
            Self::UplinksByZones { .. } => "case-uplinks-by-zones",
            Self::UplinksWithoutZone { .. } => "case-uplinks-without-zone",
            Self::UplinksNowhere { .. } => "case-uplinks-nowhere",
            Self::MclagPair { .. } => "case-mclag-pair",
            Self::FurtherGroups { .. } => "case-further-groups",
            Self::GroupWithoutType { .. } => "case-group-without-type",
            Self::DescriptionLong { .. } => "case-description",
            Self::Role { .. } => "case-role",
            Self::FabricClass { .. } => "case-fabric-class",
        }
    }
}

/// All that was found. The same note at several places is one finding.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn fault(&mut self, place: Place, fault: Fault) {
        self.0.push(Finding::error(place, fault));
    }

    pub(super) fn note(&mut self, place: Place, note: Note) {
        let kind = Kind::Note(note);
        match self.0.iter_mut().find(|finding| finding.kind == kind) {
            Some(finding) => finding.times += 1,
            None => self.0.push(Finding {
                kind,
                place,
                times: 1,
            }),
        }
    }

    pub(super) fn has_faults(&self) -> bool {
        self.faults() > 0
    }

    pub(super) fn faults(&self) -> usize {
        self.0.iter().filter(|finding| finding.is_error()).count()
    }

    /// A value that is of the wrong type leaves nothing to note about it.
    pub(super) fn into_vec(mut self) -> Vec<Finding> {
        let unread = |kind: &Kind| matches!(kind, Kind::Fault(Fault::WrongType { .. }));
        let wrong = self.0.iter().filter(|finding| unread(&finding.kind));
        let wrong: BTreeSet<Place> = wrong.map(|finding| finding.place.clone()).collect();
        self.0
            .retain(|finding| finding.is_error() || !wrong.contains(&finding.place));
        self.0
    }
}
