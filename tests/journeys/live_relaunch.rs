//! A machine that its cloud takes away, and the pod that takes the place of the lost one.
//!
//! These tests sweep at instants that have not come yet, so each has the product for itself
//! (`.config/nextest.toml`).

use jiff::{SignedDuration, Timestamp};
use runtime::clock::now;
use serde_json::Value;
use testkit::{DEMO, Outcome, Stack, User, until};

/// Two sweeps as far apart as their schedule has them are two sightings.
const APART: SignedDuration = SignedDuration::from_mins(1);

/// The pod that takes the place of a lost one, once it runs.
async fn running_instead(user: &User, lost: &Value) -> Outcome<Value> {
    let next = lost["relaunched_as"].as_str().ok_or("nothing takes its place")?.to_owned();
    until("the next pod to run", async || {
        let pod = user.pod(&next).await?;
        if pod["state"] == "failed" {
            return Err(format!("it failed: {pod}").into());
        }
        Ok((pod["state"] == "running").then_some(pod))
    })
    .await
}

/// The next pod is the lost one in everything that was agreed to, and its owner was asked nothing.
async fn assert_same_but_new(user: &User, lost: &Value, next: &Value) -> Outcome<()> {
    assert_eq!(next["relaunch_of"], lost["id"], "{next}");
    for same in ["name", "gpu", "template_id", "disk_gib", "price", "relaunch"] {
        assert_eq!(next[same], lost[same], "{same}");
    }
    let mails = user.stack.mails(&user.email).await?;
    let asked = mails.iter().filter(|mail| mail.subject.contains("trial is ready")).count();
    assert_eq!(asked, 1, "only the first was activated by hand");
    Ok(())
}

#[tokio::test]
async fn a_machine_that_is_taken_away_is_replaced_if_its_owner_chose_that() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.payer("swift", 100, &[]).await?;
    let offer = user.offer_of("gpu_1x_b200_sxm6").await?;
    let pod = user.deploy_again_when_lost(&offer, None).await?;
    user.settled(&pod, "ready").await?;
    user.activate(&pod).await?;
    user.runs_some_seconds(&pod).await?;
    stack.sweep(now()).await?;
    let row = user.row(&pod).await?;
    let attempt = row.attempts.last().cloned().ok_or("no attempt")?;
    assert!(stack.clouds()?.vanish(&attempt.machine_name).await?);
    let started = Timestamp::from_second(attempt.started_at.as_second())?;
    // A new machine may be missing in its cloud's list for two minutes; then two sweeps decide.
    let missed = started + SignedDuration::from_secs(121);
    stack.sweep(missed).await?;
    let last_seen = user.row(&pod).await?.missing_since.ok_or("it is missing")?;
    stack.sweep(missed + APART).await?;

    let lost = user.becomes(&pod, "terminated").await?;
    assert_eq!(lost["reason"]["code"], "machine_vanished", "{lost}");
    let next = running_instead(&user, &lost).await?;
    assert_same_but_new(&user, &lost, &next).await?;
    let mail = stack.mail(&user.email, "trial has ended").await?;
    assert!(mail.text.contains("took the machine away"), "{mail:?}");
    assert!(mail.text.contains("deployed again at the same price"), "{mail:?}");
    let row = user.row(&pod).await?;
    let ran = row.clock.until(Timestamp::MAX).running;
    assert!(ran > 0);
    // A test before may have swept at a later instant.
    let until = last_seen.min(missed + APART);
    assert_eq!(ran, until.duration_since(row.running_at.ok_or("it ran")?).as_secs());

    let next = next["id"].as_str().unwrap_or_default().to_owned();
    user.runs_some_seconds(&next).await?;
    user.end(&next).await?;
    let first = user.assert_settled(&pod).await?.metered;
    let settled = user.assert_settled(&next).await?;
    let paid = first.captured_usd_micros.0 + settled.metered.captured_usd_micros.0;
    assert_eq!(settled.wallet.cash().0, 100_000_000 - paid, "{:?}", settled.wallet);
    Ok(())
}

#[tokio::test]
async fn the_sandbox_shows_what_becomes_of_a_machine_that_is_taken_away() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(DEMO).join().await?;
    let offer = user.offer("spot=true&gpu_count=1&sort=price_asc").await?;
    let pod = user.deploy_again_when_lost(&offer, Some("taken_away")).await?;
    user.settled(&pod, "ready").await?;
    user.activate(&pod).await?;
    let running_at = user.row(&pod).await?.running_at.ok_or("it runs")?;
    stack.sweep(running_at + SignedDuration::from_secs(59)).await?;
    assert_eq!(user.pod(&pod).await?["state"], "running");
    stack.sweep(now().max(running_at) + SignedDuration::from_secs(61)).await?;
    let lost = user.becomes(&pod, "terminated").await?;
    assert_eq!(lost["reason"]["code"], "preempted", "{lost}");
    let next = running_instead(&user, &lost).await?;
    assert_same_but_new(&user, &lost, &next).await?;
    user.end(next["id"].as_str().unwrap_or_default()).await?;
    Ok(())
}
