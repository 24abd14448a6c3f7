//! What is the same at every cloud that the fakes pretend to be: what goes wrong and what its
//! provider makes of it, what its acts do, and what is told of what it sells. What a cloud's own
//! words and numbers come to stands in `expected.rs`, one row for each.

mod account;
mod acts;
mod bills;
mod expected;
mod failures;
mod market;

use providers::LaunchError;
use serde_json::json;
use testkit::Outcome;
use testkit::cloud_site::Site;

use expected::{EXPECTED, Expected};

/// The code of a launch that failed without a verdict.
fn failed<T: std::fmt::Debug>(result: Result<T, LaunchError>) -> Result<&'static str, String> {
    match result {
        Err(LaunchError::Failed(error)) => Ok(error.code),
        other => Err(format!("{other:?}")),
    }
}

/// Lets no machine come up, so that nothing about it changes meanwhile.
async fn boots_for_ever(site: &Site) -> Outcome<()> {
    site.control.set(json!({"boot_ms": 600_000})).await
}

/// Runs a test at every cloud there is; an error names the cloud.
async fn at_every_cloud(test: impl AsyncFn(&Site) -> Outcome<()>) -> Outcome<()> {
    as_expected(async |site, _| test(site).await).await
}

/// Runs a test at every cloud there is, with what is expected of it.
async fn as_expected(test: impl AsyncFn(&Site, &Expected) -> Outcome<()>) -> Outcome<()> {
    let each = fakes::clouds::names().map(async |cloud| {
        let expected = EXPECTED.iter().find(|expected| expected.cloud == cloud);
        let expected = expected.ok_or_else(|| format!("nothing is expected of {cloud}"))?;
        let tested = test(&Site::at(cloud).await?, expected).await;
        tested.map_err(|error| format!("{cloud}: {error}").into())
    });
    futures_util::future::try_join_all(each).await.map(drop)
}
