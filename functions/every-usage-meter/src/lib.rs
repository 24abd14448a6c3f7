//! `every-usage-meter`: each minute, the usage of every shard of pods is due.
//!
//! A run that is late, doubled or missing changes nothing in the end: what is taken follows from
//! the pods' own clocks.

use adapters::Aws;
use adapters::aws::queue::Queue;
use adapters::tables::pods::SHARDS;
use contracts::usage::MeterDueV1;
use domain::Error;
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};
use serde::Serialize;

/// What the function works with.
#[derive(Debug)]
pub struct App {
    meters: Queue<MeterDueV1>,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let meters = config.required("ON_METER_DUE_QUEUE_URL")?;
        Ok(Self { meters: Queue::new(aws, meters, "the queue of the meter") })
    }
}

/// What was handed out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Status {
    /// Shards of pods.
    pub shards: u32,
}

impl App {
    /// Hands out the run of the meter that was due then.
    ///
    /// # Errors
    ///
    /// `unavailable` when any part of it could not be handed out, after all others were.
    pub async fn handle(&self, due_at: Timestamp) -> Result<Status, Error> {
        let shards: Vec<_> = (0..SHARDS).map(|shard| MeterDueV1 { shard, due_at }).collect();
        self.meters.send_all(&shards).await?;
        Ok(Status { shards: SHARDS })
    }
}
