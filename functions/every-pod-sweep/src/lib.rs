//! `every-pod-sweep`: each minute, whatever got lost is found.
//!
//! It restarts executions that died and sends messages that were never sent; it ends pods whose
//! time or money is over; and it compares the machines of every provider account with the pods that
//! should have them. One pod's trouble never keeps it from the next.

mod compare;

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::Aws;
use adapters::aws::deploys::Deploys;
use adapters::aws::queue::Queue;
use adapters::aws::secrets::JsonSecret;
use adapters::tables::pods::Pods;
use adapters::tables::sightings::Sightings;
use adapters::tables::tenants::Tenants;
use contracts::deploy::DeployPodV1;
use contracts::wanted::PodWantedV1;
use domain::id::TenantId;
use domain::people::parameters::Parameters;
use domain::pod::Pod;
use domain::pod::sweep::{Mend, Restart, mend};
use domain::{Error, Mode};
use jiff::Timestamp;
use providers::Clouds;
use runtime::config::{Config, ConfigError};
use serde::Serialize;

/// What the function works with.
#[derive(Debug)]
pub struct App {
    pods: Pods,
    tenants: Tenants,
    deploys: Deploys,
    wanted: Queue<PodWantedV1>,
    clouds: JsonSecret<Clouds>,
    sightings: Sightings,
    stack: String,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let wanted = config.required("ON_POD_WANTED_QUEUE_URL")?;
        Ok(Self {
            pods: Pods::new(aws, config.required("PODS_TABLE")?),
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            deploys: Deploys::new(aws, config.required("DEPLOY_POD_STATE_MACHINE_ARN")?),
            wanted: Queue::new(aws, wanted, "the on-pod-wanted queue"),
            clouds: JsonSecret::new(aws, config.required("GPU_CLOUDS_SECRET_ARN")?),
            sightings: Sightings::new(aws, config.required("PODS_TABLE")?),
            stack: config.required("STACK_NAME")?,
        })
    }
}

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Status {
    /// Pods that are not over and settled.
    pub live: u32,
    /// Messages sent to `on-pod-wanted`.
    pub driven: u32,
    /// Executions started again.
    pub redeployed: u32,
    /// Pods that were ended because their time or money was over.
    pub overdue: u32,
    /// Machines without a pod that were terminated.
    pub orphans: u32,
    /// Pods closed because their machine is gone.
    pub vanished: u32,
    /// Accounts in which more was wrong than an accident explains; nothing was done there.
    pub braked: u32,
    /// Pods and accounts that could not be looked after; the next sweep tries again.
    pub failed: u32,
}

/// Settings by tenant and whether they are of its LIVE mode.
type Known = BTreeMap<(TenantId, bool), Arc<Parameters>>;

/// A sweep on its way.
#[derive(Debug)]
pub(crate) struct Sweep {
    /// The instant pods are judged by.
    pub(crate) now: Timestamp,
    pub(crate) status: Status,
    known: Known,
}

fn count(number: &mut u32) {
    *number = number.saturating_add(1);
}

impl App {
    /// Looks after every live pod and every provider account, judged by `now`.
    ///
    /// # Errors
    ///
    /// `unavailable` when the pods cannot be listed; `internal`, after everything else was done,
    /// when the brake held: its alarm wakes a person.
    pub async fn handle(&self, now: Timestamp) -> Result<Status, Error> {
        let pods = self.pods.live().await?;
        let live = u32::try_from(pods.len()).unwrap_or(u32::MAX);
        let status = Status { live, ..Status::default() };
        let mut sweep = Sweep { now, status, known: Known::new() };
        // First, for it costs little and everything else may take long.
        if let Err(error) = self.compare(&pods, &mut sweep).await {
            tracing::error!(error = ?error, "no account compared");
            count(&mut sweep.status.failed);
        }
        for pod in &pods {
            if let Err(error) = self.look_after(pod, &mut sweep).await {
                tracing::error!(pod_id = %pod.id, error = ?error, "not looked after");
                count(&mut sweep.status.failed);
            }
        }
        let status = sweep.status;
        if status.braked > 0 {
            return Err(Error::broken("the sweep's brake holds", format!("{status:?}")));
        }
        Ok(status)
    }

    async fn look_after(&self, pod: &Pod, sweep: &mut Sweep) -> Result<(), Error> {
        let rules = self.rules_of(pod, &mut sweep.known).await?;
        let now = sweep.now;
        match mend(pod, &rules, now) {
            Mend::Nothing => Ok(()),
            Mend::Drive => {
                count(&mut sweep.status.driven);
                self.drive(pod).await
            }
            Mend::CheckExecution => self.check_execution(pod, sweep).await,
            Mend::EndOverdue => {
                let end = |pod: Pod| pod.overdue(&rules, now);
                let after = self.pods.change(&pod.tenant_id, &pod.id, end).await?;
                if !after.is_settled() {
                    count(&mut sweep.status.overdue);
                    self.drive(&after).await?;
                }
                Ok(())
            }
        }
    }

    /// The settings of the pod's tenant, read once a sweep.
    async fn rules_of(&self, pod: &Pod, known: &mut Known) -> Result<Arc<Parameters>, Error> {
        let tenant = (pod.tenant_id.clone(), pod.mode == Mode::Live);
        if let Some(rules) = known.get(&tenant) {
            return Ok(Arc::clone(rules));
        }
        let rules = Arc::new(self.tenants.parameters(&pod.tenant_id, pod.mode).await?);
        known.insert(tenant, Arc::clone(&rules));
        Ok(rules)
    }

    pub(crate) async fn drive(&self, pod: &Pod) -> Result<(), Error> {
        self.wanted.send(&PodWantedV1::from(pod)).await
    }

    /// Starts the deploy's execution if it was never started, or the next one if it died.
    async fn check_execution(&self, pod: &Pod, sweep: &mut Sweep) -> Result<(), Error> {
        let (seen, now) = (pod.execution, sweep.now);
        let state = self.deploys.state(&pod.id, seen).await?;
        let execution = match pod.restart(state) {
            Restart::Nothing => return Ok(()),
            Restart::Same => seen,
            Restart::Next => {
                let next = |pod: Pod| pod.redeploy_after(seen, now);
                let after = self.pods.change(&pod.tenant_id, &pod.id, next).await?;
                if !after.is_unactivated() {
                    return Ok(());
                }
                after.execution
            }
        };
        count(&mut sweep.status.redeployed);
        self.deploys.start(&DeployPodV1::from(pod), execution).await
    }
}
