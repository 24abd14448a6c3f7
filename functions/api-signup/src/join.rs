//! Making a registered person a member with a wallet.

use adapters::tables::accounts::Read;
use adapters::tables::ledger::WalletOf;
use domain::Error;
use domain::money::UsdMicros;
use domain::money::ledger::{Entry, GrantId};
use domain::money::plan::PlanId;
use domain::people::account::{Account, Standing};
use domain::people::tenant::{Membership, Role, TenantContext};
use jiff::{SignedDuration, Timestamp};

use crate::App;

/// Name of the credit that a new account is granted, and its idempotency key.
const SIGNUP_GRANT: &str = "signup";

impl App {
    /// Membership, then grant, then the account's row; each is the same when repeated.
    pub(crate) async fn join(
        &self,
        context: &TenantContext,
        read: &Read,
        email_verified: bool,
        now: Timestamp,
    ) -> Result<(), Error> {
        let account = &read.account;
        let membership = Membership {
            user_id: account.user_id.clone(),
            role: Role::User,
            plan: PlanId::Free,
            joined_at: now,
        };
        self.tenants.join(&context.tenant.id, &membership).await?;
        self.grant(context, account).await?;
        let activate = |account: &Account| {
            (account.standing != Standing::Active).then(|| Account {
                standing: Standing::Active,
                email_verified,
                verification: None,
                ..account.clone()
            })
        };
        self.accounts.change(&context.tenant.id, read, activate).await
    }

    async fn grant(&self, context: &TenantContext, account: &Account) -> Result<(), Error> {
        let parameters = &context.parameters;
        let amount_usd_micros = parameters.signup_grant_usd_micros;
        if amount_usd_micros <= UsdMicros::ZERO {
            return Ok(());
        }
        let grant = GrantId::new(SIGNUP_GRANT)
            .ok_or_else(|| Error::broken("the name of the sign-up grant", SIGNUP_GRANT))?;
        let days = SignedDuration::from_hours(24 * i64::from(parameters.signup_grant_days));
        // Counted from the registration, so that a repeated grant is the same grant.
        let expires_at = account.created_at + days;
        let entry = Entry::Grant { grant, amount_usd_micros, expires_at };
        let wallet = WalletOf {
            tenant_id: context.tenant.id.clone(),
            user_id: account.user_id.clone(),
            mode: context.tenant.mode,
        };
        match self.ledger.post(&wallet, SIGNUP_GRANT, &entry, account.created_at).await {
            // Granted before a crash, under the parameters of then.
            Err(error) if error.code == "idempotency_mismatch" => Ok(()),
            posted => posted,
        }
    }
}
