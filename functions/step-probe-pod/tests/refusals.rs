//! What the step refuses, on the local AWS that `make test` brings up.

use std::time::Duration;

use adapters::tables::clouds::{CloudAccounts, MachineList};
use adapters::tables::pods::Pods;
use contracts::deploy::{DeployPodV1, StepOutcomeV1};
use domain::id::PodId;
use domain::market::offer::Offer;
use domain::money::UsdMicrosPerHour;
use domain::pod::sweep::MachineState;
use domain::pod::{AttemptOutcome, Pod, Scenario};
use domain::{Error, Mode};
use jiff::SignedDuration;
use providers::Machine;
use runtime::clock::now;
use runtime::ids::entropy;
use step_probe_pod::App;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Outcome, Site, samples};

const HOUR: Duration = Duration::from_hours(1);

async fn site() -> Outcome<(Site, App)> {
    let site = Site::with(samples::market()).await?;
    let app = App::new(site.aws(), &site.config())?;
    Ok((site, app))
}

async fn opened(site: &Site) -> Outcome<Pod> {
    site.open(&site.payer(FIFTY_DOLLARS).await?, Some(Scenario::NeverReady)).await
}

/// A pod whose machine was launched and never answers.
async fn launched(site: &Site) -> Outcome<Pod> {
    site.launched(&opened(site).await?, now()).await
}

fn code<T>(result: Result<T, Error>) -> Option<&'static str> {
    result.err().map(|error| error.code)
}

#[tokio::test]
async fn a_machine_that_never_answers_has_its_time_and_not_a_second_more() -> Outcome<()> {
    let (site, app) = site().await?;
    let pod = launched(&site).await?;
    let rules = site.rules().await?;
    let began = pod.attempts.last().map(|attempt| attempt.started_at).ok_or("no attempt")?;
    let limit = began + SignedDuration::from_secs(i64::from(rules.probe_secs_max));
    let probe = |at| app.handle(DeployPodV1::from(&pod), at);
    let wait_secs = rules.probe_interval_secs;
    let before = limit - SignedDuration::from_secs(1);
    assert_eq!(probe(before).await?, StepOutcomeV1::Waiting { wait_secs });
    assert_eq!(code(probe(limit).await), Some("probe_timed_out"));
    Ok(())
}

/// A pod whose machine is launched at Lambda, where nobody fetches a list of machines.
struct Booting {
    site: Site,
    app: App,
    pod: Pod,
    accounts: CloudAccounts,
}

impl Booting {
    async fn at_lambda() -> Outcome<Self> {
        let lambda = |offer| Offer { provider: "lambda".to_owned(), ..offer };
        let offers = samples::market().into_iter().map(lambda).collect();
        let site = Site::in_mode(Mode::Live, offers).await?;
        let app = App::new(site.aws(), &site.config())?;
        let pod = site.open(&site.payer(FIFTY_DOLLARS).await?, None).await?;
        let pod = site.launched(&pod, now()).await?;
        let accounts = CloudAccounts::new(site.aws(), site.config().required("PODS_TABLE")?);
        accounts.take_turn("lambda#list", (HOUR, HOUR), now()).await?;
        Ok(Self { site, app, pod, accounts })
    }
}

#[tokio::test]
async fn a_machine_whose_launch_did_not_tell_that_it_is_dearer_is_given_up() -> Outcome<()> {
    let Booting { app, pod, accounts, .. } = Booting::at_lambda().await?;
    let attempt = pod.attempts.last().ok_or("no attempt")?;
    let quoted = attempt.offer.provider_rate_usd_micros_per_hour;
    for (more, expected) in [(0, None), (1, Some("price_raised"))] {
        let machine = Machine {
            id: attempt.machine_id.clone().ok_or("no machine")?,
            name: attempt.machine_name.clone(),
            state: MachineState::Starting,
            rate_usd_micros_per_hour: UsdMicrosPerHour(quoted.0 + more),
            address: None,
        };
        let list = MachineList { listed_at: now(), machines: vec![machine] };
        accounts.keep_machines("lambda", &list).await?;
        assert_eq!(code(app.handle(DeployPodV1::from(&pod), now()).await), expected);
    }
    Ok(())
}

#[tokio::test]
async fn a_machine_that_gets_no_place_is_given_up_for_the_next_offer() -> Outcome<()> {
    let Booting { site, app, pod, accounts } = Booting::at_lambda().await?;
    let attempt = pod.attempts.last().ok_or("no attempt")?;
    let rules = site.rules().await?;
    let half = SignedDuration::from_secs(i64::from(rules.probe_secs_max / 2));
    let asked = async |state, at| {
        let machine = Machine {
            id: attempt.machine_id.clone().ok_or("no machine")?,
            name: attempt.machine_name.clone(),
            state,
            rate_usd_micros_per_hour: attempt.offer.provider_rate_usd_micros_per_hour,
            address: None,
        };
        let list = MachineList { listed_at: at, machines: vec![machine] };
        accounts.keep_machines("lambda", &list).await?;
        Ok::<_, testkit::BoxError>(app.handle(DeployPodV1::from(&pod), at).await?)
    };
    let wait_secs = rules.probe_interval_secs;
    let (limit, second) = (attempt.started_at + half, SignedDuration::from_secs(1));
    let waiting = StepOutcomeV1::Waiting { wait_secs };
    assert_eq!(asked(MachineState::Queued, limit - second).await?, waiting);
    assert_eq!(asked(MachineState::Starting, limit).await?, waiting);
    // The step may be called again after it did its work.
    for _ in 0..2 {
        assert_eq!(asked(MachineState::Queued, limit).await?, StepOutcomeV1::NoPlace);
    }
    let pods = Pods::new(site.aws(), site.config().required("PODS_TABLE")?);
    let pod = pods.load(&pod.tenant_id, &pod.id).await?;
    let outcomes: Vec<_> = pod.attempts.iter().map(|it| it.outcome).collect();
    assert_eq!(outcomes, [AttemptOutcome::Refused]);
    Ok(())
}

#[tokio::test]
async fn a_pod_without_a_machine_cannot_be_asked() -> Outcome<()> {
    let (site, app) = site().await?;
    let pod = opened(&site).await?;
    assert_eq!(code(app.handle(DeployPodV1::from(&pod), now()).await), Some("pod_state"));
    Ok(())
}

#[tokio::test]
async fn a_pod_that_is_to_end_is_not_asked() -> Outcome<()> {
    let (site, app) = site().await?;
    let pod = launched(&site).await?;
    site.ending(&pod).await?;
    assert_eq!(code(app.handle(DeployPodV1::from(&pod), now()).await), Some("pod_over"));
    Ok(())
}

#[tokio::test]
async fn a_pod_that_is_not_there_is_not_found() -> Outcome<()> {
    let (site, app) = site().await?;
    let pod = opened(&site).await?;
    let nobodys = DeployPodV1 { pod_id: PodId::new(now(), entropy()?), ..DeployPodV1::from(&pod) };
    assert_eq!(code(app.handle(nobodys, now()).await), Some("not_found"));
    Ok(())
}
