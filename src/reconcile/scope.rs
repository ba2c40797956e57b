//! Which objects in `NetBox` are a plan's, and what the plan lands in.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::netbox::kind::CustomFields;

use super::fields;
use super::seen::Seen;

/// Characters of a slug in `NetBox`.
pub const SLUG_LENGTH_MAX: usize = 100;

/// Those of a plan's name in its tag's slug: the rest of it takes 18.
const SLUG_NAME_MAX: usize = 80;

/// What marks a plan's objects: 128 random bits as 32 lowercase hex digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlanId(String);

impl PlanId {
    /// `None` unless it is 32 lowercase hex digits. Ids of DIET are short decimal numbers: never ours.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.len() == 32
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        hex.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True where an object's custom fields carry this id. The only proof of ownership.
    pub fn marks(&self, custom_fields: &CustomFields) -> bool {
        custom_fields
            .get(fields::PLAN_ID)
            .and_then(|value| value.as_str())
            == Some(&self.0)
    }
}

impl fmt::Display for PlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A plan, as far as it takes to find what it owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub plan_id: PlanId,
    pub plan_name: String,
}

impl Scope {
    /// Of a plan that is yet to be created: it owns nothing.
    pub fn draft(plan_name: &str) -> Self {
        Self {
            plan_id: PlanId("0".repeat(32)),
            plan_name: plan_name.to_owned(),
        }
    }

    /// Slug, and name, of the plan's tag. The hash keeps apart names whose slugs are alike.
    pub fn tag_slug(&self) -> String {
        let hash = Sha256::digest(self.plan_name.as_bytes());
        let hex = hex::encode(&hash[..4]);
        let name: String = slug(&self.plan_name).chars().take(SLUG_NAME_MAX).collect();
        let name = name.trim_matches('-');
        if name.is_empty() {
            format!("hedgehog-{hex}")
        } else {
            format!("hedgehog-{name}-{hex}")
        }
    }
}

/// The workflow state of a plan that is in `NetBox`; a draft is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanStatus {
    Approved,
    Deployed,
    Archived,
}

impl PlanStatus {
    pub const ALL: [Self; 3] = [Self::Approved, Self::Deployed, Self::Archived];

    /// As the plan's tag has it, and the argument `status`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Deployed => "deployed",
            Self::Archived => "archived",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    pub fn device_word(self) -> &'static str {
        match self {
            Self::Approved => "planned",
            Self::Deployed => "active",
            Self::Archived => "decommissioning",
        }
    }

    pub fn cable_word(self) -> &'static str {
        match self {
            Self::Approved => "planned",
            Self::Deployed => "connected",
            Self::Archived => "decommissioning",
        }
    }
}

/// What a plan lands in.
///
/// `location`, `tenant`, `description` and `tags` are owned only where they are given: without
/// them, whatever others set stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub scope: Scope,
    /// Of the normalised inputs; kept in the plan's tag.
    pub digest: String,
    /// Slug.
    pub site: String,
    /// Slug, in that site.
    pub location: Option<String>,
    /// Slug.
    pub tenant: Option<String>,
    pub status: PlanStatus,
    /// Write `status` to objects that exist. Otherwise it is written at creation only and belongs
    /// to operations afterwards.
    pub write_status: bool,
    /// Description of the devices.
    pub description: Option<String>,
    /// Slugs of further tags on devices and cables; created where missing.
    pub tags: Vec<String>,
    /// What was given before and is not any more.
    pub released: Released,
    /// Ids by device name that the plan was shown with, and that have to come out of the apply. Of a removal
    /// those of the state: none of them may be left behind.
    pub promised: BTreeMap<String, u64>,
    /// What the plan saw in `NetBox`; `None`: nobody kept it.
    pub seen: Option<Arc<Seen>>,
    /// The run that made the plan which Terraform's state knows, by its journal; empty: not known.
    pub birth: String,
    /// A create may take over an unfinished plan of the same name whose id nobody knows any more.
    pub adopt_unfinished: bool,
    /// The number of the DIET plan whose inventory is taken over.
    pub adopting: Option<String>,
    /// Create custom fields, roles and tags that are missing; otherwise say which ones.
    pub register: bool,
    /// After this long without a sign of life another run may take over.
    pub lease: Duration,
}

/// Values that the plan set and no longer wishes. They are taken back where they still stand: what
/// others put in their place stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Released {
    /// Slugs.
    pub location: Vec<String>,
    /// Slugs.
    pub tenant: Vec<String>,
    pub description: Vec<String>,
    /// Slugs.
    pub tags: Vec<String>,
}

impl Target {
    /// How long a run that was killed keeps others away, unless told otherwise.
    pub const LEASE: Duration = Duration::from_mins(2);

    pub fn new(scope: Scope, site: impl Into<String>) -> Self {
        Self {
            scope,
            digest: String::new(),
            site: site.into(),
            location: None,
            tenant: None,
            status: PlanStatus::Approved,
            write_status: false,
            description: None,
            tags: Vec::new(),
            released: Released::default(),
            promised: BTreeMap::new(),
            seen: None,
            birth: String::new(),
            adopt_unfinished: false,
            adopting: None,
            register: true,
            lease: Self::LEASE,
        }
    }
}

/// Django's slugify, which is how `NetBox` makes slugs of names.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for character in text.nfkd().filter(char::is_ascii) {
        match character.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() || c == '_' => slug.push(c),
            c if (c.is_ascii_whitespace() || c == '-') && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_matches(['-', '_']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(name: &str) -> String {
        let plan_id = PlanId::parse(&"0a".repeat(16)).unwrap();
        Scope {
            plan_id,
            plan_name: name.to_owned(),
        }
        .tag_slug()
    }

    #[test]
    fn tags_of_different_names_differ() {
        assert_eq!(tag("training-256"), "hedgehog-training-256-bcc7b9a6");
        assert_ne!(tag("Training 256"), tag("training-256"));
        assert!(tag(&"long ".repeat(60)).len() <= 100);
        assert!(tag("訓練").starts_with("hedgehog-"));
    }

    #[test]
    fn slugs_are_djangos() {
        assert_eq!(slug("  Déjà  Vu -- 2 "), "deja-vu-2");
        assert_eq!(slug("inb_mgmt_leaf"), "inb_mgmt_leaf");
    }

    #[test]
    fn only_our_kind_of_id_is_ours() {
        assert!(PlanId::parse("42").is_none());
        assert!(PlanId::parse(&"F".repeat(32)).is_none());
        assert!(PlanId::parse(&"f".repeat(32)).is_some());
    }
}
