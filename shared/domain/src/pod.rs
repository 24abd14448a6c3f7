//! A pod's life: its states, what its user wants of it, and the transitions between them.
//!
//! Every transition is a method that takes the pod as read and gives the pod to write with the
//! event that tells of it. A write names the version it read, so of two concurrent transitions
//! one is refused and reads again.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::code::{Pepper, Purpose, same_secret};
use crate::id::{PodId, TenantId, UserId};
use crate::launch::{Attempt, AttemptOutcome, Scenario};
use crate::money::UsdMicros;
use crate::quote::Quote;
use crate::tenant::Mode;
use crate::{Error, Kind};

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

/// Why a pod failed, in words its user understands.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Reason {
    /// `snake_case` identifier: `no_capacity`.
    pub code: String,
    /// One sentence.
    pub message: String,
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
    /// Why it failed.
    pub reason: Option<Reason>,
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

/// The token of a pod's mailed activation link.
#[must_use]
pub fn activation_token(pod_id: &PodId, pepper: &Pepper) -> String {
    pepper.token(Purpose::ActivatePod, &[pod_id.as_str()])
}

/// Whether `token` is the one of the pod's activation link.
#[must_use]
pub fn is_activation_token(token: &str, pod_id: &PodId, pepper: &Pepper) -> bool {
    same_secret(token, &activation_token(pod_id, pepper))
}

/// A pod to write and the event that tells of it.
pub type Change = (Pod, PodEvent);

/// The longest a hold can pay for; only a rate of next to nothing reaches it.
const FUNDED_SECS_MAX: i64 = 31 * 24 * 3_600;

/// Seconds a launch may take in all before it counts as lost: every try with its probing.
pub const LAUNCH_DEADLINE_SECS: i64 = 3_600;

fn out_of_turn(pod: &Pod, act: &str) -> Error {
    Error::conflict("pod_state", format!("A pod that is {:?} cannot {act}.", pod.state))
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

    /// Seconds until its deadline, rounded up: past them it counts as not activated.
    #[must_use]
    pub fn activation_secs_left(&self, now: Timestamp) -> u32 {
        let left = self.deadline_at.map_or(0, |deadline| deadline.duration_since(now).as_secs());
        u32::try_from(left.max(0)).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// The token of its Jupyter, if its template has one.
    #[must_use]
    pub fn jupyter_token(&self, pepper: &Pepper) -> Option<String> {
        let port = self.quote.configuration.template.jupyter_port;
        port.map(|_| pepper.token(Purpose::Jupyter, &[self.id.as_str()]))
    }

    /// How its owner reaches it; only while it runs.
    #[must_use]
    pub fn connection(&self, pepper: &Pepper) -> Option<Connection> {
        let address = self.address.clone().filter(|_| self.state == PodState::Running)?;
        let Address { host, ssh_port, ssh_user, .. } = &address;
        let port = self.quote.configuration.template.jupyter_port;
        let jupyter = port.zip(self.jupyter_token(pepper));
        Some(Connection {
            ssh_command: format!("ssh -p {ssh_port} {ssh_user}@{host}"),
            jupyter_url: jupyter
                .map(|(port, token)| format!("http://{host}:{port}/?token={token}")),
            address,
        })
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

    /// `pending → provisioning`, once its money is held.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is pending.
    pub fn funds_held(self, held: UsdMicros, now: Timestamp) -> Result<Change, Error> {
        if self.state != PodState::Pending {
            return Err(out_of_turn(&self, "hold its funds"));
        }
        let message = format!("${} is held.", held.dollars_rounded_up());
        Ok(Self { state: PodState::Provisioning, ..self }.changed("pod.provisioning", message, now))
    }

    /// Notes how its machine is reached, once that answers.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is provisioning and its last attempt launched a machine.
    pub fn reached(self, address: Address, now: Timestamp) -> Result<Change, Error> {
        let launched = self.attempts.last().is_some_and(Attempt::is_launched);
        if self.state != PodState::Provisioning || !launched {
            return Err(out_of_turn(&self, "be reached"));
        }
        let reached = Self { address: Some(address), ..self };
        Ok(reached.changed("pod.answered", "The machine answers.", now))
    }

    /// `provisioning → ready`, once its machine answered.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is provisioning and its machine was reached.
    pub fn answered(self, activation_secs: u32, now: Timestamp) -> Result<Change, Error> {
        if self.state != PodState::Provisioning || self.address.is_none() {
            return Err(out_of_turn(&self, "become ready"));
        }
        let ready = Self {
            state: PodState::Ready,
            ready_at: Some(now),
            deadline_at: Some(now + SignedDuration::from_secs(i64::from(activation_secs))),
            ..self
        };
        Ok(ready.changed("pod.ready", "Activate it with the link we mailed you.", now))
    }

    /// `ready → running`: charging begins.
    ///
    /// # Errors
    ///
    /// 409 `activation_used` once it runs or ran, 410 `activation_expired` past the deadline or
    /// once it failed, 409 `pod_state` before it is ready.
    pub fn activate(self, now: Timestamp) -> Result<Change, Error> {
        let expired =
            || Error::new(Kind::Gone, "activation_expired", "This activation link has expired.");
        match self.state {
            PodState::Ready => {}
            PodState::Failed => return Err(expired()),
            PodState::Pending | PodState::Provisioning => {
                return Err(out_of_turn(&self, "be activated"));
            }
            PodState::Running
            | PodState::Stopping
            | PodState::Stopped
            | PodState::Terminating
            | PodState::Terminated => {
                return Err(Error::conflict("activation_used", "This pod was activated already."));
            }
        }
        if self.deadline_at.is_none_or(|deadline| now >= deadline) || self.wanted != Wanted::Running
        {
            return Err(expired());
        }
        let rate = self.quote.price.rate_usd_micros_per_hour;
        let funded_secs = rate.secs_funded_by(self.quote.hold_usd_micros).unwrap_or(i64::MAX);
        let funded_secs = funded_secs.min(FUNDED_SECS_MAX);
        let running = Self {
            state: PodState::Running,
            running_at: Some(now),
            deadline_at: None,
            funded_until: Some(now + SignedDuration::from_secs(funded_secs)),
            ..self
        };
        Ok(running.changed("pod.running", "Activated. Charging by the second begins.", now))
    }

    /// `… → failed`, before it ran: its machine is given back and its hold released.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` once it ran or is over.
    pub fn fail(self, reason: Reason, now: Timestamp) -> Result<Change, Error> {
        if !matches!(self.state, PodState::Pending | PodState::Provisioning | PodState::Ready) {
            return Err(out_of_turn(&self, "fail"));
        }
        let message = reason.message.clone();
        let mut failed = Self {
            state: PodState::Failed,
            wanted: Wanted::Gone,
            reason: Some(reason),
            deadline_at: None,
            ended_at: Some(now),
            ..self
        };
        if let Some(attempt) = failed.attempts.last_mut() {
            attempt.outcome = match attempt.outcome {
                AttemptOutcome::Launching | AttemptOutcome::Launched => AttemptOutcome::Ended,
                AttemptOutcome::Refused | AttemptOutcome::Ended => attempt.outcome,
            };
        }
        Ok(failed.changed("pod.failed", message, now))
    }
}

#[cfg(test)]
mod tests;
