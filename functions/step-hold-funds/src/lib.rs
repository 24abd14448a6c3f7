//! `step-hold-funds`: reserves the money for a pod's first stretch of running.
//!
//! The hold comes before the pod's row says so. After a crash in between, the retry finds the hold
//! posted; once the pod's end has closed its account, no hold is posted any more.

use adapters::Aws;
use adapters::tables::ledger::{HoldFor, Ledger, WalletOf};
use adapters::tables::pods::Pods;
use contracts::deploy::{DeployPodV1, StepOutcomeV1};
use domain::Error;
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};

/// What the step works with.
#[derive(Debug)]
pub struct App {
    pods: Pods,
    ledger: Ledger,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        Ok(Self {
            pods: Pods::new(aws, config.required("PODS_TABLE")?),
            ledger: Ledger::new(aws, config.required("LEDGER_TABLE")?),
        })
    }

    /// Holds the quoted amount and moves the pod to `provisioning`; the same again changes nothing.
    ///
    /// # Errors
    ///
    /// `insufficient_funds`; `pod_over` once the pod ended, or is to end; `unavailable`.
    pub async fn handle(&self, input: DeployPodV1, now: Timestamp) -> Result<StepOutcomeV1, Error> {
        let pod = self.pods.load(&input.tenant_id, &input.pod_id).await?;
        let amount = pod.deploy_hold()?;
        let hold = (HoldFor::Deploy, amount);
        self.ledger.hold(&WalletOf::pod(&pod), &pod.id, hold, now).await?;
        self.pods.change(&pod.tenant_id, &pod.id, |pod| pod.note_hold(amount, now)).await?;
        Ok(StepOutcomeV1::Held)
    }
}
