//! Everything is killed ten times, at ten points of pods' lives; each time it is started again,
//! and in the end each pod is as it is wanted and no rule is broken.

mod answered;
mod pairs;
mod points;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use domain::money::UsdMicros;
use domain::pod::{Pod, PodState};
use jiff::{SignedDuration, Timestamp};
use pairs::Pairs;
use points::{POINTS, Point};
use runtime::clock::now;
use runtime::config::required;
use survival_tests::{Rows, Run, broken_rules, dead_letters, told_event, unsettled, within};
use testkit::{CloudMachine, DEMO, Outcome, Stack};

/// A minute after the start, and the sweep that then ends.
const SETTLED_WITHIN: Duration = Duration::from_secs(100);
/// Sweeps until an orphan is gone: it is seen, it is ended, it is gone.
const SWEEPS: i64 = 3;
/// Two sweeps of the schedule are this far apart.
const SWEEP_EVERY: SignedDuration = SignedDuration::from_secs(61);

#[tokio::test]
async fn ten_kills_at_ten_points_leave_every_pod_as_wanted_and_no_rule_broken() -> Outcome<()> {
    let folder = PathBuf::from(required::<String>("GPUBROKER_STATE")?).join("survival");
    let mut run = Run::start_afresh(folder).await?;
    let mut pairs = Box::pin(Pairs::join(&run)).await?;
    for point in POINTS {
        Box::pin(pairs.reach(&run, point)).await.map_err(|error| format!("{point:?}: {error}"))?;
        run.kill()?;
        run.start().await?;
        Box::pin(pairs.repeat(&run, point)).await.map_err(|error| format!("{point:?}: {error}"))?;
    }
    let stack = run.stack()?;
    let began = Instant::now();
    settled(&stack, SETTLED_WITHIN).await?;
    Box::pin(swept(&run, &stack)).await?;
    let rows = Rows::read(&stack).await?;
    assert_as_wanted(&rows, &pairs)?;
    let machines = run.clouds()?.machines().await?;
    assert_simulated(&rows, &machines)?;
    assert_the_rules_bite(&rows, &machines)?;
    for (queue, messages) in dead_letters(&stack).await? {
        assert_eq!(messages, 0, "{queue}");
    }
    Box::pin(a_new_user_deploys(&stack)).await?;
    assert!(began.elapsed() < SETTLED_WITHIN * 2, "{:?}", began.elapsed());
    run.kill()
}

/// Waits until each pod is as it is wanted.
async fn settled(stack: &Stack, limit: Duration) -> Outcome<()> {
    let mut moving = Vec::new();
    let waited = within(limit, "the pods", async || {
        moving = unsettled(&Rows::read(stack).await?);
        Ok(moving.is_empty().then_some(()))
    });
    waited.await.map_err(|error| format!("{error}: {moving:?}").into())
}

/// Sweeps as often as an orphan may stay, and waits until no rule is broken.
async fn swept(run: &Run, stack: &Stack) -> Outcome<()> {
    let clouds = run.clouds()?;
    let mut at: Timestamp = now();
    for _ in 0..SWEEPS {
        stack.sweep(at).await?;
        settled(stack, SETTLED_WITHIN).await?;
        at += SWEEP_EVERY;
    }
    let mut broken = Vec::new();
    let waited = within(SETTLED_WITHIN, "all rules", async || {
        let rows = Rows::read(stack).await?;
        broken = broken_rules(&rows, &clouds.machines().await?, now())?;
        Ok(broken.is_empty().then_some(()))
    });
    waited.await.map_err(|error| format!("{error}: {broken:#?}").into())
}

/// Every pod whose deploy was answered is known, and went on from where it stood.
fn assert_as_wanted(rows: &Rows, pairs: &Pairs) -> Outcome<()> {
    if let Some(lost) = pairs.accepted().iter().find(|id| rows.pod(id).is_none()) {
        return Err(format!("{lost} is lost").into());
    }
    for (point, id) in pairs.standing() {
        let pod = rows.pod(id).ok_or_else(|| format!("{id} of {point:?} is lost"))?;
        let expected = match point {
            Point::Ending => PodState::Terminated,
            Point::Running => PodState::Running,
            _ => PodState::Ready,
        };
        if pod.state != expected {
            return Err(format!("{point:?} ended as {:?}: {:?}", pod.state, pod.reason).into());
        }
    }
    let stopped = pairs.stopped().and_then(|id| rows.pod(id)).map(|pod| pod.state);
    if stopped == Some(PodState::Stopped) { Ok(()) } else { Err(format!("{stopped:?}").into()) }
}

/// No machine is the sandbox's.
fn assert_simulated(rows: &Rows, machines: &[CloudMachine]) -> Outcome<()> {
    let simulated = |pod: &&Pod| pod.mode == domain::Mode::Sandbox;
    for pod in rows.pods.iter().filter(simulated) {
        let body = pod.id.as_str().trim_start_matches("pod_");
        if machines.iter().any(|machine| machine.name.contains(body)) {
            return Err(format!("the sandbox's {} has a machine", pod.id).into());
        }
    }
    Ok(())
}

/// Each rule tells of rows that break it.
fn assert_the_rules_bite(rows: &Rows, machines: &[CloudMachine]) -> Outcome<()> {
    type Break = fn(&mut Rows, &mut Vec<CloudMachine>);
    let breaks: [(&str, Break); 6] = [
        ("a machine is gone", |_, machines| drop(machines.pop())),
        ("an event is missing", |rows, _| {
            rows.events.values_mut().for_each(|events| drop(events.remove(0)));
        }),
        ("a transaction is missing", |rows, _| {
            rows.accounts.values_mut().for_each(|account| drop(account.transactions.pop()));
        }),
        ("the pods of holds are unknown", |rows, _| rows.pods.clear()),
        ("nobody counts", |rows, _| rows.tallies.clear()),
        ("more was taken than was used", |rows, _| {
            let meters = rows.accounts.values_mut().flat_map(|account| &mut account.meters);
            meters.for_each(|meter| meter.metered.captured_usd_micros = UsdMicros(1_000_000_000));
        }),
    ];
    for (what, break_it) in breaks {
        let (mut rows, mut machines) = (rows.clone(), machines.to_vec());
        break_it(&mut rows, &mut machines);
        if broken_rules(&rows, &machines, now())?.is_empty() {
            return Err(format!("no rule sees that {what}").into());
        }
    }
    Ok(())
}

async fn a_new_user_deploys(stack: &Stack) -> Outcome<()> {
    let user = stack.visitor(DEMO).join().await?;
    let offer = user.offer("gpu=RTX%204090&gpu_count=1&sort=price_asc").await?;
    let pod = user.deploy(&offer, None).await?;
    user.settled(&pod, "ready").await?;
    let token = stack.activation_token(&pod).await?;
    user.try_activate(&pod, &token).await?.with_status(200)?;
    told_event(&user, &pod, "pod.running").await
}
