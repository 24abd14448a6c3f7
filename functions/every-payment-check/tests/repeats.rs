//! What a run hands out and what ends it, on the local AWS that `make test` brings up. Its messages
//! go to a queue of the test's own, so nothing is handled by it.

use adapters::tables::payment_events::{Done, PaymentEvents, StoredEvent};
use contracts::payment::PaymentEventV1;
use every_payment_check::App;
use jiff::{SignedDuration, Timestamp};
use runtime::clock::now;
use testkit::{Outcome, Site, fresh_key, samples};

/// An event of the site's tenant, kept since `received_at`.
async fn kept(site: &Site, received_at: Timestamp) -> Outcome<(PaymentEvents, PaymentEventV1)> {
    let table: String = site.config().required("BILLING_TABLE")?;
    let events = PaymentEvents::new(site.aws(), table);
    let (tenant_id, event_id) = (site.tenant_id.clone(), format!("evt_{}", fresh_key()?));
    let event = PaymentEventV1 { tenant_id, mode: site.mode, event_id };
    let stored = StoredEvent {
        kind: "invoice.paid".to_owned(),
        object_id: None,
        customer_id: None,
        created_at: received_at,
        received_at,
    };
    events.keep(&event, &stored).await?;
    Ok((events, event))
}

#[tokio::test]
async fn an_event_that_was_not_handled_in_an_hour_is_handed_out_until_it_is() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let queue = site.queue().await?;
    let config = site.config().with("ON_PAYMENT_EVENT_QUEUE_URL", &queue.url);
    let app = App::new(site.aws(), &config)?;
    let (start, hour) = (now(), SignedDuration::from_hours(1));
    let (events, event) = kept(&site, start).await?;
    let asked = async |at: Timestamp| {
        let status = app.handle(at).await?;
        let asked = queue.take::<PaymentEventV1>().await?;
        // Others' events may be as old by then.
        Ok::<_, testkit::BoxError>((asked.contains(&event), status.unhandled))
    };
    assert!(!asked(start + hour - SignedDuration::from_secs(1)).await?.0, "it is on its way");
    for _ in 0..2 {
        let (is_asked, unhandled) = asked(start + hour).await?;
        assert!(is_asked && unhandled >= 1, "{unhandled}");
    }
    // Told again by the provider, it is on the list as before.
    assert!(!events.keep(&event, &events.find(&event).await?).await?);
    events.finish(&Done::new(&event, "tested", now())).await?;
    assert!(!asked(start + hour).await?.0, "it is handled");
    Ok(())
}

#[tokio::test]
async fn a_run_that_cannot_read_or_hand_out_is_unavailable() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (start, queue) = (now(), site.queue().await?);
    kept(&site, start).await?;
    let config = site.config().with("ON_PAYMENT_EVENT_QUEUE_URL", &queue.url);
    let unread = config.clone().with("BILLING_TABLE", format!("no-{}", site.tenant_id.body()));
    let unsent = config.with("ON_PAYMENT_EVENT_QUEUE_URL", queue.url.clone() + "-not-there");
    for config in [unread, unsent] {
        let app = App::new(site.aws(), &config)?;
        let refused = app.handle(start + SignedDuration::from_hours(2)).await;
        assert_eq!(refused.map_err(|error| error.code), Err("unavailable"));
    }
    Ok(())
}
