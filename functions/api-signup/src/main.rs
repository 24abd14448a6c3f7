//! Start of `api-signup`.

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::aws::secrets::PepperStore;
use adapters::aws::user_pool::UserPool;
use adapters::tables::accounts::Accounts;
use adapters::tables::ledger::Ledger;
use adapters::tables::tenants::Tenants;
use api_signup::{App, router};
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        accounts: Accounts::new(&aws, required("ACCOUNTS_TABLE")?),
        ledger: Ledger::new(&aws, required("LEDGER_TABLE")?),
        user_pool: UserPool::new(&aws, required("USER_POOL_ID")?),
        notices: Notices::new(&aws, required("ON_NOTICE_QUEUE_URL")?),
        pepper: PepperStore::new(&aws, required("TOKEN_PEPPER_SECRET_ARN")?),
    };
    runtime::http::run(router(app)).await
}
