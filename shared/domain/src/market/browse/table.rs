//! The matching offers as rows of numbers to rank.

use super::facet::{Facet, Values};
use super::market::{Facts, Market};
use super::query::{Group, Per, Query};
use super::wanted::Wanted;
use crate::market::offer::Stock;
use crate::market::ranking::Direction;

/// Within so many doublings of the median, a price counts by its logarithm; beyond, ever less.
///
/// Prices of one kind of machine lie within a factor of 16 of each other; what lies farther off is a
/// mistake or another class, and must not make all others look alike.
const WINDOW: f64 = 4.0;
/// The median is taken of at most so many rows.
const SAMPLES_MAX: usize = 1_024;

/// The rows of a query.
pub(super) struct Table {
    pub(super) rows: Vec<Matched>,
    pub(super) values: Vec<Values>,
    /// The best of each facet, by [`measured`].
    pub(super) bests: Values,
}

/// An offer that stands for a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matched {
    /// Its place in the market.
    pub(super) place: usize,
    /// How many matching offers the row stands for.
    pub(super) offers: u32,
    /// How many clouds they are of.
    pub(super) clouds: u32,
}

impl Table {
    pub(super) fn collect(market: &Market, query: &Query, wanted: &Wanted<'_>) -> Self {
        let taken = market.facts().iter().enumerate().filter(|(_, facts)| wanted.takes(facts));
        let rows: Vec<Matched> = match query.group {
            Group::Offer => {
                taken.map(|(place, _)| Matched { place, offers: 1, clouds: 1 }).collect()
            }
            Group::Cloud | Group::Machine => grouped(market, query.group, taken),
        };
        let of = |row: &Matched| measured(market, row.place, query.per);
        let medians = medians(&rows, of);
        let mut least = rows.first().map(of).unwrap_or_default();
        let mut greatest = least;
        let value = |row: &Matched| {
            let mut value = of(row);
            for column in 0..Facet::COUNT {
                let own = value[column];
                // Without a branch, so that the processor does several columns at once.
                least[column] = if own < least[column] { own } else { least[column] };
                greatest[column] = if own > greatest[column] { own } else { greatest[column] };
            }
            for (column, median) in &medians {
                value[*column] = tempered(value[*column], *median);
            }
            value
        };
        let values = rows.iter().map(value).collect();
        let bests = Facet::ALL.map(|facet| match facet.direction() {
            Direction::Cost => least[facet.place()],
            Direction::Benefit => greatest[facet.place()],
        });
        Self { rows, values, bests }
    }
}

/// The numbers of an offer by [`Facet::ALL`], logarithms where a facet is compared by ratio.
pub(super) fn measured(market: &Market, place: usize, per: Per) -> Values {
    let Some(sizes) = market.sizes(place) else { return Values::default() };
    let count = match per {
        Per::Gpu => 0.0,
        Per::Machine => sizes.count,
    };
    // A share of a GPU already has only a share of its memory.
    let memory_count = count.max(0.0);
    [
        sizes.price + count,
        sizes.memory + memory_count,
        sizes.tflops + count,
        sizes.tflops - sizes.price,
        sizes.vcpus + count,
        sizes.ram + count,
        sizes.reliability,
        sizes.start_up,
        sizes.stock,
    ]
}

/// One row for each group, in the order of the market: the cheapest offer of it in stock.
fn grouped<'a>(
    market: &Market,
    group: Group,
    taken: impl Iterator<Item = (usize, &'a Facts)>,
) -> Vec<Matched> {
    let number = |facts: &Facts| match group {
        Group::Machine => facts.machine,
        Group::Cloud | Group::Offer => facts.listing,
    };
    let names = &market.names;
    let groups = if group == Group::Machine { names.machines.len() } else { names.listings };
    let mut best: Vec<Option<(bool, i64, Matched)>> = vec![None; groups];
    let mut listed = vec![false; names.listings];
    for (place, facts) in taken {
        let at = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let (Some(slot), Some(listed)) =
            (best.get_mut(at(number(facts))), listed.get_mut(at(facts.listing)))
        else {
            continue;
        };
        let is_new_cloud = !std::mem::replace(listed, true);
        let key = (facts.stock == Stock::None, facts.provider_rate.0);
        let (gone, rate, row) =
            slot.get_or_insert((key.0, key.1, Matched { place, offers: 0, clouds: 0 }));
        // Offers come by identifier, so of equals the first stays.
        if key < (*gone, *rate) {
            (*gone, *rate, row.place) = (key.0, key.1, place);
        }
        row.offers = row.offers.saturating_add(1);
        row.clouds = row.clouds.saturating_add(u32::from(is_new_cloud));
    }
    let mut rows: Vec<Matched> = best.into_iter().flatten().map(|(.., row)| row).collect();
    rows.sort_unstable_by_key(|row| row.place);
    rows
}

/// The columns in which an outlier could lie, with the median of each: of every so many rows where
/// there are very many.
fn medians(rows: &[Matched], of: impl Fn(&Matched) -> Values) -> [(usize, f64); 2] {
    let step = rows.len().div_ceil(SAMPLES_MAX).max(1);
    let mut samples: Vec<Values> = rows.iter().step_by(step).map(of).collect();
    let middle = samples.len() / 2;
    [Facet::Price, Facet::TflopsPerDollar].map(|facet| {
        let at = facet.place();
        let by_column = |one: &Values, other: &Values| one[at].total_cmp(&other[at]);
        if samples.is_empty() {
            return (at, 0.0);
        }
        (at, samples.select_nth_unstable_by(middle, by_column).1[at])
    })
}

/// What lies outside the window around the median, drawn nearer without changing the order.
fn tempered(value: f64, median: f64) -> f64 {
    let far = value - median;
    let beyond = far.abs() - WINDOW;
    if beyond <= 0.0 {
        return value;
    }
    median + far.signum() * (WINDOW + beyond / (1.0 + beyond))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn tempering_keeps_the_order_and_never_goes_far(
            one in -60.0..60.0_f64,
            other in -60.0..60.0_f64,
            median in -10.0..10.0_f64,
        ) {
            let (low, high) = (one.min(other), one.max(other));
            let (tempered_low, tempered_high) = (tempered(low, median), tempered(high, median));
            prop_assert!(tempered_low <= tempered_high);
            if high - low > 1e-6 {
                prop_assert!(tempered_low < tempered_high);
            }
            prop_assert!((tempered_high - median).abs() <= WINDOW + 1.0 + 1e-9);
        }
    }
}
