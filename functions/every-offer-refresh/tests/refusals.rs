//! What ends a refresh, on the local AWS that `make test` brings up.

use every_offer_refresh::App;
use runtime::clock::now;
use testkit::{Outcome, Site, samples};

#[tokio::test]
async fn accounts_that_cannot_be_read_are_a_fault_of_ours_and_publish_nothing() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let app = {
        // The pepper is no list of accounts.
        let pepper = site.output("TokenPepperSecretArn")?;
        App::new(site.aws(), &site.config().with("GPU_CLOUDS_SECRET_ARN", pepper))?
    };
    let refused = app.handle(now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("internal"));
    assert_eq!(site.market().last(domain::Mode::Live).await?, None);
    Ok(())
}
