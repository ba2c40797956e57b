//! Durations as Terraform's users write them: `90s`, `5m`, `1h30m`.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::decode::{Findings, Object};
use crate::diag::Diagnostic;

const UNITS: [(&str, u64); 4] = [("ms", 1), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];

/// `None` unless it is one or more whole numbers, each with `h`, `m`, `s` or `ms`.
pub fn parse(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let (unit, factor) = UNITS.iter().find(|(unit, _)| rest.starts_with(unit))?;
        rest = &rest[unit.len()..];
        total = total.checked_add(number.checked_mul(*factor)?)?;
    }
    (!text.is_empty()).then(|| Duration::from_millis(total))
}

/// The shortest way to write it, in whole seconds.
pub fn words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let parts = [
        (seconds / 3_600, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
    ];
    let mut text = String::new();
    for (number, unit) in parts.iter().filter(|(number, _)| *number > 0) {
        text.push_str(&number.to_string());
        text.push_str(unit);
    }
    if text.is_empty() {
        text.push_str("0s");
    }
    text
}

/// An argument that is a duration within a range; one outside is told.
pub fn argument(
    object: &Object<'_>,
    name: &str,
    range: &RangeInclusive<Duration>,
    findings: &mut Findings,
) -> Option<Duration> {
    let text = object.text(name, findings)?;
    let duration = parse(&text);
    if let Some(duration) = duration.filter(|duration| range.contains(duration)) {
        return Some(duration);
    }
    let (least, most) = (words(*range.start()), words(*range.end()));
    let fault = match duration {
        Some(_) => format!("it must be from {least} to {most}"),
        None => {
            format!("that is no duration. Write it like 90s, 5m or 1h30m, from {least} to {most}")
        }
    };
    findings.diagnostics.push(
        Diagnostic::error(
            "Invalid duration",
            format!("{} is \"{text}\": {fault}.", object.path_to(name)),
        )
        .at(object.path_to(name)),
    );
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        for (text, seconds) in [
            ("90s", 90),
            ("5m", 300),
            ("1h30m", 5_400),
            ("0s", 0),
            ("2h0m1s", 7_201),
        ] {
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse("250ms"), Some(Duration::from_millis(250)));
        for text in [
            "",
            "5",
            "m",
            "1.5h",
            "-5m",
            "5 m",
            "5d",
            "99999999999999999999s",
            "99999999999999999h",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(words(Duration::from_mins(90)), "1h30m");
        assert_eq!(words(Duration::ZERO), "0s");
    }
}
