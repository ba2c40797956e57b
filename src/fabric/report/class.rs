//! One switch class: its quantity, its zones, its oversubscription.

use super::bound::{self, Bound};
use super::facts::Facts;
use super::many;
use crate::fabric::oversubscription::Capacity;
use crate::fabric::spec::{Spec, SwitchSpec, Topology};

pub(super) fn lines(facts: &Facts<'_>, class: usize) -> Vec<String> {
    let switch = &facts.spec.switches[class];
    let mut bounds = Vec::new();
    let mut zones = Vec::new();
    for (position, zone) in switch.zones.iter().enumerate() {
        let built = u64::from(facts.built(&switch.name));
        zones.push(format!(
            "  zone {}: {} of {} used, {} a switch as {}{}",
            zone.name,
            facts.used(&switch.name, &zone.name),
            many(u64::from(zone.capacity()) * built, "port"),
            zone.capacity(),
            zone.mode,
            bound::far_end(facts, switch, zone)
        ));
        let asks = facts.asks(class, position);
        zones.extend(asks.iter().map(|ask| format!("    {}", ask.text())));
        let of_zone = bound::of_zone(facts, class, position);
        zones.extend(of_zone.iter().map(|bound| format!("    {}", bound.text())));
        bounds.extend(of_zone);
    }
    if !switch.role.is_leaf() {
        let of_spine = bound::of_spine(facts, switch);
        zones.extend(of_spine.iter().map(|bound| format!("  {}", bound.text())));
        bounds.extend(of_spine);
    }
    let mut lines = vec![quantity(facts, switch, &bounds)];
    lines.extend(zones);
    lines.extend(ratio(facts.spec, switch));
    lines
}

/// The number that is built, and the rule that made it.
fn quantity(facts: &Facts<'_>, switch: &SwitchSpec<'_>, bounds: &[Bound]) -> String {
    let built = facts.built(&switch.name);
    let calculated = facts.placement.calculated.get(&switch.name).copied();
    let why = match (calculated, switch.override_quantity) {
        (None, _) if switch.topology == Topology::Mesh => {
            "override_quantity, as in every mesh".to_owned()
        }
        (Some(calculated), Some(_)) if calculated == built => {
            "override_quantity, and as many are needed".to_owned()
        }
        (Some(calculated), Some(_)) if calculated < built => {
            format!("override_quantity; {calculated} would do")
        }
        (Some(calculated), Some(_)) => {
            format!("override_quantity; {calculated} without it")
        }
        (calculated, _) => found(switch, calculated.unwrap_or(built), bounds),
    };
    format!("{}: {}: {why}", switch.name, many(built, "switch"))
}

/// Why that many are calculated.
fn found(switch: &SwitchSpec<'_>, calculated: u32, bounds: &[Bound]) -> String {
    let needed = bounds.iter().map(|bound| bound.switches).max().unwrap_or(0);
    let least = needed.max(switch.min_quantity);
    let redundancy = switch.redundancy.as_ref();
    let rounded = redundancy.map_or(least, |redundancy| redundancy.kind.round(least));
    let mut steps = vec![match needed {
        0 => "nothing asks for its ports".to_owned(),
        1 => "one is needed".to_owned(),
        some => format!("{some} are needed"),
    }];
    if least > needed {
        steps.push(format!("min_quantity wants {least}"));
    }
    if let Some(redundancy) = redundancy.filter(|_| rounded > least) {
        let kind = redundancy.kind;
        steps.push(match kind.group_size() {
            2 => format!("{} wants pairs, so {rounded}", kind.word()),
            size => format!(
                "{} wants groups of two to {size}, and none of one, so {rounded}",
                kind.word()
            ),
        });
    }
    if calculated > rounded {
        let rule = if switch.role.is_leaf() {
            "with fewer, what stays together or where it is finds no room"
        } else {
            "with fewer, not every leaf finds its share of ports on every spine, or cables that are \
             there would move"
        };
        steps.push(format!("{rule}, so {calculated}"));
    }
    steps.join("; ")
}

fn ratio(spec: &Spec<'_>, switch: &SwitchSpec<'_>) -> Option<String> {
    let capacity = Capacity::within(spec, switch);
    let ratio = capacity.ratio().filter(|_| switch.role.is_leaf())?;
    Some(format!(
        "  oversubscription {ratio}: {} Gbit/s of ports down and {} Gbit/s up, a switch",
        capacity.down / 1_000,
        capacity.up / 1_000
    ))
}
