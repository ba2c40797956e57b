//! Plans that every engine test starts with.

use hedgehog::fabric::blueprint::Blueprint;
use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::Design;
use hedgehog::fabric::placement::Placement;
use hedgehog::fabric::problem::Problem;
use hedgehog::fabric::{assemble, audit, plan};

/// A plan without errors, past the audit.
#[derive(Debug)]
pub struct Good {
    pub placement: Placement,
    pub blueprint: Blueprint,
    pub warnings: Vec<Problem>,
}

/// Plans, and checks what every plan must fulfil: no errors, a silent audit, and the blueprint is
/// what the placement alone gives, but for the report.
pub fn good(design: &Design, intended: Option<&Placement>) -> Good {
    attempt(design, intended).unwrap_or_else(|errors| {
        let problem = &errors[0];
        panic!("{:?}: {:?}", problem.locus, problem.explain())
    })
}

/// The same, or the errors where there is no placement.
pub fn attempt(design: &Design, intended: Option<&Placement>) -> Result<Good, Vec<Problem>> {
    let catalog = Catalog::builtin();
    let planned = plan(design, catalog, intended);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        planned.problems.into_iter().partition(Problem::is_error);
    if !errors.is_empty() {
        return Err(errors);
    }
    let placement = planned
        .placement
        .expect("a plan without errors has a placement");
    let blueprint = planned
        .blueprint
        .expect("a plan without errors has a blueprint");
    assert_eq!(
        audit::audit(design, catalog, &blueprint),
        Vec::<String>::new()
    );
    let mut again = assemble(design, catalog, &placement).expect("the placement can be assembled");
    again.report.clone_from(&blueprint.report);
    assert!(again == blueprint, "assembling gives another blueprint");
    Ok(Good {
        placement,
        blueprint,
        warnings,
    })
}

/// The codes of all problems, each once, in order of appearance.
pub fn codes(problems: &[Problem]) -> Vec<&'static str> {
    let mut codes: Vec<&str> = Vec::new();
    for problem in problems {
        if !codes.contains(&problem.code()) {
            codes.push(problem.code());
        }
    }
    codes
}
