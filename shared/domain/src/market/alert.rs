//! Price alerts: somebody wants to hear when a machine costs at most so much. They are told once,
//! and then the alert is over.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::{TenantId, UserId};
use crate::market::browse::MachineId;
use crate::market::offer::{Offer, Snapshot, Stock};
use crate::market::price::Margins;
use crate::money::UsdMicrosPerHour;
use crate::{Error, Mode};

/// Alerts a person may have.
pub const ALERTS_MAX: usize = 20;
/// How long an alert waits for its price.
pub const KEPT_DAYS: i64 = 90;

/// An alert that waits.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PriceAlert {
    /// Whose prices.
    pub tenant_id: TenantId,
    /// Who is told.
    pub user_id: UserId,
    /// On which market.
    pub mode: Mode,
    /// What is watched.
    pub machine: MachineId,
    /// The machine in words: `8 × H100 SXM, 80 GiB each`.
    pub name: String,
    /// What it may cost the user.
    pub rate_max_usd_micros_per_hour: UsdMicrosPerHour,
    /// What it may cost at its provider for that.
    pub provider_rate_max_usd_micros_per_hour: UsdMicrosPerHour,
    /// The shares that lie between the two.
    pub margins: Margins,
    /// When it was set.
    pub created_at: Timestamp,
}

/// A machine in words.
#[must_use]
pub fn name_of(offer: &Offer) -> String {
    let each = if offer.gpu_count.0 > 1_000 { " each" } else { "" };
    let spot = if offer.spot { ", spot" } else { "" };
    format!("{}, {} GiB{each}{spot}", offer.gpus(), offer.gpu_memory_gib)
}

impl PriceAlert {
    /// When it is over though its price never came.
    #[must_use]
    pub fn ends_at(&self) -> Timestamp {
        self.created_at + SignedDuration::from_hours(24 * KEPT_DAYS)
    }
}

/// An alert for a machine that a user pays `margins` for, at most `rate_max`.
///
/// # Errors
///
/// 400 `price_invalid` for a price that nothing can have; 404 `not_found` if nobody lists such a
/// machine; 409 `price_met` when it costs that already.
pub fn set(
    market: &Snapshot,
    machine: MachineId,
    (rate_max, margins): (UsdMicrosPerHour, Margins),
    (tenant_id, user_id, mode): (TenantId, UserId, Mode),
    now: Timestamp,
) -> Result<PriceAlert, Error> {
    let provider_rate_max = margins.provider_rate_max(rate_max)?;
    if provider_rate_max.0 <= 0 {
        return Err(Error::invalid("price_invalid", "The price must be above 0."));
    }
    let mut listed = market.offers.iter().filter(|offer| MachineId::of(offer) == machine);
    let name = listed.next().map(name_of).ok_or_else(|| Error::not_found("machine"))?;
    if cheapest(market).get(&machine).is_some_and(|rate| *rate <= provider_rate_max) {
        let message = "It costs no more than that already. Choose a lower price.";
        return Err(Error::conflict("price_met", message));
    }
    Ok(PriceAlert {
        tenant_id,
        user_id,
        mode,
        machine,
        name,
        rate_max_usd_micros_per_hour: rate_max,
        provider_rate_max_usd_micros_per_hour: provider_rate_max,
        margins,
        created_at: now,
    })
}

/// Makes sure that an alert for `machine` has room beside those that are kept; it takes the place of
/// one for the same machine.
///
/// # Errors
///
/// 409 `too_many_alerts`.
pub fn check_room(kept: &[PriceAlert], machine: &MachineId) -> Result<(), Error> {
    if kept.iter().filter(|alert| alert.machine != *machine).count() < ALERTS_MAX {
        return Ok(());
    }
    let message = format!("You can have {ALERTS_MAX} price alerts. Delete one first.");
    Err(Error::conflict("too_many_alerts", message))
}

/// The lowest price of each machine that is in stock somewhere.
fn cheapest(market: &Snapshot) -> BTreeMap<MachineId, UsdMicrosPerHour> {
    let mut cheapest = BTreeMap::new();
    for offer in market.offers.iter().filter(|offer| offer.stock != Stock::None) {
        let rate = offer.provider_rate_usd_micros_per_hour;
        let lowest = cheapest.entry(MachineId::of(offer)).or_insert(rate);
        *lowest = rate.min(*lowest);
    }
    cheapest
}

/// The machines that cost less than before, or are in stock again, with what they cost now.
#[must_use]
pub fn falls(before: &Snapshot, now: &Snapshot) -> Vec<(MachineId, UsdMicrosPerHour)> {
    let before = cheapest(before);
    let fell = |(machine, rate): &(MachineId, UsdMicrosPerHour)| {
        before.get(machine).is_none_or(|before| rate < before)
    };
    cheapest(now).into_iter().filter(fell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::SnapshotId;
    use crate::market::offer::GpuThousandths;
    use crate::money::BasisPoints;
    use crate::sample;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn offer(id: &str, rate: i64, stock: Stock) -> Offer {
        let rate = UsdMicrosPerHour(rate);
        Offer { provider_rate_usd_micros_per_hour: rate, stock, ..sample::offer(id) }
    }

    fn market(offers: Vec<Offer>) -> Snapshot {
        Snapshot::new(SnapshotId::new(NOW, [0; 10]), NOW, offers)
    }

    fn alert(market: &Snapshot, machine: &str, rate_max: i64) -> Result<PriceAlert, &'static str> {
        let margins = Margins { brokerage: BasisPoints(800), markup: BasisPoints(200) };
        let of = (TenantId::new(NOW, [0; 10]), UserId::new(NOW, [0; 10]), Mode::Live);
        let wanted = (UsdMicrosPerHour(rate_max), margins);
        set(market, MachineId(machine.to_owned()), wanted, of, NOW).map_err(|error| error.code)
    }

    const H100: &str = "h100-sxm-80gib-x1";

    #[test]
    fn an_alert_waits_for_a_price_that_is_below_the_lowest() -> Result<(), &'static str> {
        let sold = market(vec![
            offer("off_a", 2_000_000, Stock::High),
            offer("off_b", 1_000_000, Stock::None),
        ]);
        let set = alert(&sold, H100, 2_199_999)?;
        assert_eq!(set.provider_rate_max_usd_micros_per_hour, UsdMicrosPerHour(1_999_999));
        assert_eq!(set.name, "H100 SXM, 80 GiB");
        assert_eq!(alert(&sold, H100, 2_200_000), Err("price_met"));
        assert_eq!(alert(&sold, H100, 0), Err("price_invalid"));
        assert_eq!(alert(&sold, H100, 1), Err("price_invalid"));
        assert_eq!(alert(&sold, "h100-sxm-80gib-x2", 1), Err("price_invalid"));
        assert_eq!(alert(&sold, "h100-sxm-80gib-x2", 9_000), Err("not_found"));
        // What is sold out everywhere has no price that it could cost already.
        let sold_out = market(vec![offer("off_b", 1_000_000, Stock::None)]);
        assert!(alert(&sold_out, H100, 5_000_000).is_ok());
        Ok(())
    }

    #[test]
    fn an_alert_is_over_after_ninety_days() -> Result<(), &'static str> {
        let sold = market(vec![offer("off_a", 2_000_000, Stock::High)]);
        assert_eq!(alert(&sold, H100, 1_000_000)?.ends_at().to_string(), "1970-04-01T00:00:00Z");
        Ok(())
    }

    #[test]
    fn machines_are_named_in_words() {
        let eight = Offer { gpu_count: GpuThousandths(8_000), ..sample::offer("off") };
        assert_eq!(name_of(&eight), "8 × H100 SXM, 80 GiB each");
        assert_eq!(
            name_of(&Offer { spot: true, ..sample::offer("off") }),
            "H100 SXM, 80 GiB, spot"
        );
    }

    #[test]
    fn twenty_alerts_are_enough_and_one_can_always_be_replaced() -> Result<(), &'static str> {
        let sold = market(vec![offer("off_a", 2_000_000, Stock::High)]);
        let one = alert(&sold, H100, 1_000_000)?;
        let of =
            |number: usize| PriceAlert { machine: MachineId(number.to_string()), ..one.clone() };
        let full: Vec<_> = (0..ALERTS_MAX).map(of).collect();
        let room = |kept: &[PriceAlert], machine: &str| {
            check_room(kept, &MachineId(machine.to_owned())).map_err(|error| error.code)
        };
        assert_eq!(room(&full, H100), Err("too_many_alerts"));
        assert_eq!(room(&full, "7"), Ok(()));
        assert_eq!(room(&full[1..], H100), Ok(()));
        Ok(())
    }

    #[test]
    fn a_machine_falls_when_its_lowest_price_in_stock_does() {
        let fell = |before: &[(i64, Stock)], after: &[(i64, Stock)]| {
            let market = |prices: &[(i64, Stock)]| {
                let offers = prices.iter().enumerate();
                market(offers.map(|(n, (rate, it))| offer(&n.to_string(), *rate, *it)).collect())
            };
            let falls = falls(&market(before), &market(after));
            falls.first().map(|(machine, rate)| (machine.0.clone(), rate.0))
        };
        let (high, none) = (Stock::High, Stock::None);
        let at = |rate| Some((H100.to_owned(), rate));
        assert_eq!(fell(&[(5, high), (9, high)], &[(6, high), (4, high)]), at(4));
        assert_eq!(fell(&[(5, high)], &[(5, high), (9, high)]), None);
        assert_eq!(fell(&[(5, high)], &[(4, none), (6, high)]), None);
        assert_eq!(fell(&[(5, none)], &[(5, high)]), at(5));
        assert_eq!(fell(&[], &[(5, high)]), at(5));
        assert_eq!(fell(&[(5, high)], &[]), None);
    }
}
