//! A switch class by itself.

use super::{Words, did_you_mean, list, many, say};
use crate::fabric::problem::{Fault, PortLimit};

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn switch_class(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::FabricBlank => say(
            "No fabric",
            format!(
                "fabric of {subject} is blank. Name the fabric that its switches belong to: classes of one \
                 fabric are joined with each other."
            ),
        ),
        Fault::UnknownProfile { profile, near } => say(
            "Unknown switch profile",
            format!(
                "The catalogue has no switch profile \"{profile}\", which {subject} uses.{} The \
                 data source hedgehog_switch_profiles lists them all.",
                did_you_mean(near)
            ),
        ),
        Fault::RoleNotDocumented { profile, role } => say(
            "Hedgehog does not document this role for the switch",
            format!(
                "In {subject}: \"{profile}\" as a {role} is not among the documented roles. Check \
                 with Hedgehog before you buy, or use another profile."
            ),
        ),
        Fault::NoSubinterfaces { profile, role } => say(
            "The switch lacks subinterfaces",
            format!(
                "In {subject}: \"{profile}\" as a {role} has no subinterfaces, so external \
                 connections with a VLAN cannot end on it. Use another profile, or external \
                 connections without a VLAN."
            ),
        ),
        Fault::OverrideBelowMinimum {
            override_quantity,
            min_quantity,
        } => say(
            "Override is below the minimum",
            format!(
                "In {subject}, override_quantity is {override_quantity} and min_quantity is \
                 {min_quantity}. Raise the override to {min_quantity}, or remove one of the two."
            ),
        ),
        _ => None,
    }
}

fn each_of(pipelines: &[(String, String)]) -> String {
    let ports: Vec<&str> = pipelines.iter().map(|(_, ports)| ports.as_str()).collect();
    format!(
        "the ports of each of {} pipelines of the hardware (ports {}) together",
        pipelines.len(),
        ports.join("; ")
    )
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn switch_limits(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::RedundancyUnused {
            redundancy,
            impossible,
        } => say(
            "Redundancy is not used",
            format!(
                "The {subject} is {redundancy}, but no attachment to the class is of type {redundancy}. {}",
                if *impossible {
                    "It only rounds the number of switches, and Hedgehog refuses it on this switch with this \
                     release. Remove it."
                } else {
                    "It only rounds the number of switches. Remove it, or give the attachments that type."
                }
            ),
        ),
        Fault::PortLimit {
            profile,
            limit,
            needed,
            available,
        } => {
            let which = match limit {
                PortLimit::Switch => "all ports of the switch together".to_owned(),
                PortLimit::Pipelines(alike) => match &alike[..] {
                    [(name, ports)] => {
                        format!(
                            "ports {ports}, which share pipeline {name} of the hardware, together"
                        )
                    }
                    _ => each_of(alike),
                },
            };
            say(
                "More logical ports than the switch can run",
                format!(
                    "With {subject}, the breakouts make {} of {which}; a \"{profile}\" can run {available}. \
                     Break out fewer ports, or into fewer logical ports: {} less.",
                    many(*needed, "logical port"),
                    needed - available
                ),
            )
        }
        Fault::GroupSpeeds {
            group,
            ports,
            speeds,
        } => say(
            "Ports of one group have different speeds",
            format!(
                "In {subject}, ports {ports} are port group {group} and can only run at one speed \
                 together, but zones give them {}. Move whole groups into one zone.",
                list(speeds)
            ),
        ),
        _ => None,
    }
}
