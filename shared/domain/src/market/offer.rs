//! An offer: what a provider sells now, in one shape for every provider.
//!
//! A field a provider does not publish is derived only by the sandbox market, which names it in
//! [`Offer::simulated`]; an offer of a LIVE snapshot has nothing simulated.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::SnapshotId;
use crate::market::launches::LaunchRecord;
use crate::money::UsdMicrosPerHour;

/// Identifier of an offer, the same in every snapshot: `off_` and 20 characters of `0-9a-f`.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, ToSchema)]
#[serde(transparent)]
pub struct OfferId(pub String);

/// How many GPUs a machine has, in thousandths, since clouds also sell shares of one.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct GpuThousandths(pub u32);

impl GpuThousandths {
    /// One whole GPU.
    pub const ONE: Self = Self(1_000);
}

/// How much of an offer the provider has left.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stock {
    /// Sold out now.
    None,
    /// A launch may fail.
    Low,
    /// A launch is likely to succeed.
    Medium,
    /// A launch is expected to succeed.
    High,
}

impl Stock {
    /// Steps above nothing: 0 none, 1 low, 2 medium, 3 high.
    #[must_use]
    pub fn steps(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
        }
    }
}

/// The disk a machine can be launched with, in GiB, and what it costs beyond what is included.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct DiskLimits {
    /// Part of the machine's own price, and the least that can be asked for.
    pub included_gib: u32,
    /// The most this provider attaches.
    pub max_gib: u32,
    /// Price of each GiB beyond the included ones, running or stopped.
    pub rate_usd_micros_per_gib_hour: i64,
}

/// How the provider bills, shown with every price.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct BillingTerms {
    /// The provider bills whole multiples of this many seconds.
    pub billing_increment_secs: u32,
    /// The provider bills at least this many seconds.
    pub minimum_secs: u32,
}

/// A field of an offer that the sandbox market made up because no source publishes it.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SimulatedField {
    /// `vcpus`.
    Vcpus,
    /// `ram_gib`.
    RamGib,
    /// `disk`.
    Disk,
    /// `stock`.
    Stock,
    /// `terms`.
    Terms,
    /// `provider_rate_usd_micros_per_hour`, moved away from the listed one.
    Price,
}

/// One machine a provider sells in one region under one kind of contract.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Offer {
    /// Stable identifier, derived from what identifies the offer at its provider.
    pub id: OfferId,
    /// The GPU cloud, lower case with dashes: `lambda`, `vast-ai`.
    pub provider: String,
    /// The provider's own name of the machine.
    pub instance_type: String,
    /// Canonical GPU model, as in [`crate::market::gpu`].
    pub gpu: String,
    /// GPUs in the machine.
    pub gpu_count: GpuThousandths,
    /// Memory of one whole GPU in GiB, as its maker states it.
    pub gpu_memory_gib: u32,
    /// Virtual processors.
    pub vcpus: u32,
    /// Main memory in GiB.
    pub ram_gib: u32,
    /// Disk limits and price.
    pub disk: DiskLimits,
    /// The provider's region name, or `unspecified`.
    pub region: String,
    /// Whether the provider may take the machine back at any time.
    pub spot: bool,
    /// What the provider charges for the machine with its included disk.
    pub provider_rate_usd_micros_per_hour: UsdMicrosPerHour,
    /// How much is left.
    pub stock: Stock,
    /// How the provider bills.
    pub terms: BillingTerms,
    /// Whether a machine of it can be stopped, keeping its disk, and started again.
    #[serde(default)]
    pub stoppable: bool,
    /// Which of these fields the sandbox market derived.
    pub simulated: Vec<SimulatedField>,
    /// Where the price was read: a repository and commit, or the provider's API.
    pub source: String,
    /// The day the price was read, `YYYY-MM-DD`.
    pub as_of: String,
}

impl Offer {
    /// Its GPUs in words: `8 × H100 SXM`, `H100 SXM`, or `1/6 of A10` for a share of one.
    #[must_use]
    pub fn gpus(&self) -> String {
        match self.gpu_count.0 {
            0 | 1_000 => self.gpu.clone(),
            share @ 1..1_000 => format!("1/{} of {}", (1_000 + share / 2) / share, self.gpu),
            more => format!("{} × {}", more / 1_000, self.gpu),
        }
    }
}

/// Why an offer is not sold until somebody has looked at it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Doubt {
    /// Its price is 0, or less.
    NoPrice,
    /// Its GPU has no memory.
    NoMemory,
    /// Its price is ten times what it was, or a tenth of it.
    Jumped {
        /// What it was.
        from: UsdMicrosPerHour,
    },
    /// Each of its GPUs costs far more or less than such GPUs do.
    Unusual {
        /// What one usually costs.
        usual: UsdMicrosPerHour,
    },
}

/// An offer that is not sold.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Quarantined {
    /// The offer, as its cloud tells it.
    pub offer: Offer,
    /// What is wrong with it.
    pub doubt: Doubt,
    /// When it was first in doubt.
    pub since: Timestamp,
    /// What it was last sold at, if it ever was.
    pub sold_at: Option<UsdMicrosPerHour>,
}

/// How a connected cloud last answered.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CloudReading {
    /// When it was last asked and answered.
    pub read_at: Timestamp,
    /// How long it took then, in milliseconds.
    pub millis: u32,
    /// Whether it has been asked since, and did not answer.
    pub silent: bool,
    /// Until when nothing is launched there, because it failed too often in a row.
    #[serde(default)]
    pub resting_until: Option<Timestamp>,
}

/// For how many seconds an answer of a cloud is good for: ten refreshes.
pub const ANSWER_SECS: i64 = 600;

impl CloudReading {
    /// Whether its answer is too old to launch anything from.
    #[must_use]
    pub fn is_old(&self, now: Timestamp) -> bool {
        now >= self.read_at + SignedDuration::from_secs(ANSWER_SECS)
    }
}

/// Every offer at one moment, in one mode.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Snapshot {
    /// Identifier, time-ordered.
    pub id: SnapshotId,
    /// When it was taken.
    pub taken_at: Timestamp,
    /// The offers, in no particular order, each identifier once.
    pub offers: Vec<Offer>,
    /// How each connected cloud last answered; empty in SANDBOX, where none is asked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub clouds: BTreeMap<String, CloudReading>,
    /// What is not sold until somebody has looked at it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quarantined: Vec<Quarantined>,
    /// Our own record of launches by cloud; a cloud that is not in it has none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub launches: BTreeMap<String, LaunchRecord>,
}

impl Snapshot {
    /// A snapshot of offers that come from no connected cloud.
    #[must_use]
    pub fn new(id: SnapshotId, taken_at: Timestamp, offers: Vec<Offer>) -> Self {
        let (clouds, quarantined, launches) = Default::default();
        Self { id, taken_at, offers, clouds, quarantined, launches }
    }

    /// Whether nothing is to be launched at a cloud now.
    #[must_use]
    pub fn rests(&self, cloud: &str, now: Timestamp) -> bool {
        let reading = self.clouds.get(cloud);
        reading.and_then(|reading| reading.resting_until).is_some_and(|until| now < until)
    }

    /// It as it may be sold at `now`: if nobody has published another for long, what its clouds
    /// answered is too old by now, and sold out. `None` if that makes no difference.
    #[must_use]
    pub fn aged(&self, now: Timestamp) -> Option<Self> {
        let is_old = |cloud: &str| self.clouds.get(cloud).is_some_and(|it| it.is_old(now));
        let sold = |offer: &Offer| offer.stock != Stock::None && is_old(&offer.provider);
        self.offers.iter().any(sold).then(|| {
            let mut aged = self.clone();
            for offer in aged.offers.iter_mut().filter(|offer| is_old(&offer.provider)) {
                offer.stock = Stock::None;
            }
            aged
        })
    }

    /// The offer with this identifier.
    #[must_use]
    pub fn find(&self, id: &OfferId) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.id == *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn gpus_are_counted_in_words_where_there_is_not_one() {
        let gpus =
            |count| Offer { gpu_count: GpuThousandths(count), ..sample::offer("off") }.gpus();
        assert_eq!(gpus(1_000), "H100 SXM");
        assert_eq!(gpus(8_000), "8 × H100 SXM");
        assert_eq!(gpus(500), "1/2 of H100 SXM");
        assert_eq!(gpus(167), "1/6 of H100 SXM");
    }

    #[test]
    fn a_market_that_nobody_publishes_any_more_is_sold_out_after_ten_minutes() {
        let now = Timestamp::UNIX_EPOCH;
        let reading = CloudReading { read_at: now, millis: 1, silent: false, resting_until: None };
        let offers = vec![sample::offer("off_one")];
        let mut snapshot = Snapshot::new(SnapshotId::new(now, [0; 10]), now, offers);
        let later = |secs| now + SignedDuration::from_secs(secs);
        // Nobody is asked for the sandbox market, so it cannot be too old.
        assert_eq!(snapshot.aged(later(1_000_000)), None);
        snapshot.clouds.insert("lambda".into(), reading);
        assert_eq!(snapshot.aged(later(ANSWER_SECS - 1)), None);
        let aged = snapshot.aged(later(ANSWER_SECS));
        assert_eq!(aged.as_ref().map(|it| it.offers[0].stock), Some(Stock::None));
        assert_eq!(aged.and_then(|aged| aged.aged(later(ANSWER_SECS))), None);
    }

    #[test]
    fn a_snapshot_finds_the_offer_of_an_identifier() {
        let now = Timestamp::UNIX_EPOCH;
        let offers = vec![sample::offer("off_one"), sample::offer("off_two")];
        let snapshot = Snapshot::new(SnapshotId::new(now, [0; 10]), now, offers);
        let found = |id: &str| snapshot.find(&OfferId(id.to_owned())).map(|offer| &offer.id.0);
        assert_eq!(found("off_two").map(String::as_str), Some("off_two"));
        assert_eq!(found("off_three"), None);
    }
}
