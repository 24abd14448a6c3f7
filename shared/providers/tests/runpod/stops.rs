//! Stops and starts: one machine through all of it, whatever is lost on the way.

use domain::pod::sweep::MachineState;
use providers::{ActProgress, LaunchError, Machine};
use testkit::cloud_site::{NAME, Sample, Site, socket};
use testkit::{Fault, Lie, Outcome, Refusal, until};
use tokio::net::TcpStream;

/// A launched machine that answers, and what it was launched with.
async fn running(site: &Site) -> Outcome<(Sample, Machine)> {
    let mut sample = site.sample().await?;
    let machine = site.launch(&sample).await?;
    site.reached(&sample).await?;
    sample.attempt.machine_id = Some(machine.id.clone());
    Ok((sample, up(machine)))
}

/// The machine as it is once it came up.
fn up(machine: Machine) -> Machine {
    Machine { state: MachineState::Running, address: None, ..machine }
}

async fn stopped(site: &Site) -> Outcome<()> {
    until("the machine to stop", async || {
        let progress = site.provider()?.stop(NAME).await?;
        Ok((progress == ActProgress::Done).then_some(()))
    })
    .await
}

/// How often each act was asked for.
async fn count(site: &Site, act: &str) -> Outcome<usize> {
    Ok(site.acts().await?.iter().filter(|it| *it == act).count())
}

/// The state of the one machine there is.
async fn state(site: &Site) -> Outcome<String> {
    let machines = site.control.machines().await?;
    let [machine] = machines.as_slice() else { return Err(format!("{machines:?}").into()) };
    Ok(machine.status.clone())
}

#[tokio::test]
async fn a_machine_is_stopped_and_started_and_is_the_same_machine() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    let (sample, machine) = running(&site).await?;
    let address = site.reached(&sample).await?;
    assert_eq!(site.provider()?.stop(NAME).await?, ActProgress::UnderWay);
    stopped(&site).await?;
    assert_eq!(state(&site).await?, "stopped");
    assert!(TcpStream::connect(socket(&address)?).await.is_err(), "its sockets are closed");
    assert_eq!(site.answering(&sample).await?, None);
    // It is still the account's machine, and costs its kept disk alone.
    let kept = site.find().await?.ok_or("it is kept")?;
    let disk = sample.configuration.provider_stopped_rate()?;
    assert_eq!((&kept.id, kept.rate_usd_micros_per_hour), (&machine.id, disk));
    assert_eq!(site.machines().await?, vec![kept]);

    let started = site.provider()?.start(sample.request()).await?;
    assert_eq!(up(started), machine);
    assert_eq!(site.reached(&sample).await?, address);
    assert_eq!((count(&site, "launch").await?, count(&site, "start").await?), (1, 1));
    // What is done already is not asked for again.
    assert_eq!(up(site.provider()?.start(sample.request()).await?), machine);
    assert_eq!(count(&site, "start").await?, 1);
    Ok(())
}

#[tokio::test]
async fn what_is_stopped_is_not_stopped_again_and_can_be_ended() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    running(&site).await?;
    stopped(&site).await?;
    let asked = count(&site, "stop").await?;
    stopped(&site).await?;
    assert_eq!(count(&site, "stop").await?, asked);
    site.ended().await?;
    assert_eq!(site.control.machines().await?.len(), 0);
    // A machine that is gone is stopped in every sense.
    assert_eq!(site.provider()?.stop(NAME).await?, ActProgress::Done);
    Ok(())
}

#[tokio::test]
async fn a_stop_and_a_start_whose_answers_were_lost_are_seen_at_the_next_try() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    let (sample, machine) = running(&site).await?;
    for lost in [Fault::status(503), Fault::silent().after(), Fault::malformed().after()] {
        site.control.fault(lost.clone().on("stop").times(1)).await?;
        let answer = site.provider()?.stop(NAME).await;
        assert_eq!(answer.err().map(|error| error.code), Some("unavailable"), "{lost:?}");
        stopped(&site).await?;
        site.control.fault(lost.clone().on("start").times(1)).await?;
        let Err(LaunchError::Failed(error)) = site.provider()?.start(sample.request()).await else {
            return Err(format!("{lost:?}").into());
        };
        assert_eq!(error.code, "unavailable");
        assert_eq!(up(site.provider()?.start(sample.request()).await?), machine);
        site.reached(&sample).await?;
        assert_eq!(state(&site).await?, "active");
    }
    Ok(())
}

#[tokio::test]
async fn a_host_without_a_free_gpu_leaves_the_machine_stopped() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    let (sample, machine) = running(&site).await?;
    stopped(&site).await?;
    site.control.fault(Fault::refuse(Refusal::NoCapacity).on("start").times(1)).await?;
    let refused = site.provider()?.start(sample.request()).await;
    assert!(matches!(refused, Err(LaunchError::NoCapacity)), "{refused:?}");
    site.control.fault(Fault::refuse(Refusal::Declined).on("start").times(1)).await?;
    let refused = site.provider()?.start(sample.request()).await;
    assert!(matches!(refused, Err(LaunchError::Failed(_))), "{refused:?}");
    assert_eq!(state(&site).await?, "stopped");
    assert_eq!(up(site.provider()?.start(sample.request()).await?), machine);
    Ok(())
}

#[tokio::test]
async fn a_machine_that_is_being_stopped_is_not_started_and_its_stop_goes_on() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    let (sample, _) = running(&site).await?;
    site.provider()?.stop(NAME).await?;
    site.provider()?.start(sample.request()).await?;
    assert_eq!(count(&site, "start").await?, 0);
    stopped(&site).await?;
    assert_eq!(state(&site).await?, "stopped");
    Ok(())
}

#[tokio::test]
async fn a_started_machine_that_never_boots_never_answers() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    site.control.set(serde_json::json!({"boot_ms": 0})).await?;
    let (sample, _) = running(&site).await?;
    stopped(&site).await?;
    site.control.fault(Fault::lie(Lie::Booting).on("start").times(1)).await?;
    site.provider()?.start(sample.request()).await?;
    assert_eq!(site.answering(&sample).await?, None);
    assert_eq!(state(&site).await?, "booting");
    Ok(())
}

#[tokio::test]
async fn a_machine_that_vanished_is_not_started_as_another_one() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    let (sample, machine) = running(&site).await?;
    stopped(&site).await?;
    assert!(site.control.vanish(&machine.id).await?);
    let started = site.provider()?.start(sample.request()).await;
    let Err(LaunchError::Failed(error)) = started else {
        return Err(format!("{started:?}").into());
    };
    assert_eq!((error.code, site.control.machines().await?.len()), ("unavailable", 0));
    Ok(())
}

#[tokio::test]
async fn both_twins_are_stopped() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    site.control.fault(Fault::twice(1).on("launch").times(1)).await?;
    running(&site).await?;
    stopped(&site).await?;
    let machines = site.control.machines().await?;
    let states: Vec<_> = machines.iter().map(|machine| machine.status.as_str()).collect();
    assert_eq!(states, ["stopped", "stopped"]);
    Ok(())
}

#[tokio::test]
async fn a_stopped_machine_stays_stopped_over_a_restart_of_the_cloud() -> Outcome<()> {
    let mut site = Site::at("runpod").await?;
    let (sample, machine) = running(&site).await?;
    let address = site.reached(&sample).await?;
    stopped(&site).await?;
    site.restart().await?;
    assert_eq!(state(&site).await?, "stopped");
    assert!(TcpStream::connect(socket(&address)?).await.is_err());
    assert_eq!(up(site.provider()?.start(sample.request()).await?), machine);
    assert_eq!(site.reached(&sample).await?, address);
    Ok(())
}
