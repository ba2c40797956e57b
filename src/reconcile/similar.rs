//! Pure: names that somebody may have meant.

use std::collections::BTreeSet;

use crate::fabric::natural::natural;

/// Candidates that are offered for a reference that is wrong.
const CANDIDATES_MAX: usize = 6;

/// Names that share most of their pairs of letters with a reference.
pub(super) fn similar(reference: &str, names: &[String]) -> Vec<String> {
    let pairs = |text: &str| -> BTreeSet<(char, char)> {
        let lower: Vec<char> = text
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect();
        lower.windows(2).map(|pair| (pair[0], pair[1])).collect()
    };
    let wanted = pairs(reference);
    let mut scored: Vec<(usize, &String)> = names
        .iter()
        .map(|name| (pairs(name).intersection(&wanted).count(), name))
        .filter(|(score, _)| score * 2 >= wanted.len().max(1))
        .collect();
    scored.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| natural(x, y)));
    scored
        .into_iter()
        .take(CANDIDATES_MAX)
        .map(|(_, name)| name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_mistake_finds_its_neighbour() {
        let names = [
            "celestica/ds5000".to_owned(),
            "nvidia/bluefield-3".to_owned(),
        ];
        assert_eq!(similar("celestica/ds500", &names), ["celestica/ds5000"]);
    }
}
