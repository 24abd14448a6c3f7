//! What a pod costs: the configuration, its price with every component, and the quote that holds
//! that price for one deploy.

#![warn(clippy::as_conversions, clippy::float_arithmetic)]

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Mode;
use crate::id::{PodId, QuoteId, TenantId, UserId};
use crate::market::offer::{BillingTerms, Offer, Stock};
use crate::market::price::Margins;
use crate::market::template::Template;
use crate::money::{DAY_HOURS, MONTH_HOURS, UsdMicros, UsdMicrosPerHour};
use crate::{Error, Kind};

/// Keys one machine is launched with.
pub const SSH_KEYS_PER_POD_MAX: usize = 5;

/// What is launched, each part frozen as it was when the price was asked for.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Configuration {
    /// The machine.
    pub offer: Offer,
    /// What it runs.
    pub template: Template,
    /// Its disk in GiB.
    pub disk_gib: u32,
    /// Public keys that may log in, `algorithm base64`.
    pub ssh_public_keys: Vec<String>,
    /// Whether a machine anywhere will do when the chosen region is full.
    #[serde(default)]
    pub any_region: bool,
    /// Whether it is deployed again, at the same price and without another activation, when its
    /// cloud takes its machine away.
    #[serde(default)]
    pub relaunch: bool,
}

/// A rate with every component, in micro-dollars per hour; `rate` is the sum of the parts above it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Price {
    /// The provider's machine with its included disk.
    pub machine_usd_micros_per_hour: UsdMicrosPerHour,
    /// The provider's disk beyond the included one.
    pub disk_usd_micros_per_hour: UsdMicrosPerHour,
    /// Our share by the caller's plan, rounded up.
    pub brokerage_usd_micros_per_hour: UsdMicrosPerHour,
    /// The tenant's share, rounded up.
    pub tenant_markup_usd_micros_per_hour: UsdMicrosPerHour,
    /// What a running hour costs.
    pub rate_usd_micros_per_hour: UsdMicrosPerHour,
    /// What a stopped hour costs: the whole disk, with both shares.
    pub stopped_rate_usd_micros_per_hour: UsdMicrosPerHour,
    /// 24 running hours.
    pub day_usd_micros: UsdMicros,
    /// 730 running hours, a twelfth of a year.
    pub month_usd_micros: UsdMicros,
    /// How the provider bills; the user pays by the second whatever it says.
    pub provider_terms: BillingTerms,
}

impl Configuration {
    /// Checks the configuration against the provider's limits.
    ///
    /// # Errors
    ///
    /// 400 `disk_too_small`, `disk_too_large` or `too_many_ssh_keys`, naming the limit; 409
    /// `sold_out`.
    pub fn check(&self) -> Result<(), Error> {
        let disk_min = self.disk_gib_min();
        let disk_max = self.offer.disk.max_gib;
        if self.disk_gib < disk_min {
            return Err(Error::invalid(
                "disk_too_small",
                format!("This machine and template need at least {disk_min} GiB of disk."),
            ));
        }
        if self.disk_gib > disk_max {
            return Err(Error::invalid(
                "disk_too_large",
                format!("This cloud offers up to {disk_max} GiB of disk."),
            ));
        }
        if self.ssh_public_keys.len() > SSH_KEYS_PER_POD_MAX {
            return Err(Error::invalid(
                "too_many_ssh_keys",
                format!("A pod can have up to {SSH_KEYS_PER_POD_MAX} SSH keys."),
            ));
        }
        if self.offer.stock == Stock::None {
            return Err(Error::conflict("sold_out", "This offer is sold out. Choose another one."));
        }
        Ok(())
    }

    /// The least disk this machine and template can be launched with, GiB.
    #[must_use]
    pub fn disk_gib_min(&self) -> u32 {
        self.offer.disk.included_gib.max(self.template.disk_gib_min)
    }

    /// What the provider charges per running hour.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn provider_rate(&self) -> Result<UsdMicrosPerHour, Error> {
        self.offer.provider_rate_usd_micros_per_hour.plus(self.extra_disk_rate()?)
    }

    /// What the provider charges per stopped hour: the whole disk.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn provider_stopped_rate(&self) -> Result<UsdMicrosPerHour, Error> {
        UsdMicrosPerHour(self.offer.disk.rate_usd_micros_per_gib_hour)
            .times(i64::from(self.disk_gib))
    }

    fn extra_disk_rate(&self) -> Result<UsdMicrosPerHour, Error> {
        let disk = &self.offer.disk;
        let extra_gib = self.disk_gib.saturating_sub(disk.included_gib);
        UsdMicrosPerHour(disk.rate_usd_micros_per_gib_hour).times(i64::from(extra_gib))
    }

    /// The price with both shares.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn price(&self, margins: &Margins) -> Result<Price, Error> {
        let provider_rate = self.provider_rate()?;
        let rate = margins.rate(provider_rate)?;
        Ok(Price {
            machine_usd_micros_per_hour: self.offer.provider_rate_usd_micros_per_hour,
            disk_usd_micros_per_hour: self.extra_disk_rate()?,
            brokerage_usd_micros_per_hour: provider_rate.share_rounded_up(margins.brokerage)?,
            tenant_markup_usd_micros_per_hour: provider_rate.share_rounded_up(margins.markup)?,
            rate_usd_micros_per_hour: rate,
            stopped_rate_usd_micros_per_hour: margins.rate(self.provider_stopped_rate()?)?,
            day_usd_micros: rate.over_hours(DAY_HOURS)?,
            month_usd_micros: rate.over_hours(MONTH_HOURS)?,
            provider_terms: self.offer.terms.clone(),
        })
    }
}

/// A price frozen for one user; kept on the pod as its receipt.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Quote {
    /// What a deploy names it by.
    pub id: QuoteId,
    /// The tenant whose markup is in the price.
    pub tenant_id: TenantId,
    /// The user whose plan is in the price; nobody else can see or deploy it.
    pub user_id: UserId,
    /// The mode its tenant was in; the pod and its money are of the same.
    pub mode: Mode,
    /// The machine and what it runs, frozen.
    pub configuration: Configuration,
    /// Every component of the rate, frozen.
    pub price: Price,
    /// What is held when it is deployed, and again each time the pod is started.
    pub hold_usd_micros: UsdMicros,
    /// When the price was asked for.
    pub created_at: Timestamp,
    /// The first instant at which it can no longer be deployed.
    pub expires_at: Timestamp,
    /// The pod that was deployed from it; a quote is used once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_id: Option<PodId>,
}

/// Everything a quote says beside the configuration.
#[derive(Clone, Debug)]
pub struct QuoteTerms {
    /// A new identifier.
    pub id: QuoteId,
    /// The tenant of the user who asks.
    pub tenant_id: TenantId,
    /// The user who asks.
    pub user_id: UserId,
    /// The mode the tenant is in.
    pub mode: Mode,
    /// The plan's share and the tenant's.
    pub margins: Margins,
    /// Seconds the price is held.
    pub quote_secs: u32,
    /// Seconds of running time a deploy holds money for.
    pub hold_secs: u32,
    /// When the price is asked for.
    pub now: Timestamp,
}

impl Quote {
    /// Freezes the price of `configuration`.
    ///
    /// # Errors
    ///
    /// Those of [`Configuration::check`]; `amount_too_large` past 64 bits.
    pub fn new(terms: QuoteTerms, configuration: Configuration) -> Result<Self, Error> {
        configuration.check()?;
        let price = configuration.price(&terms.margins)?;
        let rate = price.rate_usd_micros_per_hour;
        Ok(Self {
            id: terms.id,
            tenant_id: terms.tenant_id,
            user_id: terms.user_id,
            mode: terms.mode,
            configuration,
            hold_usd_micros: rate.over_secs_rounded_up(i64::from(terms.hold_secs))?,
            price,
            created_at: terms.now,
            expires_at: terms.now + SignedDuration::from_secs(i64::from(terms.quote_secs)),
            pod_id: None,
        })
    }

    /// Whether a pod can be deployed from it at `now`.
    ///
    /// # Errors
    ///
    /// 410 `quote_expired`, 409 `quote_used`.
    pub fn check_open(&self, now: Timestamp) -> Result<(), Error> {
        if self.pod_id.is_some() {
            return Err(Error::conflict("quote_used", "This quote has already been deployed."));
        }
        if now >= self.expires_at {
            return Err(Error::new(
                Kind::Gone,
                "quote_expired",
                "This quote has expired. Get a new one.",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::BasisPoints;
    use crate::sample;

    fn at(secs: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
    }

    #[test]
    fn every_component_adds_up_to_the_rate() {
        let configuration = sample::configuration(140);
        let margins = Margins { brokerage: BasisPoints(800), markup: BasisPoints(150) };
        let price = configuration.price(&margins).unwrap_or_else(|_| unreachable!());
        assert_eq!(price.machine_usd_micros_per_hour, UsdMicrosPerHour(2_000_000));
        assert_eq!(price.disk_usd_micros_per_hour, UsdMicrosPerHour(40 * 137));
        assert_eq!(price.brokerage_usd_micros_per_hour, UsdMicrosPerHour(160_439));
        assert_eq!(price.tenant_markup_usd_micros_per_hour, UsdMicrosPerHour(30_083));
        assert_eq!(price.rate_usd_micros_per_hour, UsdMicrosPerHour(2_196_002));
        assert_eq!(price.day_usd_micros, UsdMicros(2_196_002 * 24));
        assert_eq!(price.month_usd_micros, UsdMicros(2_196_002 * 730));
    }

    #[test]
    fn a_stopped_hour_costs_the_whole_disk_with_both_shares() {
        let configuration = sample::configuration(140);
        assert_eq!(configuration.provider_stopped_rate().ok(), Some(UsdMicrosPerHour(140 * 137)));
        let margins = Margins { brokerage: BasisPoints(800), markup: BasisPoints(150) };
        let price = configuration.price(&margins).unwrap_or_else(|_| unreachable!());
        let stopped = UsdMicrosPerHour(140 * 137 + 1_535 + 288);
        assert_eq!(price.stopped_rate_usd_micros_per_hour, stopped);
    }

    #[test]
    fn a_pod_has_up_to_five_keys_and_a_machine_that_is_there() {
        let with_keys = |count| {
            let ssh_public_keys = vec!["ssh-ed25519 key".to_owned(); count];
            Configuration { ssh_public_keys, ..sample::configuration(100) }
        };
        let refused = |configuration: Configuration| configuration.check().err().map(|e| e.code);
        assert_eq!(refused(with_keys(0)), None);
        assert_eq!(refused(with_keys(5)), None);
        assert_eq!(refused(with_keys(6)), Some("too_many_ssh_keys"));
        assert_eq!(refused(with_keys(7)), Some("too_many_ssh_keys"));
        let mut sold_out = sample::configuration(100);
        sold_out.offer.stock = Stock::None;
        assert_eq!(refused(sold_out), Some("sold_out"));
    }

    #[test]
    fn a_configuration_of_before_there_was_a_choice_of_place_keeps_its_place() {
        let mut stored = serde_json::json!(sample::configuration(100));
        let fields = stored.as_object_mut().unwrap_or_else(|| unreachable!());
        assert_eq!(fields.remove("any_region"), Some(serde_json::json!(false)));
        let read: Configuration = serde_json::from_value(stored).unwrap_or_else(|_| unreachable!());
        assert_eq!(read, sample::configuration(100));
    }

    #[test]
    fn disk_limits_are_named_at_their_boundaries() {
        assert!(sample::configuration(100).check().is_ok());
        assert!(sample::configuration(2_000).check().is_ok());
        let small = sample::configuration(99).check().err();
        assert_eq!(small.as_ref().map(|e| e.code), Some("disk_too_small"));
        assert!(small.is_some_and(|e| e.message.contains("100 GiB")));
        let large = sample::configuration(2_001).check().err();
        assert_eq!(large.as_ref().map(|e| e.code), Some("disk_too_large"));
        assert!(large.is_some_and(|e| e.message.contains("2000 GiB")));
    }

    #[test]
    fn a_quote_is_open_until_its_last_second_and_only_once() {
        let quote = sample::quote(at(0));
        assert!(quote.check_open(at(59)).is_ok());
        assert_eq!(quote.check_open(at(60)).err().map(|e| e.code), Some("quote_expired"));
        let used = Quote { pod_id: Some(PodId::new(at(0), [1; 10])), ..quote };
        assert_eq!(used.check_open(at(1)).err().map(|e| e.code), Some("quote_used"));
    }
}
