//! `on-meter-due`: one message for each wallet of a shard whose pods are charged.
//!
//! It only says whose usage is due up to when.

use std::collections::BTreeMap;

use adapters::Aws;
use adapters::aws::queue::Queue;
use adapters::tables::pods::Pods;
use contracts::usage::{MeterDueV1, UsageDueV1};
use domain::id::{PodId, TenantId, UserId};
use domain::money::metering::{METER_LAG_SECS, PODS_PER_CAPTURE_MAX};
use domain::pod::Pod;
use domain::{Error, Mode};
use jiff::SignedDuration;
use runtime::config::{Config, ConfigError};

/// What the function works with.
#[derive(Debug)]
pub struct App {
    pods: Pods,
    usage: Queue<UsageDueV1>,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let usage = config.required("ON_USAGE_DUE_QUEUE_URL")?;
        Ok(Self {
            pods: Pods::new(aws, config.required("PODS_TABLE")?),
            usage: Queue::new(aws, usage, "the queue of usage"),
        })
    }

    /// Asks for the usage of the shard's charged pods up to shortly before the meter was due.
    ///
    /// # Errors
    ///
    /// `unavailable` when the pods cannot be listed or a message was not taken; the same again
    /// takes nothing twice.
    pub async fn handle(&self, due: MeterDueV1) -> Result<(), Error> {
        let until = due.due_at - SignedDuration::from_secs(METER_LAG_SECS);
        let mut wallets: BTreeMap<(TenantId, UserId, bool), Vec<PodId>> = BTreeMap::new();
        for pod in self.pods.live(due.shard).await?.into_iter().filter(is_charged) {
            let wallet = (pod.tenant_id, pod.user_id, pod.mode == Mode::Live);
            wallets.entry(wallet).or_default().push(pod.id);
        }
        let messages = wallets.into_iter().flat_map(|((tenant_id, user_id, live), pods)| {
            let due = move |pod_ids: &[PodId]| UsageDueV1 {
                tenant_id: tenant_id.clone(),
                user_id: user_id.clone(),
                mode: if live { Mode::Live } else { Mode::Sandbox },
                pod_ids: pod_ids.to_vec(),
                until,
            };
            pods.chunks(PODS_PER_CAPTURE_MAX).map(due).collect::<Vec<_>>()
        });
        self.usage.send_all(&messages.collect::<Vec<_>>()).await
    }
}

/// Whether its clock runs; once it stands still, `on-pod-wanted` captures the rest.
fn is_charged(pod: &Pod) -> bool {
    pod.clock.present().is_some()
}
