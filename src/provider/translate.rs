//! The words of users and the words of the engine: configuration to [`Design`], [`Problem`] to
//! diagnostic with an attribute path.

use super::class;
use super::decode::{Findings, Object};
use crate::diag::{Diagnostic, Diagnostics, Path};
use crate::fabric::design::{Design, Naming};
use crate::fabric::problem::{Fault, Locus, Problem, Subject};
use crate::tf::value::Value;

/// The plan's classes. `None`: something that decides counts or cabling is unknown or wrong, and
/// `findings` has it. References may be unknown.
pub fn design(plan: &Value, findings: &mut Findings) -> Option<Design> {
    let design = read(plan, findings)?;
    findings.whole().then_some(design)
}

/// What can be read of the plan's classes, so that it is checked: the parts that are unknown or wrong
/// are `unread`. `None`: not even the names of its classes are known.
pub fn read(plan: &Value, findings: &mut Findings) -> Option<Design> {
    let plan = Object::root(plan, findings)?;
    let mut own = Findings::default();
    let switches = plan.members("switch_classes", &mut own);
    let servers = plan.members("server_classes", &mut own);
    let named = !own.unknown;
    let design = named.then(|| classes(&plan, switches, servers, &mut own));
    findings.unknown |= own.unknown;
    findings.diagnostics.extend(own.diagnostics);
    let mut design = design?;
    design.unread = own.unread;
    if own.unknown {
        // What is not known yet may turn out to matter everywhere.
        design.unread.insert(Subject::Plan);
    }
    Some(design)
}

/// Findings of [`read`] at places that Terraform finds: it finds nothing below an attribute and one key.
pub fn findable(findings: Findings) -> Diagnostics {
    let diagnostics = findings.diagnostics.into_iter();
    let cut = diagnostics.map(|diagnostic| Diagnostic {
        path: diagnostic.path.map(|path| path.start(2)),
        ..diagnostic
    });
    cut.collect()
}

/// The objects of a map by key.
type Members<'v> = Vec<(String, Object<'v>)>;

fn classes(
    plan: &Object<'_>,
    switches: Members<'_>,
    servers: Members<'_>,
    findings: &mut Findings,
) -> Design {
    let mut design = findings.part(Subject::Plan, |findings| Design {
        naming: naming(plan, findings),
        allocation: plan.text("allocation", findings),
        pins: plan.text_map("pins", findings).unwrap_or_default(),
        fabric_release: plan.text("fabric_release", findings),
        ..Design::default()
    });
    for (key, class) in switches {
        let subject = Subject::SwitchClass { class: key.clone() };
        check_name(&key, &class, subject, findings);
        let class = class::switch::decode(&key, &class, findings);
        design.switch_classes.insert(key, class);
    }
    for (key, class) in servers {
        let subject = Subject::ServerClass { class: key.clone() };
        check_name(&key, &class, subject, findings);
        let class = class::server::decode(&key, &class, findings);
        design.server_classes.insert(key, class);
    }
    design
}

/// The plan's name and site count only where a template speaks of them.
fn naming(plan: &Object<'_>, findings: &mut Findings) -> Naming {
    let templates = plan.text_map("naming", findings).unwrap_or_default();
    let mut used = |variable: &str, name: &str| {
        let speaks = |template: &String| template.contains(variable);
        let value = templates
            .values()
            .any(speaks)
            .then(|| plan.text(name, findings));
        value.flatten().unwrap_or_default()
    };
    Naming {
        plan: used("{plan", "name"),
        site: used("{site", "site"),
        templates,
    }
}

/// A class that is passed by reference brings its name; the key is what zones and devices are named
/// by, so the two must agree.
fn check_name(key: &str, class: &Object<'_>, subject: Subject, findings: &mut Findings) {
    let Some(name) = class.text("name", findings).filter(|name| name != key) else {
        return;
    };
    let fault = Fault::NameDiffersFromKey {
        key: key.to_owned(),
        name,
    };
    let problem = Problem::new(subject, Some("name"), fault);
    findings.diagnostics.push(diagnostic(&problem, Home::Plan));
}

/// Where the arguments of a subject stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// A class resource: its blocks have exact paths.
    Class,
    /// The plan: Terraform finds nothing below an attribute and one key.
    Plan,
}

/// A problem as Terraform shows it. Its words name the subject, so a path that is cut short costs
/// nothing but the line.
pub fn diagnostic(problem: &Problem, home: Home) -> Diagnostic {
    let (summary, detail) = problem.explain();
    let path = Some(path(&problem.locus, home));
    Diagnostic {
        severity: problem.severity,
        summary,
        detail,
        path,
    }
}

/// The whole path of an argument in the plan, for who can show it.
pub fn path_of(locus: &Locus) -> Path {
    let within = path(locus, Home::Class);
    let of_plan = |subject: &Subject| {
        matches!(
            subject,
            Subject::Plan | Subject::Naming { .. } | Subject::Pin { .. }
        )
    };
    if of_plan(&locus.subject) {
        within
    } else {
        path(locus, Home::Plan).join(&within)
    }
}

fn path(locus: &Locus, home: Home) -> Path {
    let root = Path::root();
    let member = |block, name: &str| root.attribute(block).key(name);
    let custom = || root.attribute("custom_profile");
    let (map, class, within) = match &locus.subject {
        Subject::Plan => return locus.field.map_or(root.clone(), |f| root.attribute(f)),
        Subject::Naming { category } => return member("naming", category),
        Subject::Pin { pin } => return member("pins", pin),
        Subject::SwitchClass { class } => ("switch_classes", class, root.clone()),
        Subject::CustomProfile { class } => ("switch_classes", class, custom()),
        Subject::CustomPort { class, port } => {
            let port = custom().attribute("port").key(port);
            ("switch_classes", class, port)
        }
        Subject::CustomGroup { class, group } => {
            let group = custom().attribute("port_group").key(group);
            ("switch_classes", class, group)
        }
        Subject::CustomPipeline { class, pipeline } => {
            let pipeline = custom().attribute("pipeline").key(pipeline);
            ("switch_classes", class, pipeline)
        }
        Subject::Zone { class, zone } => ("switch_classes", class, member("zone", zone)),
        Subject::Redundancy { class } => ("switch_classes", class, root.attribute("redundancy")),
        Subject::ServerClass { class } => ("server_classes", class, root.clone()),
        Subject::Nic { class, nic } => ("server_classes", class, member("nic", nic)),
        Subject::Attachment { class, attachment } => {
            ("server_classes", class, member("attachment", attachment))
        }
    };
    match home {
        Home::Plan => root.attribute(map).key(class),
        Home::Class => locus
            .field
            .map_or(within.clone(), |field| within.attribute(field)),
    }
}
