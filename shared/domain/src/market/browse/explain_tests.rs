//! What a row tells of itself, in numbers and in words.

use super::value_tests::{all, cents, market, snapshot};
use super::*;
use crate::Error;
use crate::market::launches::LaunchRecord;
use crate::market::offer::{GpuThousandths, Offer};
use crate::market::price::Margins;

/// How each facet of a whole A100, of four of them and of half of one is explained.
fn explained(per: Per) -> Result<Vec<Vec<Explained>>, Error> {
    let of = |(number, (price, count, vcpus, ram_gib))| {
        let (gpu, gpu_count) = ("A100".to_owned(), GpuThousandths(count));
        Offer { gpu, gpu_count, vcpus, ram_gib, ..cents(number, price) }
    };
    let sizes = [(200, 1_000, 26, 200), (650, 4_000, 130, 400), (78, 500, 10, 90)];
    let mut snapshot = snapshot((1..).zip(sizes).map(of).collect());
    let record = LaunchRecord { launches: 10, succeeded: 9, start_secs: Some(60) };
    snapshot.launches.insert("lambda".to_owned(), record);
    let market = Market::new(snapshot);
    let mut rows = browse(&market, &Query { per, ..all() }, Margins::default(), None)?.rows;
    rows.sort_by_key(|row| &row.offer.id);
    Ok(rows.into_iter().map(|row| row.explanation).collect())
}

#[test]
fn numbers_are_of_a_gpu_or_of_the_machine_as_was_asked() -> Result<(), Error> {
    let numbers = |per| {
        let of = |row: &Vec<Explained>| -> Vec<f64> {
            row.iter().take(6).filter_map(|part| part.value).collect()
        };
        Ok::<_, Error>(explained(per)?.iter().map(of).collect::<Vec<_>>())
    };
    let whole = [2_000_000.0, 80.0, 312.0, 156.0, 26.0, 200.0];
    let of_four = [1_625_000.0, 80.0, 312.0, 192.0, 32.5, 100.0];
    let of_half = [1_560_000.0, 40.0, 312.0, 200.0, 20.0, 180.0];
    assert_eq!(numbers(Per::Gpu)?, [whole, of_four, of_half]);
    let four = [6_500_000.0, 320.0, 1_248.0, 192.0, 130.0, 400.0];
    let half = [780_000.0, 40.0, 156.0, 200.0, 10.0, 90.0];
    assert_eq!(numbers(Per::Machine)?, [whole, four, half]);
    Ok(())
}

#[test]
fn words_compare_gpus_or_machines_as_was_asked() -> Result<(), Error> {
    let words_of_one = |per| {
        let one = explained(per)?.swap_remove(0);
        Ok::<_, Error>(one.into_iter().map(|part| part.words).collect::<Vec<_>>())
    };
    let not_of_size = ["9 of 10 launches succeeded, counted as 90%", "the same in all", "high"];
    let by_gpu = [
        "28% above the lowest",
        "the most",
        "the same in all",
        "22% below the best",
        "20% below the most",
        "the most",
    ];
    assert_eq!(words_of_one(Per::Gpu)?, [&by_gpu[..], &not_of_size].concat());
    let by_machine = [
        "2.6 times the lowest",
        "75% below the most",
        "75% below the fastest",
        "22% below the best",
        "80% below the most",
        "50% below the most",
    ];
    assert_eq!(words_of_one(Per::Machine)?, [&by_machine[..], &not_of_size].concat());
    Ok(())
}

#[test]
fn what_rests_on_launches_says_on_how_many() -> Result<(), Error> {
    let one = explained(Per::Gpu)?.swap_remove(0);
    let resting = one.iter().filter_map(|part| Some((part.facet, part.launches?)));
    // All of them tell how often a launch succeeds, and those that did how long it takes.
    let expected = [(Facet::Reliability, 10), (Facet::StartUp, 9)];
    assert_eq!(resting.collect::<Vec<_>>(), expected);
    Ok(())
}

#[test]
fn throughput_that_is_not_known_is_told_from_launches_that_were_not_made() -> Result<(), Error> {
    let market = market(vec![Offer { gpu: "P40".into(), ..cents(1, 100) }]);
    let page = browse(&market, &all(), Margins::default(), None)?;
    let unknown = page.rows[0].explanation.iter().filter(|part| part.value.is_none());
    let unknown: Vec<_> = unknown.map(|part| (part.facet, part.words.as_str())).collect();
    let slowest = "not known, counted as the slowest";
    let average = "no launches of ours yet, counted as average";
    let expected = [
        (Facet::Performance, slowest),
        (Facet::TflopsPerDollar, slowest),
        (Facet::Reliability, average),
        (Facet::StartUp, average),
    ];
    assert_eq!(unknown, expected);
    Ok(())
}
