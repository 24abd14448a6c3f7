//! Time at an account and the list of its machines, shared by all who talk to its cloud.

use std::collections::BTreeSet;
use std::time::Duration;

use adapters::clouds::ConnectedClouds;
use adapters::tables::clouds::{CloudAccounts, MachineList};
use domain::Mode;
use domain::market::launches::{Launch, LaunchRecord};
use domain::money::{UsdMicros, UsdMicrosPerHour};
use domain::pod::sweep::{CostDay, day_of};
use futures_util::future::try_join_all;
use jiff::SignedDuration;
use testkit::cloud_site::{Sample, Site};
use testkit::{Fault, Outcome as Tested};

use crate::world::{BoxError, Outcome, World, now, tenant_id};

const SECOND: Duration = Duration::from_secs(1);

/// Accounts, and the name of one that nobody else has.
async fn accounts() -> Outcome<(CloudAccounts, String)> {
    let world = World::from_env().await?;
    let accounts = CloudAccounts::new(&world.aws, world.output("PodsTable")?);
    Ok((accounts, tenant_id()?.body().to_owned()))
}

#[tokio::test]
async fn however_many_ask_at_once_each_gets_a_turn_of_its_own() -> Outcome<()> {
    let (accounts, lane) = accounts().await?;
    let at = now();
    let asked = (0..20).map(|_| accounts.take_turn(&lane, (SECOND, SECOND * 30), at));
    let turns = try_join_all(asked).await?;
    let secs: BTreeSet<_> = turns.iter().flatten().map(Duration::as_secs).collect();
    assert_eq!(secs, (0..20).collect());
    Ok(())
}

#[tokio::test]
async fn who_would_wait_too_long_takes_nothing_and_time_that_is_over_is_not_owed() -> Outcome<()> {
    let (accounts, lane) = accounts().await?;
    let at = now();
    assert_eq!(accounts.take_turn(&lane, (SECOND * 3, SECOND), at).await?, Some(Duration::ZERO));
    for _ in 0..3 {
        assert_eq!(accounts.take_turn(&lane, (SECOND, SECOND * 2), at).await?, None);
    }
    assert_eq!(accounts.take_turn(&lane, (SECOND, SECOND * 3), at).await?, Some(SECOND * 3));
    let later = at + SignedDuration::from_secs(60);
    assert_eq!(accounts.take_turn(&lane, (SECOND, SECOND), later).await?, Some(Duration::ZERO));
    // A clock that is behind asks for what is free by its own time.
    let behind = accounts.take_turn(&lane, (SECOND, SECOND * 70), at).await?;
    assert_eq!(behind, Some(SECOND * 61));
    Ok(())
}

#[tokio::test]
async fn what_two_count_of_a_day_at_once_is_counted_once_and_its_bill_stays_beside_it()
-> Outcome<()> {
    let (accounts, cloud) = accounts().await?;
    let (hour, day) = (SignedDuration::from_hours(1), day_of(now()));
    let ends_at = CostDay::new(day).ends_at();
    assert_eq!(accounts.costs(&cloud, day).await?, CostDay::new(day), "nobody has counted");
    let count = |it: CostDay| it.counted(UsdMicrosPerHour(2_000_000), ends_at - hour, ends_at);
    let twins = (0..2).map(|_| accounts.note_costs(&cloud, day, count));
    try_join_all(twins).await?;
    let bill = |it: CostDay| it.charged(Some(UsdMicros(9_000_000)), ends_at + hour);
    let told = accounts.note_costs(&cloud, day, bill).await?;
    assert_eq!(told.counted_usd_micros, UsdMicros(2_000_000));
    assert_eq!(told.difference(), Some(UsdMicros(7_000_000)));
    assert_eq!(accounts.costs(&cloud, day).await?, told);
    Ok(())
}

#[tokio::test]
async fn five_thousand_machines_fit_into_one_row() -> Tested<()> {
    let (accounts, cloud) = accounts().await?;
    assert_eq!(accounts.machines(&cloud).await?, None);
    let site = Site::at("lambda").await?;
    let sample = site.sample().await?;
    let machine = site.launch(&sample).await?;
    site.reached(&sample).await?;
    let running = site.provider()?.machine(&machine.id).await?.ok_or("it runs")?;
    let machines = (0..5_000_u32).map(|number| providers::Machine {
        // As hard to compress as identifiers are.
        id: format!(
            "{:032x}",
            u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
        ),
        name: format!("gpb-0a1b2c3d-{:026}-1", number.wrapping_mul(2_654_435_761)),
        ..running.clone()
    });
    let list = MachineList { listed_at: now(), machines: machines.collect() };
    accounts.keep_machines(&cloud, &list).await?;
    assert_eq!(accounts.machines(&cloud).await?, Some(list));
    Ok(())
}

/// Clouds of a test's own, their account in a secret and their rows under a name of its own.
async fn shared(world: &World, site: &Site) -> Outcome<ConnectedClouds> {
    let name = format!("test/{}", tenant_id()?.body());
    let account = site.account().replace("\"min_interval_ms\":0", "\"min_interval_ms\":1000");
    let made = world.secrets().create_secret().name(name).secret_string(account).send().await?;
    let arn = made.arn.ok_or("the secret has no address")?;
    let own = testkit::Site::with(testkit::samples::market()).await?;
    let table = own.config().required("PODS_TABLE")?;
    Ok(ConnectedClouds::new(&world.aws, arn, table, runtime::clock::now))
}

#[tokio::test]
async fn many_who_wait_for_their_machines_share_one_list() -> Tested<()> {
    let (world, site) = (World::from_env().await?, Site::at("lambda").await?);
    let sample = site.sample().await?;
    site.launch(&sample).await?;
    let address = site.reached(&sample).await?;
    let clouds = shared(&world, &site).await?;
    let before = lists(&site).await?;
    let connected = clouds.get(now()).await?;
    let lambda = connected.of(Mode::Live, "lambda")?;
    let stranger = Sample { attempt: named(&sample, "somebody-elses"), ..sample.clone() };
    let launched = sample.attempt.started_at;
    let ask = async || {
        let found = clouds.listed(lambda, &sample.attempt, launched, now()).await?;
        let none = clouds.listed(lambda, &stranger.attempt, launched, now()).await?;
        Ok::<_, BoxError>((found.and_then(|it| it.address), none))
    };
    let first = ask().await?;
    assert_eq!(first, (Some(address.clone()), None));
    for answer in try_join_all((0..10).map(|_| ask())).await? {
        assert_eq!(answer, (Some(address.clone()), None));
    }
    assert_eq!(lists(&site).await?, before + 1);
    // While nobody can fetch a new one, the one before is what there is.
    let later = now() + SignedDuration::from_secs(60);
    site.control.fault(Fault::status(503).on("machines").times(1)).await?;
    let silent = clouds.listed(lambda, &sample.attempt, launched, later).await;
    assert_eq!(silent.err().map(|error| error.code), Some("unavailable"));
    let kept = clouds.listed(lambda, &sample.attempt, launched, later).await?;
    assert_eq!(kept.and_then(|it| it.address), Some(address));
    // Unless the machine was started since: its address may be a stranger's by now.
    assert_eq!(clouds.listed(lambda, &sample.attempt, later, later).await?, None);
    Ok(())
}

fn named(sample: &Sample, machine_name: &str) -> domain::pod::Attempt {
    domain::pod::Attempt { machine_name: machine_name.to_owned(), ..sample.attempt.clone() }
}

/// How often the cloud was asked for its machines.
async fn lists(site: &Site) -> Outcome<usize> {
    Ok(site.acts().await?.iter().filter(|act| *act == "machines").count())
}

#[tokio::test]
async fn launches_of_thirty_days_make_a_record() -> Outcome<()> {
    let (accounts, cloud) = accounts().await?;
    let at = now();
    assert_eq!(accounts.launches(&cloud, at).await?, None);
    let days_ago = |days: i64| at - SignedDuration::from_hours(24 * days);
    let answered = |secs| Launch::Answered { secs };
    for (launch, then) in [
        (answered(50), at),
        (answered(55), at),
        (Launch::Failed, days_ago(30)),
        (answered(100), days_ago(31)),
    ] {
        accounts.count_launch(&cloud, launch, then).await?;
    }
    let record = LaunchRecord { launches: 3, succeeded: 2, start_secs: Some(52) };
    assert_eq!(accounts.launches(&cloud, at).await?, Some(record));
    // Many at once are all counted.
    try_join_all((0..10).map(|_| accounts.count_launch(&cloud, Launch::Failed, at))).await?;
    assert_eq!(accounts.launches(&cloud, at).await?.map(|record| record.launches), Some(13));
    Ok(())
}

#[tokio::test]
async fn an_account_that_does_not_answer_three_launches_rests_until_it_answers() -> Tested<()> {
    let (accounts, cloud) = accounts().await?;
    let world = World::from_env().await?;
    let secret = world.output("GpuCloudsSecretArn")?;
    let clouds = ConnectedClouds::new(&world.aws, secret, world.output("PodsTable")?, now);
    for _ in 0..2 {
        clouds.note_answer(&cloud, false, now()).await;
    }
    assert!(!accounts.health(&cloud).await?.is_resting(now()));
    clouds.note_answer(&cloud, false, now()).await;
    assert!(accounts.health(&cloud).await?.is_resting(now()));
    clouds.note_answer(&cloud, true, now()).await;
    assert!(!accounts.health(&cloud).await?.is_resting(now()));
    Ok(())
}
