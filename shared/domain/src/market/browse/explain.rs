//! Why a row stands where it does: each facet in numbers and in words.
//!
//! Words, bars and order are all made of the one number that a row is ranked by, so an offer that is
//! better in a facet never has a shorter bar or weaker words, and one that is better in all of them
//! never stands below.

use serde::Serialize;
use utoipa::ToSchema;

use super::facet::{Facet, Values};
use super::market::{Market, micros};
use super::query::Per;
use super::table::measured;
use crate::market::gpu;
use crate::market::launches::LaunchRecord;
use crate::market::offer::{Offer, Stock};
use crate::market::ranking::Ranking;
use crate::money::UsdMicrosPerHour;

const MICROS_PER_USD: f64 = 1_000_000.0;
const GPU_THOUSANDTHS: f64 = 1_000.0;
const PERCENT: f64 = 100.0;

/// What one facet contributed to a score.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Explained {
    /// Which facet.
    pub facet: Facet,
    /// Its share of all weights, 0 to 1.
    pub weight: f64,
    /// The offer's number in the facet's unit, per GPU or per machine as was asked; absent where it is
    /// not known.
    pub value: Option<f64>,
    /// How many launches of ours the number rests on, where it rests on them.
    pub launches: Option<u32>,
    /// Where it lies between the worst (0) and the best (1) that counts.
    pub scaled: f64,
    /// Whether the offers that match differ in it at all.
    pub differs: bool,
    /// How it compares with the best that matches: `12% above the lowest`.
    pub words: String,
}

/// An offer among those that match.
pub(super) struct Standing<'a> {
    pub(super) market: &'a Market,
    pub(super) per: Per,
    pub(super) ranking: &'a Ranking<{ Facet::COUNT }>,
    pub(super) bests: &'a Values,
}

impl Standing<'_> {
    /// Each facet of the offer at `place`, which is ranked by `values` and costs the user `rate`.
    pub(super) fn explain(
        &self,
        place: usize,
        values: &Values,
        (offer, rate): (&Offer, UsdMicrosPerHour),
    ) -> Vec<Explained> {
        let own = measured(self.market, place, self.per);
        let record = self.market.launches(&offer.provider);
        let tflops = gpu::by_name(&offer.gpu).and_then(|model| model.bf16_tflops);
        let facts = Known { offer, rate, record, tflops };
        let explained = Facet::ALL.into_iter().map(|facet| {
            let at = facet.place();
            let differs = self.ranking.differs[at];
            let value = facts.value(facet, self.per);
            Explained {
                facet,
                weight: self.ranking.weights[at],
                launches: facts.launches(facet),
                scaled: self.ranking.ranges[at].scaled(values[at]),
                differs,
                words: match (facet, value) {
                    (Facet::Performance | Facet::TflopsPerDollar, None) => {
                        "not known, counted as the slowest".to_owned()
                    }
                    (_, None) => "no launches of ours yet, counted as average".to_owned(),
                    (Facet::Availability, _) => stock(offer.stock).to_owned(),
                    (Facet::Reliability, _) => facts.launched(own[at]),
                    _ if !differs => "the same in all".to_owned(),
                    _ => compared(facet, own[at], self.bests[at]),
                },
                value,
            }
        });
        explained.collect()
    }
}

/// What is known of an offer that is explained.
struct Known<'a> {
    offer: &'a Offer,
    rate: UsdMicrosPerHour,
    record: Option<&'a LaunchRecord>,
    /// Of one GPU.
    tflops: Option<f64>,
}

impl Known<'_> {
    fn value(&self, facet: Facet, per: Per) -> Option<f64> {
        let Self { offer, rate, record, tflops } = *self;
        let gpus = f64::from(offer.gpu_count.0.max(1)) / GPU_THOUSANDTHS;
        let (times, divisor) = match per {
            Per::Gpu => (1.0, gpus),
            Per::Machine => (gpus, 1.0),
        };
        match facet {
            Facet::Price => Some(micros(rate) / divisor),
            Facet::Memory => Some(f64::from(offer.gpu_memory_gib) * gpus.min(1.0) * times.max(1.0)),
            Facet::Performance => tflops.map(|tflops| tflops * times),
            Facet::TflopsPerDollar => {
                tflops.map(|tflops| tflops * gpus / (micros(rate) / MICROS_PER_USD))
            }
            Facet::Vcpus => Some(f64::from(offer.vcpus) / divisor),
            Facet::Ram => Some(f64::from(offer.ram_gib) / divisor),
            Facet::Reliability => record.and_then(LaunchRecord::share),
            Facet::StartUp => record.and_then(|record| record.start_secs).map(f64::from),
            Facet::Availability => Some(f64::from(offer.stock.steps())),
        }
    }

    fn launches(&self, facet: Facet) -> Option<u32> {
        let record = self.record?;
        match facet {
            Facet::Reliability => Some(record.launches),
            Facet::StartUp => record.start_secs.map(|_| record.succeeded),
            _ => None,
        }
    }

    /// The record, and what it counts as, since few launches say little.
    fn launched(&self, counted: f64) -> String {
        let Some(record) = self.record else { return String::new() };
        let percent = (counted * PERCENT).round();
        let (succeeded, launches) = (record.succeeded.min(record.launches), record.launches);
        let noun = if launches == 1 { "launch" } else { "launches" };
        format!("{succeeded} of {launches} {noun} succeeded, counted as {percent}%")
    }
}

fn stock(stock: Stock) -> &'static str {
    match stock {
        Stock::None => "sold out",
        Stock::Low => "low",
        Stock::Medium => "medium",
        Stock::High => "high",
    }
}

/// How a number compares with the best, both as logarithms.
fn compared(facet: Facet, own: f64, best: f64) -> String {
    let ratio = (own - best).abs().exp2();
    let (best_word, far) = match facet {
        Facet::Price => ("the lowest", more(ratio, "above")),
        Facet::StartUp => ("the quickest", more(ratio, "longer than")),
        Facet::Performance => ("the fastest", less(ratio)),
        Facet::TflopsPerDollar => ("the best", less(ratio)),
        _ => ("the most", less(ratio)),
    };
    if ratio <= 1.0 { best_word.to_owned() } else { format!("{far} {best_word}") }
}

fn more(ratio: f64, than: &str) -> String {
    if ratio >= 2.0 {
        return format!("{ratio:.1} times");
    }
    percent(ratio - 1.0, than)
}

/// Never "100% below": something is always left.
fn less(ratio: f64) -> String {
    percent((1.0 - 1.0 / ratio).min(0.99), "below")
}

fn percent(share: f64, than: &str) -> String {
    let percent = (share * PERCENT).round();
    if percent < 1.0 { format!("less than 1% {than}") } else { format!("{percent}% {than}") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_compared_with_the_best_in_words() {
        let price = |ratio: f64| compared(Facet::Price, ratio.log2(), 0.0);
        assert_eq!(price(1.0), "the lowest");
        assert_eq!(price(1.001), "less than 1% above the lowest");
        assert_eq!(price(1.01), "1% above the lowest");
        assert_eq!(price(1.12), "12% above the lowest");
        assert_eq!(price(2.31), "2.3 times the lowest");
        let memory = |ratio: f64| compared(Facet::Memory, ratio.log2(), 0.0);
        assert_eq!(memory(1.0), "the most");
        assert_eq!(memory(0.25), "75% below the most");
        assert_eq!(memory(0.001), "99% below the most");
        assert_eq!(compared(Facet::StartUp, 1.2_f64.log2(), 0.0), "20% longer than the quickest");
        assert_eq!(compared(Facet::Performance, 0.5_f64.log2(), 0.0), "50% below the fastest");
    }

    proptest! {
        /// The number in the words, read back, never says that the farther of two is the nearer.
        #[test]
        fn words_keep_the_order(near in 0.0..10.0_f64, farther in 0.0..10.0_f64) {
            let number = |words: &str| {
                let first = words.split(['%', ' ']).next().unwrap_or_default().to_owned();
                let number: f64 = first.parse().unwrap_or(0.0);
                if words.contains("times") { number * PERCENT } else { number }
            };
            for (facet, sign) in [(Facet::Price, 1.0), (Facet::Memory, -1.0)] {
                let one = number(&compared(facet, sign * near, 0.0));
                let two = number(&compared(facet, sign * (near + farther), 0.0));
                prop_assert!(one <= two, "{one} {two}");
            }
        }
    }
}
