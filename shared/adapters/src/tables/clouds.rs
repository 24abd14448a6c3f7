//! What is known of our accounts at GPU clouds: when each was last listed, and whether an operator
//! has released its brake.

use domain::Error;
use domain::pod::sweep::AccountHealth;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::race::Race;
use crate::tables::table::{Condition, Key, Table, Written};

#[derive(Debug, Default, Deserialize, Serialize)]
struct HealthRow {
    #[serde(flatten)]
    health: AccountHealth,
    version: u64,
}

/// Written by an operator who has looked at the account (`docs/OPERATING.md`).
#[derive(Debug, Deserialize)]
struct BrakeRow {
    released_until: Timestamp,
}

/// The accounts' rows in the pods table.
#[derive(Clone, Debug)]
pub struct CloudAccounts {
    table: Table,
}

fn key(cloud: &str, row: &str) -> Key {
    Key::new(format!("platform#cloud#{cloud}"), row)
}

impl CloudAccounts {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the accounts at GPU clouds") }
    }

    /// When the account was last listed.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn health(&self, cloud: &str) -> Result<AccountHealth, Error> {
        let row: Option<HealthRow> = self.table.get(&key(cloud, "health")).await?;
        Ok(row.unwrap_or_default().health)
    }

    /// Notes that the account was listed, or was not.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn note(
        &self,
        cloud: &str,
        change: impl Fn(AccountHealth) -> AccountHealth,
    ) -> Result<AccountHealth, Error> {
        let at = key(cloud, "health");
        let mut race = Race::on("the accounts at GPU clouds");
        loop {
            let before: HealthRow = self.table.get(&at).await?.unwrap_or_default();
            let health = change(before.health);
            let version = before.version.saturating_add(1);
            let guard = Condition::unchanged(before.version);
            let row = HealthRow { health, version };
            let put = self.table.put(&at, &row, Some(guard), [].into())?;
            if self.table.write(vec![put]).await? == Written::Yes {
                return Ok(health);
            }
            race.lost().await?;
        }
    }

    /// Whether an operator has released the account's brake.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn is_brake_released(&self, cloud: &str, now: Timestamp) -> Result<bool, Error> {
        let row: Option<BrakeRow> = self.table.get(&key(cloud, "brake")).await?;
        Ok(row.is_some_and(|row| now < row.released_until))
    }
}
