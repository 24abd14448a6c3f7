//! Until when held money pays for a pod, and when more is held.

use jiff::{SignedDuration, Timestamp};

use super::account::{Metered, PodUsage};
use super::clock::{Phase, Seconds};
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
    // What the other phase cost is settled; the rest pays for this phase, its past included.
    let (own_secs, other) = match present.phase {
        Phase::Running => (before.running, Seconds { running: 0, ..before }),
        Phase::Stopped => (before.stopped, Seconds { stopped: 0, ..before }),
    };
    let settled = metered.captured_usd_micros.plus(metered.waived_usd_micros)?;
    let budget = settled.plus(held)?.minus(usage.user_rates.due_rounded_down(other)?)?;
    let Some(secs) = usage.rate_in(present.phase).secs_funded_by(budget) else { return Ok(None) };
    let secs = secs.saturating_sub(own_secs).clamp(0, FUNDED_SECS_MAX);
    Ok(Some(present.since.saturating_add(SignedDuration::from_secs(secs)).unwrap_or(present.since)))
}

/// How much more to hold at `now` for a pod that is paid until `funded_until`, out of what is
/// `available`: a full hold's worth when time runs short, or whatever there is when all the money
/// is about to end.
///
/// # Errors
///
/// `amount_too_large` past 64 bits.
pub fn extension(
    usage: &PodUsage,
    rules: FundingRules,
    funded_until: Timestamp,
    available: UsdMicros,
    now: Timestamp,
) -> Result<Option<UsdMicros>, Error> {
    let Some(present) = usage.clock.present() else { return Ok(None) };
    let rate = usage.rate_in(present.phase);
    let left_secs = funded_until.duration_since(now).as_secs();
    let more_secs = rate.secs_funded_by(available).unwrap_or(0);
    let ends_soon = left_secs.saturating_add(more_secs) <= i64::from(rules.warning_secs);
    if left_secs > i64::from(rules.extend_secs) && !ends_soon {
        return Ok(None);
    }
    let amount = rate.over_secs_rounded_up(rules.secs_in(present.phase))?.min(available);
    let worth_it = amount >= rate.over_secs_rounded_up(EXTENSION_SECS_MIN)?;
    Ok((worth_it && amount > UsdMicros::ZERO).then_some(amount))
}
