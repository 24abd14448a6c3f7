//! Values that tests start from; each test names only what matters to it.

use adapters::tenants::Parameter;
use domain::Error;
use domain::billing::{Interval, Subscription, SubscriptionStatus};
use domain::id::{PodId, QuoteId, TenantId, UserId};
use domain::money::{BasisPoints, UsdMicros, UsdMicrosPerHour};
use domain::offer::{BillingTerms, DiskLimits, GpuThousandths, Offer, OfferId, Stock};
use domain::parameters::Parameters;
use domain::plan::{Plan, PlanId};
use domain::pod::{Address, Change, Pod, PodEvent};
use domain::price::Margins;
use domain::quote::{Configuration, Quote, QuoteTerms};
use domain::template::{Readiness, Template};
use domain::tenant::Mode;
use jiff::Timestamp;

use crate::world::{Outcome, entropy, now};

pub(crate) fn offer(id: &str) -> Offer {
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

pub(crate) fn template() -> Template {
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

pub(crate) fn quote(tenant_id: &TenantId, user_id: &UserId) -> Result<Quote, Error> {
    let terms = QuoteTerms {
        id: QuoteId::new(now(), entropy()?),
        tenant_id: tenant_id.clone(),
        user_id: user_id.clone(),
        mode: Mode::Sandbox,
        margins: Margins { brokerage: BasisPoints(800), markup: BasisPoints(0) },
        quote_secs: 60,
        hold_secs: 3_600,
        now: now(),
    };
    let configuration = Configuration {
        offer: offer("off_quoted"),
        template: template(),
        disk_gib: 100,
        ssh_public_keys: Vec::new(),
    };
    Quote::new(terms, configuration)
}

/// A new pod on `quote`, made at `at`.
pub(crate) fn opening(quote: &Quote, at: Timestamp) -> Result<Change, Error> {
    Pod::open(PodId::new(at, entropy()?), "trial".to_owned(), quote.clone(), None, at)
}

/// The seeded SANDBOX settings.
pub(crate) fn parameters() -> Outcome<Parameters> {
    let rows: Vec<Parameter> =
        serde_json::from_str(include_str!("../../../../infra/seeds/parameters.json"))?;
    Ok(Parameters::read(rows.into_iter().map(|row| (row.key, row.sandbox_value)).collect())?)
}

pub(crate) fn plan(running_pods_max: u32) -> Plan {
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

/// A pod that runs since `at`, in one write.
pub(crate) fn running(pod: Pod, at: Timestamp) -> Result<Change, Error> {
    let version = pod.version + 1;
    let address =
        Address { host: "h".into(), ssh_port: 22, ssh_user: "root".into(), simulated: true };
    let (held, offer) = (pod.quote.hold_usd_micros, pod.quote.configuration.offer.clone());
    let (pod, _) = pod.funds_held(held, at)?;
    let (pod, _) = pod.begin_attempt(offer, "test", at)?;
    let (pod, _) = pod.attempt_launched("m".into(), at)?;
    let (pod, _) = pod.reached(address, at)?;
    let (pod, _) = pod.answered(900, at)?;
    let (pod, event) = pod.activate(at)?;
    Ok((Pod { version, ..pod }, PodEvent { sequence: version, ..event }))
}

/// A paid subscription to `plan`.
pub(crate) fn subscription(plan: PlanId) -> Subscription {
    Subscription {
        id: "sub_1".into(),
        item_id: "si_1".into(),
        plan,
        interval: Interval::Month,
        status: SubscriptionStatus::Active,
        current_period_end: now(),
        cancel_at_period_end: false,
        created_at: now(),
        attempt_key: None,
    }
}
