//! A pod as its owner sees it.

use domain::Mode;
use domain::id::{PodId, QuoteId};
use domain::market::quote::Price;
use domain::money::UsdMicros;
use domain::money::metering::Rates;
use domain::pod::{
    Attempt, AttemptOutcome, ConnectionDetails, Pod, PodState, Reason, Scenario, Wanted,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A pod.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PodView {
    id: PodId,
    name: String,
    mode: Mode,
    state: PodState,
    wanted: Wanted,
    /// Why it is not as its user wants it: it failed, was stopped or was ended for this.
    reason: Option<Reason>,
    quote_id: QuoteId,
    gpu: String,
    /// GPUs in its machine; below 1 for a share of one.
    gpu_count: f64,
    /// How many of its owner's keys may log in.
    ssh_keys: u32,
    template_id: String,
    disk_gib: u32,
    /// What was promised; it holds for the whole run.
    price: Price,
    /// What is held for it while it is deployed.
    hold_usd_micros: UsdMicros,
    /// Whether it can be stopped and started; otherwise it can only be ended.
    stoppable: bool,
    /// Whole seconds it ran, and stood stopped, so far.
    running_secs: i64,
    stopped_secs: i64,
    /// What these seconds cost so far, rounded down.
    cost_usd_micros: UsdMicros,
    /// Each try to get a machine.
    attempts: Vec<AttemptView>,
    /// What the sandbox was asked to pretend.
    scenario: Option<Scenario>,
    /// Whether it is deployed again when its cloud takes its machine away.
    relaunch: bool,
    /// The pod whose machine was taken away and whose place it takes.
    relaunch_of: Option<PodId>,
    /// The pod that takes its place.
    relaunched_as: Option<PodId>,
    /// Since when the cloud of its machine has given us no answer, once that is ten minutes ago. The
    /// machine may still be running; that time is charged only once the cloud confirms it.
    cloud_silent_since: Option<Timestamp>,
    /// How to reach it; only while it runs.
    connection: Option<ConnectionDetails>,
    /// Until when its present state may last: a ready pod must be activated by then.
    deadline_at: Option<Timestamp>,
    /// Until when money is held for its running.
    funded_until: Option<Timestamp>,
    created_at: Timestamp,
    ready_at: Option<Timestamp>,
    running_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    /// Counts its changes; a frame of the WebSocket with another is older or newer than this.
    version: u64,
}

/// One try to get a machine.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttemptView {
    number: u32,
    provider: String,
    region: String,
    outcome: AttemptOutcome,
    started_at: Timestamp,
}

impl From<Attempt> for AttemptView {
    fn from(attempt: Attempt) -> Self {
        Self {
            number: attempt.number,
            provider: attempt.offer.provider,
            region: attempt.offer.region,
            outcome: attempt.outcome,
            started_at: attempt.started_at,
        }
    }
}

impl PodView {
    /// The same, of a pod whose cloud has been silent since then.
    pub(crate) fn with_silence(self, cloud_silent_since: Option<Timestamp>) -> Self {
        Self { cloud_silent_since, ..self }
    }

    pub(crate) fn new(pod: Pod, connection: Option<ConnectionDetails>, now: Timestamp) -> Self {
        let seconds = pod.clock.until(now);
        let rates = Rates {
            running: pod.quote.price.rate_usd_micros_per_hour,
            stopped: pod.quote.price.stopped_rate_usd_micros_per_hour,
        };
        let stoppable = pod.is_stoppable();
        let configuration = pod.quote.configuration;
        Self {
            id: pod.id,
            name: pod.name,
            mode: pod.mode,
            state: pod.state,
            wanted: pod.wanted,
            reason: pod.reason,
            quote_id: pod.quote.id,
            gpu_count: f64::from(configuration.offer.gpu_count.0) / 1_000.0,
            gpu: configuration.offer.gpu,
            ssh_keys: u32::try_from(configuration.ssh_public_keys.len()).unwrap_or(u32::MAX),
            template_id: configuration.template.id,
            disk_gib: configuration.disk_gib,
            price: pod.quote.price,
            hold_usd_micros: pod.quote.hold_usd_micros,
            stoppable,
            running_secs: seconds.running,
            stopped_secs: seconds.stopped,
            // A cost past 64 bits cannot be reached by any price we quote.
            cost_usd_micros: rates.due_rounded_down(seconds).unwrap_or_default(),
            attempts: pod.attempts.into_iter().map(AttemptView::from).collect(),
            scenario: pod.scenario,
            relaunch: configuration.relaunch,
            relaunch_of: pod.relaunch_of,
            relaunched_as: pod.relaunched_as,
            cloud_silent_since: None,
            connection,
            deadline_at: pod.deadline_at,
            funded_until: pod.funded_until,
            created_at: pod.created_at,
            ready_at: pod.ready_at,
            running_at: pod.running_at,
            ended_at: pod.ended_at,
            version: pod.version,
        }
    }
}
