//! Import: a state that knows no more than which plan it is. The refresh that follows fills it, and
//! the first apply gives it its configuration.

use super::act::new_id;
use super::{TopologyPlanResource, target};
use crate::diag::{Diagnostic, Diagnostics, Path};
use crate::netbox::Client;
use crate::netbox::NetboxError;
use crate::provider::record::Record;
use crate::provider::session::NoClient;
use crate::reconcile::lookup::{NoPlan, lookup};
use crate::reconcile::{self, Observed, PlanStatus, recollect};
use crate::tf::resource::{ApplyAnswer, Context};
use crate::tf::value::Value;

pub async fn import(resource: &TopologyPlanResource, context: &Context, name: &str) -> ApplyAnswer {
    let found = match adoption(name) {
        Some((diet, name)) => adopt(resource, context, diet, name).await,
        None => find(resource, context, name).await,
    };
    match found {
        Ok(answer) => answer,
        Err(diagnostics) => ApplyAnswer {
            diagnostics,
            ..ApplyAnswer::default()
        },
    }
}

async fn find(
    resource: &TopologyPlanResource,
    context: &Context,
    name: &str,
) -> Result<ApplyAnswer, Diagnostics> {
    let client = resource.session.client().await;
    let client = client.map_err(NoClient::into_diagnostics)?;
    let client = client.until(context.cancel.clone());
    let found = lookup(&client, name, resource.session.policy().lease).await;
    let found = found.map_err(|error| Diagnostics::from(error.explain()))?;
    let plan = found.map_err(|fault| Diagnostics::from(fault.explain(name)))?;
    let state = Value::object([
        ("name", name.into()),
        ("id", plan.plan_id.as_str().into()),
        ("complete", plan.complete.into()),
    ]);
    let mut diagnostics = Diagnostics::new();
    if !plan.complete {
        diagnostics.push(unfinished(name));
    }
    Ok(ApplyAnswer {
        state: Some(state),
        private: Vec::new(),
        diagnostics,
    })
}

/// The two parts of `diet:<number>:<name>`.
fn adoption(id: &str) -> Option<(&str, &str)> {
    let (diet, name) = id.strip_prefix("diet:")?.split_once(':')?;
    let digits = !diet.is_empty() && diet.bytes().all(|b| b.is_ascii_digit());
    (digits && !name.is_empty()).then_some((diet, name))
}

/// A new plan that will take over the inventory of a plan of DIET.
async fn adopt(
    resource: &TopologyPlanResource,
    context: &Context,
    diet: &str,
    name: &str,
) -> Result<ApplyAnswer, Diagnostics> {
    let client = resource.session.client().await;
    let client = client.map_err(NoClient::into_diagnostics)?;
    let client = client.until(context.cancel.clone());
    let told = |error: NetboxError| Diagnostics::from(error.explain());
    let found = lookup(&client, name, resource.session.policy().lease).await;
    let (plan_id, nothing) = match found.map_err(told)? {
        Err(NoPlan::Absent { .. }) => {
            let plan_id = new_id().map_err(Diagnostics::from)?;
            (plan_id, nothing_to_adopt(diet))
        }
        // What has begun to take it over, and lost its state.
        Ok(plan) if !plan.complete => (plan.plan_id, name_in_use(name)),
        Ok(_) | Err(_) => return Err(name_in_use(name).into()),
    };
    let theirs = reconcile::adoption::read(&client, diet, &plan_id)
        .await
        .map_err(told)?;
    if theirs.observed.devices.is_empty() {
        return Err(nothing.into());
    }
    let state = Value::object([
        ("name", name.into()),
        ("id", plan_id.as_str().into()),
        ("adopts", diet.into()),
        ("complete", false.into()),
    ]);
    let record = to_take_over(&state, &client);
    Ok(ApplyAnswer {
        private: record.map_or(Vec::new(), |record| record.encode().unwrap_or_default()),
        state: Some(state),
        diagnostics: Diagnostics::new(),
    })
}

/// The record of a state that is to take over an inventory: nothing of it is decided, so that it is planned
/// from nothing.
pub fn to_take_over(state: &Value, client: &Client) -> Option<Record> {
    target::adopts(Some(state))?;
    Some(Record {
        id: Some(state.get("id").as_str()?.to_owned()),
        server_url: Some(client.server_url().to_owned()),
        branch: client.branch().map(|branch| branch.name.clone()),
        ..Record::default()
    })
}

fn name_in_use(name: &str) -> Diagnostic {
    Diagnostic::error(
        "A plan of this name is in NetBox",
        format!(
            "NetBox has the plan {name:?} already. Import it by its name alone, or choose another name for the \
             inventory of DIET."
        ),
    )
}

fn nothing_to_adopt(diet: &str) -> Diagnostic {
    Diagnostic::error(
        "Nothing to take over",
        format!(
            "NetBox has no devices with the tag hedgehog-generated and the hedgehog_plan_id {diet}. The number is \
             that of the plan in the plugin; its devices show it as a custom field."
        ),
    )
}

fn unfinished(name: &str) -> Diagnostic {
    Diagnostic::warning(
        "The last apply of the plan did not finish",
        format!(
            "NetBox holds the plan {name:?} as an apply left it that ended early. It is imported as it \
             is; the next apply finishes it."
        ),
    )
}

/// True for a state that was imported and not refreshed since.
pub fn is_fresh(state: &Value) -> bool {
    state.get("cabling").is_null()
}

/// The record that `NetBox` shows, for a state whose own is lost, and what is to be said of it. What
/// is there is taken for what was wanted.
pub fn recollected(
    state: &Value,
    observed: &Observed,
    client: &Client,
) -> (Record, Option<Diagnostic>) {
    let mut placement = recollect::placement(observed);
    for (class, calculated) in &mut placement.calculated {
        let known = state.get("switch_counts").get(class).get("calculated");
        *calculated = known.as_u32().unwrap_or(*calculated);
    }
    let record = Record {
        id: Some(observed.plan_id.as_str().to_owned()),
        birth: target::birth(observed),
        server_url: Some(client.server_url().to_owned()),
        branch: client.branch().map(|branch| branch.name.clone()),
        placement,
        recollected: true,
        seen: Some(target::seen(state, observed)),
        tried: Vec::new(),
    };
    let said = (!is_fresh(state)).then(|| lost(&record));
    (record, said)
}

fn lost(record: &Record) -> Diagnostic {
    let links = record.placement.server_links.len() + record.placement.switch_links.len();
    Diagnostic::warning(
        "The plan's record is lost",
        format!(
            "Terraform's state has no readable record of the cabling that was intended, as after an apply whose \
             provider died, so that of NetBox is taken for it: {links} cables. What was changed there by hand \
             since the last apply shows no more as a difference if the design allows it. The next apply writes a \
             new record."
        ),
    )
    .at(Path::root().attribute("cabling"))
}

/// What an imported state is given besides what every refresh sees: what the configuration will most
/// likely say, so that the first plan shows little.
pub fn filled(state: Value, observed: &Observed) -> Value {
    let mut sites = observed.devices.values().map(|row| &row.site.slug);
    let site = sites.next().cloned();
    let one = sites.all(|other| Some(other) == site.as_ref());
    let stands = observed.journal().and_then(|journal| journal.status);
    let stands = stands.or_else(|| recollect::status(observed));
    let status = stands.filter(|stands| *stands != PlanStatus::Approved);
    let status = status.map_or(Value::Null, |status| status.word().into());
    let site = site.filter(|_| one).map_or(Value::Null, Value::from);
    state.with("status", status).with("site", site)
}
