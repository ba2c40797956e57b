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

/// What a cage looks like, whatever its speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Osfp,
    QsfpDd,
    Qsfp,
    Sfp,
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

    /// The cage of a port, by its NetBox interface type: `400gbase-x-osfp`.
    pub fn of_interface_type(word: &str) -> Option<Self> {
        let (_, form) = word.split_once("base-")?;
        Some(match form {
            "t" => Self::Rj45,
            "x-osfp" | "x-osfp-rhs" => Self::Osfp,
            "x-qsfpdd" => Self::QsfpDd,
            "x-qsfp112" => Self::Qsfp112,
            "x-qsfp56" => Self::Qsfp56,
            "x-qsfp28" => Self::Qsfp28,
            "x-qsfpp" => Self::QsfpPlus,
            "x-sfp56" => Self::Sfp56,
            "x-sfp28" => Self::Sfp28,
            "x-sfpp" => Self::SfpPlus,
            _ => return None,
        })
    }

    /// Whether a module for that cage can be put in: QSFP-DD takes every smaller QSFP. Generations of one
    /// form differ in speed alone, and NetBox's types seldom tell them apart.
    pub fn admits(self, module: Self) -> bool {
        self.form() == module.form() || (self == Self::QsfpDd && module.form() == Form::Qsfp)
    }

    const fn form(self) -> Form {
        match self {
            Self::Osfp => Form::Osfp,
            Self::QsfpDd => Form::QsfpDd,
            Self::Qsfp112 | Self::Qsfp56 | Self::Qsfp28 | Self::QsfpPlus => Form::Qsfp,
            Self::Sfp56 | Self::Sfp28 | Self::SfpPlus => Form::Sfp,
            Self::Rj45 => Form::Rj45,
        }
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

    #[test]
    fn interface_types_name_their_cage() {
        for (word, cage) in [
            ("800gbase-x-osfp", Some(Cage::Osfp)),
            ("400gbase-x-osfp-rhs", Some(Cage::Osfp)),
            ("40gbase-x-qsfpp", Some(Cage::QsfpPlus)),
            ("10gbase-x-sfpp", Some(Cage::SfpPlus)),
            ("2.5gbase-t", Some(Cage::Rj45)),
            ("1000base-x-sfp", None),
            ("other", None),
        ] {
            assert_eq!(Cage::of_interface_type(word), cage, "{word}");
        }
    }

    #[test]
    fn a_cage_admits_its_form_and_qsfp_dd_the_smaller_one() {
        for (cage, module, fits) in [
            (Cage::Qsfp56, Cage::Qsfp112, true),
            (Cage::QsfpDd, Cage::Qsfp28, true),
            (Cage::Qsfp28, Cage::QsfpDd, false),
            (Cage::Sfp28, Cage::SfpPlus, true),
            (Cage::Qsfp56, Cage::Osfp, false),
            (Cage::Rj45, Cage::Sfp28, false),
        ] {
            assert_eq!(cage.admits(module), fits, "{module} into {cage}");
        }
    }
}
