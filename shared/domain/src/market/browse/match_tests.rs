//! What groups, hard filters and an empty answer promise to people.

use proptest::prelude::*;

use super::value_tests::{FREE_PLAN, all, by_price, cents, groups, market, offers};
use super::*;
use crate::Error;
use crate::market::offer::{Offer, OfferId, Stock};
use crate::money::UsdMicrosPerHour;

#[test]
fn a_machine_is_one_row_with_its_cheapest_cloud_in_stock() -> Result<(), Error> {
    let of = |number, provider: &str, price| Offer {
        provider: provider.into(),
        region: format!("region-{number}"),
        ..cents(number, price)
    };
    let gone = Offer { stock: Stock::None, ..of(1, "lambda", 50) };
    let spot = Offer { spot: true, ..of(6, "lambda", 40) };
    let (first, equal) = (of(3, "runpod", 200), of(5, "runpod", 200));
    let offers = vec![gone, of(2, "runpod", 210), first, of(4, "verda", 220), equal, spot];
    let market = market(offers);
    let rows = |group, filter: Filter| {
        let query = Query { filter, group, ..by_price() };
        browse(&market, &query, FREE_PLAN, None).map(|page| {
            let row = |row: &Row<'_>| {
                (row.offer.id.0.clone(), row.machine.0.clone(), row.offers, row.clouds)
            };
            (page.total, page.rows.iter().map(row).collect::<Vec<_>>())
        })
    };
    let row = |id: &str, machine: &str, offers, clouds| {
        (id.to_owned(), machine.to_owned(), offers, clouds)
    };
    let (total, machines) = rows(Group::Machine, all().filter)?;
    let here = "h100-sxm-80gib-x1";
    let spot = row("off_006", "h100-sxm-80gib-x1-spot", 1, 1);
    assert_eq!((total, machines), (2, vec![spot, row("off_003", here, 5, 3)]));
    let of_machine = Filter { machine: Some(here.to_uppercase()), ..Filter::default() };
    let (total, clouds) = rows(Group::Cloud, of_machine.clone())?;
    let clouds_expected = vec![row("off_003", here, 3, 1), row("off_004", here, 1, 1)];
    assert_eq!((total, clouds), (2, clouds_expected));
    assert_eq!(rows(Group::Offer, of_machine)?.0, 4);
    Ok(())
}

#[test]
fn hard_filters_hold_at_their_boundary() -> Result<(), Error> {
    let big = Offer {
        vcpus: 64,
        ram_gib: 512,
        provider: "azure".into(),
        region: "westeurope".into(),
        ..cents(1, 100)
    };
    let market = market(vec![big, cents(2, 200)]);
    let found = |filter| {
        let query = Query { filter, ..by_price() };
        let page = browse(&market, &query, FREE_PLAN, None)?;
        Ok::<_, Error>(page.rows.iter().map(|row| row.offer.id.0.clone()).collect::<Vec<_>>())
    };
    let none = Filter::default;
    assert_eq!(found(Filter { vcpus_min: Some(64), ..none() })?, ["off_001"]);
    assert_eq!(found(Filter { vcpus_min: Some(26), ..none() })?, ["off_001", "off_002"]);
    assert_eq!(found(Filter { ram_gib_min: Some(201), ..none() })?, ["off_001"]);
    assert_eq!(found(Filter { disk_gib_min: Some(2_000), ..none() })?.len(), 2);
    assert_eq!(found(Filter { disk_gib_min: Some(2_001), ..none() })?.len(), 0);
    assert_eq!(found(Filter { model_memory_gib_min: Some(79), ..none() })?.len(), 2);
    assert_eq!(found(Filter { model_memory_gib_min: Some(80), ..none() })?.len(), 0);
    assert_eq!(found(Filter { country: vec!["nl".into()], ..none() })?, ["off_001"]);
    assert_eq!(found(Filter { country: vec!["US".into(), "NL".into()], ..none() })?.len(), 2);
    assert_eq!(found(Filter { provider_not: vec!["Azure".into()], ..none() })?, ["off_002"]);
    Ok(())
}

#[test]
fn when_nothing_matches_it_says_which_filter_to_relax_and_what_comes_nearest() -> Result<(), Error>
{
    let elsewhere = Offer { region: "eu-central-1".into(), provider: "aws".into(), ..cents(3, 90) };
    let small = Offer { vcpus: 12, ..cents(4, 80) };
    let market = market(vec![cents(1, 200), cents(2, 150), elsewhere, small]);
    let filter = Filter {
        country: vec!["US".into()],
        vcpus_min: Some(24),
        price_max_usd_micros_per_hour: Some(UsdMicrosPerHour(1_000_000)),
        ..Filter::default()
    };
    let page = browse(&market, &Query { filter, ..all() }, FREE_PLAN, None);
    assert_eq!(page.as_ref().map(|page| page.total).ok(), Some(0));
    let unmatched = page?.unmatched;
    let relaxed = |filter, rows, to| Relaxed { filter, rows, to };
    let expected = [
        relaxed(FilterName::PriceMaxUsdMicrosPerHour, 2, Some(1_620_000)),
        relaxed(FilterName::VcpusMin, 1, Some(12)),
        relaxed(FilterName::Country, 1, None),
    ];
    assert_eq!(unmatched.relax, expected);
    let near: Vec<_> =
        unmatched.nearest.iter().map(|near| (near.offer.id.0.as_str(), &near.misses[..])).collect();
    let price = [FilterName::PriceMaxUsdMicrosPerHour];
    let (country, vcpus) = ([FilterName::Country], [FilterName::VcpusMin]);
    assert_eq!(near, [("off_002", &price[..]), ("off_004", &vcpus[..]), ("off_003", &country[..])]);
    Ok(())
}

#[test]
fn of_those_that_miss_a_limit_the_one_that_misses_it_least_is_nearest() -> Result<(), Error> {
    let of = |number, vcpus, price| Offer { vcpus, ..cents(number, price) };
    let gone = |number| Offer { stock: Stock::None, ..of(number, 26, 200) };
    let small = [of(1, 12, 100), of(2, 20, 300), of(3, 16, 90)];
    let market = market(small.into_iter().chain((4..8).map(gone)).collect());
    let unmatched = |group| {
        let filter = Filter { vcpus_min: Some(24), ..Filter::default() };
        let page = browse(&market, &Query { filter, group, ..all() }, FREE_PLAN, None)?;
        let Unmatched { relax, nearest } = page.unmatched;
        let nearest: Vec<_> = nearest.iter().map(|near| near.offer.id.0.clone()).collect();
        Ok::<_, Error>((relax, nearest))
    };
    // Sold out is the last thing to be let in, though most of them are.
    let relaxed = |[few, many]: [u32; 2]| {
        let (filter, available) = (FilterName::VcpusMin, FilterName::Available);
        vec![
            Relaxed { filter, rows: few, to: Some(20) },
            Relaxed { filter: available, rows: many, to: None },
        ]
    };
    let (relax, nearest) = unmatched(Group::Offer)?;
    assert_eq!(relax, relaxed([3, 4]));
    assert_eq!(nearest, ["off_002", "off_003", "off_001"]);
    // All of them are one kind of machine, which is told once.
    let (relax, nearest) = unmatched(Group::Machine)?;
    assert_eq!(relax, relaxed([1, 1]));
    assert_eq!(nearest, ["off_002"]);
    Ok(())
}

proptest! {
    /// Groups hold each matching offer once, and their page does not depend on the order of rows.
    #[test]
    fn groups_hold_each_offer_once_whatever_the_order(
        offers in offers(),
        group in groups(),
        turn in 0..40_usize,
    ) {
        let query = Query { group, ..all() };
        let here = market(offers.clone());
        let page = browse(&here, &query, FREE_PLAN, None)?;
        let held: u32 = page.rows.iter().map(|row| row.offers).sum();
        prop_assert_eq!(usize::try_from(held), Ok(offers.len()));
        for row in &page.rows {
            prop_assert!(row.clouds >= 1 && row.clouds <= row.offers);
            let filter = Filter { machine: Some(row.machine.0.clone()), ..all().filter };
            let query = Query { filter, sort: Sort::PriceAsc, ..all() };
            let unfolded = browse(&here, &query, FREE_PLAN, None)?;
            if group == Group::Machine {
                prop_assert_eq!(unfolded.total, usize::try_from(row.offers)?);
                let cheapest = unfolded.rows.iter().find(|of| of.offer.stock != Stock::None);
                let cheapest = cheapest.or(unfolded.rows.first()).map(|of| of.rate);
                prop_assert_eq!(cheapest, Some(row.rate));
            }
        }
        let mut turned = offers;
        let middle = turn % turned.len();
        turned.rotate_left(middle);
        let there = market(turned);
        let turned = browse(&there, &query, FREE_PLAN, None)?;
        let rows = |page: &Page<'_>| -> Vec<(OfferId, u64)> {
            page.rows.iter().map(|row| (row.offer.id.clone(), row.score.to_bits())).collect()
        };
        prop_assert_eq!(rows(&page), rows(&turned));
    }

    /// What is said to give so many rows gives them.
    #[test]
    fn relaxing_a_filter_gives_as_many_rows_as_was_said(
        offers in offers(),
        group in groups(),
        price in 1..5_000_i64,
        memory in 1..200_u32,
        count in 1..5_u32,
    ) {
        let market = market(offers);
        let filter = Filter {
            gpu_memory_gib_min: Some(memory),
            gpu_count_min: Some(count),
            price_max_usd_micros_per_hour: Some(UsdMicrosPerHour(price * 1_000)),
            ..Filter::default()
        };
        let query = Query { filter, group, ..all() };
        let page = browse(&market, &query, FREE_PLAN, None)?;
        prop_assert_eq!(page.unmatched.nearest.is_empty(), page.total > 0);
        for Relaxed { filter: name, rows, to } in &page.unmatched.relax {
            let total = |to: Option<i64>| {
                let mut query = query.clone();
                let number = to.and_then(|to| u32::try_from(to).ok());
                match name {
                    FilterName::GpuMemoryGibMin => query.filter.gpu_memory_gib_min = number,
                    FilterName::GpuCountMin => query.filter.gpu_count_min = number,
                    FilterName::PriceMaxUsdMicrosPerHour => {
                        query.filter.price_max_usd_micros_per_hour = to.map(UsdMicrosPerHour);
                    }
                    FilterName::Spot => query.filter.spot = Spot::Mixed,
                    _ => query.filter.available = false,
                }
                browse(&market, &query, FREE_PLAN, None).map(|page| page.total)
            };
            prop_assert_eq!(u32::try_from(total(None)?), Ok(*rows));
            prop_assert!(to.is_none() || total(*to)? > 0, "{name:?} {to:?}");
        }
    }
}
