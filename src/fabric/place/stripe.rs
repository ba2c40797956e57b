//! How many links each leaf has to each spine. Pure arithmetic.
//!
//! A leaf with T uplinks and S spines has `floor(T/S)` or `ceil(T/S)` links to each. Only who gets
//! the rest is a choice. It is made leaf by leaf: first spines where more links are kept than the
//! floor allows, so that as few as possible are lost; then the spines with most room, ties in
//! order. On equal spines that rotates the rest from leaf to leaf, so that small spines do not
//! overflow while others have room; and if any choice fits, that one does.

use std::collections::BTreeMap;

/// Leaves, spines, and links that would like to stay.
#[derive(Debug, Clone, Default)]
pub(super) struct Stripes {
    /// Uplinks by leaf.
    pub uplinks: Vec<u32>,
    /// Ports by spine.
    pub ports: Vec<u32>,
    /// Links that exist by (leaf, spine).
    pub kept: BTreeMap<(usize, usize), u32>,
}

/// Links by leaf and spine; `None` if the spines' ports do not suffice, or a leaf would miss one.
pub(super) fn counts(stripes: &Stripes) -> Option<Vec<Vec<u32>>> {
    with(stripes, true).or_else(|| with(stripes, false))
}

fn with(stripes: &Stripes, prefer_kept: bool) -> Option<Vec<Vec<u32>>> {
    let spines = u32::try_from(stripes.ports.len()).ok()?;
    if spines == 0 {
        return stripes.uplinks.is_empty().then(Vec::new);
    }
    let floors: u32 = stripes.uplinks.iter().map(|uplinks| uplinks / spines).sum();
    let mut room: Vec<u32> = stripes
        .ports
        .iter()
        .map(|ports| ports.checked_sub(floors))
        .collect::<Option<_>>()?;
    let mut rows = Vec::with_capacity(stripes.uplinks.len());
    for (leaf, uplinks) in stripes.uplinks.iter().enumerate() {
        let (floor, rest) = (uplinks / spines, uplinks % spines);
        if floor == 0 {
            return None;
        }
        let mut row = vec![floor; stripes.ports.len()];
        let keeps = |spine: usize| {
            prefer_kept
                && stripes
                    .kept
                    .get(&(leaf, spine))
                    .is_some_and(|kept| *kept > floor)
        };
        let mut order: Vec<usize> = (0..row.len()).filter(|spine| room[*spine] > 0).collect();
        order.sort_by_key(|spine| (!keeps(*spine), std::cmp::Reverse(room[*spine]), *spine));
        let rest = usize::try_from(rest).ok()?;
        if order.len() < rest {
            return None;
        }
        for spine in order.into_iter().take(rest) {
            row[spine] += 1;
            room[spine] -= 1;
        }
        rows.push(row);
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(uplinks: &[u32], ports: &[u32], expect: Option<&[&[u32]]>) {
        let stripes = Stripes {
            uplinks: uplinks.to_vec(),
            ports: ports.to_vec(),
            ..Stripes::default()
        };
        let expect = expect.map(|rows| rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>());
        assert_eq!(counts(&stripes), expect);
    }

    #[test]
    fn the_rest_rotates() {
        check(&[4], &[9, 9, 9], Some(&[&[2, 1, 1]]));
        check(
            &[4, 4, 4],
            &[4, 4, 4],
            Some(&[&[2, 1, 1], &[1, 2, 1], &[1, 1, 2]]),
        );
        check(&[3, 3], &[3, 3], Some(&[&[2, 1], &[1, 2]]));
        check(
            &[32, 32],
            &[22, 22, 22],
            Some(&[&[11, 11, 10], &[11, 10, 11]]),
        );
    }

    #[test]
    fn what_does_not_fit() {
        check(&[2, 2], &[1, 1, 1, 1], None);
        check(&[3, 3], &[3, 2], None);
        check(&[4, 4], &[6, 2], None);
        check(&[3, 3], &[4, 2], Some(&[&[2, 1], &[2, 1]]));
    }

    #[test]
    fn kept_links_choose_first() {
        let kept = BTreeMap::from([((0, 1), 2), ((0, 0), 1), ((1, 1), 2)]);
        let stripes = Stripes {
            uplinks: vec![3, 3],
            ports: vec![9, 9],
            kept,
        };
        assert_eq!(counts(&stripes), Some(vec![vec![1, 2], vec![1, 2]]));
    }
}
