//! Why each number is what it is, line by line: what is asked, what a switch has, and the rule that
//! makes a number of both.
//!
//! | file | what it explains |
//! |---|---|
//! | `facts` | what is asked of each zone, and how much of it is used |
//! | `bound` | how many switches that takes at least, with the reason |
//! | `class` | the quantity of a class, its zones and its oversubscription |
//! | `sums` | servers, fabrics and totals |

mod bound;
mod class;
mod facts;
mod sums;

use super::blueprint::Totals;
use super::design::Design;
use super::placement::Placement;
use super::problem::many;
use super::spec::Spec;
use facts::Facts;

/// Some lines for each class, in natural order, then the sums.
pub(super) fn report(
    design: &Design,
    spec: &Spec<'_>,
    placement: &Placement,
    totals: &Totals,
) -> Vec<String> {
    let facts = Facts::new(spec, placement);
    let classes = 0..spec.switches.len();
    let mut lines: Vec<String> = classes
        .flat_map(|class| class::lines(&facts, class))
        .collect();
    lines.extend(sums::lines(design, &facts, totals));
    lines
}

/// What planning from nothing would need, where that is less.
pub(super) fn repack(stable: &Placement, fresh: &Placement) -> Vec<String> {
    let mut lines = Vec::new();
    for (class, quantity) in &stable.quantities {
        let fresh = fresh.quantities.get(class).copied().unwrap_or(0);
        if fresh < *quantity {
            lines.push(format!(
                "{class}: {quantity} because existing cables stay; allocation = \"repack\" would need {fresh}"
            ));
        }
    }
    lines
}
