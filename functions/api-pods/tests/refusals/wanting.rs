//! `POST /pods/{id}/stop`, `POST /pods/{id}/start`, `DELETE /pods/{id}`.

use adapters::tables::ledger::HoldFor;
use domain::id::{PodId, UserId};
use domain::pod::Pod;
use runtime::clock::now;
use runtime::ids::entropy;
use testkit::Outcome;

use crate::{World, some};

impl World {
    async fn stopped(&self) -> Outcome<Pod> {
        let pod = self.site.open(&self.payer, None).await?;
        let pod = self.site.running(&pod, now()).await?;
        self.site.change(&pod, |pod| some(pod.want_stop(None, now())?)).await?;
        self.site.change(&pod, |pod| pod.stopped(now())).await?;
        Ok(self.site.change(&pod, |pod| pod.kept(None, now())).await?)
    }
}

#[tokio::test]
async fn a_pod_that_never_ran_is_neither_stopped_nor_started() -> Outcome<()> {
    let world = World::new().await?;
    let pod = world.site.open(&world.payer, None).await?;
    for act in ["stop", "start"] {
        let path = format!("/pods/{}/{act}", pod.id);
        world.ask("POST", &path).await?.refused(409, "pod_state")?;
    }
    Ok(())
}

#[tokio::test]
async fn a_machine_that_cannot_be_kept_is_not_stopped() -> Outcome<()> {
    let world = World::new().await?;
    let pod = world.site.open(&world.payer, None).await?;
    let pod = world.site.running(&pod, now()).await?;
    world
        .site
        .change(&pod, |mut pod| {
            if let Some(attempt) = pod.attempts.last_mut() {
                attempt.offer.stoppable = false;
            }
            Ok(pod.funded(now(), now()))
        })
        .await?;
    let path = format!("/pods/{}/stop", pod.id);
    world.ask("POST", &path).await?.refused(409, "stop_unsupported")
}

#[tokio::test]
async fn a_start_needs_money_for_its_first_hour() -> Outcome<()> {
    let world = World::new().await?;
    let pod = world.stopped().await?;
    let free = world.site.ledger.wallet(&world.payer).await?.available(now())?;
    let other = PodId::new(now(), entropy()?);
    world.site.ledger.hold(&world.payer, &other, (HoldFor::Deploy, free), now()).await?;
    let path = format!("/pods/{}/start", pod.id);
    world.ask("POST", &path).await?.refused(402, "insufficient_funds")
}

#[tokio::test]
async fn a_pod_of_nobody_or_of_another_user_is_not_found() -> Outcome<()> {
    let world = World::new().await?;
    let pod = world.site.open(&world.payer, None).await?;
    let other = UserId::new(now(), entropy()?);
    let nobodys = PodId::new(now(), entropy()?);
    let acts = |id: &PodId| {
        [
            ("POST", format!("/pods/{id}/stop")),
            ("POST", format!("/pods/{id}/start")),
            ("DELETE", format!("/pods/{id}")),
            ("GET", format!("/pods/{id}")),
            ("GET", format!("/pods/{id}/events")),
        ]
    };
    for (method, path) in acts(&pod.id) {
        world.ask_as(&other, method, &path).await?.refused(403, "not_a_member")?;
    }
    world.site.join(&other).await?;
    for (method, path) in acts(&pod.id) {
        world.ask_as(&other, method, &path).await?.refused(404, "not_found")?;
    }
    for (method, path) in acts(&nobodys) {
        world.ask(method, &path).await?.refused(404, "not_found")?;
    }
    Ok(())
}
