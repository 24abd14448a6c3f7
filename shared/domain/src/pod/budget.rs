//! The daily budget for machines that nobody has activated yet: what they cost us before their
//! activation is ours to pay.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{ActivationReserve, Pod};
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

    /// The most that may be reserved on its day for this reserve still to fit into the budget.
    ///
    /// # Errors
    ///
    /// 429 `activation_budget_spent` when `reserved_usd_micros`, what is reserved on that day so
    /// far, is more.
    pub fn check_budget(
        &self,
        reserved_usd_micros: UsdMicros,
        rules: &Parameters,
    ) -> Result<UsdMicros, Error> {
        let room = rules.activation_carry_daily_usd_micros.minus(self.usd_micros)?;
        if room < UsdMicros::ZERO || reserved_usd_micros > room {
            return Err(Error::new(
                Kind::RateLimited,
                "activation_budget_spent",
                "Too many machines are waiting to be activated today. Please try again later.",
            ));
        }
        Ok(room)
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
        let rules = sample::parameters();
        let room = UsdMicros(10_000_000 - 833_334);
        let check = |reserved| reserve(0).check_budget(reserved, &rules);
        assert_eq!(check(room).ok(), Some(room));
        let refused = check(UsdMicros(room.0 + 1)).expect_err("a full budget");
        assert_eq!(refused.code, "activation_budget_spent");
        let tight = Parameters { activation_carry_daily_usd_micros: UsdMicros(833_333), ..rules };
        let refused = reserve(0).check_budget(UsdMicros(-1_000_000), &tight);
        assert_eq!(refused.map_err(|error| error.code), Err("activation_budget_spent"));
    }

    #[test]
    fn the_first_reserve_of_a_day_may_take_all_of_its_budget() {
        let all = Parameters {
            activation_carry_daily_usd_micros: UsdMicros(833_334),
            ..sample::parameters()
        };
        let room = reserve(0).check_budget(UsdMicros::ZERO, &all);
        assert_eq!(room.ok(), Some(UsdMicros::ZERO));
    }
}
