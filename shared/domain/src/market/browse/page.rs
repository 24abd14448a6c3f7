//! One page of the answer to a query.

use super::cursor::{self, Cursor};
use super::explain::{Explained, Standing};
use super::market::{MachineId, Market};
use super::nearest::{self, Unmatched};
use super::query::Query;
use super::sorting::Sorting;
use super::table::Table;
use super::wanted::Wanted;
use crate::Error;
use crate::market::offer::Offer;
use crate::market::price::Margins;
use crate::market::ranking;
use crate::money::UsdMicrosPerHour;

/// A page of rows.
#[derive(Debug)]
pub struct Page<'a> {
    /// The rows, at most the query's limit.
    pub rows: Vec<Row<'a>>,
    /// How many rows there are, on all pages.
    pub total: usize,
    /// The score of the best of them; 0 without any.
    pub best_score: f64,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
    /// What would match, where nothing does.
    pub unmatched: Unmatched<'a>,
}

/// An offer in its place.
#[derive(Debug)]
pub struct Row<'a> {
    /// The offer; of a group, the cheapest in stock.
    pub offer: &'a Offer,
    /// The kind of machine it is.
    pub machine: MachineId,
    /// How many matching offers the row stands for; 1 unless they are grouped.
    pub offers: u32,
    /// How many clouds those are of.
    pub clouds: u32,
    /// What the user pays, margins included.
    pub rate: UsdMicrosPerHour,
    /// Place by value among all rows, from 1, whatever they are sorted by.
    pub rank: usize,
    /// Value, 0 to 1.
    pub score: f64,
    /// How each facet contributed, in the order of [`super::Facet::ALL`].
    pub explanation: Vec<Explained>,
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
    let wanted = Wanted::new(market, &query.filter, margins)?;
    let table = Table::collect(market, query, &wanted);
    let total = table.rows.len();
    if from.is_some() && start >= total {
        return Err(cursor::invalid());
    }
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let end = start.saturating_add(limit).min(total);
    let ranking = ranking::rank(&table.values, &query.weights.criteria())
        .map_err(|error| Error::broken("ranking the offers", error))?;
    let (rows, scores) = (&table.rows, &ranking.scores);
    let sorting = Sorting { market, rows, scores, sort: query.sort };
    let chosen = sorting.rows(start..end);
    let ranks = sorting.ranks(start, &chosen);
    let standing = Standing { market, per: query.per, ranking: &ranking, bests: &table.bests };
    let row = |(row, rank): (&usize, usize)| {
        let matched = table.rows.get(*row)?;
        let offer = market.snapshot().offers.get(matched.place)?;
        let rate = margins.rate(offer.provider_rate_usd_micros_per_hour).ok()?;
        Some(Row {
            offer,
            machine: MachineId::of(offer),
            offers: matched.offers,
            clouds: matched.clouds,
            rate,
            rank,
            score: *scores.get(*row)?,
            explanation: standing.explain(matched.place, table.values.get(*row)?, (offer, rate)),
        })
    };
    let rows = chosen.iter().zip(ranks).filter_map(row).collect();
    let unmatched = if total == 0 {
        nearest::unmatched(market, query, &wanted, margins)?
    } else {
        Unmatched::default()
    };
    Ok(Page {
        rows,
        total,
        best_score: scores.iter().copied().fold(0.0, f64::max),
        next: (end < total).then(|| Cursor::new(market.id(), digest, end)),
        unmatched,
    })
}
