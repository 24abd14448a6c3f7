//! An offer as the API shows it.

use domain::Error;
use domain::market::gpu;
use domain::market::offer::{BillingTerms, DiskLimits, Offer, OfferId, SimulatedField, Stock};
use domain::market::price::Margins;
use domain::money::UsdMicrosPerHour;
use serde::Serialize;
use utoipa::ToSchema;

/// One machine on sale.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferView {
    id: OfferId,
    provider: String,
    instance_type: String,
    gpu: String,
    /// GPUs in the machine; below 1 for a share of one.
    gpu_count: f64,
    /// Memory of one whole GPU.
    gpu_memory_gib: u32,
    /// Dense BF16 TFLOPS of its GPUs together; absent where unknown.
    bf16_tflops: Option<f64>,
    vcpus: u32,
    ram_gib: u32,
    disk: DiskLimits,
    region: String,
    /// Whether the provider may take the machine back at any time.
    spot: bool,
    /// What a running hour costs, shares included, disk beyond the included one aside.
    rate_usd_micros_per_hour: UsdMicrosPerHour,
    /// The provider's part of it.
    provider_rate_usd_micros_per_hour: UsdMicrosPerHour,
    /// Our part of it, by plan.
    brokerage_usd_micros_per_hour: UsdMicrosPerHour,
    /// The tenant's part of it.
    tenant_markup_usd_micros_per_hour: UsdMicrosPerHour,
    stock: Stock,
    terms: BillingTerms,
    /// Whether a pod on it can be stopped and started; otherwise it can only be ended.
    stoppable: bool,
    /// Fields that no source publishes and the sandbox market derived.
    simulated: Vec<SimulatedField>,
    /// Where the price was read.
    source: String,
    /// When it was read, `YYYY-MM-DD`.
    as_of: String,
}

impl OfferView {
    pub(crate) fn new(offer: &Offer, margins: Margins) -> Result<Self, Error> {
        let provider_rate = offer.provider_rate_usd_micros_per_hour;
        let offer = offer.clone();
        let gpu_count = f64::from(offer.gpu_count.0) / 1_000.0;
        let tflops = gpu::by_name(&offer.gpu).and_then(|model| model.bf16_tflops);
        Ok(Self {
            bf16_tflops: tflops.map(|tflops| tflops * gpu_count),
            id: offer.id,
            provider: offer.provider,
            instance_type: offer.instance_type,
            gpu: offer.gpu,
            gpu_count,
            gpu_memory_gib: offer.gpu_memory_gib,
            vcpus: offer.vcpus,
            ram_gib: offer.ram_gib,
            disk: offer.disk,
            region: offer.region,
            spot: offer.spot,
            rate_usd_micros_per_hour: margins.rate(provider_rate)?,
            provider_rate_usd_micros_per_hour: provider_rate,
            brokerage_usd_micros_per_hour: margins.brokerage_of(provider_rate)?,
            tenant_markup_usd_micros_per_hour: margins.markup_of(provider_rate)?,
            stock: offer.stock,
            terms: offer.terms,
            stoppable: offer.stoppable,
            simulated: offer.simulated,
            source: offer.source,
            as_of: offer.as_of,
        })
    }
}
