//! What ends a refresh, on the local AWS that `make test` brings up.

use adapters::tables::connections::Connections;
use every_offer_refresh::App;
use runtime::clock::now;
use testkit::{Outcome, Site, samples};

#[tokio::test]
async fn accounts_that_cannot_be_read_are_a_fault_of_ours_and_publish_nothing() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let app = App {
        // The pepper is no list of accounts.
        clouds: site.secret("TokenPepperArn")?,
        market: site.market(),
        connections: Connections::new(site.aws(), site.output("ConnectionsTable")?),
    };
    let refused = app.handle(now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("internal"));
    assert_eq!(site.market().last(domain::Mode::Live).await?, None);
    Ok(())
}
