//! Start of `on-notice`.

use adapters::Aws;
use adapters::aws::mail::Outbox;
use adapters::aws::secrets::PepperStore;
use adapters::tables::accounts::Accounts;
use adapters::tables::notifications::Notifications;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use on_notice::App;
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let accounts_table: String = required("ACCOUNTS_TABLE")?;
    let app = App {
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        accounts: Accounts::new(&aws, accounts_table.clone()),
        pods: Pods::new(&aws, required("PODS_TABLE")?),
        pepper: PepperStore::new(&aws, required("TOKEN_PEPPER_SECRET_ARN")?),
        outbox: Outbox::new(&aws, required("MAIL_FROM")?),
        notifications: Notifications::new(&aws, accounts_table),
    };
    runtime::queue::run(|message, now| app.handle(message, now)).await
}
