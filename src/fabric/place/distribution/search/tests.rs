use super::Piece::{Bundle, Whole};
use super::*;
use crate::fabric::units::position;

#[test]
fn finds_what_no_usual_order_finds() {
    let check = |pieces: &[Piece], apart: &[u32], free: &[u32], fits: bool| {
        let mut pieces = pieces.to_vec();
        pieces.sort_unstable_by(|one, other| other.cmp(one));
        let found = search(&Task {
            free: free.to_vec(),
            group: 2,
            domain: 1,
            pieces: &pieces,
            apart,
        });
        assert_eq!(
            found.as_ref().err(),
            (!fits).then_some(&NoRoom::Certain),
            "{pieces:?} and {apart:?} on {free:?}"
        );
        let mut left = free.to_vec();
        for (piece, put) in pieces.iter().zip(found.iter().flatten()) {
            assert_eq!(put.iter().map(|(_, n)| n).sum::<u32>(), piece.ports());
            for (switch, n) in put {
                left[*switch] -= n;
            }
        }
        assert!(!fits || position(left.iter().sum()) >= apart.len());
    };
    check(&[2; 3].map(Whole), &[], &[5, 5], true);
    check(&[2; 5].map(Whole), &[], &[5, 5], false);
    // Largest first on the first that fits needs three.
    let sizes = [4, 3, 3, 2, 2, 2].map(Whole);
    check(&sizes, &[], &[8, 8], true);
    check(&[4; 3].map(Whole), &[], &[8, 3], false);
    check(&[Whole(1), Whole(5)], &[], &[1, 5], true);
    // Both small ones beside each other, so that the large one finds a switch.
    check(&[Whole(1), Whole(1), Whole(3)], &[], &[3, 3], true);
    // Ports that are apart want room on many switches, and pieces leave it.
    check(&[Whole(1), Whole(2)], &[2], &[2, 2, 2], true);
    check(&[Whole(2), Whole(2)], &[2], &[2, 2, 2], false);
    // A bundle does not leave its group.
    check(&[Bundle(2)], &[], &[1, 0, 0, 1], false);
    check(&[Bundle(2), Bundle(4)], &[], &[2, 2, 2, 2], true);
    check(&[Bundle(2), Bundle(4), Whole(2)], &[], &[2; 4], false);
    check(&[Bundle(3), Bundle(3)], &[], &[3, 3], true);
}
