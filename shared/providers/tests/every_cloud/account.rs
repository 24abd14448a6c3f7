//! What is wrong with the account, or with what we ask of it.

use domain::Mode;
use providers::Purpose;
use serde_json::Value;
use testkit::Outcome;
use testkit::cloud_site::connected;

use crate::{as_expected, at_every_cloud, failed};

#[tokio::test]
async fn a_wrong_key_is_a_fault_of_ours_and_nothing_tells_it() -> Outcome<()> {
    as_expected(async |site, expected| {
        let account: Value = serde_json::from_str(&site.account())?;
        let ours = account["accounts"][0]["api_key"].as_str().ok_or("no key")?.to_owned();
        let clouds = connected(&site.account().replace(&ours, "wrong-secret-key"))?;
        let cloud = clouds.of(Mode::Live, expected.cloud)?;
        let error = cloud.machines(Purpose::Compare).await.err().ok_or("it was let in")?;
        assert_eq!(error.code, "internal");
        let told = format!("{error:?} {clouds:?}");
        assert!(told.contains(expected.wrong_key), "{told}");
        assert!(!told.contains("wrong-secret-key") && !told.contains(&ours), "{told}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_type_that_is_not_sold_is_a_fault_of_ours() -> Outcome<()> {
    at_every_cloud(async |site| {
        let mut sample = site.sample().await?;
        sample.attempt.offer.instance_type = "abacus".to_owned();
        assert_eq!(failed(site.launch(&sample).await)?, "internal");
        assert_eq!(site.control.machines().await?.len(), 0);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_cloud_that_cannot_be_reached_is_tried_again_and_nothing_tells_a_key() -> Outcome<()> {
    as_expected(async |site, expected| {
        let told: Value = serde_json::from_str(&site.account())?;
        let account = &told["accounts"][0];
        let url = account["base_url"].as_str().ok_or("no address")?;
        let server = url.split('/').nth(2).ok_or("no server")?;
        let clouds = connected(&site.account().replace(server, "127.0.0.1:9"))?;
        let cloud = clouds.of(Mode::Live, expected.cloud)?;
        let error = cloud.machines(Purpose::Compare).await.err().ok_or("it was reached")?;
        assert_eq!(error.code, "unavailable");
        let error = format!("{error:?}");
        for secret in ["api_key", "client_id"].iter().filter_map(|it| account[*it].as_str()) {
            assert!(!error.contains(secret), "{error}");
        }
        Ok(())
    })
    .await
}
