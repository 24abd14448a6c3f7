//! A step that comes a second time, later or at once, changes nothing.

use domain::pod::Scenario;
use recovery_tests::{Deploy, Outcome, Point, STEPS, Site, Step, samples};

use crate::code;

const UNEVEN: [Step; 5] = [Step::Hold, Step::Launch, Step::Launch, Step::Probe, Step::MarkReady];

#[tokio::test]
async fn a_late_duplicate_of_any_step_at_any_later_point_changes_nothing() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let ways: [(Option<Scenario>, &[Step]); 3] = [
        (None, &STEPS),
        (Some(Scenario::FirstOfferSoldOut), &UNEVEN),
        (Some(Scenario::PriceRaised), &UNEVEN),
    ];
    for (scenario, steps) in ways {
        let undisturbed = site.deploy(scenario).await?;
        for step in steps {
            undisturbed.run(*step).await?;
        }
        let expected = undisturbed.end().await?;
        for after in 1..=steps.len() {
            for duplicate in 0..after {
                let deploy = site.deploy(scenario).await?;
                let (done, rest) = steps.split_at(after);
                for step in done.iter().chain([&steps[duplicate]]).chain(rest) {
                    deploy.run(*step).await?;
                }
                let what = format!("{scenario:?}: {:?} after {done:?}", steps[duplicate]);
                assert_eq!(deploy.end().await?, expected, "{what}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_duplicate_of_any_step_after_the_unwind_changes_nothing() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for length in 0..=STEPS.len() {
        let deploy = site.deploy(None).await?;
        for step in &STEPS[..length] {
            deploy.run(*step).await?;
        }
        deploy.run(Step::Unwind).await?;
        let expected = deploy.end().await?;
        assert!(expected.is_undone(), "{expected:?}");
        for late in STEPS {
            assert_eq!(code(deploy.run(late).await), Some("pod_over"), "{late:?} after {length}");
            assert_eq!(deploy.end().await?, expected, "{late:?} after {length}");
            deploy.run(Step::Unwind).await?;
            assert_eq!(deploy.end().await?, expected, "unwound again after {late:?}");
        }
    }
    Ok(())
}

/// Runs a step twice at once; a call that is told to come again comes again, as the state
/// machine's retry does.
async fn twice_at_once(deploy: &Deploy<'_>, step: Step) -> Outcome<()> {
    let (first, second) = tokio::join!(deploy.run(step), deploy.run(step));
    for result in [first, second] {
        if let Err(error) = result {
            assert_eq!(error.code, "unavailable", "{step:?}: {error:?}");
            deploy.run(step).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn every_step_twice_at_once_is_the_same_as_once() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for _ in 0..5 {
        let (single, double) = (site.deploy(None).await?, site.deploy(None).await?);
        for step in [Step::Hold, Step::Launch, Step::Probe, Step::MarkReady, Step::Unwind] {
            single.run(step).await?;
            twice_at_once(&double, step).await?;
            assert_eq!(double.end().await?, single.end().await?, "{step:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_open_attempt_that_is_resumed_twice_at_once_is_closed_once() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for scenario in [None, Some(Scenario::FirstOfferSoldOut), Some(Scenario::PriceRaised)] {
        let (single, double) = (site.deploy(scenario).await?, site.deploy(scenario).await?);
        single.bring_to(Point::ProviderCalled).await?;
        double.bring_to(Point::ProviderCalled).await?;
        single.run(Step::Launch).await?;
        twice_at_once(&double, Step::Launch).await?;
        assert_eq!(double.end().await?, single.end().await?, "{scenario:?}");
    }
    Ok(())
}
