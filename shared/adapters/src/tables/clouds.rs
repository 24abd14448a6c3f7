//! What is known of our accounts at GPU clouds: when each was last listed, until when its time is
//! taken, its newest list of machines, what became of launches there, and whether an operator has
//! released its brake.

use std::io::{Read, Write};
use std::time::Duration;

use data_encoding::BASE64;
use domain::Error;
use domain::market::launches::{Launch, LaunchRecord};
use domain::pod::sweep::{AccountHealth, CostDay};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use providers::Machine;
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::race::Race;
use crate::tables::table::{Condition, Key, Table, Written, time_to_live};

/// What the keys of counted launches begin with.
const LAUNCHES: &str = "launches#";
/// What the keys of days begin with.
const COSTS: &str = "costs#";
/// How many days of costs are kept.
const COST_DAYS: i64 = 400;
/// How many days of launches make a record.
const RECORD_DAYS: i64 = 30;

#[derive(Debug, Default, Deserialize, Serialize)]
struct HealthRow {
    #[serde(flatten)]
    health: AccountHealth,
    version: u64,
}

#[derive(Debug, Deserialize, Serialize)]
struct CostRow {
    #[serde(flatten)]
    day: CostDay,
    version: u64,
}

/// Written by an operator who has looked at the account (`docs/OPERATING.md`).
#[derive(Debug, Deserialize)]
struct BrakeRow {
    released_until: Timestamp,
}

/// How many launches of one day came to one end: `launches#2026-11-22#60`.
#[derive(Debug, Deserialize)]
struct LaunchesRow {
    sk: String,
    launches: u32,
}

impl LaunchesRow {
    fn count(&self) -> Option<(u32, u32)> {
        let (_, class) = self.sk.rsplit_once('#')?;
        Some((class.parse().ok()?, self.launches))
    }
}

fn launches_of(day: Timestamp) -> String {
    format!("{LAUNCHES}{}", day.strftime("%F"))
}

/// The machines of an account as they were listed at an instant. 5,000 of them are some 250 KB when
/// compressed; `DynamoDB` takes 400.
#[derive(Debug, Deserialize, Serialize)]
struct ListRow {
    listed_at: Timestamp,
    /// JSON of the machines, deflated, in base 64.
    machines: String,
}

/// The machines of an account, and when they were listed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MachineList {
    /// When its provider was asked.
    pub listed_at: Timestamp,
    /// All of them.
    pub machines: Vec<Machine>,
}

impl MachineList {
    fn packed(&self) -> Result<ListRow, Error> {
        let json = serde_json::to_vec(&self.machines).map_err(unreadable)?;
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
        packed.write_all(&json).map_err(unreadable)?;
        let machines = BASE64.encode(&packed.finish().map_err(unreadable)?);
        Ok(ListRow { listed_at: self.listed_at, machines })
    }

    fn unpacked(row: &ListRow) -> Result<Self, Error> {
        let packed = BASE64.decode(row.machines.as_bytes()).map_err(unreadable)?;
        let mut json = Vec::new();
        DeflateDecoder::new(packed.as_slice()).read_to_end(&mut json).map_err(unreadable)?;
        let machines = serde_json::from_slice(&json).map_err(unreadable)?;
        Ok(Self { listed_at: row.listed_at, machines })
    }
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::broken("a list of machines cannot be read", error)
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
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

    /// What an account cost on a day; what is nothing and unknown if nobody has counted anything.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn costs(&self, cloud: &str, day: Date) -> Result<CostDay, Error> {
        let row: Option<CostRow> = self.table.get(&key(cloud, &format!("{COSTS}{day}"))).await?;
        Ok(row.map_or_else(|| CostDay::new(day), |row| row.day))
    }

    /// Notes something of what an account cost on a day; returns the day after that.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn note_costs(
        &self,
        cloud: &str,
        day: Date,
        change: impl Fn(CostDay) -> CostDay,
    ) -> Result<CostDay, Error> {
        let at = key(cloud, &format!("{COSTS}{day}"));
        let mut race = Race::on("the accounts at GPU clouds");
        loop {
            let row: Option<CostRow> = self.table.get(&at).await?;
            let (before, version) =
                row.map_or((CostDay::new(day), 0), |row| (row.day, row.version));
            let after = change(before);
            if after == before {
                return Ok(after);
            }
            let row = CostRow { day: after, version: version.saturating_add(1) };
            let forget_at = before.ends_at() + SignedDuration::from_hours(24 * COST_DAYS);
            let guard = Some(Condition::unchanged(version));
            let put = self.table.put(&at, &row, guard, time_to_live(forget_at))?;
            if self.table.write(vec![put]).await? == Written::Yes {
                return Ok(after);
            }
            race.lost().await?;
        }
    }

    /// Reserves `length` of the time of an account, or of one of its lanes ("runpod#launches"),
    /// starting when it is next free, and returns how long that is from now; reserves nothing and
    /// returns `None` if that is longer than `patience`.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn take_turn(
        &self,
        lane: &str,
        (length, patience): (Duration, Duration),
        now: Timestamp,
    ) -> Result<Option<Duration>, Error> {
        let from = now.as_millisecond();
        let reach = (from, from.saturating_add(millis(patience)));
        let turn =
            self.table.move_on(&key(lane, "turn"), "free_at_ms", reach, millis(length)).await?;
        let wait = turn.map(|at| u64::try_from(at.saturating_sub(from)).unwrap_or_default());
        Ok(wait.map(Duration::from_millis))
    }

    /// The newest list of the account's machines that was kept.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn machines(&self, cloud: &str) -> Result<Option<MachineList>, Error> {
        let row: Option<ListRow> = self.table.get(&key(cloud, "machines")).await?;
        row.as_ref().map(MachineList::unpacked).transpose()
    }

    /// Keeps a list of the account's machines in the place of the one before.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn keep_machines(&self, cloud: &str, list: &MachineList) -> Result<(), Error> {
        let put = self.table.put(&key(cloud, "machines"), &list.packed()?, None, [].into())?;
        self.table.write(vec![put]).await.map(drop)
    }

    /// Counts a launch that came to its end. Whoever is run twice may count it twice: it is a figure
    /// to compare clouds by, and no money hangs on it.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn count_launch(
        &self,
        cloud: &str,
        launch: Launch,
        now: Timestamp,
    ) -> Result<(), Error> {
        let at = key(cloud, &format!("{}#{}", launches_of(now), launch.class()));
        let forget_at = now + SignedDuration::from_hours(24 * (RECORD_DAYS + 1));
        let add = self.table.add(&at, ("launches", 1), None, forget_at)?;
        self.table.write(vec![add]).await.map(drop)
    }

    /// What became of the account's launches in the last 30 days; `None` if there were none.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn launches(
        &self,
        cloud: &str,
        now: Timestamp,
    ) -> Result<Option<LaunchRecord>, Error> {
        let rows: Vec<LaunchesRow> = self.table.list(&key(cloud, "").pk, LAUNCHES).await?;
        let oldest = launches_of(now - SignedDuration::from_hours(24 * RECORD_DAYS));
        // What has expired may still be there for some days.
        let counts = rows.iter().filter(|row| row.sk >= oldest).filter_map(LaunchesRow::count);
        let record: LaunchRecord = counts.collect();
        Ok(Some(record).filter(|record| record.launches > 0))
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
