//! One page of the answer to a query.

use serde::Serialize;
use utoipa::ToSchema;

use super::cursor::{self, Cursor};
use super::market::Market;
use super::query::{Facet, Query, Values};
use super::sorting::Sorting;
use crate::Error;
use crate::market::offer::Offer;
use crate::market::price::Margins;
use crate::market::ranking::{self, Criterion, Ranking};
use crate::money::UsdMicrosPerHour;

/// A page of rows.
#[derive(Debug)]
pub struct Page<'a> {
    /// The rows, at most the query's limit.
    pub rows: Vec<Row<'a>>,
    /// How many offers match, on all pages.
    pub total: usize,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
}

/// An offer in its place.
#[derive(Debug)]
pub struct Row<'a> {
    /// The offer.
    pub offer: &'a Offer,
    /// What the user pays, margins included.
    pub rate: UsdMicrosPerHour,
    /// Place by value among all matching offers, from 1, whatever the rows are sorted by.
    pub rank: usize,
    /// Value, 0 to 1.
    pub score: f64,
    /// How each facet contributed, in the order of [`Facet::ALL`].
    pub explanation: Vec<Explained>,
}

/// What one facet contributed to a score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Explained {
    /// Which facet.
    pub facet: Facet,
    /// Its share of all weights, 0 to 1.
    pub weight: f64,
    /// The offer's number, in the facet's unit.
    pub value: f64,
    /// Where that lies between the worst (0) and the best (1) matching offer.
    pub scaled: f64,
}

/// Answers a query with the page that begins at `from`, or the first.
///
/// # Errors
///
/// `invalid_filter`, `invalid_weights`, `invalid_limit`; `cursor_mismatch` for a cursor of another
/// query or snapshot, `invalid_cursor` for one past the end.
pub fn browse<'a>(
    market: &'a Market,
    query: &Query,
    margins: Margins,
    from: Option<&Cursor>,
) -> Result<Page<'a>, Error> {
    query.check()?;
    let digest = cursor::digest(query, margins)?;
    let start = from.map_or(Ok(0), |cursor| cursor.position(market.id(), &digest))?;
    let matching = Matching::collect(market, query, margins)?;
    let total = matching.table.len();
    if from.is_some() && start >= total {
        return Err(cursor::invalid());
    }
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let end = start.saturating_add(limit).min(total);
    let criteria = Facet::ALL.map(|facet| {
        let weight = query.weights.of(facet);
        Criterion { weight, direction: facet.direction() }
    });
    let ranking = ranking::rank(&matching.table, &criteria)
        .map_err(|error| Error::broken("ranking the offers", error))?;
    let sorting = Sorting { table: &matching.table, scores: &ranking.scores, sort: query.sort };
    let chosen = sorting.rows(start..end);
    let ranks = sorting.ranks(start, &chosen);
    let rows = chosen.iter().zip(ranks).filter_map(|(row, rank)| {
        let offer = market.snapshot().offers.get(*matching.places.get(*row)?)?;
        let values = matching.table.get(*row)?;
        let rate = margins.rate(offer.provider_rate_usd_micros_per_hour).ok()?;
        let explanation = explain(&ranking, values);
        Some(Row { offer, rate, rank, score: *ranking.scores.get(*row)?, explanation })
    });
    let rows = rows.collect();
    let next = (end < total).then(|| Cursor::new(market.id(), digest, end));
    Ok(Page { rows, total, next })
}

/// The matching offers: where each is in the market, and its numbers.
struct Matching {
    places: Vec<usize>,
    table: Vec<Values>,
}

impl Matching {
    fn collect(market: &Market, query: &Query, margins: Margins) -> Result<Self, Error> {
        let wanted = market.wanted(&query.filter);
        let price_max = query.filter.price_max_usd_micros_per_hour;
        let facts = market.facts();
        let (mut places, mut table) =
            (Vec::with_capacity(facts.len()), Vec::with_capacity(facts.len()));
        for (place, facts) in facts.iter().enumerate() {
            if !wanted.takes(facts) {
                continue;
            }
            let rate = margins.rate(facts.provider_rate)?;
            if price_max.is_none_or(|most| rate <= most) {
                let [memory, performance, vcpus, ram, availability] = facts.values;
                places.push(place);
                table.push([micros(rate), memory, performance, vcpus, ram, availability]);
            }
        }
        Ok(Self { places, table })
    }
}

fn explain(ranking: &Ranking<{ Facet::COUNT }>, values: &Values) -> Vec<Explained> {
    let numbers = ranking.weights.into_iter().zip(&ranking.ranges).zip(values);
    let explained = Facet::ALL.into_iter().zip(numbers).map(|(facet, ((weight, range), value))| {
        Explained { facet, weight, value: *value, scaled: range.scaled(*value) }
    });
    explained.collect()
}

/// A rate as a number to rank by; exact up to $9 billion an hour.
fn micros(rate: UsdMicrosPerHour) -> f64 {
    const TWO_TO_32: f64 = 4_294_967_296.0;
    let high = u32::try_from(rate.0 >> 32).unwrap_or(0);
    let low = u32::try_from(rate.0 & 0xffff_ffff).unwrap_or(0);
    f64::from(high) * TWO_TO_32 + f64::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_of_more_than_32_bits_is_ranked_exactly() {
        let exact =
            [(0, 0.0), (4_294_967_295, 4_294_967_295.0), (12_884_901_895, 12_884_901_895.0)];
        for (rate, number) in exact {
            assert_eq!(micros(UsdMicrosPerHour(rate)).to_bits(), f64::to_bits(number), "{rate}");
        }
    }
}
