//! `api-signup`: from a stranger to a member.
//!
//! The account's row is written first, as the intent; then the user pool learns of the person;
//! then they join the tenant, get their grant, and the row says so. Every part can be repeated,
//! so whoever registers again after a crash is carried on from where it stopped.

mod join;
mod register;
mod resend;
mod verify;

use std::sync::Arc;

use adapters::aws::notices::Notices;
use adapters::aws::secrets::PepperStore;
use adapters::aws::user_pool::UserPool;
use adapters::tables::accounts::Accounts;
use adapters::tables::ledger::Ledger;
use adapters::tables::tenants::Tenants;
use axum::Router;
use contracts::notice::{NoticeV1, SubjectV1};
use domain::Error;
use domain::id::UserId;
use domain::people::account::IssuedCode;
use domain::people::tenant::{Tenant, TenantContext};
use runtime::http::Host;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    /// Tenants by host name, and their members.
    pub tenants: Tenants,
    /// Accounts.
    pub accounts: Accounts,
    /// Where the grant is posted.
    pub ledger: Ledger,
    /// Where the password is kept.
    pub user_pool: UserPool,
    /// Mails to be sent.
    pub notices: Notices,
    /// What codes are derived from.
    pub pepper: PepperStore,
}

fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(register::register))
        .routes(routes!(verify::verify))
        .routes(routes!(resend::resend))
}

/// The function's routes.
pub fn router(app: App) -> Router {
    runtime::http::finish(api().split_for_parts().0.with_state(Arc::new(app)))
}

/// The function's part of the OpenAPI document.
#[must_use]
pub fn openapi() -> OpenApi {
    api().split_for_parts().1
}

impl App {
    async fn tenant(&self, host: &Host) -> Result<TenantContext, Error> {
        self.tenants.by_host(&host.0, runtime::clock::now()).await
    }

    /// Queues the mail with the code that proves an address.
    async fn mail_code(
        &self,
        tenant: &Tenant,
        user_id: &UserId,
        code: &IssuedCode,
    ) -> Result<(), Error> {
        let nonce = code.nonce.clone();
        self.notices
            .announce(&NoticeV1 {
                key: format!("verify#{user_id}#{nonce}"),
                tenant_id: tenant.id.clone(),
                user_id: user_id.clone(),
                subject: SubjectV1::VerifyAddress { nonce },
            })
            .await
    }
}
