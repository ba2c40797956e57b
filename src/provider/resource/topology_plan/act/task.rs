//! What one apply is to make, read from what was planned. Pure but for the id of a new plan.

use aws_lc_rs::rand;

use super::super::status::Status;
use super::super::{TopologyPlanResource, planned, target};
use crate::diag::Diagnostic;
use crate::fabric;
use crate::fabric::blueprint::Blueprint;
use crate::provider::decode::Findings;
use crate::provider::record::Record;
use crate::provider::translate;
use crate::provider::tried::Tried;
use crate::reconcile::{PlanId, Scope, Target};
use crate::tf::resource::ApplyRequest;
use crate::tf::value::Value;

/// What one apply is to make.
pub(super) struct Task {
    pub(super) blueprint: Blueprint,
    pub(super) target: Target,
    pub(super) record: Record,
}

pub(super) fn task(
    resource: &TopologyPlanResource,
    request: &ApplyRequest,
    planned: &Value,
) -> Result<Task, Diagnostic> {
    let mut findings = Findings::default();
    let internal = |what: &str| {
        Diagnostic::error(
            "The plan cannot be carried out",
            format!("{what}. This is a fault of the provider; please report it with the plan."),
        )
    };
    let record = Record::decode(&request.private)
        .map_err(|error| internal(&format!("The planned record cannot be read: {error}")))?
        .ok_or_else(|| internal("The planned record is missing"))?;
    let design = translate::design(planned, &mut findings)
        .ok_or_else(|| internal("The configuration is still unknown"))?;
    if planned::digest(&design).as_deref() != planned.get("digest").as_str() {
        return Err(internal(
            "The configuration is not the one that was planned",
        ));
    }
    let blueprint = fabric::assemble(&design, resource.catalog, &record.placement)
        .map_err(|_| internal("The planned record does not fit the configuration"))?;
    let known = request
        .prior
        .as_ref()
        .and_then(target::scope)
        .map(|scope| scope.plan_id);
    let created = known.is_none();
    let plan_id = known.map_or_else(new_id, Ok)?;
    let plan_name = planned.get("name").as_str().unwrap_or_default().to_owned();
    let mut target = target::target(planned, Scope { plan_id, plan_name }, &mut findings)
        .ok_or_else(|| internal("The configuration is still unknown"))?;
    planned
        .get("digest")
        .as_str()
        .unwrap_or_default()
        .clone_into(&mut target.digest);
    let policy = resource.session.policy();
    (target.register, target.lease) = (policy.register, policy.lease);
    target.promised = target::device_ids(planned);
    target.adopting = target::adopts(request.prior.as_ref());
    target.seen.clone_from(&record.seen);
    target.birth = record.birth.clone().unwrap_or_default();
    target.adopt_unfinished = created;
    let mut set = record.tried.clone();
    set.extend(request.prior.as_ref().map(Tried::of));
    target.released = target::released(&set, &target);
    let stands = |values: &Tried| Status::of_word(values.status.as_deref());
    let planned = stands(&Tried::of(planned));
    target.write_status = !created && set.iter().any(|before| stands(before) != planned);
    Ok(Task {
        blueprint,
        target,
        record,
    })
}

/// 128 random bits.
pub fn new_id() -> Result<PlanId, Diagnostic> {
    let mut bytes = [0_u8; 16];
    let drawn = rand::fill(&mut bytes)
        .ok()
        .and_then(|()| PlanId::parse(&hex::encode(bytes)));
    drawn.ok_or_else(|| {
        Diagnostic::error(
            "No random numbers",
            "The operating system gave no random numbers for the plan's id. Apply again.",
        )
    })
}
