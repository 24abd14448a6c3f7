//! One cloud is silent for ten minutes while people deploy at two others.

use std::time::{Duration, Instant};

use futures_util::future::{try_join, try_join_all};
use serde_json::Value;
use testkit::{Fault, Outcome, Stack, User, within};
use tokio::time::sleep;

use crate::figure::{Figure, float};
use crate::samples::Samples;

const PART: &str = "outage";
const SILENT: &str = "lambda";
const SILENT_TYPE: &str = "gpu_1x_h100_pcie";
const SILENCE: Duration = Duration::from_mins(10);
/// What is deployed, in turn, at the two other clouds.
const OTHERS: [&str; 2] = ["provider=vultr&gpu=GH200", "provider=verda&gpu=RTX%20PRO%206000"];
const UNDISTURBED: u32 = 6;
const DISTURBED: u32 = 20;
/// Between two deploys; the last of them begins a minute before the silence ends.
const BETWEEN: Duration = Duration::from_secs(27);
/// How long a machine may take to become ready, or to be told of.
const READY_WITHIN: Duration = Duration::from_mins(3);
/// How long what waits for the silent cloud may take once it speaks again.
const RECOVERED_WITHIN: Duration = Duration::from_mins(10);
const ASK_EVERY: Duration = Duration::from_millis(250);

async fn payer(stack: &Stack) -> Outcome<User> {
    stack.payer("outage", 100, &[]).await
}

/// Deploys the `nth` GPU and ends it; the time from the order to a ready pod on its first machine.
async fn rent(stack: &Stack, nth: u32) -> Outcome<Duration> {
    sleep(BETWEEN * nth).await;
    let user = payer(stack).await?;
    let query = OTHERS[usize::try_from(nth)? % OTHERS.len()];
    let offer = user.offer(&format!("{query}&gpu_count=1&sort=price_asc")).await?;
    let ordered = Instant::now();
    let pod = user.deploy(&offer, None).await?;
    let ready = over(&user, &pod, READY_WITHIN).await?;
    let took = ordered.elapsed();
    let launches = stack.clouds()?.answers(&pod, "launch").await?;
    if ready["state"] != "ready" || launches.len() != 1 {
        return Err(format!("{launches:?}: {ready}").into());
    }
    user.end(&pod).await?;
    user.becomes(&pod, "terminated").await?;
    user.assert_settled(&pod).await?;
    Ok(took)
}

/// Rents so many one after the other, each on its own.
async fn rent_all(stack: &Stack, count: u32) -> Outcome<Samples> {
    let took = try_join_all((0..count).map(|nth| rent(stack, nth))).await?;
    let mut samples = Samples::default();
    for took in took {
        samples.add(took);
    }
    Ok(samples)
}

/// Waits until a deploy is over, however it went.
async fn over(user: &User, pod: &str, limit: Duration) -> Outcome<Value> {
    within(limit, ASK_EVERY, &format!("the deploy of {pod}"), async || {
        let pod = user.pod(pod).await?;
        let moving = matches!(pod["state"].as_str(), Some("pending" | "provisioning"));
        Ok((!moving).then_some(pod))
    })
    .await
}

/// Waits until a pod's owner is told, or no longer told, that its cloud is silent.
async fn told(user: &User, pod: &str, silent: bool) -> Outcome<()> {
    within(READY_WITHIN, ASK_EVERY, &format!("{pod} to tell of the silence"), async || {
        let is_told = !user.pod(pod).await?["cloud_silent_since"].is_null();
        Ok((is_told == silent).then_some(()))
    })
    .await
}

/// Measures deploys before and in the silence, and what becomes of the silent cloud's pods.
pub(crate) async fn figures() -> Outcome<Vec<Figure>> {
    let stack = Stack::from_env()?;
    let clouds = stack.clouds()?;
    let tenant = payer(&stack).await?;
    let running = tenant.run_type(SILENT_TYPE).await?;
    let undisturbed = rent_all(&stack, UNDISTURBED).await?;

    let silence = clouds.fault(Fault::silent().at(SILENT)).await?;
    let began = Instant::now();
    let caller = payer(&stack).await?;
    let waiting = caller.deploy_type(SILENT_TYPE).await?;
    let (disturbed, ()) = try_join(rent_all(&stack, DISTURBED), async {
        sleep(SILENCE.saturating_sub(began.elapsed())).await;
        told(&tenant, &running, true).await
    })
    .await?;
    clouds.end_fault(silence).await?;
    let spoke = Instant::now();
    let silent = spoke - began;

    let waited = over(&caller, &waiting, RECOVERED_WITHIN).await?;
    let recovered = spoke.elapsed();
    told(&tenant, &running, false).await?;
    let state = tenant.pod(&running).await?["state"].clone();
    let launched = clouds.machines_of(&waiting).await?.len();
    tenant.assert_settled(&running).await?;

    let secs = |duration: Duration| (duration.as_secs_f64(), "s");
    let count = |count: usize| Ok::<_, crate::BoxError>((float(u64::try_from(count)?), ""));
    let before = undisturbed.percentile(100).as_secs_f64();
    Ok(vec![
        Figure::new(PART, "silence of one cloud of four", secs(silent))
            .against(format!("its running pod is {state} afterwards")),
        Figure::new(PART, "deploys at two others, each ready on its first machine", {
            count(disturbed.count())?
        })
        .against(format!("of {DISTURBED}")),
        Figure::new(PART, "  from order to ready, p50", secs(disturbed.percentile(50)))
            .against(format!("{:.2} s before", undisturbed.percentile(50).as_secs_f64())),
        Figure::new(PART, "  from order to ready, the longest", secs(disturbed.percentile(100)))
            .against(format!("{before:.2} s before")),
        Figure::new(PART, "a deploy at the silent cloud, over since it speaks", secs(recovered))
            .against(format!("{}, {launched} machines launched", waited["state"])),
    ])
}
