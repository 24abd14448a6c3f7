//! `every-pod-sweep`: each minute, whatever got lost is to be found.
//!
//! It only hands out the work: a message for each shard of pods and one for each account at a GPU
//! cloud, so that no cloud, account or pod holds up another.

use adapters::Aws;
use adapters::aws::queue::Queue;
use adapters::aws::secrets::JsonSecret;
use adapters::tables::pods::SHARDS;
use contracts::sweep::{AccountDueV1, SweepDueV1};
use domain::Error;
use jiff::Timestamp;
use providers::Accounts;
use runtime::config::{Config, ConfigError};
use serde::Serialize;

/// What the function works with.
#[derive(Debug)]
pub struct App {
    clouds: JsonSecret<Accounts>,
    sweeps: Queue<SweepDueV1>,
    accounts: Queue<AccountDueV1>,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let sweeps = config.required("ON_SWEEP_DUE_QUEUE_URL")?;
        let accounts = config.required("ON_ACCOUNT_DUE_QUEUE_URL")?;
        Ok(Self {
            clouds: JsonSecret::new(aws, config.required("GPU_CLOUDS_SECRET_ARN")?),
            sweeps: Queue::new(aws, sweeps, "the queue of the sweep"),
            accounts: Queue::new(aws, accounts, "the queue of the accounts"),
        })
    }
}

/// What was handed out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Status {
    /// Shards of pods.
    pub shards: u32,
    /// Accounts at GPU clouds.
    pub accounts: usize,
}

impl App {
    /// Hands out the sweep that was due then.
    ///
    /// # Errors
    ///
    /// `unavailable` when any part of it could not be handed out, after all others were.
    pub async fn handle(&self, due_at: Timestamp) -> Result<Status, Error> {
        let shards: Vec<_> = (0..SHARDS).map(|shard| SweepDueV1 { shard, due_at }).collect();
        let sweeps = self.sweeps.send_all(&shards).await;
        let accounts = self.accounts(due_at).await;
        sweeps?;
        Ok(Status { shards: SHARDS, accounts: accounts? })
    }

    async fn accounts(&self, due_at: Timestamp) -> Result<usize, Error> {
        let known = self.clouds.get(due_at).await?;
        let clouds = known.accounts.iter().map(|account| account.cloud.clone());
        let accounts: Vec<_> = clouds.map(|cloud| AccountDueV1 { cloud, due_at }).collect();
        self.accounts.send_all(&accounts).await?;
        Ok(accounts.len())
    }
}
