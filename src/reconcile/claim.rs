//! Pure: what a run may do with a plan's tag that it found. Times are the server's own.

use std::time::Duration;

use crate::netbox::clock::from_iso;

use super::error::ReconcileError;
use super::journal::Journal;
use super::observe::FoundTag;
use super::scope::{PlanId, Scope};

/// What a run may do with a tag that it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Claim {
    /// The tag is ours, or free to be.
    Ours,
    /// Nobody knows the id of this unfinished plan any more: it becomes ours.
    Adopt(PlanId),
}

/// Decides whether a found tag may be taken. Pure but for its inputs.
pub(super) fn claim(
    tag: &FoundTag,
    scope: &Scope,
    adopt_unfinished: bool,
    period: Duration,
) -> Result<Claim, ReconcileError> {
    let slug = tag.row.slug.clone();
    let Some(journal) = &tag.journal else {
        return Err(ReconcileError::TagTaken { slug });
    };
    if is_held(tag, period) {
        Err(ReconcileError::Busy {
            slug,
            run: journal.run.clone(),
        })
    } else if journal.plan_id == scope.plan_id {
        Ok(Claim::Ours)
    } else if adopt_unfinished && journal.phase.is_adoptable() {
        Ok(Claim::Adopt(journal.plan_id.clone()))
    } else {
        Err(ReconcileError::PlanExists {
            slug,
            plan_id: journal.plan_id.to_string(),
        })
    }
}

/// Whether a run has the tag, and gave a sign of life within `period`.
pub(super) fn is_held(tag: &FoundTag, period: Duration) -> bool {
    let period = i64::try_from(period.as_secs()).unwrap_or(i64::MAX);
    let open = tag.journal.as_ref().filter(|j| j.phase.is_open());
    // Of an answer without a time nobody can tell that the run is gone.
    open.is_some_and(|journal| age(tag, journal).is_none_or(|age| age < period))
}

/// Seconds since the tag was written: by `NetBox`'s time, or by that of a proxy, which a run that goes
/// through the same one has noted. A note ahead of now is of another proxy, and tells nothing.
fn age(tag: &FoundTag, journal: &Journal) -> Option<i64> {
    let written = tag.row.last_updated.as_deref().and_then(from_iso);
    let now = tag.now?;
    let noted = journal.at.filter(|at| *at <= now);
    let moments = [written, noted].into_iter().flatten();
    moments.max().map(|then| now - then)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::netbox::kind::tag::TagRow;

    /// Written at 00:10 by NetBox, with that moment noted; read at that moment. Minutes of one day.
    fn check(noted: Option<i64>, now: i64, held: bool) {
        let midnight = from_iso("2026-01-01T00:00:00Z").unwrap();
        let minutes = |minutes: i64| midnight + 60 * minutes;
        let journal = Journal {
            plan_id: PlanId::parse(&"0f".repeat(16)).unwrap(),
            phase: super::super::journal::Phase::Applying,
            digest: String::new(),
            run: "1".to_owned(),
            birth: "1".to_owned(),
            status: None,
            restates: false,
            at: noted.map(minutes),
            devices: 0,
            cables: 0,
        };
        let row: TagRow = serde_json::from_value(json!({
            "id": 1,
            "name": "tag",
            "slug": "tag",
            "description": journal.render(),
            "last_updated": "2026-01-01T00:10:00Z",
        }))
        .unwrap();
        let nobody_knows = FoundTag::of(row.clone(), None);
        assert!(is_held(&nobody_knows, Duration::from_mins(2)));
        let tag = FoundTag::of(row, Some(minutes(now)));
        assert_eq!(
            is_held(&tag, Duration::from_mins(2)),
            held,
            "{noted:?} {now}"
        );
    }

    #[test]
    fn a_hold_is_as_old_as_the_nearest_clock_says() {
        check(None, 11, true);
        check(None, 13, false);
        // A proxy whose clock is an hour ahead, as the run that holds the tag has seen it.
        check(Some(70), 71, true);
        check(Some(70), 73, false);
        // A run behind another proxy than ours.
        check(Some(70), 13, false);
        check(Some(70), 11, true);
    }
}
