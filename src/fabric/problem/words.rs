//! The one place where faults become sentences.
//!
//! The summary is one line without a full stop and without what differs from case to case where
//! that is long: Terraform folds equal summaries. The detail says what was found, with the
//! numbers, and then the smallest change that helps. Each file has tables for one part of a design; a
//! test sees to it that every fault is in one of them.

mod custom;
mod devices;
mod fabrics;
mod growth;
mod joins;
mod names;
mod optics;
mod redundancy;
mod servers;
mod switches;
mod zones;

use std::fmt::Display;

use super::{Fault, Locus};

/// `1 port`, `2 ports`, `2 switches`, `2 leaves`.
pub(in crate::fabric) fn many(count: impl Into<u64>, noun: &str) -> String {
    let count = count.into();
    match (count, noun.strip_suffix('f')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ves"),
        (_, None) if noun.ends_with("ch") => format!("{count} {noun}es"),
        (_, None) => format!("{count} {noun}s"),
    }
}

/// `a, b and c`.
fn list<T: Display>(items: &[T]) -> String {
    let words: Vec<String> = items.iter().map(ToString::to_string).collect();
    match words.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// ` Did you mean "x"?`, or nothing.
fn did_you_mean(near: &[String]) -> String {
    let quoted: Vec<String> = near.iter().map(|word| format!("\"{word}\"")).collect();
    if quoted.is_empty() {
        String::new()
    } else {
        format!(" Did you mean {}?", quoted.join(" or "))
    }
}

/// With a capital, as the first word of a sentence.
fn first(subject: &str) -> String {
    let mut rest = subject.chars();
    let head = rest.next().map(|c| c.to_ascii_uppercase());
    head.into_iter().chain(rest).collect()
}

pub(super) fn explain(locus: &Locus, fault: &Fault) -> (String, String) {
    let subject = locus.subject.to_string();
    let subject = subject.as_str();
    let tables = [
        custom::custom_profile,
        custom::custom_ports,
        devices::templates,
        growth::growth,
        devices::devices,
        servers::idle,
        devices::former_names,
        switches::switch_class,
        switches::switch_limits,
        zones::zone_ports,
        zones::zone_orders,
        zones::zone_claims,
        servers::server_class,
        servers::attachments,
        servers::rails,
        servers::between,
        redundancy::bundles,
        redundancy::abilities,
        redundancy::groups,
        redundancy::pairs,
        optics::optics,
        joins::peers,
        joins::far_ends,
        joins::plan,
        joins::meshes,
        joins::mesh_limits,
        joins::mesh_ports,
        fabrics::fabric,
        fabrics::apart,
        fabrics::spines,
        fabrics::placement,
        fabrics::quantities,
    ];
    names::names(locus, subject, fault)
        .or_else(|| tables.iter().find_map(|table| table(subject, fault)))
        .unwrap_or_else(|| internal(fault))
}

type Words = Option<(String, String)>;

#[expect(
    clippy::unnecessary_wraps,
    reason = "the last step of each line of a table"
)]
fn say(summary: impl Into<String>, detail: String) -> Words {
    Some((summary.into(), detail))
}

fn internal(fault: &Fault) -> (String, String) {
    let what = if let Fault::Internal { what } = fault {
        what.as_str()
    } else {
        fault.code()
    };
    (
        "The planner is at fault, not the design".to_owned(),
        format!(
            "The planner came to a result that breaks its own rules: {what}. This is a bug of the \
             provider. Please report it together with the design; nothing has been changed."
        ),
    )
}
