//! Stripe, one account for each tenant and mode.
//!
//! Which account is used follows from the mode of the thing that is paid for, so nothing of
//! SANDBOX ever reaches a live account. Every POST that changes something carries an
//! idempotency key that its caller derives from our own identifiers, so a call whose answer was lost
//! is made again without effect.

mod accounts;
mod cards;
mod catalogue;
mod payments;
mod previews;
mod refusal;
mod signature;
mod subscriptions;

use std::time::Duration;

use domain::Error;
use domain::Mode;
use domain::id::TenantId;
use jiff::Timestamp;
use stripe::{IdempotencyKey, RequestStrategy, StripeRequest};

pub use accounts::{AccountSecret, StripeAccounts};
pub use cards::{OfferedCard, SetupIntent};
pub use payments::Payment;
pub use subscriptions::Begun;

use crate::aws::Aws;
use crate::aws::secrets::JsonSecret;

/// One try; Stripe's slowest honest answers, which ask a bank, take a few seconds.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);
/// One try of what only reads for a page that has an answer anyway.
const READ_TIMEOUT: Duration = Duration::from_secs(2);
/// Tries of one call.
const TRIES_MAX: u32 = 3;
/// Pause after the first failed try; the pauses double.
const PAUSE: Duration = Duration::from_millis(200);
/// Rows of a list that are asked for at once, Stripe's most.
/// <https://docs.stripe.com/api/pagination>
const PAGE: i64 = 100;

/// The accounts of every tenant.
#[derive(Debug)]
pub struct Stripe {
    accounts: JsonSecret<StripeAccounts>,
}

/// One account, in one mode.
#[derive(Clone, Debug)]
pub struct PaymentAccount {
    client: stripe::Client,
    secret: AccountSecret,
    mode: Mode,
}

/// How one call is made.
#[derive(Clone, Copy, Debug)]
enum How<'a> {
    /// Reads; may be made again.
    Read,
    /// Reads for a page that can do without; made once.
    Glance,
    /// Writes once under this key.
    Write(&'a str),
}

impl Stripe {
    /// The accounts in the secret at `secret_arn`.
    #[must_use]
    pub fn new(aws: &Aws, secret_arn: String) -> Self {
        Self { accounts: JsonSecret::new(aws, secret_arn) }
    }

    /// The account of a tenant in `mode`, if it has one.
    ///
    /// # Errors
    ///
    /// `unavailable`; `internal` when the secret is malformed.
    pub async fn find(
        &self,
        tenant_id: &TenantId,
        mode: Mode,
        now: Timestamp,
    ) -> Result<Option<PaymentAccount>, Error> {
        let accounts = self.accounts.get(now).await?;
        accounts.of(tenant_id, mode).map(|secret| PaymentAccount::open(secret, mode)).transpose()
    }

    /// The account of a tenant in `mode`.
    ///
    /// # Errors
    ///
    /// 409 `payments_unavailable` when the tenant has none, `unavailable`, `internal`.
    pub async fn account(
        &self,
        tenant_id: &TenantId,
        mode: Mode,
        now: Timestamp,
    ) -> Result<PaymentAccount, Error> {
        self.find(tenant_id, mode, now).await?.ok_or_else(|| {
            let message = "This broker does not take card payments yet.";
            Error::conflict("payments_unavailable", message)
        })
    }

    /// Keeps the account of a tenant in `mode`. Two writers at once may lose one of the accounts:
    /// one tool at a time configures a deployment.
    ///
    /// # Errors
    ///
    /// `unavailable`, `internal`.
    pub async fn configure(
        &self,
        tenant_id: &TenantId,
        mode: Mode,
        secret: AccountSecret,
    ) -> Result<(), Error> {
        let mut accounts = self.accounts.fetch().await?;
        accounts.keep(tenant_id, mode, secret);
        let text = serde_json::to_string(&accounts)
            .map_err(|_| Error::broken("the accounts cannot be written", ""))?;
        self.accounts.put(&text).await
    }
}

impl PaymentAccount {
    /// The account that these keys open.
    ///
    /// # Errors
    ///
    /// `internal` when they cannot be sent, or the base address is not a URL.
    pub fn open(secret: &AccountSecret, mode: Mode) -> Result<Self, Error> {
        let client = stripe::ClientBuilder::new(secret.secret_key.as_str())
            .url(secret.base_url.as_str())
            .timeout(ATTEMPT_TIMEOUT)
            .build()
            .map_err(|_| Error::broken("the payment account is not well configured", ""))?;
        Ok(Self { client, secret: secret.clone(), mode })
    }

    /// The mode of what is paid through it.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The key that a page may know; an empty one counts as missing.
    #[must_use]
    pub fn publishable_key(&self) -> Option<&str> {
        self.secret.publishable_key.as_deref().filter(|key| !key.is_empty())
    }

    async fn send<R>(&self, request: R, how: How<'_>) -> Result<R::Output, Error>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        let (strategy, timeout, tries) = match how {
            How::Read => (RequestStrategy::Once, ATTEMPT_TIMEOUT, TRIES_MAX),
            How::Glance => (RequestStrategy::Once, READ_TIMEOUT, 1),
            How::Write(key) => {
                let key = IdempotencyKey::new(key)
                    .map_err(|error| Error::broken("an idempotency key", error))?;
                (RequestStrategy::Idempotent(key), ATTEMPT_TIMEOUT, TRIES_MAX)
            }
        };
        let mut pause = PAUSE;
        for _ in 1..tries {
            let call = request.customize().request_strategy(strategy.clone()).timeout(timeout);
            match call.send(&self.client).await {
                Err(error) if refusal::is_passing(&error) => tokio::time::sleep(pause).await,
                answer => return answer.map_err(refusal::named),
            }
            pause = pause.saturating_mul(2);
        }
        let call = request.customize().request_strategy(strategy).timeout(timeout);
        call.send(&self.client).await.map_err(refusal::named)
    }
}
