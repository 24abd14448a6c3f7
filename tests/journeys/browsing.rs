//! Paging through the whole market while it changes, and asking it wrongly.

use std::collections::BTreeSet;

use domain::Mode;
use domain::id::SnapshotId;
use domain::market::offer::{Snapshot, Stock};
use serde_json::Value;
use testkit::{DEMO, LIVE, Outcome, Stack, Visitor, until};

const WHOLE: &str = "available=false&spot=any&sort=price_asc&limit=100";

/// A cursor's text that says `json`, as one of the product's does.
fn cursor_of(json: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in json.as_bytes().chunks(3) {
        let three = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let bits = three(0) << 16 | three(1) << 8 | three(2);
        for digit in 0..=chunk.len() {
            let place = bits >> (18 - 6 * digit) & 63;
            text.push(char::from(DIGITS[usize::try_from(place).unwrap_or(0)]));
        }
    }
    text
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().into_iter().flatten();
    items.filter_map(|item| item["offer"]["id"].as_str().map(str::to_owned)).collect()
}

async fn rest(visitor: &Visitor, query: &str, first: &Value) -> Outcome<Vec<String>> {
    let mut all = ids(first);
    let mut next = first["next_cursor"].clone();
    while let Some(cursor) = next.as_str() {
        let path = format!("/offers?{query}&cursor={cursor}");
        let page = visitor.get(&path).await?.with_status(200)?;
        assert_eq!(page["snapshot_id"], first["snapshot_id"]);
        assert_eq!(page["total"], first["total"]);
        all.extend(ids(&page));
        next = page["next_cursor"].clone();
    }
    Ok(all)
}

#[tokio::test]
async fn pages_hold_each_offer_once_while_a_new_market_comes() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let visitor = stack.visitor(DEMO);
    let first = visitor.get(&format!("/offers?{WHOLE}")).await?.with_status(200)?;
    let total = first["total"].as_u64().unwrap_or_default();
    let market = stack.market().await?;
    let before = market.newest(Mode::Sandbox, runtime::clock::now()).await?.snapshot().clone();
    let now = runtime::clock::now();
    let republished = |offers| {
        let id = SnapshotId::new(now, runtime::ids::entropy()?);
        Ok::<_, testkit::BoxError>(Snapshot::new(id, now, offers))
    };
    // Every sold-out offer gone: on another snapshot all later pages would shift, and whoever
    // deploys meanwhile does not notice.
    let in_stock = before.offers.iter().filter(|offer| offer.stock != Stock::None).cloned();
    let fewer = republished(in_stock.collect())?;
    let restored = republished(before.offers.clone())?;
    market.publish(Mode::Sandbox, &fewer, now).await?;
    let seen = until("the new market", async || {
        let page =
            visitor.get("/offers?available=false&spot=any&limit=1").await?.with_status(200)?;
        Ok((page["snapshot_id"] == fewer.id.as_str()).then_some(page))
    })
    .await;
    let paged = rest(&visitor, WHOLE, &first).await;
    market.publish(Mode::Sandbox, &restored, runtime::clock::now()).await?;
    assert_eq!(seen?["total"].as_u64(), u64::try_from(fewer.offers.len()).ok());
    let paged = paged?;
    let distinct: BTreeSet<_> = paged.iter().collect();
    assert_eq!(u64::try_from(paged.len())?, total);
    assert_eq!(distinct.len(), paged.len());
    let known: BTreeSet<_> = before.offers.iter().map(|offer| &offer.id.0).collect();
    assert_eq!(distinct, known);
    Ok(())
}

/// What the market's filters can be chosen from, and the first page of `query` on the same market:
/// another journey changes it meanwhile.
async fn facets_and_page(visitor: &Visitor, query: &str) -> Outcome<(Value, Value)> {
    until("one market for both", async || {
        let facets = visitor.get("/offers/facets").await?;
        assert_eq!(facets.header("cache-control"), "public, max-age=60");
        let facets = facets.with_status(200)?;
        let page = visitor.get(&format!("/offers?{query}")).await?.with_status(200)?;
        Ok((page["snapshot_id"] == facets["snapshot_id"]).then_some((facets, page)))
    })
    .await
}

#[tokio::test]
async fn whatever_can_be_chosen_is_found_as_often_as_it_was_counted() -> Outcome<()> {
    let visitor = Stack::from_env()?.visitor(DEMO);
    for (list, name) in [("regions", "region"), ("providers", "provider")] {
        let (facets, page) = facets_and_page(&visitor, WHOLE).await?;
        let items = facets[list].as_array().cloned().unwrap_or_default();
        assert!(items.len() > 20 && items.is_sorted_by_key(|item| item[name].to_string()));
        let counted: u64 = items.iter().filter_map(|item| item["offers"].as_u64()).sum();
        assert_eq!(Some(counted), page["total"].as_u64());
        let value = items[3][name].as_str().unwrap_or_default().to_owned();
        let query = format!("available=false&spot=any&limit=1&{name}={value}");
        let (facets, page) = facets_and_page(&visitor, &query).await?;
        let items = facets[list].as_array().cloned().unwrap_or_default();
        let item = items.iter().find(|item| item[name] == value.as_str());
        assert_eq!(item.map(|item| &item["offers"]), Some(&page["total"]), "{query}");
    }
    let (facets, page) = facets_and_page(&visitor, "spot=any&limit=1&sort=price_asc").await?;
    let gpus = facets["gpus"].as_array().cloned().unwrap_or_default();
    let lowest = gpus.iter().filter_map(|gpu| gpu["lowest_rate_usd_micros_per_hour"].as_u64());
    let cheapest = page["items"][0]["offer"]["rate_usd_micros_per_hour"].as_u64();
    assert_eq!(lowest.min(), cheapest);
    let available: u64 = gpus.iter().filter_map(|gpu| gpu["offers_available"].as_u64()).sum();
    assert_eq!(Some(available), page["total"].as_u64());
    let sizes: BTreeSet<_> = gpus.iter().filter_map(|gpu| gpu["gpu_memory_gib"].as_u64()).collect();
    let told = facets["gpu_memory_gib"].as_array().into_iter().flatten();
    assert_eq!(told.filter_map(Value::as_u64).collect::<Vec<_>>(), Vec::from_iter(sizes));
    Ok(())
}

#[tokio::test]
async fn a_machine_unfolds_to_the_clouds_that_sell_it() -> Outcome<()> {
    let visitor = Stack::from_env()?.visitor(DEMO);
    let unfolded = until("one market for all", async || {
        let machines = "/offers?gpu=H100&gpu_count=1&group=machine&limit=100";
        let page = visitor.get(machines).await?.with_status(200)?;
        let items = page["items"].as_array().cloned().unwrap_or_default();
        assert_ranked(&items);
        let most = items.iter().max_by_key(|item| item["clouds"].as_u64()).cloned();
        let row = most.ok_or("no machine has an H100")?;
        let of = format!("machine={}&limit=100", row["machine"].as_str().unwrap_or_default());
        let path = format!("/offers?{of}&group=cloud&sort=price_asc");
        let clouds = visitor.get(&path).await?.with_status(200)?;
        let offers = visitor.get(&format!("/offers?{of}")).await?.with_status(200)?;
        let ids = [&page, &clouds, &offers].map(|page| page["snapshot_id"].clone());
        Ok((ids[0] == ids[1] && ids[1] == ids[2]).then_some((row, clouds, offers)))
    });
    let (row, clouds, offers) = unfolded.await?;
    assert!(row["clouds"].as_u64() > Some(1), "{row}");
    assert_eq!((&clouds["total"], &offers["total"]), (&row["clouds"], &row["offers"]));
    assert_eq!(clouds["items"][0]["offer"], row["offer"]);
    Ok(())
}

#[tokio::test]
async fn when_nothing_matches_the_answer_says_what_would() -> Outcome<()> {
    let visitor = Stack::from_env()?.visitor(DEMO);
    let query = "/offers?gpu=H100&price_max_usd_micros_per_hour=1000&group=machine";
    let page = visitor.get(query).await?.with_status(200)?;
    assert_eq!(page["total"], 0);
    let relax = &page["unmatched"]["relax"][0];
    assert_eq!(relax["filter"], "price_max_usd_micros_per_hour");
    let to = relax["to"].as_u64().unwrap_or_default();
    let query = format!("/offers?gpu=H100&price_max_usd_micros_per_hour={to}&group=machine");
    let found = visitor.get(&query).await?.with_status(200)?;
    assert_eq!(found["items"][0]["offer"]["rate_usd_micros_per_hour"].as_u64(), Some(to));
    assert_eq!(found["items"][0]["offer"]["id"], page["unmatched"]["nearest"][0]["offer"]["id"]);
    Ok(())
}

type Fits = fn(&Value) -> bool;

#[tokio::test]
async fn a_filter_shows_only_what_it_says() -> Outcome<()> {
    let visitor = Stack::from_env()?.visitor(DEMO);
    let cases: [(&str, Fits); 15] = [
        ("gpu=H100", |offer| offer["gpu"].as_str().is_some_and(|gpu| gpu.starts_with("H100"))),
        ("gpu=RTX%204090,L4", |offer| offer["gpu"] == "RTX 4090" || offer["gpu"] == "L4"),
        ("gpu_memory_gib_min=80", |offer| offer["gpu_memory_gib"].as_u64() >= Some(80)),
        ("gpu_count=2", |offer| offer["gpu_count"] == 2.0),
        ("gpu_count_min=8", |offer| offer["gpu_count"].as_f64() >= Some(8.0)),
        ("price_max_usd_micros_per_hour=500000", |offer| {
            offer["rate_usd_micros_per_hour"].as_u64() <= Some(500_000)
        }),
        ("spot=true", |offer| offer["spot"] == true),
        ("spot=false", |offer| offer["spot"] == false),
        ("vcpus_min=32", |offer| offer["vcpus"].as_u64() >= Some(32)),
        ("ram_gib_min=256", |offer| offer["ram_gib"].as_u64() >= Some(256)),
        ("disk_gib_min=1000", |offer| offer["disk"]["max_gib"].as_u64() >= Some(1_000)),
        ("provider_not=azure,aws", |offer| {
            offer["provider"] != "azure" && offer["provider"] != "aws"
        }),
        ("country=NL&provider=azure", |offer| offer["region"] == "westeurope"),
        ("workload=run&model_billions=70&bits=8", |offer| {
            let (memory, count) = (offer["gpu_memory_gib"].as_f64(), offer["gpu_count"].as_f64());
            memory.zip(count).is_some_and(|(memory, count)| memory * count - count.ceil() >= 80.0)
        }),
        ("available=true", |offer| offer["stock"] != "none"),
    ];
    for (query, fits) in cases {
        let page = visitor.get(&format!("/offers?limit=100&{query}")).await?.with_status(200)?;
        let items = page["items"].as_array().cloned().unwrap_or_default();
        assert!(!items.is_empty(), "{query}");
        for item in &items {
            assert!(fits(&item["offer"]), "{query}: {item}");
        }
        assert_ranked(&items);
    }
    let first = visitor.offer("sort=rank").await?;
    for name in ["provider", "region"] {
        let value = first[name].as_str().unwrap_or_default();
        let path = format!("/offers?limit=100&{name}={value}");
        let page = visitor.get(&path).await?.with_status(200)?;
        let items = page["items"].as_array().cloned().unwrap_or_default();
        assert!(!items.is_empty() && items.iter().all(|item| item["offer"][name] == value));
    }
    Ok(())
}

/// By rank, from 1, each scored no better than the one before.
fn assert_ranked(items: &[Value]) {
    for (place, item) in (1_u64..).zip(items) {
        assert_eq!(item["rank"].as_u64(), Some(place));
    }
    let scores: Vec<_> = items.iter().filter_map(|item| item["score"].as_f64()).collect();
    assert!(scores.is_sorted_by(|one, next| one >= next), "{scores:?}");
    assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)), "{scores:?}");
}

#[tokio::test]
async fn prices_are_sorted_both_ways() -> Outcome<()> {
    let visitor = Stack::from_env()?.visitor(DEMO);
    for (sort, rising) in [("price_asc", true), ("price_desc", false)] {
        let path = format!("/offers?limit=100&sort={sort}");
        let page = visitor.get(&path).await?.with_status(200)?;
        let items = page["items"].as_array().cloned().unwrap_or_default();
        let price = |item: &Value| item["offer"]["rate_usd_micros_per_hour"].as_u64();
        let in_order = |one: &Value, next: &Value| {
            if rising { price(one) <= price(next) } else { price(one) >= price(next) }
        };
        assert!(items.len() == 100 && items.is_sorted_by(in_order), "{sort}");
    }
    Ok(())
}

#[tokio::test]
async fn an_offer_tells_what_it_has_cost() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let moment = |value: &Value| value.as_str().unwrap_or_default().parse::<jiff::Timestamp>();
    for (host, query) in [(DEMO, "gpu=H100"), (LIVE, "provider=voltage-park")] {
        let visitor = stack.visitor(host);
        let offer = visitor.offer(&format!("{query}&sort=price_asc")).await?;
        let path = format!("/offers/{}/prices", offer["id"].as_str().unwrap_or_default());
        let page = visitor.get(&format!("{path}?days=90")).await?.with_status(200)?;
        let points = page["points"].as_array().ok_or("no points")?;
        let rate = |point: &Value| point["rate_usd_micros_per_hour"].as_i64().unwrap_or_default();
        let rates: Vec<_> = points.iter().map(rate).collect();
        assert_eq!(page["lowest_rate_usd_micros_per_hour"].as_i64(), rates.iter().min().copied());
        assert_eq!(page["highest_rate_usd_micros_per_hour"].as_i64(), rates.iter().max().copied());
        let now = offer["rate_usd_micros_per_hour"].as_i64().ok_or("no rate")?;
        let last = rates.last().copied().unwrap_or_default();
        // The sandbox market may have moved since it was published.
        assert!((last - now).abs() * 50 <= now, "{page} {offer}");
        let times = points.iter().map(|point| moment(&point["at"]));
        let times = times.collect::<Result<Vec<_>, _>>()?;
        assert!(times.is_sorted() && times[0] >= moment(&page["from"])?, "{page}");
        if host == DEMO {
            assert_eq!(times[0], moment(&page["from"])?);
        }
        for days in ["0", "91", "x"] {
            visitor.get(&format!("{path}?days={days}")).await?.refused(400, "invalid_query")?;
        }
        visitor.get("/offers/off_0/prices").await?.refused(404, "not_found")?;
    }
    Ok(())
}

#[tokio::test]
async fn a_foreign_or_forged_cursor_is_refused() -> Outcome<()> {
    let visitor = Stack::from_env()?.visitor(DEMO);
    let page = visitor.get("/offers?gpu=H100&limit=1").await?.with_status(200)?;
    let cursor = page["next_cursor"].as_str().unwrap_or_default();
    let ask = async |query: String| visitor.get(&format!("/offers?{query}")).await;
    ask(format!("gpu=H100&limit=1&cursor={cursor}")).await?.with_status(200)?;
    for other in ["gpu=A100", "gpu=H100&sort=memory", "gpu=H100&plan=pro", "weight_ram=1&gpu=H100"]
    {
        ask(format!("{other}&limit=1&cursor={cursor}")).await?.refused(400, "cursor_mismatch")?;
    }
    for forged in ["x", "e30", "%00", &"A".repeat(300), &cursor_of(r#"{"snapshot":"snap_1"}"#)] {
        ask(format!("cursor={forged}")).await?.refused(400, "invalid_cursor")?;
    }
    let unknown =
        r#"{"snapshot":"snap_00000000000000000000000000","query":"AAAAAAAAAAA","next":1}"#;
    ask(format!("cursor={}", cursor_of(unknown))).await?.refused(410, "cursor_expired")
}

#[tokio::test]
async fn a_question_beyond_the_limits_is_refused() -> Outcome<()> {
    let visitor = Stack::from_env()?.visitor(DEMO);
    let long = format!("gpu={}", "x".repeat(65));
    let many = format!("gpu={}", ["L4"; 21].join(","));
    let cases = [
        ("limit=0", "invalid_limit"),
        ("limit=101", "invalid_limit"),
        ("weight_price=-1", "invalid_weights"),
        ("weight_price=101", "invalid_weights"),
        ("weight_price=NaN", "invalid_weights"),
        ("weight_price=0", "invalid_weights"),
        ("workload=run", "invalid_workload"),
        ("workload=fine_tune&model_billions=2001", "invalid_workload"),
        (&long, "invalid_filter"),
        (&many, "invalid_filter"),
        ("colour=red", "invalid_query"),
        ("limit=many", "invalid_query"),
        ("sort=colour", "invalid_query"),
        ("plan=gold", "invalid_query"),
    ];
    for (query, code) in cases {
        visitor.get(&format!("/offers?{query}")).await?.refused(400, code)?;
    }
    visitor.get("/offers/off_0").await?.refused(404, "not_found")?;
    visitor.get("/offers/off_0?plan=gold").await?.refused(400, "invalid_query")
}
