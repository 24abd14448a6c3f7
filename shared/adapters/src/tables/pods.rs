//! Pods, their history, and the keys under which they were asked for.

mod owned;

pub use owned::{Activity, ActivityCursor, ActivityPage, Listed, Listing};

use std::collections::HashMap;

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Error;
use domain::id::{PodId, TenantId, UserId};
use domain::money::UsdMicros;
use domain::money::plan::Plan;
use domain::people::parameters::Parameters;
use domain::pod::Carry;
use domain::pod::limits::Tally;
use domain::pod::{Change, Driver, Pod};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::idempotency;
use crate::tables::quotes::quote_key;
use crate::tables::table::{Condition, Index, Key, Table, Written, index_entry};

/// Tries to change a pod before a busy one counts as unavailable.
const TRIES_MAX: usize = 5;
/// Days a repeated deploy request is still recognised.
const KEY_DAYS: i64 = 7;
/// The index that lists a user's pods, and what happened to them.
const BY_OWNER: Index = Index { name: "by_owner", pk: "owner_pk", sk: "owner_sk" };
/// The index that lists every pod that is not over and settled.
const BY_LIVE: Index = Index { name: "by_live", pk: "live_pk", sk: "live_sk" };
/// Partitions of that index; each takes 1,000 writes a second.
const LIVE_SHARDS: u32 = 4;
/// Days the daily budget's counter is kept.
const CARRY_DAYS: i64 = 90;

#[derive(Debug, Deserialize, Serialize)]
struct RequestRow {
    payload: String,
    pod_id: PodId,
}

/// Whose machine it is; written with the intent to launch it.
#[derive(Debug, Deserialize, Serialize)]
struct MachineRow {
    tenant_id: TenantId,
    pod_id: PodId,
}

/// A deploy request as its sender repeats it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The sender's key.
    pub idempotency_key: &'a str,
    /// Everything that was asked for, compared as it is.
    pub payload: &'a str,
}

/// What a user's plan and tenant allow.
#[derive(Clone, Copy, Debug)]
pub struct Allowance<'a> {
    /// The user's plan.
    pub plan: &'a Plan,
    /// The tenant's settings.
    pub rules: &'a Parameters,
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

fn machine_key(machine_name: &str) -> Key {
    Key::new(format!("platform#machine#{machine_name}"), "machine")
}

fn tally_key(pod: &Pod) -> Key {
    Key::new(format!("{}#tally#{}", pod.tenant_id, pod.user_id), pod.mode.to_string())
}

fn shard_of(pod_id: &PodId) -> u32 {
    pod_id.body().bytes().map(u32::from).sum::<u32>() % LIVE_SHARDS
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
        Ok(self.table.get(&tally_key(pod)).await?.unwrap_or_default())
    }

    fn put_tally(&self, pod: &Pod, tally: Tally) -> Result<TransactWriteItem, Error> {
        let guard = match tally.version {
            0 => Condition::New,
            version => Condition::Version(version),
        };
        let tally = Tally { version: tally.version.saturating_add(1), ..tally };
        self.table.put(&tally_key(pod), &tally, Some(guard), HashMap::new())
    }

    fn writes(
        &self,
        (pod, event): &Change,
        guard: Condition,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let owner = owner(&pod.tenant_id, &pod.user_id);
        let mut index = index_entry("owner", owner, pod.id.to_string());
        if !(pod.is_over() && pod.driver() == Driver::Rest) {
            let sort = format!("{}#{}", pod.tenant_id, pod.id);
            index.extend(index_entry("live", live_partition(shard_of(&pod.id)), sort));
        }
        Ok(vec![
            self.table.put(&pod_key(&pod.tenant_id, &pod.id), pod, Some(guard), index)?,
            self.put_event(pod, event)?,
        ])
    }

    /// What else a change writes: the user's tally and the day's budget, where they change.
    async fn side_writes(
        &self,
        before: &Pod,
        after: &Pod,
        allowance: Option<Allowance<'_>>,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let mut writes = Vec::new();
        let counts = |pod: &Pod| (pod.takes_place(), pod.is_unactivated());
        if counts(before) != counts(after) {
            let tally = self.tally(after).await?;
            if let Some(allowance) = allowance.filter(|_| !before.takes_place()) {
                tally.check_place(allowance.plan)?;
            }
            writes.push(self.put_tally(after, tally.with(after))?);
        }
        for attempt in after.attempts.iter().skip(before.attempts.len()) {
            let row = MachineRow { tenant_id: after.tenant_id.clone(), pod_id: after.id.clone() };
            let key = machine_key(&attempt.machine_name);
            writes.push(self.table.put(&key, &row, None, HashMap::new())?);
        }
        if let Some(settled) = Carry::settled(before, after)? {
            writes.push(self.add_carry(after, settled, None)?);
        }
        Ok(writes)
    }

    fn add_carry(
        &self,
        pod: &Pod,
        carry: Carry,
        at_most: Option<i64>,
    ) -> Result<TransactWriteItem, Error> {
        let key = Key::new(format!("{}#carry#{}", pod.tenant_id, carry.day), pod.mode.to_string());
        let forget_at = pod.created_at + SignedDuration::from_hours(24 * CARRY_DAYS);
        self.table.add(&key, ("usd_micros", carry.usd_micros.0), at_most, forget_at)
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

    /// Writes a new pod, uses up its quote, counts it, sets its carry aside and remembers the
    /// request, all or nothing; the same request again gives the pod of the first time.
    ///
    /// # Errors
    ///
    /// 409 `idempotency_mismatch`, `quote_used`, `pod_unactivated` or `pod_limit_reached`, 429
    /// `deploys_paused` or `activation_budget_spent`, `unavailable`.
    pub async fn open(
        &self,
        (pod, event): Change,
        request: Request<'_>,
        allowance: Allowance<'_>,
    ) -> Result<Pod, Error> {
        let now = pod.created_at;
        let carry = Carry::reserve(&pod, allowance.rules, now)?;
        let budget = allowance.rules.activation_carry_daily_usd_micros;
        let room = budget.minus(carry.usd_micros)?;
        if room < UsdMicros::ZERO {
            return Err(Carry::refused());
        }
        let opening = (Pod { carry: Some(carry), ..pod }, event);
        let pod = &opening.0;
        let quote = quote_key(&pod.tenant_id, &pod.user_id, &pod.quote.id);
        for _ in 0..TRIES_MAX {
            let tally = self.tally(pod).await?;
            if let Some(before) = self.opened_by(&pod.tenant_id, &pod.user_id, request).await? {
                return Ok(before);
            }
            tally.check_deploy(allowance.plan, allowance.rules, now)?;
            let mut writes = vec![
                self.table.set_once(&quote, "pod_id", pod.id.to_string())?,
                self.add_carry(pod, carry, Some(room.0))?,
            ];
            writes.extend(self.writes(&opening, Condition::New)?);
            writes.push(self.remember(pod, request)?);
            writes.push(self.put_tally(pod, tally.with(pod))?);
            match self.table.write(writes).await? {
                Written::Yes => return Ok(opening.0),
                // Another request may have used the quote for the same key: that one's pod it is.
                Written::Lost(lost) if lost.contains(&0) => {
                    let before = self.opened_by(&pod.tenant_id, &pod.user_id, request).await?;
                    let used = || Error::conflict("quote_used", "This quote was deployed already.");
                    return before.ok_or_else(used);
                }
                Written::Lost(lost) if lost.contains(&1) => return Err(Carry::refused()),
                Written::Lost(_) => {}
            }
        }
        Err(Error::unavailable("the pods", "lost every race for a new one"))
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

    /// A pod, whosever it is; for steps, which act for the pod itself.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn load(&self, tenant_id: &TenantId, pod_id: &PodId) -> Result<Pod, Error> {
        let pod = self.table.get(&pod_key(tenant_id, pod_id)).await?;
        pod.ok_or_else(|| Error::not_found("pod"))
    }

    /// The pod that a machine was launched for.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn with_machine(&self, machine_name: &str) -> Result<Option<Pod>, Error> {
        match self.table.get::<MachineRow>(&machine_key(machine_name)).await? {
            None => Ok(None),
            Some(row) => self.table.get(&pod_key(&row.tenant_id, &row.pod_id)).await,
        }
    }

    /// Every pod that is not over and settled, as the index knows them by now.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn live(&self) -> Result<Vec<Pod>, Error> {
        let mut pods = Vec::new();
        for shard in 0..LIVE_SHARDS {
            let partition = live_partition(shard);
            pods.extend(self.table.all_of_index(BY_LIVE, &partition, None).await?);
        }
        Ok(pods)
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
        decide: impl Fn(Pod) -> Result<Option<Change>, Error>,
    ) -> Result<Pod, Error> {
        self.change_within(tenant_id, pod_id, None, decide).await
    }

    /// [`Pods::change`], which is refused if the pod then takes a place its user's plan lacks.
    ///
    /// # Errors
    ///
    /// Also 409 `pod_limit_reached`.
    pub async fn change_within(
        &self,
        tenant_id: &TenantId,
        pod_id: &PodId,
        allowance: Option<Allowance<'_>>,
        decide: impl Fn(Pod) -> Result<Option<Change>, Error>,
    ) -> Result<Pod, Error> {
        for _ in 0..TRIES_MAX {
            let pod = self.load(tenant_id, pod_id).await?;
            let Some(change) = decide(pod.clone())? else {
                return Ok(pod);
            };
            let mut writes = self.writes(&change, Condition::Version(pod.version))?;
            writes.extend(self.side_writes(&pod, &change.0, allowance).await?);
            if self.table.write(writes).await? == Written::Yes {
                return Ok(change.0);
            }
        }
        Err(Error::unavailable("the pod", "lost every race for it"))
    }
}
