//! Pure: cuts work into requests by count, by bytes and by the length of a request line.

use std::ops::Range;

/// A body above 2,621,440 bytes is a 500 `RequestDataTooBig`; this leaves room for brackets.
pub const BODY_BYTES_MAX: usize = 2_500_000;

/// gunicorn refuses a request line above 4,094 bytes with an HTML page; `GET `, ` HTTP/1.1` and a
/// proxy's additions have to fit as well.
pub const REQUEST_LINE_BYTES_MAX: usize = 3_900;

/// Cuts items of the given sizes into runs of at most `count_max` items and `bytes_max` bytes.
///
/// An item that is too big on its own gets a run of its own: only the server can judge it.
pub fn cut(sizes: &[usize], count_max: usize, bytes_max: usize) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    let mut bytes = 0_usize;
    for (index, size) in sizes.iter().enumerate() {
        let full = index - start >= count_max.max(1) || bytes.saturating_add(*size) > bytes_max;
        if full && index > start {
            runs.push(start..index);
            start = index;
            bytes = 0;
        }
        bytes = bytes.saturating_add(*size).saturating_add(1);
    }
    if start < sizes.len() {
        runs.push(start..sizes.len());
    }
    runs
}

/// Cuts the values of a repeated parameter (`id=1&id=2`) so that each request line fits.
///
/// `line_bytes` is the length of the line without these values.
pub fn cut_parameter(line_bytes: usize, parameter: &str, values: &[String]) -> Vec<Range<usize>> {
    let sizes: Vec<usize> = values
        .iter()
        .map(|value| parameter.len() + 2 + encoded_len(value))
        .collect();
    let room = REQUEST_LINE_BYTES_MAX.saturating_sub(line_bytes);
    cut(&sizes, usize::MAX, room)
}

/// gunicorn refuses a header line above 8,190 bytes, with its name.
pub const HEADER_LINE_BYTES_MAX: usize = 8_000;

/// The values of a header, in as few lines as its limit allows; servers join them again.
pub fn header_lines(values: &[String]) -> Vec<String> {
    let sizes: Vec<usize> = values.iter().map(|value| value.len() + 1).collect();
    let room = HEADER_LINE_BYTES_MAX - "If-Match: ".len();
    let runs = cut(&sizes, usize::MAX, room);
    runs.into_iter().map(|run| values[run].join(", ")).collect()
}

/// Length of a value in a query string; every byte that is not plainly safe counts three.
fn encoded_len(value: &str) -> usize {
    value
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.".contains(&b) {
                1
            } else {
                3
            }
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_cover_everything_once_in_order() {
        for count_max in 1..7 {
            let sizes: Vec<usize> = (0..20).map(|n| n * 7 % 11).collect();
            let runs = cut(&sizes, count_max, 25);
            let all: Vec<usize> = runs.iter().cloned().flatten().collect();
            assert_eq!(all, (0..20).collect::<Vec<_>>());
            assert!(runs.iter().all(|run| run.len() <= count_max));
        }
    }

    #[test]
    fn an_item_that_is_too_big_goes_alone() {
        assert_eq!(cut(&[1, 100, 1], 10, 10), vec![0..1, 1..2, 2..3]);
        assert_eq!(cut(&[], 10, 10), Vec::<Range<usize>>::new());
    }

    #[test]
    fn six_digit_ids_fit_a_request_line() {
        let ids: Vec<String> = (100_000..101_000).map(|id| id.to_string()).collect();
        let runs = cut_parameter(120, "id", &ids);
        assert!(
            runs.iter()
                .all(|run| 120 + run.len() * "&id=100000".len() <= REQUEST_LINE_BYTES_MAX)
        );
        assert!(runs.len() <= 3, "{runs:?}");
    }
}
