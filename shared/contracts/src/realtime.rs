//! Frames of the WebSocket: what a browser may send, and what is sent to it.
//!
//! Frames say that something changed and how it stands now, never a secret: a pod's connection
//! details come by the owner's own read alone. A frame can arrive twice or late, so each carries
//! the version of what it shows, and a reader ignores one that is not newer than what it has.

use std::collections::BTreeSet;

use domain::Mode;
use domain::id::{PodId, SnapshotId};
use domain::money::UsdMicros;
use domain::people::realtime::Channel;
use domain::pod::{PodState, Reason, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a browser sends.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum RequestV1 {
    /// Listen to these channels as well.
    Subscribe {
        /// The channels to listen to as well.
        channels: BTreeSet<Channel>,
    },
    /// Listen to these channels no longer.
    Unsubscribe {
        /// The channels to listen to no longer.
        channels: BTreeSet<Channel>,
    },
    /// Keep the connection open.
    Ping,
}

/// What is sent to a browser.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "type")]
pub enum FrameV1 {
    /// Answers a change of what the connection listens to. What changed before `now` comes by a
    /// read, everything after it as frames.
    #[serde(rename = "subscribed")]
    Subscribed {
        /// All it listens to from here on.
        channels: BTreeSet<Channel>,
        /// The server's time.
        now: Timestamp,
    },
    /// Answers a ping.
    #[serde(rename = "pong")]
    Pong {
        /// The server's time.
        now: Timestamp,
    },
    /// Answers what could not be done; the connection stays.
    #[serde(rename = "error")]
    Error {
        /// `snake_case` identifier, part of the API.
        code: String,
        /// One sentence for a person.
        message: String,
    },
    /// Channel `pods`: a pod of the owner was opened or changed.
    #[serde(rename = "pod.changed")]
    PodChanged(Box<PodChangedV1>),
    /// Channel `billing`: a wallet of the owner changed.
    #[serde(rename = "wallet.changed")]
    WalletChanged(WalletChangedV1),
    /// Channel `offers`: the market has a new snapshot.
    #[serde(rename = "offers.changed")]
    OffersChanged {
        /// Of which market.
        mode: Mode,
        /// The snapshot; later ones sort after earlier ones.
        snapshot_id: SnapshotId,
    },
}

/// A pod as a list shows it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PodChangedV1 {
    /// The pod whose row changed.
    pub pod_id: PodId,
    /// With which money.
    pub mode: Mode,
    /// What its owner calls it.
    pub name: String,
    /// Where it stands.
    pub state: PodState,
    /// What is to become of it.
    pub wanted: Wanted,
    /// Why it failed.
    pub reason: Option<Reason>,
    /// Until when its present state may last.
    pub deadline_at: Option<Timestamp>,
    /// Until when money is held for its running.
    pub funded_until: Option<Timestamp>,
    /// When it was activated.
    pub running_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// Counts the pod's changes.
    pub version: u64,
}

/// A wallet as a page's head shows it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct WalletChangedV1 {
    /// Which of the owner's wallets.
    pub mode: Mode,
    /// What can be spent.
    pub available_usd_micros: UsdMicros,
    /// Of it, free credit that has not expired.
    pub granted_usd_micros: UsdMicros,
    /// Of it, money that was paid in.
    pub cash_usd_micros: UsdMicros,
    /// What is held for pods.
    pub held_usd_micros: UsdMicros,
    /// Counts the wallet's transactions.
    pub version: u64,
}

#[cfg(test)]
mod tests {
    use super::{FrameV1, RequestV1};
    use crate::golden::round_trip;

    #[test]
    fn every_frame_of_the_websocket_reads_back() {
        assert_eq!(round_trip::<FrameV1>("on-change", "frame"), 4);
        assert_eq!(round_trip::<RequestV1>("ws-message", "request"), 3);
        assert_eq!(round_trip::<FrameV1>("ws-message", "answer"), 3);
    }
}
