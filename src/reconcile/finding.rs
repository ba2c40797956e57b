//! What is not right in `NetBox` for a plan, and the words that say so.

use std::fmt::Write as _;

use crate::diag::{Diagnostic, Severity};
use crate::netbox::permission::Permission;

use super::adoption::DryRun;
use super::diff::Conflict;
use super::error::{ReconcileError, listed};
use super::resolve::{ReferenceFault, ReferenceKind, ReferenceProblem, Referrer};

/// One thing that is not right.
#[derive(Debug, Clone)]
pub enum Finding {
    Reference(ReferenceProblem),
    /// A device that is not of this plan has the name, in the plan's site.
    NameTaken {
        name: String,
        id: u64,
    },
    /// The device type of a class lacks interfaces that the class uses.
    InterfacesMissing {
        class: String,
        device_type: String,
        names: Vec<String>,
    },
    /// The token's user lacks object permissions.
    NotPermitted {
        permissions: Vec<Permission>,
    },
    /// Custom fields, roles or tags that the provider may not, or was told not to, create.
    NotRegistered(ReconcileError),
    /// The plan's tag is another's, or held by a run.
    Tag(TagFinding),
    /// Cables and modules of others are where ours have to be.
    Conflicts(Vec<Conflict>),
    /// What is taken over from another inventory.
    Adoption(DryRun),
    /// Devices that cannot be changed in place.
    MadeAnew {
        names: Vec<String>,
    },
    /// Devices whose class has a type that is not known yet.
    MayBeMadeAnew {
        names: Vec<String>,
        /// What others put on them.
        lines: Vec<String>,
    },
    /// Places that others gave devices in a site that they have to leave.
    Racked {
        lines: Vec<String>,
    },
    /// What others put on devices that go, for good or to be made anew.
    Aboard {
        lines: Vec<String>,
    },
}

/// Why a plan may not take its tag now.
#[derive(Debug, Clone)]
pub struct TagFinding {
    pub(super) fault: ReconcileError,
    /// Core does not say whether a plan that is created replaces the one that has the tag.
    pub(super) creating: bool,
}

impl TagFinding {
    /// What may have passed when the apply comes to it is a warning.
    fn explain(&self) -> Diagnostic {
        let mut said = self.fault.explain().remove(0);
        let replaceable = self.creating && matches!(self.fault, ReconcileError::PlanExists { .. });
        if replaceable {
            said.detail.push_str(
                " If this apply replaces that plan, it is removed first and all is well, but not with \
                 create_before_destroy; otherwise the apply stops before it writes anything.",
            );
        }
        if replaceable || matches!(self.fault, ReconcileError::Busy { .. }) {
            said.severity = Severity::Warning;
        }
        said
    }
}

impl Finding {
    pub fn explain(&self) -> Diagnostic {
        match self {
            Self::Reference(problem) => problem.explain(),
            Self::NameTaken { name, id } => Diagnostic::error(
                "A device name is taken",
                format!(
                    "NetBox has a device {name} (id {id}) in the plan's site that is not of this plan.\n\nRename it, or \
                     change the plan's naming or class."
                ),
            ),
            Self::InterfacesMissing {
                class,
                device_type,
                names,
            } => Diagnostic::error(
                "The device type lacks interfaces",
                format!(
                    "Class {class} uses {} interfaces that the device type {device_type} does not have:\n{}\n\nAdd them \
                     to the device type in NetBox, or refer to one that has them; hedgehog_device_type makes it from a \
                     profile.",
                    names.len(),
                    listed(names)
                ),
            ),
            Self::Adoption(dry_run) => dry_run.explain(),
            Self::Tag(finding) => finding.explain(),
            Self::Conflicts(conflicts) => ReconcileError::Conflicts(conflicts.clone())
                .explain()
                .remove(0),
            Self::MadeAnew { names } => made_anew(names),
            Self::MayBeMadeAnew { names, lines } => may_be_made_anew(names, lines),
            Self::Racked { lines } => Diagnostic::error(
                "Devices have a place in another site",
                format!(
                    "These devices are not in the plan's site, and have a place where they are, which NetBox does not \
                     move along:\n{}\n\nClear rack and location of these devices in NetBox, or set the plan's site to \
                     where they are.",
                    listed(lines)
                ),
            ),
            Self::Aboard { lines } => aboard(lines),
            Self::NotPermitted { permissions } => {
                // All of them: who gives permissions is somebody else, and is asked once.
                let lines: Vec<String> = permissions.iter().map(|p| format!("  {p}")).collect();
                Diagnostic::error(
                    "The API token lacks permissions",
                    format!(
                        "The plan needs object permissions that the token's user does not have:\n{}\n\n\
                         Let an administrator give them to the user, and look that the token may write. \
                         The guide \"Permissions in NetBox\" lists all that are needed.",
                        lines.join("\n")
                    ),
                )
            }
            Self::NotRegistered(fault) => fault.explain().remove(0),
        }
    }
}

impl ReferenceProblem {
    pub fn explain(&self) -> Diagnostic {
        let Self {
            kind,
            reference,
            referrer,
            fault,
        } = self;
        let (what, resource) = match kind {
            ReferenceKind::Site => ("site", None),
            ReferenceKind::Location => ("location", None),
            ReferenceKind::Tenant => ("tenant", None),
            ReferenceKind::DeviceType => ("device type", Some("hedgehog_device_type")),
            ReferenceKind::ModuleType => ("module type", Some("hedgehog_module_type")),
        };
        let who = match referrer {
            Referrer::Plan => "The plan".to_owned(),
            Referrer::Class { class } => format!("Class {class}"),
            Referrer::Nic { class, nic } => format!("NIC {nic} of class {class}"),
            Referrer::Transceiver { class } => format!("A transceiver of class {class}"),
        };
        match fault {
            ReferenceFault::Missing { similar } => {
                let mut detail = format!(
                    "{who} refers to the {what} {reference:?}, which NetBox does not have."
                );
                if !similar.is_empty() {
                    let _ = write!(detail, " It has: {}.", similar.join(", "));
                }
                detail.push_str("\n\nCorrect the name");
                match resource {
                    Some(resource) => {
                        let _ = write!(
                            detail,
                            ", or create it: refer to the ref of a {resource} resource."
                        );
                    }
                    None => detail.push_str(", or create it in NetBox."),
                }
                Diagnostic::error(format!("No such {what}"), detail)
            }
            ReferenceFault::Ambiguous { candidates } => Diagnostic::error(
                format!("Ambiguous {what}"),
                format!(
                    "{who} refers to the {what} {reference:?}, which means several: {}.\n\nWrite one of them in full.",
                    candidates.join(", ")
                ),
            ),
        }
    }
}

/// Devices that cannot be changed in place.
fn made_anew(names: &[String]) -> Diagnostic {
    Diagnostic::warning(
        "Devices are made anew",
        format!(
            "These have another type in NetBox than the plan needs, which cannot be changed in place ({}):\n{}\n\nThe apply deletes them and creates them anew.",
            names.len(),
            listed(names)
        ),
    )
}

/// Devices whose type is not known yet, and what is on them.
fn may_be_made_anew(names: &[String], lines: &[String]) -> Diagnostic {
    Diagnostic::warning(
        "Devices may be made anew",
        format!(
            "The type of these is known after the apply only. Where it is another than they have, the apply \
                     deletes them and creates them anew ({}):\n{}{}\n\nTo be sure, apply the type by itself first, \
                     with -target, and plan again.",
            names.len(),
            listed(names),
            if lines.is_empty() {
                String::new()
            } else {
                format!(
                    "\n\nWith them would go what others put there:\n{}",
                    listed(lines)
                )
            }
        ),
    )
}

/// What goes with devices and ports.
fn aboard(lines: &[String]) -> Diagnostic {
    Diagnostic::warning(
        "Data of others goes with what is removed",
        format!(
            "The apply removes devices, ports or cables, and NetBox removes with them what others put there:\n{}\n\n\
                     Images, journal entries and ports of other kinds (console, power) go as well. Write down or move what is still needed before you \
                     apply.",
            listed(lines)
        ),
    )
}
