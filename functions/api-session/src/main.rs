//! Start of `api-session`.

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::aws::secrets::PepperStore;
use adapters::aws::user_pool::{SignIn, UserPool};
use adapters::tables::accounts::Accounts;
use adapters::tables::ledger::Ledger;
use adapters::tables::plans::Plans;
use adapters::tables::tenants::Tenants;
use api_session::{App, router};
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let pool = UserPool::new(&aws, required("USER_POOL_ID")?);
    let app = App {
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        accounts: Accounts::new(&aws, required("ACCOUNTS_TABLE")?),
        ledger: Ledger::new(&aws, required("LEDGER_TABLE")?),
        plans: Plans::new(&aws, required("BILLING_TABLE")?),
        sign_in: SignIn::new(pool, required("USER_POOL_CLIENT_ID")?),
        notices: Notices::new(&aws, required("ON_NOTICE_QUEUE_URL")?),
        pepper: PepperStore::new(&aws, required("TOKEN_PEPPER_SECRET_ARN")?),
    };
    runtime::http::run(router(app)).await
}
