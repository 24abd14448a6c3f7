//! The total order of the rows, of which only those that are asked for are ever sorted.

use std::cmp::Reverse;
use std::ops::Range;

use super::market::{Facts, Market};
use super::query::Sort;
use super::table::Matched;

/// The rows, as they are to be ordered.
pub(super) struct Sorting<'a> {
    pub(super) market: &'a Market,
    pub(super) rows: &'a [Matched],
    pub(super) scores: &'a [f64],
    pub(super) sort: Sort,
}

/// A row's place in the order, the smaller the earlier: what is sorted by, score, price, row.
///
/// The user's rate rises with the provider's, so the latter decides. Scores are finite and not
/// negative, and such numbers sort like their bits.
type Key = (u64, Reverse<u64>, u64, usize);

impl Sorting<'_> {
    /// The rows at these places of the order.
    ///
    /// Keeps the best `end` keys seen so far and up to as many again that may be among them, so that
    /// nearly every row costs one comparison, and deep pages no more than a partition.
    pub(super) fn rows(&self, places: Range<usize>) -> Vec<usize> {
        let Range { start, end } = places;
        if start >= end {
            return Vec::new();
        }
        let capacity = end.saturating_mul(2).min(self.rows.len());
        let mut best: Vec<Key> = Vec::with_capacity(capacity);
        let mut worst: Option<Key> = None;
        let by_value = self.sort == Sort::Rank;
        for (row, score) in self.scores.iter().enumerate() {
            // By value the score decides, and most rows are told by it alone.
            let scores_less = |(_, Reverse(least), ..): Key| by_value && score.to_bits() < least;
            if worst.is_some_and(scores_less) {
                continue;
            }
            let Some(key) = self.key(self.sort, row) else { continue };
            if worst.is_some_and(|worst| key > worst) {
                continue;
            }
            best.push(key);
            if best.len() == end.saturating_mul(2) {
                let (_, nth, _) = best.select_nth_unstable(end.saturating_sub(1));
                worst = Some(*nth);
                best.truncate(end);
            }
        }
        if end < best.len() {
            best.select_nth_unstable(end);
            best.truncate(end);
        }
        if let Some(last) = best.len().checked_sub(1) {
            best.select_nth_unstable(start.min(last));
        }
        let page = best.get_mut(start..).unwrap_or_default();
        page.sort_unstable();
        page.iter().map(|(.., row)| *row).collect()
    }

    /// The place by value, from 1, of each of the rows that begin at `start` of the order.
    pub(super) fn ranks(&self, start: usize, chosen: &[usize]) -> Vec<usize> {
        if self.sort == Sort::Rank {
            return (start..).zip(chosen).map(|(before, _)| before.saturating_add(1)).collect();
        }
        let key = |row: &usize| self.key(Sort::Rank, *row);
        let mut by_value: Vec<Key> = chosen.iter().filter_map(key).collect();
        by_value.sort_unstable();
        // A row that `n` chosen ones precede or equal comes before all the others of them.
        let mut counts = vec![0_usize; by_value.len().saturating_add(1)];
        for row_key in self.keys(Sort::Rank) {
            let preceding = by_value.partition_point(|other| *other <= row_key);
            if let Some(count) = counts.get_mut(preceding) {
                *count = count.saturating_add(1);
            }
        }
        let rank = |row: &usize| {
            let place = by_value.binary_search(&key(row)?).ok()?;
            let before = counts.iter().take(place.saturating_add(1));
            Some(before.sum::<usize>().saturating_add(1))
        };
        chosen.iter().filter_map(rank).collect()
    }

    fn keys(&self, sort: Sort) -> impl Iterator<Item = Key> {
        (0..self.rows.len()).filter_map(move |row| self.key(sort, row))
    }

    fn key(&self, sort: Sort, row: usize) -> Option<Key> {
        let facts = self.market.facts().get(self.rows.get(row)?.place)?;
        let price = facts.provider_rate.0.unsigned_abs();
        let first = match sort {
            Sort::Rank => 0,
            Sort::PriceAsc => price,
            Sort::PriceDesc => u64::MAX - price,
            Sort::Performance => u64::MAX - self.tflops(facts)?.to_bits(),
            Sort::Memory => u64::MAX - u64::from(facts.memory_gib) * u64::from(facts.count.0),
            Sort::Availability => u64::MAX - u64::from(facts.stock.steps()),
        };
        Some((first, Reverse(self.scores.get(row)?.to_bits()), price, row))
    }

    /// Of all GPUs together; 0 where unknown.
    fn tflops(&self, facts: &Facts) -> Option<f64> {
        let of_one = self.market.names.tflops.get(usize::try_from(facts.gpu).ok()?)?;
        Some(of_one * f64::from(facts.count.0))
    }
}
