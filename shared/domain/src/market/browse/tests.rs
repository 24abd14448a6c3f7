use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::id::SnapshotId;
use crate::market::offer::{
    BillingTerms, DiskLimits, GpuThousandths, Offer, OfferId, Snapshot, Stock,
};
use crate::market::price::Margins;
use crate::money::{BasisPoints, UsdMicrosPerHour};

const FREE_PLAN: Margins = Margins { brokerage: BasisPoints(800), markup: BasisPoints(0) };

fn offer(number: u32) -> Offer {
    Offer {
        id: OfferId(format!("off_{number:020x}")),
        provider: "lambda".to_owned(),
        instance_type: "gpu".to_owned(),
        gpu: "H100 SXM".to_owned(),
        gpu_count: GpuThousandths::ONE,
        gpu_memory_gib: 80,
        vcpus: 26,
        ram_gib: 200,
        disk: DiskLimits { included_gib: 50, max_gib: 1_000, rate_usd_micros_per_gib_hour: 137 },
        region: "us-east-1".to_owned(),
        spot: false,
        provider_rate_usd_micros_per_hour: UsdMicrosPerHour(2_000_000),
        stock: Stock::High,
        terms: BillingTerms { billing_increment_secs: 60, minimum_secs: 60 },
        stoppable: true,
        simulated: Vec::new(),
        source: "test".to_owned(),
        as_of: "2026-05-24".to_owned(),
    }
}

fn priced(number: u32, dollars: i64) -> Offer {
    let rate = UsdMicrosPerHour(dollars * 1_000_000);
    Offer { provider_rate_usd_micros_per_hour: rate, ..offer(number) }
}

fn market(offers: Vec<Offer>) -> Market {
    let id = SnapshotId::new(Timestamp::UNIX_EPOCH, [1; 10]);
    Market::new(Snapshot::new(id, Timestamp::UNIX_EPOCH, offers))
}

/// The numbers that the offers on a page were made with.
fn numbers(page: &Page<'_>) -> Vec<u32> {
    let number = |row: &Row<'_>| u32::from_str_radix(row.offer.id.0.trim_start_matches("off_"), 16);
    page.rows.iter().filter_map(|row| number(row).ok()).collect()
}

fn found(offers: Vec<Offer>, filter: Filter) -> Vec<u32> {
    let query = Query { filter, sort: Sort::PriceAsc, ..Query::default() };
    browse(&market(offers), &query, Margins::default(), None)
        .map(|page| numbers(&page))
        .unwrap_or_default()
}

fn sorted(offers: Vec<Offer>, sort: Sort) -> Vec<u32> {
    let query = Query { sort, ..Query::default() };
    browse(&market(offers), &query, Margins::default(), None)
        .map(|page| numbers(&page))
        .unwrap_or_default()
}

fn code_of(query: &Query) -> Option<&'static str> {
    browse(&market(vec![offer(1)]), query, FREE_PLAN, None).err().map(|error| error.code)
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn a_gpu_is_found_by_model_or_family_whatever_the_case() {
    let of = |number, gpu: &str| Offer { gpu: gpu.to_owned(), ..priced(number, number.into()) };
    let offers = vec![of(1, "H100 SXM"), of(2, "H100"), of(3, "H100 NVL"), of(4, "H200")];
    let by = |gpu: &[&str]| found(offers.clone(), Filter { gpu: texts(gpu), ..Filter::default() });
    assert_eq!(by(&["h100"]), [1, 2, 3]);
    assert_eq!(by(&["h100 sxm"]), [1]);
    assert_eq!(by(&["H100-NVL", "h200"]), [3, 4]);
    assert_eq!(by(&["GB300"]), Vec::<u32>::new());
}

#[test]
fn numbers_narrow_at_their_boundary() {
    let offers = || {
        vec![
            Offer { gpu_count: GpuThousandths(500), ..priced(1, 1) },
            Offer { gpu_memory_gib: 79, ..priced(2, 2) },
            Offer { gpu_count: GpuThousandths(2_000), ..priced(3, 3) },
        ]
    };
    let by = |filter| found(offers(), filter);
    assert_eq!(by(Filter { gpu_count_min: Some(1), ..Filter::default() }), [2, 3]);
    assert_eq!(by(Filter { gpu_count: Some(1), ..Filter::default() }), [2]);
    assert_eq!(by(Filter { gpu_memory_gib_min: Some(80), ..Filter::default() }), [1, 3]);
}

#[test]
fn places_spot_and_stock_narrow() {
    let offers = || {
        vec![
            Offer { region: "eu-west-1".to_owned(), ..priced(1, 1) },
            Offer { provider: "vast-ai".to_owned(), ..priced(2, 2) },
            Offer { spot: true, ..priced(3, 3) },
            Offer { stock: Stock::None, ..priced(4, 4) },
        ]
    };
    let by = |filter| found(offers(), filter);
    let mixed = || Filter { spot: Spot::Mixed, ..Filter::default() };
    assert_eq!(by(Filter::default()), [1, 2]);
    assert_eq!(by(mixed()), [1, 2, 3]);
    assert_eq!(by(Filter { available: false, ..mixed() }), [1, 2, 3, 4]);
    assert_eq!(by(Filter { region: texts(&["EU-West-1"]), ..Filter::default() }), [1]);
    assert_eq!(by(Filter { provider: texts(&["Vast-AI"]), ..Filter::default() }), [2]);
    assert_eq!(by(Filter { spot: Spot::Only, ..Filter::default() }), [3]);
    assert_eq!(by(Filter { spot: Spot::Without, ..Filter::default() }), [1, 2]);
}

#[test]
fn the_price_limit_is_on_what_the_user_pays() {
    let market = market(vec![priced(1, 1), priced(2, 2)]);
    let totals = [1_079_999, 1_080_000, 2_160_000].map(|most| {
        let price_max_usd_micros_per_hour = Some(UsdMicrosPerHour(most));
        let filter = Filter { price_max_usd_micros_per_hour, ..Filter::default() };
        let query = Query { filter, ..Query::default() };
        browse(&market, &query, FREE_PLAN, None).map(|page| page.total).ok()
    });
    assert_eq!(totals, [Some(0), Some(1), Some(2)]);
}

#[test]
fn rows_come_in_the_order_asked_for() {
    let offers = || {
        vec![
            Offer { stock: Stock::Low, gpu_count: GpuThousandths(4_000), ..priced(1, 9) },
            Offer { gpu: "A100".to_owned(), gpu_count: GpuThousandths(8_000), ..priced(2, 7) },
            Offer { stock: Stock::Medium, gpu_memory_gib: 94, ..priced(3, 2) },
        ]
    };
    assert_eq!(sorted(offers(), Sort::PriceAsc), [3, 2, 1]);
    assert_eq!(sorted(offers(), Sort::PriceDesc), [1, 2, 3]);
    let at = |number, rate| {
        let provider_rate_usd_micros_per_hour = UsdMicrosPerHour(rate);
        Offer { provider_rate_usd_micros_per_hour, ..offer(number) }
    };
    let a_micro_apart = vec![at(1, 999_999_999_999), at(2, 1_000_000_000_000)];
    assert_eq!(sorted(a_micro_apart, Sort::PriceDesc), [2, 1]);
    assert_eq!(sorted(offers(), Sort::Performance), [1, 2, 3]);
    assert_eq!(sorted(offers(), Sort::Memory), [2, 1, 3]);
    assert_eq!(sorted(offers(), Sort::Availability), [2, 3, 1]);
}

#[test]
fn equal_scores_follow_by_price_then_identifier() {
    let weights = Weights { price: 0.0, ..Weights::default() };
    let market = market(vec![priced(3, 2), priced(2, 2), priced(1, 3), priced(4, 1)]);
    let first = |limit| {
        let query = Query { weights, limit, ..Query::default() };
        browse(&market, &query, FREE_PLAN, None).map(|page| numbers(&page)).ok()
    };
    assert_eq!(first(4), Some(vec![4, 2, 3, 1]));
    assert_eq!(first(1), Some(vec![4]), "the last of those that score the same");
}

#[test]
fn the_rank_is_by_value_whatever_the_order() {
    let offers = vec![priced(1, 3), priced(2, 1), priced(3, 2), priced(4, 4)];
    let market = market(offers);
    let ranks = |sort, limit| {
        let query = Query { sort, limit, ..Query::default() };
        let page = browse(&market, &query, FREE_PLAN, None);
        page.map(|page| page.rows.iter().map(|row| row.rank).collect::<Vec<_>>()).ok()
    };
    assert_eq!(ranks(Sort::Rank, 10), Some(vec![1, 2, 3, 4]));
    assert_eq!(ranks(Sort::PriceDesc, 10), Some(vec![4, 3, 2, 1]));
    assert_eq!(ranks(Sort::PriceDesc, 2), Some(vec![4, 3]));
}

#[test]
fn a_row_explains_its_score() {
    let cheap = Offer { gpu: "L4".to_owned(), gpu_memory_gib: 24, ..priced(1, 1) };
    let market = market(vec![cheap, priced(2, 3)]);
    let page = browse(&market, &Query::default(), FREE_PLAN, None);
    let rows = page.map(|page| page.rows).unwrap_or_default();
    let row = rows.iter().find(|row| row.offer.gpu == "L4");
    let explanation = row.map(|row| row.explanation.clone()).unwrap_or_default();
    let facets: Vec<Facet> = explanation.iter().map(|part| part.facet).collect();
    assert_eq!(facets, Facet::ALL);
    let values: Vec<_> = explanation.iter().map(|part| part.value).collect();
    let for_the_money = 121.0 / 1.08;
    let known = [1_080_000.0, 24.0, 121.0, for_the_money, 26.0, 200.0].map(Some).into_iter();
    assert_eq!(values, known.chain([None, None, Some(3.0)]).collect::<Vec<_>>());
    let words: Vec<_> = explanation.iter().map(|part| part.words.as_str()).collect();
    let unknown = "no launches of ours yet, counted as average";
    let expected = [
        "the lowest",
        "70% below the most",
        "88% below the fastest",
        "63% below the best",
        "the same in all",
        "the same in all",
        unknown,
        unknown,
        "high",
    ];
    assert_eq!(words, expected);
    let differs: Vec<_> = explanation.iter().map(|part| part.differs).collect();
    assert_eq!(differs, [true, true, true, true, false, false, false, false, false]);
    let scaled = explanation.iter().map(|part| (part.scaled * 100.0).round());
    assert_eq!(
        scaled.collect::<Vec<_>>(),
        [100.0, 42.0, 24.0, 52.0, 100.0, 100.0, 100.0, 100.0, 100.0]
    );
    let sum: f64 = explanation.iter().map(|part| part.weight).sum();
    assert!((sum - 1.0).abs() < 1e-12, "{sum}");
}

#[test]
fn an_offer_without_a_sane_price_is_not_in_the_market() {
    let rates = [0, -1, 1_000_000_000_001, 1_000_000_000_000, 1];
    let offers = rates.iter().zip(1..).map(|(rate, number)| Offer {
        provider_rate_usd_micros_per_hour: UsdMicrosPerHour(*rate),
        ..offer(number)
    });
    assert_eq!(found(offers.collect(), Filter::default()), [5, 4]);
}

#[test]
fn a_market_finds_an_offer_by_its_identifier() {
    let market = market(vec![offer(3), offer(1), offer(2)]);
    assert_eq!(market.find(&offer(2).id), Some(&offer(2)));
    assert_eq!(market.find(&offer(4).id), None);
}

#[test]
fn nothing_found_is_an_empty_page() {
    let empty = market(Vec::new());
    let page = browse(&empty, &Query::default(), FREE_PLAN, None);
    assert!(page.is_ok_and(|page| page.rows.is_empty() && page.total == 0 && page.next.is_none()));
}

#[test]
fn what_is_over_a_limit_is_refused_by_name() {
    let with = |filter| code_of(&Query { filter, ..Query::default() });
    let region = |length| Filter { region: vec!["x".repeat(length)], ..Filter::default() };
    assert_eq!(with(region(TEXT_LEN_MAX)), None);
    assert_eq!(with(region(TEXT_LEN_MAX + 1)), Some("invalid_filter"));
    assert_eq!(with(region(0)), Some("invalid_filter"));
    let gpus = |count| Filter { gpu: texts(&vec!["H100"; count]), ..Filter::default() };
    assert_eq!(with(gpus(LIST_LEN_MAX)), None);
    assert_eq!(with(gpus(LIST_LEN_MAX + 1)), Some("invalid_filter"));
    let limit = |limit| code_of(&Query { limit, ..Query::default() });
    assert_eq!([limit(1), limit(LIMIT_MAX)], [None, None]);
    assert_eq!([limit(0), limit(LIMIT_MAX + 1)], [Some("invalid_limit"); 2]);
}

#[test]
fn weights_out_of_range_are_refused() {
    let with = |price| {
        let weights = Weights { price, ..Weights::NONE };
        code_of(&Query { weights, ..Query::default() })
    };
    assert_eq!([with(1e-9), with(WEIGHT_MAX)], [None, None]);
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, WEIGHT_MAX + 1.0] {
        assert_eq!(with(bad), Some("invalid_weights"), "{bad}");
    }
}

#[test]
fn a_cursor_reads_back_and_a_broken_one_is_refused() {
    let market = market((1..=3).map(offer).collect());
    let query = Query { limit: 1, ..Query::default() };
    let next = browse(&market, &query, FREE_PLAN, None).ok().and_then(|page| page.next);
    let text = next.as_ref().and_then(|cursor| cursor.encode().ok()).unwrap_or_default();
    assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    assert_eq!(Cursor::decode(&text).ok(), next);
    let cut = text.get(1..).unwrap_or_default();
    for broken in ["", "x", "!!!", cut, "e30", &"A".repeat(10_000)] {
        let code = Cursor::decode(broken).err().map(|error| error.code);
        assert_eq!(code, Some("invalid_cursor"), "{broken}");
    }
}

#[test]
fn a_cursor_of_another_query_plan_or_snapshot_is_refused() {
    let offers: Vec<Offer> = (1..=3).map(offer).collect();
    let here = market(offers.clone());
    let query = Query { limit: 1, ..Query::default() };
    let next = browse(&here, &query, FREE_PLAN, None).ok().and_then(|page| page.next);
    let code = |market: &Market, query: &Query, margins| {
        browse(market, query, margins, next.as_ref()).err().map(|error| error.code)
    };
    assert_eq!(code(&here, &query, FREE_PLAN), None);
    assert_eq!(code(&here, &Query { limit: 2, ..query.clone() }, FREE_PLAN), None);
    let other = Query { sort: Sort::PriceAsc, ..query.clone() };
    assert_eq!(code(&here, &other, FREE_PLAN), Some("cursor_mismatch"));
    assert_eq!(code(&here, &query, Margins::default()), Some("cursor_mismatch"));
    let id = SnapshotId::new(Timestamp::UNIX_EPOCH, [2; 10]);
    let later = Market::new(Snapshot::new(id, Timestamp::UNIX_EPOCH, offers));
    assert_eq!(code(&later, &query, FREE_PLAN), Some("cursor_mismatch"));
}

#[test]
fn the_price_board_shows_the_best_price_per_gpu_that_can_be_had() {
    let eight = Offer { gpu_count: GpuThousandths(8_000), ..priced(1, 15) };
    let market = market(vec![
        eight,
        priced(2, 2),
        Offer { spot: true, ..priced(3, 1) },
        Offer { stock: Stock::None, ..priced(4, 1) },
        Offer { gpu: "T4".to_owned(), ..priced(5, 1) },
        Offer { gpu: "A10".to_owned(), gpu_count: GpuThousandths(500), ..priced(6, 1) },
        Offer { gpu: "GTX 1080".to_owned(), ..priced(7, 1) },
    ]);
    let board = featured(&market, FREE_PLAN).unwrap_or_default();
    let shown: Vec<_> = board.iter().map(|of| (of.family, of.rate.0, of.rate_per_gpu.0)).collect();
    assert_eq!(shown, [("H100", 16_200_000, 2_025_000), ("T4", 1_080_000, 1_080_000)]);
}

#[test]
fn of_a_family_the_price_board_shows_the_cheapest_and_of_equals_the_first() {
    let market = market(vec![priced(1, 3), priced(2, 2), priced(3, 2), priced(4, 5)]);
    let board = featured(&market, FREE_PLAN).unwrap_or_default();
    let shown: Vec<_> = board.iter().map(|best| &best.offer.id).collect();
    assert_eq!(shown, [&offer(2).id]);
}

/// Offers that differ in few values, so that many are equal in what they are sorted by.
fn offers() -> impl Strategy<Value = Vec<Offer>> {
    let gpus = prop::sample::select(vec!["H100", "A100", "T4G", "unheard of"]);
    let stocks = prop::sample::select(vec![Stock::None, Stock::Low, Stock::High]);
    let parts = (gpus, stocks, 1..4_i64, prop::sample::select(vec![500_u32, 1_000, 8_000]));
    prop::collection::vec(parts, 0..60).prop_map(|all| {
        let offers = all.into_iter().zip(1..).map(|((gpu, stock, dollars, count), number)| Offer {
            gpu: gpu.to_owned(),
            stock,
            gpu_count: GpuThousandths(count),
            ..priced(number, dollars)
        });
        offers.collect()
    })
}

fn sorts() -> impl Strategy<Value = Sort> {
    prop::sample::select(vec![
        Sort::Rank,
        Sort::PriceAsc,
        Sort::PriceDesc,
        Sort::Performance,
        Sort::Memory,
        Sort::Availability,
    ])
}

proptest! {
    #[test]
    fn pages_of_any_size_are_the_whole_order_with_each_offer_once(
        mut offers in offers(),
        sort in sorts(),
        available: bool,
        limit in 1..=7_u32,
        turn in 0..60_usize,
    ) {
        let filter = Filter { available, ..Filter::default() };
        let expected = offers.iter().filter(|o| !available || o.stock != Stock::None).count();
        let query = Query { filter, sort, limit: LIMIT_MAX, ..Query::default() };
        let whole = market(offers.clone());
        let whole = browse(&whole, &query, FREE_PLAN, None)?;
        // The order within a snapshot is no order, so another one must give the same pages.
        if !offers.is_empty() {
            let middle = turn % offers.len();
            offers.rotate_left(middle);
        }
        let market = market(offers);
        let query = Query { limit, ..query };
        let (mut seen, mut ranks, mut from) = (Vec::new(), Vec::new(), None);
        loop {
            let page = browse(&market, &query, FREE_PLAN, from.as_ref())?;
            prop_assert_eq!(page.total, expected);
            seen.extend(numbers(&page));
            ranks.extend(page.rows.iter().map(|row| row.rank));
            let Some(next) = page.next else { break };
            from = Some(Cursor::decode(&next.encode()?)?);
        }
        prop_assert_eq!(&seen, &numbers(&whole));
        let mut once = seen.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), expected);
        ranks.sort_unstable();
        prop_assert_eq!(ranks, (1..=expected).collect::<Vec<_>>());
    }
}
