//! What to say when nothing matches: which one filter is in the way, and what comes nearest.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::filter::{Filter, FilterName};
use super::market::{Facts, Market};
use super::query::{Group, Query};
use super::wanted::Wanted;
use crate::Error;
use crate::market::offer::Offer;
use crate::market::price::Margins;
use crate::money::UsdMicrosPerHour;

/// How many of the nearest are shown.
const NEAREST_MAX: usize = 3;

/// What there would be if less were asked.
#[derive(Debug, Default)]
pub struct Unmatched<'a> {
    /// Each filter without which something matches, the one that gives most first.
    pub relax: Vec<Relaxed>,
    /// Those that miss the fewest filters, by the least, the cheapest first.
    pub nearest: Vec<Near<'a>>,
}

/// A filter that alone is in the way.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct Relaxed {
    /// Which one.
    pub filter: FilterName,
    /// How many rows match without it.
    pub rows: u32,
    /// The nearest limit that lets one in, in the filter's own unit; absent where it is no number.
    pub to: Option<i64>,
}

/// An offer that nearly matches.
#[derive(Debug)]
pub struct Near<'a> {
    /// The offer.
    pub offer: &'a Offer,
    /// What the user pays, margins included.
    pub rate: UsdMicrosPerHour,
    /// The filters that it does not pass.
    pub misses: Vec<FilterName>,
}

/// How far an offer is from matching: filters missed, by how much in thousandths of a doubling,
/// price, place.
type Distance = (usize, u64, i64, usize);

pub(super) fn unmatched<'a>(
    market: &'a Market,
    query: &Query,
    wanted: &Wanted<'_>,
    margins: Margins,
) -> Result<Unmatched<'a>, Error> {
    let mut alone: BTreeMap<FilterName, (BTreeSet<u32>, Option<i64>)> = BTreeMap::new();
    let mut nearest: BTreeMap<u32, (Distance, Vec<FilterName>)> = BTreeMap::new();
    for (place, facts) in market.facts().iter().enumerate() {
        let misses = wanted.misses(facts);
        let group = group_of(query.group, place, facts);
        if let [only] = misses.as_slice() {
            let (groups, to) = alone.entry(*only).or_default();
            groups.insert(group);
            *to = nearer(*only, *to, limit(*only, facts, margins)?);
        }
        let short = misses.iter().map(|name| shortfall(*name, &query.filter, wanted, facts)).sum();
        let distance = (misses.len(), short, facts.provider_rate.0, place);
        match nearest.get_mut(&group) {
            Some(held) if held.0 <= distance => {}
            Some(held) => *held = (distance, misses),
            None => {
                nearest.insert(group, (distance, misses));
            }
        }
    }
    let mut relax: Vec<Relaxed> = alone
        .into_iter()
        .map(|(filter, (groups, to))| Relaxed {
            filter,
            rows: u32::try_from(groups.len()).unwrap_or(u32::MAX),
            to,
        })
        .collect();
    // What is sold out cannot be rented, so it comes last.
    relax.sort_by_key(|one| (one.filter == FilterName::Available, std::cmp::Reverse(one.rows)));
    let mut nearest: Vec<_> = nearest.into_values().collect();
    nearest.sort_unstable();
    let near = |((.., place), misses): (Distance, Vec<FilterName>)| {
        let offer = market.snapshot().offers.get(place)?;
        let rate = margins.rate(offer.provider_rate_usd_micros_per_hour).ok()?;
        Some(Near { offer, rate, misses })
    };
    let nearest = nearest.into_iter().take(NEAREST_MAX).filter_map(near).collect();
    Ok(Unmatched { relax, nearest })
}

fn group_of(group: Group, place: usize, facts: &Facts) -> u32 {
    match group {
        Group::Offer => u32::try_from(place).unwrap_or(u32::MAX),
        Group::Cloud => facts.listing,
        Group::Machine => facts.machine,
    }
}

/// What an offer has of what a filter by number asks for, in the filter's own unit.
fn has(name: FilterName, facts: &Facts) -> Option<u32> {
    match name {
        FilterName::GpuMemoryGibMin => Some(facts.memory_gib),
        FilterName::ModelMemoryGibMin => Some(facts.model_memory_gib),
        FilterName::GpuCountMin => Some(facts.count.0 / 1_000),
        FilterName::VcpusMin => Some(facts.vcpus),
        FilterName::RamGibMin => Some(facts.ram_gib),
        FilterName::DiskGibMin => Some(facts.disk_gib),
        FilterName::PriceMaxUsdMicrosPerHour
        | FilterName::Gpu
        | FilterName::Machine
        | FilterName::GpuCount
        | FilterName::Region
        | FilterName::Country
        | FilterName::Provider
        | FilterName::ProviderNot
        | FilterName::Spot
        | FilterName::Available => None,
    }
}

/// The limit that would let this offer in.
fn limit(name: FilterName, facts: &Facts, margins: Margins) -> Result<Option<i64>, Error> {
    if name == FilterName::PriceMaxUsdMicrosPerHour {
        return Ok(Some(margins.rate(facts.provider_rate)?.0));
    }
    Ok(has(name, facts).map(i64::from))
}

/// Of two limits the one that gives way less.
fn nearer(name: FilterName, one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) if name == FilterName::PriceMaxUsdMicrosPerHour => {
            Some(one.min(other))
        }
        (Some(one), Some(other)) => Some(one.max(other)),
        (one, other) => one.or(other),
    }
}

/// By how much an offer misses a filter: what is wanted ÷ what is there, less 1, in thousandths; a
/// filter that is no number is missed wholly, as if by double.
fn shortfall(name: FilterName, filter: &Filter, wanted: &Wanted<'_>, facts: &Facts) -> u64 {
    const WHOLLY: u64 = 1_000;
    let ratio = |more: u64, less: u64| (more * 1_000 / less.max(1)).saturating_sub(1_000);
    if name == FilterName::PriceMaxUsdMicrosPerHour {
        let (rate, rate_max) = (facts.provider_rate.0, wanted.rate_max().0);
        return ratio(rate.unsigned_abs(), rate_max.unsigned_abs());
    }
    match (filter.least(name), has(name, facts)) {
        (Some(least), Some(has)) => ratio(least.into(), has.into()),
        _ => WHOLLY,
    }
}
