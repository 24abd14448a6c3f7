//! `on-sweep-due`: looks after the pods of one shard.
//!
//! It restarts executions that died and sends messages that were never sent; it ends pods whose
//! time is over, and those whose money is, once no more can be held for them. One pod's trouble
//! never keeps it from the next.

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::Aws;
use adapters::aws::deploys::Deploys;
use adapters::aws::queue::Queue;
use adapters::tables::ledger::Ledger;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use contracts::deploy::DeployPodV1;
use contracts::sweep::SweepDueV1;
use contracts::wanted::PodWantedV1;
use domain::id::TenantId;
use domain::people::parameters::Parameters;
use domain::pod::Pod;
use domain::pod::sweep::{Mend, Restart, judged_at, mend};
use domain::{Error, Mode};
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};
use runtime::telemetry::{Metric, report};

/// What the function works with.
#[derive(Debug)]
pub struct App {
    pods: Pods,
    ledger: Ledger,
    tenants: Tenants,
    deploys: Deploys,
    wanted: Queue<PodWantedV1>,
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
            ledger: Ledger::new(aws, config.required("LEDGER_TABLE")?),
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            deploys: Deploys::new(aws, config.required("DEPLOY_POD_STATE_MACHINE_ARN")?),
            wanted: Queue::new(aws, wanted, "the on-pod-wanted queue"),
        })
    }
}

/// What a sweep of a shard did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Status {
    /// Pods that are not over and settled.
    pub live: u32,
    /// Messages sent to `on-pod-wanted`.
    pub driven: u32,
    /// Executions started again.
    pub redeployed: u32,
    /// Pods that were ended because their time or money was over.
    pub overdue: u32,
    /// Pods that are not as they are wanted for so long that a person must look.
    pub stuck: u32,
    /// Pods that could not be looked after; the next sweep tries again.
    pub failed: u32,
}

/// Settings by tenant and whether they are of its LIVE mode.
type Known = BTreeMap<(TenantId, bool), Arc<Parameters>>;

/// A sweep on its way.
#[derive(Debug)]
struct Sweep {
    /// The instant pods are judged by.
    now: Timestamp,
    status: Status,
    known: Known,
}

fn count(number: &mut u32) {
    *number = number.saturating_add(1);
}

impl App {
    /// Looks after every live pod of the shard; what it did.
    ///
    /// # Errors
    ///
    /// `unavailable` when the pods cannot be listed.
    pub async fn handle(&self, due: SweepDueV1, now: Timestamp) -> Result<Status, Error> {
        let pods = self.pods.live(due.shard).await?;
        let live = u32::try_from(pods.len()).unwrap_or(u32::MAX);
        let status = Status { live, ..Status::default() };
        let mut sweep = Sweep { now: judged_at(due.due_at, now), status, known: Known::new() };
        for pod in &pods {
            if let Err(error) = self.look_after(pod, &mut sweep).await {
                tracing::error!(pod_id = %pod.id, error = ?error, "not looked after");
                count(&mut sweep.status.failed);
            }
            if pod.is_stuck(sweep.now) {
                tracing::error!(pod_id = %pod.id, state = ?pod.state, "stuck: a person must look");
                count(&mut sweep.status.stuck);
            }
        }
        let Status { stuck, failed, .. } = sweep.status;
        report(Metric::PodsInTrouble, stuck.saturating_add(failed), now);
        tracing::info!(shard = due.shard, status = ?sweep.status, "swept");
        Ok(sweep.status)
    }

    async fn look_after(&self, pod: &Pod, sweep: &mut Sweep) -> Result<(), Error> {
        let rules = self.rules_of(pod, &mut sweep.known).await?;
        match mend(pod, &rules, sweep.now) {
            Mend::Nothing => Ok(()),
            Mend::Drive => {
                count(&mut sweep.status.driven);
                self.drive(pod).await
            }
            Mend::Lose => self.lose(pod, sweep).await,
            Mend::CheckExecution => self.check_execution(pod, sweep).await,
            Mend::EndOverdue => self.end_overdue(pod, &rules, sweep).await,
            Mend::FundOrEnd => {
                // The meter may be late or dead: its pods must not pay for that.
                if let Some(funded) = self.ledger.extend(pod, rules.funding(), sweep.now).await? {
                    let stretch = pod.clock.begun();
                    let note = |pod: Pod| Ok(pod.note_funds(stretch, funded.until, sweep.now));
                    self.pods.change(&pod.tenant_id, &pod.id, note).await?;
                }
                self.end_overdue(pod, &rules, sweep).await
            }
        }
    }

    /// Takes away the machine of a SANDBOX pod that is to pretend that.
    async fn lose(&self, pod: &Pod, sweep: &mut Sweep) -> Result<(), Error> {
        let now = sweep.now;
        let after = self.pods.change(&pod.tenant_id, &pod.id, |pod| Ok(pod.lose(now))).await?;
        count(&mut sweep.status.driven);
        self.drive(&after).await
    }

    /// Ends a pod whose time or money is over, if its row still says so.
    async fn end_overdue(
        &self,
        pod: &Pod,
        rules: &Parameters,
        sweep: &mut Sweep,
    ) -> Result<(), Error> {
        let now = sweep.now;
        let end = |pod: Pod| pod.overdue(rules, now);
        let after = self.pods.change(&pod.tenant_id, &pod.id, end).await?;
        if !after.is_settled() {
            count(&mut sweep.status.overdue);
            self.drive(&after).await?;
        }
        Ok(())
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

    async fn drive(&self, pod: &Pod) -> Result<(), Error> {
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
