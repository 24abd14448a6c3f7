//! A pod's life: its states, what its user wants of it, and the transitions between them.
//!
//! Every transition is a method that takes the pod as read and gives the pod to write with the
//! event that tells of it. A write names the version it read, so of two concurrent transitions
//! one is refused and reads again.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Error;
use crate::Mode;
use crate::id::{PodId, TenantId, UserId};
use crate::market::quote::{Configuration, Quote};
use crate::money::invoice::PodLabel;
use crate::money::metering::{PodUsage, Rates, UsageClock};

mod access;
mod attempt;
mod carry;
mod deploy;
pub mod draft;
pub mod launch;
pub mod limits;
mod machine;
pub mod sweep;
mod wanted;

pub use access::{activation_token, is_activation_token};
pub use attempt::{Attempt, AttemptOutcome, Scenario};
pub use carry::Carry;
pub use machine::MachineTime;
pub use wanted::Driver;

/// Where a pod stands.
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

/// What is to become of a pod.
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

/// Why a pod failed, stopped or ended without its user's wish, in words its user understands.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Reason {
    /// `snake_case` identifier: `no_capacity`.
    pub code: String,
    /// One sentence.
    pub message: String,
}

impl Reason {
    /// A reason by its code, with a sentence.
    #[must_use]
    pub fn new(code: &str, message: &str) -> Self {
        Self { code: code.to_owned(), message: message.to_owned() }
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
}

/// How its owner reaches a running pod; holds access secrets, so it is never stored or logged.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct Connection {
    /// Where the machine is.
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
    /// When.
    pub at: Timestamp,
    /// What: `pod.ready`.
    pub kind: String,
    /// One sentence.
    pub message: String,
}

/// A pod.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Pod {
    /// Identifier.
    pub id: PodId,
    /// In which tenant.
    pub tenant_id: TenantId,
    /// Whose.
    pub user_id: UserId,
    /// With which money.
    pub mode: Mode,
    /// What the user calls it.
    pub name: String,
    /// Where it stands.
    pub state: PodState,
    /// What is to become of it.
    pub wanted: Wanted,
    /// Why it is not as its user wants it.
    pub reason: Option<Reason>,
    /// Whether `on-pod-wanted` still has something to do for it.
    #[serde(default)]
    pub unsettled: bool,
    /// What was promised.
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
    #[serde(default)]
    pub carry: Option<Carry>,
    /// Which execution of `deploy-pod` brings it up, from 1.
    #[serde(default = "first_execution")]
    pub execution: u32,
    /// What the sandbox is to pretend.
    pub scenario: Option<Scenario>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When its machine answered.
    pub ready_at: Option<Timestamp>,
    /// When it was activated.
    pub running_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// Counts the writes.
    pub version: u64,
}

/// A pod to write and the event that tells of it.
pub type Change = (Pod, PodEvent);

/// Seconds a launch may take in all before it counts as lost: every try with its probing.
pub const LAUNCH_DEADLINE_SECS: i64 = 3_600;

fn out_of_turn(pod: &Pod, act: &str) -> Error {
    Error::conflict("pod_state", format!("A pod that is {:?} cannot {act}.", pod.state))
}

fn first_execution() -> u32 {
    1
}

impl Pod {
    /// A pod on an open quote.
    ///
    /// # Errors
    ///
    /// 410 `quote_expired`, 409 `quote_used`, 400 `scenario_sandbox_only`.
    pub fn open(
        id: PodId,
        name: String,
        quote: Quote,
        scenario: Option<Scenario>,
        now: Timestamp,
    ) -> Result<Change, Error> {
        quote.check_open(now)?;
        if scenario.is_some() && quote.mode != Mode::Sandbox {
            return Err(Error::invalid("scenario_sandbox_only", "Only a sandbox pod can pretend."));
        }
        let pod = Self {
            id: id.clone(),
            tenant_id: quote.tenant_id.clone(),
            user_id: quote.user_id.clone(),
            mode: quote.mode,
            name,
            state: PodState::Pending,
            wanted: Wanted::Running,
            reason: None,
            quote: Quote { pod_id: Some(id), ..quote },
            attempts: Vec::new(),
            address: None,
            deadline_at: Some(now + SignedDuration::from_secs(LAUNCH_DEADLINE_SECS)),
            funded_until: None,
            unsettled: false,
            clock: UsageClock::default(),
            machine: None,
            carry: None,
            execution: first_execution(),
            scenario,
            created_at: now,
            ready_at: None,
            running_at: None,
            ended_at: None,
            version: 0,
        };
        Ok(pod.changed("pod.pending", "Your deploy was accepted.", now))
    }

    pub(crate) fn changed(
        mut self,
        kind: &str,
        message: impl Into<String>,
        now: Timestamp,
    ) -> Change {
        self.version = self.version.saturating_add(1);
        let event = PodEvent {
            sequence: self.version,
            at: now,
            kind: kind.to_owned(),
            message: message.into(),
        };
        (self, event)
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state, PodState::Failed | PodState::Terminated)
    }

    /// The deploy is still to go on: not over, and wanted.
    ///
    /// # Errors
    ///
    /// 409 `pod_over` once it ended or its end is wanted.
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
        Ok(PodUsage {
            pod: self.id.clone(),
            clock: self.clock.clone(),
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
        PodLabel { pod_name: self.name.clone(), gpu: self.quote.configuration.offer.gpu.clone() }
    }

    /// What it really runs: the offer its last attempt was for, with the disk that was quoted.
    #[must_use]
    pub fn launched_configuration(&self) -> Configuration {
        let quoted = &self.quote.configuration;
        let offer = self.attempts.last().map_or(&quoted.offer, |attempt| &attempt.offer);
        Configuration { offer: offer.clone(), ..quoted.clone() }
    }
}

#[cfg(test)]
mod tests;
