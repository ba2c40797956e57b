//! The decision of one plan: from configuration and intended record to planned values and the next
//! record. Pure: what `NetBox` holds has no say in it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::status::{self, Status};
use super::{outputs, schema};
use crate::diag::{Diagnostic, Diagnostics};
use crate::fabric;
use crate::fabric::blueprint::Blueprint;
use crate::fabric::catalog::Catalog;
use crate::fabric::design::Design;
use crate::fabric::placement::Placement;
use crate::fabric::problem::{Fault, Problem};
use crate::provider::decode::Findings;
use crate::provider::record::Record;
use crate::provider::translate::{self, Home};
use crate::provider::value;
use crate::reconcile::Seen;
use crate::tf::resource::{PlanAnswer, PlanRequest};
use crate::tf::value::Value;

/// Computed by the engine from the design, and kept while the design is the same, also under a newer
/// engine.
const FROM_ENGINE: [&str; 7] = [
    "switch_counts",
    "totals",
    "oversubscription",
    "fabric_oversubscription",
    "report",
    "last_change",
    "engine_version",
];

pub fn plan(request: &PlanRequest, catalog: &Catalog) -> PlanAnswer {
    let (Some(config), Some(proposed)) = (&request.config, &request.proposed) else {
        return PlanAnswer {
            private: request.private.clone(),
            ..PlanAnswer::default()
        };
    };
    let mut findings = Findings::default();
    let design = translate::read(config, &mut findings);
    let mut diagnostics = translate::findable(findings);
    let record = intended(&request.private, request.prior.is_some(), &mut diagnostics);
    let step = request.prior.as_ref().zip(Status::of(config));
    let step = step.and_then(|(prior, wish)| status::step(prior, wish));
    diagnostics.extend(step);
    let Some(design) = design else {
        return PlanAnswer {
            planned: Some(all_unknown(proposed, request.prior.as_ref())),
            private: request.private.clone(),
            diagnostics,
            ..PlanAnswer::default()
        };
    };
    let before = before(request.prior.as_ref(), record.as_ref(), catalog);
    let Some((placement, blueprint)) = decide(
        &design,
        before.as_ref(),
        record.as_ref(),
        catalog,
        &mut diagnostics,
    ) else {
        return PlanAnswer {
            planned: Some(all_unknown(proposed, request.prior.as_ref())),
            private: request.private.clone(),
            diagnostics,
            ..PlanAnswer::default()
        };
    };
    let seen = record.as_ref().and_then(|record| record.seen.as_deref());
    let prior = request.prior.as_ref().map(|prior| (prior, seen));
    let mut planned = values(&design, &blueprint, prior, before.as_ref());
    planned.insert("id".to_owned(), id(request.prior.as_ref()));
    planned.insert("adopts".to_owned(), Value::Null);
    match Status::of(config) {
        Some(Status::Draft) => {
            planned.insert("device_ids".to_owned(), Value::object([]));
            // Nothing is taken over by a draft.
            let prior = request.prior.as_ref();
            let adopts = prior.map_or(Value::Null, |prior| prior.get("adopts").clone());
            planned.insert("adopts".to_owned(), adopts);
        }
        Some(_) => {}
        None => drop(planned.insert("device_ids".to_owned(), Value::unknown())),
    }
    let record = Record {
        placement,
        recollected: false,
        ..record.unwrap_or_default()
    };
    let private = record.encode().unwrap_or_else(|error| {
        diagnostics.push(Diagnostic::error(
            "The plan is too large for Terraform's state",
            format!("{error}. Divide it into several plans."),
        ));
        Vec::new()
    });
    PlanAnswer {
        planned: Some(value::with(proposed, planned)),
        private,
        diagnostics,
        ..PlanAnswer::default()
    }
}

/// What the last apply was to make: the prior state, and the blueprint that it came from.
struct Before<'a> {
    state: &'a Value,
    design: Design,
    blueprint: Blueprint,
}

fn before<'a>(
    prior: Option<&'a Value>,
    record: Option<&Record>,
    catalog: &Catalog,
) -> Option<Before<'a>> {
    // An imported state was never planned.
    let state = prior.filter(|state| !state.get("digest").is_null())?;
    let design = translate::design(state, &mut Findings::default())?;
    let blueprint = fabric::assemble(&design, catalog, &record?.placement).ok()?;
    Some(Before {
        state,
        design,
        blueprint,
    })
}

/// The intended placement. Its loss is said, and planning starts from nothing.
fn intended(private: &[u8], exists: bool, diagnostics: &mut Diagnostics) -> Option<Record> {
    let cause = match Record::decode(private) {
        Ok(Some(record)) => return Some(record),
        Ok(None) if !exists => return None,
        Ok(None) => "Terraform's state has no record of it".to_owned(),
        Err(error) => format!("the record in Terraform's state cannot be read: {error}"),
    };
    diagnostics.push(Diagnostic::warning(
        "The intended cabling is not known",
        format!(
            "The plan's intended cabling is planned from nothing, since {cause}. Cables that come \
             out on other ports are shown as a change of `cabling`."
        ),
    ));
    None
}

/// The placement and its blueprint. An unchanged design keeps its placement, whatever engine made it.
fn decide(
    design: &Design,
    before: Option<&Before<'_>>,
    record: Option<&Record>,
    catalog: &Catalog,
    diagnostics: &mut Diagnostics,
) -> Option<(Placement, Blueprint)> {
    let intended = record.map(|record| &record.placement);
    let planned = fabric::plan(
        design,
        catalog,
        intended.filter(|p| **p != Placement::default()),
    );
    // What was read back from NetBox may lack cables: they are placed again.
    let whole = record.is_some_and(|record| !record.recollected);
    let before = before.filter(|before| whole && before.design == *design);
    // An unchanged design keeps its cables, also where a newer engine would move them.
    let told =
        |problem: &&Problem| before.is_none() || !matches!(problem.fault, Fault::CablesMove { .. });
    diagnostics.extend(
        planned
            .problems
            .iter()
            .filter(told)
            .map(|p| translate::diagnostic(p, Home::Plan)),
    );
    if diagnostics.has_errors() {
        return None;
    }
    if let Some(before) = before {
        return Some((intended?.clone(), before.blueprint.clone()));
    }
    Some((planned.placement?, planned.blueprint?))
}

fn values(
    design: &Design,
    blueprint: &Blueprint,
    prior: Option<(&Value, Option<&Seen>)>,
    before: Option<&Before<'_>>,
) -> BTreeMap<String, Value> {
    let mut values = outputs::of(blueprint);
    let change = match (before, prior) {
        (Some(before), _) => outputs::last_change(Some(&before.blueprint), blueprint),
        // Imported: what is known of before are names.
        (None, Some((state, seen))) => outputs::change_of_names(state, seen, blueprint),
        (None, None) => outputs::last_change(None, blueprint),
    };
    let ids = before.map(|before| (before.state.get("device_ids"), &before.blueprint));
    values.insert("device_ids".to_owned(), outputs::device_ids(blueprint, ids));
    values.insert("last_change".to_owned(), change);
    values.insert("drift".to_owned(), Value::List(Vec::new()));
    values.insert("complete".to_owned(), Value::Bool(true));
    values.insert(
        "digest".to_owned(),
        digest(design).map_or_else(Value::unknown, Value::from),
    );
    values.insert(
        "engine_version".to_owned(),
        env!("CARGO_PKG_VERSION").into(),
    );
    let Some(before) = before else { return values };
    for name in FROM_ENGINE {
        let prior = before.state.get(name);
        if before.design == *design {
            values.insert(name.to_owned(), prior.clone());
        } else if digest(design).is_none() && values.get(name) != Some(prior) {
            // A reference is unknown. If it comes out as it was, nothing has changed after all.
            values.insert(name.to_owned(), Value::unknown());
        }
    }
    values
}

/// Everything that is computed, but the id, waits for inputs.
fn all_unknown(proposed: &Value, prior: Option<&Value>) -> Value {
    let mut unknown = value::computed_unknown(&schema::schema());
    unknown.insert("id".to_owned(), id(prior));
    value::with(proposed, unknown)
}

/// Drawn when the plan is created, and kept for ever.
fn id(prior: Option<&Value>) -> Value {
    let id = prior.and_then(|prior| prior.get("id").as_str());
    id.map_or_else(Value::unknown, Value::from)
}

/// SHA-256 of the design's canonical text; `None` while a reference in it is unknown.
pub fn digest(design: &Design) -> Option<String> {
    Some(hex::encode(Sha256::digest(
        design.canonical_text()?.as_bytes(),
    )))
}
