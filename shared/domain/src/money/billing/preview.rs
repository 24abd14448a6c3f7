//! What a plan costs before anybody pays for it: now, and the next time.
//!
//! The amounts are the payment provider's own, for one instant. A change that names the same
//! instant is invoiced with the same amounts.

use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};

use crate::Error;
use crate::money::interval::Interval;
use crate::money::{UsdMicros, overflow};

/// How long the amounts of a preview stand: long enough to read them, too short for the credit of
/// unused time to be worth waiting for.
const PREVIEW_LASTS: SignedDuration = SignedDuration::from_mins(15);
/// How far two of our clocks may be apart.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(60);

/// One line of an invoice that is not made yet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DraftedLine {
    /// What it adds; below zero for time that was paid for and is not used.
    pub amount_usd_micros: UsdMicros,
    /// The end of the time it is for.
    pub until: Timestamp,
}

/// An invoice that the payment provider would make.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DraftedInvoice {
    /// What it consists of.
    pub lines: Vec<DraftedLine>,
    /// What the customer owes from before; below zero for credit.
    pub starting_usd_micros: UsdMicros,
    /// What it adds up to, without what is owed from before.
    pub total_usd_micros: UsdMicros,
    /// What the card would pay.
    pub due_usd_micros: UsdMicros,
}

/// A payment that the card makes by itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NextCharge {
    /// How much.
    pub amount_usd_micros: UsdMicros,
    /// When.
    pub at: Timestamp,
}

/// What a plan costs, now and the next time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PlanPreview {
    /// What the plan costs up to the next charge; nothing if that is paid already.
    pub price_usd_micros: UsdMicros,
    /// What is given back for the unused time of the plan before.
    pub unused_usd_micros: UsdMicros,
    /// Credit from earlier changes.
    pub credit_usd_micros: UsdMicros,
    /// What the card pays now.
    pub due_now_usd_micros: UsdMicros,
    /// Credit that is left after this and lowers the next charges.
    pub credit_left_usd_micros: UsdMicros,
    /// What the card pays next.
    pub next_charge: NextCharge,
}

fn sum(amounts: impl Iterator<Item = UsdMicros>) -> Result<UsdMicros, Error> {
    amounts.into_iter().try_fold(UsdMicros::ZERO, UsdMicros::plus)
}

fn credit(balance: UsdMicros) -> Result<UsdMicros, Error> {
    balance.min(UsdMicros::ZERO).negated()
}

/// When a payment made at `now` is due again.
fn renewed_at(now: Timestamp, interval: Interval) -> Result<Timestamp, Error> {
    let span = match interval {
        Interval::Month => 1.month(),
        Interval::Year => 1.year(),
    };
    let renewed = now.to_zoned(TimeZone::UTC).checked_add(span).map_err(|_| overflow())?;
    Ok(renewed.timestamp())
}

impl PlanPreview {
    /// What it costs to come to a plan of `price`, as `drafted` says.
    ///
    /// # Errors
    ///
    /// `internal` for an invoice without lines, `amount_too_large` past 64 bits.
    pub fn change(drafted: &DraftedInvoice, price: UsdMicros) -> Result<Self, Error> {
        let at = drafted.lines.iter().map(|line| line.until).max();
        let at = at.ok_or_else(|| Error::broken("an invoice has no lines", ""))?;
        let amounts = || drafted.lines.iter().map(|line| line.amount_usd_micros);
        let after = drafted
            .starting_usd_micros
            .plus(drafted.total_usd_micros)?
            .minus(drafted.due_usd_micros)?;
        Ok(Self {
            price_usd_micros: sum(amounts().map(|amount| amount.max(UsdMicros::ZERO)))?,
            unused_usd_micros: sum(amounts().map(|amount| amount.min(UsdMicros::ZERO)))?
                .negated()?,
            credit_usd_micros: credit(drafted.starting_usd_micros)?,
            due_now_usd_micros: drafted.due_usd_micros,
            credit_left_usd_micros: credit(after)?,
            next_charge: NextCharge {
                amount_usd_micros: price.plus(after)?.max(UsdMicros::ZERO),
                at,
            },
        })
    }

    /// What it costs to go on with what is paid until `at`, whose renewal would be `drafted`.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn renewal(drafted: &DraftedInvoice, at: Timestamp) -> Result<Self, Error> {
        let credit = credit(drafted.starting_usd_micros)?;
        Ok(Self {
            price_usd_micros: UsdMicros::ZERO,
            unused_usd_micros: UsdMicros::ZERO,
            credit_usd_micros: credit,
            due_now_usd_micros: UsdMicros::ZERO,
            credit_left_usd_micros: credit,
            next_charge: NextCharge { amount_usd_micros: drafted.due_usd_micros, at },
        })
    }

    /// What a first subscription of `price` costs somebody who never paid before.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits or the year 9999.
    pub fn first(price: UsdMicros, interval: Interval, now: Timestamp) -> Result<Self, Error> {
        let until = renewed_at(now, interval)?;
        let drafted = DraftedInvoice {
            lines: vec![DraftedLine { amount_usd_micros: price, until }],
            starting_usd_micros: UsdMicros::ZERO,
            total_usd_micros: price,
            due_usd_micros: price,
        };
        Self::change(&drafted, price)
    }
}

/// When the minute of `now` began.
pub(super) fn minute_of(now: Timestamp) -> Timestamp {
    let past = now.as_second().checked_rem_euclid(60).unwrap_or_default();
    let begun = now.as_second().saturating_sub(past);
    Timestamp::from_second(begun).unwrap_or(now)
}

/// The instant up to which a plan counts as used in a change at `now`, of somebody who saw the
/// amounts of `as_of` and whose time paid for began at `paid_from`. Who saw none pays as of this
/// minute, so that the same click twice asks for the same.
///
/// # Errors
///
/// 409 `preview_expired` for an instant whose amounts do not stand any more.
pub fn prorated_at(
    as_of: Option<Timestamp>,
    paid_from: Option<Timestamp>,
    now: Timestamp,
) -> Result<Timestamp, Error> {
    let Some(as_of) = as_of else {
        let minute = minute_of(now);
        return Ok(paid_from.map_or(minute, |from| minute.max(from)));
    };
    let age = now.duration_since(as_of);
    let stands = age <= PREVIEW_LASTS && age >= -CLOCKS_APART;
    if stands && paid_from.is_none_or(|from| as_of >= from) {
        return Ok(as_of);
    }
    let message = "The amounts you were shown are out of date. Please look at the new ones.";
    Err(Error::conflict("preview_expired", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn drafted(lines: &[i64], starting: i64, due: i64) -> DraftedInvoice {
        let line =
            |amount: &i64| DraftedLine { amount_usd_micros: UsdMicros(*amount), until: at(2_000) };
        DraftedInvoice {
            lines: lines.iter().map(line).collect(),
            starting_usd_micros: UsdMicros(starting),
            total_usd_micros: UsdMicros(lines.iter().sum()),
            due_usd_micros: UsdMicros(due),
        }
    }

    /// Price, unused, credit, due now, credit left, next charge.
    fn amounts(preview: PlanPreview) -> [i64; 6] {
        [
            preview.price_usd_micros.0,
            preview.unused_usd_micros.0,
            preview.credit_usd_micros.0,
            preview.due_now_usd_micros.0,
            preview.credit_left_usd_micros.0,
            preview.next_charge.amount_usd_micros.0,
        ]
    }

    #[test]
    fn a_better_plan_costs_the_difference_now_and_its_price_next() -> Result<(), Error> {
        let preview = PlanPreview::change(&drafted(&[-20, 300], 0, 280), UsdMicros(499))?;
        assert_eq!(amounts(preview), [300, 20, 0, 280, 0, 499]);
        assert_eq!(preview.next_charge.at, at(2_000));
        Ok(())
    }

    #[test]
    fn a_cheaper_plan_leaves_credit_that_lowers_the_next_charges() -> Result<(), Error> {
        let preview = PlanPreview::change(&drafted(&[-300, 20], 0, 0), UsdMicros(29))?;
        assert_eq!(amounts(preview), [20, 300, 0, 0, 280, 0]);
        let preview = PlanPreview::change(&drafted(&[-25, 20], -3, 0), UsdMicros(29))?;
        assert_eq!(amounts(preview), [20, 25, 3, 0, 8, 21]);
        Ok(())
    }

    #[test]
    fn too_little_for_a_card_is_paid_the_next_time() -> Result<(), Error> {
        let preview = PlanPreview::change(&drafted(&[-20, 23], 0, 0), UsdMicros(29))?;
        assert_eq!(amounts(preview), [23, 20, 0, 0, 0, 32]);
        Ok(())
    }

    #[test]
    fn going_on_costs_nothing_now() -> Result<(), Error> {
        let preview = PlanPreview::renewal(&drafted(&[29], -9, 20), at(5))?;
        assert_eq!(amounts(preview), [0, 0, 9, 0, 9, 20]);
        assert_eq!(preview.next_charge.at, at(5));
        Ok(())
    }

    #[test]
    fn a_first_payment_is_the_price_and_due_again_on_the_same_day() -> Result<(), Error> {
        let now: Timestamp = "2027-01-31T10:00:00Z".parse().map_err(|_| overflow())?;
        let preview = PlanPreview::first(UsdMicros(29), Interval::Month, now)?;
        assert_eq!(amounts(preview), [29, 0, 0, 29, 0, 29]);
        assert_eq!(preview.next_charge.at.to_string(), "2027-02-28T10:00:00Z");
        let preview = PlanPreview::first(UsdMicros(290), Interval::Year, now)?;
        assert_eq!(preview.next_charge.at.to_string(), "2028-01-31T10:00:00Z");
        Ok(())
    }

    #[test]
    fn shown_amounts_stand_for_a_quarter_of_an_hour_and_within_one_period() {
        let now = at(100_000);
        let asked = |as_of, from| prorated_at(Some(at(as_of)), from, now).map_err(|e| e.code);
        let unseen = |from: Option<i64>| prorated_at(None, from.map(at), now).ok();
        assert_eq!((unseen(None), unseen(Some(99_000))), (Some(at(99_960)), Some(at(99_960))));
        assert_eq!(unseen(Some(99_990)), Some(at(99_990)), "not before what is paid for");
        for as_of in [100_000, 99_100, 100_060] {
            assert_eq!(asked(as_of, None), Ok(at(as_of)));
        }
        for as_of in [99_099, 100_061, 0] {
            assert_eq!(asked(as_of, None), Err("preview_expired"));
        }
        assert_eq!(asked(99_500, Some(at(99_500))), Ok(at(99_500)));
        assert_eq!(asked(99_500, Some(at(99_501))), Err("preview_expired"));
    }
}
