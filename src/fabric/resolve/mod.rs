//! From words to types, with everything that is wrong with them.
//!
//! Three looks at a design: each switch class alone, each server class alone, and what only the
//! whole plan can tell. The first two are also what a class resource is checked with.

mod claim;
pub(crate) mod excluded;
mod link;
mod members;
mod mesh;
mod optics;
mod peer;
pub(super) mod profile;
mod redundancy;
pub(crate) mod server;
pub(crate) mod switch;
mod way;
mod zone;

pub(crate) use zone::PRIORITY_DEFAULT;

use std::collections::BTreeMap;

use super::catalog::Catalog;
use super::design::Design;
use super::growth::former;
use super::limits::{NAME_LENGTH_MAX, SERVER_PORTS_MAX};
use super::name;
use super::natural::sorted;
use super::problem::{Fault, Problem, Subject};
use super::release::Release;
use super::spec::Spec;

/// The valid design, if nothing in it is an error, and all that is to be said.
pub(crate) fn resolve<'a>(
    design: &Design,
    catalog: &'a Catalog,
) -> (Option<Spec<'a>>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut switches = BTreeMap::new();
    for name in sorted(design.switch_classes.keys()) {
        let class = &design.switch_classes[name];
        let (spec, found) = switch::resolve(name, class, catalog);
        problems.extend(found);
        switches.extend(spec.map(|spec| (name.as_str(), spec)));
    }
    let mut drafts = Vec::new();
    for name in sorted(design.server_classes.keys()) {
        let class = &design.server_classes[name];
        if design.switch_classes.contains_key(name) {
            let subject = Subject::ServerClass {
                class: name.clone(),
            };
            problems.push(Problem::new(subject, None, Fault::ClassNameTwice));
        }
        let (draft, found) = server::resolve(name, class, catalog);
        problems.extend(found);
        drafts.push(draft);
    }
    problems.extend(allocation(design));
    problems.extend(name::check::templates(design));
    problems.extend(former::check(design));
    let release = release(design, &mut problems);
    let mut spec = link::link(design, switches, drafts, release, &mut problems);
    peer::join(design, &mut spec, &mut problems);
    redundancy::check(design, &mut spec, &mut problems);
    mesh::check(&spec, &mut problems);
    problems.extend(members::check(design, &spec));
    optics::check(design, &spec, catalog, &mut problems);
    problems.extend(excluded::needed(&spec));
    limit_size(&spec, &mut problems);
    let valid = !problems.iter().any(Problem::is_error);
    (valid.then_some(spec), problems)
}

fn release(design: &Design, problems: &mut Vec<Problem>) -> Release {
    let Some(text) = &design.fabric_release else {
        return Release::NEWEST;
    };
    Release::parse(text).unwrap_or_else(|| {
        let fault = Fault::ReleaseSyntax { text: text.clone() };
        problems.push(Problem::new(Subject::Plan, Some("fabric_release"), fault));
        Release::NEWEST
    })
}

/// Whether existing cables count.
const ALLOCATIONS: &[&str] = &["stable", "repack"];

fn allocation(design: &Design) -> Option<Problem> {
    let word = design.allocation.as_ref()?;
    let fault = Fault::UnknownWord {
        word: word.clone(),
        allowed: ALLOCATIONS,
    };
    let known = ALLOCATIONS.contains(&word.as_str());
    (!known).then(|| Problem::new(Subject::Plan, Some("allocation"), fault))
}

fn limit_size(spec: &Spec<'_>, problems: &mut Vec<Problem>) {
    let ports = |server: &super::spec::ServerSpec| {
        let one: u64 = server.attachments.iter().map(|c| u64::from(c.ports)).sum();
        one.saturating_mul(server.numbers.len() as u64)
    };
    let wanted = spec.servers.iter().map(ports).fold(0, u64::saturating_add);
    if wanted > SERVER_PORTS_MAX {
        let fault = Fault::TooMany {
            what: "server ports",
            count: wanted,
            limit: SERVER_PORTS_MAX,
        };
        problems.push(Problem::new(Subject::Plan, None, fault));
    }
}

/// Whether something can be called that. Letters, digits, `-` and `_`, the first a letter or digit.
fn is_name(name: &str) -> bool {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
    name.len() <= NAME_LENGTH_MAX
        && name
            .bytes()
            .next()
            .is_some_and(|c| c.is_ascii_alphanumeric())
        && name.bytes().all(allowed)
}

/// Tells if the name of the subject cannot be one.
fn check_name(name: &str, subject: Subject, problems: &mut Vec<Problem>) {
    if !is_name(name) {
        problems.push(Problem::new(
            subject,
            None,
            Fault::BadName {
                name: name.to_owned(),
            },
        ));
    }
}
