//! What a plan lands in, read from its values.

use crate::diag::{Diagnostic, Path};
use crate::provider::decode::{Findings, Object};
use crate::reconcile::{PlanId, PlanStatus, Scope, Target};
use crate::tf::value::Value;

/// The words of `status` that exist so far.
const STATUSES: [(&str, PlanStatus); 2] = [
    ("approved", PlanStatus::Approved),
    ("deployed", PlanStatus::Deployed),
];

/// Which objects in `NetBox` are the plan's; `None` for a state that never had an id or a name.
pub fn scope(state: &Value) -> Option<Scope> {
    let plan_id = PlanId::parse(state.get("id").as_str()?)?;
    Some(Scope {
        plan_id,
        plan_name: state.get("name").as_str()?.to_owned(),
    })
}

/// `None`: something is unknown or wrong, and `findings` has it.
pub fn target(values: &Value, scope: Scope, findings: &mut Findings) -> Option<Target> {
    let plan = Object::root(values, findings)?;
    let site = plan.required_text("site", findings);
    let status = status(&plan, findings);
    let location = plan.text("location", findings);
    let tenant = plan.text("tenant", findings);
    let description = plan.text("description", findings);
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
    let Some(word) = plan.text("status", findings) else {
        return Some(PlanStatus::Approved);
    };
    if let Some((_, status)) = STATUSES.iter().find(|(known, _)| *known == word) {
        return Some(*status);
    }
    let words: Vec<String> = STATUSES
        .iter()
        .map(|(known, _)| format!("\"{known}\""))
        .collect();
    findings.diagnostics.push(
        Diagnostic::error(
            "Unknown status",
            format!("status is \"{word}\"; it must be {}.", words.join(" or ")),
        )
        .at(Path::root().attribute("status")),
    );
    None
}
