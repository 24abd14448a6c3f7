//! A stopped pod: money for its disk is held, or it is ended for lack of it.

use jiff::Timestamp;

use super::{NextAct, Pod, Reason, Transition, out_of_turn};
use crate::Error;
use crate::money::UsdMicros;
use crate::money::metering::{FundingRules, Phase};

/// The shortest time a disk is kept for, seconds.
const KEPT_SECS_MIN: i64 = 600;

/// The money that keeps a stopped pod's disk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeepHold {
    /// Which stretch of its life it pays for; held once for each.
    pub stretch: u32,
    /// What is to be held; zero where the disk is free.
    pub amount_usd_micros: UsdMicros,
}

/// What came of holding it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Keeping {
    /// The money is held, and pays until then; `None` where nothing is charged.
    Paid(Option<Timestamp>),
    /// The wallet has not even enough for [`KEPT_SECS_MIN`].
    Unpaid,
}

impl Pod {
    /// What is to be held for its disk out of what is `available`: a full hold, or what there is,
    /// which keeps the disk for a shorter time. Less than the shortest time's worth is never asked
    /// for; a wallet that lacks even that refuses it.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn keep_hold(&self, rules: FundingRules, available: UsdMicros) -> Result<KeepHold, Error> {
        let rate = self.quote.price.stopped_rate_usd_micros_per_hour;
        let full = rate.over_secs_rounded_up(rules.secs_in(Phase::Stopped))?;
        let least = rate.over_secs_rounded_up(KEPT_SECS_MIN)?;
        let amount_usd_micros = full.min(available.max(least));
        Ok(KeepHold { stretch: self.clock.begun(), amount_usd_micros })
    }

    /// Keeps it stopped on the money that is held, or ends it for lack of money. `None` if it is no
    /// longer in the stretch that was to be kept: its owner wants something else by then, or a
    /// concurrent delivery finished this.
    ///
    /// # Errors
    ///
    /// Those of [`Pod::kept`].
    pub fn keep(
        self,
        hold: KeepHold,
        keeping: Keeping,
        now: Timestamp,
    ) -> Result<Option<Transition>, Error> {
        if self.next_act() != NextAct::Keep || self.clock.begun() != hold.stretch {
            return Ok(None);
        }
        match keeping {
            Keeping::Paid(funded_until) => self.kept(funded_until, now).map(Some),
            Keeping::Unpaid => {
                let why =
                    Reason::new("funds_exhausted", "There is no money left to keep its disk.");
                Ok(self.want_gone(Some(why), now))
            }
        }
    }

    /// A stopped pod is paid for until `funded_until`; nothing is left to do.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is stopped and not kept yet.
    pub fn kept(
        self,
        funded_until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Transition, Error> {
        if self.next_act() != NextAct::Keep {
            return Err(out_of_turn(&self, "be kept"));
        }
        let message = funded_until
            .map_or("Nothing is charged while it is stopped.", |_| "Money is held for its disk.");
        let kept = Self { funded_until, unsettled_since: None, ..self };
        Ok(kept.changed("pod.kept", message, now))
    }
}
