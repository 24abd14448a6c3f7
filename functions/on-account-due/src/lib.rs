//! `on-account-due`: compares the machines of one account at a GPU cloud with the pods that should
//! have them.
//!
//! Each difference is dealt with by itself, so one that cannot be mended keeps none of the others.
//! What is charged for the account's machines is charged up to the last list that showed them
//! (`AccountHealth::listed_at`), which moves on once every machine that is missing is noted as such.

mod costs;
mod differences;

use adapters::Aws;
use adapters::aws::queue::Queue;
use adapters::clouds::ConnectedClouds;
use adapters::tables::clouds::CloudAccounts;
use adapters::tables::pods::Pods;
use adapters::tables::sightings::Sightings;
use contracts::sweep::AccountDueV1;
use contracts::wanted::PodWantedV1;
use domain::Error;
use domain::pod::launch::MachinePrefix;
use domain::pod::sweep::{Account, AccountHealth, ListedMachine, compare, hourly_cost, judged_at};
use jiff::Timestamp;
use providers::{Provider, Purpose};
use runtime::config::{Config, ConfigError};
use runtime::telemetry::{Metric, report};

use crate::differences::Comparison;

/// What the function works with.
#[derive(Debug)]
pub struct App {
    pods: Pods,
    accounts: CloudAccounts,
    sightings: Sightings,
    clouds: ConnectedClouds,
    wanted: Queue<PodWantedV1>,
    prefix: MachinePrefix,
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
            accounts: CloudAccounts::new(aws, config.required("PODS_TABLE")?),
            sightings: Sightings::new(aws, config.required("PODS_TABLE")?),
            clouds: ConnectedClouds::new(
                aws,
                config.required("GPU_CLOUDS_SECRET_ARN")?,
                config.required("PODS_TABLE")?,
                runtime::clock::now,
            ),
            wanted: Queue::new(aws, wanted, "the on-pod-wanted queue"),
            prefix: config.required("DEPLOYMENT")?,
        })
    }
}

/// What a comparison did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Status {
    /// Machines in the account's list; none if it gave none.
    pub listed: Option<usize>,
    /// Machines without a pod, and duplicates of a pod's machine, that were terminated.
    pub terminated: u32,
    /// Machines that were stopped because their pods are.
    pub stopped: u32,
    /// Pods that are charged no more because their machine was not seen.
    pub missed: u32,
    /// Pods that were closed because their machine is gone or stopped.
    pub closed: u32,
    /// Whether more was to be terminated than an accident explains, so that nothing was.
    pub braked: bool,
    /// Differences that could not be dealt with; the next sweep tries again.
    pub failed: u32,
}

impl App {
    /// Compares the account's machines with its pods; what it did.
    ///
    /// # Errors
    ///
    /// `unavailable` when the pods cannot be listed. An account that gives no list is noted, not
    /// refused: the next minute asks again.
    pub async fn handle(&self, due: AccountDueV1, now: Timestamp) -> Result<Status, Error> {
        let clouds = self.clouds.get(now).await?;
        let Some((cloud, provider)) = clouds.live().find(|(name, _)| *name == due.cloud) else {
            // It was disconnected since the message was sent.
            return Ok(Status::default());
        };
        let now = judged_at(due.due_at, now);
        match provider.machines(Purpose::Compare).await {
            Ok(None) => Ok(Status::default()),
            Ok(Some(machines)) => {
                let listed: Vec<_> = machines.into_iter().map(Into::into).collect();
                self.compare((cloud, provider), &listed, now).await
            }
            Err(error) => {
                // Who turns us away because we ask too much is there, and can launch.
                let unlisted = |health: AccountHealth| {
                    let unlisted = health.unlisted(now);
                    if error.is_busy() { unlisted } else { unlisted.failed(now) }
                };
                let health = self.accounts.note(cloud, unlisted).await?;
                let silent = health.silent_since(now);
                tracing::error!(cloud, error = ?error, ?silent, "no list of machines");
                report(Metric::AccountTrouble, u32::from(silent.is_some()), now);
                Ok(Status::default())
            }
        }
    }

    async fn compare(
        &self,
        (cloud, provider): (&str, &dyn Provider),
        listed: &[ListedMachine],
        now: Timestamp,
    ) -> Result<Status, Error> {
        let AccountHealth { listed_at, .. } = self.accounts.health(cloud).await?;
        let filed = self.pods.machines_at(cloud).await?;
        let differences = compare(Account { prefix: &self.prefix, listed, filed: &filed }, now);
        self.count_costs(cloud, hourly_cost(listed, &filed), listed_at, now).await;
        let mut comparison = Comparison::new(self, (cloud, provider), now);
        let all_noted = comparison.note_missing(&differences, listed_at).await;
        // Before anything is mended, which may take longer than this call has: people who have no
        // part in it are charged up to this list.
        if all_noted {
            self.accounts.note(cloud, |health| health.listed(now)).await?;
        }
        comparison.mend(&differences, listed).await?;
        let status = comparison.status;
        let trouble = status.failed.saturating_add(u32::from(status.braked));
        report(Metric::AccountTrouble, trouble, now);
        let status = Status { listed: Some(listed.len()), ..status };
        tracing::info!(cloud, status = ?status, "compared");
        self.check_costs((cloud, provider), now).await;
        Ok(status)
    }
}
