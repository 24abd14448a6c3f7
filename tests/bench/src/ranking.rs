//! The market: filter, group, rank and explain one page.

use std::hint::black_box;
use std::time::{Duration, Instant};

use domain::id::SnapshotId;
use domain::market::browse::{Filter, Group, Market, Query, Spot, browse};
use domain::market::offer::{Offer, OfferId, Snapshot};
use domain::market::price::Margins;
use domain::money::{BasisPoints, UsdMicrosPerHour};
use providers::{sandbox, shipped};

use crate::Outcome;
use crate::figure::{Figure, millis};
use crate::samples::{Rounds, Samples};

const PART: &str = "ranking";
const MANY: usize = 100_000;
const ROUNDS: usize = 2_000;
/// Until caches and clock speed are what they stay.
const WARM_UP_ROUNDS: usize = 20;
/// The share of FREE, which most visitors see.
const MARGINS: Margins = Margins { brokerage: BasisPoints(800), markup: BasisPoints(0) };
/// DESIGN §11.
const SHIPPED_MILLIS_MAX: f64 = 0.1;
const MANY_MILLIS_MAX: f64 = 5.0;

/// Measures the shipped market and one of 100,000 offers.
pub(crate) fn figures(limit: Duration) -> Outcome<Vec<Figure>> {
    let now = runtime::clock::now();
    let id = SnapshotId::new(now, [0; 10]);
    let snapshot = sandbox::market::snapshot(id.clone(), now, &shipped::read(shipped::CATALOGUE)?);
    let many = Snapshot::new(id, now, multiplied(&snapshot.offers));
    let filter = Filter { spot: Spot::Mixed, ..Filter::default() };
    let all = Query { filter, ..Query::default() };
    let machines = Query { group: Group::Machine, ..all.clone() };
    let nothing = Filter { gpu_count_min: Some(1_000), ram_gib_min: Some(1), ..Filter::default() };
    let nothing = Query { filter: nothing, ..machines.clone() };
    let narrow = Filter { gpu: vec!["H100".into()], gpu_count_min: Some(1), ..Filter::default() };
    let narrow = Query { filter: narrow, ..Query::default() };
    let (shipped, many) = (Market::new(snapshot), Market::new(many));
    let mut figures = Vec::new();
    let peers = "gpuhunt, unscored: 3 ms; pymcdm: 6 to 14 ms per 1,000";
    figures.extend(
        measured(&shipped, ("all", &all), limit)?
            .map(|figure| figure.at_most(SHIPPED_MILLIS_MAX).against(peers)),
    );
    figures.extend(measured(&shipped, ("H100", &narrow), limit)?);
    figures.extend(
        measured(&shipped, ("by machine", &machines), limit)?
            .map(|figure| figure.at_most(SHIPPED_MILLIS_MAX)),
    );
    figures.extend(measured(&shipped, ("nothing matches", &nothing), limit)?);
    let peers = "numpy with stable sort: 75 to 99 ms; gpuhunt: 497 to 686 ms";
    figures.extend(
        measured(&many, ("all", &all), limit)?
            .map(|figure| figure.at_most(MANY_MILLIS_MAX).against(peers)),
    );
    figures.extend(
        measured(&many, ("by machine", &machines), limit)?
            .map(|figure| figure.at_most(MANY_MILLIS_MAX)),
    );
    figures.extend(measured(&many, ("nothing matches", &nothing), limit)?);
    Ok(figures)
}

/// As many offers as are wanted, each with an identifier and a price of its own.
fn multiplied(offers: &[Offer]) -> Vec<Offer> {
    let varied = |(number, offer): (usize, &Offer)| {
        let percent = 50 + i64::try_from(number.wrapping_mul(7_919) % 101).unwrap_or_default();
        let rate = offer.provider_rate_usd_micros_per_hour.0.saturating_mul(percent) / 100;
        Offer {
            id: OfferId(format!("off_{number:020x}")),
            provider_rate_usd_micros_per_hour: UsdMicrosPerHour(rate.max(1)),
            ..offer.clone()
        }
    };
    offers.iter().cycle().take(MANY).enumerate().map(varied).collect()
}

fn measured(
    market: &Market,
    (name, query): (&str, &Query),
    limit: Duration,
) -> Outcome<[Figure; 2]> {
    for _ in 0..WARM_UP_ROUNDS {
        black_box(browse(market, query, MARGINS, None)?);
    }
    let mut samples = Samples::default();
    let mut rounds = Rounds::new(ROUNDS, limit);
    while rounds.another() {
        let begun = Instant::now();
        black_box(browse(black_box(market), black_box(query), MARGINS, None)?);
        samples.add(begun.elapsed());
    }
    let offers = market.snapshot().offers.len();
    Ok([50, 99].map(|percent| {
        let title = format!("page of {offers} offers, {name}, p{percent}");
        Figure::new(PART, title, millis(samples.percentile(percent)))
    }))
}
