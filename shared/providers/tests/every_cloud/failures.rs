//! What goes wrong at a cloud, and what its provider makes of it.

use providers::{ActProgress, LaunchError, Purpose};
use serde_json::json;
use testkit::cloud_site::NAME;
use testkit::{Fault, Lie, Outcome, Refusal};

use crate::{as_expected, at_every_cloud, boots_for_ever, failed};

#[tokio::test]
async fn a_launch_whose_answer_was_lost_is_found_by_name() -> Outcome<()> {
    at_every_cloud(async |site| {
        boots_for_ever(site).await?;
        let sample = site.sample().await?;
        site.control.fault(Fault::silent().after().on("launch").times(1)).await?;
        assert_eq!(failed(site.launch(&sample).await)?, "unavailable");
        let machine = site.find().await?.ok_or("it exists")?;
        assert_eq!(site.launch(&sample).await?, machine);
        assert_eq!(site.control.machines().await?.len(), 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_launch_that_never_arrived_is_not_found_and_is_made_again() -> Outcome<()> {
    at_every_cloud(async |site| {
        let sample = site.sample().await?;
        site.control.fault(Fault::silent().on("launch").times(1)).await?;
        assert_eq!(failed(site.launch(&sample).await)?, "unavailable");
        assert_eq!(site.find().await?, None);
        // The key of the first try is there and is used again.
        site.launch(&sample).await?;
        assert_eq!(site.control.machines().await?.len(), 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_malformed_answer_a_server_error_and_too_many_requests_are_tried_again() -> Outcome<()> {
    at_every_cloud(async |site| {
        boots_for_ever(site).await?;
        let sample = site.sample().await?;
        let rate_limited = Fault::refuse(Refusal::RateLimited);
        let failing = [Fault::status(500), Fault::status(503)].map(|fault| (fault, "unavailable"));
        for (fault, code) in [(rate_limited, "busy")].into_iter().chain(failing) {
            site.control.fault(fault.clone().on("launch").times(1)).await?;
            assert_eq!(failed(site.launch(&sample).await)?, code, "{fault:?}");
            assert_eq!(site.control.machines().await?.len(), 0);
            for act in ["offers", "machines"] {
                site.control.fault(fault.clone().on(act).times(1)).await?;
            }
            let offers = site.provider()?.offers(runtime::clock::now()).await;
            assert_eq!(offers.err().map(|error| error.code), Some(code), "{fault:?}");
            let machines = site.provider()?.machines(Purpose::Compare).await;
            assert_eq!(machines.err().map(|error| error.code), Some(code), "{fault:?}");
        }
        site.control.fault(Fault::malformed().after().on("launch").times(1)).await?;
        assert_eq!(failed(site.launch(&sample).await)?, "unavailable");
        let machine = site.find().await?.ok_or("the malformed answer told of a machine")?;
        assert_eq!(site.launch(&sample).await?, machine);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_end_whose_answer_was_lost_is_seen_at_the_next_try() -> Outcome<()> {
    at_every_cloud(async |site| {
        let sample = site.sample().await?;
        site.launch(&sample).await?;
        for fault in [Fault::silent(), Fault::silent().after()] {
            site.control.fault(fault.clone().on("terminate").times(1)).await?;
            let lost = site.provider()?.terminate(NAME).await;
            assert_eq!(lost.err().map(|error| error.code), Some("unavailable"), "{fault:?}");
        }
        site.ended().await?;
        assert_eq!(site.provider()?.terminate(NAME).await?, ActProgress::Done);
        assert_eq!(site.control.machines().await?.len(), 0);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_machine_that_never_boots_never_answers() -> Outcome<()> {
    at_every_cloud(async |site| {
        site.control.set(json!({"boot_ms": 0})).await?;
        let sample = site.sample().await?;
        site.control.fault(Fault::lie(Lie::Booting).on("launch").named(NAME).times(1)).await?;
        site.launch(&sample).await?;
        assert_eq!(site.answering(&sample).await?, None);
        assert_eq!(site.control.machines().await?.remove(0).status, "booting");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_dearer_machine_tells_its_true_price_at_every_cloud() -> Outcome<()> {
    at_every_cloud(async |site| {
        let sample = site.sample().await?;
        let quoted = sample.attempt.offer.provider_rate_usd_micros_per_hour.0;
        let dearer = Lie::Price { more_usd_micros_per_hour: 30_000 };
        site.control.fault(Fault::lie(dearer).on("launch").named(NAME)).await?;
        assert_eq!(site.launch(&sample).await?.rate_usd_micros_per_hour.0, quoted + 30_000);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_launch_that_the_cloud_made_twice_is_one_machine_and_both_are_ended() -> Outcome<()> {
    at_every_cloud(async |site| {
        boots_for_ever(site).await?;
        let sample = site.sample().await?;
        site.control.fault(Fault::twice(1).on("launch").named(NAME).times(1)).await?;
        site.launch(&sample).await?;
        assert_eq!(site.control.machines().await?.len(), 2);
        let found = site.find().await?.ok_or("it exists")?;
        // Whichever of them is found, it is always the same one.
        assert_eq!(site.launch(&sample).await?, found);
        assert_eq!(site.control.machines().await?.len(), 2);
        site.ended().await?;
        assert_eq!(site.control.machines().await?.len(), 0);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn no_capacity_and_a_quota_launch_nothing_and_are_told_apart() -> Outcome<()> {
    at_every_cloud(async |site| {
        let sample = site.sample().await?;
        site.control.fault(Fault::refuse(Refusal::NoCapacity).on("launch").times(1)).await?;
        let refused = site.launch(&sample).await;
        assert!(matches!(refused, Err(LaunchError::NoCapacity)), "{refused:?}");
        site.control.fault(Fault::refuse(Refusal::Quota).on("launch").times(1)).await?;
        let refused = site.launch(&sample).await;
        assert!(matches!(refused, Err(LaunchError::QuotaReached)), "{refused:?}");
        assert_eq!(site.control.machines().await?.len(), 0);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_refused_launch_leaves_no_key_or_script_behind() -> Outcome<()> {
    as_expected(async |site, expected| {
        let sample = site.sample().await?;
        for (tries, refusal) in [(1, Refusal::NoCapacity), (2, Refusal::Quota)] {
            site.control.fault(Fault::refuse(refusal).on("launch").times(1)).await?;
            assert!(site.launch(&sample).await.is_err());
            let acts = site.acts().await?;
            for act in ["add_key", "remove_key"] {
                let count = acts.iter().filter(|it| *it == act).count();
                assert_eq!(count, tries * expected.accessories, "{act} in {acts:?}");
            }
        }
        site.launch(&sample).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_account_that_has_not_paid_is_for_its_operator_and_not_tried_again() -> Outcome<()> {
    at_every_cloud(async |site| {
        let sample = site.sample().await?;
        let unpaid = Fault::refuse(Refusal::Declined);
        site.control.fault(unpaid.clone().on("launch").times(1)).await?;
        assert_eq!(failed(site.launch(&sample).await)?, "internal");
        site.control.fault(unpaid.on("machines").times(1)).await?;
        let machines = site.provider()?.machines(Purpose::Compare).await;
        assert_eq!(machines.err().map(|error| error.code), Some("internal"));
        assert_eq!(site.control.machines().await?.len(), 0);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn half_an_answer_to_a_question_is_no_answer() -> Outcome<()> {
    at_every_cloud(async |site| {
        let sample = site.sample().await?;
        site.launch(&sample).await?;
        for act in ["offers", "machines"] {
            site.control.fault(Fault::malformed().after().on(act).times(1)).await?;
        }
        let offers = site.provider()?.offers(runtime::clock::now()).await;
        assert_eq!(offers.err().map(|error| error.code), Some("unavailable"));
        let machines = site.provider()?.machines(Purpose::Compare).await;
        assert_eq!(machines.err().map(|error| error.code), Some("unavailable"));
        // A machine is not taken for gone because its cloud could not be understood.
        site.control.fault(Fault::malformed().on("machines").times(1)).await?;
        assert_eq!(site.find().await.err().map(|error| error.code), Some("unavailable"));
        site.control.fault(Fault::status(502).on("machines").times(1)).await?;
        let ended = site.provider()?.terminate(NAME).await;
        assert_eq!(ended.err().map(|error| error.code), Some("unavailable"));
        assert_eq!(site.control.machines().await?.len(), 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_slow_cloud_is_waited_for() -> Outcome<()> {
    at_every_cloud(async |site| {
        boots_for_ever(site).await?;
        let sample = site.sample().await?;
        site.control.fault(Fault::slow(500).on("launch").times(1)).await?;
        let machine = site.launch(&sample).await?;
        assert_eq!(site.find().await?, Some(machine));
        Ok(())
    })
    .await
}
