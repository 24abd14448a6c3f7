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

use std::collections::BTreeMap;

use adapters::Aws;
use adapters::aws::deploys::Deploys;
use adapters::aws::queue::Queue;
use adapters::aws::secrets::PepperStore;
use adapters::tables::clouds::CloudAccounts;
use adapters::tables::ledger::Ledger;
use adapters::tables::plans::Plans;
use adapters::tables::pods::Pods;
use adapters::tables::quotes::Quotes;
use adapters::tables::tenants::Tenants;
use axum::http::StatusCode;
use contracts::wanted::PodWantedV1;
use domain::Error;
use domain::id::PodId;
use domain::pod::sweep::AccountHealth;
use domain::pod::{Pod, Transition};
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};
use runtime::http::{ApiError, Caller, Json};

use crate::view::PodView;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    tenants: Tenants,
    pods: Pods,
    accounts: CloudAccounts,
    quotes: Quotes,
    ledger: Ledger,
    deploys: Deploys,
    plans: Plans,
    wanted: Queue<PodWantedV1>,
    pepper: PepperStore,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let pods_table: String = config.required("PODS_TABLE")?;
        let wanted = config.required("ON_POD_WANTED_QUEUE_URL")?;
        Ok(Self {
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            pods: Pods::new(aws, pods_table.clone()),
            accounts: CloudAccounts::new(aws, pods_table.clone()),
            quotes: Quotes::new(aws, pods_table),
            ledger: Ledger::new(aws, config.required("LEDGER_TABLE")?),
            plans: Plans::new(aws, config.required("BILLING_TABLE")?),
            wanted: Queue::new(aws, wanted, "the on-pod-wanted queue"),
            deploys: Deploys::new(aws, config.required("DEPLOY_POD_STATE_MACHINE_ARN")?),
            pepper: PepperStore::new(aws, config.required("TOKEN_PEPPER_SECRET_ARN")?),
        })
    }
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

    /// Since when the cloud of the pod's machine has not answered us, once that is ten minutes ago.
    /// What is learnt of a cloud is kept in `seen`.
    async fn silent_since(
        &self,
        pod: &Pod,
        now: Timestamp,
        seen: &mut BTreeMap<String, AccountHealth>,
    ) -> Result<Option<Timestamp>, Error> {
        let Some(cloud) = pod.machine_cloud().filter(|_| !pod.is_over()) else { return Ok(None) };
        if let Some(health) = seen.get(cloud) {
            return Ok(health.silent_since(now));
        }
        let health = self.accounts.health(cloud).await?;
        seen.insert(cloud.to_owned(), health);
        Ok(health.silent_since(now))
    }

    /// Asks `on-pod-wanted` to look after a pod, if something is to be done for it.
    async fn drive(&self, pod: &Pod) -> Result<(), Error> {
        if pod.is_settled() {
            return Ok(());
        }
        self.wanted.send(&PodWantedV1::from(pod)).await
    }
}
