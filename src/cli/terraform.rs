//! The topology plans in what `terraform show -json` prints, of a state or of a plan.

use serde_json::Value as Json;

use super::input::Input;
use super::told::Told;
use crate::case::Types;
use crate::diag::{Diagnostic, Path};
use crate::provider::shown::{self, ShownPlan, TOPOLOGY_PLAN};

/// Every plan of the document, in its order.
///
/// # Errors
/// The document has none, or one whose values are not those of a topology plan.
pub(super) fn read(document: &Json) -> Result<Vec<Input>, Vec<Told>> {
    // A plan shows what will be; a state what is.
    let planned = &document["planned_values"]["root_module"];
    let module = if planned.is_null() {
        &document["values"]["root_module"]
    } else {
        planned
    };
    let mut resources = Vec::new();
    collect(module, &mut resources);
    if resources.is_empty() {
        return Err(vec![none()]);
    }
    let read = |resource: &&Json| one(resource, document);
    resources
        .iter()
        .map(read)
        .collect::<Result<_, _>>()
        .map_err(|told| vec![told])
}

/// The resources of a module and of those in it.
fn collect<'j>(module: &'j Json, found: &mut Vec<&'j Json>) {
    let list = |name: &str| module[name].as_array().map_or(&[][..], Vec::as_slice);
    let is_plan =
        |resource: &&Json| resource["type"] == TOPOLOGY_PLAN && resource["mode"] == "managed";
    found.extend(list("resources").iter().filter(is_plan));
    for child in list("child_modules") {
        collect(child, found);
    }
}

fn one(resource: &Json, document: &Json) -> Result<Input, Told> {
    let address = resource["address"].as_str().unwrap_or_default();
    let changes = document["resource_changes"].as_array();
    let change = changes
        .into_iter()
        .flatten()
        .find(|change| change["address"] == address);
    let unknown = change.map_or(&Json::Null, |change| &change["change"]["after_unknown"]);
    let shown = shown::topology_plan(&resource["values"], unknown).map_err(|error| {
        let detail = format!("{address} does not hold the values of a topology plan: {error}.");
        let summary = "Terraform's output cannot be read";
        Told::error("terraform-values", Diagnostic::error(summary, detail))
    })?;
    let ShownPlan {
        name,
        design,
        unknown,
        diagnostics,
    } = shown;
    let mut told: Vec<Told> = diagnostics
        .into_iter()
        .map(|diagnostic| Told::error("invalid-argument", diagnostic))
        .collect();
    let whole = design
        .as_ref()
        .is_some_and(|design| design.unread.is_empty());
    if !whole && told.is_empty() {
        told.extend(unknown.iter().map(|path| not_known(address, path)));
    }
    Ok(Input {
        description: None,
        name,
        address: Some(address.to_owned()),
        design,
        types: Types::default(),
        told,
    })
}

fn none() -> Told {
    let detail = format!(
        "The document has no resource of type {TOPOLOGY_PLAN}. Give the output of `terraform show \
         -json` of a state or of a plan that has one."
    );
    Told::error(
        "terraform-no-plan",
        Diagnostic::error("There is no topology plan", detail),
    )
}

fn not_known(address: &str, path: &Path) -> Told {
    let detail = format!(
        "{path} of {address} is not known before something else is applied, so nothing can be \
         computed yet. Apply that first, or write the value itself."
    );
    let diagnostic = Diagnostic::error("An argument is not known yet", detail);
    Told::error("terraform-unknown", diagnostic.at(path.clone()))
}
