//! No machine is kept above the promised price, and no offer is tried that cannot stand in.

use contracts::deploy::StepOutcomeV1;
use domain::money::UsdMicros;
use domain::pod::{AttemptOutcome, Scenario};
use recovery_tests::{End, Outcome, Point, Site, Step, samples};

use crate::code;

fn attempts(end: &End) -> Vec<(&str, AttemptOutcome)> {
    end.attempts.iter().map(|(offer, outcome)| (offer.as_str(), *outcome)).collect()
}

#[tokio::test]
async fn a_raised_price_is_refused_and_the_next_offer_launched() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for point in [Point::Held, Point::AttemptWritten, Point::ProviderCalled] {
        let deploy = site.deploy(Some(Scenario::PriceRaised)).await?;
        deploy.bring_to(point).await?;
        assert_eq!(deploy.run(Step::Launch).await?, StepOutcomeV1::Launched, "{point:?}");
        let expected =
            [("off_quoted", AttemptOutcome::Refused), ("off_same", AttemptOutcome::Launched)];
        assert_eq!(attempts(&deploy.end().await?), expected, "{point:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_a_machine_above_the_price_cost_is_booked_to_the_house_once() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for point in [Point::Held, Point::ProviderCalled] {
        let deploy = site.deploy(Some(Scenario::PriceRaised)).await?;
        deploy.bring_to(point).await?;
        let (one, other) = tokio::join!(deploy.run(Step::Launch), deploy.run(Step::Launch));
        one.or(other)?;
        let booked = deploy.booked().await?;
        // A minute at its own price, a cent above the quote's two dollars: its cloud's minimum.
        assert_eq!(booked, [UsdMicros(33_500)], "{point:?}");
        assert_eq!(deploy.end().await?.held, UsdMicros(2_200_000), "{point:?}");
    }
    Ok(())
}

#[tokio::test]
async fn without_an_offer_that_can_stand_in_there_is_no_capacity_and_no_cost() -> Outcome<()> {
    let site = Site::with(samples::unfit()).await?;
    for scenario in [Scenario::PriceRaised, Scenario::FirstOfferSoldOut] {
        let deploy = site.deploy(Some(scenario)).await?;
        deploy.run(Step::Hold).await?;
        for _ in 0..2 {
            assert_eq!(code(deploy.run(Step::Launch).await), Some("no_capacity"));
        }
        deploy.run(Step::Unwind).await?;
        let end = deploy.end().await?;
        assert!(end.is_undone(), "{end:?}");
        assert_eq!(attempts(&end), [("off_quoted", AttemptOutcome::Refused)]);
    }
    Ok(())
}

#[tokio::test]
async fn a_launch_gives_up_after_as_many_tries_as_the_tenant_allows() -> Outcome<()> {
    let mut offers = samples::market();
    offers.extend((0..6).map(|number| samples::offer(&format!("off_more_{number}"))));
    let site = Site::with(offers).await?;
    let deploy = site.deploy(Some(Scenario::AllOffersSoldOut)).await?;
    deploy.run(Step::Hold).await?;
    assert_eq!(code(deploy.run(Step::Launch).await), Some("no_capacity"));
    deploy.run(Step::Unwind).await?;
    let end = deploy.end().await?;
    assert!(end.is_undone(), "{end:?}");
    let mut tried: Vec<_> = attempts(&end).into_iter().map(|(offer, _)| offer).collect();
    tried.dedup();
    assert_eq!(tried.len(), 4, "{tried:?}");
    Ok(())
}

#[tokio::test]
async fn the_cheapest_offer_that_can_stand_in_is_tried_first() -> Outcome<()> {
    let mut offers = samples::market();
    let cheap = samples::offer("off_z_cheap");
    let rate = domain::money::UsdMicrosPerHour(1_000_000);
    offers.push(domain::market::offer::Offer { provider_rate_usd_micros_per_hour: rate, ..cheap });
    let site = Site::with(offers).await?;
    let deploy = site.deploy(Some(Scenario::FirstOfferSoldOut)).await?;
    deploy.run_all().await?;
    let end = deploy.end().await?;
    assert_eq!(attempts(&end)[1], ("off_z_cheap", AttemptOutcome::Launched));
    // What is held is what was promised, not what the stand-in costs.
    assert_eq!(end.held.0, 2_200_000);
    Ok(())
}
