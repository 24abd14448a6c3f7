//! What a request to `api-activate` leads to that is sent again after its first one failed, on the
//! local AWS that `make test` brings up.

use api_activate::{App, router};
use axum::Router;
use jiff::SignedDuration;
use runtime::clock::now;
use serde_json::json;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Answer, Call, Outcome, Site, samples};

#[tokio::test]
async fn a_mail_that_could_not_be_queued_is_not_counted_and_asked_for_again_at_once() -> Outcome<()>
{
    let site = Site::with(samples::market()).await?;
    let payer = site.payer(FIFTY_DOLLARS).await?;
    let owner = payer.user_id.clone();
    site.join(&owner).await?;
    let pod = site.open(&payer, None).await?;
    site.ready(&pod, now() - SignedDuration::from_secs(61)).await?;
    let mail = async |router: &Router| -> Outcome<Answer> {
        let call = Call::post(&format!("/pods/{}/activation-mail", pod.id), &json!({}));
        call.by_user(router, &site.host, &owner).await
    };
    let nowhere = site.queue().await?.url + "-not-there";
    let unsent = site.config().with("ON_NOTICE_ACTIVATION_QUEUE_URL", nowhere);
    let failing = router(App::new(site.aws(), &unsent)?);
    mail(&failing).await?.refused(503, "unavailable")?;
    let working = router(App::new(site.aws(), &site.config())?);
    mail(&working).await?.with_status(202)?;
    let told = site.told(&owner).await?;
    assert_eq!(told.into_iter().collect::<Vec<_>>(), [format!("activate#{}#1", pod.id)]);
    // Counted now, so another one waits a minute.
    mail(&working).await?.refused(429, "activation_mail_wait")
}
