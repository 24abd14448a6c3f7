//! Plans: what a member pays for and what it entitles them to.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Error;
use crate::money::interval::Interval;
use crate::money::{BasisPoints, UsdMicros};

/// Pods a plan may allow at most; a larger number is a slip of the operator's.
const RUNNING_PODS_MAX: u32 = 100_000;
/// A brokerage of 100 %; a larger one is a slip of the operator's.
const BROKERAGE_MAX: u32 = 10_000;

/// Seconds the plans are shown before they are read from the payment provider again.
const FRESH_SECS: i64 = 300;
/// Seconds a provider that did not answer is left alone, so that pages do not wait for it.
const LEFT_ALONE_SECS: i64 = 30;

/// Whether the plans that were read `as_of` some instant should be read again at `now`, while the
/// payment provider is left alone until another.
#[must_use]
pub fn should_read_again(
    as_of: Option<Timestamp>,
    left_alone_until: Option<Timestamp>,
    now: Timestamp,
) -> bool {
    let fresh = SignedDuration::from_secs(FRESH_SECS);
    let is_fresh = |as_of| now.duration_since(as_of) < fresh;
    !as_of.is_some_and(is_fresh) && left_alone_until.is_none_or(|until| now >= until)
}

/// Until when a payment provider is left alone that did not answer at `now`.
#[must_use]
pub fn left_alone_until(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(LEFT_ALONE_SECS)).unwrap_or(now)
}

/// The plans on sale.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PlanId {
    /// Costs nothing.
    Free,
    /// For people who run pods daily.
    Pro,
    /// For organisations.
    Enterprise,
}

impl fmt::Display for PlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Free => "free",
            Self::Pro => "pro",
            Self::Enterprise => "enterprise",
        })
    }
}

/// One plan of a tenant's catalogue.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Plan {
    /// The tier, which memberships and subscriptions name.
    pub id: PlanId,
    /// Name shown to people.
    pub name: String,
    /// One sentence on whom it is for.
    pub summary: String,
    /// Price of a month.
    pub monthly_usd_micros: UsdMicros,
    /// Price of a year paid at once.
    pub annual_usd_micros: UsdMicros,
    /// Pods that may run at the same time.
    pub running_pods_max: u32,
    /// Our share of the provider's rate.
    pub brokerage_basis_points: BasisPoints,
    /// What the plan offers, one line each.
    pub features: Vec<String>,
    /// The payment provider's name of the monthly price; none for a plan that costs nothing.
    #[serde(default)]
    pub monthly_price_id: Option<String>,
    /// The payment provider's name of the annual price, where there is one.
    #[serde(default)]
    pub annual_price_id: Option<String>,
}

impl Plan {
    /// What is paid each `interval`.
    #[must_use]
    pub fn price(&self, interval: Interval) -> UsdMicros {
        match interval {
            Interval::Month => self.monthly_usd_micros,
            Interval::Year => self.annual_usd_micros,
        }
    }

    /// The payment provider's name of the price of `interval`.
    ///
    /// # Errors
    ///
    /// 409 `plan_not_sold` when the plan has none.
    pub fn price_id(&self, interval: Interval) -> Result<&str, Error> {
        let id = match interval {
            Interval::Month => &self.monthly_price_id,
            Interval::Year => &self.annual_price_id,
        };
        id.as_deref().ok_or_else(|| {
            let message = format!("{} is not available by the {interval} right now.", self.name);
            Error::conflict("plan_not_sold", message)
        })
    }
}

impl std::str::FromStr for PlanId {
    type Err = UnknownPlan;

    fn from_str(text: &str) -> Result<Self, UnknownPlan> {
        match text {
            "free" => Ok(Self::Free),
            "pro" => Ok(Self::Pro),
            "enterprise" => Ok(Self::Enterprise),
            other => Err(UnknownPlan(other.to_owned())),
        }
    }
}

/// A word that names no plan.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no plan is called {0:?}")]
pub struct UnknownPlan(String);

/// A recurring price as the payment provider has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SoldPrice {
    /// The provider's name of it.
    pub id: String,
    /// How often it is paid.
    pub interval: Interval,
    /// How much, each time.
    pub amount: UsdMicros,
}

/// A product as the payment provider has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Product {
    /// Name shown to people.
    pub name: String,
    /// `tier`, `summary`, `running_pods_max`, `brokerage_basis_points`, and `features`, a line each.
    pub metadata: BTreeMap<String, String>,
    /// Its prices on sale, the one to be used first.
    pub prices: Vec<SoldPrice>,
}

impl Product {
    /// The plan this product is; `None` when it is something else.
    ///
    /// # Errors
    ///
    /// `tier` that names no plan.
    pub fn tier(&self) -> Result<Option<PlanId>, UnknownPlan> {
        self.metadata.get("tier").map(|tier| tier.parse()).transpose()
    }

    fn text(&self, key: &str) -> Result<&str, String> {
        let text = self.metadata.get(key).map(|text| text.trim()).filter(|text| !text.is_empty());
        text.ok_or_else(|| format!("product {:?} has no metadata {key}", self.name))
    }

    fn number(&self, key: &str, max: u32) -> Result<u32, String> {
        let number = self.text(key)?.parse().ok().filter(|number| *number <= max);
        number.ok_or_else(|| format!("product {:?}: {key} is 0 to {max}", self.name))
    }

    fn price(&self, interval: Interval) -> Option<&SoldPrice> {
        self.prices.iter().find(|price| price.interval == interval && price.amount.0 > 0)
    }

    fn plan(&self, id: PlanId) -> Result<Plan, String> {
        let (monthly, annual) = (self.price(Interval::Month), self.price(Interval::Year));
        if id != PlanId::Free && monthly.is_none() {
            return Err(format!("product {:?} has no monthly price in USD", self.name));
        }
        let amount = |price: Option<&SoldPrice>| price.map(|price| price.amount);
        let price_id = |price: Option<&SoldPrice>| price.map(|price| price.id.clone());
        let features = self.text("features")?.lines().map(str::trim);
        Ok(Plan {
            id,
            name: self.name.clone(),
            summary: self.text("summary")?.to_owned(),
            monthly_usd_micros: amount(monthly).unwrap_or_default(),
            annual_usd_micros: amount(annual).unwrap_or_default(),
            running_pods_max: self.number("running_pods_max", RUNNING_PODS_MAX)?,
            brokerage_basis_points: BasisPoints(
                self.number("brokerage_basis_points", BROKERAGE_MAX)?,
            ),
            features: features.filter(|line| !line.is_empty()).map(str::to_owned).collect(),
            monthly_price_id: price_id(monthly),
            annual_price_id: price_id(annual),
        })
    }
}

/// The plans that `products` sell, the cheapest first; FREE is taken from `known` where no product
/// stands for it, because every member has a plan.
///
/// # Errors
///
/// `internal`, saying which product is not as it must be: nothing of a faulty catalogue is used.
pub fn catalogue(products: &[Product], known: &[Plan]) -> Result<Vec<Plan>, Error> {
    let faulty = |why: String| Error::broken("the plans on sale are not well described", why);
    let mut plans = BTreeMap::new();
    for product in products {
        let Some(id) = product.tier().map_err(|error| faulty(error.to_string()))? else {
            continue;
        };
        if plans.insert(id, product.plan(id).map_err(faulty)?).is_some() {
            return Err(faulty(format!("two products are the plan {id}")));
        }
    }
    if let Entry::Vacant(free) = plans.entry(PlanId::Free) {
        let known = known.iter().find(|plan| plan.id == PlanId::Free).cloned();
        free.insert(known.ok_or_else(|| faulty("no product is the plan free".to_owned()))?);
    }
    let mut plans: Vec<Plan> = plans.into_values().collect();
    plans.sort_by_key(|plan| (plan.monthly_usd_micros, plan.id));
    Ok(plans)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(tier: &str, prices: &[(Interval, i64)]) -> Product {
        let metadata = [
            ("tier", tier),
            ("summary", "For somebody."),
            ("running_pods_max", "10"),
            ("brokerage_basis_points", "400"),
            ("features", "one\n two \n\n"),
        ];
        let price = |(interval, amount): &(Interval, i64)| SoldPrice {
            id: format!("price_{tier}_{interval}_{amount}"),
            interval: *interval,
            amount: UsdMicros(*amount),
        };
        Product {
            name: tier.to_uppercase(),
            metadata: metadata.map(|(key, text)| (key.to_owned(), text.to_owned())).into(),
            prices: prices.iter().map(price).collect(),
        }
    }

    fn pro() -> Product {
        product("pro", &[(Interval::Month, 29_000_000), (Interval::Year, 290_000_000)])
    }

    #[test]
    fn plans_are_read_again_when_they_are_old_unless_their_provider_is_left_alone() {
        let at = |secs| Timestamp::from_second(secs).unwrap();
        assert!(should_read_again(None, None, at(0)));
        assert!(!should_read_again(Some(at(0)), None, at(FRESH_SECS - 1)));
        assert!(should_read_again(Some(at(0)), None, at(FRESH_SECS)));
        let until = left_alone_until(at(FRESH_SECS));
        assert!(!should_read_again(Some(at(0)), Some(until), at(FRESH_SECS + 29)));
        assert!(should_read_again(Some(at(0)), Some(until), at(FRESH_SECS + 30)));
    }

    #[test]
    fn a_catalogue_is_the_products_with_a_tier_the_cheapest_first() {
        let other = Product { metadata: BTreeMap::new(), ..pro() };
        let plans = catalogue(&[pro(), other, product("free", &[])], &[]).unwrap();
        assert_eq!(
            plans.iter().map(|plan| plan.id).collect::<Vec<_>>(),
            [PlanId::Free, PlanId::Pro]
        );
        assert_eq!(plans[1].features, ["one", "two"]);
        assert_eq!(plans[1].annual_usd_micros, UsdMicros(290_000_000));
        assert_eq!(plans[1].price_id(Interval::Month).unwrap(), "price_pro_month_29000000");
        assert_eq!(plans[0].price_id(Interval::Month).unwrap_err().code, "plan_not_sold");
    }

    #[test]
    fn free_is_kept_where_no_product_stands_for_it() {
        let known = catalogue(&[product("free", &[])], &[]).unwrap();
        assert_eq!(catalogue(&[pro()], &known).unwrap().len(), 2);
        assert!(catalogue(&[pro()], &[]).is_err());
    }

    #[test]
    fn a_faulty_product_spoils_the_whole_catalogue() {
        let with = |key: &str, text: &str| {
            let mut faulty = pro();
            faulty.metadata.insert(key.to_owned(), text.to_owned());
            catalogue(&[product("free", &[]), faulty], &[])
        };
        assert!(with("summary", "fine").is_ok());
        for (key, text) in [
            ("tier", "gold"),
            ("running_pods_max", "many"),
            ("running_pods_max", "100001"),
            ("brokerage_basis_points", "10001"),
            ("summary", " "),
        ] {
            assert!(with(key, text).is_err(), "{key} {text}");
        }
        assert!(catalogue(&[product("free", &[]), product("pro", &[])], &[]).is_err());
        assert!(catalogue(&[product("free", &[]), pro(), pro()], &[]).is_err());
    }

    #[test]
    fn a_plan_is_read_by_the_word_it_is_written_as() {
        for (plan, word) in
            [(PlanId::Free, "free"), (PlanId::Pro, "pro"), (PlanId::Enterprise, "enterprise")]
        {
            assert_eq!((plan.to_string().as_str(), word.parse().ok()), (word, Some(plan)));
        }
        assert_eq!("gold".parse::<PlanId>(), Err(UnknownPlan("gold".to_owned())));
    }

    #[test]
    fn a_plan_costs_what_its_interval_costs_and_is_never_sold_for_nothing() {
        let nothing = SoldPrice {
            id: "price_nothing".into(),
            interval: Interval::Month,
            amount: UsdMicros::ZERO,
        };
        let mut gift = product("free", &[]);
        gift.prices.push(nothing.clone());
        let mut pro = pro();
        pro.prices.insert(0, nothing.clone());
        let plans = catalogue(&[gift, pro], &[]).unwrap();
        assert_eq!(plans[1].price(Interval::Month), UsdMicros(29_000_000));
        assert_eq!(plans[1].price(Interval::Year), UsdMicros(290_000_000));
        assert_eq!(plans[1].price_id(Interval::Month).unwrap(), "price_pro_month_29000000");
        assert_eq!(plans[0].monthly_price_id, None);
        let mut unpaid = product("pro", &[]);
        unpaid.prices.push(nothing);
        assert!(catalogue(&[product("free", &[]), unpaid], &[]).is_err());
    }
}
