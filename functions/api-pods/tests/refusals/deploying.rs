//! `POST /pods`.

use adapters::tables::ledger::WalletOf;
use domain::Mode;
use domain::id::{PodId, UserId};
use domain::market::quote::Quote;
use domain::money::UsdMicros;
use domain::pod::Reason;
use domain::pod::limits::ACTIVATION_EXPIRED;
use jiff::SignedDuration;
use runtime::clock::now;
use runtime::ids::entropy;
use serde_json::json;
use testkit::site::OPENING_KEY;
use testkit::{Call, Outcome, samples};

use crate::World;

const KEY: &str = "a-new-key";

#[tokio::test]
async fn a_name_or_a_key_out_of_its_limits_is_named() -> Outcome<()> {
    let world = World::new().await?;
    let quote = world.site.quote(&world.payer).await?;
    for name in ["", " ", &"x".repeat(64)] {
        let body = json!({"quote_id": quote.id, "name": name});
        world.deploy(KEY, &body).await?.refused(400, "name_invalid")?;
    }
    let body = json!({"quote_id": quote.id, "name": "trial"});
    for key in ["short", &"k".repeat(65)] {
        world.deploy(key, &body).await?.refused(400, "idempotency_key_invalid")?;
    }
    world.deploy(KEY, &json!({"name": "trial"})).await?.refused(400, "invalid_body")?;
    let large = json!({"quote_id": quote.id, "name": "x".repeat(20_000)});
    world.deploy(KEY, &large).await?.refused(413, "payload_too_large")
}

#[tokio::test]
async fn only_a_member_may_deploy_and_only_their_own_quote() -> Outcome<()> {
    let world = World::new().await?;
    let stranger = UserId::new(now(), entropy()?);
    let others = WalletOf { user_id: stranger.clone(), ..world.payer.clone() };
    let quote = world.site.quote(&others).await?;
    let body = json!({"quote_id": quote.id, "name": "trial"});
    world.deploy(KEY, &body).await?.refused(404, "not_found")?;
    let (router, call) = (&world.router, Call::post("/pods", &body).with_key(KEY));
    let here = call.by_user(router, &world.site.host, &stranger).await?;
    here.refused(403, "not_a_member")?;
    let nowhere = call.by_user(router, "nowhere.example", &stranger).await?;
    nowhere.refused(404, "tenant_not_found")
}

#[tokio::test]
async fn a_price_is_deployed_once_and_only_while_it_is_held() -> Outcome<()> {
    let world = World::new().await?;
    let pod = world.site.open(&world.payer, None).await?;
    let body = json!({"quote_id": pod.quote.id, "name": "trial"});
    world.deploy(KEY, &body).await?.refused(409, "quote_used")?;
    let (tenant_id, user_id) = (world.payer.tenant_id.clone(), world.payer.user_id.clone());
    let quote = samples::quote(tenant_id, user_id)?;
    let expired = Quote { expires_at: now() - SignedDuration::from_secs(1), ..quote };
    world.site.quotes.keep(&expired).await?;
    let body = json!({"quote_id": expired.id, "name": "trial"});
    world.deploy(KEY, &body).await?.refused(410, "quote_expired")
}

#[tokio::test]
async fn a_key_that_stands_for_another_request_is_a_mismatch() -> Outcome<()> {
    let world = World::new().await?;
    world.site.open(&world.payer, None).await?;
    let quote = world.site.quote(&world.payer).await?;
    let body = json!({"quote_id": quote.id, "name": "trial"});
    world.deploy(OPENING_KEY, &body).await?.refused(409, "idempotency_mismatch")
}

#[tokio::test]
async fn a_live_pod_cannot_pretend() -> Outcome<()> {
    let world = World::new().await?;
    let (tenant_id, user_id) = (world.payer.tenant_id.clone(), world.payer.user_id.clone());
    let live = Quote { mode: Mode::Live, ..samples::quote(tenant_id, user_id)? };
    world.site.quotes.keep(&live).await?;
    let body = json!({"quote_id": live.id, "name": "trial", "scenario": "slow_start"});
    world.deploy(KEY, &body).await?.refused(400, "scenario_sandbox_only")
}

#[tokio::test]
async fn a_wallet_one_micro_short_cannot_deploy() -> Outcome<()> {
    // The quote holds an hour at two dollars with a tenth on top.
    let world = World::with(UsdMicros(2_199_999)).await?;
    let quote = world.site.quote(&world.payer).await?;
    let body = json!({"quote_id": quote.id, "name": "trial"});
    world.deploy(KEY, &body).await?.refused(402, "insufficient_funds")
}

#[tokio::test]
async fn a_users_other_pod_waits_for_its_activation_or_takes_the_plans_place() -> Outcome<()> {
    let world = World::new().await?;
    let pod = world.site.open(&world.payer, None).await?;
    let quote = world.site.quote(&world.payer).await?;
    let body = json!({"quote_id": quote.id, "name": "second"});
    world.deploy(KEY, &body).await?.refused(409, "pod_unactivated")?;
    world.site.running(&pod, now()).await?;
    for number in 1..world.site.places().await? {
        let another = format!("another-{number}");
        let pod = world.site.open_under(&world.payer, &another, None).await?;
        world.site.running(&pod, now()).await?;
    }
    world.deploy(KEY, &body).await?.refused(409, "pod_limit_reached")
}

#[tokio::test]
async fn too_many_lapses_pause_deploys() -> Outcome<()> {
    let world = World::new().await?;
    let lapses = world.site.rules().await?.lapses_max;
    let why = || Reason::new(ACTIVATION_EXPIRED, "Late.");
    for number in 0..lapses {
        let late = format!("late-{number}");
        let pod = world.site.open_under(&world.payer, &late, None).await?;
        let ready_at = now() - SignedDuration::from_secs(900);
        world.site.ready(&pod, ready_at).await?;
        world.site.pods.note_activation_mailed(&pod.tenant_id, &pod.id, ready_at).await?;
        world.site.change(&pod, |pod| pod.fail(why(), now())).await?;
    }
    let quote = world.site.quote(&world.payer).await?;
    let body = json!({"quote_id": quote.id, "name": "trial"});
    world.deploy(KEY, &body).await?.refused(429, "deploys_paused")
}

#[tokio::test]
async fn lapses_of_pods_whose_links_were_never_mailed_pause_nobody() -> Outcome<()> {
    let world = World::new().await?;
    let why = || Reason::new(ACTIVATION_EXPIRED, "Late.");
    for number in 0..world.site.rules().await?.lapses_max {
        let late = format!("late-{number}");
        let pod = world.site.open_under(&world.payer, &late, None).await?;
        world.site.ready(&pod, now() - SignedDuration::from_secs(900)).await?;
        world.site.change(&pod, |pod| pod.fail(why(), now())).await?;
    }
    let quote = world.site.quote(&world.payer).await?;
    world.deploy(KEY, &json!({"quote_id": quote.id, "name": "trial"})).await?.with_status(202)?;
    Ok(())
}

#[tokio::test]
async fn a_quote_of_nobody_is_not_found() -> Outcome<()> {
    let world = World::new().await?;
    let quote = samples::quote(world.site.tenant_id.clone(), world.payer.user_id.clone())?;
    let body = json!({"quote_id": quote.id, "name": "trial"});
    world.deploy(KEY, &body).await?.refused(404, "not_found")?;
    let pod = PodId::new(now(), entropy()?);
    world.ask("GET", &format!("/pods/{pod}")).await?.refused(404, "not_found")
}
