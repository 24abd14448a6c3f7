//! One test for each documented refusal, on the local AWS that `make test` brings up.

use api_activate::{App, router};
use axum::Router;
use domain::id::{PodId, UserId};
use domain::pod::{ActivationMails, Pod, PodEvent, Reason, Transition, activation_token};
use jiff::{SignedDuration, Timestamp};
use runtime::clock::now;
use runtime::ids::entropy;
use serde_json::{Value, json};
use testkit::site::FIFTY_DOLLARS;
use testkit::{Answer, Call, Outcome, Site, samples};

/// A member's pod that is being deployed, and the router.
struct World {
    site: Site,
    router: Router,
    pod: Pod,
}

impl World {
    async fn new() -> Outcome<Self> {
        let site = Site::with(samples::market()).await?;
        let payer = site.payer(FIFTY_DOLLARS).await?;
        site.join(&payer.user_id).await?;
        let pod = site.open(&payer, None).await?;
        let router = router(App::new(site.aws(), &site.config())?);
        Ok(Self { site, router, pod })
    }

    async fn ready(&self, at: Timestamp) -> Outcome<Pod> {
        self.site.ready(&self.pod, at).await
    }

    async fn token(&self) -> Outcome<String> {
        let pepper = self.site.pepper()?;
        Ok(activation_token(&self.pod.id, pepper.pepper().await?))
    }

    async fn ask(&self, host: &str, user_id: &UserId, body: &Value) -> Outcome<Answer> {
        Call::post("/pods/activate", body).by_user(&self.router, host, user_id).await
    }

    /// What its owner is answered on the pod's page.
    async fn on_page(&self, act: &str) -> Outcome<Answer> {
        let call = Call::post(&format!("/pods/{}/{act}", self.pod.id), &json!({}));
        call.by_user(&self.router, &self.site.host, &self.pod.user_id).await
    }

    /// Writes the pod otherwise, as if time had passed.
    async fn rewrite(&self, change: impl Fn(Pod) -> Pod) -> Outcome<()> {
        let event = |pod: &Pod| PodEvent {
            sequence: pod.version,
            at: now(),
            kind: "pod.test".into(),
            message: "Later.".into(),
        };
        let later = |pod: Pod| {
            let pod = change(Pod { version: pod.version + 1, ..pod });
            Ok(Transition { event: event(&pod), pod })
        };
        self.site.change(&self.pod, later).await?;
        Ok(())
    }

    /// What the pod's owner is answered.
    async fn activate(&self, pod_id: &PodId, token: &str) -> Outcome<Answer> {
        let body = json!({"pod_id": pod_id, "token": token});
        self.ask(&self.site.host, &self.pod.user_id, &body).await
    }
}

#[tokio::test]
async fn a_ready_pod_is_activated_once() -> Outcome<()> {
    let world = World::new().await?;
    world.ready(now()).await?;
    let token = world.token().await?;
    let activated = world.activate(&world.pod.id, &token).await?.with_status(200)?;
    assert_eq!(activated["state"], "running");
    world.activate(&world.pod.id, &token).await?.refused(409, "activation_used")
}

#[tokio::test]
async fn a_pod_whose_machine_did_not_answer_is_not_activated() -> Outcome<()> {
    let world = World::new().await?;
    let token = world.token().await?;
    world.activate(&world.pod.id, &token).await?.refused(409, "pod_state")
}

#[tokio::test]
async fn a_link_expires_with_its_deadline_and_when_the_deploy_failed() -> Outcome<()> {
    let world = World::new().await?;
    world.ready(now() - SignedDuration::from_secs(900)).await?;
    let token = world.token().await?;
    world.activate(&world.pod.id, &token).await?.refused(410, "activation_expired")?;
    let why = || Reason::new("activation_expired", "Too late.");
    world.site.change(&world.pod, |pod| pod.fail(why(), now())).await?;
    world.activate(&world.pod.id, &token).await?.refused(410, "activation_expired")
}

#[tokio::test]
async fn another_token_activates_nothing() -> Outcome<()> {
    let world = World::new().await?;
    world.ready(now()).await?;
    for token in ["", "x", &"0".repeat(32)] {
        world.activate(&world.pod.id, token).await?.refused(400, "token_invalid")?;
    }
    Ok(())
}

#[tokio::test]
async fn a_pod_of_nobody_or_of_another_user_is_not_found() -> Outcome<()> {
    let world = World::new().await?;
    let token = world.token().await?;
    let nobodys = PodId::new(now(), entropy()?);
    world.activate(&nobodys, &token).await?.refused(404, "not_found")?;
    let other = UserId::new(now(), entropy()?);
    world.site.join(&other).await?;
    let body = json!({"pod_id": world.pod.id, "token": token});
    world.ask(&world.site.host, &other, &body).await?.refused(404, "not_found")
}

#[tokio::test]
async fn only_a_member_of_the_tenant_is_let_in() -> Outcome<()> {
    let world = World::new().await?;
    let body = json!({"pod_id": world.pod.id, "token": world.token().await?});
    let stranger = UserId::new(now(), entropy()?);
    world.ask(&world.site.host, &stranger, &body).await?.refused(403, "not_a_member")?;
    let nowhere = world.ask("nowhere.example", &world.pod.user_id, &body).await?;
    nowhere.refused(404, "tenant_not_found")?;
    let call = Call::post("/pods/activate", &body);
    call.by_nobody(&world.router, &world.site.host).await?.refused(401, "unauthenticated")
}

#[tokio::test]
async fn a_body_that_is_malformed_or_too_large_is_not_read() -> Outcome<()> {
    let world = World::new().await?;
    let (host, user_id) = (&world.site.host, &world.pod.user_id);
    for body in [json!({}), json!({"pod_id": "pod_1", "token": "x"}), json!([])] {
        world.ask(host, user_id, &body).await?.refused(400, "invalid_body")?;
    }
    let large = json!({"pod_id": world.pod.id, "token": "x".repeat(20_000)});
    world.ask(host, user_id, &large).await?.refused(413, "payload_too_large")
}

#[tokio::test]
async fn its_owner_activates_a_pod_on_its_page_once() -> Outcome<()> {
    let world = World::new().await?;
    world.on_page("activate").await?.refused(409, "pod_state")?;
    world.ready(now()).await?;
    let activated = world.on_page("activate").await?.with_status(200)?;
    assert_eq!(activated["state"], "running");
    world.on_page("activate").await?.refused(409, "activation_used")?;
    let told = world.site.told(&world.pod.user_id).await?;
    assert!(told.contains(&format!("running#{}", world.pod.id)), "{told:?}");
    world.on_page("activation-mail").await?.refused(409, "activation_used")
}

#[tokio::test]
async fn a_page_that_is_too_late_neither_activates_nor_mails() -> Outcome<()> {
    let world = World::new().await?;
    world.on_page("activation-mail").await?.refused(409, "pod_state")?;
    world.ready(now() - SignedDuration::from_secs(900)).await?;
    for act in ["activate", "activation-mail"] {
        world.on_page(act).await?.refused(410, "activation_expired")?;
    }
    Ok(())
}

#[tokio::test]
async fn the_link_is_mailed_again_after_a_minute_and_not_twice_in_one() -> Outcome<()> {
    let world = World::new().await?;
    world.ready(now() - SignedDuration::from_secs(30)).await?;
    world.on_page("activation-mail").await?.refused(429, "activation_mail_wait")?;
    let minute_ago =
        |pod: Pod| Pod { ready_at: Some(now() - SignedDuration::from_secs(61)), ..pod };
    world.rewrite(minute_ago).await?;
    let sent = world.on_page("activation-mail").await?;
    sent.with_status(202)?;
    world.on_page("activation-mail").await?.refused(429, "activation_mail_wait")?;
    let told = world.site.told(&world.pod.user_id).await?;
    let again = format!("activate#{}#1", world.pod.id);
    assert_eq!(told.into_iter().collect::<Vec<_>>(), [again]);
    world.activate(&world.pod.id, &world.token().await?).await?.with_status(200)?;
    Ok(())
}

#[tokio::test]
async fn the_link_is_mailed_again_five_times_and_no_more() -> Outcome<()> {
    let world = World::new().await?;
    world.ready(now()).await?;
    let asked = |pod: Pod| {
        let long_ago = Some(now() - SignedDuration::from_secs(600));
        Pod { activation_mails: ActivationMails { asked: 5, asked_at: long_ago }, ..pod }
    };
    world.rewrite(asked).await?;
    world.on_page("activation-mail").await?.refused(409, "activation_mails_used")?;
    assert!(world.site.told(&world.pod.user_id).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn the_page_of_a_pod_that_is_nobodys_or_somebody_elses_is_not_found() -> Outcome<()> {
    let world = World::new().await?;
    world.ready(now()).await?;
    let other = UserId::new(now(), entropy()?);
    world.site.join(&other).await?;
    let (host, nobodys) = (&world.site.host, PodId::new(now(), entropy()?));
    for act in ["activate", "activation-mail"] {
        for (user, pod) in [(&other, &world.pod.id), (&world.pod.user_id, &nobodys)] {
            let call = Call::post(&format!("/pods/{pod}/{act}"), &json!({}));
            call.by_user(&world.router, host, user).await?.refused(404, "not_found")?;
        }
        let path = format!("/pods/{}/{act}", world.pod.id);
        let stranger = UserId::new(now(), entropy()?);
        let call = Call::post(&path, &json!({}));
        call.by_user(&world.router, host, &stranger).await?.refused(403, "not_a_member")?;
        let call = Call::post(&path, &json!({}));
        call.by_user(&world.router, "nowhere.example", &world.pod.user_id)
            .await?
            .refused(404, "tenant_not_found")?;
        let call = Call::post(&path, &json!({}));
        call.by_nobody(&world.router, host).await?.refused(401, "unauthenticated")?;
    }
    Ok(())
}
