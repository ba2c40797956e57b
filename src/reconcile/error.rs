//! Why `NetBox` could not be made equal to a blueprint; as words in [`ReconcileError::explain`].

use std::collections::BTreeSet;

use thiserror::Error;

use crate::diag::Diagnostic;
use crate::netbox::error::ItemError;
use crate::netbox::permission::Permission;
use crate::netbox::{Client, NetboxError};

use super::diff::Conflict;
use super::fields::Definition;
use super::finding::Finding;
use super::hidden::Hidden;
use super::overtaken::Overtaken;
use super::unmarked::Unmarked;

#[derive(Debug, Clone, Error)]
pub enum ReconcileError {
    #[error(transparent)]
    Netbox(#[from] NetboxError),
    /// Checked again before the first write: all of them, not only the first.
    #[error("{} things in NetBox are not as the plan needs them", .0.len())]
    Preflight(Vec<Finding>),
    #[error("{} ports or bays are taken by objects that are not ours", .0.len())]
    Conflicts(Vec<Conflict>),
    /// Others changed what the plan saw, and would lose their change.
    #[error("{} things in NetBox are not as the plan saw them", .overtaken.len())]
    Stale {
        overtaken: Vec<Overtaken>,
        /// The apply had begun to write.
        wrote: bool,
    },
    #[error("the tag {slug} exists and is not a plan's")]
    TagTaken { slug: String },
    #[error("a plan of that name is in NetBox already, with the id {plan_id}")]
    PlanExists { slug: String, plan_id: String },
    #[error("another run ({run}) is at work on this plan")]
    Busy { slug: String, run: String },
    #[error("another run took this plan over")]
    LeaseLost { slug: String },
    #[error("custom fields or roles are missing and may not be created")]
    NotRegistered {
        missing: Vec<Definition>,
        roles: Vec<String>,
        tags: Vec<String>,
        /// Permissions without which they cannot be created; empty: creating is switched off.
        lacking: Vec<Permission>,
    },
    #[error("the custom field {name} exists with the type {found}, not {expected}")]
    FieldType {
        name: String,
        found: String,
        expected: &'static str,
    },
    /// A token that is restricted would end the plan without all that it made.
    #[error("the token does not see all of the plan")]
    Hidden(Hidden),
    #[error("devices of the plan have lost its mark")]
    Unmarked(Unmarked),
    #[error("{} differences are left after everything was written", .0.len())]
    NotConverged(Vec<String>),
}

const LINES_SHOWN: usize = 12;

/// At most a dozen lines, and how many more there are.
pub(super) fn listed(lines: &[String]) -> String {
    let mut text: Vec<String> = lines
        .iter()
        .take(LINES_SHOWN)
        .map(|line| format!("  {line}"))
        .collect();
    if lines.len() > LINES_SHOWN {
        text.push(format!("  and {} more", lines.len() - LINES_SHOWN));
    }
    text.join("\n")
}

impl ReconcileError {
    /// True where the run was told to stop.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Netbox(error) if error.is_cancelled())
    }

    /// The client for what is to be read and written after it. Who was told to stop, or waited for a server
    /// that is away, does not wait as long again.
    pub(super) fn last_words(&self, client: &Client) -> Client {
        let has_waited = self.of_netbox().is_some_and(NetboxError::has_waited);
        if has_waited || self.is_cancelled() {
            client.hurried()
        } else {
            client.clone()
        }
    }

    /// An error if anything of others is in the way.
    pub(super) fn in_the_way(conflicts: Vec<Conflict>) -> Result<(), Self> {
        if conflicts.is_empty() {
            Ok(())
        } else {
            Err(Self::Conflicts(conflicts))
        }
    }

    /// The failure of a request, where it is one.
    pub(super) fn of_netbox(&self) -> Option<&NetboxError> {
        let Self::Netbox(error) = self else {
            return None;
        };
        Some(error)
    }

    /// The same error once for each group of the objects that it is about. `group_of` gets what an object
    /// is called; `None`: it is about no object that has a group.
    pub fn by_group(
        &self,
        group_of: impl Fn(&str) -> Option<String>,
    ) -> Vec<(Option<String>, Self)> {
        let Self::Netbox(error) = self else {
            return vec![(None, self.clone())];
        };
        let group = |item: &ItemError| group_of(item.object.as_deref()?);
        let groups: BTreeSet<Option<String>> = error.items().iter().map(group).collect();
        if groups.len() < 2 {
            return vec![(groups.into_iter().next().flatten(), self.clone())];
        }
        let part = |name: Option<String>| {
            let error = error.clone().about(|item| group(item) == name);
            (name, error.into())
        };
        groups.into_iter().map(part).collect()
    }

    /// One or several things to tell: each finding is its own.
    pub fn explain(&self) -> Vec<Diagnostic> {
        let one = match self {
            Self::Netbox(error) => error.explain(),
            Self::Preflight(findings) => return findings.iter().map(Finding::explain).collect(),
            Self::Conflicts(conflicts) => {
                let lines: Vec<String> = conflicts.iter().map(ToString::to_string).collect();
                Diagnostic::error(
                    "Ports or bays are taken by objects of others",
                    format!(
                        "{}\n\nNothing that this plan did not make is changed or deleted. Free them in NetBox, or plan \
                         around them.",
                        listed(&lines)
                    ),
                )
            }
            Self::Stale { overtaken, wrote } => stale(overtaken, *wrote),
            Self::TagTaken { slug } => Diagnostic::error(
                "The plan's tag is taken",
                format!(
                    "NetBox has a tag {slug} whose description is not that of a plan. It would mark this plan's \
                     objects.\n\nRename the plan, or delete the tag in NetBox if nothing needs it."
                ),
            ),
            Self::PlanExists { slug, plan_id } => Diagnostic::error(
                "A plan of this name exists in NetBox",
                format!(
                    "The tag {slug} belongs to a complete plan with the id {plan_id}, which this state does not \
                     know.\n\nGive this plan another name; or, if it is the same plan and its \
                     state is lost, import it by its name with terraform import."
                ),
            ),
            Self::Busy { slug, run } => Diagnostic::error(
                "Another run is at work on this plan",
                format!(
                    "Run {run} holds the tag {slug}.\n\nWait until it ends. If it was killed, its hold ends by itself \
                     within minutes; then run terraform apply again."
                ),
            ),
            Self::LeaseLost { slug } => Diagnostic::error(
                "Another run took this plan over",
                format!(
                    "The tag {slug} was changed while this run was at work, so it stopped.\n\nRun terraform plan again."
                ),
            ),
            Self::NotRegistered {
                missing,
                roles,
                tags,
                lacking,
            } => not_registered(missing, roles, tags, lacking),
            Self::FieldType {
                name,
                found,
                expected,
            } => Diagnostic::error(
                "A custom field has another type",
                format!(
                    "The custom field {name} exists with the type {found}; it has to be {expected}.\n\nRename or delete \
                     it in NetBox; the right one is then created."
                ),
            ),
            Self::Hidden(hidden) => hidden.explain(),
            Self::Unmarked(unmarked) => unmarked.explain(),
            Self::NotConverged(lines) => not_converged(lines),
        };
        vec![one]
    }
}

fn stale(overtaken: &[Overtaken], wrote: bool) -> Diagnostic {
    let lines: Vec<String> = overtaken.iter().map(ToString::to_string).collect();
    let done = if wrote {
        "The apply stopped there; what it had written before is in NetBox."
    } else {
        "Nothing was written."
    };
    Diagnostic::error(
        "NetBox changed after the plan was made",
        format!(
            "These things are not as the plan saw them:\n{}\n\n{done} Plan again, with a refresh: the new plan \
             starts from what is there now, and shows what it would put back.",
            listed(&lines)
        ),
    )
}

fn not_converged(lines: &[String]) -> Diagnostic {
    Diagnostic::error(
        "NetBox is not as written",
        format!(
            "Everything was written, but these differences are left:\n{}\n\nSomebody else may be changing the \
                     same objects, or a NetBox plugin changes what is saved. Run terraform plan again.",
            listed(lines)
        ),
    )
}

fn not_registered(
    missing: &[Definition],
    roles: &[String],
    tags: &[String],
    lacking: &[Permission],
) -> Diagnostic {
    let mut lines: Vec<String> = missing
        .iter()
        .map(|d| {
            format!(
                "custom field {}, type {}, on {}",
                d.name,
                d.value_type,
                d.object_types.join(", ")
            )
        })
        .collect();
    lines.extend(
        roles
            .iter()
            .map(|slug| format!("device role with the slug {slug}")),
    );
    lines.extend(tags.iter().map(|slug| format!("tag with the slug {slug}")));
    let why = if lacking.is_empty() {
        "Creating them is switched off.".to_owned()
    } else {
        let lacking: Vec<String> = lacking.iter().map(ToString::to_string).collect();
        let lacking = lacking.join(", ");
        format!("The token's user may not create them: it lacks {lacking}.")
    };
    let text: Vec<String> = lines.iter().map(|line| format!("  {line}")).collect();
    Diagnostic::error(
        "Custom fields, roles or tags are missing in NetBox",
        format!(
            "{why} These are needed:\n{}\n\nLet an administrator create them as listed.",
            text.join("\n")
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_once_for_each_group() {
        let item = |object: Option<&str>| ItemError {
            object: object.map(ToOwned::to_owned),
            index: None,
            id: None,
            messages: vec!["no".to_owned()],
        };
        let objects = [Some("a-1"), Some("b-1"), None, Some("a-2")];
        let error: ReconcileError = NetboxError::Rejected {
            method: "POST",
            path: "dcim/devices".to_owned(),
            detail: String::new(),
            items: objects.map(item).into(),
        }
        .into();
        let parts = error.by_group(|object| Some(object.split_once('-')?.0.to_owned()));
        let parts = parts.iter().map(|(group, error)| {
            let ReconcileError::Netbox(error) = error else {
                unreachable!("it is the same error")
            };
            (group.as_deref(), error.items().len())
        });
        let parts: Vec<_> = parts.collect();
        assert_eq!(parts, [(None, 1), (Some("a"), 2), (Some("b"), 1)]);
    }
}
