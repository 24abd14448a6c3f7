//! Products and their prices.

use std::collections::BTreeMap;

use domain::Error;
use domain::money::billing::from_cents;
use domain::money::interval::Interval;
use domain::money::plan::{PlanId, Product, SoldPrice};
use stripe_product::price::ListPrice;
use stripe_product::product::{ListProduct, RetrieveProduct};
use stripe_shared::{Price, RecurringInterval};
use stripe_types::Currency;

use super::{How, PAGE, PaymentAccount};

impl PaymentAccount {
    /// What is on sale: active products with their active prices in US dollars.
    ///
    /// # Errors
    ///
    /// `unavailable`; `internal` when there are more than one page of them.
    pub async fn products(&self) -> Result<Vec<Product>, Error> {
        let products = ListProduct::new().active(true).limit(PAGE);
        let prices = ListPrice::new().active(true).limit(PAGE);
        let (products, prices) =
            tokio::try_join!(self.send(products, How::Glance), self.send(prices, How::Glance))?;
        if products.has_more || prices.has_more {
            return Err(Error::broken("too much is on sale", format!("more than {PAGE}")));
        }
        let mut sold: BTreeMap<String, Vec<SoldPrice>> = BTreeMap::new();
        for price in &prices.data {
            if let Some(one) = sold_price(price)? {
                sold.entry(price.product.id().as_str().to_owned()).or_default().push(one);
            }
        }
        let product = |product: stripe_shared::Product| Product {
            prices: sold.remove(product.id.as_str()).unwrap_or_default(),
            name: product.name,
            metadata: product.metadata.into_iter().collect(),
        };
        Ok(products.data.into_iter().map(product).collect())
    }

    /// The plan that a product grants, on sale or not any more.
    ///
    /// # Errors
    ///
    /// `internal` when it stands for no plan, `unavailable`.
    pub(crate) async fn plan_of(&self, product_id: &str) -> Result<PlanId, Error> {
        let product = self.send(RetrieveProduct::new(product_id), How::Read).await?;
        let tier = product.metadata.get("tier").map(|tier| tier.parse());
        match tier {
            Some(Ok(plan)) => Ok(plan),
            _ => Err(Error::broken("a subscription is to something unknown", product_id)),
        }
    }
}

fn sold_price(price: &Price) -> Result<Option<SoldPrice>, Error> {
    let (Some(recurring), Some(amount)) = (&price.recurring, price.unit_amount) else {
        return Ok(None);
    };
    if price.currency != Currency::USD || recurring.interval_count != 1 {
        return Ok(None);
    }
    let Some(interval) = interval(&recurring.interval) else {
        return Ok(None);
    };
    let id = price.id.as_str().to_owned();
    Ok(Some(SoldPrice { id, interval, amount: from_cents(amount)? }))
}

pub(super) fn interval(interval: &RecurringInterval) -> Option<Interval> {
    match interval {
        RecurringInterval::Month => Some(Interval::Month),
        RecurringInterval::Year => Some(Interval::Year),
        _ => None,
    }
}
