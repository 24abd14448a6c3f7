//! What the sweep saw: a thing that is wrong is acted on when it is seen a second time.

use domain::Error;
use domain::pod::sweep::{SIGHTING_SECS_MAX, SIGHTING_SECS_MIN};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::tables::table::{Key, Table, time_to_live};

/// Hours a sighting is kept.
const KEPT_HOURS: i64 = 24;

#[derive(Debug, Deserialize, Serialize)]
struct SightingRow {
    first_at: Timestamp,
    last_at: Timestamp,
}

/// The sightings in the pods table.
#[derive(Clone, Debug)]
pub struct Sightings {
    table: Table,
}

impl Sightings {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the sightings") }
    }

    /// Notes that `what` (`orphan` or `missing`) was seen of the machine `name` at `now`; since when
    /// it is so, if an earlier sweep saw it too.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn again(
        &self,
        what: &str,
        name: &str,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        let key = Key::new(format!("platform#sighting#{name}"), what);
        let before: Option<SightingRow> = self.table.get(&key).await?;
        let lasts = SignedDuration::from_secs(SIGHTING_SECS_MAX);
        let first_at = before.filter(|row| row.last_at + lasts >= now).map(|row| row.first_at);
        let row = SightingRow { first_at: first_at.unwrap_or(now), last_at: now };
        let forget_at = now + SignedDuration::from_hours(KEPT_HOURS);
        let put = self.table.put(&key, &row, None, time_to_live(forget_at))?;
        self.table.write(vec![put]).await?;
        let apart = SignedDuration::from_secs(SIGHTING_SECS_MIN);
        Ok(first_at.filter(|first_at| *first_at + apart <= now))
    }
}
