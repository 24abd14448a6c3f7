//! What clouds sell, in one shape, and what becomes an offer of it.

use domain::market::offer::{BillingTerms, DiskLimits, GpuThousandths, Offer, Stock};
use domain::money::UsdMicrosPerHour;
use jiff::Timestamp;

use crate::account::Exchange;
use crate::listing::{MIB_PER_GIB, day, offer_id};
use crate::spelling::known;

/// Who sells, and how: the same for all that a cloud sells.
#[derive(Debug)]
pub(crate) struct Seller<'a> {
    /// As offers name it.
    pub(crate) cloud: &'static str,
    /// As it writes itself.
    pub(crate) name: &'a str,
    pub(crate) terms: BillingTerms,
    pub(crate) stoppable: bool,
    /// What its money is worth, unless that is the US dollar.
    pub(crate) exchange: Option<&'a Exchange>,
}

impl Seller<'_> {
    /// Millionths of its money as micro-dollars.
    pub(crate) fn usd(&self, micros: i64) -> Option<UsdMicrosPerHour> {
        let usd_micros = match self.exchange {
            None => Some(micros),
            Some(exchange) => exchange.usd_micros_rounded_up(micros),
        };
        usd_micros.map(UsdMicrosPerHour)
    }

    /// Where its prices come from, with what they were converted by.
    fn source(&self) -> String {
        match self.exchange {
            None => format!("{}'s API", self.name),
            Some(Exchange { currency, usd, as_of }) => {
                format!("{}'s API, {currency} at {usd} USD of {as_of}", self.name)
            }
        }
    }
}

/// A type of machine, whether there are some or not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// What a launch asks for.
    pub(crate) kind: String,
    /// What tells its offers apart from others, where `kind` changes with what is behind the same
    /// offer.
    pub(crate) sold_as: Option<String>,
    /// How its GPU is spelled, the most telling spelling first; none without a GPU.
    pub(crate) spellings: Vec<String>,
    pub(crate) gpus: u32,
    /// Where it is a share of a GPU and not `gpus` whole ones.
    pub(crate) share: Option<GpuThousandths>,
    /// MiB of one whole GPU; `None` where the cloud does not say.
    pub(crate) gpu_memory_mib: Option<u32>,
    pub(crate) vcpus: u32,
    pub(crate) ram_gib: u32,
    /// The machine's own disk, and no other.
    pub(crate) disk_gib: u32,
    /// Millionths of the cloud's money, for the whole machine and its disk; `None` without a price
    /// that can be read.
    pub(crate) rate_micros: Option<i64>,
    /// The one region where it costs that; `None`: everywhere.
    pub(crate) priced_in: Option<String>,
    /// The regions that have some, and how much of it.
    pub(crate) places: Vec<(String, Stock)>,
}

impl Plan {
    /// Its offers: one for each region that has some. A plan without a GPU, with one we do not know,
    /// with one whose memory would be a guess, or without a price has none.
    pub(crate) fn offers(&self, seller: &Seller<'_>, now: Timestamp) -> Vec<Offer> {
        let places = self.places.iter().filter(|(_, stock)| *stock != Stock::None);
        places.filter_map(|(region, stock)| self.offer(seller, (region, *stock), now)).collect()
    }

    fn offer(
        &self,
        seller: &Seller<'_>,
        (region, stock): (&str, Stock),
        now: Timestamp,
    ) -> Option<Offer> {
        let spellings: Vec<_> = self.spellings.iter().map(String::as_str).collect();
        let model = known(seller.cloud, &spellings, self.gpu_memory_mib)?;
        let gpu_memory_gib = match (self.gpu_memory_mib, model.memory_gib) {
            (Some(mib), _) => Some(model.memory_gib(mib)).filter(|gib| *gib > 0),
            (None, [only]) => Some(*only),
            (None, _) => None,
        }?;
        let whole = self.gpus.checked_mul(GpuThousandths::ONE.0).map(GpuThousandths);
        Some(Offer {
            id: offer_id(&[seller.cloud, self.sold_as.as_ref().unwrap_or(&self.kind), region]),
            provider: seller.cloud.to_owned(),
            instance_type: self.kind.clone(),
            gpu: model.name.to_owned(),
            gpu_count: self.share.or(whole).filter(|count| count.0 > 0)?,
            gpu_memory_gib,
            vcpus: self.vcpus,
            ram_gib: self.ram_gib,
            disk: DiskLimits {
                included_gib: self.disk_gib,
                max_gib: self.disk_gib,
                rate_usd_micros_per_gib_hour: 0,
            },
            region: region.to_owned(),
            spot: false,
            provider_rate_usd_micros_per_hour: self.rate(seller).filter(|rate| rate.0 > 0)?,
            stock,
            terms: seller.terms.clone(),
            stoppable: seller.stoppable,
            simulated: Vec::new(),
            source: seller.source(),
            as_of: day(now),
        })
    }

    /// What a machine of it costs.
    pub(crate) fn rate(&self, seller: &Seller<'_>) -> Option<UsdMicrosPerHour> {
        seller.usd(self.rate_micros?)
    }
}

/// MiB of so many GB of a GPU's memory, which makers count by 1,024.
pub(crate) fn gpu_mib(gb: u32) -> Option<u32> {
    gb.checked_mul(MIB_PER_GIB)
}
