//! Import: a state that knows no more than which plan it is. The refresh that follows fills it, and
//! the first apply gives it its configuration.

use super::TopologyPlanResource;
use super::status::Status;
use crate::diag::{Diagnostic, Diagnostics, Path};
use crate::netbox::Client;
use crate::provider::record::Record;
use crate::provider::session::NoClient;
use crate::reconcile::lookup::lookup;
use crate::reconcile::{Observed, recollect};
use crate::tf::resource::{ApplyAnswer, Context};
use crate::tf::value::Value;

pub async fn import(resource: &TopologyPlanResource, context: &Context, name: &str) -> ApplyAnswer {
    match find(resource, context, name).await {
        Ok((state, diagnostics)) => ApplyAnswer {
            state: Some(state),
            private: Vec::new(),
            diagnostics,
        },
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
) -> Result<(Value, Diagnostics), Diagnostics> {
    let client = resource.session.client().await;
    let client = client.map_err(NoClient::into_diagnostics)?;
    let client = client.until(context.cancel.clone());
    let found = lookup(&client, name).await;
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
    Ok((state, diagnostics))
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
        server_url: Some(client.server_url().to_owned()),
        branch: client.branch().map(|branch| branch.name.clone()),
        placement,
        recollected: true,
    };
    let said = (!is_fresh(state)).then(|| lost(&record));
    (record, said)
}

fn lost(record: &Record) -> Diagnostic {
    let links = record.placement.server_links.len() + record.placement.switch_links.len();
    Diagnostic::warning(
        "The plan's record is lost",
        format!(
            "Terraform's state has no readable record of the cabling that was intended, so that of \
             NetBox is taken for it: {links} cables. What was changed there by hand since the last apply \
             shows no more as a difference if the design allows it. The next apply writes a new record."
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
    let found = recollect::device_status(observed);
    let status = Status::ALL
        .into_iter()
        .filter(|status| *status != Status::Draft && *status != Status::Approved)
        .find(|status| found.as_deref() == Some(status.in_netbox().device_word()));
    let status = status.map_or(Value::Null, |status| status.word().into());
    let site = site.filter(|_| one).map_or(Value::Null, Value::from);
    state.with("status", status).with("site", site)
}
