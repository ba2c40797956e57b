//! The workflow of a plan: the words of `status`, and the steps from one to the next. Pure.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Path};
use crate::reconcile::PlanStatus;
use crate::tf::value::Value;

/// Where a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Computed and validated; nothing of it is in `NetBox`.
    Draft,
    Approved,
    Deployed,
    Archived,
}

/// Every step that a plan may take; it may start anywhere.
const STEPS: [(Status, Status); 6] = [
    (Status::Draft, Status::Approved),
    (Status::Approved, Status::Deployed),
    (Status::Deployed, Status::Archived),
    (Status::Archived, Status::Approved),
    (Status::Deployed, Status::Approved),
    (Status::Approved, Status::Draft),
];

impl Status {
    /// In the order of a plan's life.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Approved, Self::Deployed, Self::Archived];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Approved => "approved",
            Self::Deployed => "deployed",
            Self::Archived => "archived",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    /// The status of a state; `None` while it is unknown.
    pub fn of(values: &Value) -> Option<Self> {
        let status = values.get("status");
        if status.is_null() {
            return Self::of_word(None);
        }
        status.as_str().and_then(Self::parse)
    }

    /// As [`Self::of`], of what was written; `None`: nothing was.
    pub fn of_word(word: Option<&str>) -> Option<Self> {
        word.map_or(Some(Self::Approved), Self::parse)
    }

    /// The status of its objects; a draft's would be made as planned ones.
    pub const fn in_netbox(self) -> PlanStatus {
        match self {
            Self::Draft | Self::Approved => PlanStatus::Approved,
            Self::Deployed => PlanStatus::Deployed,
            Self::Archived => PlanStatus::Archived,
        }
    }
}

/// What is to be said of a change from `prior`'s status to `wish`.
pub fn step(prior: &Value, wish: Status) -> Option<Diagnostic> {
    let from = Status::of(prior).filter(|from| *from != wish)?;
    let (devices, _) = counts(prior);
    if from != Status::Draft && devices == 0 {
        // Nothing in `NetBox` stands anywhere, and after an import nothing tells where it stood.
        return None;
    }
    let said = if !STEPS.contains(&(from, wish)) {
        refused(from, wish)
    } else if wish == Status::Draft {
        leaves_netbox(prior)
    } else if (from, wish) == (Status::Deployed, Status::Approved) {
        back_to_planned(prior)
    } else {
        return None;
    };
    Some(said.at(Path::root().attribute("status")))
}

fn refused(from: Status, wish: Status) -> Diagnostic {
    let steps: Vec<String> = way(from, wish)
        .iter()
        .map(|step| format!("\"{}\"", step.word()))
        .collect();
    Diagnostic::error(
        format!("No step from {} to {}", from.word(), wish.word()),
        format!(
            "The plan is {}; from there it does not become {} in one step.\n\nSet status to {}, with \
             an apply after each.",
            from.word(),
            wish.word(),
            steps.join(", then ")
        ),
    )
}

fn leaves_netbox(prior: &Value) -> Diagnostic {
    let (devices, cables) = counts(prior);
    Diagnostic::warning(
        "The plan leaves NetBox",
        format!(
            "A draft has nothing in NetBox: the apply deletes {devices} devices and {cables} cables, \
             and what others put on these devices goes with them (addresses, journal entries, \
             images). When the plan is approved again, they are made anew with other ids."
        ),
    )
}

fn back_to_planned(prior: &Value) -> Diagnostic {
    let (devices, cables) = counts(prior);
    Diagnostic::warning(
        "A deployed plan goes back to approved",
        format!(
            "The apply sets {devices} devices and {cables} cables to planned in NetBox, whatever \
             status operations gave them."
        ),
    )
}

/// Devices and cables of a state.
fn counts(state: &Value) -> (usize, usize) {
    let devices = state.get("device_ids").as_map().map_or(0, BTreeMap::len);
    let cabling = state.get("cabling").as_map();
    let lines = cabling
        .into_iter()
        .flat_map(|entries| entries.values())
        .map(|lines| lines.as_str().map_or(0, |text| text.lines().count()));
    (devices, lines.sum())
}

/// The shortest way over allowed steps, without its start. Each status can be reached from each.
fn way(from: Status, to: Status) -> Vec<Status> {
    let mut ways = vec![vec![from]];
    for _ in Status::ALL {
        let reached = |way: &&Vec<Status>| way.last() == Some(&to);
        if let Some(way) = ways.iter().find(reached) {
            return way.iter().skip(1).copied().collect();
        }
        ways = ways.iter().flat_map(|way| longer(way)).collect();
    }
    vec![to]
}

/// The way, by one step more.
fn longer(way: &[Status]) -> Vec<Vec<Status>> {
    let here = way.last();
    let steps = STEPS.iter().filter(|(from, _)| Some(from) == here);
    steps
        .map(|(_, to)| way.iter().copied().chain([*to]).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_reached_from_every_other_over_allowed_steps() {
        for from in Status::ALL {
            for to in Status::ALL.into_iter().filter(|to| *to != from) {
                let way = way(from, to);
                assert_eq!(way.last(), Some(&to));
                let starts = [from].into_iter().chain(way.iter().copied());
                for step in starts.zip(way.iter().copied()) {
                    assert!(STEPS.contains(&step), "{step:?} on the way {from:?} {to:?}");
                }
            }
        }
        assert_eq!(
            way(Status::Deployed, Status::Draft),
            [Status::Approved, Status::Draft]
        );
    }
}
