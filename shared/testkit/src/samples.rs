//! Values that tests start from; each test names only what matters to it.

use domain::Mode;
use domain::id::{QuoteId, TenantId, UserId};
use domain::market::offer::{BillingTerms, DiskLimits, GpuThousandths, Offer, OfferId, Stock};
use domain::market::price::Margins;
use domain::market::quote::{Configuration, Quote, QuoteTerms};
use domain::market::template::{Readiness, Template};
use domain::money::ledger::{Entry, Wallet};
use domain::money::plan::{Plan, PlanId};
use domain::money::{BasisPoints, UsdMicros, UsdMicrosPerHour};
use domain::people::parameters::Parameters;

use adapters::tables::tenants::Parameter;
use jiff::Timestamp;

use crate::Outcome;

/// The offer every pod is quoted.
pub const QUOTED: &str = "off_quoted";
/// Its provider rate: two dollars.
pub const QUOTED_RATE: UsdMicrosPerHour = UsdMicrosPerHour(2_000_000);

/// An H100 at two dollars an hour that can be stopped, billed by whole minutes.
#[must_use]
pub fn offer(id: &str) -> Offer {
    Offer {
        id: OfferId(id.to_owned()),
        provider: "lambda".into(),
        instance_type: "gpu_1x_h100".into(),
        gpu: "H100 SXM".into(),
        gpu_count: GpuThousandths::ONE,
        gpu_memory_gib: 80,
        vcpus: 26,
        ram_gib: 200,
        disk: DiskLimits { included_gib: 100, max_gib: 2_000, rate_usd_micros_per_gib_hour: 137 },
        region: "us-east-1".into(),
        spot: false,
        provider_rate_usd_micros_per_hour: UsdMicrosPerHour(2_000_000),
        stock: Stock::High,
        terms: BillingTerms { billing_increment_secs: 60, minimum_secs: 60 },
        stoppable: true,
        simulated: Vec::new(),
        source: "test".into(),
        as_of: "2026-11-20".into(),
    }
}

/// A plain machine with a shell.
#[must_use]
pub fn template() -> Template {
    Template {
        id: "ssh".into(),
        name: "SSH".into(),
        summary: "A shell.".into(),
        image: "ubuntu:24.04".into(),
        ports: Vec::new(),
        start_command: String::new(),
        jupyter_port: None,
        disk_gib_min: 20,
        readiness: Readiness::SshBanner,
    }
}

/// A free plan on which so many pods run at a time.
#[must_use]
pub fn plan(running_pods_max: u32) -> Plan {
    Plan {
        id: PlanId::Free,
        name: "FREE".into(),
        summary: "For trying things out.".into(),
        monthly_usd_micros: UsdMicros(0),
        annual_usd_micros: UsdMicros(0),
        monthly_price_id: None,
        annual_price_id: None,
        running_pods_max,
        brokerage_basis_points: BasisPoints(800),
        features: Vec::new(),
    }
}

/// A wallet into which `amount` was paid at `now`.
pub fn wallet(amount_usd_micros: UsdMicros, now: Timestamp) -> Outcome<Wallet> {
    let deposit = Entry::Deposit { amount_usd_micros };
    Ok(Wallet::default().post(&deposit, now)?.0)
}

/// The seeded SANDBOX settings.
pub fn parameters() -> Outcome<Parameters> {
    let rows: Vec<Parameter> =
        serde_json::from_str(include_str!("../../../infra/seeds/parameters.json"))?;
    Ok(Parameters::read(rows.into_iter().map(|row| (row.key, row.sandbox_value)).collect())?)
}

/// Offers of which none can stand in for the quoted one: dearer, spot, smaller, sold out.
#[must_use]
pub fn unfit() -> Vec<Offer> {
    let dearer = UsdMicrosPerHour(QUOTED_RATE.0 + 1);
    vec![
        offer(QUOTED),
        Offer { provider_rate_usd_micros_per_hour: dearer, ..offer("off_dearer") },
        Offer { spot: true, ..offer("off_spot") },
        Offer { ram_gib: 199, ..offer("off_small") },
        Offer { stock: Stock::None, ..offer("off_sold_out") },
    ]
}

/// A market in which `off_same` alone can stand in for the quoted offer.
#[must_use]
pub fn market() -> Vec<Offer> {
    let mut offers = unfit();
    offers.push(offer("off_same"));
    offers
}

/// A quote for an hour of the quoted offer, with a tenth on top.
pub fn quote(tenant_id: TenantId, user_id: UserId) -> Outcome<Quote> {
    let now = runtime::clock::now();
    let terms = QuoteTerms {
        id: QuoteId::new(now, runtime::ids::entropy()?),
        tenant_id,
        user_id,
        mode: Mode::Sandbox,
        margins: Margins { brokerage: BasisPoints(1_000), markup: BasisPoints(0) },
        quote_secs: 60,
        hold_secs: 3_600,
        now,
    };
    let template = Template { jupyter_port: Some(8_888), ..template() };
    let ssh_public_keys = Vec::new();
    let configuration =
        Configuration { offer: offer(QUOTED), template, disk_gib: 100, ssh_public_keys };
    Ok(Quote::new(terms, configuration)?)
}
