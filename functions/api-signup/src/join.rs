//! Making a registered person a member with a wallet.

use adapters::tables::accounts::Read;
use adapters::tables::ledger::WalletOf;
use domain::Error;
use domain::money::plan::PlanId;
use domain::people::account::Account;
use domain::people::registration::SIGNUP_GRANT;
use domain::people::tenant::{Membership, Role, TenantContext};
use jiff::Timestamp;

use crate::App;

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
        let activate = |account: &Account| account.joined(email_verified);
        self.accounts.change(&context.tenant.id, read, activate).await
    }

    async fn grant(&self, context: &TenantContext, account: &Account) -> Result<(), Error> {
        let Some(entry) = account.signup_grant(&context.parameters)? else { return Ok(()) };
        let wallet = WalletOf {
            tenant_id: context.tenant.id.clone(),
            user_id: account.user_id.clone(),
            mode: context.tenant.mode,
        };
        // One that was granted before a crash stands, under the parameters in force then.
        self.ledger.post_first(&wallet, SIGNUP_GRANT, &entry, account.created_at).await
    }
}
