//! Walks through every connected GPU cloud as its user would: what it sells, a launch, a machine that
//! answers, activation, stop and start, the end.

use std::fmt::Write;
use std::time::{Duration, Instant};

use serde_json::Value;
use testkit::{Outcome, Stack, User, within};

use crate::say;

/// How long each step may take.
const STEP_WITHIN: Duration = Duration::from_mins(2);
const ASK_EVERY: Duration = Duration::from_millis(100);
/// What each cloud is taken through.
const STEPS: [&str; 7] = ["offers", "launch", "probe", "activate", "stop", "start", "terminate"];
/// Why two steps are left out at most clouds.
const UNSTOPPABLE: &str = "a stopped machine is billed in full, or not kept";

/// What came of a step.
#[derive(Debug)]
enum Came {
    /// It took so long.
    Done(Duration),
    /// It does not exist at this cloud.
    Without(&'static str),
    /// It went wrong.
    Failed(String),
}

/// A cloud's line of the table.
#[derive(Debug)]
struct Walk {
    cloud: String,
    /// Offers that were found.
    sold: i64,
    steps: Vec<Came>,
    /// Machines of its pod that are left.
    left: usize,
}

impl Walk {
    fn has_failed(&self) -> bool {
        self.left > 0 || self.steps.iter().any(|step| matches!(step, Came::Failed(_)))
    }

    fn line(&self) -> String {
        let mut line = format!("{:<14}{:>6}", self.cloud, self.sold);
        for step in &self.steps {
            let cell = match step {
                Came::Done(took) => format!("{:.2} s", took.as_secs_f64()),
                Came::Without(_) => "–".to_owned(),
                Came::Failed(_) => "FAILED".to_owned(),
            };
            let _ = write!(line, "{cell:>11}");
        }
        let _ = write!(line, "{:>6}", self.left);
        let mut notes = self.steps.iter().filter_map(|step| match step {
            Came::Without(why) => Some((*why).to_owned()),
            Came::Failed(why) => Some(why.clone()),
            Came::Done(_) => None,
        });
        if let Some(note) = notes.next() {
            let _ = write!(line, "  {note}");
        }
        line
    }
}

async fn timed<T>(step: impl Future<Output = Outcome<T>>) -> (Came, Option<T>) {
    let began = Instant::now();
    match step.await {
        Ok(done) => (Came::Done(began.elapsed()), Some(done)),
        Err(error) => (Came::Failed(error.to_string()), None),
    }
}

/// Waits until a pod is in `state`; any end that is not asked for is an error.
async fn becomes(user: &User, pod: &str, state: &str) -> Outcome<Value> {
    let pod = within(STEP_WITHIN, ASK_EVERY, &format!("{pod} to be {state}"), async || {
        let pod = user.pod(pod).await?;
        let is_over = matches!(pod["state"].as_str(), Some("failed" | "terminated"));
        Ok((pod["state"] == state || is_over).then_some(pod))
    })
    .await?;
    if pod["state"] == state { Ok(pod) } else { Err(format!("{pod}").into()) }
}

/// Its pod's machine is there, at the cloud.
async fn launched(user: &User, pod: &str) -> Outcome<()> {
    let clouds = user.stack.clouds()?;
    within(STEP_WITHIN, ASK_EVERY, &format!("a machine of {pod}"), async || {
        Ok((!clouds.machines_of(pod).await?.is_empty()).then_some(()))
    })
    .await
}

async fn acted(user: &User, pod: &str, act: &str, state: &str) -> Outcome<Value> {
    user.post_nothing(&format!("/pods/{pod}/{act}")).await?.with_status(202)?;
    becomes(user, pod, state).await
}

async fn ended(user: &User, pod: &str) -> Outcome<()> {
    user.end(pod).await?;
    becomes(user, pod, "terminated").await?;
    user.assert_settled(pod).await.map(drop)
}

/// Takes a pod from its launch to where it runs, and stops and starts it; stops at what fails.
async fn lives(user: &User, pod: &str, stoppable: bool, steps: &mut Vec<Came>) -> Option<()> {
    let mut note = |(came, done): (Came, Option<()>)| {
        steps.push(came);
        done
    };
    note(timed(launched(user, pod)).await)?;
    note(timed(async { becomes(user, pod, "ready").await.map(drop) }).await)?;
    note(timed(async { user.activate(pod).await.map(drop) }).await)?;
    for (act, state) in [("stop", "stopped"), ("start", "running")] {
        if stoppable {
            note(timed(async { acted(user, pod, act, state).await.map(drop) }).await)?;
        } else {
            note((Came::Without(UNSTOPPABLE), Some(())))?;
        }
    }
    Some(())
}

async fn walk(stack: &Stack, cloud: &str) -> Outcome<Walk> {
    let user = stack.payer("market", 100, &[]).await?;
    let query = format!("provider={cloud}&sort=price_asc");
    let mut walk = Walk { cloud: cloud.to_owned(), sold: 0, steps: Vec::new(), left: 0 };
    let (came, offer) = timed(async {
        let page = user.get(&format!("/offers?{query}")).await?.with_status(200)?;
        walk.sold = page["total"].as_i64().unwrap_or_default();
        user.offer(&query).await
    })
    .await;
    walk.steps.push(came);
    let Some(offer) = offer else { return Ok(walk) };
    let pod = match user.deploy(&offer, None).await {
        Ok(pod) => pod,
        Err(error) => {
            walk.steps.push(Came::Failed(error.to_string()));
            return Ok(walk);
        }
    };
    lives(&user, &pod, offer["stoppable"] == true, &mut walk.steps).await;
    let (came, _) = timed(ended(&user, &pod)).await;
    walk.steps.push(came);
    walk.left = stack.clouds()?.machines_of(&pod).await?.len();
    Ok(walk)
}

/// Walks through every cloud that sells something and prints the table.
///
/// # Errors
///
/// When a step failed somewhere, or a machine is left.
pub async fn walk_all() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.payer("market", 1, &[]).await?;
    let page = user.get("/providers").await?.with_status(200)?;
    let clouds = page["items"].as_array().into_iter().flatten();
    let clouds: Vec<_> = clouds.filter_map(|cloud| cloud["provider"].as_str()).collect();
    let mut head = format!("{:<14}{:>6}", "cloud", "sold");
    for step in STEPS {
        let _ = write!(head, "{step:>11}");
    }
    say::line(format_args!("{head}{:>6}", "left"));
    let mut failed = Vec::new();
    for cloud in &clouds {
        let walk = Box::pin(walk(&stack, cloud)).await?;
        say::line(walk.line());
        if walk.has_failed() {
            failed.push(walk.cloud);
        }
    }
    let left = stack.clouds()?.machines().await?.len();
    say::line(format_args!("{} clouds, {left} machines left", clouds.len()));
    if failed.is_empty() { Ok(()) } else { Err(format!("failed at {}", failed.join(", ")).into()) }
}
