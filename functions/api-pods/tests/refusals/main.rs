//! One test for each documented refusal, on the local AWS that `make test` brings up.

mod deploying;
mod looking;
mod wanting;

use adapters::tables::ledger::WalletOf;
use api_pods::{App, router};
use axum::Router;
use domain::Error;
use domain::Mode;
use domain::id::UserId;
use domain::money::UsdMicros;
use domain::pod::Transition;
use serde_json::Value;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Answer, Call, Outcome, Site, samples};

/// A member with money, and the router.
struct World {
    site: Site,
    router: Router,
    payer: WalletOf,
}

impl World {
    async fn new() -> Outcome<Self> {
        Self::with(FIFTY_DOLLARS).await
    }

    async fn with(money: UsdMicros) -> Outcome<Self> {
        Self::at(Site::with(samples::market()).await?, money).await
    }

    async fn live() -> Outcome<Self> {
        Self::at(Site::in_mode(Mode::Live, samples::market()).await?, FIFTY_DOLLARS).await
    }

    async fn at(site: Site, money: UsdMicros) -> Outcome<Self> {
        let payer = site.payer(money).await?;
        site.join(&payer.user_id).await?;
        let router = router(App::new(site.aws(), &site.config())?);
        Ok(Self { site, router, payer })
    }

    async fn ask(&self, method: &str, path: &str) -> Outcome<Answer> {
        self.ask_as(&self.payer.user_id, method, path).await
    }

    async fn ask_as(&self, user_id: &UserId, method: &str, path: &str) -> Outcome<Answer> {
        Call::new(method, path).by_user(&self.router, &self.site.host, user_id).await
    }

    async fn deploy(&self, key: &str, body: &Value) -> Outcome<Answer> {
        let call = Call::post("/pods", body).with_key(key);
        call.by_user(&self.router, &self.site.host, &self.payer.user_id).await
    }
}

fn some(change: Option<Transition>) -> Result<Transition, Error> {
    change.ok_or_else(|| Error::conflict("no_change", "Nothing changed."))
}
