//! The keys of Lambda's machines, its pace, and the groups of types that other tests rely on.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use providers::{Begun, Purpose};
use serde_json::{Value, json};
use testkit::cloud_site::{NAME, Sample, Site, connected};
use testkit::{Outcome, until};

#[tokio::test]
async fn a_machine_has_a_key_of_its_own_name_which_goes_with_it() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    let machine = site.launch(&Sample::of(site.offer("gpu_1x_a10").await?)).await?;
    assert_eq!(site.control.machines().await?[0].ssh_key_names, [NAME]);
    site.ended().await?;
    let asked = site.control.requests("instance-operations/terminate").await?;
    assert_eq!(asked[0].body["instance_ids"], json!([machine.id]));
    let keys = site.control.requests("ssh-keys").await?;
    let removed: Vec<_> = keys.iter().filter(|it| it.method == "DELETE").collect();
    assert_eq!(removed.iter().map(|it| &it.names).collect::<Vec<_>>(), [&[NAME.to_owned()]]);
    Ok(())
}

#[tokio::test]
async fn a_machine_without_a_key_of_its_user_gets_one_that_nobody_has() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    let mut sample = Sample::of(site.offer("gpu_1x_a10").await?);
    sample.configuration.ssh_public_keys.clear();
    site.launch(&sample).await?;
    let keys = site.control.requests("ssh-keys").await?;
    assert_eq!(
        keys.iter().map(|it| it.body.get("public_key")).collect::<Vec<_>>(),
        [None::<&Value>]
    );
    Ok(())
}

#[tokio::test]
async fn a_launch_that_has_begun_comes_before_others() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    let account = site.account().replace("\"min_interval_ms\":0", "\"min_interval_ms\":1100");
    let clouds = connected(&account)?;
    let provider = clouds.of(domain::Mode::Live, "lambda")?;
    // A launch is four requests, so the next turns are in 0, 4.4 and 8.8 seconds.
    for _ in 0..2 {
        assert!(provider.turn_to_launch(Begun::No).await.is_ok());
    }
    let another = provider.turn_to_launch(Begun::No).await;
    assert_eq!(another.map(drop).map_err(|error| error.code), Err("busy"));
    assert!(provider.turn_to_launch(Begun::Yes).await.is_ok());
    Ok(())
}

#[tokio::test]
async fn the_account_keeps_to_the_published_pace() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    site.control
        .set(serde_json::json!({"min_interval_ms": 150, "launch_interval_ms": 150}))
        .await?;
    let quick = site.provider()?;
    let (one, other) = tokio::join!(quick.machines(Purpose::Look), quick.machines(Purpose::Look));
    let refused = [one.is_err(), other.is_err()].into_iter().filter(|it| *it).count();
    assert_eq!(refused, 1, "the cloud refuses the second at once");
    let paced = site.account().replace("\"min_interval_ms\":0", "\"min_interval_ms\":300");
    let clouds = connected(&paced)?;
    let paced = clouds.of(domain::Mode::Live, "lambda")?;
    until("the cloud to listen again", async || Ok(paced.machines(Purpose::Look).await.ok()))
        .await?;
    let began = std::time::Instant::now();
    let (one, other) = tokio::join!(paced.machines(Purpose::Look), paced.machines(Purpose::Look));
    assert!(one.is_ok() && other.is_ok());
    assert!(began.elapsed() >= Duration::from_millis(300), "{:?}", began.elapsed());
    Ok(())
}

#[tokio::test]
async fn three_types_of_each_model_and_count_stand_in_for_each_other() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    let offers = site.provider()?.offers(runtime::clock::now()).await?;
    let mut groups: BTreeMap<_, HashSet<_>> = BTreeMap::new();
    for offer in &offers {
        let group = groups.entry((offer.gpu.as_str(), offer.gpu_count)).or_default();
        group.insert(offer.instance_type.as_str());
    }
    assert_eq!(groups.len(), 28);
    assert!(groups.values().all(|types| types.len() == 3), "{groups:?}");
    Ok(())
}
