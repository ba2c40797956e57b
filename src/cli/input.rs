//! What a command is given.

use serde_json::Value as Json;

use super::terraform;
use super::told::Told;
use crate::case::{self, Refused, Types};
use crate::fabric::catalog::Catalog;
use crate::fabric::design::Design;

/// One plan of the input.
#[derive(Debug)]
pub(super) struct Input {
    /// The plan's name.
    pub name: String,
    /// What a case says of itself.
    pub description: Option<String>,
    /// Its resource, where it comes from Terraform.
    pub address: Option<String>,
    /// `None`, or with parts that are `unread`: `told` says why.
    pub design: Option<Design>,
    /// The types that a case file defines.
    pub types: Types,
    pub told: Vec<Told>,
}

/// A case file has one plan; what `terraform show -json` prints has one or more.
///
/// # Errors
/// The text is neither.
pub(super) fn read(text: &str, catalog: &Catalog) -> Result<Vec<Input>, Vec<Told>> {
    // Terraform names its format; a case that is written as JSON does not.
    match serde_json::from_str::<Json>(text) {
        Ok(json) if !json["format_version"].is_null() => terraform::read(&json),
        _ => match case::read(text, catalog) {
            Ok(case) => Ok(vec![of_case(case)]),
            Err(Refused { findings, rest }) => {
                let told = findings.iter().map(Told::from).collect();
                let Some(rest) = rest else {
                    return Err(told);
                };
                Ok(vec![Input {
                    told,
                    ..of_case(*rest)
                }])
            }
        },
    }
}

fn of_case(case: case::Case) -> Input {
    Input {
        name: case.name,
        description: case.description,
        address: None,
        design: Some(case.design),
        types: case.types,
        told: case.notes.iter().map(Told::from).collect(),
    }
}
