//! What our cluster sells, and what its tasks cost.
//!
//! Its capacity providers say which types of instances there are. What an instance has, and what it
//! costs where its capacity provider names no price, stands in the shipped catalogue: that of spot
//! instances does not, as it changes by the hour. So an operator names it, and AWS takes the instance
//! back once it would cost more.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aws_sdk_ecs::types::CapacityProvider;
use domain::market::offer::{BillingTerms, DiskLimits, Offer, Stock};
use domain::money::UsdMicrosPerHour;
use jiff::Timestamp;

use super::api::{Api, CLOUD, Capacity, Cluster, SPOT, Task};
use crate::decimal::usd_micros;
use crate::http::{Act, Outcome};
use crate::listing::{day, offer_id};
use crate::shipped::{self, ListedRow};

/// Linux instances are billed by the second, for a minute at least:
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html>.
const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 1, minimum_secs: 60 };
/// The type of instance that a capacity provider has.
const TYPE_TAG: &str = "gpubroker:instance-type";
/// Dollars an hour for one of them, without disk and address.
const PRICE_TAG: &str = "gpubroker:usd-per-hour";
/// The catalogue's name for AWS.
const ROWS: &str = "aws";
/// Types with AMD's GPUs or Arm's processors, which the image of the hosts does not fit.
const UNFIT: [&str; 2] = ["g4ad.", "g5g."];

/// GiB that a user can fill, of the disk that `template.yaml` gives each host: the rest has the
/// system and the container's image.
const DISK_GIB: u32 = 100;
const HOST_DISK_GIB: i64 = 150;
/// A GiB of gp3 costs 8 cents a month in most regions and 9.6 in some, here in a month of 30 days and
/// rounded up: <https://aws.amazon.com/ebs/pricing/>. An address costs half a cent an hour:
/// <https://aws.amazon.com/vpc/pricing/>.
const USD_MICROS_PER_GIB_HOUR: i64 = 134;
const USD_MICROS_PER_ADDRESS_HOUR: i64 = 5_000;
const EXTRAS_USD_MICROS_PER_HOUR: i64 =
    HOST_DISK_GIB * USD_MICROS_PER_GIB_HOUR + USD_MICROS_PER_ADDRESS_HOUR;

/// The catalogue's rows of AWS, read once; empty if it cannot be read, which its own test would show.
static LISTED: LazyLock<Vec<ListedRow>> = LazyLock::new(|| {
    let rows = shipped::read(shipped::CATALOGUE).map(|shipped| shipped.rows).unwrap_or_default();
    rows.into_iter().filter(|row| row.provider == ROWS && !row.spot).collect()
});

/// A capacity provider that we sell, with a type that we know.
struct Sold {
    capacity: Capacity,
    row: &'static ListedRow,
    rate: UsdMicrosPerHour,
    /// Where the price stands, and of which day it is.
    source: String,
    as_of: Option<String>,
}

fn tag<'a>(provider: &'a CapacityProvider, key: &str) -> Option<&'a str> {
    let tag = provider.tags().iter().find(|tag| tag.key() == Some(key))?;
    Some(tag.value().unwrap_or_default())
}

impl Sold {
    /// `None` for a capacity provider of others, an unknown type, or one without a price that can be
    /// read.
    fn read(cluster: &Cluster, provider: &CapacityProvider) -> Option<Self> {
        let instance_type = tag(provider, TYPE_TAG)?.to_owned();
        let name = provider.name()?;
        let capacity = Capacity { instance_type, is_spot: name.ends_with(SPOT) };
        let fits = !UNFIT.iter().any(|unfit| capacity.instance_type.starts_with(unfit));
        if capacity.provider(&cluster.name) != name || !fits {
            return None;
        }
        let of_type = || LISTED.iter().filter(|row| row.instance_type == capacity.instance_type);
        let here = of_type().find(|row| row.region == cluster.region);
        let row = here.or_else(|| of_type().next())?;
        let (usd_micros, source, as_of) = match tag(provider, PRICE_TAG) {
            Some(price) => (usd_micros(price)?, "the operator's price".to_owned(), None),
            None if capacity.is_spot => return None,
            None => {
                let listed = here?.provider_rate_usd_micros_per_hour.0;
                (listed, row.source.clone(), Some(row.as_of.clone()))
            }
        };
        let rate = usd_micros.checked_add(EXTRAS_USD_MICROS_PER_HOUR).filter(|_| usd_micros > 0)?;
        Some(Self { capacity, row, rate: UsdMicrosPerHour(rate), source, as_of })
    }

    fn offer(self, cluster: &Cluster, now: Timestamp) -> Option<Offer> {
        let Self { capacity: Capacity { instance_type, is_spot }, row, rate, source, as_of } = self;
        let paid = if is_spot { "spot" } else { "on-demand" };
        Some(Offer {
            id: offer_id(&[CLOUD, &instance_type, &cluster.region, paid]),
            provider: CLOUD.to_owned(),
            instance_type,
            gpu: row.gpu.name.to_owned(),
            gpu_count: row.gpu_count,
            gpu_memory_gib: row.gpu_memory_gib,
            vcpus: row.vcpus?,
            ram_gib: row.ram_gib?,
            disk: DiskLimits {
                included_gib: DISK_GIB,
                max_gib: DISK_GIB,
                rate_usd_micros_per_gib_hour: 0,
            },
            region: cluster.region.clone(),
            spot: is_spot,
            provider_rate_usd_micros_per_hour: rate,
            // Nobody tells how many instances AWS has left.
            stock: Stock::Medium,
            terms: TERMS,
            stoppable: false,
            simulated: Vec::new(),
            source,
            as_of: as_of.unwrap_or_else(|| day(now)),
        })
    }
}

/// The offers of these capacity providers.
pub(super) fn offers(
    cluster: &Cluster,
    providers: &[CapacityProvider],
    now: Timestamp,
) -> Vec<Offer> {
    let sold = providers.iter().filter_map(|provider| Sold::read(cluster, provider));
    sold.filter_map(|sold| sold.offer(cluster, now)).collect()
}

/// What these tasks cost, by the names of their capacity providers.
pub(super) async fn rates(
    api: &Api,
    act: &mut Act<'_>,
    tasks: &[Task],
) -> Outcome<BTreeMap<String, UsdMicrosPerHour>> {
    let mut names: Vec<_> = tasks.iter().map(|task| task.capacity_provider.clone()).collect();
    names.sort_unstable();
    names.dedup();
    let providers = api.capacity_providers(act, &names).await?;
    let rate = |provider: &CapacityProvider| {
        Some((provider.name()?.to_owned(), Sold::read(&api.cluster, provider)?.rate))
    };
    Ok(providers.iter().filter_map(rate).collect())
}

#[cfg(test)]
mod tests;
