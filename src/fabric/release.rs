//! Hedgehog's releases, which decide what a fabric can do.

use std::fmt;

/// A release by year and month: `26.03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    year: u8,
    month: u8,
}

impl Release {
    /// The newest whose rules are known, and what a design without a release is held to.
    pub const NEWEST: Self = Self { year: 26, month: 3 };
    /// The first that warns of MCLAG.
    pub const MCLAG_DEPRECATED: Self = Self { year: 26, month: 1 };
    /// The first without MCLAG: its connections are skipped without a word.
    pub const MCLAG_REMOVED: Self = Self { year: 26, month: 3 };

    /// The first whose documentation does not repeat that a mesh of TH5 switches has two of them.
    pub const TH5_MESH_UNDOCUMENTED: Self = Self { year: 25, month: 6 };

    /// Reads `26.03`: two digits each, the month from 01 to 12.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('.')?;
        let number = |text: &str| {
            let digits = text.len() == 2 && text.bytes().all(|c| c.is_ascii_digit());
            digits.then(|| text.parse::<u8>().ok()).flatten()
        };
        let release = Self {
            year: number(year)?,
            month: number(month)?,
        };
        (1..=12).contains(&release.month).then_some(release)
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}.{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_read_as_they_are_written() {
        for text in ["26.03", "25.12", "09.01"] {
            let read = Release::parse(text).map(|release| release.to_string());
            assert_eq!(read.as_deref(), Some(text));
        }
        for text in [
            "", "26", "26.3", "26.13", "26.00", "v26.03", "26.03.1", "+6.03",
        ] {
            assert_eq!(Release::parse(text), None, "{text}");
        }
        assert!(Release::MCLAG_DEPRECATED < Release::MCLAG_REMOVED);
    }
}
