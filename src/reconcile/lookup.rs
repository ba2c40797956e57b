//! Finding a plan that is in `NetBox` by its name, for a state that does not know it.

use std::time::Duration;

use crate::diag::Diagnostic;
use crate::netbox::kind::tag::TagRow;
use crate::netbox::{Client, NetboxError};

use super::claim::is_held;
use super::error::listed;
use super::journal::{Journal, Phase};
use super::observe::{FoundTag, find_tag, query};
use super::scope::{PlanId, Scope};

/// A plan, as its tag tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPlan {
    pub plan_id: PlanId,
    /// The last run finished.
    pub complete: bool,
}

/// Why there is no plan of a name to take over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoPlan {
    /// Nothing has its tag; these tags are plans'.
    Absent { slug: String, plans: Vec<String> },
    /// The tag is there, and is not a plan's.
    NotAPlan { slug: String },
    /// A run is at work on it.
    Busy { slug: String, run: String },
    /// Its creation did not finish: creating it again resumes it.
    Unfinished { slug: String },
}

/// The plan of that name. A run that gave no sign of life for `lease` has ended.
pub async fn lookup(
    client: &Client,
    name: &str,
    lease: Duration,
) -> Result<Result<FoundPlan, NoPlan>, NetboxError> {
    let scope = Scope::draft(name);
    let slug = scope.tag_slug();
    let Some(tag) = find_tag(client, &scope).await? else {
        let rows = client
            .list::<TagRow>(&query(&[("slug__isw", "hedgehog-")]))
            .await?;
        let plans = rows
            .into_iter()
            .filter(|row| Journal::parse(&row.description).is_some())
            .map(|row| row.slug);
        return Ok(Err(NoPlan::Absent {
            slug,
            plans: plans.collect(),
        }));
    };
    Ok(judge(&tag, slug, lease))
}

fn judge(tag: &FoundTag, slug: String, lease: Duration) -> Result<FoundPlan, NoPlan> {
    let Some(journal) = &tag.journal else {
        return Err(NoPlan::NotAPlan { slug });
    };
    if is_held(tag, lease) {
        return Err(NoPlan::Busy {
            slug,
            run: journal.run.clone(),
        });
    }
    if journal.phase.is_adoptable() {
        return Err(NoPlan::Unfinished { slug });
    }
    Ok(FoundPlan {
        plan_id: journal.plan_id.clone(),
        complete: journal.phase == Phase::Complete,
    })
}

impl NoPlan {
    pub fn explain(&self, name: &str) -> Diagnostic {
        match self {
            Self::Absent { slug, plans } => {
                let others = if plans.is_empty() {
                    "It has no plans at all.".to_owned()
                } else {
                    format!("It has the plans with these tags:\n{}", listed(plans))
                };
                Diagnostic::error(
                    "No such plan in NetBox",
                    format!(
                        "NetBox has no plan {name:?}: its tag would be {slug}. {others}\n\nImport a plan by \
                         the name that it was applied with, letter by letter, from the NetBox that has it."
                    ),
                )
            }
            Self::NotAPlan { slug } => Diagnostic::error(
                "The tag is not a plan's",
                format!(
                    "NetBox has the tag {slug}, but its description is not that of a plan, so the plan's id \
                     is not known. If somebody edited the description, restore it from NetBox's change log."
                ),
            ),
            Self::Busy { slug, run } => Diagnostic::error(
                "A run is at work on the plan",
                format!(
                    "Run {run} holds the tag {slug}. Wait until it ends, then import. If it was killed, its \
                     hold ends by itself within minutes."
                ),
            ),
            Self::Unfinished { slug } => Diagnostic::error(
                "The plan was not finished",
                format!(
                    "The creation of the plan with the tag {slug} did not finish. Run terraform apply \
                     instead of an import: it takes over what is there and goes on."
                ),
            ),
        }
    }
}
