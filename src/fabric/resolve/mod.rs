//! From words to types, with everything that is wrong with them.
//!
//! Three looks at a design: each switch class alone, each server class alone, and what only the
//! whole plan can tell. The first two are also what a class resource is checked with.

mod claim;
pub(crate) mod excluded;
mod gaps;
mod idle;
mod link;
mod members;
mod mesh;
mod optics;
mod peer;
pub(super) mod profile;
mod rails;
mod redundancy;
pub(crate) mod server;
mod shared;
pub(crate) mod switch;
mod unread;
mod way;
mod zone;

pub(crate) use unread::Unread;
pub(crate) use zone::PRIORITY_DEFAULT;

use std::collections::BTreeMap;

use super::catalog::{Catalog, SwitchProfile};
use super::design::{Design, ServerClass, SwitchClass};
use super::growth::former;
use super::limits::{NAME_LENGTH_MAX, SERVER_PORTS_MAX};
use super::name;
use super::natural::sorted;
use super::ports::compact;
use super::problem::{Fault, Problem, Subject};
use super::release::Release;
use super::spec::{Spec, SwitchSpec};

/// What could be understood, what errors leave open of it, and all that is to be said.
pub(crate) fn resolve<'a>(design: &Design, catalog: &'a Catalog) -> (Spec<'a>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut switches = BTreeMap::new();
    for name in sorted(design.switch_classes.keys()) {
        let class = &design.switch_classes[name];
        let (spec, found) = switch_class(name, class, catalog, &design.unread);
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
        let (draft, found) = server_class(name, class, catalog, &design.unread);
        problems.extend(found);
        drafts.push(draft);
    }
    problems.extend(allocation(design));
    problems.extend(name::check::templates(design));
    problems.extend(former::check(design));
    let release = release(design, &mut problems);
    let mut spec = link::link(design, switches, drafts, release, &mut problems);
    peer::join(design, &mut spec, &mut problems);
    // What is wrong so far must not be told again in other words.
    spec.gaps = gaps::find(design, &spec, &problems);
    redundancy::check(&mut spec, &mut problems);
    mesh::check(&spec, &mut problems);
    problems.extend(rails::check(&spec));
    problems.extend(members::check(&spec));
    optics::check(design, &spec, catalog, &mut problems);
    problems.extend(excluded::needed(&spec));
    limit_size(&spec, &mut problems);
    spec.gaps = gaps::find(design, &spec, &problems);
    (spec, problems)
}

/// A switch class by itself. Nothing is linked to one of which something could not be read.
pub(crate) fn switch_class<'a>(
    name: &str,
    class: &SwitchClass,
    catalog: &'a Catalog,
    unread: &Unread,
) -> (Option<SwitchSpec<'a>>, Vec<Problem>) {
    let class = unread::switch_class(name, class, unread);
    let (spec, mut problems) = switch::resolve(name, &class, catalog);
    unread::of_switch_class(name, unread, &mut problems);
    let whole = !unread::has_switch_class(unread, name);
    (spec.filter(|_| whole), problems)
}

/// A server class by itself.
pub(crate) fn server_class(
    name: &str,
    class: &ServerClass,
    catalog: &Catalog,
    unread: &Unread,
) -> (server::Draft, Vec<Problem>) {
    let read = unread::server_class(name, class, unread);
    let (draft, mut problems) = server::resolve(name, &read, catalog);
    unread::of_server_class(unread, &mut problems);
    problems.extend(idle::check(name, class, unread));
    (draft, problems)
}

/// `None`: it could not be read, which has been told.
fn release(design: &Design, problems: &mut Vec<Problem>) -> Option<Release> {
    let Some(text) = &design.fabric_release else {
        return (!design.unread.contains(&Subject::Plan)).then_some(Release::NEWEST);
    };
    let release = Release::parse(text);
    if release.is_none() {
        let fault = Fault::ReleaseSyntax { text: text.clone() };
        problems.push(Problem::new(Subject::Plan, Some("fabric_release"), fault));
    }
    release
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

/// Cages named by an argument that the switch does not have.
fn outside<'c>(
    argument: &'static str,
    cages: impl IntoIterator<Item = &'c u32>,
    profile: &SwitchProfile,
) -> Option<Fault> {
    let cages = cages.into_iter().copied();
    let outside: Vec<u32> = cages.filter(|cage| profile.port(*cage).is_none()).collect();
    (!outside.is_empty()).then(|| Fault::PortsOutsideProfile {
        argument,
        ports: compact(outside),
        profile: profile.name.clone(),
        last: profile.cages(),
    })
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
fn check_name(
    name: &str,
    subject: Subject,
    field: Option<&'static str>,
    problems: &mut Vec<Problem>,
) {
    if !is_name(name) {
        problems.push(Problem::new(
            subject,
            field,
            Fault::BadName {
                name: name.to_owned(),
            },
        ));
    }
}
