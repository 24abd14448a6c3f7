//! The machines of a provider account against those that pods should have there.
//!
//! One look is never enough: what is wrong must be seen in two sweeps before a machine is ended or
//! a pod is closed. Only charging reacts at once: a machine that is not seen is not charged for.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::{PodId, TenantId};
use crate::money::UsdMicrosPerHour;
use crate::pod::launch::MachinePrefix;
use crate::pod::sweep::AccountHealth;
use crate::pod::{Attempt, AttemptOutcome, Pod, PodState, Reason, Transition};
use crate::{Error, Mode};

/// Seconds a launched machine may be missing in its provider's list before that means anything.
const LISTED_WITHIN_SECS: i64 = 120;
/// Machines that may be terminated in one sweep, however few an account has.
const BRAKE_MACHINES: usize = 3;
/// The share of an account's machines that may be terminated, in percent, where that is more.
const BRAKE_PERCENT: usize = 5;

/// What a machine does, as its provider lists it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MachineState {
    /// It was asked for and has no place yet: there may be no capacity for it. It costs nothing.
    Queued,
    /// It was asked for, or is being started again, and does not run yet.
    Starting,
    /// It runs.
    Running,
    /// It is being stopped.
    Stopping,
    /// It is stopped and keeps its disk.
    Stopped,
}

/// What a pod needs its machine to do.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// To run.
    Running,
    /// To keep its disk and not run.
    Stopped,
    /// Whatever it does: it is being launched, stopped, started or ended.
    Anything,
}

/// A machine that a pod has or may have, as the comparison knows it without reading the pod.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct FiledMachine {
    /// The name it was launched under.
    pub machine_name: String,
    /// Its provider's own identifier, once that is known.
    pub machine_id: Option<String>,
    /// The provider, as offers name it.
    pub cloud: String,
    /// The tenant of its pod.
    pub tenant_id: TenantId,
    /// Its pod.
    pub pod_id: PodId,
    /// What it should be doing.
    pub expected: Expected,
    /// From when on its provider must list it; none while it need not be there.
    pub listed_from: Option<Timestamp>,
    /// Whether its pod knows that it is missing.
    pub missing: bool,
    /// What our books say that it costs us.
    #[serde(default)]
    pub rate_usd_micros_per_hour: UsdMicrosPerHour,
}

/// A machine as its provider lists it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ListedMachine {
    /// The provider's own identifier.
    pub id: String,
    /// The name it was launched under.
    pub name: String,
    /// What it does.
    pub state: MachineState,
}

/// One look at a provider account.
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    /// Tells this deployment's machines from all others.
    pub prefix: &'a MachinePrefix,
    /// Every machine of the account, whoever launched it.
    pub listed: &'a [ListedMachine],
    /// The machines that pods have or may have there.
    pub filed: &'a [FiledMachine],
}

/// What one look shows to differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Differences<'a> {
    /// This deployment's machines that no pod has.
    pub orphans: Vec<&'a ListedMachine>,
    /// Further machines with the name of a pod's machine.
    pub duplicates: Vec<&'a ListedMachine>,
    /// Machines that run though their pods are stopped.
    pub runaways: Vec<&'a FiledMachine>,
    /// Machines that are not there, or do not run though their pods do.
    pub missing: Vec<&'a FiledMachine>,
    /// Machines that were missing and are there again.
    pub back: Vec<&'a FiledMachine>,
}

/// What a look tells of a pod whose machine is missing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Missing {
    /// Its provider does not have it any more.
    Gone,
    /// Its provider stopped it.
    Halted,
}

impl FiledMachine {
    fn is_due(&self, now: Timestamp) -> bool {
        self.listed_from.is_some_and(|from| now >= from)
    }
}

/// Compares an account's machines with those on file, in time that grows with their number.
#[must_use]
pub fn compare(account: Account<'_>, now: Timestamp) -> Differences<'_> {
    let Account { prefix, listed, filed } = account;
    let by_name: BTreeMap<&str, &FiledMachine> =
        filed.iter().map(|filed| (filed.machine_name.as_str(), filed)).collect();
    let mut differences = Differences::default();
    let mut seen = BTreeMap::new();
    for machine in listed {
        match by_name.get(machine.name.as_str()) {
            None if prefix.is_of(&machine.name) => differences.orphans.push(machine),
            None => {}
            // A launch whose answer was lost may have been repeated before the first was listed.
            Some(filed) if filed.machine_id.as_ref().is_some_and(|id| *id != machine.id) => {
                differences.duplicates.push(machine);
            }
            Some(filed) => {
                seen.insert(filed.machine_name.as_str(), machine.state);
            }
        }
    }
    for machine in filed {
        let state = seen.get(machine.machine_name.as_str());
        let due = machine.is_due(now);
        match (machine.expected, state) {
            (Expected::Anything, _) => {}
            (Expected::Stopped, Some(MachineState::Running | MachineState::Starting)) if due => {
                differences.runaways.push(machine);
            }
            (_, None) | (Expected::Running, Some(MachineState::Stopped)) => {
                differences.missing.extend(due.then_some(machine));
            }
            (_, Some(_)) => differences.back.extend(machine.missing.then_some(machine)),
        }
    }
    differences
}

/// Whether to terminate so many machines of an account of so many is more than accidents explain,
/// so that a person must look first.
#[must_use]
pub fn exceeds_brake(terminations: usize, machines: usize) -> bool {
    terminations > BRAKE_MACHINES.max(machines.saturating_mul(BRAKE_PERCENT).div_ceil(100))
}

impl Pod {
    /// Whether the machine called `name` is rightly there: this pod runs on it, or its end is under
    /// way already.
    #[must_use]
    pub fn owns(&self, name: &str) -> bool {
        let mine = self.attempts.iter().find(|attempt| attempt.machine_name == name);
        let wanted = mine.is_some_and(|attempt| {
            matches!(attempt.outcome, AttemptOutcome::Launching | AttemptOutcome::Launched)
        });
        mine.is_some() && !self.is_settled() || wanted && !self.is_over()
    }

    /// The machines it has or may have at clouds; a SANDBOX pod has none.
    #[must_use]
    pub fn filed_machines(&self) -> Vec<FiledMachine> {
        let last = self.attempts.last().map(|attempt| attempt.number);
        let live = self.mode == Mode::Live;
        let owned = self.attempts.iter().filter(|it| live && self.owns(&it.machine_name));
        owned.map(|attempt| self.filed(attempt, Some(attempt.number) == last)).collect()
    }

    fn filed(&self, attempt: &Attempt, last: bool) -> FiledMachine {
        let due = last && attempt.is_launched() && self.is_settled() && !self.is_over();
        let expected = match self.state {
            _ if !due => Expected::Anything,
            PodState::Stopped => Expected::Stopped,
            _ => Expected::Running,
        };
        let since = self.machine.map_or(attempt.started_at, |time| time.since);
        let listed_from = since + SignedDuration::from_secs(LISTED_WITHIN_SECS);
        FiledMachine {
            machine_name: attempt.machine_name.clone(),
            machine_id: attempt.machine_id.clone(),
            cloud: attempt.offer.provider.clone(),
            tenant_id: self.tenant_id.clone(),
            pod_id: self.id.clone(),
            expected,
            listed_from: due.then_some(listed_from),
            missing: due && self.missing_since.is_some(),
            rate_usd_micros_per_hour: self.machine_rate(),
        }
    }

    /// What its machine costs us: stopped, its disk alone.
    fn machine_rate(&self) -> UsdMicrosPerHour {
        let launched = self.launched_configuration();
        let rate = match self.state {
            PodState::Stopped => launched.provider_stopped_rate(),
            _ => launched.provider_rate(),
        };
        rate.unwrap_or_default()
    }

    /// The cloud at which its machine can be seen; none for a SANDBOX pod, which has none.
    #[must_use]
    pub fn machine_cloud(&self) -> Option<&str> {
        let attempt = self.attempts.last().filter(|_| self.mode == Mode::Live)?;
        Some(&attempt.offer.provider)
    }

    /// Up to when its machine is known to have been there, given when its cloud was last listed.
    /// Before the first list that could show it, that is when it was launched.
    #[must_use]
    pub fn seen_until(&self, health: AccountHealth) -> Timestamp {
        let since = self.machine.map_or(self.created_at, |time| time.since);
        health.listed_at.map_or(since, |listed| listed.max(since))
    }

    /// Whether the machine called `name` must be there now and do as `expected`.
    #[must_use]
    pub fn expects(&self, name: &str, expected: Expected, now: Timestamp) -> bool {
        let mine = |it: &FiledMachine| it.machine_name == name && it.expected == expected;
        self.filed_machines().iter().any(|it| mine(it) && it.is_due(now))
    }

    /// Notes that its machine was last seen at `seen_at`: nothing is charged from then on, until it
    /// is seen again or the pod is closed. `None` if that is known, or the machine called `name`
    /// need not be there.
    #[must_use]
    pub fn missed(self, name: &str, seen_at: Timestamp, now: Timestamp) -> Option<Transition> {
        let due = [Expected::Running, Expected::Stopped].map(|it| self.expects(name, it, now));
        if !due.contains(&true) || self.missing_since.is_some() {
            return None;
        }
        let missed = Self { missing_since: Some(seen_at), ..self };
        let message = "Its cloud does not list the machine. Nothing is charged until it does.";
        Some(missed.changed("pod.machine_missing", message, now))
    }

    /// Notes that its machine is listed again and was there all the time. `None` if it was not
    /// missing.
    #[must_use]
    pub fn seen_again(self, name: &str, now: Timestamp) -> Option<Transition> {
        self.missing_since?;
        if !self.owns(name) {
            return None;
        }
        let seen = Self { missing_since: None, ..self };
        Some(seen.changed("pod.machine_found", "Its cloud lists the machine again.", now))
    }

    /// The end of a pod whose machine has been missing for two sweeps: it is charged until the
    /// machine was last seen. A machine that its cloud stopped leaves a stopped pod. `None` if the
    /// machine called `name` is no longer missing.
    ///
    /// # Errors
    ///
    /// 409 `pod_state`: those of [`Pod::fail`] and [`Pod::want_stop`].
    pub fn close_missing(
        self,
        name: &str,
        missing: Missing,
        now: Timestamp,
    ) -> Result<Option<Transition>, Error> {
        if self.missing_since.is_none() || !self.owns(name) {
            return Ok(None);
        }
        if missing == Missing::Halted && self.state == PodState::Running && self.is_stoppable() {
            let why = "Its cloud stopped the machine. Start it again when you need it.";
            return self.want_stop(Some(Reason::new("machine_stopped", why)), now);
        }
        let why = match missing {
            // Whoever is inside did that.
            Missing::Halted => Reason::new("machine_stopped", "Its machine was shut down."),
            Missing::Gone => self.taken_away(),
        };
        if self.is_unactivated() {
            return self.fail(why, now).map(Some);
        }
        Ok(match missing {
            Missing::Halted => self.want_gone(Some(why), now),
            Missing::Gone => self.lost(now),
        })
    }
}

#[cfg(test)]
mod tests;
