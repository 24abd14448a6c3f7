//! What a value promises to people.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::Error;
use crate::id::SnapshotId;
use crate::market::launches::LaunchRecord;
use crate::market::offer::{GpuThousandths, Offer, Snapshot, Stock};
use crate::market::price::Margins;
use crate::money::{BasisPoints, UsdMicrosPerHour};
use crate::sample;

pub(super) const FREE_PLAN: Margins =
    Margins { brokerage: BasisPoints(800), markup: BasisPoints(0) };

pub(super) fn cents(number: usize, cents: i64) -> Offer {
    let provider_rate_usd_micros_per_hour = UsdMicrosPerHour(cents * 10_000);
    Offer { provider_rate_usd_micros_per_hour, ..sample::offer(&format!("off_{number:03}")) }
}

pub(super) fn snapshot(offers: Vec<Offer>) -> Snapshot {
    let id = SnapshotId::new(Timestamp::UNIX_EPOCH, [1; 10]);
    Snapshot::new(id, Timestamp::UNIX_EPOCH, offers)
}

pub(super) fn market(offers: Vec<Offer>) -> Market {
    Market::new(snapshot(offers))
}

pub(super) fn all() -> Query {
    let filter = Filter { spot: Spot::Mixed, available: false, ..Filter::default() };
    Query { filter, limit: LIMIT_MAX, ..Query::default() }
}

pub(super) fn by_price() -> Query {
    Query { weights: Weights { price: 1.0, ..Weights::NONE }, ..all() }
}

/// Identifiers and scores in hundredths, in their order.
fn scored(offers: Vec<Offer>, query: &Query) -> Result<Vec<(String, f64)>, Error> {
    let market = market(offers);
    let page = browse(&market, query, FREE_PLAN, None)?;
    Ok(page.rows.iter().map(|row| (row.offer.id.0.clone(), row.score * 100.0)).collect())
}

fn ids(scored: &[(String, f64)]) -> Vec<&str> {
    scored.iter().map(|(id, _)| id.as_str()).collect()
}

#[test]
fn four_offers_within_a_fifth_of_each_other_score_nearly_alike() -> Result<(), Error> {
    let offers = [129, 120, 100, 110].into_iter().enumerate();
    let offers: Vec<Offer> = offers.map(|(number, price)| cents(number, price)).collect();
    for query in [all(), by_price()] {
        let scored = scored(offers.clone(), &query)?;
        assert_eq!(ids(&scored), ["off_002", "off_003", "off_001", "off_000"]);
        assert!(scored.iter().all(|(_, score)| *score > 85.0), "{scored:?}");
        assert!((scored[0].1 - 100.0).abs() < 1e-9, "{scored:?}");
    }
    Ok(())
}

#[test]
fn an_outlier_does_not_flatten_the_rest() -> Result<(), Error> {
    let rest = [100, 200, 400, 800].into_iter().enumerate();
    let rest: Vec<Offer> = rest.map(|(number, price)| cents(number, price)).collect();
    let spread = |scored: &[(String, f64)]| {
        let of = |id: &str| scored.iter().find(|(one, _)| one == id).map_or(0.0, |(_, s)| *s);
        of("off_000") - of("off_003")
    };
    let usual = scored(rest.clone(), &by_price())?;
    for odd in [1, 100_000_000] {
        let mut offers = rest.clone();
        offers.push(cents(9, odd));
        let with = scored(offers, &by_price())?;
        let others: Vec<&str> = ids(&with).into_iter().filter(|id| *id != "off_009").collect();
        assert_eq!(others, ids(&usual));
        assert!(spread(&with) > spread(&usual) / 3.0, "{odd}: {with:?} {usual:?}");
    }
    Ok(())
}

#[test]
fn machines_with_different_numbers_of_gpus_are_compared_by_the_gpu_hour() -> Result<(), Error> {
    let of = |number, price, gpus: u32| {
        let (vcpus, ram_gib) = (26 * gpus, 200 * gpus);
        Offer { gpu_count: GpuThousandths(gpus * 1_000), vcpus, ram_gib, ..cents(number, price) }
    };
    let offers = vec![of(1, 2_377, 8), of(2, 250, 1), of(3, 1_061, 8), of(4, 160, 1)];
    let by_gpu = scored(offers.clone(), &all())?;
    assert_eq!(ids(&by_gpu), ["off_003", "off_004", "off_002", "off_001"]);
    // A machine that does the work, however many GPUs it has: the cheapest one.
    let by_machine = Query { per: Per::Machine, ..by_price() };
    assert_eq!(ids(&scored(offers, &by_machine)?), ["off_004", "off_002", "off_003", "off_001"]);
    Ok(())
}

#[test]
fn the_best_throughput_for_the_money_is_first() -> Result<(), Error> {
    let of = |number, gpu: &str, price| Offer { gpu: gpu.into(), ..cents(number, price) };
    // 494, 275, 302 and 605 TFLOPS for a dollar, and an unknown one.
    let offers = vec![
        of(1, "H100 SXM", 200),
        of(2, "RTX 4090", 60),
        of(3, "L4", 40),
        of(4, "L4", 20),
        of(5, "P40", 5),
    ];
    let query = Workload::TflopsPerDollar.applied(all(), None)?;
    let scored = scored(offers, &query)?;
    assert_eq!(ids(&scored), ["off_004", "off_001", "off_003", "off_002", "off_005"]);
    Ok(())
}

#[test]
fn a_record_of_launches_counts_and_none_is_neutral() -> Result<(), Error> {
    let of = |number, provider: &str| Offer { provider: provider.into(), ..cents(number, 100) };
    let record = |launches, succeeded| LaunchRecord { launches, succeeded, start_secs: Some(60) };
    let mut snapshot = snapshot(vec![of(1, "shaky"), of(2, "unknown"), of(3, "steady")]);
    let untried = LaunchRecord { start_secs: None, ..record(0, 0) };
    let records = [("shaky", record(200, 120)), ("steady", record(200, 198)), ("unknown", untried)];
    snapshot.launches = records.map(|(name, record)| (name.to_owned(), record)).into();
    let market = Market::new(snapshot);
    let query = Workload::StaysUp.applied(all(), None)?;
    let page = browse(&market, &query, FREE_PLAN, None)?;
    let shown: Vec<_> = page
        .rows
        .iter()
        .filter_map(|row| {
            let part = row.explanation.iter().find(|part| part.facet == Facet::Reliability)?;
            Some((row.offer.provider.as_str(), part.launches, part.words.as_str()))
        })
        .collect();
    let expected = [
        ("steady", Some(200), "198 of 200 launches succeeded, counted as 97%"),
        ("unknown", None, "no launches of ours yet, counted as average"),
        ("shaky", Some(200), "120 of 200 launches succeeded, counted as 62%"),
    ];
    assert_eq!(shown, expected);
    Ok(())
}

/// Two offers of which the second is better in one number alone.
fn pair(facet: Facet) -> Market {
    let of = |number, provider: &str| {
        let (provider, gpu, stock) = (provider.into(), "H100 PCIe".into(), Stock::Low);
        Offer { provider, gpu, stock, ..cents(number, 100) }
    };
    let record = LaunchRecord { launches: 100, succeeded: 50, start_secs: Some(60) };
    let (worse, mut better, mut best_record) = (of(1, "one"), of(2, "other"), record);
    match facet {
        Facet::Price => better.provider_rate_usd_micros_per_hour = UsdMicrosPerHour(500_000),
        Facet::Memory => better.gpu_memory_gib = 94,
        Facet::Performance => better.gpu = "H100 SXM".into(),
        // It is the other two that make it.
        Facet::TflopsPerDollar => {}
        Facet::Vcpus => better.vcpus = 52,
        Facet::Ram => better.ram_gib = 400,
        Facet::Reliability => best_record.succeeded = 100,
        Facet::StartUp => best_record.start_secs = Some(30),
        Facet::Availability => better.stock = Stock::High,
    }
    let mut snapshot = snapshot(vec![worse, better]);
    let records = [("one", record), ("other", best_record)];
    snapshot.launches = records.map(|(name, record)| (name.to_owned(), record)).into();
    Market::new(snapshot)
}

#[test]
fn a_workload_looks_at_what_it_needs_and_at_nothing_else() -> Result<(), Error> {
    let looks_at = |workload: Workload| {
        let query = workload.applied(all(), None)?;
        let mut decisive = Vec::new();
        for facet in Facet::ALL {
            let market = pair(facet);
            let page = browse(&market, &query, FREE_PLAN, None)?;
            assert_eq!(page.total, 2, "{workload:?} {facet:?}");
            if page.rows[0].score > page.rows[1].score {
                assert_eq!(page.rows[0].offer.id.0, "off_002", "{workload:?} {facet:?}");
                decisive.push(facet);
            }
        }
        Ok::<_, Error>(decisive)
    };
    let (price, performance) = (Facet::Price, Facet::Performance);
    let (reliability, availability) = (Facet::Reliability, Facet::Availability);
    let run = Workload::Run { billions: 8, bits: Bits::Sixteen };
    let expected = [price, Facet::Memory, performance, reliability, availability];
    assert_eq!(looks_at(run)?, expected);
    let fine_tune = Workload::FineTune { billions: 7, method: Method::Lora };
    let expected = [price, performance, Facet::Ram, reliability, availability];
    assert_eq!(looks_at(fine_tune)?, expected);
    assert_eq!(looks_at(Workload::LargeMemory)?, expected);
    assert_eq!(looks_at(Workload::TflopsPerDollar)?, [price, performance]);
    assert_eq!(looks_at(Workload::StaysUp)?, [price, reliability, availability]);
    Ok(())
}

/// Offers of some classes and clouds, no two of one identifier.
pub(super) fn offers() -> impl Strategy<Value = Vec<Offer>> {
    let gpu = prop::sample::select(vec![("H100 SXM", 80), ("A100", 40), ("L4", 24), ("P40", 24)]);
    let stock = prop::sample::select(vec![Stock::None, Stock::Low, Stock::High]);
    let parts = (gpu, stock, 10..2_000_i64, 1..9_u32, 0..4_u32, any::<bool>());
    prop::collection::vec(parts, 1..40).prop_map(|all| {
        let one = |(number, (gpu, stock, price, count, cloud, spot))| {
            let (gpu, gpu_memory_gib): (&str, u32) = gpu;
            let gpu_count = GpuThousandths(count * 500);
            let (gpu, provider) = (gpu.to_owned(), format!("cloud-{cloud}"));
            Offer { provider, gpu, gpu_count, gpu_memory_gib, spot, stock, ..cents(number, price) }
        };
        all.into_iter().enumerate().map(one).collect()
    })
}

pub(super) fn groups() -> impl Strategy<Value = Group> {
    prop::sample::select(vec![Group::Offer, Group::Cloud, Group::Machine])
}

proptest! {
    /// At half of all prices the market looks the same, and in it halving moves as far anywhere.
    #[test]
    fn halving_the_price_counts_the_same_anywhere(
        steps in prop::collection::vec(0..5_u32, 3..12),
        dearer in 0..10_u32,
    ) {
        let market = |base: i64| {
            let priced = steps.iter().enumerate().map(|(number, step)| cents(number, base << step));
            scored(priced.collect(), &by_price())
        };
        let (here, there) = (market(10)?, market(10 << dearer)?);
        prop_assert_eq!(&ids(&here), &ids(&there));
        for ((_, one), (_, other)) in here.iter().zip(&there) {
            prop_assert!((one - other).abs() < 1e-9);
        }
        let score_at = |step: u32| {
            let number = steps.iter().position(|one| *one == step)?;
            here.iter().find(|(id, _)| *id == format!("off_{number:03}")).map(|(_, score)| *score)
        };
        let drops: Vec<f64> =
            (0..4).filter_map(|step| Some(score_at(step)? - score_at(step + 1)?)).collect();
        prop_assert!(drops.iter().all(|drop| (drop - drops[0]).abs() < 1e-9), "{drops:?}");
    }

    /// Order, score, bars and words say the same of any two rows.
    #[test]
    fn an_offer_that_is_worse_in_nothing_never_stands_below(
        offers in offers(),
        group in groups(),
        weights in prop::array::uniform9(0.0..99.0_f64),
    ) {
        let [price, memory, performance, tflops_per_dollar, vcpus, ram, ..] = weights;
        let [.., reliability, start_up, availability] = weights;
        let weights = Weights {
            price, memory, performance, tflops_per_dollar, vcpus, ram, reliability, start_up,
            availability: availability + 0.1,
        };
        let market = market(offers);
        let page = browse(&market, &Query { group, weights, ..all() }, FREE_PLAN, None)?;
        for (above, row) in page.rows.iter().enumerate() {
            prop_assert!((0.0..=1.0).contains(&row.score) && row.score <= page.best_score);
            for below in page.rows.iter().skip(above + 1) {
                prop_assert!(row.score >= below.score && row.rank < below.rank);
                let parts = || row.explanation.iter().zip(&below.explanation);
                let better = parts().all(|(one, other)| other.scaled >= one.scaled)
                    && parts().any(|(one, other)| {
                        other.scaled > one.scaled + 1e-9 && one.weight > 0.0
                    });
                prop_assert!(!better, "{:?} above {:?}", row, below);
                for (one, other) in parts() {
                    let best = ["the lowest", "the most", "the fastest", "the best"];
                    if best.contains(&one.words.as_str()) {
                        prop_assert!(one.scaled >= other.scaled, "{one:?} {other:?}");
                    }
                    if one.words == other.words && one.facet == Facet::Availability {
                        prop_assert!((one.scaled - other.scaled).abs() < 1e-12);
                    }
                }
            }
        }
    }

    /// The cheapest of those that are equal in all else is the first of them.
    #[test]
    fn of_equals_the_cheapest_is_first(prices in prop::collection::vec(50..400_i64, 2..12)) {
        let offers = prices.iter().enumerate().map(|(number, price)| cents(number, *price));
        let scored = scored(offers.collect(), &all())?;
        let mut expected: Vec<(i64, usize)> = prices.iter().copied().zip(0..).collect();
        expected.sort_unstable();
        let expected: Vec<_> =
            expected.iter().map(|(_, number)| format!("off_{number:03}")).collect();
        prop_assert_eq!(ids(&scored), expected.iter().map(String::as_str).collect::<Vec<_>>());
    }
}
