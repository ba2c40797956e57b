//! What a plan lands in, read from its values.

use std::sync::Arc;

use super::status::Status;
use crate::diag::{Diagnostic, Path};
use crate::provider::decode::{Findings, Object};
use crate::provider::record::Record;
use crate::reconcile::{Observed, PlanId, PlanStatus, Scope, Seen, Target};
use crate::tf::value::Value;

/// Which objects in `NetBox` are the plan's; `None` for a state that never had an id or a name.
pub fn scope(state: &Value) -> Option<Scope> {
    let plan_id = PlanId::parse(state.get("id").as_str()?)?;
    Some(Scope {
        plan_id,
        plan_name: state.get("name").as_str()?.to_owned(),
    })
}

/// What of the plan is in `NetBox`, for a later apply to compare with.
pub fn seen(values: &Value, observed: &Observed) -> Arc<Seen> {
    let tags = values.get("tags").as_list().unwrap_or_default();
    let tags: Vec<String> = tags
        .iter()
        .filter_map(|tag| tag.as_str().map(str::to_owned))
        .collect();
    Arc::new(Seen::of(observed, &tags))
}

/// The run that made the plan, by its tag.
pub fn birth(observed: &Observed) -> Option<String> {
    let birth = observed.journal()?.birth;
    Some(birth).filter(|run| !run.is_empty())
}

/// Whether anything of the plan may be in `NetBox`: not for a draft, unless an apply that made it
/// something else or a draft again did not finish.
pub fn landed(state: &Value, private: &[u8]) -> bool {
    let listed = || {
        state
            .get("device_ids")
            .as_map()
            .is_some_and(|ids| !ids.is_empty())
    };
    let applied = Record::decode(private)
        .ok()
        .flatten()
        .is_some_and(|record| record.server_url.is_some());
    applied || Status::of(state) != Some(Status::Draft) || listed()
}

/// `None`: something is unknown or wrong, and `findings` has it.
pub fn target(values: &Value, scope: Scope, findings: &mut Findings) -> Option<Target> {
    let plan = Object::root(values, findings)?;
    let site = plan.required_text("site", findings);
    let status = status(&plan, findings);
    let location = plan.text("location", findings);
    let tenant = plan.text("tenant", findings);
    // NetBox takes blanks at both ends off.
    let description = plan.text("description", findings);
    let description = description.map(|text| text.trim().to_owned());
    let tags = plan.texts("tags", findings);
    let (false, Some(site), Some(status)) = (findings.unknown, site, status) else {
        return None;
    };
    let mut target = Target::new(scope, site);
    target.status = status;
    target.location = location;
    target.tenant = tenant;
    target.description = description;
    target.tags = tags.unwrap_or_default();
    target.tags.sort();
    Some(target)
}

fn status(plan: &Object<'_>, findings: &mut Findings) -> Option<PlanStatus> {
    let word = plan
        .text("status", findings)
        .unwrap_or_else(|| Status::Approved.word().to_owned());
    if let Some(status) = Status::parse(&word) {
        return Some(status.in_netbox());
    }
    let words = Status::ALL.map(|status| format!("\"{}\"", status.word()));
    findings.diagnostics.push(
        Diagnostic::error(
            "Unknown status",
            format!(
                "status is \"{word}\"; it must be one of {}.",
                words.join(", ")
            ),
        )
        .at(Path::root().attribute("status")),
    );
    None
}
