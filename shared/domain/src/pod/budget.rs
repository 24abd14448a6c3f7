//! The daily budget for machines that nobody has activated yet: what they cost us before their
//! activation is ours to pay.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{ActivationReserve, Pod, Reserved};
use crate::money::UsdMicros;
use crate::people::parameters::Parameters;
use crate::{Error, Kind};

impl ActivationReserve {
    /// The day (UTC) whose budget a deploy at `now` is taken from.
    #[must_use]
    pub fn day(now: Timestamp) -> Date {
        now.to_zoned(TimeZone::UTC).date()
    }

    /// The most that a machine at the pod's provider's rate can cost us before its activation.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn for_pod(pod: &Pod, rules: &Parameters, now: Timestamp) -> Result<Self, Error> {
        let secs = i64::from(rules.probe_secs_max) + i64::from(rules.activation_secs);
        let rate = pod.quote.configuration.provider_rate()?;
        Ok(Self { day: Self::day(now), usd_micros: rate.over_secs_rounded_up(secs)? })
    }

    /// The most that may be reserved on its day for this reserve still to fit into the budgets, the
    /// tenant's and the user's.
    ///
    /// # Errors
    ///
    /// 429 `activation_budget_spent` when `reserved` is more.
    pub fn check_budget(&self, reserved: Reserved, rules: &Parameters) -> Result<Reserved, Error> {
        let room = |budget: UsdMicros| budget.minus(self.usd_micros);
        let rooms = Reserved {
            tenant_usd_micros: room(rules.activation_carry_daily_usd_micros)?,
            user_usd_micros: room(rules.activation_carry_user_daily_usd_micros)?,
        };
        let fits = |reserved, room| room >= UsdMicros::ZERO && reserved <= room;
        let why = if !fits(reserved.user_usd_micros, rooms.user_usd_micros) {
            "Too many of your pods were not activated today. Please try again tomorrow."
        } else if !fits(reserved.tenant_usd_micros, rooms.tenant_usd_micros) {
            "Too many machines are waiting to be activated today. Please try again later."
        } else {
            return Ok(rooms);
        };
        Err(Error::new(Kind::RateLimited, "activation_budget_spent", why))
    }

    /// What the day's budget gets back, or pays on top, when a transition settles the pod's
    /// reserve: what its machine really cost us until then, less what was set aside. `None` if the
    /// transition does not settle it.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn settlement(before: &Pod, after: &Pod) -> Result<Option<Self>, Error> {
        let settled = before.activation_reserve.filter(|_| after.activation_reserve.is_none());
        let Some(reserve) = settled else { return Ok(None) };
        let spent = match after.machine {
            None => UsdMicros::ZERO,
            Some(time) => {
                let until = time.running_since.or(time.until).unwrap_or(time.since);
                let secs = until.duration_since(time.since).as_secs().max(0);
                after.launched_configuration().provider_rate()?.over_secs_rounded_up(secs)?
            }
        };
        Ok(Some(Self { usd_micros: spent.minus(reserve.usd_micros)?, ..reserve }))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::sample;

    fn at(secs: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
    }

    fn reserve(secs: i64) -> ActivationReserve {
        ActivationReserve::for_pod(&sample::pod(1), &sample::parameters(), at(secs)).expect("small")
    }

    #[test]
    fn a_carry_is_settled_by_what_the_machine_cost_until_its_activation() {
        let waiting = Pod { activation_reserve: Some(reserve(0)), ..sample::pod(1) };
        assert_eq!(ActivationReserve::settlement(&waiting, &waiting).ok(), Some(None));
        let ending = waiting.clone().want_gone(None, at(1)).expect("a change").pod;
        let over = ending.ended(at(2)).expect("ending").pod;
        let back = ActivationReserve::settlement(&waiting, &over).ok().flatten();
        assert_eq!(back.map(|it| it.usd_micros.0), Some(-833_334));
    }

    #[test]
    fn a_carry_covers_the_longest_wait_at_the_providers_rate() {
        assert_eq!(reserve(86_400).usd_micros, UsdMicros(833_334));
        assert_eq!(reserve(86_400).day.to_string(), "1970-01-02");
    }

    #[test]
    fn a_days_budget_takes_the_reserve_that_just_fits_and_not_one_micro_more() {
        let rules = Parameters {
            activation_carry_user_daily_usd_micros: UsdMicros(2_000_000),
            ..sample::parameters()
        };
        let rooms = Reserved {
            tenant_usd_micros: UsdMicros(10_000_000 - 833_334),
            user_usd_micros: UsdMicros(2_000_000 - 833_334),
        };
        let check = |reserved, rules: &Parameters| reserve(0).check_budget(reserved, rules);
        assert_eq!(check(rooms, &rules).ok(), Some(rooms));
        let one_more = |it: UsdMicros| UsdMicros(it.0 + 1);
        for (reserved, whose) in [
            (
                Reserved { tenant_usd_micros: one_more(rooms.tenant_usd_micros), ..rooms },
                "Too many machines",
            ),
            (
                Reserved { user_usd_micros: one_more(rooms.user_usd_micros), ..rooms },
                "Too many of your pods",
            ),
        ] {
            let refused = check(reserved, &rules).expect_err("a full budget");
            assert_eq!(refused.code, "activation_budget_spent");
            assert!(refused.message.starts_with(whose), "{}", refused.message);
        }
        let below = Reserved { tenant_usd_micros: UsdMicros(-9_000_000), ..Reserved::default() };
        let tight = |micros| Parameters {
            activation_carry_daily_usd_micros: UsdMicros(micros),
            ..rules.clone()
        };
        assert_eq!(
            check(below, &tight(833_333)).err().map(|it| it.code),
            Some("activation_budget_spent")
        );
        let room = check(below, &tight(833_334)).map(|it| it.tenant_usd_micros);
        assert_eq!(room.ok(), Some(UsdMicros::ZERO));
    }
}
