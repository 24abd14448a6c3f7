//! Customers and their cards.

use std::collections::HashMap;

use domain::Error;
use domain::id::{TenantId, UserId};
use domain::money::billing::{Card, Subscription};
use stripe_core::customer::{
    CreateCustomer, RetrieveCustomer, RetrieveCustomerReturned, UpdateCustomer,
    UpdateCustomerInvoiceSettings,
};
use stripe_core::setup_intent::CreateSetupIntent;
use stripe_payment::payment_method::{
    AttachPaymentMethod, DetachPaymentMethod, ListPaymentMethod, ListPaymentMethodType,
    RetrievePaymentMethod,
};
use stripe_shared::{PaymentMethod, SetupIntentAllowedPaymentMethodTypes};

use super::{How, PAGE, PaymentAccount};

/// A card about to be stored by its owner's browser.
#[derive(Clone, Eq, PartialEq)]
pub struct SetupIntent {
    /// The payment provider's name of it: `seti_…`.
    pub id: String,
    /// What the browser proves itself with.
    pub client_secret: String,
}

/// A card that somebody offers to pay with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OfferedCard {
    /// The payment provider's name of it, as it was given: `pm_…`.
    pub id: String,
    /// Whether it is stored with its owner already.
    pub is_kept: bool,
}

impl PaymentAccount {
    /// Makes the customer of a user, once under the key derived from them.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn create_customer(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        email: &str,
        name: &str,
    ) -> Result<String, Error> {
        let metadata = HashMap::from([
            ("tenant_id".to_owned(), tenant_id.to_string()),
            ("user_id".to_owned(), user_id.to_string()),
        ]);
        let request = CreateCustomer::new().email(email).name(name).metadata(metadata);
        // The address is no part of the key: a changed one must not make a second customer.
        let key = format!("customer_{tenant_id}_{user_id}_{}", self.mode);
        let customer = self.send(request, How::Write(&key)).await?;
        Ok(customer.id.as_str().to_owned())
    }

    /// Prepares storing a card; `key` names the try.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn create_setup_intent(
        &self,
        customer_id: &str,
        key: &str,
    ) -> Result<SetupIntent, Error> {
        let request = CreateSetupIntent::new()
            .customer(customer_id)
            .allowed_payment_method_types(vec![SetupIntentAllowedPaymentMethodTypes::Card]);
        let intent = self.send(request, How::Write(key)).await?;
        let client_secret = intent
            .client_secret
            .ok_or_else(|| Error::broken("a card cannot be stored", "no client secret"))?;
        Ok(SetupIntent { id: intent.id.as_str().to_owned(), client_secret })
    }

    async fn default_card(&self, customer_id: &str) -> Result<Option<String>, Error> {
        match self.send(RetrieveCustomer::new(customer_id), How::Read).await? {
            RetrieveCustomerReturned::Customer(customer) => {
                let settings = customer.invoice_settings;
                let default = settings.and_then(|settings| settings.default_payment_method);
                Ok(default.map(|card| card.id().as_str().to_owned()))
            }
            RetrieveCustomerReturned::DeletedCustomer(_) => Err(Error::not_found("customer")),
        }
    }

    /// A customer's cards.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn cards(&self, customer_id: &str) -> Result<Vec<Card>, Error> {
        let list = ListPaymentMethod::new()
            .customer(customer_id)
            .type_(ListPaymentMethodType::Card)
            .limit(PAGE);
        let (list, default) =
            tokio::try_join!(self.send(list, How::Read), self.default_card(customer_id))?;
        Ok(list.data.into_iter().filter_map(|method| card(method, default.as_deref())).collect())
    }

    /// Which card pays where none is named.
    ///
    /// # Errors
    ///
    /// 409 `no_payment_method` when the customer has none, `unavailable`.
    pub async fn paying_card(&self, customer_id: &str) -> Result<String, Error> {
        self.default_card(customer_id).await?.ok_or_else(|| {
            Error::conflict("no_payment_method", "You have no card yet. Please add one.")
        })
    }

    /// The card that a customer offers to pay with: one of theirs, or one that is nobody's yet.
    ///
    /// # Errors
    ///
    /// 404 `not_found` for a card of somebody else, `unavailable`.
    pub async fn offered_card(
        &self,
        customer_id: &str,
        card_id: &str,
    ) -> Result<OfferedCard, Error> {
        let method = self.send(RetrievePaymentMethod::new(card_id), How::Read).await?;
        // A test card's name is not the card's own, so it keeps the name it was given.
        let offered = |is_kept| OfferedCard { id: card_id.to_owned(), is_kept };
        match &method.customer {
            None => Ok(offered(false)),
            Some(owner) if owner.id().as_str() == customer_id => Ok(offered(true)),
            Some(_) => Err(Error::not_found("card")),
        }
    }

    /// Stores an offered card with a customer, unless it is there already; `key` names the try.
    ///
    /// # Errors
    ///
    /// 402 `card_declined`, `unavailable`.
    pub async fn keep_card(
        &self,
        customer_id: &str,
        offered: &OfferedCard,
        key: &str,
    ) -> Result<String, Error> {
        if offered.is_kept {
            return Ok(offered.id.clone());
        }
        let attach = AttachPaymentMethod::new(offered.id.as_str()).customer(customer_id);
        let method = self.send(attach, How::Write(&format!("{key}_attach"))).await?;
        Ok(method.id.as_str().to_owned())
    }

    /// Stores a card with a customer, unless it is there already, and makes it the default; `key`
    /// names the try.
    ///
    /// # Errors
    ///
    /// 402 `card_declined`, 404 `not_found` for a card of somebody else, `unavailable`.
    pub async fn add_card(
        &self,
        customer_id: &str,
        card_id: &str,
        key: &str,
    ) -> Result<Card, Error> {
        let offered = self.offered_card(customer_id, card_id).await?;
        let id = self.keep_card(customer_id, &offered, key).await?;
        self.make_default(customer_id, &id, &format!("{key}_default")).await?;
        let method = self.send(RetrievePaymentMethod::new(id.as_str()), How::Read).await?;
        card(method, Some(&id)).ok_or_else(|| Error::not_found("card"))
    }

    async fn make_default(&self, customer_id: &str, card_id: &str, key: &str) -> Result<(), Error> {
        let settings = UpdateCustomerInvoiceSettings {
            default_payment_method: Some(card_id.to_owned()),
            ..UpdateCustomerInvoiceSettings::new()
        };
        let update = UpdateCustomer::new(customer_id).invoice_settings(settings);
        self.send(update, How::Write(key)).await.map(drop)
    }

    /// Makes a card that has paid the default of a customer who has none; `key` names the try.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn default_to(
        &self,
        customer_id: &str,
        card_id: &str,
        key: &str,
    ) -> Result<(), Error> {
        match self.default_card(customer_id).await? {
            Some(_) => Ok(()),
            None => self.make_default(customer_id, card_id, key).await,
        }
    }

    /// The card that pays a subscription, or would pay one: its own, else the customer's default.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn card_of(
        &self,
        customer_id: &str,
        subscription: Option<&Subscription>,
    ) -> Result<Option<Card>, Error> {
        let cards = self.cards(customer_id).await?;
        let own = subscription.and_then(|one| one.card_id.as_deref());
        let found = cards.iter().find(|card| own == Some(card.id.as_str()));
        Ok(found.or_else(|| cards.iter().find(|card| card.is_default)).cloned())
    }

    /// Makes sure that a card belongs to a customer.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn owns_card(&self, customer_id: &str, card_id: &str) -> Result<(), Error> {
        let offered = self.offered_card(customer_id, card_id).await?;
        if offered.is_kept { Ok(()) } else { Err(Error::not_found("card")) }
    }

    /// Takes a card from its customer; `key` names the try.
    ///
    /// # Errors
    ///
    /// 404 `not_found` when it is not theirs, `unavailable`.
    pub async fn remove_card(
        &self,
        customer_id: &str,
        card_id: &str,
        key: &str,
    ) -> Result<(), Error> {
        self.owns_card(customer_id, card_id).await?;
        self.send(DetachPaymentMethod::new(card_id), How::Write(key)).await.map(drop)
    }
}

fn card(method: PaymentMethod, default: Option<&str>) -> Option<Card> {
    let id = method.id.as_str().to_owned();
    let is_default = default == Some(id.as_str());
    method.card.map(|card| Card {
        id,
        brand: card.brand,
        last4: card.last4,
        exp_month: card.exp_month,
        exp_year: card.exp_year,
        is_default,
    })
}
