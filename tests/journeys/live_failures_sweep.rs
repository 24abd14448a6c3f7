//! What only the sweep sees: machines without a pod, pods without their machine, money that ends.
//!
//! These tests sweep at instants that have not come yet, and count the machines of the whole
//! account, so each has the product for itself (`.config/nextest.toml`).

use domain::Mode;
use domain::id::PodId;
use domain::pod::Attempt;
use domain::pod::PodState;
use domain::pod::launch::MachinePrefix;
use jiff::{SignedDuration, Timestamp};
use runtime::clock::now;
use serde_json::json;
use testkit::{Fault, Outcome, Stack, User, fresh_key, until};

/// Two sweeps as far apart as their schedule has them are two sightings.
const APART: SignedDuration = SignedDuration::from_mins(1);

async fn payer(stack: &Stack) -> Outcome<User> {
    stack.payer("swift", 100, &[]).await
}

/// The second in which `at` lies, as a schedule's event tells it.
fn second_of(at: Timestamp) -> Outcome<Timestamp> {
    Ok(Timestamp::from_second(at.as_second())?)
}

/// A machine's name that begins with `prefix` and belongs to no pod.
fn stray(prefix: &str) -> Outcome<String> {
    let body = PodId::new(now(), runtime::ids::entropy()?);
    Ok(format!("{prefix}-{}-1", body.body()))
}

async fn is_there(stack: &Stack, name: &str) -> Outcome<bool> {
    Ok(!stack.clouds()?.machines_named(name).await?.is_empty())
}

async fn only_attempt(user: &User, pod: &str) -> Outcome<Attempt> {
    let attempts = user.row(pod).await?.attempts;
    attempts.last().cloned().ok_or_else(|| "no attempt".into())
}

#[tokio::test]
async fn a_machine_without_a_pod_ends_at_its_second_sighting_and_a_foreign_one_never() -> Outcome<()>
{
    let stack = Stack::from_env()?;
    let own = stack.machine_prefix()?.to_string();
    let orphan = stray(&own)?;
    // Of nobody, of another deployment, of one whose name begins like ours, and of one that has our
    // stack's name in another region.
    let twin: MachinePrefix = format!("000000000000/eu-west-1/{}", stack.name()?).parse()?;
    let prefixes = ["somebody".to_owned(), "gpb-other-abcdef".into(), format!("{own}-eu")];
    let foreign: Vec<String> = prefixes
        .iter()
        .map(|prefix| stray(prefix))
        .chain([stray(&twin.to_string())])
        .collect::<Outcome<_>>()?;
    for name in foreign.iter().chain([&orphan]) {
        stack.clouds()?.launch_unasked(name, "gpu_1x_h100_pcie").await?;
    }
    let first = now();
    // A sweep that was started twice is one look.
    for at in [first, first, first + SignedDuration::from_secs(10)] {
        stack.sweep(at).await?;
        assert!(is_there(&stack, &orphan).await?, "ended at its first sighting");
    }
    stack.sweep(first + APART).await?;
    until("the orphan's end", async || Ok((!is_there(&stack, &orphan).await?).then_some(())))
        .await?;
    stack.sweep(first + APART + APART).await?;
    for name in &foreign {
        assert!(is_there(&stack, name).await?, "{name} is nobody's business");
        assert!(stack.clouds()?.answers(name, "terminate").await?.is_empty());
        stack.clouds()?.vanish(name).await?;
    }
    Ok(())
}

#[tokio::test]
async fn more_orphans_than_an_accident_explains_are_left_until_an_operator_releases_the_brake()
-> Outcome<()> {
    let stack = Stack::from_env()?;
    let prefix = stack.machine_prefix()?.to_string();
    let there = stack.clouds()?.machines().await?.len();
    // More than three, and more than a twentieth of what there is then.
    let orphans = (0..4 + there / 10).map(|_| stray(&prefix)).collect::<Outcome<Vec<_>>>()?;
    for name in &orphans {
        stack.clouds()?.launch_unasked(name, "gpu_1x_h100_pcie").await?;
    }
    let first = now();
    for at in [first, first + APART, first + APART + APART] {
        stack.sweep(at).await?;
        for name in &orphans {
            assert!(stack.clouds()?.answers(name, "terminate").await?.is_empty(), "{name}");
        }
    }
    let looked_at = first + APART + APART + APART;
    stack.release_brake("lambda", looked_at + SignedDuration::from_secs(1)).await?;
    stack.sweep(looked_at).await?;
    for name in &orphans {
        until("the orphan's end", async || Ok((!is_there(&stack, name).await?).then_some(())))
            .await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_second_machine_of_a_pods_name_ends_at_its_second_sighting_and_the_pods_own_stays()
-> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let pod = user.run_type("gpu_2x_h100_sxm5").await?;
    let own = only_attempt(&user, &pod).await?;
    stack.clouds()?.launch_twin(&own.machine_name, "gpu_2x_h100_sxm5").await?;
    assert_eq!(stack.clouds()?.machines_of(&pod).await?.len(), 2);
    let first = now();
    stack.sweep(first).await?;
    assert_eq!(stack.clouds()?.machines_of(&pod).await?.len(), 2);
    stack.sweep(first + APART).await?;
    let left = until("the twin's end", async || {
        let left = stack.clouds()?.machines_of(&pod).await?;
        Ok((left.len() == 1).then_some(left))
    })
    .await?;
    assert_eq!(left.first().map(|machine| &machine.id), own.machine_id.as_ref());
    user.end(&pod).await?;
    user.assert_settled(&pod).await.map(drop)
}

/// Pods whose machines vanish at once: one that runs, and one that waits for its activation.
struct Vanished {
    runner: User,
    running: String,
    waiter: User,
    ready: String,
    /// When their machines are missed first: a new one may be missing in its cloud's list for two
    /// minutes.
    missed: Timestamp,
}

async fn vanished(stack: &Stack) -> Outcome<Vanished> {
    let (runner, waiter) = (payer(stack).await?, payer(stack).await?);
    let running = runner.run_type("gpu_1x_b200_sxm6").await?;
    let ready = waiter.deploy_type("gpu_1x_b200_sxm6").await?;
    waiter.settled(&ready, "ready").await?;
    let mut newest = Timestamp::MIN;
    for (user, pod) in [(&runner, &running), (&waiter, &ready)] {
        let attempt = only_attempt(user, pod).await?;
        assert!(stack.clouds()?.vanish(&attempt.machine_name).await?);
        newest = newest.max(attempt.started_at);
    }
    let missed = second_of(newest)? + SignedDuration::from_secs(121);
    Ok(Vanished { runner, running, waiter, ready, missed })
}

#[tokio::test]
async fn a_pod_whose_machine_is_gone_is_closed_told_and_charged_until_it_was_last_seen()
-> Outcome<()> {
    let stack = Stack::from_env()?;
    let Vanished { runner, running, waiter, ready, missed } = vanished(&stack).await?;
    stack.sweep(missed - SignedDuration::from_secs(60)).await?;
    let health = stack.cloud_accounts().await?.health("lambda").await?;
    let last_seen = health.listed_at.ok_or("it was listed")?;
    for at in [missed, missed] {
        stack.sweep(at).await?;
    }
    let first = runner.row(&running).await?;
    assert_eq!((first.state, first.missing_since), (PodState::Running, Some(last_seen)));
    stack.sweep(missed + APART).await?;

    let over = runner.becomes(&running, "terminated").await?;
    assert_eq!(over["reason"]["code"], "machine_vanished", "{over}");
    let settled = runner.assert_settled(&running).await?;
    let running_at = settled.pod.running_at.ok_or("it ran")?;
    let secs = settled.pod.clock.until(Timestamp::MAX).running;
    assert_eq!(secs, last_seen.min(missed + APART).duration_since(running_at).as_secs());
    let left = 100_000_000 - settled.metered.captured_usd_micros.0;
    assert!(settled.metered.captured_usd_micros.0 > 0);
    assert_eq!(settled.wallet.cash().0, left, "{:?}", settled.wallet);
    let mail = stack.mail(&runner.email, "trial has ended").await?;
    assert!(mail.text.contains("took the machine away"), "{mail:?}");

    let over = waiter.becomes(&ready, "failed").await?;
    assert_eq!(over["reason"]["code"], "machine_vanished", "{over}");
    let settled = waiter.assert_settled(&ready).await?;
    assert_eq!(settled.wallet.cash().0, 100_000_000, "{:?}", settled.wallet);
    stack.mail(&waiter.email, "trial could not be deployed").await.map(drop)
}

#[tokio::test]
async fn what_a_silent_cloud_does_not_show_is_charged_once_it_does() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let pod = user.run_type("gpu_1x_h100_pcie").await?;
    let accounts = stack.cloud_accounts().await?;
    let silent = stack.clouds()?.fault(Fault::status(503).on("machines")).await?;
    let began = now();
    stack.sweep(began).await?;
    let before = accounts.health("lambda").await?;
    assert!(before.unlisted_since.is_some(), "{before:?}");
    let ten_minutes = began + SignedDuration::from_mins(11);
    stack.sweep(ten_minutes).await?;
    let health = accounts.health("lambda").await?;
    assert_eq!(
        (health.listed_at, health.unlisted_since),
        (before.listed_at, before.unlisted_since)
    );
    assert!(health.silent_since(ten_minutes).is_some(), "{health:?}");
    let row = user.row(&pod).await?;
    assert_eq!((row.state, row.missing_since), (PodState::Running, None), "{row:?}");
    // Nobody has seen the machine since the last list, so nothing is taken for that time.
    let since = row.machine.ok_or("it has a machine")?.since;
    let until = health.listed_at.map_or(since, |at| at.max(since));
    user.meter(&pod, now()).await?;
    let (of, pod_id) = (user.wallet_of(Mode::Live).await?, user.keys_of(&pod).await?.1);
    let captured = stack.ledger().await?.metered(&of, &pod_id).await?.until;
    assert!(captured.is_none_or(|at| at <= until), "{captured:?} is past {until}");

    stack.clouds()?.end_fault(silent).await?;
    stack.sweep(now()).await?;
    let listed = accounts.health("lambda").await?;
    assert_eq!(listed.unlisted_since, None, "{listed:?}");
    user.runs_some_seconds(&pod).await?;
    user.end(&pod).await?;
    user.assert_settled(&pod).await.map(drop)
}

#[tokio::test]
async fn held_money_comes_back_at_once_though_the_cloud_ends_no_machine() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let pod = user.run_type("gpu_1x_a6000").await?;
    user.runs_some_seconds(&pod).await?;
    let down = Fault::status(503).on("terminate").named(pod.trim_start_matches("pod_"));
    let down = stack.clouds()?.fault(down).await?;
    user.delete(&format!("/pods/{pod}")).await?.with_status(202)?;
    until("the money", async || {
        let wallet = user.wallet_details().await?;
        Ok((wallet["holds"] == json!([])).then_some(()))
    })
    .await?;
    let row = user.row(&pod).await?;
    assert_eq!(row.state, PodState::Terminating);
    assert_eq!(stack.clouds()?.machines_of(&pod).await?.len(), 1);
    stack.clouds()?.end_fault(down).await?;
    stack.sweep(now()).await?;
    user.becomes(&pod, "terminated").await?;
    user.assert_settled(&pod).await.map(drop)
}

#[tokio::test]
async fn a_pod_ends_before_its_money_does_and_its_owner_is_warned() -> Outcome<()> {
    let stack = Stack::from_env()?;
    // A dollar pays for five minutes and a half of this type.
    let user = stack.payer("skint", 1, &[("hold_secs", json!(240))]).await?;
    let pod = user.run_type("gpu_2x_b200_sxm6").await?;
    user.runs_some_seconds(&pod).await?;
    let funded = user.row(&pod).await?.funded_until.ok_or("it is paid for a while")?;
    for _ in 0..3 {
        user.meter(&pod, now()).await?;
    }
    let paid = user.row(&pod).await?.funded_until.ok_or("it is paid for a while")?;
    assert!(paid > funded + SignedDuration::from_secs(60), "{funded} to {paid}");
    assert_eq!(user.wallet().await?["available_usd_micros"], 0);
    stack.mail(&user.email, "trial is running low on funds").await?;
    let mails = stack.mails(&user.email).await?.into_iter();
    assert_eq!(mails.filter(|mail| mail.subject.contains("is running low on funds")).count(), 1);

    let last = second_of(paid)? - SignedDuration::from_secs(60);
    stack.sweep(last - SignedDuration::from_secs(1)).await?;
    assert_eq!(user.pod(&pod).await?["state"], "running");
    stack.sweep(last + SignedDuration::from_secs(1)).await?;
    let over = user.becomes(&pod, "terminated").await?;
    assert_eq!(over["reason"]["code"], "funds_exhausted", "{over}");
    let settled = user.assert_settled(&pod).await?;
    assert_eq!(settled.metered.waived_usd_micros.0, 0, "{:?}", settled.metered);
    let left = settled.wallet.cash().0;
    assert_eq!(left, 1_000_000 - settled.metered.captured_usd_micros.0);
    assert!(left > 0, "{:?}", settled.wallet);
    stack.mail(&user.email, "trial has ended").await?;
    let quote = user.quote(&user.offer_of("gpu_2x_b200_sxm6").await?).await?;
    let body = json!({"quote_id": quote["id"], "name": "again"});
    user.try_deploy(&fresh_key()?, &body).await?.refused(402, "insufficient_funds")?;
    Ok(())
}

/// A pod that runs on eight GPUs of Runpod's, its machine's identifier, and from when on its cloud
/// must list the machine.
async fn at_runpod(user: &User, gpu: &str) -> Outcome<(String, String, Timestamp)> {
    let query = format!("provider=runpod&gpu={gpu}&gpu_count=8&sort=price_asc");
    let pod = user.deploy(&user.offer(&query).await?, None).await?;
    user.settled(&pod, "ready").await?;
    user.activate(&pod).await?;
    user.runs_some_seconds(&pod).await?;
    let id = only_attempt(user, &pod).await?.machine_id.ok_or("it was launched")?;
    let since = user.row(&pod).await?.machine.ok_or("it has a machine")?.since;
    Ok((pod, id, since + SignedDuration::from_secs(121)))
}

async fn status(stack: &Stack, pod: &str) -> Outcome<String> {
    let machines = stack.clouds()?.machines_of(pod).await?;
    Ok(machines.iter().map(|machine| machine.status.as_str()).collect())
}

#[tokio::test]
async fn a_machine_that_runs_though_its_pod_is_stopped_is_stopped_at_its_second_sighting()
-> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let (pod, machine, due) = at_runpod(&user, "A40").await?;
    user.post_nothing(&format!("/pods/{pod}/stop")).await?.with_status(202)?;
    user.becomes(&pod, "stopped").await?;
    user.assert_settled(&pod).await?;
    stack.clouds()?.act_unasked(&machine, "start").await?;
    until("the machine to run", async || {
        Ok((status(&stack, &pod).await? == "active").then_some(()))
    })
    .await?;
    for _ in 0..2 {
        stack.sweep(due).await?;
        assert_eq!(status(&stack, &pod).await?, "active", "stopped at its first sighting");
    }
    stack.sweep(due + APART).await?;
    until("its stop", async || Ok((status(&stack, &pod).await? == "stopped").then_some(())))
        .await?;
    assert_eq!(user.pod(&pod).await?["state"], "stopped");
    user.end(&pod).await?;
    user.becomes(&pod, "terminated").await?;
    user.assert_settled(&pod).await.map(drop)
}

#[tokio::test]
async fn a_pod_whose_machine_its_cloud_stopped_is_stopped_and_told_and_charged_no_further()
-> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let (pod, machine, due) = at_runpod(&user, "RTX%20A5000").await?;
    stack.sweep(due - APART).await?;
    let health = stack.cloud_accounts().await?.health("runpod").await?;
    let last_seen = health.listed_at.ok_or("it was listed")?;
    stack.clouds()?.act_unasked(&machine, "stop").await?;
    until("the machine to stop", async || {
        Ok((status(&stack, &pod).await? == "stopped").then_some(()))
    })
    .await?;
    stack.sweep(due).await?;
    let first = user.row(&pod).await?;
    assert_eq!((first.state, first.missing_since), (PodState::Running, Some(last_seen)));
    stack.sweep(due + APART).await?;
    let stopped = user.becomes(&pod, "stopped").await?;
    assert_eq!(stopped["reason"]["code"], "machine_stopped", "{stopped}");
    let settled = user.assert_settled(&pod).await?;
    let running_at = settled.pod.running_at.ok_or("it ran")?;
    let charged = last_seen.min(due + APART).duration_since(running_at).as_secs();
    assert_eq!(settled.pod.clock.until(Timestamp::MAX).running, charged);
    assert_eq!(stack.clouds()?.machines_of(&pod).await?.len(), 1);
    user.end(&pod).await?;
    user.becomes(&pod, "terminated").await?;
    user.assert_settled(&pod).await.map(drop)
}

#[tokio::test]
async fn a_deploy_killed_while_it_launches_goes_on_with_one_machine() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let instance_type = "gpu_2x_a100_80gb_sxm4";
    let slow = Fault::slow(4_000).on("launch").of_type(instance_type).times(1);
    stack.clouds()?.fault(slow).await?;
    let pod = user.deploy_type(instance_type).await?;
    let answers = async || stack.clouds()?.answers(&pod, "launch").await;
    until("its launch", async || Ok((!answers().await?.is_empty()).then_some(()))).await?;
    stack.kill_deploy(&pod, 1).await?;
    // The step that launches lives on without its execution; nobody launches beside it.
    stack.sweep(now()).await?;
    until("the machine", async || Ok((answers().await? == [Some(200)]).then_some(()))).await?;
    let attempt = only_attempt(&user, &pod).await?;
    stack.sweep(attempt.started_at + SignedDuration::from_secs(62)).await?;
    user.settled(&pod, "ready").await?;
    let ready = user.assert_settled(&pod).await?;
    assert_eq!((answers().await?, ready.pod.execution), (vec![Some(200)], 2));
    user.end(&pod).await?;
    let over = user.assert_settled(&pod).await?;
    assert_eq!(over.pod.state, PodState::Terminated);
    assert_eq!(over.wallet.cash().0, 100_000_000, "{:?}", over.wallet);
    Ok(())
}
