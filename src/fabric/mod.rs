//! What a fabric is and how one is computed. Pure: no I/O, no clock, no async, no serde.
//!
//! ```text
//! Design --resolve--> Spec --place--> Placement --assemble--> Blueprint
//!   words              types           the decision            final names
//! ```
//! Each step collects all problems that it finds. A new kind of zone, distribution or attachment
//! is a file of its own and a line in the list of its kind.

mod address_plan;
mod assemble;
pub mod audit;
pub mod blueprint;
mod canonical;
pub mod catalog;
mod check;
pub mod design;
pub mod growth;
pub mod limits;
pub mod name;
pub mod natural;
pub mod near;
pub mod optics;
mod oversubscription;
mod place;
pub mod placement;
pub mod ports;
pub mod problem;
pub mod release;
mod report;
mod resolve;
mod spec;
pub mod units;
mod words;

pub use check::{ClassFacts, ZoneFacts, check_server_class, check_switch_class};

use std::borrow::Cow;

use blueprint::Blueprint;
use catalog::{Catalog, SwitchProfile};
use design::{Design, SwitchClass};
use placement::Placement;
use problem::Problem;

/// The switch model of a class, where the class says enough of it.
pub fn profile_of(class: &SwitchClass, catalog: &Catalog) -> Option<SwitchProfile> {
    let found = resolve::profile::resolve("", class, catalog, &mut Vec::new());
    found.map(Cow::into_owned)
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Planned {
    /// Present whenever everything could be placed. Warnings do not hinder, nor do errors that concern
    /// no place, such as optics that do not go together.
    pub placement: Option<Placement>,
    pub blueprint: Option<Blueprint>,
    /// Everything that is wrong or unwise, in all classes.
    pub problems: Vec<Problem>,
}

/// Plans a fabric.
///
/// With `intended`, its links stay while they are legal under this design, and the quantities are
/// the smallest that place beside them; without, everything is placed from nothing. The same input
/// gives the same answer, byte by byte.
pub fn plan(design: &Design, catalog: &Catalog, intended: Option<&Placement>) -> Planned {
    let (spec, mut problems) = resolve::resolve(design, catalog);
    let before = intended.map(|intended| {
        let intended = growth::former::carry_over(design, intended);
        growth::relabel::under(&spec, intended)
    });
    let repack = design.allocation.as_deref() == Some("repack");
    let intended = before.as_ref().filter(|_| !repack);
    let pinned = growth::pins::place(design, &spec, intended);
    problems.extend(pinned.problems);
    let Some(placement) = pinned.placement else {
        problems.extend(name::early::names(design, &spec, &problems));
        return Planned {
            problems,
            ..Planned::default()
        };
    };
    let moves = before
        .as_ref()
        .and_then(|before| growth::moves::told(design, &spec, before, &placement, &pinned.ports));
    problems.extend(address_plan::check(&spec, &placement));
    let blueprint = match assemble::assemble(design, &spec, &placement) {
        Ok(mut blueprint) => {
            // What planning from nothing would need is only of interest where it differs.
            let repacked =
                intended.and_then(|_| growth::pins::place(design, &spec, None).placement);
            blueprint.report.extend(
                repacked.map_or_else(Vec::new, |repacked| report::repack(&placement, &repacked)),
            );
            let moves = moves.iter().map(|moves| moves.explain().1);
            blueprint.report.extend(moves);
            Some(blueprint)
        }
        Err(found) => {
            problems.extend(found);
            None
        }
    };
    problems.extend(moves);
    Planned {
        placement: Some(placement),
        blueprint,
        problems,
    }
}

/// Names everything that a placement decides. Searches nothing.
///
/// # Errors
/// The design is not valid, two devices would have one name, or the placement belongs to another
/// design.
pub fn assemble(
    design: &Design,
    catalog: &Catalog,
    placement: &Placement,
) -> Result<Blueprint, Vec<Problem>> {
    let (spec, problems) = resolve::resolve(design, catalog);
    let errors: Vec<Problem> = problems.into_iter().filter(Problem::is_error).collect();
    if errors.is_empty() {
        assemble::assemble(design, &spec, placement)
    } else {
        Err(errors)
    }
}
