//! Messages of each minute's sweep: one to `on-sweep-due` for each shard of pods, one to
//! `on-account-due` for each account at a GPU cloud.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The pods of a shard are to be looked after.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SweepDueV1 {
    /// Which shard, from 0.
    pub shard: u32,
    /// When the sweep was due.
    pub due_at: Timestamp,
}

/// The machines of an account are to be compared with the pods.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct AccountDueV1 {
    /// The cloud, as offers name it.
    pub cloud: String,
    /// When the sweep was due.
    pub due_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::round_trip;

    #[test]
    fn every_part_of_a_sweep_reads_back() {
        assert_eq!(round_trip::<SweepDueV1>("on-sweep-due", ""), 1);
        assert_eq!(round_trip::<AccountDueV1>("on-account-due", ""), 1);
    }
}
