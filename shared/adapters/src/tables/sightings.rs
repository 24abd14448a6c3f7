//! What earlier sweeps saw: a thing that is wrong is acted on when a second sweep sees it.

use domain::Error;
use domain::pod::sweep::Sighting;
use jiff::{SignedDuration, Timestamp};

use crate::aws::Aws;
use crate::tables::table::{Key, Table, time_to_live};

/// Hours a sighting is kept.
const KEPT_HOURS: i64 = 24;

/// What can be wrong with a machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wrong {
    /// It has no pod.
    Orphan,
    /// It has the name of a pod's machine, and is a duplicate of it.
    Duplicate,
    /// Its provider does not list it.
    Missing,
    /// It does not run though its pod does.
    Halted,
    /// It runs though its pod is stopped.
    Runaway,
}

impl Wrong {
    fn as_str(self) -> &'static str {
        match self {
            Self::Orphan => "orphan",
            Self::Duplicate => "twin",
            Self::Missing => "missing",
            Self::Halted => "halted",
            Self::Runaway => "runaway",
        }
    }
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

    /// Notes that something was wrong with a machine at `now`. `machine` is its name, or for
    /// a duplicate its provider's identifier.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn note(
        &self,
        wrong: Wrong,
        machine: &str,
        now: Timestamp,
    ) -> Result<Sighting, Error> {
        let key = Key::new(format!("platform#sighting#{machine}"), wrong.as_str());
        let sighting = Sighting::again(self.table.get(&key).await?, now);
        let forget_at = now + SignedDuration::from_hours(KEPT_HOURS);
        let put = self.table.put(&key, &sighting, None, time_to_live(forget_at))?;
        self.table.write(vec![put]).await?;
        Ok(sighting)
    }
}
