//! What was answered right before a kill holds after it, and WebSockets speak again.

use std::path::PathBuf;
use std::time::Duration;

use domain::Mode;
use runtime::config::required;
use serde_json::{Value, json};
use survival_tests::Run;
use testkit::{DEMO, LocalStripe, Outcome, PASSWORD, User, fresh_key};

/// Of a cloud that keeps stopped machines.
const OFFER: &str = "provider=runpod&gpu_count=1&spot=false&sort=price_asc";
/// Within two seconds on a machine that does nothing else (`make bench PART=local`).
const FRAME_WITHIN: Duration = Duration::from_secs(6);
const AMOUNT: i64 = 5_000_000;

/// Somebody, and the run they use.
struct Site {
    run: Run,
    email: String,
}

impl Site {
    async fn open(name: &str) -> Outcome<(Self, User)> {
        let folder = PathBuf::from(required::<String>("GPUBROKER_STATE")?).join(name);
        let run = Run::start_afresh(folder).await?;
        let user = run.stack()?.visitor(DEMO).join().await?;
        Ok((Self { run, email: user.email.clone() }, user))
    }

    /// Kills everything at once and starts it again; the same person with a new session.
    async fn killed(&mut self) -> Outcome<User> {
        self.run.kill()?;
        self.run.start().await?;
        self.sign_in().await
    }

    /// The same after an orderly end.
    async fn stopped(&mut self) -> Outcome<User> {
        self.run.stop().await?;
        self.run.start().await?;
        self.sign_in().await
    }

    async fn sign_in(&self) -> Outcome<User> {
        self.run.stack()?.visitor(DEMO).login(&self.email, PASSWORD).await
    }

    async fn stripe(&self) -> Outcome<LocalStripe> {
        let stack = self.run.stack()?;
        let mut stripe = stack.stripe_of(&stack.tenant_id(DEMO).await?, Mode::Sandbox)?;
        stripe.url = self.run.stripe_url()?;
        Ok(stripe)
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_top_up_answered_before_a_kill_is_charged_once_and_arrives() -> Outcome<()> {
    let (mut site, user) = Site::open("top-up").await?;
    user.try_card("pm_card_visa").await?.with_status(201)?;
    let (key, body) =
        (fresh_key()?, json!({"amount_usd_micros": AMOUNT, "payment_method_id": null}));
    let first = user.try_top_up(&key, &body).await?.with_status(201)?;
    let user = site.killed().await?;

    let again = user.try_top_up(&key, &body).await?.with_status(201)?;
    assert_eq!(text(&again, "id"), text(&first, "id"));
    user.has_cash(AMOUNT).await?;
    let stripe = site.stripe().await?;
    let charges = stripe.objects("payment_intent", &stripe.customer(&user).await?).await?;
    assert_eq!(charges.len(), 1, "{charges:?}");
    Ok(())
}

#[tokio::test]
async fn each_step_answered_before_a_kill_is_taken_after_it() -> Outcome<()> {
    let (mut site, user) = Site::open("steps").await?;
    let quote = user.quote(&user.offer(OFFER).await?).await?;
    let (key, body) = (fresh_key()?, json!({"quote_id": quote["id"], "name": "trial"}));
    let pod = user.try_deploy(&key, &body).await?.with_status(202)?;
    let id = text(&pod, "id").to_owned();

    let user = site.killed().await?;
    let again = user.try_deploy(&key, &body).await?.with_status(202)?;
    assert_eq!(text(&again, "id"), id);
    user.settled(&id, "ready").await?;
    let token = user.stack.activation_token(&id).await?;
    user.try_activate(&id, &token).await?.with_status(200)?;

    let user = site.killed().await?;
    assert_eq!(text(&user.pod(&id).await?, "state"), "running");
    user.post_nothing(&format!("/pods/{id}/stop")).await?.with_status(202)?;

    let user = site.killed().await?;
    user.settled(&id, "stopped").await?;
    user.delete(&format!("/pods/{id}")).await?.with_status(202)?;

    let user = site.killed().await?;
    user.settled(&id, "terminated").await?;
    Ok(())
}

#[tokio::test]
async fn a_websocket_speaks_soon_after_a_kill_and_after_a_stop() -> Outcome<()> {
    let (mut site, user) = Site::open("sockets").await?;
    // Makes records for the streams, whose count a start must not wait for again.
    assert_speaks(&user).await?;
    let user = site.killed().await?;
    assert_speaks(&user).await.map_err(|error| format!("after a kill: {error}"))?;
    let user = site.stopped().await?;
    assert_speaks(&user).await.map_err(|error| format!("after a stop: {error}").into())
}

/// A frame tells of a pod that is deployed now.
async fn assert_speaks(user: &User) -> Outcome<()> {
    let mut socket = user.listen(&["pods"]).await?;
    let pod = user.deploy(&user.offer(OFFER).await?, None).await?;
    let told = socket.frame("pod.changed", |frame| frame["pod_id"] == pod.as_str());
    let told = tokio::time::timeout(FRAME_WITHIN, told).await;
    told.map_err(|_| format!("no frame of {pod} in {FRAME_WITHIN:?}"))??;
    user.settled(&pod, "ready").await?;
    user.delete(&format!("/pods/{pod}")).await?.with_status(202)?;
    user.becomes(&pod, "terminated").await.map(drop)
}
