//! Each act, once and again.

use providers::{ActProgress, LaunchError};
use serde_json::Value;
use testkit::Outcome;
use testkit::cloud_site::{KEY, NAME, Sample, Site, socket};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

#[tokio::test]
async fn a_machine_is_launched_once_however_often_it_is_asked_for() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?);
    assert_eq!(site.find().await?, None);
    let machine = site.launch(&sample).await?;
    assert_eq!((machine.name.as_str(), machine.rate_usd_micros_per_hour.0), (NAME, 750_000));
    assert_eq!(site.launch(&sample).await?, machine);
    assert_eq!(site.find().await?, Some(machine.clone()));
    assert_eq!(site.machines().await?, vec![machine.clone()]);
    let there = site.control.machines().await?;
    let told: Vec<_> = there.iter().map(|it| (&it.id, it.instance_type.as_str())).collect();
    assert_eq!(told, [(&machine.id, "gpu_1x_a10")]);
    assert_eq!(there[0].ssh_key_names, [NAME]);
    assert!(there[0].user_data.contains(KEY), "{}", there[0].user_data);
    Ok(())
}

#[tokio::test]
async fn a_machine_answers_by_its_own_ssh_server() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    let mut sample = Sample::of(site.offer("gpu_1x_a10").await?);
    let machine = site.launch(&sample).await?;
    assert_eq!(site.answering(&sample).await?, None);
    let address = site.reached(&sample).await?;
    assert!(address.host.starts_with("127.77."), "{address:?}");
    assert_eq!((address.ssh_user.as_str(), address.simulated), ("ubuntu", false));
    let mut banner = [0; 8];
    TcpStream::connect(socket(&address)?).await?.read_exact(&mut banner).await?;
    assert_eq!(&banner, b"SSH-2.0-");
    // By its identifier, as once the launch is written.
    sample.attempt.machine_id = Some(machine.id);
    assert_eq!(site.reached(&sample).await?, address);
    Ok(())
}

#[tokio::test]
async fn a_template_with_a_port_answers_by_http() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?).serving(8_888);
    site.launch(&sample).await?;
    let address = site.reached(&sample).await?;
    let machine = site.control.machines().await?.remove(0);
    assert_eq!(machine.ip, address.host);
    assert!(machine.user_data.contains("its-token"));
    // A template on another port is not what this machine runs.
    let other = Sample::of(sample.attempt.offer.clone()).serving(8_000);
    assert_eq!(site.answering(&other).await?, None);
    Ok(())
}

#[tokio::test]
async fn an_end_is_done_when_the_machine_is_gone_and_stays_done() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?);
    let machine = site.launch(&sample).await?;
    let lambda = site.provider()?;
    assert_eq!(lambda.terminate(NAME).await?, ActProgress::UnderWay);
    // On its way out it is no machine to go on with, and not gone either.
    assert_eq!((site.find().await?, site.machines().await?), (None, Vec::new()));
    assert_eq!(site.control.machines().await?.len(), 1);
    site.ended().await?;
    assert_eq!(site.control.machines().await?.len(), 0);
    assert_eq!(lambda.terminate(NAME).await?, ActProgress::Done);
    let asked = site.control.requests("instance-operations/terminate").await?;
    assert_eq!(asked.len(), 1, "one end was asked for");
    assert_eq!(asked[0].body["instance_ids"][0], machine.id.as_str());
    let keys = site.control.requests("ssh-keys").await?;
    let removed: Vec<_> = keys.iter().filter(|it| it.method == "DELETE").collect();
    assert_eq!(removed.iter().map(|it| &it.names).collect::<Vec<_>>(), [&[NAME.to_owned()]]);
    Ok(())
}

#[tokio::test]
async fn a_machine_that_vanished_is_found_by_nobody_and_its_end_is_done() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    let mut sample = Sample::of(site.offer("gpu_1x_a10").await?);
    sample.attempt.machine_id = Some(site.launch(&sample).await?.id);
    site.reached(&sample).await?;
    assert!(site.control.vanish(NAME).await?);
    assert_eq!(site.answering(&sample).await?, None);
    assert_eq!(site.find().await?, None);
    assert_eq!(site.provider()?.terminate(NAME).await?, ActProgress::Done);
    Ok(())
}

#[tokio::test]
async fn lambda_cannot_stop_and_says_so() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?);
    let stopped = site.provider()?.stop(NAME).await;
    assert_eq!(stopped.err().map(|error| error.code), Some("stop_unsupported"));
    let started = site.provider()?.start(sample.request()).await;
    let Err(LaunchError::Failed(error)) = started else {
        return Err(format!("{started:?}").into());
    };
    assert_eq!(error.code, "stop_unsupported");
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
