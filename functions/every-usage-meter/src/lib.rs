//! `every-usage-meter`: each minute, one message for each wallet whose pods are charged.
//!
//! It only says whose usage is due up to when. What is taken follows from the pods' own clocks, so
//! a run that is late, doubled or missing changes nothing in the end.

use std::collections::BTreeMap;

use adapters::Aws;
use adapters::aws::queue::Queue;
use adapters::tables::pods::Pods;
use contracts::usage::UsageDueV1;
use domain::id::{PodId, TenantId, UserId};
use domain::money::metering::{METER_LAG_SECS, PODS_PER_CAPTURE_MAX};
use domain::pod::Pod;
use domain::{Error, Mode};
use jiff::{SignedDuration, Timestamp};
use runtime::config::{Config, ConfigError};
use serde::Serialize;

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
            usage: Queue::new(aws, usage, "the queue of the meter"),
        })
    }
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Status {
    /// Pods that are charged.
    pub pods: usize,
    /// Messages sent.
    pub messages: usize,
    /// Messages that could not be sent; the next run makes up for them.
    pub failed: usize,
}

impl App {
    /// Asks for the usage of every charged pod up to shortly before `now`.
    ///
    /// # Errors
    ///
    /// `unavailable` when the pods cannot be listed.
    pub async fn handle(&self, now: Timestamp) -> Result<Status, Error> {
        let until = now - SignedDuration::from_secs(METER_LAG_SECS);
        let mut wallets: BTreeMap<(TenantId, UserId, bool), Vec<PodId>> = BTreeMap::new();
        let mut status = Status::default();
        for pod in self.pods.live().await?.into_iter().filter(is_charged) {
            status.pods = status.pods.saturating_add(1);
            let wallet = (pod.tenant_id, pod.user_id, pod.mode == Mode::Live);
            wallets.entry(wallet).or_default().push(pod.id);
        }
        for ((tenant_id, user_id, live), pods) in wallets {
            for pod_ids in pods.chunks(PODS_PER_CAPTURE_MAX) {
                let due = UsageDueV1 {
                    tenant_id: tenant_id.clone(),
                    user_id: user_id.clone(),
                    mode: if live { Mode::Live } else { Mode::Sandbox },
                    pod_ids: pod_ids.to_vec(),
                    until,
                };
                match self.usage.send(&due).await {
                    Ok(()) => status.messages = status.messages.saturating_add(1),
                    Err(error) => {
                        tracing::error!(user_id = %user_id, error = ?error, "no meter message");
                        status.failed = status.failed.saturating_add(1);
                    }
                }
            }
        }
        Ok(status)
    }
}

/// Whether its clock runs; once it stands still, `on-pod-wanted` captures the rest.
fn is_charged(pod: &Pod) -> bool {
    pod.clock.present().is_some()
}
