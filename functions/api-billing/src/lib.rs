//! `api-billing`: paying by card, for a plan and into the wallet.
//!
//! No plan is granted here. A plan and a wallet's money follow from what the payment provider tells
//! `hook-payment`, so an answer of this function says where a payment stands. Only who looks again
//! at a top-up that the provider shows as paid has it in the wallet at once, told or not.

mod cards;
mod preview;
mod setup;
mod subscribe;
mod subscription;
mod top_ups;

use adapters::Aws;
use adapters::stripe::{OfferedCard, PaymentAccount, Stripe};
use adapters::tables::accounts::Accounts;
use adapters::tables::billing::Billing;
use adapters::tables::ledger::{Ledger, WalletOf};
use adapters::tables::plans::Plans;
use adapters::tables::tenants::Tenants;
use domain::Error;
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};
use runtime::http::Caller;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    tenants: Tenants,
    accounts: Accounts,
    plans: Plans,
    billing: Billing,
    ledger: Ledger,
    stripe: Stripe,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let billing_table: String = config.required("BILLING_TABLE")?;
        Ok(Self {
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            accounts: Accounts::new(aws, config.required("ACCOUNTS_TABLE")?),
            plans: Plans::new(aws, billing_table.clone()),
            billing: Billing::new(aws, billing_table),
            ledger: Ledger::new(aws, config.required("LEDGER_TABLE")?),
            stripe: Stripe::new(aws, config.required("STRIPE_ACCOUNTS_SECRET_ARN")?),
        })
    }
}

/// A caller who may pay: the account of their tenant's mode, and whose money it is.
struct Payer {
    account: PaymentAccount,
    of: WalletOf,
    now: Timestamp,
}

runtime::api! {
    (setup::create_setup_intent),
    (cards::list_cards, cards::add_card),
    (cards::delete_card),
    (subscribe::subscribe),
    (subscription::get_subscription),
    (preview::preview_subscription),
    (subscription::change_subscription),
    (subscription::cancel_subscription),
    (top_ups::create_top_up),
    (top_ups::get_top_up),
}

impl App {
    async fn payer(&self, caller: &Caller) -> Result<Payer, Error> {
        let now = caller.now;
        let account = self.stripe.account(caller.tenant_id(), caller.mode(), now).await?;
        Ok(Payer { account, of: WalletOf::member(caller), now })
    }

    /// The customer a payer is; made at the first time.
    async fn customer(&self, payer: &Payer) -> Result<String, Error> {
        if let Some(customer_id) = self.billing.customer(&payer.of).await? {
            return Ok(customer_id);
        }
        let person = self.accounts.find(&payer.of.tenant_id, &payer.of.user_id).await?;
        let person = person.ok_or_else(|| Error::not_found("account"))?.account;
        let (tenant_id, user_id) = (&payer.of.tenant_id, &payer.of.user_id);
        let customer_id = payer
            .account
            .create_customer(tenant_id, user_id, person.email.as_str(), &person.name)
            .await?;
        self.billing.keep_customer(&payer.of, &customer_id, payer.now).await
    }

    /// The card a payer pays with: the named one, which need not be stored, or the default.
    async fn card(
        &self,
        payer: &Payer,
        customer_id: &str,
        named: Option<&str>,
    ) -> Result<OfferedCard, Error> {
        if let Some(card_id) = named {
            return payer.account.offered_card(customer_id, card_id).await;
        }
        let id = payer.account.paying_card(customer_id).await?;
        Ok(OfferedCard { id, is_kept: true })
    }
}

/// The name of a try that has none from its caller: what it does is the same twice.
fn fresh_key(now: Timestamp) -> Result<String, Error> {
    let entropy = runtime::ids::entropy()?;
    Ok(domain::id::TopUpId::new(now, entropy).body().to_owned())
}

/// Checks that a card's name is one the payment provider makes, so that it cannot become another
/// path there.
fn check_card(card_id: &str) -> Result<(), Error> {
    let fits = card_id.len() <= 255
        && card_id.strip_prefix("pm_").is_some_and(|rest| {
            !rest.is_empty()
                && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
    if fits {
        return Ok(());
    }
    Err(Error::invalid(
        "payment_method_invalid",
        "The ID of a stored card is pm_ followed by letters and digits.",
    ))
}
