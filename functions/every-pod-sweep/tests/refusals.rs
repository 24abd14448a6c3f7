//! What ends a sweep, on the local AWS that `make test` brings up.

use every_pod_sweep::App;
use runtime::clock::now;
use testkit::{Outcome, Site, samples};

#[tokio::test]
async fn a_sweep_that_cannot_list_the_pods_is_unavailable() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let nowhere = format!("no-table-{}", site.tenant_id.body());
    let app = App::new(site.aws(), &site.config().with("PODS_TABLE", nowhere))?;
    let refused = app.handle(now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("unavailable"));
    Ok(())
}
