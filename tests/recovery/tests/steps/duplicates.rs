//! A step that comes a second time, later or at once, changes nothing.

use domain::launch::Scenario;
use recovery_tests::{Outcome, STEPS, Site, Step, samples};

use crate::code;

const UNEVEN: [Step; 5] = [Step::Hold, Step::Launch, Step::Launch, Step::Probe, Step::Settle];

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

#[tokio::test]
async fn two_holds_two_settlements_and_two_unwinds_at_once_are_one_each() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (single, double) = (site.deploy(None).await?, site.deploy(None).await?);
    for step in [Step::Hold, Step::Launch, Step::Probe, Step::Settle, Step::Unwind] {
        single.run(step).await?;
        if matches!(step, Step::Launch | Step::Probe) {
            double.run(step).await?;
        } else {
            let (first, second) = tokio::join!(double.run(step), double.run(step));
            first.and(second)?;
        }
        assert_eq!(double.end().await?, single.end().await?, "{step:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_launch_at_once_with_its_duplicate_makes_one_attempt() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for _ in 0..5 {
        let deploy = site.deploy(None).await?;
        deploy.run(Step::Hold).await?;
        let (first, second) = tokio::join!(deploy.run(Step::Launch), deploy.run(Step::Launch));
        // One may be told to come again; the state machine's retry then finds the machine.
        for result in [first, second] {
            assert!(matches!(code(result), None | Some("unavailable")));
        }
        deploy.launch().await?;
        assert_eq!(deploy.end().await?.machines.len(), 1);
    }
    Ok(())
}
