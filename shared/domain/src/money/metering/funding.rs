//! Until when held money pays for a pod, and when more is held.

use jiff::{SignedDuration, Timestamp};

use super::account::{Metered, PodUsage};
use super::clock::{Phase, Seconds};
use super::hold::HoldFor;
use crate::Error;
use crate::money::{UsdMicros, UsdMicrosPerHour};

/// The longest one hold can pay for; only a rate of next to nothing reaches it.
pub(crate) const FUNDED_SECS_MAX: i64 = 31 * 24 * 3_600;
/// The least more that is worth holding, seconds.
const EXTENSION_SECS_MIN: i64 = 60;

/// When more money is held for a pod, and how much.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FundingRules {
    /// Seconds a full hold pays for while running.
    pub hold_secs: u32,
    /// Seconds a full hold pays for while stopped.
    pub stopped_hold_secs: u32,
    /// A hold is extended when it pays for no more than this many seconds.
    pub extend_secs: u32,
    /// Its user is warned when all their money pays for no more than this many seconds.
    pub warning_secs: u32,
}

impl PodUsage {
    /// The price per hour in `phase`.
    #[must_use]
    pub fn rate_in(&self, phase: Phase) -> UsdMicrosPerHour {
        match phase {
            Phase::Running => self.user_rates.running,
            Phase::Stopped => self.user_rates.stopped,
        }
    }
}

impl FundingRules {
    /// Seconds a full hold pays for in `phase`.
    #[must_use]
    pub fn secs_in(&self, phase: Phase) -> i64 {
        i64::from(match phase {
            Phase::Running => self.hold_secs,
            Phase::Stopped => self.stopped_hold_secs,
        })
    }
}

/// Until when what is `held` pays for the present stretch; `None` when nothing is charged now.
///
/// # Errors
///
/// `amount_too_large` past 64 bits.
pub fn funded_until(
    usage: &PodUsage,
    metered: &Metered,
    held: UsdMicros,
) -> Result<Option<Timestamp>, Error> {
    let Some(present) = usage.clock.present() else { return Ok(None) };
    let before = usage.clock.until(present.since);
    // What the other phase cost is paid; the rest pays for this phase, its past included.
    let (own_secs, other) = match present.phase {
        Phase::Running => (before.running, Seconds { running: 0, ..before }),
        Phase::Stopped => (before.stopped, Seconds { stopped: 0, ..before }),
    };
    let paid = metered.captured_usd_micros.plus(metered.waived_usd_micros)?;
    let budget = paid.plus(held)?.minus(usage.user_rates.due_rounded_down(other)?)?;
    let Some(secs) = usage.rate_in(present.phase).secs_funded_by(budget) else { return Ok(None) };
    let secs = secs.saturating_sub(own_secs).clamp(0, FUNDED_SECS_MAX);
    Ok(Some(present.since.saturating_add(SignedDuration::from_secs(secs)).unwrap_or(present.since)))
}

/// What decides how a charged pod is funded from now on.
#[derive(Clone, Copy, Debug)]
pub struct FundingFacts<'a> {
    /// Its clock and prices.
    pub usage: &'a PodUsage,
    /// Since when its machine's time counts; none before it had a machine.
    pub machine_since: Option<Timestamp>,
    /// Until when what is held pays for it.
    pub funded_until: Timestamp,
    /// What its wallet can still hold.
    pub available: UsdMicros,
    /// The instant to decide for.
    pub now: Timestamp,
}

/// More money to be held.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Extension {
    /// For what; names the hold, so that it is posted once.
    pub hold: HoldFor,
    /// Above zero.
    pub amount_usd_micros: UsdMicros,
}

impl FundingRules {
    /// What more to hold: a full hold's worth when time runs short, or whatever there is when all
    /// the money is about to end.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn extension(&self, facts: &FundingFacts<'_>) -> Result<Option<Extension>, Error> {
        let FundingFacts { usage, funded_until, available, .. } = *facts;
        let Some((present, since)) = usage.clock.present().zip(facts.machine_since) else {
            return Ok(None);
        };
        let rate = usage.rate_in(present.phase);
        let left_secs = funded_until.duration_since(facts.now).as_secs();
        let more_secs = rate.secs_funded_by(available).unwrap_or(0);
        let ends_soon = left_secs.saturating_add(more_secs) <= i64::from(self.warning_secs);
        if left_secs > i64::from(self.extend_secs) && !ends_soon {
            return Ok(None);
        }
        let amount = rate.over_secs_rounded_up(self.secs_in(present.phase))?.min(available);
        let worth_it = amount >= rate.over_secs_rounded_up(EXTENSION_SECS_MIN)?;
        let hold = match present.phase {
            Phase::Running => HoldFor::More(since, funded_until),
            Phase::Stopped => HoldFor::KeepMore(usage.clock.begun(), funded_until),
        };
        let extension = Extension { hold, amount_usd_micros: amount };
        Ok((worth_it && amount > UsdMicros::ZERO).then_some(extension))
    }

    /// Whether a pod that is funded until then has so little left that its owner may have to be
    /// warned at `now`; what the wallet can still hold decides.
    #[must_use]
    pub fn is_running_out(&self, funded_until: Timestamp, now: Timestamp) -> bool {
        let warning = SignedDuration::from_secs(i64::from(self.warning_secs));
        now < funded_until && funded_until.duration_since(now) <= warning
    }

    /// Whether to warn the owner: what is held and what could be held end soon.
    #[must_use]
    pub fn warns(&self, facts: &FundingFacts<'_>) -> bool {
        let Some(present) = facts.usage.clock.present() else { return false };
        let rate = facts.usage.rate_in(present.phase);
        let more_secs = rate.secs_funded_by(facts.available).unwrap_or(0);
        self.is_running_out(facts.funded_until, facts.now)
            && more_secs <= i64::from(self.warning_secs)
    }
}
