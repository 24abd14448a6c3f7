//! A step that crashed after any of its outside calls is run again, and nothing is done twice.

use contracts::deploy::StepOutcomeV1;
use domain::pod::PodState;
use domain::pod::launch::MachinePrefix;
use domain::pod::{AttemptOutcome, Scenario};
use recovery_tests::{End, Outcome, POINTS, Point, Site, Step, samples};
use testkit::site::DEPLOYMENT;

/// How a deploy ends that nobody interrupts.
async fn undisturbed(site: &Site, scenario: Option<Scenario>) -> Outcome<End> {
    let deploy = site.deploy(scenario).await?;
    deploy.run_all().await?;
    deploy.end().await
}

#[tokio::test]
async fn an_undisturbed_deploy_holds_once_launches_once_and_tells_once() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let end = undisturbed(&site, None).await?;
    assert_eq!(end.state, PodState::Ready);
    assert_eq!(end.attempts, [("off_quoted".to_owned(), AttemptOutcome::Launched)]);
    let prefix: MachinePrefix = DEPLOYMENT.parse()?;
    let name = format!("{prefix}-pod-1");
    let id = format!("simulated-{name}");
    assert_eq!(end.machines, [(name, Some(id))]);
    assert_eq!((end.held.0, end.missing.0), (2_200_000, 2_200_000));
    assert_eq!(end.transactions, ["Held for pod_pod", "Payment received"]);
    assert_eq!(end.told.into_iter().collect::<Vec<_>>(), ["activate#pod_pod"]);
    Ok(())
}

#[tokio::test]
async fn a_deploy_interrupted_at_any_point_and_run_again_ends_like_an_undisturbed_one()
-> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let scenarios = [None, Some(Scenario::FirstOfferSoldOut), Some(Scenario::PriceRaised)];
    for scenario in scenarios {
        let expected = undisturbed(&site, scenario).await?;
        for point in POINTS {
            let deploy = site.deploy(scenario).await?;
            deploy.bring_to(point).await?;
            deploy.run_all().await?;
            assert_eq!(deploy.end().await?, expected, "{scenario:?} from {point:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_hold_that_was_posted_before_a_crash_is_held_once() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let deploy = site.deploy(None).await?;
    deploy.bring_to(Point::HoldPosted).await?;
    assert_eq!(deploy.pod().await?.state, PodState::Pending);
    for _ in 0..2 {
        assert_eq!(deploy.run(Step::Hold).await?, StepOutcomeV1::Held);
        let end = deploy.end().await?;
        assert_eq!((end.state, end.held.0), (PodState::Provisioning, 2_200_000));
        assert_eq!(end.transactions.len(), 2);
    }
    Ok(())
}

#[tokio::test]
async fn an_attempt_that_was_written_before_a_crash_is_launched_under_its_name() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for point in [Point::AttemptWritten, Point::ProviderCalled] {
        let deploy = site.deploy(None).await?;
        deploy.bring_to(point).await?;
        let written = deploy.pod().await?.attempts;
        assert_eq!(deploy.run(Step::Launch).await?, StepOutcomeV1::Launched);
        let launched = deploy.pod().await?.attempts;
        assert_eq!((written.len(), launched.len()), (1, 1), "{point:?}");
        assert_eq!(written[0].machine_name, launched[0].machine_name);
        assert!(launched[0].is_launched());
    }
    Ok(())
}

#[tokio::test]
async fn marking_ready_again_changes_the_pod_once_and_repeats_the_same_notice() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let deploy = site.deploy(None).await?;
    deploy.bring_to(Point::Untold).await?;
    assert!(deploy.end().await?.told.is_empty());
    let before = deploy.pod().await?;
    for _ in 0..3 {
        let marked = deploy.run(Step::MarkReady).await?;
        assert_eq!(marked, StepOutcomeV1::Ready);
    }
    assert_eq!(deploy.pod().await?, before, "the deadline too");
    assert_eq!(deploy.end().await?.told.len(), 1);
    Ok(())
}
