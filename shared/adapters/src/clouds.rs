//! Our accounts at GPU clouds, as all functions that talk to one share them: the keys in their secret,
//! the requests that each account may make, and the newest list of its machines.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::Error;
use domain::market::launches::Launch;
use domain::pod::Attempt;
use domain::pod::sweep::AccountHealth;
use jiff::{SignedDuration, Timestamp};
use providers::{Clouds, Machine, Provider, Purpose, Turns};

use crate::aws::Aws;
use crate::aws::secrets::JsonSecret;
use crate::tables::clouds::{CloudAccounts, MachineList};

/// Reads the wall clock.
pub type Clock = fn() -> Timestamp;

/// Time at the accounts, shared out by rows that all instances of all functions move on.
#[derive(Debug)]
struct SharedTurns {
    accounts: CloudAccounts,
    clock: Clock,
}

#[async_trait]
impl Turns for SharedTurns {
    async fn take(
        &self,
        lane: &str,
        length: Duration,
        patience: Duration,
    ) -> Result<Option<Duration>, Error> {
        self.accounts.take_turn(lane, (length, patience), (self.clock)()).await
    }
}

/// The connected clouds.
#[derive(Debug)]
pub struct ConnectedClouds {
    secret: JsonSecret<Clouds>,
    accounts: CloudAccounts,
}

impl ConnectedClouds {
    /// The accounts in the secret at `secret_arn`, whose rows are in the table `pods_table`.
    #[must_use]
    pub fn new(aws: &Aws, secret_arn: String, pods_table: String, clock: Clock) -> Self {
        let accounts = CloudAccounts::new(aws, pods_table);
        let turns: Arc<dyn Turns> = Arc::new(SharedTurns { accounts: accounts.clone(), clock });
        let connect = move |accounts| {
            Clouds::connect(accounts, &turns)
                .map_err(|error| Error::broken("the accounts at GPU clouds cannot be used", error))
        };
        Self { secret: JsonSecret::made_into(aws, secret_arn, connect), accounts }
    }

    /// The clouds, ready to be asked.
    ///
    /// # Errors
    ///
    /// `unavailable`, or `internal` when an account cannot be used.
    pub async fn get(&self, now: Timestamp) -> Result<Arc<Clouds>, Error> {
        self.secret.get(now).await
    }

    /// Notes what became of a launch at a LIVE cloud. A figure that cannot be noted is no reason for
    /// a deploy to fail.
    pub async fn count_launch(&self, cloud: &str, launch: Launch, now: Timestamp) {
        if let Err(error) = self.accounts.count_launch(cloud, launch, now).await {
            tracing::warn!(cloud, ?launch, error = ?error, "the launch is not counted");
        }
    }

    /// Notes whether a LIVE cloud answered a launch: one that does not, several times in a row, rests.
    pub async fn note_answer(&self, cloud: &str, answered: bool, now: Timestamp) {
        let noted = async {
            let health = self.accounts.health(cloud).await?;
            if !answered {
                self.accounts.note(cloud, |health| health.failed(now)).await.map(drop)
            } else if health.failures > 0 {
                self.accounts.note(cloud, AccountHealth::answered).await.map(drop)
            } else {
                Ok(())
            }
        };
        if let Err(error) = noted.await {
            tracing::warn!(cloud, answered, error = ?error, "the answer is not noted");
        }
    }

    /// The attempt's machine as its provider lists it. All machines that boot at one cloud share a
    /// list of it; while a new list is being fetched, others get the previous
    /// one. A list from before `since` says nothing: an address that was the machine's before it was
    /// stopped may be a stranger's by now.
    ///
    /// # Errors
    ///
    /// `busy` and `unavailable`: the cloud gave no list.
    pub async fn listed(
        &self,
        provider: &dyn Provider,
        attempt: &Attempt,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Machine>, Error> {
        let Some(age_max) = provider.list_age_max() else { return Ok(None) };
        let cloud = attempt.offer.provider.as_str();
        let kept = self.accounts.machines(cloud).await?.filter(|list| list.listed_at >= since);
        let aged = |list: &MachineList| {
            now.duration_since(list.listed_at)
                > SignedDuration::try_from(age_max).unwrap_or_default()
        };
        let list = match kept {
            Some(list) if !aged(&list) => Some(list),
            kept => self.refresh((cloud, provider), age_max, now).await?.or(kept),
        };
        let machines = list.into_iter().flat_map(|list| list.machines);
        let mut of_attempt = machines.filter(|machine| match &attempt.machine_id {
            Some(id) => machine.id == *id,
            None => machine.name == attempt.machine_name,
        });
        Ok(of_attempt.next())
    }

    /// A new list, unless somebody else is fetching one.
    async fn refresh(
        &self,
        (cloud, provider): (&str, &dyn Provider),
        age_max: Duration,
        now: Timestamp,
    ) -> Result<Option<MachineList>, Error> {
        let lane = format!("{cloud}#list");
        let turn = self.accounts.take_turn(&lane, (age_max, Duration::ZERO), now).await?;
        if turn.is_none() {
            return Ok(None);
        }
        // Its lane bounds how often this is; were it less urgent than a launch, pods that boot in a
        // crowd would never be seen to be up.
        let Some(machines) = provider.machines(Purpose::Compare).await? else { return Ok(None) };
        let list = MachineList { listed_at: now, machines };
        if let Err(error) = self.accounts.keep_machines(cloud, &list).await {
            // Whoever has fetched it can still use it.
            tracing::warn!(cloud, error = ?error, "the list could not be kept");
        }
        Ok(Some(list))
    }
}
