//! What a launch asks for, what finds it again, and what becomes of a task without a place.

use domain::pod::sweep::MachineState;
use providers::{LaunchError, Purpose};
use serde_json::{Value, json};
use testkit::cloud_site::{KEY, NAME, Site};
use testkit::{Fault, Lie, Outcome};

fn field(pointer: &str, value: Value) -> Fault {
    Fault::lie(Lie::Field { pointer: pointer.to_owned(), value })
}

#[tokio::test]
async fn a_launch_asks_for_all_gpus_of_an_instance_and_can_be_found_by_its_name() -> Outcome<()> {
    let site = Site::at("ecs").await?;
    let mut sample = site.sample().await?.serving(8_888);
    sample.attempt.offer = site.offer("g7.24xlarge").await?;
    site.launch(&sample).await?;
    let asked = site.control.requests("clientToken").await?.remove(0).body;
    assert_eq!(
        (&asked["cluster"], &asked["taskDefinition"]),
        (&json!("local"), &json!("local-jupyter"))
    );
    assert_eq!(asked["clientToken"], NAME);
    assert_eq!(asked["tags"], json!([{"key": "gpubroker:machine", "value": NAME}]));
    assert_eq!(asked["startedBy"].as_str().map(str::len), Some(32));
    let capacity = json!([{"capacityProvider": "local-g7-24xlarge", "weight": 1, "base": 0}]);
    assert_eq!((&asked["capacityProviderStrategy"], &asked["count"]), (&capacity, &json!(1)));
    for none in ["launchType", "networkConfiguration", "enableExecuteCommand"] {
        assert_eq!(asked.get(none), None::<&Value>, "{none}");
    }
    let [container] =
        asked["overrides"]["containerOverrides"].as_array().ok_or("a list")?.as_slice()
    else {
        return Err(asked.to_string().into());
    };
    assert_eq!(container["resourceRequirements"], json!([{"type": "GPU", "value": "4"}]));
    let told = container["environment"].as_array().ok_or("a list")?;
    for (name, value) in [("PUBLIC_KEY", KEY), ("JUPYTER_TOKEN", "its-token")] {
        assert!(told.contains(&json!({"name": name, "value": value})), "{name}");
    }
    let listed = site.control.requests("startedBy").await?;
    assert!(listed.iter().any(|it| it.act == "machines"), "it was looked for before");
    Ok(())
}

#[tokio::test]
async fn a_list_that_is_behind_makes_no_second_task() -> Outcome<()> {
    let site = Site::at("ecs").await?;
    site.control.set(json!({"boot_ms": 600_000})).await?;
    let sample = site.sample().await?;
    let machine = site.launch(&sample).await?;
    site.control.fault(field("/taskArns", json!([])).on("machines").times(1)).await?;
    assert_eq!(site.launch(&sample).await?, machine);
    assert_eq!(site.control.requests("clientToken").await?.len(), 2, "it was asked for twice");
    assert_eq!(site.control.machines().await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_token_whose_task_has_ended_is_no_machine() -> Outcome<()> {
    let site = Site::at("ecs").await?;
    for (pointer, word) in
        [("/tasks/0/desiredStatus", "STOPPED"), ("/tasks/0/lastStatus", "STOPPED")]
    {
        site.control.fault(field(pointer, json!(word)).on("launch").times(1)).await?;
        let sample = site.sample().await?;
        let refused = site.launch(&sample).await;
        assert!(matches!(refused, Err(LaunchError::NoCapacity)), "{refused:?}");
        site.control.vanish(NAME).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_task_without_a_place_waits_and_one_that_aws_took_away_is_gone() -> Outcome<()> {
    let site = Site::at("ecs").await?;
    let sample = site.sample().await?;
    site.control.fault(Fault::lie(Lie::Booting).on("launch").times(1)).await?;
    let machine = site.launch(&sample).await?;
    let listed = site.machines().await?;
    assert_eq!(
        (listed.as_slice(), machine.state),
        ([machine.clone()].as_slice(), MachineState::Queued)
    );
    site.ended().await?;
    let machine = site.launch(&sample).await?;
    site.reached(&sample).await?;
    for word in ["DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED"] {
        let lie = field("/tasks/0/lastStatus", json!(word));
        let id = site.control.fault(lie.on("machines")).await?;
        assert_eq!((site.find().await?, site.machines().await?), (None, Vec::new()), "{word}");
        assert_eq!(site.provider()?.machine(&machine.id).await?, None, "{word}");
        site.control.end_fault(id).await?;
    }
    for word in ["PENDING", "ACTIVATING"] {
        let lie = field("/tasks/0/lastStatus", json!(word));
        let id = site.control.fault(lie.on("machines")).await?;
        let found = site.find().await?.ok_or("it is there")?;
        assert_eq!(found.state, MachineState::Starting, "{word}");
        site.control.end_fault(id).await?;
    }
    Ok(())
}

#[tokio::test]
async fn spot_instances_are_sold_and_launched_as_such() -> Outcome<()> {
    let site = Site::at("ecs").await?;
    let spot = json!({"name": "local-g7-2xlarge-spot", "status": "ACTIVE", "tags": [
        {"key": "gpubroker:instance-type", "value": "g7.2xlarge"},
        {"key": "gpubroker:usd-per-hour", "value": "0.8"},
    ]});
    site.control.fault(field("/capacityProviders/0", spot).on("offers")).await?;
    let offers = site.provider()?.offers(runtime::clock::now()).await?;
    let offer = offers.into_iter().find(|offer| offer.spot).ok_or("a spot offer")?;
    let rate = offer.provider_rate_usd_micros_per_hour.0;
    assert_eq!((offer.instance_type.as_str(), rate), ("g7.2xlarge", 825_100));
    let mut sample = site.sample().await?;
    sample.attempt.offer = offer.clone();
    sample.configuration.offer = offer;
    assert_eq!(site.launch(&sample).await?.rate_usd_micros_per_hour.0, rate);
    let asked = site.control.requests("clientToken").await?.remove(0).body;
    let provider = &asked["capacityProviderStrategy"][0]["capacityProvider"];
    assert_eq!(*provider, "local-g7-2xlarge-spot");
    Ok(())
}

#[tokio::test]
async fn what_a_task_is_told_stands_in_no_error() -> Outcome<()> {
    let site = Site::at("ecs").await?;
    let sample = site.sample().await?.serving(8_888);
    // Answers that cannot be read, with all that the task was told in them.
    site.control.fault(field("/tasks/0/taskArn", json!(7)).on("launch").times(1)).await?;
    let failed = site.launch(&sample).await.err().ok_or("it could be read")?;
    site.control.fault(field("/tasks/0/taskArn", json!(7)).on("machines")).await?;
    let listed =
        site.provider()?.machines(Purpose::Compare).await.err().ok_or("it could be read")?;
    assert_eq!(listed.code, "unavailable");
    for told in [format!("{failed:?} {failed}"), format!("{listed:?} {listed}")] {
        assert!(!told.contains("its-token") && !told.contains(KEY), "{told}");
    }
    Ok(())
}

#[tokio::test]
async fn a_cluster_that_is_not_there_is_a_fault_of_ours() -> Outcome<()> {
    let site = Site::at("ecs").await?;
    site.control.fault(field("/clusters", json!([])).on("offers")).await?;
    let error = site.provider()?.offers(runtime::clock::now()).await.err();
    assert_eq!(error.map(|error| error.code), Some("internal"));
    Ok(())
}
