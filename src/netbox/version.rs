//! Which `NetBox` releases are supported.

use std::fmt;

/// The release that the contract suite runs against.
pub const TESTED: Version = Version { major: 4, minor: 7 };
/// The oldest release that is let through, with a warning.
pub const OLDEST: Version = Version { major: 4, minor: 6 };

/// Major and minor number; patches make no difference to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
}

/// What we think of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// The contract suite runs against it.
    Tested,
    /// Let through with a warning.
    Untested,
    Refused,
}

impl Version {
    /// Reads `4.7.3`, `v4.7.3` and `4.7.3-Docker-3.4.1`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim_start_matches('v').split(['.', '-']);
        Some(Self {
            major: parts.next()?.parse().ok()?,
            minor: parts.next()?.parse().ok()?,
        })
    }

    pub fn support(self) -> Support {
        if self == TESTED {
            Support::Tested
        } else if self >= OLDEST {
            Support::Untested
        } else {
            Support::Refused
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_judged_by_major_and_minor() {
        let judge = |text: &str| Version::parse(text).map(Version::support);
        assert_eq!(judge("4.7.3"), Some(Support::Tested));
        assert_eq!(judge("4.7.3-Docker-3.4.1"), Some(Support::Tested));
        assert_eq!(judge("4.6.0"), Some(Support::Untested));
        assert_eq!(judge("5.0.0"), Some(Support::Untested));
        assert_eq!(judge("4.5.10"), Some(Support::Refused));
        assert_eq!(judge("3.7"), Some(Support::Refused));
        assert_eq!(judge("unknown"), None);
    }
}
