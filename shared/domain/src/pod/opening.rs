//! Whether a user may deploy a new pod, or start a stopped one.
//!
//! Each is one decision on everything that speaks for or against it. What can change while it is
//! made (the quote, the tally, the day's reserves) is read by the guarded write that applies it, and
//! the decision is made again whenever that write lost a race.

use jiff::{SignedDuration, Timestamp};

use super::{
    ActivationReserve, LAUNCH_DEADLINE_SECS, Pod, PodState, Reserved, Scenario, Transition, Wanted,
    check_funds, first_execution,
};
use crate::id::PodId;
use crate::market::quote::Quote;
use crate::money::ledger::Wallet;
use crate::money::metering::UsageClock;
use crate::money::plan::Plan;
use crate::people::parameters::Parameters;
use crate::pod::ActivationMails;
use crate::pod::limits::Tally;
use crate::{Error, Mode};

/// What a new pod is to be, beside what its quote says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewPod {
    /// A new identifier.
    pub id: PodId,
    /// What its user calls it, as [`draft::check_pod_name`](super::draft::check_pod_name) gives it.
    pub name: String,
    /// What the sandbox is to pretend.
    pub scenario: Option<Scenario>,
}

/// What a user has and is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Allowance<'a> {
    /// The wallet that pays for the pod.
    pub wallet: &'a Wallet,
    /// Says how many pods may run at a time.
    pub plan: &'a Plan,
    /// The tenant's settings.
    pub rules: &'a Parameters,
}

/// What else speaks for or against a new pod, as it is when the pod is written.
#[derive(Clone, Debug, PartialEq)]
pub struct OpeningFacts {
    /// The price the pod is deployed at.
    pub quote: Quote,
    /// The user's pods so far.
    pub tally: Tally,
    /// What is reserved for unactivated machines on the day of the deploy.
    pub reserved: Reserved,
}

/// A new pod to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// The pod, with its reserve set aside.
    pub transition: Transition,
    /// Our money set aside for its machine.
    pub reserve: ActivationReserve,
    /// The most that may be reserved on that day before the reserve is added.
    pub reserved_max: Reserved,
}

/// Opens a pod on a quote, if its user may deploy it.
///
/// # Errors
///
/// 409 `quote_used`, `pod_unactivated` or `pod_limit_reached`; 410 `quote_expired`; 400
/// `scenario_sandbox_only`; 402 `insufficient_funds`; 429 `deploys_paused` or
/// `activation_budget_spent`.
pub fn open(
    new: NewPod,
    allowance: Allowance<'_>,
    facts: OpeningFacts,
    now: Timestamp,
) -> Result<Opening, Error> {
    let Allowance { wallet, plan, rules } = allowance;
    let accepted = Pod::accepted(new, facts.quote, now)?;
    check_funds(wallet, &accepted.pod.id, accepted.pod.quote.hold_usd_micros, now)?;
    facts.tally.check_deploy(plan, rules, now)?;
    Opening::of(accepted, facts.reserved, rules, now)
}

impl Opening {
    /// The pod that was `accepted`, with its reserve set aside.
    pub(super) fn of(
        accepted: Transition,
        reserved: Reserved,
        rules: &Parameters,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let Transition { pod, event } = accepted;
        let reserve = ActivationReserve::for_pod(&pod, rules, now)?;
        let reserved_max = reserve.check_budget(reserved, rules)?;
        let pod = Pod { activation_reserve: Some(reserve), ..pod };
        Ok(Self { transition: Transition { pod, event }, reserve, reserved_max })
    }
}

impl Pod {
    /// A pod on an open quote.
    pub(super) fn accepted(new: NewPod, quote: Quote, now: Timestamp) -> Result<Transition, Error> {
        quote.check_open(now)?;
        let NewPod { id, name, scenario } = new;
        if scenario.is_some() && quote.mode != Mode::Sandbox {
            return Err(Error::invalid(
                "scenario_sandbox_only",
                "Scenarios are for SANDBOX pods only.",
            ));
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
            unsettled_since: None,
            missing_since: None,
            clock: UsageClock::default(),
            machine: None,
            activation_reserve: None,
            activation_until: None,
            activation_mailed_at: None,
            activation_mails: ActivationMails::default(),
            execution: first_execution(),
            scenario,
            relaunch_of: None,
            relaunch_due: false,
            relaunched_as: None,
            created_at: now,
            ready_at: None,
            running_at: None,
            ended_at: None,
            version: 0,
        };
        Ok(pod.changed("pod.pending", "Deploy accepted.", now))
    }

    /// Starts a stopped pod, if its user may: [`Pod::want_start`] with money for its first hour and
    /// a place in the user's plan. A pod that starts or runs stays as it is.
    ///
    /// # Errors
    ///
    /// 402 `insufficient_funds`, 409 `pod_limit_reached`, and those of [`Pod::want_start`].
    pub fn start(
        self,
        allowance: Allowance<'_>,
        tally: &Tally,
        now: Timestamp,
    ) -> Result<Option<Transition>, Error> {
        let Allowance { wallet, plan, rules } = allowance;
        if self.state == PodState::Stopped {
            check_funds(wallet, &self.id, self.quote.hold_usd_micros, now)?;
        }
        let Some(started) = self.want_start(rules.probe_secs_max, now)? else { return Ok(None) };
        tally.check_place(plan)?;
        Ok(Some(started))
    }
}

#[cfg(test)]
mod tests;
