//! Cages: the openings that optics, cables and plugs go into, and how NetBox calls what is in them.

use std::collections::BTreeMap;
use std::fmt;

use crate::fabric::units::Speed;

/// The form of an opening. Which modules fit is decided by this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cage {
    Osfp,
    QsfpDd,
    Qsfp112,
    Qsfp56,
    Qsfp28,
    QsfpPlus,
    Sfp56,
    Sfp28,
    SfpPlus,
    /// A fixed copper socket: nothing is plugged in but the cable.
    Rj45,
}

/// NetBox interface types of a cage, by the speed at which it, or a child of it, runs.
pub type InterfaceTypes = BTreeMap<Speed, String>;

impl Cage {
    const ALL: [Self; 10] = [
        Self::Osfp,
        Self::QsfpDd,
        Self::Qsfp112,
        Self::Qsfp56,
        Self::Qsfp28,
        Self::QsfpPlus,
        Self::Sfp56,
        Self::Sfp28,
        Self::SfpPlus,
        Self::Rj45,
    ];

    /// In the order of the variants.
    pub const WORDS: &'static [&'static str] = &[
        "OSFP", "QSFP-DD", "QSFP112", "QSFP56", "QSFP28", "QSFP+", "SFP56", "SFP28", "SFP+", "RJ45",
    ];

    /// Reads the word of the field's own standards; upper or lower case.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|cage| cage.word().eq_ignore_ascii_case(word))
    }

    pub const fn word(self) -> &'static str {
        match self {
            Self::Osfp => "OSFP",
            Self::QsfpDd => "QSFP-DD",
            Self::Qsfp112 => "QSFP112",
            Self::Qsfp56 => "QSFP56",
            Self::Qsfp28 => "QSFP28",
            Self::QsfpPlus => "QSFP+",
            Self::Sfp56 => "SFP56",
            Self::Sfp28 => "SFP28",
            Self::SfpPlus => "SFP+",
            Self::Rj45 => "RJ45",
        }
    }

    /// Electrical lanes, which is also the largest number of logical ports.
    pub const fn lanes(self) -> u32 {
        match self {
            Self::Osfp | Self::QsfpDd => 8,
            Self::Qsfp112 | Self::Qsfp56 | Self::Qsfp28 | Self::QsfpPlus => 4,
            Self::Sfp56 | Self::Sfp28 | Self::SfpPlus | Self::Rj45 => 1,
        }
    }
}

impl fmt::Display for Cage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_names_its_cage() {
        for (cage, word) in Cage::ALL.into_iter().zip(Cage::WORDS) {
            assert_eq!((cage.word(), Cage::parse(word)), (*word, Some(cage)));
        }
        assert_eq!(Cage::parse("qsfp-dd"), Some(Cage::QsfpDd));
        assert_eq!(Cage::parse("QSFP"), None);
    }
}
