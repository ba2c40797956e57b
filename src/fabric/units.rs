//! Quantities that must not be mixed up.

use std::fmt;

/// Speed of one port, in Mbit/s, because 2.5 Gbit/s ports exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Speed(u64);

impl Speed {
    /// From whole Gbit/s.
    pub const fn from_gbps(gbps: u32) -> Self {
        Self(gbps as u64 * 1_000)
    }

    pub const fn mbps(self) -> u64 {
        self.0
    }

    /// The speed of several such ports together.
    pub fn times(self, ports: u32) -> Option<Self> {
        self.0.checked_mul(u64::from(ports)).map(Self)
    }

    /// Reads the catalogue's form: `800G`, `2.5G`. The unit may be lower case.
    pub fn parse(text: &str) -> Option<Self> {
        let speed = Self::parse_gbps(text.strip_suffix(['G', 'g'])?)?;
        (speed.0 > 0).then_some(speed)
    }

    /// Reads Gbit/s with at most one decimal, as a design has them: `800`, `2.5`, and `0`.
    pub fn parse_gbps(number: &str) -> Option<Self> {
        let (whole, tenths) = number.split_once('.').unwrap_or((number, "0"));
        if whole.is_empty() || whole.len() > 5 || tenths.len() != 1 {
            return None;
        }
        let digits = |t: &str| {
            t.bytes()
                .all(|c| c.is_ascii_digit())
                .then(|| t.parse::<u64>().ok())
        };
        let mbps = digits(whole)?? * 1_000 + digits(tenths)?? * 100;
        Some(Self(mbps))
    }

    /// The number of Gbit/s as it is read: `800`, `2.5`.
    pub fn gbps(self) -> String {
        let (whole, tenths) = (self.0 / 1_000, self.0 % 1_000 / 100);
        if tenths == 0 {
            whole.to_string()
        } else {
            format!("{whole}.{tenths}")
        }
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}G", self.gbps())
    }
}

/// How a cage is run: into how many logical ports, and how fast each is. `4x200G`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mode {
    /// Logical ports of the cage: 1, 2, 4 or 8.
    pub ports: u32,
    pub speed: Speed,
}

impl Mode {
    /// Reads `4x200G`, and `25G` for a port that only has speeds.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((ports, speed)) = text.split_once(['x', 'X']) else {
            return Some(Self {
                ports: 1,
                speed: Speed::parse(text)?,
            });
        };
        let ports = match ports {
            "1" => 1,
            "2" => 2,
            "4" => 4,
            "8" => 8,
            _ => return None,
        };
        Some(Self {
            ports,
            speed: Speed::parse(speed)?,
        })
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.ports, self.speed)
    }
}

/// The length of a list as a count. Lists here are limited far below `u32::MAX`
/// (see [`super::limits`]).
pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// A count as a position in a list.
pub(crate) fn position(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// `a : b` in lowest terms, for example `3:2`. `None` where either is 0.
pub(crate) fn ratio(a: u64, b: u64) -> Option<String> {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    (a > 0 && b > 0).then(|| format!("{}:{}", a / x, b / x))
}

/// How many logical ports of its speed a zone could have on each switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// With the cages that are in no zone.
    pub ports: u32,
    /// With those that are excluded too.
    pub with_excluded: u32,
    /// If all cages of the switch were for it.
    pub of_switch: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_and_modes_are_read_as_they_are_written() {
        for text in ["1x800G", "4x200G", "8x100G", "1x2.5G"] {
            assert_eq!(
                Mode::parse(text).map(|m| m.to_string()).as_deref(),
                Some(text)
            );
        }
        assert_eq!(Mode::parse("25G"), Mode::parse("1x25g"));
        for text in [
            "", "G", "x", "3x100G", "4x", "4x200", "4x0G", "4x-1G", "0x1G", "1x1.25G", "+1G",
        ] {
            assert_eq!(Mode::parse(text), None, "{text}");
        }
    }

    #[test]
    fn speeds_of_a_design_are_read_as_they_are_written() {
        for text in ["0", "1", "2.5", "10", "800"] {
            let read = Speed::parse_gbps(text).map(Speed::gbps);
            assert_eq!(read.as_deref(), Some(text));
        }
        for text in ["", "2.55", "-1", "1e3", "2,5", "100000", ".5", "2."] {
            assert_eq!(Speed::parse_gbps(text), None, "{text}");
        }
    }

    #[test]
    fn ratios_are_in_lowest_terms() {
        assert_eq!(ratio(25_600, 25_600).as_deref(), Some("1:1"));
        assert_eq!(ratio(4_800, 3_200).as_deref(), Some("3:2"));
        assert_eq!(ratio(1, 0), None);
    }
}
