//! What somebody may have meant.

/// At most this many suggestions.
const SUGGESTIONS_MAX: usize = 3;

/// The candidates that differ from the word by little, the nearest first.
pub fn near<'a>(word: &str, candidates: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let word = word.to_lowercase();
    let allowed = (word.chars().count() / 3).clamp(1, 4);
    let mut found: Vec<(usize, &String)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let part = word.len() >= 3 && lower.contains(&word);
            let distance = if part { 1 } else { distance(&word, &lower) };
            (distance <= allowed).then_some((distance, candidate))
        })
        .collect();
    found.sort();
    found
        .into_iter()
        .take(SUGGESTIONS_MAX)
        .map(|(_, candidate)| candidate.clone())
        .collect()
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, c) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, d) in b.iter().enumerate() {
            let replaced = row[j] + usize::from(c != d);
            let mut least = replaced.min(next[j] + 1).min(row[j + 1] + 1);
            if i > 0 && j > 0 && a[i - 1] == *d && b[j - 1] == *c {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names() {
        let names = ["celestica-ds5000", "celestica-ds4000", "dell-s5232f-on"].map(str::to_owned);
        assert_eq!(near("celestica-ds500", &names)[0], "celestica-ds5000");
        assert_eq!(near("ds5000", &names), ["celestica-ds5000"]);
        assert!(near("nvidia", &names).is_empty());
        assert_eq!(near("laef", &["leaf".to_owned()]), ["leaf"]);
    }
}
