//! The order in which people read names: `be-rail-2` before `be-rail-10`.

use std::cmp::Ordering;

/// A sort key that compares runs of digits by value and everything else byte by byte.
///
/// Two different texts are never equal, so that the order is total: `a01` comes before `a1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Natural<'a>(pub &'a str);

impl Ord for Natural<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(self.0.as_bytes(), other.0.as_bytes()).then_with(|| self.0.cmp(other.0))
    }
}

impl PartialOrd for Natural<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn compare(mut a: &[u8], mut b: &[u8]) -> Ordering {
    loop {
        let (Some(first), Some(second)) = (a.first(), b.first()) else {
            return a.len().cmp(&b.len());
        };
        let step = if first.is_ascii_digit() && second.is_ascii_digit() {
            let (number_a, rest_a) = number(a);
            let (number_b, rest_b) = number(b);
            (a, b) = (rest_a, rest_b);
            // Without leading zeros the longer number is the greater one, whatever its size.
            number_a
                .len()
                .cmp(&number_b.len())
                .then_with(|| number_a.cmp(number_b))
        } else {
            let step = first.cmp(second);
            (a, b) = (&a[1..], &b[1..]);
            step
        };
        if step != Ordering::Equal {
            return step;
        }
    }
}

/// The digits at the start without leading zeros, and what follows them.
fn number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text
        .iter()
        .position(|c| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let zeros = digits
        .iter()
        .position(|c| *c != b'0')
        .unwrap_or(digits.len());
    (&digits[zeros..], rest)
}

/// [`Natural`] order of two texts.
pub fn natural(a: &str, b: &str) -> Ordering {
    Natural(a).cmp(&Natural(b))
}

/// The keys of a map in natural order.
pub fn sorted<'a>(names: impl IntoIterator<Item = &'a String>) -> Vec<&'a String> {
    let mut names: Vec<&String> = names.into_iter().collect();
    names.sort_by(|a, b| Natural(a).cmp(&Natural(b)));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        let mut names = [
            "E1/10",
            "be-rail-10",
            "E1/2/1",
            "be-rail-2",
            "E1/2",
            "a01",
            "a1",
            "be",
        ];
        names.sort_by(|a, b| Natural(a).cmp(&Natural(b)));
        assert_eq!(
            names,
            [
                "E1/2",
                "E1/2/1",
                "E1/10",
                "a01",
                "a1",
                "be",
                "be-rail-2",
                "be-rail-10"
            ]
        );
    }
}
