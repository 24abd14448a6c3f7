//! The one-machine run, as a person has it: its state is kept, and it is killed and started again.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use runtime::config::required;
use survival_tests::Run;
use testkit::{DEMO, PASSWORD, User, Visitor};

use crate::Outcome;
use crate::figure::{Figure, megabytes, millis, number};
use crate::samples::{Rounds, Samples};

const PART: &str = "local";
const OFFERS: &str = "/offers?limit=20";
const CLIENTS: usize = 32;
/// A loop is over after this many of one client, if not before.
const CALLS: usize = 2_000;
/// Until the processes are started.
const WARM_UP: Duration = Duration::from_secs(2);
/// What a person may have deployed in an hour.
const PODS: usize = 20;
/// Of a cloud whose machines are simulated.
const OFFER: &str = "provider=runpod&gpu_count=1&spot=false&sort=price_asc";

/// Budgets on two cores that nobody else uses.
const ALONE_MS_MAX: f64 = 10.0;
const CROWD_MS_MAX: f64 = 60.0;
const LOGIN_MS_MAX: f64 = 20.0;
const FRAME_MS_MAX: f64 = 2_000.0;
const MEMORY_MB_MAX: f64 = 600.0;

/// Measures requests, a frame after a kill, and the memory of all processes after that use.
pub(crate) async fn figures(limit: Duration) -> Outcome<Vec<Figure>> {
    let folder = PathBuf::from(required::<String>("GPUBROKER_STATE")?).join("bench");
    let mut run = Run::start_afresh(folder).await?;
    let user = run.stack()?.visitor(DEMO).join().await?;
    get(&user, CLIENTS, WARM_UP).await?;
    let mut figures = Vec::new();
    for (clients, budget) in [(1, ALONE_MS_MAX), (CLIENTS, CROWD_MS_MAX)] {
        let title = format!("GET /offers, p50 of {clients} at once");
        figures.push(usual(title, &get(&user, clients, limit).await?).at_most(budget));
    }
    let login = async || user.login(&user.email, PASSWORD).await.map(drop);
    let logins = called(1, limit, login).await?;
    figures.push(usual("login, p50".to_owned(), &logins).at_most(LOGIN_MS_MAX));
    let memory = used(&user, &run).await?;
    run.kill()?;
    run.start().await?;
    let user = run.stack()?.visitor(DEMO).login(&user.email, PASSWORD).await?;
    let frame =
        Figure::new(PART, "first frame after a kill and a start", millis(frame(&user).await?));
    figures.push(frame.at_most(FRAME_MS_MAX).against("from the request that it tells of"));
    let title = "memory of all processes, shared parts counted once";
    figures.push(Figure::new(PART, title, megabytes(memory)).at_most(MEMORY_MB_MAX));
    run.kill()?;
    Ok(figures)
}

fn usual(title: String, samples: &Samples) -> Figure {
    let [p99, longest] = [99, 100].map(|percent| number(millis(samples.percentile(percent)).0));
    Figure::new(PART, title, millis(samples.percentile(50)))
        .against(format!("p99 {p99} ms, longest {longest} ms; {} calls", samples.count()))
}

async fn get(visitor: &Visitor, clients: usize, limit: Duration) -> Outcome<Samples> {
    called(clients, limit, async || visitor.get(OFFERS).await?.with_status(200).map(drop)).await
}

/// Calls again and again, `clients` at a time.
async fn called(
    clients: usize,
    limit: Duration,
    call: impl AsyncFn() -> Outcome<()>,
) -> Outcome<Samples> {
    let client = async || {
        let (mut took, mut rounds) = (Vec::new(), Rounds::new(CALLS, limit));
        while rounds.another() {
            let began = Instant::now();
            call().await?;
            took.push(began.elapsed());
        }
        Outcome::Ok(took)
    };
    let mut samples = Samples::default();
    let all = try_join_all((0..clients).map(|_| client())).await?;
    all.into_iter().flatten().for_each(|took| samples.add(took));
    Ok(samples)
}

/// The memory after pods were deployed and ended, beside what was asked before.
async fn used(user: &User, run: &Run) -> Outcome<u64> {
    let offer = user.offer(OFFER).await?;
    for _ in 0..PODS {
        let pod = user.deploy(&offer, None).await?;
        user.settled(&pod, "ready").await?;
        user.activate(&pod).await?;
        user.delete(&format!("/pods/{pod}")).await?.with_status(202)?;
        user.becomes(&pod, "terminated").await?;
    }
    run.memory_bytes()
}

/// How long after a deploy the first frame tells of it.
async fn frame(user: &User) -> Outcome<Duration> {
    let mut socket = user.listen(&["pods"]).await?;
    let offer = user.offer(OFFER).await?;
    let began = Instant::now();
    let pod = user.deploy(&offer, None).await?;
    socket.frame("pod.changed", |frame| frame["pod_id"] == pod.as_str()).await?;
    Ok(began.elapsed())
}
