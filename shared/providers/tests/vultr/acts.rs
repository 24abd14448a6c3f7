//! Launches, addresses and ends.

use domain::pod::sweep::MachineState;
use providers::{ActProgress, LaunchError, Purpose};
use testkit::cloud_site::{KEY, NAME, Site, socket};
use testkit::{Outcome, until};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

#[tokio::test]
async fn a_machine_is_launched_once_however_often_it_is_asked_for() -> Outcome<()> {
    let site = Site::at("vultr").await?;
    let sample = site.sample().await?;
    assert_eq!(site.find().await?, None);
    let machine = site.launch(&sample).await?;
    let quoted = sample.configuration.provider_rate()?;
    assert_eq!((machine.name.as_str(), machine.rate_usd_micros_per_hour), (NAME, quoted));
    assert_eq!(site.launch(&sample).await?, machine);
    assert_eq!(site.find().await?, Some(machine.clone()));
    assert_eq!(site.machines().await?, vec![machine.clone()]);
    let there = site.control.machines().await?;
    let told: Vec<_> = there.iter().map(|it| (&it.id, it.instance_type.as_str())).collect();
    assert_eq!(told, [(&machine.id, "gpu_1x_a16")]);
    assert!(there[0].user_data.contains(KEY), "{}", there[0].user_data);
    Ok(())
}

#[tokio::test]
async fn a_machine_answers_by_ssh_and_by_http_once_it_has_its_address() -> Outcome<()> {
    let site = Site::at("vultr").await?;
    let mut sample = site.sample().await?.serving(8_888);
    let machine = site.launch(&sample).await?;
    assert_eq!(site.answering(&sample).await?, None);
    let address = site.reached(&sample).await?;
    assert!(address.host.starts_with("127.77."), "{address:?}");
    assert_eq!((address.ssh_user.as_str(), address.simulated), ("root", false));
    let mut banner = [0; 8];
    TcpStream::connect(socket(&address)?).await?.read_exact(&mut banner).await?;
    assert_eq!(&banner, b"SSH-2.0-");
    // By its identifier, as once the launch is written.
    sample.attempt.machine_id = Some(machine.id);
    assert_eq!(site.reached(&sample).await?, address);
    assert!(site.control.machines().await?.remove(0).user_data.contains("its-token"));
    // A template on another port is not what this machine runs.
    let other = site.sample().await?.serving(8_000);
    assert_eq!(site.answering(&other).await?, None);
    Ok(())
}

#[tokio::test]
async fn vultr_bills_a_halted_machine_so_it_cannot_stop_one() -> Outcome<()> {
    let site = Site::at("vultr").await?;
    let sample = site.sample().await?;
    let machine = site.launch(&sample).await?;
    site.reached(&sample).await?;
    let stopped = site.provider()?.stop(NAME).await;
    assert_eq!(stopped.err().map(|error| error.code), Some("stop_unsupported"));
    let started = site.provider()?.start(sample.request()).await;
    let Err(LaunchError::Failed(error)) = started else {
        return Err(format!("{started:?}").into());
    };
    assert_eq!(error.code, "stop_unsupported");
    // Whoever is inside may halt it all the same.
    site.control.halt_at_vultr(&machine.id).await?;
    until("the machine to be halted", async || {
        let listed = site.provider()?.machines(Purpose::Compare).await?.unwrap_or_default();
        let [listed] = listed.as_slice() else { return Err("it is listed once".into()) };
        assert_eq!(listed.rate_usd_micros_per_hour, machine.rate_usd_micros_per_hour);
        Ok((listed.address.is_none() && listed.state == MachineState::Running).then_some(()))
    })
    .await
}

#[tokio::test]
async fn an_end_is_done_when_the_machine_is_no_longer_listed_and_stays_done() -> Outcome<()> {
    let site = Site::at("vultr").await?;
    let machine = site.launch(&site.sample().await?).await?;
    let vultr = site.provider()?;
    assert_eq!(vultr.terminate(NAME).await?, ActProgress::UnderWay);
    assert_eq!(vultr.terminate(NAME).await?, ActProgress::Done);
    assert_eq!(vultr.terminate(NAME).await?, ActProgress::Done);
    assert_eq!((site.find().await?, site.machines().await?), (None, Vec::new()));
    assert_eq!(vultr.machine(&machine.id).await?, None);
    let ends = site.acts().await?.into_iter().filter(|act| act == "terminate").count();
    assert_eq!(ends, 1, "one end was asked for");
    Ok(())
}

#[tokio::test]
async fn a_twin_is_ended_by_its_identifier_and_is_as_good_as_ended_when_it_is_gone() -> Outcome<()>
{
    let site = Site::at("vultr").await?;
    let machine = site.launch(&site.sample().await?).await?;
    for _ in 0..2 {
        site.provider()?.terminate_twin(&machine.id).await?;
        assert_eq!(site.control.machines().await?.len(), 0);
    }
    Ok(())
}

#[tokio::test]
async fn a_machine_is_found_on_whatever_page_it_is() -> Outcome<()> {
    let site = Site::at("vultr").await?;
    let mut sample = site.sample().await?;
    for number in 0..11 {
        sample.attempt.machine_name = format!("gpb-test-other-{number}");
        site.launch(&sample).await?;
    }
    let last = site.launch(&site.sample().await?).await?;
    assert_eq!(site.find().await?, Some(last.clone()));
    assert_eq!(site.machines().await?.len(), 12);
    site.ended().await?;
    assert_eq!(site.machines().await?.len(), 11);
    Ok(())
}
