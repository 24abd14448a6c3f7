//! Values that tests start from; each test names only what matters to it.

use domain::Mode;
use domain::id::{QuoteId, TenantId, UserId};
use domain::market::offer::{BillingTerms, Offer, Stock};
use domain::market::price::Margins;
use domain::market::quote::{Configuration, Quote, QuoteTerms};
use domain::market::template::Template;
use domain::money::{BasisPoints, UsdMicrosPerHour};
use domain::people::parameters::Parameters;

use adapters::tables::tenants::Parameter;

use crate::Outcome;
pub use crate::sample::{offer, plan, template, wallet};

/// The offer every pod is quoted.
pub const QUOTED: &str = "off_quoted";
/// Its provider rate: two dollars.
pub const QUOTED_RATE: UsdMicrosPerHour = UsdMicrosPerHour(2_000_000);

/// The seeded SANDBOX settings.
pub fn parameters() -> Outcome<Parameters> {
    let rows: Vec<Parameter> =
        serde_json::from_str(include_str!("../../../infra/seeds/parameters.json"))?;
    Ok(Parameters::read(rows.into_iter().map(|row| (row.key, row.sandbox_value)).collect())?)
}

/// Offers of which none can stand in for the quoted one: dearer, spot, smaller, sold out,
/// elsewhere, not to be stopped, billed by the hour.
#[must_use]
pub fn unfit() -> Vec<Offer> {
    let dearer = UsdMicrosPerHour(QUOTED_RATE.0 + 1);
    let by_the_hour = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    vec![
        offer(QUOTED),
        Offer { provider_rate_usd_micros_per_hour: dearer, ..offer("off_dearer") },
        Offer { spot: true, ..offer("off_spot") },
        Offer { ram_gib: 199, ..offer("off_small") },
        Offer { stock: Stock::None, ..offer("off_sold_out") },
        Offer { region: "eu-central-1".into(), ..offer("off_elsewhere") },
        Offer { stoppable: false, ..offer("off_unstoppable") },
        Offer { terms: by_the_hour, ..offer("off_by_the_hour") },
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
    let configuration = Configuration {
        offer: offer(QUOTED),
        template,
        disk_gib: 100,
        ssh_public_keys: Vec::new(),
        any_region: false,
        relaunch: false,
    };
    Ok(Quote::new(terms, configuration)?)
}
