//! What a request to `api-signup` leads to that is sent again after its first one failed, on the
//! local AWS that `make test` brings up.

use adapters::tables::accounts::Accounts;
use api_signup::{App, router};
use axum::Router;
use domain::people::account::{Account, Standing};
use serde_json::json;
use testkit::{Answer, Call, Outcome, Site, newcomer, samples};

/// Somebody whose address waits for its first code.
struct World {
    site: Site,
    accounts: Accounts,
    waiting: Account,
}

impl World {
    async fn new() -> Outcome<Self> {
        let site = Site::with(samples::market()).await?;
        let accounts = site.accounts()?;
        let waiting = Account { standing: Standing::Unverified, ..newcomer()? };
        accounts.begin(&site.tenant_id, &waiting).await?;
        Ok(Self { site, accounts, waiting })
    }

    async fn resend(&self, router: &Router) -> Outcome<Answer> {
        let body = json!({"email": self.waiting.email.as_str()});
        Call::post("/auth/resend", &body).by_nobody(router, &self.site.host).await
    }
}

#[tokio::test]
async fn a_code_that_could_not_be_queued_is_queued_when_it_is_asked_for_again() -> Outcome<()> {
    let world = World::new().await?;
    let nowhere = world.site.queue().await?.url + "-not-there";
    let unsent = world.site.config().with("ON_NOTICE_QUEUE_URL", nowhere);
    let failing = router(App::new(world.site.aws(), &unsent)?);
    world.resend(&failing).await?.refused(503, "unavailable")?;
    assert!(world.site.told(&world.waiting.user_id).await?.is_empty());
    let working = router(App::new(world.site.aws(), &world.site.config())?);
    for _ in 0..2 {
        world.resend(&working).await?.with_status(202)?;
        let told = world.site.told(&world.waiting.user_id).await?;
        let read = world.accounts.by_email(&world.site.tenant_id, &world.waiting.email).await?;
        let code = read.and_then(|read| read.account.verification).ok_or("no code")?;
        let key = format!("verify#{}#{}", world.waiting.user_id, code.nonce);
        assert_eq!(told.into_iter().collect::<Vec<_>>(), [key], "one code, mailed once");
    }
    Ok(())
}
