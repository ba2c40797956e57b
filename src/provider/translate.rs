//! The words of users and the words of the engine: configuration to [`Design`], [`Problem`] to
//! diagnostic with an attribute path.

use super::class;
use super::decode::{Findings, Object};
use crate::diag::{Diagnostic, Path};
use crate::fabric::design::Design;
use crate::fabric::problem::{Locus, Problem, Subject};
use crate::tf::value::Value;

/// The plan's classes. `None`: something that decides counts or cabling is unknown or wrong, and
/// `findings` has it. References may be unknown.
pub fn design(plan: &Value, findings: &mut Findings) -> Option<Design> {
    let plan = Object::root(plan, findings)?;
    let switches = plan.members("switch_classes", findings);
    let switch_classes = switches
        .iter()
        .map(|(key, class)| Some((key.clone(), class::switch::decode(class, findings)?)));
    let switch_classes = switch_classes.collect::<Vec<_>>();
    let servers = plan.members("server_classes", findings);
    let server_classes = servers
        .iter()
        .map(|(key, class)| Some((key.clone(), class::server::decode(class, findings)?)));
    let server_classes = server_classes.collect::<Vec<_>>();
    let switch_classes = switch_classes.into_iter().collect::<Option<_>>()?;
    let server_classes = server_classes.into_iter().collect::<Option<_>>()?;
    if findings.unknown || findings.diagnostics.has_errors() {
        return None;
    }
    Some(Design {
        switch_classes,
        server_classes,
    })
}

/// Where the arguments of a subject stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// A class resource: its blocks have exact paths.
    Class,
    /// The plan: Terraform finds nothing below an attribute and one key, so the rest is said in
    /// words.
    Plan,
}

/// A problem as Terraform shows it.
pub fn diagnostic(problem: &Problem, home: Home) -> Diagnostic {
    let (summary, detail) = problem.explain();
    let (path, rest) = path(&problem.locus, home);
    let detail = match rest {
        Some(rest) if home == Home::Plan => format!("In {rest}: {detail}"),
        _ => detail,
    };
    Diagnostic {
        severity: problem.severity,
        summary,
        detail,
        path: Some(path),
    }
}

/// The path of a locus, and in words what of it the path cannot carry.
fn path(locus: &Locus, home: Home) -> (Path, Option<String>) {
    let (class, member) = match &locus.subject {
        Subject::Plan => (None, None),
        Subject::SwitchClass { class } => (Some(("switch_classes", class)), None),
        Subject::Zone { class, zone } => (Some(("switch_classes", class)), Some(("zone", zone))),
        Subject::ServerClass { class } => (Some(("server_classes", class)), None),
        Subject::Nic { class, nic } => (Some(("server_classes", class)), Some(("nic", nic))),
        Subject::Attachment { class, attachment } => (
            Some(("server_classes", class)),
            Some(("attachment", attachment)),
        ),
    };
    let exact = member.map_or_else(Path::root, |(block, name)| {
        Path::root().attribute(block).key(name)
    });
    let exact = locus
        .field
        .map_or_else(|| exact.clone(), |field| exact.attribute(field));
    match (home, class) {
        (Home::Class, _) | (Home::Plan, None) => (exact, None),
        (Home::Plan, Some((map, class))) => {
            let rest = (!exact.steps().is_empty()).then(|| exact.to_string());
            (Path::root().attribute(map).key(class), rest)
        }
    }
}
