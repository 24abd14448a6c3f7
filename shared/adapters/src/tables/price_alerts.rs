//! Price alerts: each lies in its owner's list, and among those that watch the same machine, where
//! the dearest come last.

use std::collections::HashMap;

use domain::market::alert::PriceAlert;
use domain::market::browse::MachineId;
use domain::money::UsdMicrosPerHour;
use domain::{Error, Mode};
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::tables::notifications::Reader;
use crate::tables::roster::Roster;
use crate::tables::table::{Condition, Key, Table, Written, time_to_live};

/// What the sort keys of a person's list begin with.
const PREFIX: &str = "machine#";
const LABEL: &str = "the price alerts";

/// An alert as its owner's list keeps it; `version` tells it from one that took its place.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Row {
    #[serde(flatten)]
    alert: PriceAlert,
    version: u64,
}

/// The price alerts in the accounts table.
#[derive(Clone, Debug)]
pub struct PriceAlerts {
    table: Table,
}

fn list_of(reader: &Reader) -> String {
    format!("{}#price-alert#{}", reader.tenant_id, reader.user_id)
}

fn own_key(reader: &Reader, machine: &MachineId) -> Key {
    Key::new(list_of(reader), format!("{PREFIX}{}", machine.0))
}

fn watchers(mode: Mode, machine: &MachineId) -> String {
    format!("platform#price-alerts#{mode}#{}", machine.0)
}

/// Prices sort as texts do once they have the same number of digits.
fn watch_key(alert: &PriceAlert) -> Key {
    let PriceAlert { mode, machine, tenant_id, user_id, .. } = alert;
    let most = alert.provider_rate_max_usd_micros_per_hour.0;
    Key::new(watchers(*mode, machine), format!("{most:019}#{tenant_id}#{user_id}"))
}

fn reader_of(alert: &PriceAlert) -> Reader {
    Reader { tenant_id: alert.tenant_id.clone(), user_id: alert.user_id.clone() }
}

impl PriceAlerts {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, LABEL) }
    }

    /// A person's alerts, by machine.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn list(&self, reader: &Reader) -> Result<Vec<PriceAlert>, Error> {
        let rows: Vec<Row> = self.table.list(&list_of(reader), PREFIX).await?;
        Ok(rows.into_iter().map(|row| row.alert).collect())
    }

    /// Keeps an alert, in the place of its owner's for the same machine, if `decide` finds nothing
    /// against it beside those that are kept then.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; `unavailable`.
    pub async fn set(
        &self,
        alert: &PriceAlert,
        decide: impl Fn(&[PriceAlert]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let reader = reader_of(alert);
        let ends = time_to_live(alert.ends_at());
        let pk = list_of(&reader);
        let roster =
            Roster { table: &self.table, label: LABEL, pk, prefix: PREFIX, more: HashMap::new() };
        let set = roster.add(|rows: &[Row]| {
            let kept: Vec<_> = rows.iter().map(|row| row.alert.clone()).collect();
            decide(&kept)?;
            let before = rows.iter().find(|row| row.alert.machine == alert.machine);
            let known = before.map_or(0, |row| row.version);
            // Not 1 for each new one: it must differ from one that was removed before.
            let set_at = u64::try_from(alert.created_at.as_millisecond()).unwrap_or_default();
            let version = known.saturating_add(1).max(set_at);
            let row = Row { alert: alert.clone(), version };
            let (own, watch) = (own_key(&reader, &alert.machine), watch_key(alert));
            let guard = Condition::unchanged(known);
            let mut writes = vec![
                self.table.put(&own, &row, Some(guard), ends.clone())?,
                self.table.put(&watch, &row, None, ends.clone())?,
            ];
            let moved = before.map(|row| watch_key(&row.alert)).filter(|before| *before != watch);
            if let Some(before) = moved {
                writes.push(self.table.forget(&before)?);
            }
            Ok(writes)
        });
        match set.await? {
            Written::Yes => Ok(()),
            Written::Lost(_) => Err(Error::unavailable(LABEL, "another change came between")),
        }
    }

    /// Removes a person's alert for a machine.
    ///
    /// # Errors
    ///
    /// 404 `not_found`; `unavailable`, also when it was changed at the same moment.
    pub async fn remove(&self, reader: &Reader, machine: &MachineId) -> Result<(), Error> {
        let row: Option<Row> = self.table.get(&own_key(reader, machine)).await?;
        let row = row.ok_or_else(|| Error::not_found("price alert"))?;
        self.end(&row).await
    }

    /// Up to `limit` alerts that wait for a machine to cost at least this much at most: those whose
    /// price has come.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn due(
        &self,
        (mode, machine): (Mode, &MachineId),
        rate: UsdMicrosPerHour,
        limit: i32,
    ) -> Result<Vec<DueAlert>, Error> {
        let from = Key::new(watchers(mode, machine), format!("{:019}", rate.0));
        let rows: Vec<Row> = self.table.first_from(&from, limit).await?;
        Ok(rows.into_iter().map(DueAlert).collect())
    }

    /// Ends an alert whose owner has been told.
    ///
    /// # Errors
    ///
    /// `unavailable`, also when it was changed since: it is another one then.
    pub async fn told(&self, DueAlert(row): &DueAlert) -> Result<(), Error> {
        self.end(row).await
    }

    async fn end(&self, row: &Row) -> Result<(), Error> {
        let own = own_key(&reader_of(&row.alert), &row.alert.machine);
        let writes = vec![
            self.table.remove_unchanged(&own, row.version)?,
            self.table.forget(&watch_key(&row.alert))?,
        ];
        match self.table.write(writes).await? {
            Written::Yes => Ok(()),
            Written::Lost(_) => Err(Error::unavailable(LABEL, "another change came between")),
        }
    }
}

/// An alert whose price has come.
#[derive(Clone, Debug)]
pub struct DueAlert(Row);

impl DueAlert {
    /// The alert.
    #[must_use]
    pub fn alert(&self) -> &PriceAlert {
        &self.0.alert
    }
}
