//! What ends a reading, on the local AWS that `make test` brings up.

use contracts::market::OffersDueV1;
use jiff::SignedDuration;
use on_offers_due::App;
use runtime::clock::now;
use testkit::{Outcome, Site, samples};

fn due(cloud: &str, at: jiff::Timestamp) -> OffersDueV1 {
    OffersDueV1 { cloud: cloud.to_owned(), due_at: at }
}

#[tokio::test]
async fn accounts_that_cannot_be_read_are_a_fault_of_ours_and_file_nothing() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    // The pepper is no list of accounts.
    let pepper = site.output("TokenPepperSecretArn")?;
    let app = App::new(site.aws(), &site.config().with("GPU_CLOUDS_SECRET_ARN", pepper))?;
    let refused = app.handle(due("lambda", now()), now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("internal"));
    assert_eq!(site.market().reading("lambda").await?, None);
    Ok(())
}

#[tokio::test]
async fn a_message_that_comes_late_or_for_a_cloud_that_is_gone_asks_nobody() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let app = App::new(site.aws(), &site.config())?;
    let late = due("lambda", now() - SignedDuration::from_secs(60));
    assert_eq!(app.handle(late, now()).await?, None);
    assert_eq!(app.handle(due("nimbus", now()), now()).await?, None);
    assert_eq!(site.market().reading("nimbus").await?, None);
    Ok(())
}
