//! Values that tests start from; each test names only what matters to it.

use domain::Error;
use domain::Mode;
use domain::id::{PodId, QuoteId, TenantId, UserId};
use domain::market::price::Margins;
use domain::market::quote::{Configuration, Quote, QuoteTerms};
use domain::money::BasisPoints;
use domain::money::billing::{Subscription, SubscriptionStatus};
use domain::money::interval::Interval;
use domain::money::plan::PlanId;
use domain::pod::{Address, NewPod, Pod, PodEvent, Transition};
use jiff::Timestamp;
pub(crate) use testkit::samples::{offer, parameters, plan, template, wallet};

use crate::world::{entropy, now};

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
        any_region: false,
        relaunch: false,
    };
    Quote::new(terms, configuration)
}

/// A new pod, made at `at`.
pub(crate) fn new_pod(at: Timestamp) -> Result<NewPod, Error> {
    Ok(NewPod { id: PodId::new(at, entropy()?), name: "trial".to_owned(), scenario: None })
}

/// A pod that runs since `at`, in one write.
pub(crate) fn running(pod: Pod, at: Timestamp) -> Result<Transition, Error> {
    let version = pod.version + 1;
    let address = Address {
        host: "h".into(),
        ssh_port: 22,
        ssh_user: "root".into(),
        simulated: true,
        ports: Vec::new(),
    };
    let (held, offer) = (pod.quote.hold_usd_micros, pod.quote.configuration.offer.clone());
    let pod = pod.funds_held(held, at)?.pod;
    let pod = pod.begin_attempt(offer, &testkit::sample::prefix(), at)?.pod;
    let pod = pod.attempt_launched("m".into(), at)?.pod;
    let pod = pod.reached(address, at)?.pod;
    let pod = pod.answered(900, at)?.pod;
    let Transition { pod, event } = pod.activate(at)?;
    let event = PodEvent { sequence: version, ..event };
    Ok(Transition { pod: Pod { version, ..pod }, event })
}

/// A paid subscription to `plan`.
pub(crate) fn subscription(plan: PlanId) -> Subscription {
    Subscription {
        id: "sub_1".into(),
        item_id: "si_1".into(),
        plan,
        interval: Interval::Month,
        status: SubscriptionStatus::Active,
        current_period_start: Some(now()),
        current_period_end: now(),
        cancel_at_period_end: false,
        created_at: now(),
        attempt_key: None,
        card_id: None,
        latest_invoice_id: None,
    }
}
