//! Snapshots of the market in a bucket: one object for each, and one index that says which are
//! served.
//!
//! A snapshot never changes, so it is read once; the index is asked for again every few seconds and
//! read only when its `ETag` changed. A snapshot that was followed by a newer one is served for a
//! quarter of an hour more, for those who are paging through it.
//!
//! Beside the LIVE snapshots lie what each cloud answered last, of which the next one is made, and
//! what its offers have cost.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStream;
use domain::Error;
use domain::Mode;
use domain::id::SnapshotId;
use domain::market::browse::Market;
use domain::market::history::History;
use domain::market::offer::{OfferId, Snapshot};
use domain::market::refresh::Reading;
use domain::money::UsdMicrosPerHour;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::aws::{Aws, failed};

/// How long a snapshot is served after a newer one came.
const KEPT_SECS: i64 = 15 * 60;
/// How long the index is trusted before it is asked for again.
const TRUST_SECS: i64 = 2;
const NOT_MODIFIED: u16 = 304;
/// Where an operator writes prices: `{"off_…": 2000000}`, in micro-dollars an hour.
const ACCEPTED_KEY: &str = "offers/live/accepted.json";
const CONTEXT: &str = "the market";

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Served {
    id: SnapshotId,
    /// When a newer one came; absent for the newest.
    followed_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Index {
    /// Oldest first.
    snapshots: Vec<Served>,
}

#[derive(Clone, Debug)]
struct KnownIndex {
    index: Index,
    etag: String,
    asked_at: Timestamp,
}

#[derive(Debug, Default)]
struct Memory {
    indexes: HashMap<Mode, KnownIndex>,
    snapshots: HashMap<(Mode, SnapshotId), Arc<Market>>,
}

/// The bucket that the market is kept in, with what was read of it.
#[derive(Debug)]
pub struct MarketStore {
    client: Client,
    bucket: String,
    memory: Mutex<Memory>,
}

impl Index {
    fn serves(&self, id: &SnapshotId, now: Timestamp) -> bool {
        let kept = |served: &Served| {
            served.followed_at.is_none_or(|at| now < at + SignedDuration::from_secs(KEPT_SECS))
        };
        self.snapshots.iter().any(|served| served.id == *id && kept(served))
    }

    fn newest(&self) -> Option<&SnapshotId> {
        self.snapshots.iter().find(|served| served.followed_at.is_none()).map(|served| &served.id)
    }

    /// The index after `id` came at `now`, and the snapshots that are no longer served.
    fn follow(self, id: SnapshotId, now: Timestamp) -> (Self, Vec<SnapshotId>) {
        let followed = self
            .snapshots
            .into_iter()
            .map(|served| Served { followed_at: served.followed_at.or(Some(now)), ..served });
        let oldest = now - SignedDuration::from_secs(KEPT_SECS);
        let (kept, gone): (Vec<_>, Vec<_>) =
            followed.partition(|served| served.followed_at.is_none_or(|at| at > oldest));
        let mut snapshots = kept;
        snapshots.push(Served { id, followed_at: None });
        (Self { snapshots }, gone.into_iter().map(|served| served.id).collect())
    }
}

fn index_key(mode: Mode) -> String {
    format!("offers/{mode}/index.json")
}

fn snapshot_key(mode: Mode, id: &SnapshotId) -> String {
    format!("offers/{mode}/{id}.json")
}

fn reading_key(cloud: &str) -> String {
    format!("offers/{}/clouds/{cloud}.json", Mode::Live)
}

fn history_key(cloud: &str) -> String {
    format!("offers/{}/history/{cloud}.json", Mode::Live)
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::broken("the market's objects cannot be read", error)
}

impl MarketStore {
    /// The market in `bucket`.
    #[must_use]
    pub fn new(aws: &Aws, bucket: String) -> Self {
        // Path style, so that a bucket needs no host name of its own.
        let config = aws_sdk_s3::config::Builder::from(&aws.config).force_path_style(true).build();
        Self { client: Client::from_conf(config), bucket, memory: Mutex::default() }
    }

    /// The newest snapshot, with what has grown too old in it sold out.
    ///
    /// # Errors
    ///
    /// `unavailable`, also before the first snapshot.
    pub async fn newest(&self, mode: Mode, now: Timestamp) -> Result<Arc<Market>, Error> {
        let index = self.index(mode, now).await?;
        let id = index.newest().ok_or_else(|| Error::unavailable(CONTEXT, "no snapshot yet"))?;
        let market = self.snapshot(mode, id).await?;
        Ok(market.snapshot().aged(now).map_or(market, |aged| Arc::new(Market::new(aged))))
    }

    /// An earlier snapshot, while it is served.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn earlier(
        &self,
        mode: Mode,
        id: &SnapshotId,
        now: Timestamp,
    ) -> Result<Option<Arc<Market>>, Error> {
        if self.index(mode, now).await?.serves(id, now) {
            self.snapshot(mode, id).await.map(Some)
        } else {
            Ok(None)
        }
    }

    async fn snapshot(&self, mode: Mode, id: &SnapshotId) -> Result<Arc<Market>, Error> {
        let name = (mode, id.clone());
        let known = self.memory.lock().ok().and_then(|memory| memory.snapshots.get(&name).cloned());
        if let Some(market) = known {
            return Ok(market);
        }
        let read = self.read(&snapshot_key(mode, id), None).await?;
        let (snapshot, _) =
            read.ok_or_else(|| Error::unavailable(CONTEXT, "a snapshot is gone"))?;
        let market = Arc::new(Market::new(snapshot));
        if let Ok(mut memory) = self.memory.lock() {
            memory.snapshots.insert(name, Arc::clone(&market));
        }
        Ok(market)
    }

    async fn index(&self, mode: Mode, now: Timestamp) -> Result<Index, Error> {
        let known = self.memory.lock().ok().and_then(|memory| memory.indexes.get(&mode).cloned());
        let fresh = |k: &KnownIndex| now < k.asked_at + SignedDuration::from_secs(TRUST_SECS);
        if let Some(known) = known.as_ref().filter(|known| fresh(known)) {
            return Ok(known.index.clone());
        }
        let etag = known.as_ref().map(|known| known.etag.clone());
        let read = self.read(&index_key(mode), etag.as_deref()).await?;
        let (index, etag) = match (read, known) {
            (Some(changed), _) => changed,
            (None, Some(known)) => (known.index, known.etag),
            (None, None) => return Err(Error::unavailable(CONTEXT, "no index")),
        };
        if let Ok(mut memory) = self.memory.lock() {
            memory.snapshots.retain(|(of, id), _| *of != mode || index.serves(id, now));
            let known = KnownIndex { index: index.clone(), etag, asked_at: now };
            memory.indexes.insert(mode, known);
        }
        Ok(index)
    }

    /// The object at `key` with its `ETag`; `None` when that is still `etag`.
    async fn read<T: DeserializeOwned>(
        &self,
        key: &str,
        etag: Option<&str>,
    ) -> Result<Option<(T, String)>, Error> {
        let request = self.client.get_object().bucket(&self.bucket).key(key);
        let answer = match request.set_if_none_match(etag.map(str::to_owned)).send().await {
            Ok(answer) => answer,
            Err(SdkError::ServiceError(error)) if error.raw().status().as_u16() == NOT_MODIFIED => {
                return Ok(None);
            }
            Err(error) => return Err(failed(CONTEXT)(error)),
        };
        let etag = answer.e_tag.unwrap_or_default();
        let bytes = answer.body.collect().await.map_err(|e| Error::unavailable(CONTEXT, e))?;
        let value = serde_json::from_slice(&bytes.into_bytes()).map_err(unreadable)?;
        Ok(Some((value, etag)))
    }

    async fn write<T: Serialize>(&self, key: &str, value: &T) -> Result<(), Error> {
        let bytes = serde_json::to_vec(value).map_err(unreadable)?;
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type("application/json")
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map(drop)
            .map_err(failed(CONTEXT))
    }

    /// The snapshot that was published last, for its publisher, who must not be given one from
    /// memory.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn last(&self, mode: Mode) -> Result<Option<Snapshot>, Error> {
        let index: Option<Index> = self.stored(&index_key(mode)).await?;
        match index.as_ref().and_then(Index::newest) {
            Some(id) => self.stored(&snapshot_key(mode, id)).await,
            None => Ok(None),
        }
    }

    /// The object at `key`, where there is one.
    async fn stored<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        match self.client.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(answer) => {
                let bytes = answer.body.collect().await;
                let bytes = bytes.map_err(|error| Error::unavailable(CONTEXT, error))?;
                serde_json::from_slice(&bytes.into_bytes()).map(Some).map_err(unreadable)
            }
            Err(error) if error.as_service_error().is_some_and(GetObjectError::is_no_such_key) => {
                Ok(None)
            }
            Err(error) => Err(failed(CONTEXT)(error)),
        }
    }

    /// Files what one cloud answered, in the place of what it answered before.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn file(&self, reading: &Reading) -> Result<(), Error> {
        self.write(&reading_key(&reading.cloud), reading).await
    }

    /// What one cloud answered last.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn reading(&self, cloud: &str) -> Result<Option<Reading>, Error> {
        self.stored(&reading_key(cloud)).await
    }

    /// What the offers of a cloud have cost.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn history(&self, cloud: &str) -> Result<History, Error> {
        Ok(self.stored(&history_key(cloud)).await?.unwrap_or_default())
    }

    /// Keeps what the offers of a cloud have cost.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn keep_history(&self, cloud: &str, history: &History) -> Result<(), Error> {
        self.write(&history_key(cloud), history).await
    }

    /// The prices that an operator has accepted though they are unusual (`docs/OPERATING.md`).
    ///
    /// # Errors
    ///
    /// `unavailable`; `internal` when what the operator wrote cannot be read.
    pub async fn accepted(&self) -> Result<BTreeMap<OfferId, UsdMicrosPerHour>, Error> {
        Ok(self.stored(ACCEPTED_KEY).await?.unwrap_or_default())
    }

    /// Makes `snapshot` the newest and removes those that are no longer served. There is one
    /// publisher for each mode, so the index is written without a guard.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn publish(
        &self,
        mode: Mode,
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> Result<(), Error> {
        // The snapshot before the index that names it.
        self.write(&snapshot_key(mode, &snapshot.id), snapshot).await?;
        let index = self.stored(&index_key(mode)).await?.unwrap_or_else(Index::default);
        let (index, gone) = index.follow(snapshot.id.clone(), now);
        self.write(&index_key(mode), &index).await?;
        for id in gone {
            let key = snapshot_key(mode, &id);
            let removal = self.client.delete_object().bucket(&self.bucket).key(key);
            removal.send().await.map_err(failed(CONTEXT))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
    }

    fn id(secs: i64) -> SnapshotId {
        SnapshotId::new(at(secs), [0; 10])
    }

    #[test]
    fn a_followed_snapshot_is_served_a_quarter_of_an_hour_more() {
        let (index, _) = Index::default().follow(id(0), at(0));
        let (index, gone) = index.follow(id(60), at(60));
        assert_eq!((index.newest(), gone), (Some(&id(60)), vec![]));
        assert!(index.serves(&id(0), at(60 + KEPT_SECS - 1)));
        assert!(!index.serves(&id(0), at(60 + KEPT_SECS)));
        assert!(index.serves(&id(60), at(1_000_000)));
        let (index, gone) = index.follow(id(2_000), at(2_000));
        assert_eq!(gone, vec![id(0)]);
        assert!(index.serves(&id(60), at(2_001)));
    }
}
