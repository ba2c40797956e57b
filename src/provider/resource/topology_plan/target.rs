//! What a plan lands in, read from its values.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::status::Status;
use crate::diag::{Diagnostic, Path};
use crate::fabric::limits::DEVICE_DESCRIPTION_LENGTH_MAX;
use crate::provider::decode::{Findings, Object};
use crate::provider::record::Record;
use crate::provider::tried::{Tried, as_stored};
use crate::reconcile::scope::{SLUG_LENGTH_MAX, slug};
use crate::reconcile::{Observed, PlanId, PlanStatus, Released, Scope, Seen, Target};
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
    let description = plan.text("description", findings);
    let description = description.and_then(|text| as_stored(&text));
    let tags = plan.texts("tags", findings);
    let name = plan.text("name", findings);
    let wrong = wrong(name.as_deref(), description.as_deref(), tags.as_deref());
    findings.diagnostics.extend(wrong);
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

/// The number of the DIET plan whose inventory is still to be taken over.
pub fn adopts(state: Option<&Value>) -> Option<String> {
    Some(state?.get("adopts").as_str()?.to_owned())
}

/// The ids that the plan, or the state, was shown with.
pub fn device_ids(values: &Value) -> BTreeMap<String, u64> {
    let ids = values.get("device_ids").as_map().into_iter().flatten();
    ids.filter_map(|(name, id)| Some((name.clone(), id.as_u64()?)))
        .collect()
}

/// What applies before set, or tried to, and this one does not.
pub fn released(set: &[Tried], target: &Target) -> Released {
    let gone = |of: fn(&Tried) -> &Option<String>, now: &Option<String>| {
        let before = set.iter().filter(|_| now.is_none()).flat_map(of);
        before.filter(|text| !text.is_empty()).cloned().collect()
    };
    let tags = set.iter().flat_map(|before| &before.tags);
    Released {
        location: gone(|before| &before.location, &target.location),
        tenant: gone(|before| &before.tenant, &target.tenant),
        description: gone(|before| &before.description, &target.description),
        tags: tags
            .filter(|tag| !target.tags.contains(tag))
            .cloned()
            .collect(),
    }
}

/// What `NetBox` would refuse half-way through an apply.
fn wrong(
    name: Option<&str>,
    description: Option<&str>,
    tags: Option<&[String]>,
) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    let mut tell = |argument: &str, summary: &str, detail: String| {
        let path = Path::root().attribute(argument);
        wrong.push(Diagnostic::error(summary, detail).at(path));
    };
    if name.is_some_and(|name| name.trim().is_empty()) {
        let detail =
            "name is blank. It names the plan's tag in NetBox, and terraform import asks for it.";
        tell("name", "A plan needs a name", detail.to_owned());
    }
    let length = description.map_or(0, |text| text.chars().count());
    let most = DEVICE_DESCRIPTION_LENGTH_MAX;
    if length > most {
        let detail = format!(
            "description has {length} characters. It is the description of the devices, and NetBox takes {most} \
             there at most. Shorten it; a comment in the configuration has room for more."
        );
        tell("description", "Description is too long", detail);
    }
    for tag in tags.unwrap_or_default().iter().filter(|tag| !is_slug(tag)) {
        let like = Some(slug(tag)).filter(|like| !like.is_empty());
        let hint = like.map_or_else(String::new, |like| format!(" Did you mean \"{like}\"?"));
        let detail = format!(
            "tags has \"{tag}\", which is no slug: letters, digits, \"-\" and \"_\", and at most \
             {SLUG_LENGTH_MAX} of them.{hint}"
        );
        tell("tags", "Not the slug of a tag", detail);
    }
    wrong
}

/// Slugs of tags take letters of all scripts, unlike others.
fn is_slug(text: &str) -> bool {
    let fine = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    (1..=SLUG_LENGTH_MAX).contains(&text.chars().count()) && text.chars().all(fine)
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
