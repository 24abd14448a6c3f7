use proptest::prelude::*;

use super::*;

const COST: Direction = Direction::Cost;
const BENEFIT: Direction = Direction::Benefit;

fn criteria<const N: usize>(parts: [(f64, Direction); N]) -> [Criterion; N] {
    parts.map(|(weight, direction)| Criterion { weight, direction, span: None })
}

fn scores<const N: usize>(rows: &[[f64; N]], parts: [(f64, Direction); N]) -> Vec<f64> {
    rank(rows, &criteria(parts)).map(|ranking| ranking.scores).unwrap_or_default()
}

fn spanned_scores<const N: usize>(
    rows: &[[f64; N]],
    parts: [(f64, Direction, f64); N],
) -> Vec<f64> {
    let criteria =
        parts.map(|(weight, direction, span)| Criterion { weight, direction, span: Some(span) });
    rank(rows, &criteria).map(|ranking| ranking.scores).unwrap_or_default()
}

fn assert_close(left: &[f64], right: &[f64], tolerance: f64) {
    assert_eq!(left.len(), right.len());
    for (one, other) in left.iter().zip(right) {
        assert!((one - other).abs() <= tolerance, "{left:?} is not {right:?}");
    }
}

#[test]
fn the_textbook_table_gives_the_textbook_scores() {
    let rows = [
        [250.0, 16.0, 12.0, 5.0],
        [200.0, 16.0, 8.0, 3.0],
        [300.0, 32.0, 16.0, 4.0],
        [275.0, 32.0, 8.0, 4.0],
        [225.0, 16.0, 16.0, 2.0],
    ];
    let parts = [(0.25, COST), (0.25, BENEFIT), (0.25, BENEFIT), (0.25, BENEFIT)];
    let expected = [0.534_277, 0.308_368, 0.691_632, 0.534_737, 0.401_046];
    assert_close(&scores(&rows, parts), &expected, 1e-6);
    let unnormalised = [(7.0, COST), (7.0, BENEFIT), (7.0, BENEFIT), (7.0, BENEFIT)];
    assert_close(&scores(&rows, unnormalised), &expected, 1e-6);
    // pymcdm 1.4, TOPSIS with vector normalisation.
    let by_pymcdm = [
        0.534_276_857_182_100_3,
        0.308_367_768_732_468_5,
        0.691_632_231_267_531_5,
        0.534_736_584_486_838,
        0.401_046_121_516_786_15,
    ];
    assert_close(&scores(&rows, parts), &by_pymcdm, 1e-15);
    let spanned =
        [(4.0, COST, 200.0), (3.0, BENEFIT, 32.0), (2.0, BENEFIT, 16.0), (1.0, BENEFIT, 8.0)];
    // pymcdm 1.4, TOPSIS with min-max normalisation of the same rows and the two imagined ones.
    let by_pymcdm = [
        0.670_554_234_146_590_7,
        0.709_777_759_490_517_2,
        0.677_768_642_297_006,
        0.695_368_788_944_963_9,
        0.727_866_533_732_157_3,
    ];
    assert_close(&spanned_scores(&rows, spanned), &by_pymcdm, 1e-15);
}

#[test]
fn a_spanned_column_counts_by_differences_alone() {
    let parts = [(1.0, COST, 3.0), (1.0, BENEFIT, 3.0)];
    let rows = [[1.0, -2.0], [2.0, 0.0], [1.5, 1.0]];
    let moved = rows.map(|[cost, benefit]| [cost - 32.0, benefit + 64.0]);
    assert_close(&spanned_scores(&rows, parts), &spanned_scores(&moved, parts), 0.0);
    // One span from the best is the whole way, and nearly alike stays nearly alike.
    assert_close(&spanned_scores(&[[0.0], [3.0]], [(1.0, COST, 3.0)]), &[1.0, 0.0], 0.0);
    assert_close(&spanned_scores(&[[0.0], [0.3]], [(1.0, COST, 3.0)]), &[1.0, 0.9], 1e-15);
    assert_close(&spanned_scores(&[[0.0], [0.0]], [(1.0, COST, 3.0)]), &[1.0, 1.0], 0.0);
}

#[test]
fn a_span_that_is_none_is_named() {
    for bad in [0.0, -1.0, f64::INFINITY] {
        let criterion = Criterion { weight: 1.0, direction: COST, span: Some(bad) };
        let error = rank(&[[1.0]], &[criterion]).err();
        assert_eq!(error, Some(RankingError::Span { column: 0, value: bad }));
    }
    for bad in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        let criterion = Criterion { weight: 1.0, direction: BENEFIT, span: Some(1.0) };
        let error = rank(&[[1.0], [bad]], &[criterion]).err();
        assert!(matches!(error, Some(RankingError::Cell { row: 1, column: 0, .. })), "{error:?}");
    }
}

#[test]
fn no_rows_have_no_scores() {
    let none = Range { least: 0.0, greatest: 0.0, direction: COST };
    let ranges = [none, Range { direction: BENEFIT, ..none }];
    for span in [None, Some(3.0)] {
        let criteria = criteria([(1.0, COST), (3.0, BENEFIT)]);
        let ranking = rank(&[], &criteria.map(|criterion| Criterion { span, ..criterion }));
        let (scores, weights, differs) = (Vec::new(), [0.25, 0.75], [false, false]);
        assert_eq!(ranking, Ok(Ranking { scores, weights, ranges, differs }));
    }
}

#[test]
fn one_row_or_equal_rows_are_the_best_there_is() {
    let parts = [(1.0, COST), (1.0, BENEFIT)];
    assert_eq!(scores(&[[3.0, 0.0]], parts), [1.0]);
    assert_eq!(scores(&[[3.0, 5.0], [3.0, 5.0]], parts), [1.0, 1.0]);
}

#[test]
fn a_column_of_zeros_changes_nothing() {
    let with = scores(&[[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]], [(1.0, COST), (1.0, BENEFIT)]);
    assert_eq!(with, scores(&[[1.0], [2.0], [3.0]], [(1.0, COST)]));
    assert_eq!(with, [1.0, 0.5, 0.0]);
}

#[test]
fn a_column_without_weight_is_checked_and_counts_nothing() {
    let parts = [(1.0, COST), (0.0, BENEFIT)];
    assert_eq!(scores(&[[1.0, 0.0], [2.0, 9.0]], parts), [1.0, 0.0]);
    let error = rank(&[[1.0, 0.0], [2.0, -9.0]], &criteria(parts)).err();
    assert_eq!(error, Some(RankingError::Cell { row: 1, column: 1, value: -9.0 }));
}

#[test]
fn a_cell_that_is_no_price_or_no_amount_is_named() {
    let parts = criteria([(1.0, COST), (1.0, BENEFIT)]);
    for bad in [0.0, -1.0, f64::INFINITY] {
        let error = rank(&[[1.0, 1.0], [bad, 1.0]], &parts).err();
        assert_eq!(error, Some(RankingError::Cell { row: 1, column: 0, value: bad }));
    }
    for bad in [-1.0, f64::INFINITY] {
        let error = rank(&[[1.0, bad], [1.0, 1.0]], &parts).err();
        assert_eq!(error, Some(RankingError::Cell { row: 0, column: 1, value: bad }));
    }
    for bad in [0.0, f64::INFINITY] {
        let error = rank(&[[bad]], &criteria([(1.0, COST)])).err();
        assert_eq!(error, Some(RankingError::Cell { row: 0, column: 0, value: bad }));
    }
    let error = rank(&[[1.0, 1.0], [f64::NAN, 1.0]], &parts).err();
    assert!(matches!(error, Some(RankingError::Cell { row: 1, column: 0, .. })), "{error:?}");
}

#[test]
fn a_weight_that_is_none_is_named() {
    for bad in [-0.1, f64::INFINITY] {
        let error = rank(&[[1.0, 1.0]], &criteria([(1.0, COST), (bad, BENEFIT)])).err();
        assert_eq!(error, Some(RankingError::Weight { column: 1, value: bad }));
    }
    let error = rank(&[[1.0]], &criteria([(f64::NAN, COST)])).err();
    assert!(matches!(error, Some(RankingError::Weight { column: 0, .. })), "{error:?}");
    let none = rank(&[[1.0, 1.0]], &criteria([(0.0, COST), (0.0, BENEFIT)])).err();
    assert_eq!(none, Some(RankingError::NoWeight));
    assert_eq!(rank::<0>(&[], &[]).err(), Some(RankingError::NoWeight));
}

#[test]
fn the_largest_and_smallest_numbers_stay_finite() {
    let rows = [[f64::MAX, 0.0], [1.0, f64::MAX], [f64::MIN_POSITIVE, 1e-300]];
    let found = scores(&rows, [(f64::MAX, COST), (f64::MAX, BENEFIT)]);
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|score| (0.0..=1.0).contains(score)), "{found:?}");
    assert_eq!(scores(&[[0.0], [5e-324]], [(1.0, BENEFIT)]), [1.0, 1.0]);
}

#[test]
fn a_scaled_value_is_1_at_the_good_end() {
    let cost = Range { least: 2.0, greatest: 4.0, direction: COST };
    assert_close(&[cost.scaled(2.0), cost.scaled(3.0), cost.scaled(4.0)], &[1.0, 0.5, 0.0], 0.0);
    let flat = Range { least: 2.0, greatest: 2.0, direction: BENEFIT };
    assert_close(&[flat.scaled(2.0)], &[1.0], 0.0);
}

const COLUMNS: usize = 4;

/// Rows of one cost and three benefits, with zeros among the benefits, and weights for them.
fn tables() -> impl Strategy<Value = (Vec<[f64; COLUMNS]>, [Criterion; COLUMNS])> {
    let benefit = || prop_oneof![1 => Just(0.0), 4 => 0.0..1e6_f64];
    let row =
        (1e-3..1e6_f64, benefit(), benefit(), benefit()).prop_map(|(a, b, c, d)| [a, b, c, d]);
    let weights = prop::array::uniform4(prop_oneof![1 => Just(0.0), 4 => 0.01..10.0_f64]);
    (prop::collection::vec(row, 1..12), weights).prop_filter_map("no weight", |(rows, weights)| {
        let [a, b, c, d] = weights;
        let criteria = criteria([(a, COST), (b, BENEFIT), (c, BENEFIT), (d, BENEFIT)]);
        weights.iter().any(|weight| *weight > 0.0).then_some((rows, criteria))
    })
}

fn scores_of(rows: &[[f64; COLUMNS]], criteria: &[Criterion; COLUMNS]) -> Vec<f64> {
    rank(rows, criteria).map(|ranking| ranking.scores).unwrap_or_default()
}

proptest! {
    #[test]
    fn every_score_is_between_0_and_1((rows, criteria) in tables()) {
        let found = scores_of(&rows, &criteria);
        prop_assert_eq!(found.len(), rows.len());
        prop_assert!(found.iter().all(|score| (0.0..=1.0).contains(score)));
    }

    #[test]
    fn scaling_a_column_changes_nothing(
        (rows, criteria) in tables(),
        column in 0..COLUMNS,
        scale in 1e-6..1e6_f64,
    ) {
        let mut scaled = rows.clone();
        for row in &mut scaled {
            row[column] *= scale;
        }
        assert_close(&scores_of(&rows, &criteria), &scores_of(&scaled, &criteria), 1e-9);
    }

    #[test]
    fn the_order_of_the_rows_changes_nothing((rows, criteria) in tables(), turn in 0..12_usize) {
        let mut turned = rows.clone();
        turned.rotate_left(turn % rows.len());
        turned.reverse();
        let mut found = scores_of(&turned, &criteria);
        found.reverse();
        found.rotate_right(turn % rows.len());
        assert_close(&scores_of(&rows, &criteria), &found, 1e-9);
    }

    #[test]
    fn a_row_that_is_nowhere_worse_never_scores_lower(
        (mut rows, criteria) in tables(),
        gains in prop::array::uniform4(prop_oneof![2 => Just(0.0), 1 => 0.0..1.0_f64, 1 => 0.0..1e-12]),
    ) {
        let below = rows[0];
        rows.push([
            below[0] * (1.0 - gains[0] / 2.0),
            below[1] * (1.0 + gains[1]),
            below[2] + gains[2],
            below[3] * (1.0 + gains[3]),
        ]);
        let found = scores_of(&rows, &criteria);
        prop_assert!(found[rows.len() - 1] >= found[0], "{:?}", found);
    }
}
