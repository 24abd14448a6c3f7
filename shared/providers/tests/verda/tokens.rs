//! The token that is had for client and secret.

use futures_util::future::try_join_all;
use providers::Purpose;
use serde_json::json;
use testkit::cloud_site::{Site, connected};
use testkit::{Fault, Lie, Outcome, Refusal};

async fn tokens(site: &Site) -> Outcome<usize> {
    Ok(site.acts().await?.into_iter().filter(|act| act == "token").count())
}

fn lie(pointer: &str, value: serde_json::Value) -> Fault {
    Fault::lie(Lie::Field { pointer: pointer.to_owned(), value }).on("token")
}

#[tokio::test]
async fn one_token_serves_all_requests_until_it_expires() -> Outcome<()> {
    let site = Site::at("verda").await?;
    let verda = site.provider()?;
    try_join_all((0..4).map(|_| verda.machines(Purpose::Compare))).await?;
    verda.machines(Purpose::Compare).await?;
    assert_eq!(tokens(&site).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_token_that_is_about_to_expire_is_not_used() -> Outcome<()> {
    let site = Site::at("verda").await?;
    site.control.fault(lie("/expires_in", json!(59)).times(2)).await?;
    for asked in [1, 2, 3, 3] {
        site.provider()?.machines(Purpose::Compare).await?;
        assert_eq!(tokens(&site).await?, asked);
    }
    Ok(())
}

#[tokio::test]
async fn a_token_that_verda_no_longer_knows_is_replaced_once() -> Outcome<()> {
    let site = Site::at("verda").await?;
    site.control.fault(lie("/access_token", json!("a-stale-token")).times(1)).await?;
    site.provider()?.machines(Purpose::Compare).await?;
    assert_eq!(tokens(&site).await?, 2);
    let site = Site::at("verda").await?;
    site.control.fault(lie("/access_token", json!("a-stale-token"))).await?;
    let refused = site.provider()?.machines(Purpose::Compare).await.err().ok_or("it was let in")?;
    assert_eq!((refused.code, tokens(&site).await?), ("internal", 2));
    assert!(!format!("{refused:?}").contains("a-stale-token"), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn no_token_means_no_answer_and_is_tried_again() -> Outcome<()> {
    let site = Site::at("verda").await?;
    for (fault, code) in [
        (Fault::status(503), "unavailable"),
        (Fault::malformed(), "unavailable"),
        (Fault::refuse(Refusal::RateLimited), "busy"),
    ] {
        site.control.fault(fault.clone().on("token").times(1)).await?;
        let machines = site.provider()?.machines(Purpose::Compare).await;
        assert_eq!(machines.err().map(|error| error.code), Some(code), "{fault:?}");
    }
    site.provider()?.machines(Purpose::Compare).await?;
    Ok(())
}

#[tokio::test]
async fn a_wrong_secret_is_a_fault_of_ours_and_nothing_tells_it() -> Outcome<()> {
    let site = Site::at("verda").await?;
    for ours in ["local-verda-key", "local-verda-client"] {
        let clouds = connected(&site.account().replace(ours, "wrong-secret"))?;
        let verda = clouds.of(domain::Mode::Live, "verda")?;
        let error = verda.machines(Purpose::Compare).await.err().ok_or("it was let in")?;
        assert_eq!(error.code, "internal");
        let told = format!("{error:?} {clouds:?}");
        assert!(told.contains("401"), "{told}");
        assert!(!told.contains("wrong-secret") && !told.contains("local-verda"), "{told}");
    }
    Ok(())
}
