//! Pure: moments in the server's time, as seconds since 1970, from its `Date` header and from
//! `last_updated` of its rows. Leases compare these two and never look at our own clock.

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn from_http_date(text: &str) -> Option<i64> {
    let mut words = text.split_once(", ")?.1.split(' ');
    let day: i64 = words.next()?.parse().ok()?;
    let month_name = words.next()?;
    let names = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = i64::try_from(names.iter().position(|name| *name == month_name)?).ok()? + 1;
    let year: i64 = words.next()?.parse().ok()?;
    seconds(year, month, day, words.next()?)
}

/// `2026-11-23T01:03:08.538910Z`; fractions are cut. `NetBox` answers in UTC.
pub fn from_iso(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('T')?;
    let mut parts = date.split('-').map(str::parse::<i64>);
    let (year, month, day) = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    seconds(year, month, day, time.get(..8)?)
}

/// The `ETag` that `NetBox` gives a row of this version: its `last_updated`, or without one its `created`.
pub fn etag(version: &str) -> String {
    format!("W/\"{}\"", version.replace('Z', "+00:00"))
}

/// For a write that only a row of this version may get; of a version that is not known any.
pub fn if_match(version: Option<&str>) -> Vec<String> {
    version.map(etag).into_iter().collect()
}

fn seconds(year: i64, month: i64, day: i64, time: &str) -> Option<i64> {
    let mut parts = time.split(':').map(str::parse::<i64>);
    let (hour, minute, second) = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    let in_range = (1..=9_999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..=24).contains(&hour)
        && (0..=60).contains(&minute)
        && (0..=60).contains(&second);
    if !in_range {
        return None;
    }
    // Days since 1970 in the proleptic Gregorian calendar, with the year starting in March.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_one_moment_agree() {
        assert_eq!(
            from_http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(784_111_777)
        );
        assert_eq!(from_iso("1994-11-06T08:49:37.123456Z"), Some(784_111_777));
        assert_eq!(from_iso("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(from_iso("2024-02-29T00:00:00Z"), Some(1_709_164_800));
        assert_eq!(from_http_date("yesterday"), None);
        assert_eq!(from_iso("9223372036854775807-01-01T00:00:00Z"), None);
        assert_eq!(from_iso("2026-01-01T9223372036854775807:00:00Z"), None);
    }

    #[test]
    fn an_etag_is_built_from_a_list_read() {
        assert_eq!(
            etag("2026-11-23T01:03:08.538910Z"),
            "W/\"2026-11-23T01:03:08.538910+00:00\""
        );
    }
}
