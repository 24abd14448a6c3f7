//! Many pods that boot at once at a cloud that takes few requests.

use std::time::Duration;

use contracts::deploy::{DeployPodV1, StepOutcomeV1};
use domain::Error;
use domain::pod::PodState;
use futures_util::future::try_join_all;
use runtime::clock::now;
use runtime::ids::entropy;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::world::{CLOUD, START};
use crate::{Line, Outcome, World};

/// What `deploy-pod` allows of a busy cloud: tries, and the seconds of the first and longest pause.
const TRIES: i32 = 120;
const FIRST_SECS: f64 = 4.0;
const GROWTH: f64 = 1.5;
const LONGEST_SECS: f64 = 20.0;
const PROBE_SECS: f64 = 5.0;

/// How a crowd fared.
#[derive(Clone, Debug)]
pub struct Crowd {
    /// Pods that became ready.
    pub ready: usize,
    /// Codes of what kept the others from it.
    pub failed: Vec<&'static str>,
    /// Until the last was either.
    pub took: Duration,
    /// Requests that the cloud got.
    pub requests: usize,
    /// Those of them that it turned away.
    pub refused: usize,
}

/// Time at a cloud that takes one request in each `interval`, in place of one a second.
#[derive(Clone, Copy, Debug)]
struct Pace(Duration);

impl Pace {
    async fn pause(self, secs: f64) {
        sleep(self.0.mul_f64(secs)).await;
    }

    /// Waits like a state machine with full jitter.
    async fn back_off(self, tried: i32) -> Outcome<()> {
        let most = (FIRST_SECS * GROWTH.powi(tried)).min(LONGEST_SECS);
        let share = f64::from(entropy()?[0]) / 256.0;
        self.pause(most * share).await;
        Ok(())
    }

    /// Runs a step until its cloud has time for it.
    async fn patient(
        self,
        step: impl AsyncFn() -> Result<StepOutcomeV1, Error>,
    ) -> Outcome<Result<StepOutcomeV1, Error>> {
        for tried in 0..TRIES {
            match step().await {
                Err(error) if error.is_busy() => self.back_off(tried).await?,
                done => return Ok(done),
            }
        }
        Ok(Err(Error::busy("the cloud")))
    }
}

/// Deploys so many pods, each of its own user, all at once, at a cloud that takes one request in each
/// `interval`.
pub async fn crowd(pods: usize, interval: Duration) -> Outcome<Crowd> {
    let millis = u64::try_from(interval.as_millis())?;
    let world = World::at(CLOUD, Line::new(None), millis).await?;
    let settings = json!({"boot_ms": 2_000, "min_interval_ms": millis});
    world.cloud.control.set(settings).await?;
    let pace = Pace(interval);
    let began = Instant::now();
    let outcomes = try_join_all((0..pods).map(|_| one(&world, pace))).await?;
    let failed: Vec<_> = outcomes.iter().copied().flatten().collect();
    let asked = world.cloud.control.requests("").await?;
    Ok(Crowd {
        ready: outcomes.len() - failed.len(),
        failed,
        took: began.elapsed(),
        requests: asked.len(),
        refused: asked.iter().filter(|request| request.status == Some(429)).count(),
    })
}

/// Deploys one pod; the code of what kept it from becoming ready.
async fn one(world: &World, pace: Pace) -> Outcome<Option<&'static str>> {
    let of = world.site.payer(START).await?;
    world.site.join(&of.user_id).await?;
    let id = world.open_by(&of).await?;
    let input = &DeployPodV1::from(&world.pod(&id).await?);
    let code = async |done: Result<StepOutcomeV1, Error>| done.err().map(|error| error.code);
    let held = pace.patient(async || world.hold.handle(input.clone(), now()).await).await?;
    if let Some(code) = code(held).await {
        return Ok(Some(code));
    }
    let launched = pace.patient(async || world.launch.handle(input.clone(), now()).await).await?;
    if let Some(code) = code(launched).await {
        return Ok(Some(code));
    }
    loop {
        match pace.patient(async || world.probe.handle(input.clone(), now()).await).await? {
            Ok(StepOutcomeV1::Answering) => break,
            Ok(_) => pace.pause(PROBE_SECS).await,
            Err(error) => return Ok(Some(error.code)),
        }
    }
    let marked = pace.patient(async || world.mark_ready.handle(input.clone(), now()).await).await?;
    let is_ready = world.pod(&id).await?.state == PodState::Ready;
    Ok(code(marked).await.or((!is_ready).then_some("not_ready")))
}
