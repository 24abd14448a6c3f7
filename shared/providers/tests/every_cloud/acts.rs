//! Launches, addresses and ends.

use domain::pod::sweep::MachineState;
use providers::{ActProgress, Purpose};
use serde_json::json;
use testkit::cloud_site::{KEY, NAME, Site, socket};
use testkit::{Fault, Lie, Outcome, until};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::{as_expected, at_every_cloud, boots_for_ever, failed};

/// How often an act was asked for.
async fn count(site: &Site, act: &str) -> Outcome<usize> {
    Ok(site.acts().await?.into_iter().filter(|it| it == act).count())
}

/// Whether a cloud means the machine `there`, whose identifier some tell as a number.
fn is_same(there: &str, told: &str) -> bool {
    let number = u64::from_str_radix(there, 16).map(|number| number.to_string());
    there == told || number.is_ok_and(|number| number == told)
}

#[tokio::test]
async fn a_machine_is_launched_once_however_often_it_is_asked_for() -> Outcome<()> {
    as_expected(async |site, expected| {
        boots_for_ever(site).await?;
        let sample = site.sample().await?;
        assert_eq!(site.find().await?, None);
        let machine = site.launch(&sample).await?;
        let quoted = sample.configuration.provider_rate()?;
        assert_eq!((machine.name.as_str(), machine.rate_usd_micros_per_hour), (NAME, quoted));
        assert_eq!(quoted.0, expected.sold.3);
        assert_eq!(site.launch(&sample).await?, machine);
        assert_eq!(site.find().await?, Some(machine.clone()));
        assert_eq!(site.machines().await?, vec![machine.clone()]);
        let there = site.control.machines().await?;
        let told: Vec<_> = there.iter().map(|it| it.instance_type.as_str()).collect();
        assert_eq!(told, [expected.single.2]);
        assert!(is_same(&there[0].id, &machine.id), "{there:?} {machine:?}");
        assert_eq!(there[0].region, sample.attempt.offer.region);
        assert!(there[0].user_data.contains(KEY), "{}", there[0].user_data);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_machine_answers_by_ssh_and_by_http_once_it_has_its_address() -> Outcome<()> {
    as_expected(async |site, expected| {
        let mut sample = site.sample().await?.serving(8_888);
        let machine = site.launch(&sample).await?;
        assert_eq!(site.answering(&sample).await?, None);
        let address = site.reached(&sample).await?;
        assert!(address.host.starts_with("127.77."), "{address:?}");
        assert_eq!((address.ssh_user.as_str(), address.simulated), (expected.ssh_user, false));
        let mut banner = [0; 8];
        TcpStream::connect(socket(&address)?).await?.read_exact(&mut banner).await?;
        assert_eq!(&banner, b"SSH-2.0-");
        // By its identifier, as once the launch is written.
        sample.attempt.machine_id = Some(machine.id.clone());
        assert_eq!(site.reached(&sample).await?, address);
        let by_id = site.provider()?.machine(&machine.id).await?.ok_or("it is there")?;
        assert_eq!((by_id.address, by_id.state), (Some(address), MachineState::Running));
        assert!(site.control.machines().await?.remove(0).user_data.contains("its-token"));
        // A template on another port is not what this machine runs.
        let other = site.sample().await?.serving(8_000);
        assert_eq!(site.answering(&other).await?, None);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_cloud_that_cannot_stop_a_machine_says_so() -> Outcome<()> {
    as_expected(async |site, expected| {
        if expected.is_stoppable {
            return Ok(());
        }
        let sample = site.sample().await?;
        site.launch(&sample).await?;
        // A launch may be one, too.
        let started = count(site, "start").await?;
        let stopped = site.provider()?.stop(NAME).await;
        assert_eq!(stopped.err().map(|error| error.code), Some("stop_unsupported"));
        assert_eq!(failed(site.provider()?.start(sample.request()).await)?, "stop_unsupported");
        assert_eq!((count(site, "stop").await?, count(site, "start").await?), (0, started));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_machine_that_is_shut_down_from_inside_is_billed_and_so_it_runs() -> Outcome<()> {
    as_expected(async |site, expected| {
        // A container that ends is no machine any more, and a task of ours is one.
        if expected.is_stoppable || expected.cloud == "ecs" {
            return Ok(());
        }
        let sample = site.sample().await?;
        let machine = site.launch(&sample).await?;
        site.reached(&sample).await?;
        assert!(site.control.shut_down(NAME).await?);
        until("the machine to be off", async || {
            let listed = site.provider()?.machines(Purpose::Compare).await?.unwrap_or_default();
            let [listed] = listed.as_slice() else { return Err("it is listed once".into()) };
            assert_eq!(listed.state, MachineState::Running);
            assert_eq!(listed.rate_usd_micros_per_hour, machine.rate_usd_micros_per_hour);
            Ok((listed.address.is_none() || !expected.tells_off).then_some(()))
        })
        .await?;
        assert_eq!(site.answering(&sample).await?, None);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_end_is_done_when_the_machine_is_gone_and_stays_done() -> Outcome<()> {
    as_expected(async |site, expected| {
        site.control.set(json!({"terminate_ms": 5_000})).await?;
        let machine = site.launch(&site.sample().await?).await?;
        let provider = site.provider()?;
        assert_eq!(provider.terminate(NAME).await?, ActProgress::UnderWay);
        // On its way out it is no machine to go on with, and not gone either.
        assert_eq!((site.find().await?, site.machines().await?), (None, Vec::new()));
        assert_eq!(provider.machine(&machine.id).await?, None);
        if expected.ends_at_once {
            assert_eq!(provider.terminate(NAME).await?, ActProgress::Done);
        } else {
            assert_eq!(site.control.machines().await?.len(), 1);
        }
        site.ended().await?;
        assert_eq!(site.control.machines().await?.len(), 0);
        assert_eq!(provider.terminate(NAME).await?, ActProgress::Done);
        assert_eq!(provider.machine(&machine.id).await?, None);
        assert_eq!(count(site, "terminate").await?, expected.ends, "no end was asked for in vain");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_twin_is_ended_by_its_identifier_and_is_as_good_as_ended_when_it_is_gone() -> Outcome<()>
{
    at_every_cloud(async |site| {
        let machine = site.launch(&site.sample().await?).await?;
        for _ in 0..2 {
            site.provider()?.terminate_twin(&machine.id).await?;
            until("it to be gone", async || {
                Ok(site.control.machines().await?.is_empty().then_some(()))
            })
            .await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn one_twin_that_cannot_be_ended_keeps_no_other_one_running() -> Outcome<()> {
    at_every_cloud(async |site| {
        site.control.fault(Fault::twice(1).on("launch").times(1)).await?;
        site.launch(&site.sample().await?).await?;
        site.control.fault(Fault::status(503).on("terminate").times(1)).await?;
        let failed = site.provider()?.terminate(NAME).await;
        assert_eq!(failed.err().map(|error| error.code), Some("unavailable"));
        assert_eq!(site.machines().await?.len(), 1);
        site.ended().await?;
        assert_eq!(site.control.machines().await?.len(), 0);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_machine_that_vanished_is_found_by_nobody_and_its_end_is_done() -> Outcome<()> {
    at_every_cloud(async |site| {
        let mut sample = site.sample().await?;
        let machine = site.launch(&sample).await?;
        sample.attempt.machine_id = Some(machine.id.clone());
        site.reached(&sample).await?;
        assert!(site.control.vanish(NAME).await?);
        assert_eq!(site.answering(&sample).await?, None);
        assert_eq!((site.find().await?, site.machines().await?), (None, Vec::new()));
        assert_eq!(site.provider()?.machine(&machine.id).await?, None);
        assert_eq!(site.provider()?.terminate(NAME).await?, ActProgress::Done);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_machine_whose_price_cannot_be_read_is_launched_at_the_quoted_one() -> Outcome<()> {
    at_every_cloud(async |site| {
        let sample = site.sample().await?;
        for act in ["offers", "machine"] {
            site.control.fault(Fault::status(503).on(act)).await?;
        }
        let machine = site.launch(&sample).await?;
        let quoted = sample.attempt.offer.provider_rate_usd_micros_per_hour;
        assert_eq!(machine.rate_usd_micros_per_hour, quoted);
        assert_eq!(site.control.machines().await?.len(), 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_machine_in_a_state_that_we_have_no_word_for_is_there_and_costs_something() -> Outcome<()>
{
    as_expected(async |site, expected| {
        let sample = site.sample().await?;
        let machine = site.launch(&sample).await?;
        site.reached(&sample).await?;
        let value = json!("a-new-word");
        let lie = Lie::Field { pointer: expected.status.to_owned(), value };
        site.control.fault(Fault::lie(lie).on("machines")).await?;
        let listed = site.provider()?.machines(Purpose::Compare).await?.unwrap_or_default();
        let [listed] = listed.as_slice() else { return Err(format!("{listed:?}").into()) };
        assert!(matches!(listed.state, MachineState::Starting | MachineState::Running));
        assert_eq!(listed.address, None, "nobody is sent there");
        assert_eq!(listed.rate_usd_micros_per_hour, machine.rate_usd_micros_per_hour);
        site.ended().await?;
        assert_eq!(site.control.machines().await?.len(), 0);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_machine_is_found_on_whatever_page_it_is() -> Outcome<()> {
    at_every_cloud(async |site| {
        boots_for_ever(site).await?;
        let mut sample = site.sample().await?;
        for number in 0..11 {
            sample.attempt.machine_name = format!("gpb-test-other-{number}");
            site.launch(&sample).await?;
        }
        let last = site.launch(&site.sample().await?).await?;
        assert_eq!(site.find().await?, Some(last));
        assert_eq!(site.machines().await?.len(), 12);
        site.ended().await?;
        assert_eq!(site.machines().await?.len(), 11);
        Ok(())
    })
    .await
}
