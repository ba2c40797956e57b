use proptest::prelude::*;

use super::*;

fn check(uplinks: &[u32], ports: &[u32], expect: Option<&[&[u32]]>) {
    let stripes = Stripes {
        uplinks: uplinks.to_vec(),
        ports: ports.to_vec(),
        ..Stripes::default()
    };
    let expect = expect.map(|rows| rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>());
    assert_eq!(counts(&stripes), expect);
    assert_eq!(fits(&stripes), expect.is_some());
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

fn keeping(uplinks: &[u32], ports: &[u32], kept: &[((usize, usize), u32)], expect: &[&[u32]]) {
    let stripes = Stripes {
        uplinks: uplinks.to_vec(),
        ports: ports.to_vec(),
        kept: kept.iter().copied().collect(),
    };
    let expect: Vec<Vec<u32>> = expect.iter().map(|row| row.to_vec()).collect();
    assert_eq!(counts(&stripes), Some(expect));
}

#[test]
fn existing_links_choose_first() {
    let kept = [((0, 1), 2), ((0, 0), 1), ((1, 1), 2)];
    keeping(&[3, 3], &[9, 9], &kept, &[&[1, 2], &[1, 2]]);
}

#[test]
fn a_leaf_gives_way_to_one_that_would_lose_more() {
    // Spine 0 has room for one extra link. Leaf 0 loses nothing on spine 1, leaf 1 would.
    let kept = [((0, 0), 2), ((0, 1), 2), ((1, 0), 2)];
    keeping(&[3, 3], &[3, 9], &kept, &[&[1, 2], &[2, 1]]);
}

/// All tables of floors and ceilings that the spines' ports allow, by the links that they lose.
fn brute_force(stripes: &Stripes) -> Option<u32> {
    let spines = count(stripes.ports.len());
    let cells = stripes.uplinks.len() * stripes.ports.len();
    let cell = |leaf: usize, spine: usize| leaf * stripes.ports.len() + spine;
    let table = |bits: u32| -> Option<u32> {
        let links = |leaf: usize, spine: usize| {
            stripes.uplinks[leaf] / spines + (bits >> cell(leaf, spine) & 1)
        };
        let leaves = || 0..stripes.uplinks.len();
        let all = || 0..stripes.ports.len();
        let whole = leaves().all(|leaf| {
            all().map(|spine| links(leaf, spine)).sum::<u32>() == stripes.uplinks[leaf]
                && stripes.uplinks[leaf] >= spines
        });
        let fits = all().all(|spine| {
            leaves().map(|leaf| links(leaf, spine)).sum::<u32>() <= stripes.ports[spine]
        });
        let lost = stripes
            .kept
            .iter()
            .map(|((leaf, spine), kept)| kept.saturating_sub(links(*leaf, *spine)))
            .sum();
        (whole && fits).then_some(lost)
    };
    (0..1_u32 << cells).filter_map(table).min()
}

fn small() -> impl Strategy<Value = Stripes> {
    (1..=4_usize, 1..=3_usize).prop_flat_map(|(leaves, spines)| {
        let kept = prop::collection::btree_map((0..leaves, 0..spines), 0..5_u32, 0..=12);
        (
            prop::collection::vec(1..8_u32, leaves),
            prop::collection::vec(2..14_u32, spines),
            kept,
        )
            .prop_map(|(uplinks, ports, kept)| Stripes {
                uplinks,
                ports,
                kept,
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lost_links_are_the_fewest_that_brute_force_finds(stripes in small()) {
        let found = counts(&stripes);
        let lost = found.as_ref().map(|counts| {
            let lost = stripes.kept.iter().map(|((l, s), kept)| kept.saturating_sub(counts[*l][*s]));
            lost.sum::<u32>()
        });
        prop_assert_eq!(lost, brute_force(&stripes));
        prop_assert_eq!(fits(&stripes), found.is_some());
        for (row, uplinks) in found.iter().flatten().zip(&stripes.uplinks) {
            prop_assert_eq!(row.iter().sum::<u32>(), *uplinks);
        }
        for (spine, ports) in stripes.ports.iter().enumerate() {
            let used: u32 = found.iter().flatten().map(|row| row[spine]).sum();
            prop_assert!(used <= *ports);
        }
    }

    #[test]
    fn what_is_there_is_chosen_again(stripes in small()) {
        let Some(first) = counts(&stripes) else { return Ok(()) };
        let cells = first.iter().enumerate().flat_map(|(leaf, row)| {
            row.iter().enumerate().map(move |(spine, links)| ((leaf, spine), *links))
        });
        let again = Stripes { kept: cells.collect(), ..stripes };
        prop_assert_eq!(counts(&again), Some(first));
    }
}
