//! Port specifications: `1-48`, `1-63:2`, `1,3,5-8`.
//!
//! ```text
//! spec  = part { "," part }      blanks around parts are ignored, empty parts skipped
//! part  = number | range | range ":" step
//! range = number "-" number      start <= end
//! ```
//! Numbers run from 1 to [`PORT_MAX`]; a step is at least 1.

use std::collections::BTreeSet;

/// The highest port number that a specification may name.
pub const PORT_MAX: u32 = 1_024;

/// The longest specification, in characters.
pub const SPEC_LENGTH_MAX: usize = 200;

/// Why a text is not a port specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortSpecFault {
    /// No port is named.
    Empty,
    TooLong {
        length: usize,
    },
    /// A part that is neither a number, nor a range, nor a range with a step.
    Malformed {
        part: String,
    },
    /// A number below 1 or above [`PORT_MAX`].
    OutOfRange {
        part: String,
        number: String,
    },
    /// A range whose start is greater than its end.
    Reversed {
        part: String,
        start: u32,
        end: u32,
    },
    /// A step that is 0 or not a number.
    BadStep {
        part: String,
    },
    /// A step on a single number.
    StepWithoutRange {
        part: String,
    },
}

/// The ports that a specification names, ascending, each once.
///
/// # Errors
/// The first part that cannot be read.
pub fn expand(spec: &str) -> Result<Vec<u32>, PortSpecFault> {
    let length = spec.chars().count();
    if length > SPEC_LENGTH_MAX {
        return Err(PortSpecFault::TooLong { length });
    }
    let mut ports = BTreeSet::new();
    for part in spec
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (first, last, step) = parse_part(part)?;
        let mut port = first;
        while port <= last {
            ports.insert(port);
            port = port.saturating_add(step);
        }
    }
    if ports.is_empty() {
        Err(PortSpecFault::Empty)
    } else {
        Ok(ports.into_iter().collect())
    }
}

/// Start, end and step of one part.
fn parse_part(part: &str) -> Result<(u32, u32, u32), PortSpecFault> {
    let (range, step) = match part.split_once(':') {
        Some((range, step)) => (range.trim(), Some(step.trim())),
        None => (part, None),
    };
    let Some((start, end)) = range.split_once('-') else {
        let port = number(range, part)?;
        return match step {
            Some(_) => Err(PortSpecFault::StepWithoutRange {
                part: part.to_owned(),
            }),
            None => Ok((port, port, 1)),
        };
    };
    let (start, end) = (number(start.trim(), part)?, number(end.trim(), part)?);
    if start > end {
        return Err(PortSpecFault::Reversed {
            part: part.to_owned(),
            start,
            end,
        });
    }
    let step = step.map_or(Some(1), |text| {
        let digits = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
        // A step beyond all numbers is as good as the greatest one.
        digits
            .then(|| text.parse::<u32>().unwrap_or(u32::MAX))
            .filter(|step| *step > 0)
    });
    step.map(|step| (start, end, step))
        .ok_or_else(|| PortSpecFault::BadStep {
            part: part.to_owned(),
        })
}

fn number(text: &str, part: &str) -> Result<u32, PortSpecFault> {
    if text.is_empty() || !text.bytes().all(|c| c.is_ascii_digit()) {
        return Err(PortSpecFault::Malformed {
            part: part.to_owned(),
        });
    }
    text.parse::<u32>()
        .ok()
        .filter(|number| (1..=PORT_MAX).contains(number))
        .ok_or_else(|| PortSpecFault::OutOfRange {
            part: part.to_owned(),
            number: text.to_owned(),
        })
}

/// Port numbers as a specification writes them: `1-4,7,9-63:2`.
pub fn compact(ports: impl IntoIterator<Item = u32>) -> String {
    let ports: Vec<u32> = ports
        .into_iter()
        .collect::<BTreeSet<u32>>()
        .into_iter()
        .collect();
    let mut parts = Vec::new();
    let mut rest = ports.as_slice();
    while let [first, more @ ..] = rest {
        let step = more.first().map_or(1, |second| second - first);
        let run = 1 + more
            .iter()
            .zip(1..)
            .take_while(|(port, n)| **port == first + n * step)
            .count();
        // Two ports that are not neighbours are no pattern yet.
        let run = if step > 1 && run < 3 { 1 } else { run };
        let last = rest[run - 1];
        parts.push(match (run, step) {
            (1, _) => first.to_string(),
            (_, 1) => format!("{first}-{last}"),
            _ => format!("{first}-{last}:{step}"),
        });
        rest = &rest[run..];
    }
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_specifications() {
        let check = |spec: &str, expect: &[u32]| assert_eq!(expand(spec).as_deref(), Ok(expect));
        check("5", &[5]);
        check("1-4,6,8-10", &[1, 2, 3, 4, 6, 8, 9, 10]);
        check(" 1 - 3 , 5 ", &[1, 2, 3, 5]);
        check("1-16:3", &[1, 4, 7, 10, 13, 16]);
        check("1-10:20", &[1]);
        check("1-10 : 4294967296", &[1]);
        check("5-5", &[5]);
        check("1-4,3-6", &[1, 2, 3, 4, 5, 6]);
        check("10,5,1", &[1, 5, 10]);
        check("1,,2,", &[1, 2]);
        check("1023-1024", &[1023, 1024]);
        assert_eq!(expand("1-63:2").map(|ports| ports.len()), Ok(32));
        assert_eq!(expand("2-64:2").map(|ports| ports.len()), Ok(32));
    }

    #[test]
    fn bad_specifications() {
        use PortSpecFault as F;
        let part = |part: &str| part.to_owned();
        let check = |spec: &str, expect: F| assert_eq!(expand(spec), Err(expect), "{spec}");
        check("", F::Empty);
        check(" , ,", F::Empty);
        check("eth1", F::Malformed { part: part("eth1") });
        check(
            "4-1",
            F::Reversed {
                part: part("4-1"),
                start: 4,
                end: 1,
            },
        );
        check(
            "0",
            F::OutOfRange {
                part: part("0"),
                number: part("0"),
            },
        );
        check(
            "1-1025",
            F::OutOfRange {
                part: part("1-1025"),
                number: part("1025"),
            },
        );
        check(
            "99999999999",
            F::OutOfRange {
                part: part("99999999999"),
                number: part("99999999999"),
            },
        );
        check(&"1,".repeat(101), F::TooLong { length: 202 });
    }

    #[test]
    fn bad_signs_and_steps() {
        use PortSpecFault as F;
        let part = |part: &str| part.to_owned();
        let check = |spec: &str, expect: F| assert_eq!(expand(spec), Err(expect), "{spec}");
        check("-1", F::Malformed { part: part("-1") });
        check(
            "1-16:0",
            F::BadStep {
                part: part("1-16:0"),
            },
        );
        check(
            "1-16:-2",
            F::BadStep {
                part: part("1-16:-2"),
            },
        );
        check(
            "1-16:x",
            F::BadStep {
                part: part("1-16:x"),
            },
        );
        check(
            "1-16:",
            F::BadStep {
                part: part("1-16:"),
            },
        );
        check(
            "1-16:2:3",
            F::BadStep {
                part: part("1-16:2:3"),
            },
        );
        check("5:2", F::StepWithoutRange { part: part("5:2") });
        check("1--3", F::Malformed { part: part("1--3") });
        check("-1-3", F::Malformed { part: part("-1-3") });
        check("1-", F::Malformed { part: part("1-") });
        check("+5", F::Malformed { part: part("+5") });
    }

    #[test]
    fn compact_is_the_inverse() {
        assert_eq!(compact([1, 2, 3, 4, 7, 9, 10]), "1-4,7,9-10");
        assert_eq!(compact([1, 3, 5, 7, 9, 10]), "1-9:2,10");
        assert_eq!(compact([2, 4]), "2,4");
        assert_eq!(compact([]), "");
    }
}
