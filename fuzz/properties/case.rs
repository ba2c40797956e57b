use hedgehog::case::{self, Finding, Refused};
use hedgehog::cli;
use hedgehog::fabric::audit::audit;
use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::Design;
use hedgehog::fabric::problem::Problem;
use hedgehog::fabric::{Planned, plan};

use super::{DEVICES_MAX, configuration};

/// A text is refused with reasons, or is a design. What can be built of it passes the audit, stays
/// as it is when it is planned again, and is the same by way of Terraform's configuration.
pub fn hold(text: &str) {
    let catalog = Catalog::builtin();
    let case = match case::read(text, catalog) {
        Ok(case) => case,
        Err(Refused { findings, rest }) => {
            assert!(findings.iter().any(Finding::is_error), "{findings:?}");
            if let Some(rest) = rest.filter(|rest| !is_large(&rest.design)) {
                let planned = plan(&rest.design, catalog, None);
                // Nothing is placed of a design of which something is not read.
                assert!(planned.placement.is_none() || rest.design.unread.is_empty());
            }
            return said(&findings);
        }
    };
    said(&case.notes);
    if is_large(&case.design) {
        return;
    }
    let planned = checked(&case.design);
    let [shown, with_types] = [false, true].map(|with_types| {
        let imported = cli::import(text, with_types, catalog);
        let imported = imported.expect("what can be read can be imported");
        configuration::shown(&imported.files)
    });
    let has_errors = planned.problems.iter().any(Problem::is_error);
    let (Some(placement), Some(blueprint), false) =
        (planned.placement, planned.blueprint, has_errors)
    else {
        return;
    };
    let (name, design) = shown.expect("a design without errors is valid for Terraform");
    assert_eq!(name, case.name);
    let other = plan(&design, catalog, None);
    assert!(other.placement.as_ref() == Some(&placement), "{design:?}");
    assert!(other.blueprint.as_ref() == Some(&blueprint), "{design:?}");
    // With resources for the types these have other names, and all the rest is the same.
    let (_, design) = with_types.expect("the same classes, and types");
    let other = plan(&design, catalog, None);
    assert!(other.placement.as_ref() == Some(&placement), "{design:?}");
    let cables = other.blueprint.map(|blueprint| blueprint.cables);
    assert!(cables.as_ref() == Some(&blueprint.cables), "{design:?}");
}

fn said(findings: &[Finding]) {
    for finding in findings {
        let told = finding.explain();
        assert!(!told.summary.is_empty() && !told.detail.is_empty());
    }
}

fn is_large(design: &Design) -> bool {
    let servers = design.server_classes.values().map(|class| class.quantity);
    let switches = design.switch_classes.values();
    let switches = switches.filter_map(|class| class.override_quantity);
    servers.chain(switches).map(u64::from).sum::<u64>() > DEVICES_MAX
}

/// Plans it, with what holds for each plan.
fn checked(design: &Design) -> Planned {
    let catalog = Catalog::builtin();
    let planned = plan(design, catalog, None);
    for problem in &planned.problems {
        assert_ne!(problem.code(), "internal", "{:?}", problem.explain());
    }
    let has_errors = planned.problems.iter().any(Problem::is_error);
    assert!(planned.placement.is_some() || has_errors);
    if let Some(blueprint) = &planned.blueprint {
        assert_eq!(audit(design, catalog, blueprint), Vec::<String>::new());
        let again = plan(design, catalog, planned.placement.as_ref());
        assert!(
            again.placement == planned.placement,
            "planning again changes it"
        );
        assert!(
            again.blueprint == planned.blueprint,
            "planning again changes it"
        );
    }
    planned
}
