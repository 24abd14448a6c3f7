//! `api-pods`: deploying pods, looking at them, and stopping, starting or ending them.

mod activity;
mod create;
mod events;
mod get;
mod list;
mod remove;
mod start;
mod stop;
mod view;

use adapters::aws::deploys::Deploys;
use adapters::aws::queue::Queue;
use adapters::aws::secrets::PepperStore;
use adapters::tables::ledger::Ledger;
use adapters::tables::plans::Plans;
use adapters::tables::pods::Pods;
use adapters::tables::quotes::Quotes;
use adapters::tables::tenants::Tenants;
use axum::http::StatusCode;
use contracts::wanted::PodWantedV1;
use domain::Error;
use domain::id::PodId;
use domain::pod::{Pod, Transition};
use runtime::http::{ApiError, Caller, Json};

use crate::view::PodView;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    /// Tenants and their members.
    pub tenants: Tenants,
    /// Pods.
    pub pods: Pods,
    /// The prices that pods are deployed at.
    pub quotes: Quotes,
    /// The wallets that pay for them.
    pub ledger: Ledger,
    /// Executions of `deploy-pod`.
    pub deploys: Deploys,
    /// How many pods a user may have running.
    pub plans: Plans,
    /// The queue of `on-pod-wanted`.
    pub wanted: Queue<PodWantedV1>,
    /// What the tokens of their Jupyter are derived from.
    pub pepper: PepperStore,
}

runtime::api! {
    (list::list_pods, create::create_pod),
    (get::get_pod, remove::remove_pod),
    (stop::stop_pod),
    (start::start_pod),
    (events::list_events),
    (activity::list_activity),
}

impl App {
    /// Writes what the caller wants of their pod and has it looked after.
    async fn want(
        &self,
        caller: &Caller,
        id: &PodId,
        decide: impl Fn(Pod) -> Result<Option<Transition>, Error>,
    ) -> Result<(StatusCode, Json<PodView>), ApiError> {
        let pod = self.pods.find(caller.tenant_id(), caller.user_id(), id).await?;
        let pod = self.pods.change(&pod.tenant_id, &pod.id, decide).await?;
        self.drive(&pod).await?;
        Ok((StatusCode::ACCEPTED, Json(PodView::new(pod, None, caller.now))))
    }

    /// Asks `on-pod-wanted` to look after a pod, if something is to be done for it.
    async fn drive(&self, pod: &Pod) -> Result<(), Error> {
        if pod.is_settled() {
            return Ok(());
        }
        self.wanted.send(&PodWantedV1::from(pod)).await
    }
}
