//! A pod's life: its states, what its user wants of it, and the transitions between them.
//!
//! Every transition is a method that takes the pod as it was read and returns a [`Transition`]: the
//! pod to write and the event to add to its history. A write names the version it read, so of two
//! concurrent transitions one is refused, and decides again on what the other wrote.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Error;
use crate::Mode;
use crate::id::{PodId, TenantId, UserId};
use crate::market::quote::{Configuration, Quote};
use crate::money::UsdMicros;
use crate::money::invoice::PodLabel;
use crate::money::ledger::{Entry, Wallet};
use crate::money::metering::{PodUsage, Rates, UsageClock};

mod access;
mod activation;
mod attempt;
mod budget;
mod deploy;
pub mod draft;
mod keep;
pub mod launch;
pub mod limits;
mod machine;
mod mails;
mod opening;
mod probe;
mod relaunch;
mod reserve;
mod resume;
pub mod sweep;
mod wanted;

pub use access::{activation_token, is_activation_token};
pub use activation::{MAIL_AGAIN_SECS, MAILS_AGAIN_MAX};
pub use attempt::{Attempt, AttemptOutcome, Scenario};
pub use deploy::failure_reason;
pub use keep::{KeepHold, Keeping};
pub use machine::{MachineCost, MachineTime};
pub use mails::ActivationMails;
pub use opening::{Allowance, NewPod, Opening, OpeningFacts, open};
pub use probe::Probe;
pub use relaunch::{Relaunch, open_again};
pub use reserve::{ActivationReserve, Reserved};
pub use resume::{Resuming, StartFailure};
pub use wanted::{Errand, NextAct};

/// How far a pod is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PodState {
    /// Accepted; no money is held yet.
    Pending,
    /// Its money is held and a machine is sought or booting.
    Provisioning,
    /// Its machine answers and waits to be activated; nothing is charged.
    Ready,
    /// Activated; charged by the second.
    Running,
    /// Its machine is being stopped.
    Stopping,
    /// Its machine is stopped; only its disk is charged.
    Stopped,
    /// Its machine is being given back.
    Terminating,
    /// Over, after it ran.
    Terminated,
    /// Over, before it ran; the reason says why.
    Failed,
}

/// What its user, or we on their behalf, want to become of a pod.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// It should run.
    Running,
    /// It should keep its disk and not run.
    Stopped,
    /// It should end.
    Gone,
}

/// Why a pod failed, or was stopped or ended by somebody other than its user, in words that user
/// understands.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Reason {
    /// `snake_case` identifier: `no_capacity`.
    pub code: String,
    /// One sentence for the pod's owner.
    pub message: String,
}

impl Reason {
    /// A reason by its code, with a sentence.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

/// How the machine is reached.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Address {
    /// Host name or address.
    pub host: String,
    /// Port of its SSH server.
    pub ssh_port: u16,
    /// Who logs in.
    pub ssh_user: String,
    /// Whether there is no such machine because the pod lives in SANDBOX.
    pub simulated: bool,
    /// Where its template's ports are reached; one that is not named here keeps its number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<PublicPort>,
}

/// A port of a template that its cloud publishes under another number.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct PublicPort {
    /// The port in the template.
    pub port: u16,
    /// The port on the host.
    pub public: u16,
}

impl Address {
    /// The port of the host at which `port` of its template is reached.
    #[must_use]
    pub fn public_port(&self, port: u16) -> u16 {
        self.ports.iter().find(|it| it.port == port).map_or(port, |it| it.public)
    }
}

/// How its owner reaches a running pod; holds access secrets, so it is never stored or logged.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = Connection)]
pub struct ConnectionDetails {
    /// Host, port and user of its SSH server.
    pub address: Address,
    /// The command that logs in.
    pub ssh_command: String,
    /// The address of its Jupyter, with the token that opens it.
    pub jupyter_url: Option<String>,
}

/// One line of a pod's history.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct PodEvent {
    /// Position in the history, from 1.
    pub sequence: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, `pod.<word>`: `pod.ready`.
    pub kind: String,
    /// One sentence for the pod's owner.
    pub message: String,
}

/// One GPU machine that a user runs, from its deploy to its end.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Pod {
    /// Names it in the API, in its machines' names and in the ledger.
    pub id: PodId,
    /// The tenant it was deployed in.
    pub tenant_id: TenantId,
    /// Its owner, who pays for it and alone may see it.
    pub user_id: UserId,
    /// The mode of its tenant when it was deployed; it stays, whatever becomes of the tenant.
    pub mode: Mode,
    /// What its owner calls it, 1 to 63 characters.
    pub name: String,
    /// How far it is; changed by transitions only.
    pub state: PodState,
    /// Where it is to get to; `on-pod-wanted` takes it there.
    pub wanted: Wanted,
    /// Why it is not as its owner wants it.
    pub reason: Option<Reason>,
    /// Since when `on-pod-wanted` has something to do for it; none once nothing is left.
    #[serde(default)]
    pub unsettled_since: Option<Timestamp>,
    /// When its machine was last seen, while its cloud does not list it: nothing is charged from
    /// then on.
    #[serde(default)]
    pub missing_since: Option<Timestamp>,
    /// Its receipt: the machine and the price that were promised for the whole run.
    pub quote: Quote,
    /// Each try to get a machine, the newest last.
    pub attempts: Vec<Attempt>,
    /// How its machine is reached, once it answered.
    pub address: Option<Address>,
    /// Until when its present state may last.
    pub deadline_at: Option<Timestamp>,
    /// Until when money is held for its running.
    pub funded_until: Option<Timestamp>,
    /// The time it is charged for.
    #[serde(default)]
    pub clock: UsageClock,
    /// The time its present or last machine was billed to us.
    #[serde(default)]
    pub machine: Option<MachineTime>,
    /// Our money set aside until it is activated.
    #[serde(default, rename = "carry")]
    pub activation_reserve: Option<ActivationReserve>,
    /// The last instant before which it could be activated; unlike its deadline, it is kept.
    #[serde(default)]
    pub activation_until: Option<Timestamp>,
    /// When its first activation mail was taken for delivery. Written by itself, beside the pod's
    /// own writes, and so left out until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation_mailed_at: Option<Timestamp>,
    /// The activation mails that its owner asked for.
    #[serde(default)]
    pub activation_mails: ActivationMails,
    /// Which execution of `deploy-pod` brings it up, from 1.
    #[serde(default = "first_execution")]
    pub execution: u32,
    /// What the sandbox is to pretend; none in LIVE.
    pub scenario: Option<Scenario>,
    /// The pod whose machine was taken away and whose place it takes, on which its owner agreed to be
    /// charged for this one too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relaunch_of: Option<PodId>,
    /// Whether it lost its machine, and another is to be opened in its place.
    #[serde(default)]
    pub relaunch_due: bool,
    /// The pod that takes its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relaunched_as: Option<PodId>,
    /// When its deploy was accepted.
    pub created_at: Timestamp,
    /// When its machine first answered.
    pub ready_at: Option<Timestamp>,
    /// When it was activated; a later start does not change it.
    pub running_at: Option<Timestamp>,
    /// When it failed or its end was complete.
    pub ended_at: Option<Timestamp>,
    /// Counts the writes; a write names the one it read.
    pub version: u64,
}

/// A pod as it is to be written, and the event to add to its history.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// The pod after the change.
    pub pod: Pod,
    /// What happened to it.
    pub event: PodEvent,
}

/// Seconds a launch may take in all before it counts as lost: every try with its probing.
pub const LAUNCH_DEADLINE_SECS: i64 = 3_600;

fn out_of_turn(pod: &Pod, act: &str) -> Error {
    let state = format!("{:?}", pod.state).to_lowercase();
    Error::conflict("pod_state", format!("A pod that is {state} cannot {act}."))
}

fn first_execution() -> u32 {
    1
}

/// Whether `wallet` could hold `amount` for a pod now. The hold that a later step posts decides;
/// this only tells the user before anything is begun.
fn check_funds(
    wallet: &Wallet,
    pod: &PodId,
    amount_usd_micros: UsdMicros,
    now: Timestamp,
) -> Result<(), Error> {
    wallet.post(&Entry::Hold { pod: pod.clone(), amount_usd_micros }, now)?;
    Ok(())
}

impl Pod {
    pub(crate) fn changed(
        mut self,
        kind: &str,
        message: impl Into<String>,
        now: Timestamp,
    ) -> Transition {
        self.version = self.version.saturating_add(1);
        let event = PodEvent {
            sequence: self.version,
            at: now,
            kind: kind.to_owned(),
            message: message.into(),
        };
        Transition { pod: self, event }
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state, PodState::Failed | PodState::Terminated)
    }

    /// Whether its deploy is to go on.
    ///
    /// # Errors
    ///
    /// 409 `pod_over` once it ended, or is to end.
    pub fn check_deploying(&self) -> Result<(), Error> {
        if self.is_over() || self.wanted != Wanted::Running {
            return Err(Error::conflict("pod_over", "This pod has ended."));
        }
        Ok(())
    }

    /// What it used and at which prices: its quote's for its user, its machine's for its provider.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn usage(&self) -> Result<PodUsage, Error> {
        let launched = self.launched_configuration();
        // A machine that is not seen is not charged for.
        let clock = match self.missing_since {
            Some(seen_at) => self.clock.clone().end(seen_at),
            None => self.clock.clone(),
        };
        Ok(PodUsage {
            pod: self.id.clone(),
            clock,
            user_rates: Rates {
                running: self.quote.price.rate_usd_micros_per_hour,
                stopped: self.quote.price.stopped_rate_usd_micros_per_hour,
            },
            provider_rates: Rates {
                running: launched.provider_rate()?,
                stopped: launched.provider_stopped_rate()?,
            },
        })
    }

    /// What it is called on an invoice.
    #[must_use]
    pub fn label(&self) -> PodLabel {
        PodLabel { pod_name: self.name.clone(), gpu: self.quote.configuration.offer.gpus() }
    }

    /// What it really runs on: the offer of its last attempt, with the disk that was quoted.
    #[must_use]
    pub fn launched_configuration(&self) -> Configuration {
        let quoted = &self.quote.configuration;
        let offer = self.attempts.last().map_or(&quoted.offer, |attempt| &attempt.offer);
        Configuration { offer: offer.clone(), ..quoted.clone() }
    }
}

#[cfg(test)]
mod tests;
