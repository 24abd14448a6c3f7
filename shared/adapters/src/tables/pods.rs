//! Pods, their history, and the keys under which they were asked for.

mod live;
mod mailed;
mod owned;

pub use owned::{Activity, ActivityCursor, ActivityPage, Listed, Listing};

use std::collections::HashMap;

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Error;
use domain::Mode;
use domain::id::{PodId, TenantId, UserId};
use domain::market::quote::Quote;
use domain::money::UsdMicros;
use domain::pod::limits::Tally;
use domain::pod::{ActivationReserve, Opening, OpeningFacts, Pod, Reserved, Transition};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::idempotency;
use crate::race::Race;
use crate::tables::quotes::quote_key;
use crate::tables::table::{Condition, Index, Key, Table, Written, index_entry};

/// Days a repeated deploy request is still recognised.
const KEY_DAYS: i64 = 7;
/// The index that lists a user's pods, and what happened to them.
const BY_OWNER: Index = Index { name: "by_owner", pk: "owner_pk", sk: "owner_sk" };
/// The index that lists every pod that is not over and settled, by shard, and every machine that a
/// pod has or may have, by cloud.
const BY_LIVE: Index = Index { name: "by_live", pk: "live_pk", sk: "live_sk" };
/// Parts into which the pods that are not over and settled are divided by their owners; each is
/// looked after by a worker of its own, and takes 1,000 writes a second.
pub const SHARDS: u32 = 16;
/// Days a day's count of reserves is kept.
const RESERVED_DAYS: i64 = 90;

#[derive(Debug, Deserialize, Serialize)]
struct RequestRow {
    payload: String,
    pod_id: PodId,
}

/// What is reserved on one day for machines that nobody has activated yet.
#[derive(Debug, Deserialize)]
struct ReservedRow {
    usd_micros: UsdMicros,
}

/// A deploy request as its sender repeats it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Chosen by the sender, new for each deploy.
    pub idempotency_key: &'a str,
    /// Everything that was asked for, compared as it is.
    pub payload: &'a str,
}

/// The pods table.
#[derive(Clone, Debug)]
pub struct Pods {
    table: Table,
}

fn partition(tenant_id: &TenantId, pod_id: &PodId) -> String {
    format!("{tenant_id}#pod#{pod_id}")
}

fn pod_key(tenant_id: &TenantId, pod_id: &PodId) -> Key {
    Key::new(partition(tenant_id, pod_id), "pod")
}

fn owner(tenant_id: &TenantId, user_id: &UserId) -> String {
    format!("{tenant_id}#owner#{user_id}")
}

fn request_key(tenant_id: &TenantId, user_id: &UserId, key: &str) -> Key {
    Key::new(format!("{tenant_id}#request#{user_id}#{key}"), "request")
}

fn tally_key(tenant_id: &TenantId, user_id: &UserId, mode: Mode) -> Key {
    Key::new(format!("{tenant_id}#tally#{user_id}"), mode.to_string())
}

fn reserved_key(tenant_id: &TenantId, day: Date, mode: Mode) -> Key {
    Key::new(format!("{tenant_id}#carry#{day}"), mode.to_string())
}

/// All pods of a user are in one shard, so that a wallet is metered by one worker.
fn shard_of(user_id: &UserId) -> u32 {
    user_id.body().bytes().map(u32::from).sum::<u32>() % SHARDS
}

fn user_reserved_key(tenant_id: &TenantId, user_id: &UserId, day: Date, mode: Mode) -> Key {
    Key::new(format!("{tenant_id}#carry#{day}#{user_id}"), mode.to_string())
}

fn live_partition(shard: u32) -> String {
    format!("live#{shard}")
}

impl Pods {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the pods table") }
    }

    async fn tally(&self, pod: &Pod) -> Result<Tally, Error> {
        let key = tally_key(&pod.tenant_id, &pod.user_id, pod.mode);
        Ok(self.table.get(&key).await?.unwrap_or_default())
    }

    /// The write of `tally` with `pod` counted, unless it changed since it was read.
    fn put_tally(&self, tally: &Tally, pod: &Pod) -> Result<TransactWriteItem, Error> {
        let guard = Condition::unchanged(tally.version);
        let after = Tally { version: tally.version.saturating_add(1), ..tally.with(pod) };
        let key = tally_key(&pod.tenant_id, &pod.user_id, pod.mode);
        self.table.put(&key, &after, Some(guard), HashMap::new())
    }

    fn writes(
        &self,
        transition: &Transition,
        guard: Condition,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let Transition { pod, event } = transition;
        let owner = owner(&pod.tenant_id, &pod.user_id);
        let mut index = index_entry("owner", owner, pod.id.to_string());
        if pod.is_live() {
            let sort = format!("{}#{}", pod.tenant_id, pod.id);
            index.extend(index_entry("live", live_partition(shard_of(&pod.user_id)), sort));
        }
        Ok(vec![
            self.table.put(&pod_key(&pod.tenant_id, &pod.id), pod, Some(guard), index)?,
            self.put_event(pod, event)?,
        ])
    }

    /// The writes of what follows from a transition elsewhere: what its machines should
    /// do, and what the day's budget gets back.
    fn side_writes(&self, before: &Pod, after: &Pod) -> Result<Vec<TransactWriteItem>, Error> {
        let mut writes = Vec::new();
        writes.extend(self.file_machines(before, after)?);
        if let Some(settlement) = ActivationReserve::settlement(before, after)? {
            writes.extend(self.add_reserved(after, settlement, None)?);
        }
        Ok(writes)
    }

    /// The writes that add to what is reserved on a day for the tenant and for the user, where that
    /// is no more than `at_most`.
    fn add_reserved(
        &self,
        pod: &Pod,
        reserve: ActivationReserve,
        at_most: Option<Reserved>,
    ) -> Result<[TransactWriteItem; 2], Error> {
        let ActivationReserve { day, usd_micros } = reserve;
        let forget_at = pod.created_at + SignedDuration::from_hours(24 * RESERVED_DAYS);
        let add = |key: &Key, at_most: Option<UsdMicros>| {
            let at_most = at_most.map(|at_most| at_most.0);
            self.table.add(key, ("usd_micros", usd_micros.0), at_most, forget_at)
        };
        let of_tenant = reserved_key(&pod.tenant_id, day, pod.mode);
        let of_user = user_reserved_key(&pod.tenant_id, &pod.user_id, day, pod.mode);
        Ok([
            add(&of_tenant, at_most.map(|it| it.tenant_usd_micros))?,
            add(&of_user, at_most.map(|it| it.user_usd_micros))?,
        ])
    }

    async fn reserved(&self, key: &Key) -> Result<UsdMicros, Error> {
        let row: Option<ReservedRow> = self.table.get(key).await?;
        Ok(row.map_or(UsdMicros::ZERO, |row| row.usd_micros))
    }

    /// The pod that was opened by this very request before.
    ///
    /// # Errors
    ///
    /// 409 `idempotency_mismatch` when the key was used for another request, `unavailable`.
    pub async fn opened_by(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        request: Request<'_>,
    ) -> Result<Option<Pod>, Error> {
        let key = request_key(tenant_id, user_id, request.idempotency_key);
        let is_same = |row: &RequestRow| row.payload == request.payload;
        match idempotency::recall(&self.table, &key, is_same).await? {
            None => Ok(None),
            Some(row) => self.find(tenant_id, user_id, &row.pod_id).await.map(Some),
        }
    }

    /// What speaks for or against a new pod on `quote` on the day of `now`, as it is stored.
    async fn opening_facts(&self, quote: &Quote, now: Timestamp) -> Result<OpeningFacts, Error> {
        let Quote { tenant_id, user_id, mode, .. } = quote;
        let stored = self.table.get(&quote_key(tenant_id, user_id, &quote.id)).await?;
        let tally = self.table.get(&tally_key(tenant_id, user_id, *mode)).await?;
        let day = ActivationReserve::day(now);
        let reserved = Reserved {
            tenant_usd_micros: self.reserved(&reserved_key(tenant_id, day, *mode)).await?,
            user_usd_micros: self
                .reserved(&user_reserved_key(tenant_id, user_id, day, *mode))
                .await?,
        };
        Ok(OpeningFacts {
            quote: stored.ok_or_else(|| Error::not_found("quote"))?,
            tally: tally.unwrap_or_default(),
            reserved,
        })
    }

    /// Opens a pod on `quote` if `decide` does so, given what is stored at that moment. The pod,
    /// its use of the quote, its place in the tally, its reserve and the request are written
    /// together or not at all; the same request again gives the pod of the first time.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; 404 `not_found` once the quote is forgotten; 409
    /// `idempotency_mismatch`; `unavailable`.
    pub async fn open(
        &self,
        quote: &Quote,
        request: Request<'_>,
        now: Timestamp,
        decide: impl Fn(OpeningFacts) -> Result<Opening, Error>,
    ) -> Result<Pod, Error> {
        let mut race = Race::on("the pods");
        loop {
            // The facts before the request: what the same request wrote in between is then found
            // here, and does not speak against its own repetition.
            let facts = self.opening_facts(quote, now).await;
            if let Some(pod) = self.opened_by(&quote.tenant_id, &quote.user_id, request).await? {
                return Ok(pod);
            }
            let facts = facts?;
            let tally = facts.tally.clone();
            let opening = decide(facts)?;
            if self.write_opening(&opening, &tally, request).await? == Written::Yes {
                return Ok(opening.transition.pod);
            }
            race.lost().await?;
        }
    }

    async fn write_opening(
        &self,
        opening: &Opening,
        tally: &Tally,
        request: Request<'_>,
    ) -> Result<Written, Error> {
        let pod = &opening.transition.pod;
        let quote = quote_key(&pod.tenant_id, &pod.user_id, &pod.quote.id);
        let mut writes = vec![
            self.table.set_once(&quote, "pod_id", pod.id.to_string())?,
            self.remember(pod, request)?,
            self.put_tally(tally, pod)?,
        ];
        writes.extend(self.add_reserved(pod, opening.reserve, Some(opening.reserved_max))?);
        writes.extend(self.writes(&opening.transition, Condition::New)?);
        self.table.write(writes).await
    }

    fn remember(&self, pod: &Pod, request: Request<'_>) -> Result<TransactWriteItem, Error> {
        let row = RequestRow { payload: request.payload.to_owned(), pod_id: pod.id.clone() };
        let forget_at = pod.created_at + SignedDuration::from_hours(24 * KEY_DAYS);
        let marker = request_key(&pod.tenant_id, &pod.user_id, request.idempotency_key);
        idempotency::remember(&self.table, &marker, &row, Some(forget_at))
    }

    /// A user's pod.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, also for another user's; `unavailable`.
    pub async fn find(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        pod_id: &PodId,
    ) -> Result<Pod, Error> {
        let pod = self.load(tenant_id, pod_id).await?;
        if pod.user_id == *user_id { Ok(pod) } else { Err(Error::not_found("pod")) }
    }

    /// A pod, regardless of its owner; for steps, which act for the pod itself.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn load(&self, tenant_id: &TenantId, pod_id: &PodId) -> Result<Pod, Error> {
        let pod = self.table.get(&pod_key(tenant_id, pod_id)).await?;
        pod.ok_or_else(|| Error::not_found("pod"))
    }

    /// Decides on the pod as it is now and writes the outcome; a lost race reads and decides again.
    /// `None` from `decide` leaves the pod as it is.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; 404 `not_found`; `unavailable`.
    pub async fn change(
        &self,
        tenant_id: &TenantId,
        pod_id: &PodId,
        decide: impl Fn(Pod) -> Result<Option<Transition>, Error>,
    ) -> Result<Pod, Error> {
        let mut race = Race::on("the pod");
        loop {
            let before = self.load(tenant_id, pod_id).await?;
            let Some(transition) = decide(before.clone())? else { return Ok(before) };
            let tally = if Tally::counts_differently(&before, &transition.pod) {
                Some(self.tally(&before).await?)
            } else {
                None
            };
            if self.write_change(&before, &transition, tally.as_ref()).await? == Written::Yes {
                return Ok(transition.pod);
            }
            race.lost().await?;
        }
    }

    /// [`Pods::change`] by a decision that also depends on its owner's other pods.
    ///
    /// # Errors
    ///
    /// Those of [`Pods::change`].
    pub async fn change_counted(
        &self,
        tenant_id: &TenantId,
        pod_id: &PodId,
        decide: impl Fn(Pod, &Tally) -> Result<Option<Transition>, Error>,
    ) -> Result<Pod, Error> {
        let mut race = Race::on("the pod");
        loop {
            let before = self.load(tenant_id, pod_id).await?;
            let tally = self.tally(&before).await?;
            let Some(transition) = decide(before.clone(), &tally)? else { return Ok(before) };
            if self.write_change(&before, &transition, Some(&tally)).await? == Written::Yes {
                return Ok(transition.pod);
            }
            race.lost().await?;
        }
    }

    /// Writes a transition, and the tally it was decided by, where that counts the pod.
    async fn write_change(
        &self,
        before: &Pod,
        transition: &Transition,
        tally: Option<&Tally>,
    ) -> Result<Written, Error> {
        let mut writes = self.writes(transition, Condition::Version(before.version))?;
        if let Some(tally) = tally {
            writes.push(self.put_tally(tally, &transition.pod)?);
        }
        writes.extend(self.side_writes(before, &transition.pod)?);
        self.table.write(writes).await
    }
}
