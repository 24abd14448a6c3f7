//! `api-pods`: deploying pods, looking at them, and saying what is wanted of them.

mod activity;
mod create;
mod events;
mod get;
mod list;
mod remove;
mod start;
mod stop;
mod view;

use std::sync::Arc;

use adapters::aws::deploys::Deploys;
use adapters::aws::queue::Queue;
use adapters::aws::secrets::PepperStore;
use adapters::tables::ledger::Ledger;
use adapters::tables::plans::Plans;
use adapters::tables::pods::Pods;
use adapters::tables::quotes::Quotes;
use adapters::tables::tenants::Tenants;
use axum::Router;
use axum::http::StatusCode;
use contracts::wanted::PodWantedV1;
use domain::Error;
use domain::id::PodId;
use domain::people::tenant::Caller;
use domain::pod::{Change, Driver, Pod};
use runtime::http::{ApiError, Identity, Json};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::view::PodView;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    /// Tenants and their members.
    pub tenants: Tenants,
    /// Pods.
    pub pods: Pods,
    /// What they are deployed from.
    pub quotes: Quotes,
    /// What pays for them.
    pub ledger: Ledger,
    /// What brings them up.
    pub deploys: Deploys,
    /// How many may run.
    pub plans: Plans,
    /// The queue of `on-pod-wanted`.
    pub wanted: Queue<PodWantedV1>,
    /// What their tokens are derived from.
    pub pepper: PepperStore,
}

fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_pods, create::create_pod))
        .routes(routes!(get::get_pod, remove::remove_pod))
        .routes(routes!(stop::stop_pod))
        .routes(routes!(start::start_pod))
        .routes(routes!(events::list_events))
        .routes(routes!(activity::list_activity))
}

/// The function's routes.
pub fn router(app: App) -> Router {
    runtime::http::finish(api().split_for_parts().0.with_state(Arc::new(app)))
}

/// The function's part of the OpenAPI document.
#[must_use]
pub fn openapi() -> OpenApi {
    api().split_for_parts().1
}

impl App {
    async fn caller(&self, identity: &Identity) -> Result<Caller, Error> {
        let now = runtime::clock::now();
        self.tenants.caller(&identity.host.0, &identity.user_id, now).await
    }

    /// Writes what the caller wishes of their pod and sends it on its way.
    async fn wish(
        &self,
        identity: &Identity,
        id: &PodId,
        decide: impl Fn(Pod) -> Result<Option<Change>, Error>,
    ) -> Result<(StatusCode, Json<PodView>), ApiError> {
        let caller = self.caller(identity).await?;
        let pod = self.pods.find(caller.tenant_id(), caller.user_id(), id).await?;
        let pod = self.pods.change(&pod.tenant_id, &pod.id, decide).await?;
        self.drive(&pod).await?;
        Ok((StatusCode::ACCEPTED, Json(PodView::new(pod, None))))
    }

    /// Sends a pod on its way, if something is to be done for it.
    async fn drive(&self, pod: &Pod) -> Result<(), Error> {
        if pod.driver() == Driver::Rest {
            return Ok(());
        }
        self.wanted.send(&PodWantedV1::from(pod)).await
    }
}
