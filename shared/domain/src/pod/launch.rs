//! Getting a machine: attempts, machine names, and the next offer after one that had no capacity.

mod name;

pub use name::MachinePrefix;

use jiff::Timestamp;

use crate::Error;
use crate::market::cloud::cloud_name;
use crate::market::offer::{Offer, OfferId, Snapshot, Stock};
use crate::market::quote::{Configuration, Quote};
use crate::market::region::keeps_place;
use crate::money::UsdMicrosPerHour;
use crate::pod::MachineTime;
use crate::pod::{Attempt, AttemptOutcome, Pod, PodState, Transition};

/// What the launch step does next.
#[derive(Clone, Debug, PartialEq)]
pub enum LaunchStep {
    /// A machine exists already.
    Done,
    /// An intent is written whose call may or may not have reached the provider.
    Resume(Box<Attempt>),
    /// Write an intent for this offer.
    Try(Box<NextTry>),
}

/// The next offer to be tried.
#[derive(Clone, Debug, PartialEq)]
pub struct NextTry {
    /// What is asked for.
    pub offer: Offer,
    /// The number of the attempt, from 1.
    pub number: u32,
}

/// The refusal that ends a launch.
#[must_use]
pub fn no_capacity() -> Error {
    Error::conflict(
        "no_capacity",
        "No cloud has what you chose at your price right now. Nothing was charged.",
    )
}

/// Whether `offer` can stand in for the quoted one: the same GPU or one with as much of everything
/// (the quote's floor), at no higher rate of the provider, running or stopped (its cap), in the same
/// place unless any will do, as stoppable, and billed in steps that are no longer.
fn can_stand_in(offer: &Offer, quote: &Quote) -> bool {
    let quoted = &quote.configuration.offer;
    offer.stock != Stock::None
        && offer.gpu == quoted.gpu
        && offer.gpu_count == quoted.gpu_count
        && offer.gpu_memory_gib >= quoted.gpu_memory_gib
        && offer.vcpus >= quoted.vcpus
        && offer.ram_gib >= quoted.ram_gib
        && offer.spot == quoted.spot
        && offer.disk.max_gib >= quote.configuration.disk_gib
        && (offer.stoppable || !quoted.stoppable)
        && offer.terms.billing_increment_secs <= quoted.terms.billing_increment_secs
        && offer.terms.minimum_secs <= quoted.terms.minimum_secs
        && (quote.configuration.any_region || keeps_place(offer, quoted))
        && is_no_dearer(offer, &quote.configuration)
}

fn is_no_dearer(offer: &Offer, quoted: &Configuration) -> bool {
    let with_disk = Configuration { offer: offer.clone(), ..quoted.clone() };
    let within = |rate: fn(&Configuration) -> Result<UsdMicrosPerHour, Error>| matches!((rate(&with_disk), rate(quoted)), (Ok(rate), Ok(cap)) if rate <= cap);
    within(Configuration::provider_rate) && within(Configuration::provider_stopped_rate)
}

fn next_offer<'a>(
    quote: &Quote,
    tried: &[&OfferId],
    market: &'a Snapshot,
    now: Timestamp,
) -> Option<&'a Offer> {
    market
        .offers
        .iter()
        .filter(|offer| !tried.contains(&&offer.id) && !market.rests(&offer.provider, now))
        .filter(|offer| can_stand_in(offer, quote))
        .min_by_key(|offer| (offer.provider_rate_usd_micros_per_hour, offer.id.clone()))
}

impl Pod {
    /// What the launch step does next, given the current market.
    ///
    /// # Errors
    ///
    /// 409 `no_capacity` when no further offer may be tried, `pod_over` or `pod_state` when the
    /// pod is not to be launched.
    pub fn launch_step(
        &self,
        market: &Snapshot,
        tries_max: u32,
        now: Timestamp,
    ) -> Result<LaunchStep, Error> {
        self.check_deploying()?;
        match self.attempts.last() {
            Some(attempt) if attempt.is_launched() => return Ok(LaunchStep::Done),
            Some(attempt) if attempt.outcome == AttemptOutcome::Launching => {
                return Ok(LaunchStep::Resume(Box::new(attempt.clone())));
            }
            None => {
                let quoted = &self.quote.configuration.offer;
                // A cloud that rests would not answer; what it sells, others may sell too.
                let rests = market.rests(&quoted.provider, now);
                let other = rests.then(|| next_offer(&self.quote, &[], market, now)).flatten();
                return Ok(self.try_next(other.unwrap_or(quoted)));
            }
            Some(_) => {}
        }
        let tried: Vec<_> = self.attempts.iter().map(|attempt| &attempt.offer.id).collect();
        if u32::try_from(tried.len()).is_ok_and(|tries| tries >= tries_max) {
            return Err(no_capacity());
        }
        let next = next_offer(&self.quote, &tried, market, now).ok_or_else(no_capacity)?;
        Ok(self.try_next(next))
    }

    fn try_next(&self, offer: &Offer) -> LaunchStep {
        let (offer, number) = (offer.clone(), self.next_number());
        LaunchStep::Try(Box::new(NextTry { offer, number }))
    }

    fn next_number(&self) -> u32 {
        u32::try_from(self.attempts.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// [`Pod::begin_attempt`] for the try that was decided on, unless another one began since.
    ///
    /// # Errors
    ///
    /// `unavailable` when a concurrent call began it: a retry finds what that one wrote. 409
    /// `pod_over` once the pod ended, or is to end; 409 `pod_state` unless it is provisioning.
    pub fn begin_try(
        self,
        next: &NextTry,
        prefix: &MachinePrefix,
        now: Timestamp,
    ) -> Result<Transition, Error> {
        self.check_deploying()?;
        if self.next_number() != next.number {
            return Err(Error::unavailable("the pod's launch", "another call is at it"));
        }
        self.begin_attempt(next.offer.clone(), prefix, now)
    }

    /// Writes the intent to launch `offer`, before the provider is called.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is provisioning with no attempt open.
    pub fn begin_attempt(
        self,
        offer: Offer,
        prefix: &MachinePrefix,
        now: Timestamp,
    ) -> Result<Transition, Error> {
        let open = self.attempts.last().is_some_and(|attempt| {
            matches!(attempt.outcome, AttemptOutcome::Launching | AttemptOutcome::Launched)
        });
        if self.state != PodState::Provisioning || open {
            return Err(Error::conflict("pod_state", "This pod is not looking for a machine."));
        }
        let number = self.next_number();
        let cloud = cloud_name(&offer.provider);
        let message = format!("Asking {cloud} for {} (attempt {number}).", offer.gpus());
        let machine_name = prefix.machine_name(&self.id, number);
        let mut pod = self;
        pod.attempts.push(Attempt {
            number,
            offer,
            machine_name,
            machine_id: None,
            outcome: AttemptOutcome::Launching,
            started_at: now,
        });
        Ok(pod.changed("pod.attempt_started", message, now))
    }

    /// Closes the attempt `number` with what came of it: a machine, or none. `None` if it is closed
    /// already, by a concurrent call or by the pod's end.
    ///
    /// # Errors
    ///
    /// Those of [`Pod::attempt_launched`].
    pub fn close_try(
        self,
        number: u32,
        machine_id: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<Transition>, Error> {
        if self.outcome_of(number) != Some(AttemptOutcome::Launching) {
            return Ok(None);
        }
        match machine_id {
            Some(machine_id) => self.attempt_launched(machine_id.to_owned(), now).map(Some),
            None => self.attempt_refused(now).map(Some),
        }
    }

    /// What came of the attempt `number`, if there was one.
    #[must_use]
    pub fn outcome_of(&self, number: u32) -> Option<AttemptOutcome> {
        self.attempts.iter().find(|it| it.number == number).map(|it| it.outcome)
    }

    /// Closes the open attempt: a machine exists under `machine_id`.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` when no attempt is open.
    pub fn attempt_launched(self, machine_id: String, now: Timestamp) -> Result<Transition, Error> {
        self.close_attempt(AttemptOutcome::Launched, Some(machine_id), "pod.attempt_launched", now)
    }

    /// Closes the open attempt: no machine exists, and the next offer may be tried.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` when no attempt is open.
    pub fn attempt_refused(self, now: Timestamp) -> Result<Transition, Error> {
        self.close_attempt(AttemptOutcome::Refused, None, "pod.attempt_refused", now)
    }

    fn close_attempt(
        mut self,
        outcome: AttemptOutcome,
        machine_id: Option<String>,
        kind: &str,
        now: Timestamp,
    ) -> Result<Transition, Error> {
        let over = self.is_over();
        let open = self.attempts.last_mut().filter(|a| a.outcome == AttemptOutcome::Launching);
        let Some(attempt) = open.filter(|_| !over) else {
            return Err(Error::conflict("pod_state", "This pod has no launch under way."));
        };
        attempt.outcome = outcome;
        attempt.machine_id = machine_id;
        if outcome == AttemptOutcome::Launched {
            self.machine = Some(MachineTime {
                since: attempt.started_at,
                running_since: None,
                running_until: None,
                until: None,
            });
        }
        let cloud = cloud_name(&attempt.offer.provider);
        let message = match outcome {
            AttemptOutcome::Launched => {
                format!("{cloud} started a machine. Waiting for it to come up.")
            }
            _ => self.has_no_capacity(),
        };
        Ok(self.changed(kind, message, now))
    }

    /// What its owner is told of its last attempt when there was no machine.
    pub(super) fn has_no_capacity(&self) -> String {
        let cloud = self.attempts.last().map_or("", |attempt| cloud_name(&attempt.offer.provider));
        format!("{cloud} has no capacity at this price.")
    }

    /// Checks that its machine, which is listed at `rate`, keeps the promised price.
    ///
    /// # Errors
    ///
    /// 409 `price_raised`.
    pub fn check_price(&self, rate: UsdMicrosPerHour) -> Result<(), Error> {
        let why = "The cloud asks more for the machine than we promised you. Nothing was charged.";
        if self.breaks_price(rate) { Err(Error::conflict("price_raised", why)) } else { Ok(()) }
    }

    /// Whether a machine launched at `rate` breaks the promised price.
    #[must_use]
    pub fn breaks_price(&self, rate: UsdMicrosPerHour) -> bool {
        self.quote.configuration.provider_rate().is_ok_and(|quoted| rate > quoted)
    }
}

#[cfg(test)]
mod tests;
