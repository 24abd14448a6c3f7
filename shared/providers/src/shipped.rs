//! The shipped catalogue: public GPU prices of 25 clouds, 24 of them in US dollars, as a gzipped
//! table.
//!
//! `infra/seeds/offers.csv.gz` holds it, beside the licences of its sources. A **row** is a line of
//! the table, a **listing** one of its prices: a row with an on-demand and a spot price gives two
//! listings. Nothing is guessed here: what a source does not say stays absent, and a row whose price
//! cannot be trusted is dropped and counted.

use std::collections::HashSet;
use std::io::Read;

use csv::{ReaderBuilder, StringRecord};
use domain::market::gpu::{self, Model};
use domain::market::offer::{GpuThousandths, OfferId};
use domain::money::UsdMicrosPerHour;
use flate2::read::MultiGzDecoder;
use jiff::civil::Date;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::decimal::{self, Rounding};

/// The table, packed.
pub const CATALOGUE: &[u8] = include_bytes!("../../../infra/seeds/offers.csv.gz");
/// The most bytes of an unpacked table; the shipped one has 0.3 MB.
const TABLE_LEN_MAX: u64 = 64 << 20;
/// The longest text of a field in bytes; the longest real one, a source, has 101.
const TEXT_LEN_MAX: usize = 128;
/// The only currency taken. The table marks prices that may be in yuan `CNY?`, and for other
/// currencies there is no exchange rate of that day.
const CURRENCY: &str = "USD";
/// Hexadecimal digits of an offer's identifier: 80 bits, enough for a trillion offers.
const OFFER_ID_DIGITS: usize = 20;

/// One price of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedRow {
    /// Identifier of the offer it becomes.
    pub id: OfferId,
    /// The GPU cloud, lower case with dashes.
    pub provider: String,
    /// The provider's own name of the machine.
    pub instance_type: String,
    /// The GPU model.
    pub gpu: &'static Model,
    /// GPUs in the machine.
    pub gpu_count: GpuThousandths,
    /// Memory of one whole GPU in GiB.
    pub gpu_memory_gib: u32,
    /// Virtual processors; a fraction is rounded down, since it cannot be promised, but not to 0.
    pub vcpus: Option<u32>,
    /// Main memory in GiB, rounded down.
    pub ram_gib: Option<u32>,
    /// The provider's region name, or `unspecified`.
    pub region: String,
    /// Whether the provider may take the machine back at any time.
    pub spot: bool,
    /// The price, rounded up to a whole micro-dollar per hour; above 0.
    pub provider_rate_usd_micros_per_hour: UsdMicrosPerHour,
    /// Where the price was read.
    pub source: String,
    /// The day it was read, `YYYY-MM-DD`.
    pub as_of: String,
}

/// What was left out, by reason: whole rows, and single listings where the price is at fault.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Dropped {
    /// Rows in anything but US dollars.
    pub uncertain_currency: u32,
    /// Rows without a price.
    pub no_price: u32,
    /// Listings whose price is 0 or negative: some clouds publish $0 for "not published".
    pub not_positive_price: u32,
    /// Rows of a GPU that [`gpu::canonical`] does not know.
    pub unknown_gpu: u32,
    /// Rows, or listings with a price, that do not have the shape of the table.
    pub malformed: u32,
    /// Listings with the identifier of an earlier one.
    pub duplicate: u32,
}

impl Dropped {
    fn count(&mut self, refusal: Refusal) {
        let counter = match refusal {
            Refusal::UncertainCurrency => &mut self.uncertain_currency,
            Refusal::NoPrice => &mut self.no_price,
            Refusal::NotPositivePrice => &mut self.not_positive_price,
            Refusal::UnknownGpu => &mut self.unknown_gpu,
            Refusal::Malformed => &mut self.malformed,
            Refusal::Duplicate => &mut self.duplicate,
        };
        *counter = counter.saturating_add(1);
    }
}

/// The catalogue as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Shipped {
    /// The listings, each identifier once, in the order of the table.
    pub rows: Vec<ListedRow>,
    /// What was left out.
    pub dropped: Dropped,
}

/// Why a table cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ShippedError {
    /// It is not whole gzip data.
    #[error("the offers table cannot be unpacked")]
    Gzip(#[source] std::io::Error),
    /// It unpacks to more than is read.
    #[error("the offers table is larger than {TABLE_LEN_MAX} bytes")]
    TooLarge,
    /// Its first line does not name the columns.
    #[error("the offers table has no header")]
    Header(#[source] csv::Error),
}

#[derive(Clone, Copy)]
enum Refusal {
    UncertainCurrency,
    NoPrice,
    NotPositivePrice,
    UnknownGpu,
    Malformed,
    Duplicate,
}

/// A line of the table, by the names of its header.
#[derive(Deserialize)]
struct Record<'a> {
    provider: &'a str,
    instance_type: &'a str,
    gpu: &'a str,
    gpu_count: &'a str,
    gpu_mem_gib: &'a str,
    vcpus: &'a str,
    ram_gib: &'a str,
    region: &'a str,
    price_hour: &'a str,
    spot_price_hour: &'a str,
    currency: &'a str,
    source: &'a str,
    as_of: &'a str,
}

/// Reads a gzipped table of offers.
///
/// # Errors
///
/// [`ShippedError`] where the table as a whole is unreadable; a bad row is only counted.
pub fn read(gz_csv: &[u8]) -> Result<Shipped, ShippedError> {
    let mut table = Vec::new();
    let mut unpacked = MultiGzDecoder::new(gz_csv).take(TABLE_LEN_MAX);
    unpacked.read_to_end(&mut table).map_err(ShippedError::Gzip)?;
    if unpacked.limit() == 0 {
        return Err(ShippedError::TooLarge);
    }
    let mut reader = ReaderBuilder::new().from_reader(table.as_slice());
    let header = reader.headers().map_err(ShippedError::Header)?.clone();
    let mut seen = HashSet::new();
    let (mut rows, mut dropped) = (Vec::new(), Dropped::default());
    for record in reader.records() {
        for listing in listings(record.ok().as_ref(), &header) {
            match listing {
                Ok(row) if seen.insert(row.id.clone()) => rows.push(row),
                Ok(_) => dropped.count(Refusal::Duplicate),
                Err(refusal) => dropped.count(refusal),
            }
        }
    }
    Ok(Shipped { rows, dropped })
}

fn listings(
    record: Option<&StringRecord>,
    header: &StringRecord,
) -> Vec<Result<ListedRow, Refusal>> {
    let record = record.and_then(|record| record.deserialize::<Record<'_>>(Some(header)).ok());
    let Some(record) = record else { return vec![Err(Refusal::Malformed)] };
    if record.currency != CURRENCY {
        return vec![Err(Refusal::UncertainCurrency)];
    }
    let prices = [(record.price_hour, false), (record.spot_price_hour, true)];
    let prices: Vec<_> = prices.into_iter().filter(|(price, _)| !price.is_empty()).collect();
    if prices.is_empty() {
        return vec![Err(Refusal::NoPrice)];
    }
    let machine = match Machine::read(&record) {
        Ok(machine) => machine,
        Err(refusal) => return vec![Err(refusal)],
    };
    prices.into_iter().map(|(price, spot)| machine.listed(&record, price, spot)).collect()
}

/// The numbers of a row that both of its listings share.
struct Machine {
    gpu: &'static Model,
    gpu_count: GpuThousandths,
    gpu_memory_gib: u32,
    vcpus: Option<u32>,
    ram_gib: Option<u32>,
}

impl Machine {
    fn read(record: &Record<'_>) -> Result<Self, Refusal> {
        let Record { provider, instance_type, region, source, as_of, .. } = *record;
        let is_text = |text: &str| !text.is_empty() && text.len() <= TEXT_LEN_MAX;
        if ![provider, instance_type, region, source].into_iter().all(is_text)
            || as_of.parse::<Date>().is_err()
        {
            return Err(Refusal::Malformed);
        }
        let count = number(record.gpu_count, 3, Rounding::Nearest)?;
        let memory_mib = memory_mib(record.gpu_mem_gib)?;
        let optional = |text: &str| match text {
            "" => Ok(None),
            text => number(text, 0, Rounding::Down).map(Some),
        };
        let gpu = gpu::canonical(record.gpu, Some(memory_mib)).ok_or(Refusal::UnknownGpu)?;
        let gpu_memory_gib = whole_gpu_gib(gpu, memory_mib, count);
        if count == 0 || gpu_memory_gib == 0 {
            return Err(Refusal::Malformed);
        }
        Ok(Self {
            gpu,
            gpu_count: GpuThousandths(count),
            gpu_memory_gib,
            vcpus: optional(record.vcpus)?.map(|vcpus| vcpus.max(1)),
            ram_gib: optional(record.ram_gib)?.map(|ram| ram.max(1)),
        })
    }

    fn listed(&self, record: &Record<'_>, price: &str, spot: bool) -> Result<ListedRow, Refusal> {
        Ok(ListedRow {
            id: offer_id(record, self.gpu_count, spot),
            provider: record.provider.to_owned(),
            instance_type: record.instance_type.to_owned(),
            gpu: self.gpu,
            gpu_count: self.gpu_count,
            gpu_memory_gib: self.gpu_memory_gib,
            vcpus: self.vcpus,
            ram_gib: self.ram_gib,
            region: record.region.to_owned(),
            spot,
            provider_rate_usd_micros_per_hour: rate_rounded_up(price)?,
            source: record.source.to_owned(),
            as_of: record.as_of.to_owned(),
        })
    }
}

fn number(text: &str, places: usize, rounding: Rounding) -> Result<u32, Refusal> {
    let number = decimal::scaled(text, places, rounding).and_then(|it| u32::try_from(it).ok());
    number.ok_or(Refusal::Malformed)
}

fn memory_mib(gib: &str) -> Result<u32, Refusal> {
    let thousandths = u64::from(number(gib, 3, Rounding::Nearest)?);
    u32::try_from(thousandths * 1_024 / 1_000).map_err(|_| Refusal::Malformed)
}

/// Some sources give the memory of the whole GPU also where they sell a share of it, others the
/// share's memory. The number that is a size the model is made with is the whole GPU's.
fn whole_gpu_gib(gpu: &Model, memory_mib: u32, count_thousandths: u32) -> u32 {
    let whole_mib = u64::from(memory_mib) * u64::from(GpuThousandths::ONE.0);
    let of_share = whole_mib.checked_div(u64::from(count_thousandths));
    let is_share =
        count_thousandths < GpuThousandths::ONE.0 && gpu.nominal_gib(memory_mib).is_none();
    let scaled = of_share.filter(|_| is_share).and_then(|mib| u32::try_from(mib).ok());
    scaled.and_then(|mib| gpu.nominal_gib(mib)).unwrap_or_else(|| gpu.memory_gib(memory_mib))
}

/// Dollars per hour as decimal text to whole micro-dollars per hour, rounded up: below what the
/// provider charges we would pay the difference.
fn rate_rounded_up(dollars: &str) -> Result<UsdMicrosPerHour, Refusal> {
    let magnitude = dollars.strip_prefix('-').unwrap_or(dollars);
    let micros = decimal::scaled(magnitude, 6, Rounding::Up).ok_or(Refusal::Malformed)?;
    let micros = i64::try_from(micros).map_err(|_| Refusal::Malformed)?;
    if micros == 0 || magnitude != dollars {
        return Err(Refusal::NotPositivePrice);
    }
    Ok(UsdMicrosPerHour(micros))
}

/// Made of what the source says, not of our names, so that it outlives a change of those.
fn offer_id(record: &Record<'_>, count: GpuThousandths, spot: bool) -> OfferId {
    let Record { provider, instance_type, region, gpu, .. } = record;
    let GpuThousandths(count) = count;
    let key = format!("{provider}|{instance_type}|{region}|{gpu}|{count}|{spot}");
    let digits = format!("{:x}", Sha256::digest(key));
    OfferId(format!("off_{}", digits.get(..OFFER_ID_DIGITS).unwrap_or_default()))
}

#[cfg(test)]
mod tests;
