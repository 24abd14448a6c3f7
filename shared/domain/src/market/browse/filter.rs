//! Which offers are wanted, and the limits of asking.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Error;
use crate::money::UsdMicrosPerHour;

/// The most entries of one list of a filter; there are fewer than 20 clouds worth naming at once.
pub const LIST_LEN_MAX: usize = 20;
/// The longest text of a filter in bytes; the longest real name has 40.
pub const TEXT_LEN_MAX: usize = 64;

/// Whether spot machines are wanted, which their cloud may take back at any time.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// Only machines that cannot be taken back.
    #[default]
    #[serde(rename = "false")]
    Without,
    /// Only spot machines.
    #[serde(rename = "true")]
    Only,
    /// Both, ranked together.
    #[serde(rename = "any")]
    Mixed,
}

/// Which offers are wanted; what is left out does not narrow. Texts match whatever their case.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// GPU models or families, as in [`crate::market::gpu`]: `H100` matches `H100 SXM` too.
    pub gpu: Vec<String>,
    /// One kind of machine, by its [`super::MachineId`].
    pub machine: Option<String>,
    /// The least memory of one GPU, in GiB.
    pub gpu_memory_gib_min: Option<u32>,
    /// The least memory of all GPUs together, in GiB, besides the one that each keeps for itself.
    pub model_memory_gib_min: Option<u32>,
    /// The least number of whole GPUs; 1 leaves out shares of a GPU.
    pub gpu_count_min: Option<u32>,
    /// Exactly this many whole GPUs.
    pub gpu_count: Option<u32>,
    /// The least virtual processors of the machine.
    pub vcpus_min: Option<u32>,
    /// The least main memory of the machine, in GiB.
    pub ram_gib_min: Option<u32>,
    /// Disk that can be attached to the machine, in GiB.
    pub disk_gib_min: Option<u32>,
    /// The most the user pays for the machine, margins included.
    pub price_max_usd_micros_per_hour: Option<UsdMicrosPerHour>,
    /// Regions, as the providers name them.
    pub region: Vec<String>,
    /// Countries by their ISO 3166-1 codes; a machine whose country is not known is in none.
    pub country: Vec<String>,
    /// Providers.
    pub provider: Vec<String>,
    /// Providers that are not wanted.
    pub provider_not: Vec<String>,
    /// Spot machines, others (the default), or both.
    pub spot: Spot,
    /// Leave out what is sold out; the default.
    pub available: bool,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            gpu: Vec::new(),
            machine: None,
            gpu_memory_gib_min: None,
            model_memory_gib_min: None,
            gpu_count_min: None,
            gpu_count: None,
            vcpus_min: None,
            ram_gib_min: None,
            disk_gib_min: None,
            price_max_usd_micros_per_hour: None,
            region: Vec::new(),
            country: Vec::new(),
            provider: Vec::new(),
            provider_not: Vec::new(),
            spot: Spot::default(),
            available: true,
        }
    }
}

/// One filter of [`Filter`], by its field.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FilterName {
    /// `gpu`.
    Gpu,
    /// `machine`.
    Machine,
    /// `gpu_memory_gib_min`.
    GpuMemoryGibMin,
    /// `model_memory_gib_min`.
    ModelMemoryGibMin,
    /// `gpu_count_min`.
    GpuCountMin,
    /// `gpu_count`.
    GpuCount,
    /// `vcpus_min`.
    VcpusMin,
    /// `ram_gib_min`.
    RamGibMin,
    /// `disk_gib_min`.
    DiskGibMin,
    /// `price_max_usd_micros_per_hour`.
    PriceMaxUsdMicrosPerHour,
    /// `region`.
    Region,
    /// `country`.
    Country,
    /// `provider`.
    Provider,
    /// `provider_not`.
    ProviderNot,
    /// `spot`.
    Spot,
    /// `available`.
    Available,
}

impl FilterName {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Available,
        Self::Spot,
        Self::Gpu,
        Self::Machine,
        Self::GpuMemoryGibMin,
        Self::ModelMemoryGibMin,
        Self::GpuCountMin,
        Self::GpuCount,
        Self::VcpusMin,
        Self::RamGibMin,
        Self::DiskGibMin,
        Self::PriceMaxUsdMicrosPerHour,
        Self::Region,
        Self::Country,
        Self::Provider,
        Self::ProviderNot,
    ];
}

impl Filter {
    /// Checks every limit.
    ///
    /// # Errors
    ///
    /// `invalid_filter`.
    pub fn check(&self) -> Result<(), Error> {
        for (name, list) in [
            ("gpu", &self.gpu),
            ("region", &self.region),
            ("country", &self.country),
            ("provider", &self.provider),
            ("provider_not", &self.provider_not),
        ] {
            check_list(name, list)?;
        }
        if let Some(machine) = &self.machine {
            check_text("machine", machine)?;
        }
        if self.price_max_usd_micros_per_hour.is_some_and(|rate| rate <= UsdMicrosPerHour(0)) {
            return Err(Error::invalid("invalid_filter", "The price must be above 0."));
        }
        Ok(())
    }

    /// The least number that is wanted by this name.
    pub(super) fn least(&self, name: FilterName) -> Option<u32> {
        match name {
            FilterName::GpuMemoryGibMin => self.gpu_memory_gib_min,
            FilterName::ModelMemoryGibMin => self.model_memory_gib_min,
            FilterName::GpuCountMin => self.gpu_count_min,
            FilterName::VcpusMin => self.vcpus_min,
            FilterName::RamGibMin => self.ram_gib_min,
            FilterName::DiskGibMin => self.disk_gib_min,
            FilterName::Gpu
            | FilterName::Machine
            | FilterName::GpuCount
            | FilterName::PriceMaxUsdMicrosPerHour
            | FilterName::Region
            | FilterName::Country
            | FilterName::Provider
            | FilterName::ProviderNot
            | FilterName::Spot
            | FilterName::Available => None,
        }
    }

    /// Whether it narrows by this name.
    pub(super) fn narrows(&self, name: FilterName) -> bool {
        match name {
            FilterName::Gpu => !self.gpu.is_empty(),
            FilterName::Machine => self.machine.is_some(),
            FilterName::GpuMemoryGibMin
            | FilterName::ModelMemoryGibMin
            | FilterName::GpuCountMin
            | FilterName::VcpusMin
            | FilterName::RamGibMin
            | FilterName::DiskGibMin => self.least(name).is_some(),
            FilterName::GpuCount => self.gpu_count.is_some(),
            FilterName::PriceMaxUsdMicrosPerHour => self.price_max_usd_micros_per_hour.is_some(),
            FilterName::Region => !self.region.is_empty(),
            FilterName::Country => !self.country.is_empty(),
            FilterName::Provider => !self.provider.is_empty(),
            FilterName::ProviderNot => !self.provider_not.is_empty(),
            FilterName::Spot => self.spot != Spot::Mixed,
            FilterName::Available => self.available,
        }
    }
}

fn check_list(name: &str, list: &[String]) -> Result<(), Error> {
    if list.len() > LIST_LEN_MAX {
        let message = format!("At most {LIST_LEN_MAX} values of {name} can be asked for at once.");
        return Err(Error::invalid("invalid_filter", message));
    }
    list.iter().try_for_each(|text| check_text(name, text))
}

fn check_text(name: &str, text: &str) -> Result<(), Error> {
    if text.is_empty() || text.len() > TEXT_LEN_MAX {
        let message = format!("Each {name} must have 1 to {TEXT_LEN_MAX} characters.");
        return Err(Error::invalid("invalid_filter", message));
    }
    Ok(())
}
