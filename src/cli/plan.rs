//! `plan`: counts, cables and problems of each plan of the input.

use super::input::{self, Input};
use super::told::Told;
use super::{Answer, Ending, document, table};
use crate::fabric;
use crate::fabric::blueprint::Blueprint;
use crate::fabric::catalog::Catalog;

/// How the answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Table,
    /// One JSON document a plan.
    Json,
}

/// One plan, planned from nothing.
#[derive(Debug)]
pub(super) struct Planned {
    pub name: String,
    pub address: Option<String>,
    /// There whenever everything could be placed.
    pub blueprint: Option<Blueprint>,
    pub told: Vec<Told>,
}

/// Plans what the text holds: a case file, or what `terraform show -json` prints.
pub fn plan(text: &str, format: Format, catalog: &Catalog) -> Answer {
    let inputs = match input::read(text, catalog) {
        Ok(inputs) => inputs,
        Err(told) => return Answer::refused(&told),
    };
    let planned: Vec<Planned> = inputs
        .into_iter()
        .map(|input| one(input, catalog))
        .collect();
    let print = match format {
        Format::Table => table::print,
        Format::Json => document::print,
    };
    Answer {
        stdout: planned.iter().map(print).collect(),
        stderr: String::new(),
        ending: Ending::of(planned.iter().flat_map(|plan| &plan.told)),
    }
}

fn one(input: Input, catalog: &Catalog) -> Planned {
    let Input {
        name,
        address,
        design,
        description: _,
        types: _,
        mut told,
    } = input;
    let blueprint = design.and_then(|design| {
        let planned = fabric::plan(&design, catalog, None);
        told.extend(planned.problems.iter().map(Told::from));
        planned.blueprint
    });
    Planned {
        name,
        address,
        blueprint,
        told,
    }
}
