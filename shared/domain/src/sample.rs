//! Values that tests start from; each test names only what matters to it. The test kit of the other
//! crates has this very file, so it names this crate as they do.
#![expect(clippy::must_use_candidate, reason = "a sample is made to be used")]

use jiff::Timestamp;

use domain::Mode;
use domain::id::{PodId, QuoteId, TenantId, UserId};
use domain::market::offer::{BillingTerms, DiskLimits, GpuThousandths, Offer, OfferId, Stock};
use domain::market::price::Margins;
use domain::market::quote::{Configuration, Quote, QuoteTerms};
use domain::market::template::{Readiness, Template};
use domain::money::ledger::{Entry, Wallet};
use domain::money::plan::{Plan, PlanId};
use domain::money::{BasisPoints, UsdMicros, UsdMicrosPerHour};
use domain::people::parameters::Parameters;
use domain::pod::launch::MachinePrefix;
use domain::pod::limits::Tally;
use domain::pod::{Allowance, NewPod, OpeningFacts, Pod, Reserved, open};

/// An H100 at two dollars an hour that can be stopped, billed by whole minutes.
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

/// The quoted offer with that template, for nobody's key.
pub fn configuration(disk_gib: u32) -> Configuration {
    Configuration {
        offer: offer("off_quoted"),
        template: template(),
        disk_gib,
        ssh_public_keys: Vec::new(),
        any_region: false,
        relaunch: false,
    }
}

/// A quote for an hour of the configuration with 100 GiB, with eight percent on top.
pub fn quote(now: Timestamp) -> Quote {
    let terms = QuoteTerms {
        id: QuoteId::new(now, [1; 10]),
        tenant_id: TenantId::new(now, [2; 10]),
        user_id: UserId::new(now, [3; 10]),
        mode: Mode::Sandbox,
        margins: Margins { brokerage: BasisPoints(800), markup: BasisPoints(0) },
        quote_secs: 60,
        hold_secs: 3_600,
        now,
    };
    Quote::new(terms, configuration(100)).unwrap_or_else(|_| unreachable!("a valid sample"))
}

/// The settings of a tenant that confirms its members by itself.
pub fn parameters() -> Parameters {
    Parameters {
        auto_confirm: true,
        signup_grant_usd_micros: UsdMicros(50_000_000),
        signup_grant_days: 30,
        tenant_markup_basis_points: BasisPoints(0),
        quote_secs: 60,
        hold_secs: 3_600,
        stopped_hold_secs: 86_400,
        hold_extend_secs: 900,
        funds_warning_secs: 1_800,
        funds_stop_secs: 60,
        activation_carry_daily_usd_micros: UsdMicros(10_000_000),
        activation_carry_user_daily_usd_micros: UsdMicros(10_000_000),
        lapses_max: 2,
        lapse_window_secs: 86_400,
        activation_secs: 900,
        launch_tries_max: 4,
        probe_secs_max: 600,
        probe_interval_secs: 5,
        code_secs: 1_800,
        code_tries_max: 5,
        code_resend_secs: 60,
    }
}

/// A free plan on which so many pods run at a time.
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
pub fn wallet(amount_usd_micros: UsdMicros, now: Timestamp) -> Wallet {
    let deposited = Wallet::default().post(&Entry::Deposit { amount_usd_micros }, now);
    deposited.unwrap_or_else(|_| unreachable!("a valid sample")).0
}

/// What machines of the stack `stack` are called.
pub fn prefix() -> MachinePrefix {
    "1/us-east-1/stack".parse().unwrap_or_else(|_| unreachable!("a valid sample"))
}

/// A pod that was accepted in the first second of 1970 and has no money set aside.
pub fn pod(number: u8) -> Pod {
    let now = Timestamp::UNIX_EPOCH;
    let new = NewPod { id: PodId::new(now, [number; 10]), name: "first".into(), scenario: None };
    let wallet = wallet(UsdMicros(1_000_000_000), now);
    let allowance = Allowance { wallet: &wallet, plan: &plan(100), rules: &parameters() };
    let (quote, tally) = (quote(now), Tally::default());
    let facts = OpeningFacts { quote, tally, reserved: Reserved::default() };
    let opening = open(new, allowance, facts, now);
    let pod = opening.unwrap_or_else(|_| unreachable!("a valid sample")).transition.pod;
    Pod { activation_reserve: None, ..pod }
}
