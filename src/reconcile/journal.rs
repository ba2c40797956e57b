//! Pure: what a plan's tag says about the plan, in the 200 characters of its description.

use super::scope::{PlanId, PlanStatus};

/// Changes when a reader of the old text would misread the new one.
const FORMAT: &str = "hedgehog/1";

/// How far the last run got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// A run creates the plan, or was killed. Terraform may not know the plan's id yet.
    Creating,
    /// The creation ended without finishing and said so.
    Unfinished,
    /// A run is at work on a plan whose id Terraform knows, or was killed.
    Applying,
    /// A run is removing everything, or was killed.
    Destroying,
    /// A later run ended without finishing and said so.
    Incomplete,
    Complete,
}

impl Phase {
    fn word(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Unfinished => "unfinished",
            Self::Applying => "applying",
            Self::Destroying => "destroying",
            Self::Incomplete => "incomplete",
            Self::Complete => "complete",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [
            Self::Creating,
            Self::Unfinished,
            Self::Applying,
            Self::Destroying,
            Self::Incomplete,
            Self::Complete,
        ]
        .into_iter()
        .find(|p| p.word() == word)
    }

    /// True while a run may be at work.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Creating | Self::Applying | Self::Destroying)
    }

    /// True where nobody may know the plan's id any more, so that another creation may go on with it.
    pub fn is_adoptable(self) -> bool {
        matches!(self, Self::Creating | Self::Unfinished)
    }
}

/// What the description holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    pub plan_id: PlanId,
    pub phase: Phase,
    /// The first 16 digits: enough to see that something else was applied.
    pub digest: String,
    pub run: String,
    /// The run that created the plan, or took it over unfinished: what it left in Terraform's state is the
    /// plan's own, until an update by another state makes it that one's. Empty: written before there was this
    /// word.
    pub birth: String,
    /// Where the plan stands, or a run brings it. `None`: written before there was this word.
    pub status: Option<PlanStatus>,
    /// The run writes statuses to what is there, or one that did not end was to: the next one has to, too.
    pub restates: bool,
    /// When it was written by the `Date` of the server's answers, in seconds since 1970.
    pub at: Option<i64>,
    pub devices: usize,
    pub cables: usize,
}

impl Journal {
    pub fn render(&self) -> String {
        let Self {
            plan_id,
            phase,
            digest,
            run,
            birth,
            status,
            restates,
            at,
            devices,
            cables,
        } = self;
        let digest = short(digest);
        let at = at.map_or_else(String::new, |at| format!(" at={at}"));
        let status = status.map_or_else(String::new, |at| format!(" status={}", at.word()));
        let restates = if *restates { " restates=1" } else { "" };
        format!(
            "{FORMAT} plan={plan_id} phase={} digest={digest} run={run} devices={devices} cables={cables} \
             birth={birth}{at}{status}{restates}",
            phase.word()
        )
    }

    /// True where the last run has done all that it was to do.
    pub fn is_complete(&self) -> bool {
        self.phase == Phase::Complete
    }

    /// `None` for a description that is not ours.
    pub fn parse(description: &str) -> Option<Self> {
        let rest = description.strip_prefix(FORMAT)?;
        let value = |name: &str| {
            rest.split(' ')
                .find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
                .map(ToOwned::to_owned)
        };
        Some(Self {
            plan_id: PlanId::parse(&value("plan")?)?,
            phase: Phase::parse(&value("phase")?)?,
            digest: value("digest").unwrap_or_default(),
            run: value("run").unwrap_or_default(),
            birth: value("birth").unwrap_or_default(),
            status: value("status").and_then(|word| PlanStatus::parse(&word)),
            restates: value("restates").is_some_and(|given| given == "1"),
            at: value("at").and_then(|n| n.parse().ok()),
            devices: value("devices")
                .and_then(|n| n.parse().ok())
                .unwrap_or_default(),
            cables: value("cables")
                .and_then(|n| n.parse().ok())
                .unwrap_or_default(),
        })
    }
}

/// A digest as far as the journal keeps it.
pub fn short(digest: &str) -> String {
    digest
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(16)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_fits() {
        let journal = Journal {
            plan_id: PlanId::parse(&"0f".repeat(16)).unwrap(),
            phase: Phase::Incomplete,
            digest: "0123456789abcdef".to_owned(),
            run: "89abcdef".to_owned(),
            birth: "76543210".to_owned(),
            status: Some(PlanStatus::Archived),
            restates: true,
            at: Some(1_700_000_000),
            devices: 20_000,
            cables: 300_000,
        };
        let text = journal.render();
        assert!(text.len() <= 200, "{text}");
        assert_eq!(Journal::parse(&text), Some(journal));
        assert_eq!(Journal::parse("generated by hand"), None);
    }

    #[test]
    fn journals_of_earlier_versions_are_read() {
        let plan = "0f".repeat(16);
        let text =
            format!("hedgehog/1 plan={plan} phase=complete digest=01 run=02 devices=3 cables=4");
        let journal = Journal::parse(&text).unwrap();
        assert_eq!((journal.birth.as_str(), journal.at), ("", None));
        assert_eq!((journal.status, journal.restates), (None, false));
        assert_eq!((journal.devices, journal.cables), (3, 4));
    }
}
