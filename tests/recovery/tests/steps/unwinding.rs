//! An unwind from any point leaves no machine, no hold and no doubt, however often it runs.

use adapters::tables::ledger::ReleaseFor;
use domain::pod::Scenario;
use domain::pod::{Pod, PodState, Reason};
use recovery_tests::{Deploy, Outcome, POINTS, Point, Site, Step, samples};
use runtime::clock::now;

use crate::code;

fn failed(pod: Pod) -> Result<domain::pod::Transition, domain::Error> {
    pod.fail(Reason { code: "no_capacity".into(), message: "None left.".into() }, now())
}

async fn assert_undone(deploy: &Deploy<'_>, what: &str) -> Outcome<()> {
    let end = deploy.end().await?;
    assert!(end.is_undone(), "{what}: {end:?}");
    assert!(end.told.contains("failed#pod_pod"), "{what}: {end:?}");
    Ok(())
}

#[tokio::test]
async fn an_unwind_from_any_point_gives_everything_back_and_twice_is_the_same() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for scenario in [None, Some(Scenario::FirstOfferSoldOut)] {
        for point in POINTS {
            let deploy = site.deploy(scenario).await?;
            deploy.bring_to(point).await?;
            deploy.run(Step::Unwind).await?;
            assert_undone(&deploy, &format!("{point:?}")).await?;
            let once = (deploy.pod().await?, deploy.end().await?);
            deploy.run(Step::Unwind).await?;
            assert_eq!((deploy.pod().await?, deploy.end().await?), once, "{point:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_unwind_that_crashed_half_way_is_finished_by_its_retry() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for point in POINTS {
        for released in [false, true] {
            let deploy = site.deploy(None).await?;
            deploy.bring_to(point).await?;
            deploy.change(failed).await?;
            if released {
                site.ledger.release(&deploy.wallet, &deploy.pod_id, ReleaseFor::End, now()).await?;
            }
            deploy.run(Step::Unwind).await?;
            assert_undone(&deploy, &format!("{point:?}, released: {released}")).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_hold_that_arrives_after_the_unwind_is_refused_and_nothing_stays_held() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let deploy = site.deploy(None).await?;
    deploy.run(Step::Unwind).await?;
    // The step had read the pod before the unwind, and reaches the ledger only now.
    assert_eq!(code(deploy.hold_alone().await), Some("pod_over"));
    assert_eq!(code(deploy.run(Step::Hold).await), Some("pod_over"));
    assert_undone(&deploy, "a late hold").await
}

#[tokio::test]
async fn a_step_and_the_unwind_at_once_leave_nothing_running_and_nothing_held() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let races = [
        (Point::Accepted, Step::Hold),
        (Point::HoldPosted, Step::Hold),
        (Point::Held, Step::Launch),
        (Point::AttemptWritten, Step::Launch),
        (Point::ProviderCalled, Step::Launch),
        (Point::Launched, Step::Probe),
        (Point::Reached, Step::MarkReady),
    ];
    for (point, step) in races {
        for _ in 0..3 {
            let deploy = site.deploy(None).await?;
            deploy.bring_to(point).await?;
            let (_, unwound) = tokio::join!(deploy.run(step), deploy.run(Step::Unwind));
            unwound?;
            assert_undone(&deploy, &format!("{step:?} from {point:?}")).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_running_pod_is_left_running_with_its_hold() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let deploy = site.deploy(None).await?;
    deploy.run_all().await?;
    deploy.change(|pod| pod.activate(now())).await?;
    let before = (deploy.pod().await?, deploy.end().await?);
    for _ in 0..2 {
        deploy.run(Step::Unwind).await?;
        assert_eq!((deploy.pod().await?, deploy.end().await?), before);
    }
    assert_eq!((before.0.state, before.1.held.0), (PodState::Running, 2_200_000));
    Ok(())
}

#[tokio::test]
async fn of_an_activation_and_an_unwind_at_once_one_decides() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for _ in 0..5 {
        let deploy = site.deploy(None).await?;
        deploy.run_all().await?;
        let activate = deploy.change(|pod| pod.activate(now()));
        let (activated, unwound) = tokio::join!(activate, deploy.run(Step::Unwind));
        unwound?;
        let end = deploy.end().await?;
        if activated.is_ok() {
            assert_eq!((end.state, end.held.0), (PodState::Running, 2_200_000));
        } else {
            assert_eq!(code(activated), Some("activation_expired"));
            assert!(end.is_undone(), "{end:?}");
        }
    }
    Ok(())
}
