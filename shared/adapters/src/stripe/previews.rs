//! Invoices that Stripe would make, asked for without making them.
//! <https://docs.stripe.com/api/invoices/create_preview>

use domain::Error;
use domain::money::billing::{DraftedInvoice, DraftedLine, Subscription, from_cents};
use jiff::Timestamp;
use stripe_billing::invoice::{
    CreatePreviewInvoice, CreatePreviewInvoiceSubscriptionDetails,
    CreatePreviewInvoiceSubscriptionDetailsItems,
    CreatePreviewInvoiceSubscriptionDetailsProrationBehavior,
};
use stripe_shared::Invoice;

use super::{How, PaymentAccount};

impl PaymentAccount {
    /// The invoice of moving a subscription to another price as of `at`.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn preview_change(
        &self,
        subscription: &Subscription,
        price_id: &str,
        at: Timestamp,
    ) -> Result<DraftedInvoice, Error> {
        let item = CreatePreviewInvoiceSubscriptionDetailsItems {
            id: Some(subscription.item_id.clone()),
            price: Some(price_id.to_owned()),
            ..CreatePreviewInvoiceSubscriptionDetailsItems::new()
        };
        let behavior = CreatePreviewInvoiceSubscriptionDetailsProrationBehavior::AlwaysInvoice;
        let details = CreatePreviewInvoiceSubscriptionDetails {
            items: Some(vec![item]),
            cancel_at_period_end: Some(false),
            proration_behavior: Some(behavior),
            proration_date: Some(at.as_second()),
            ..CreatePreviewInvoiceSubscriptionDetails::new()
        };
        let request = CreatePreviewInvoice::new()
            .subscription(subscription.id.as_str())
            .subscription_details(details);
        drafted(&self.send(request, How::Read).await?)
    }

    /// The next invoice of a subscription, should it go on.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn preview_renewal(
        &self,
        subscription: &Subscription,
    ) -> Result<DraftedInvoice, Error> {
        let details = CreatePreviewInvoiceSubscriptionDetails {
            cancel_at_period_end: Some(false),
            ..CreatePreviewInvoiceSubscriptionDetails::new()
        };
        let request = CreatePreviewInvoice::new()
            .subscription(subscription.id.as_str())
            .subscription_details(details);
        drafted(&self.send(request, How::Read).await?)
    }

    /// The first invoice of a customer's new subscription.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn preview_first(
        &self,
        customer_id: &str,
        price_id: &str,
    ) -> Result<DraftedInvoice, Error> {
        let item = CreatePreviewInvoiceSubscriptionDetailsItems {
            price: Some(price_id.to_owned()),
            ..CreatePreviewInvoiceSubscriptionDetailsItems::new()
        };
        let details = CreatePreviewInvoiceSubscriptionDetails {
            items: Some(vec![item]),
            ..CreatePreviewInvoiceSubscriptionDetails::new()
        };
        let request =
            CreatePreviewInvoice::new().customer(customer_id).subscription_details(details);
        drafted(&self.send(request, How::Read).await?)
    }
}

fn drafted(invoice: &Invoice) -> Result<DraftedInvoice, Error> {
    let line = |line: &stripe_shared::InvoiceLineItem| {
        let until = Timestamp::from_second(line.period.end)
            .map_err(|error| Error::broken("a line of an invoice has no end", error))?;
        Ok(DraftedLine { amount_usd_micros: from_cents(line.amount)?, until })
    };
    Ok(DraftedInvoice {
        lines: invoice.lines.data.iter().map(line).collect::<Result<_, Error>>()?,
        starting_usd_micros: from_cents(invoice.starting_balance)?,
        total_usd_micros: from_cents(invoice.total)?,
        due_usd_micros: from_cents(invoice.amount_due)?,
    })
}
