//! Who pays for what: the customers that our users are at the payment provider, their
//! subscriptions as last seen there, and their top-ups.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Error;
use domain::Mode;
use domain::id::{TenantId, TopUpId, UserId};
use domain::money::billing::{CardCharge, Subscription, SubscriptionAttempt, TopUp};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::idempotency;
use crate::race::Race;
use crate::tables::ledger::WalletOf;
use crate::tables::payment_events::{Done, event_of_top_up, keeping, top_up_begun};
use crate::tables::table::{Condition, Key, Table, Written};
use crate::tables::tenants::{Paid, Tenants};

/// Days a top-up's idempotency key is remembered.
const KEY_DAYS: i64 = 30;

#[derive(Debug, Deserialize, Serialize)]
struct CustomerRow {
    customer_id: String,
    at: Timestamp,
}

#[derive(Debug, Deserialize, Serialize)]
struct OwnerRow {
    user_id: UserId,
}

#[derive(Debug, Deserialize, Serialize)]
struct KeyRow {
    top_up_id: TopUpId,
}

/// Something as it was read; a write names its version.
#[derive(Debug, Deserialize, Serialize)]
struct Versioned<T> {
    #[serde(flatten)]
    value: T,
    version: u64,
}

/// A user's subscription as it was read, or that there was none.
#[derive(Debug)]
pub struct StoredSubscription {
    /// What the payment provider last showed us.
    pub subscription: Option<Subscription>,
    /// How often it was written.
    pub version: u64,
}

/// The billing table.
#[derive(Debug)]
pub struct Billing {
    table: Table,
}

fn partition(of: &WalletOf) -> String {
    format!("{}#customer#{}#{}", of.tenant_id, of.user_id, of.mode)
}

fn customer_key(of: &WalletOf) -> Key {
    Key::new(partition(of), "customer")
}

fn owner_key(tenant_id: &TenantId, mode: Mode, customer_id: &str) -> Key {
    Key::new(format!("{tenant_id}#payer#{customer_id}#{mode}"), "user")
}

fn subscription_key(of: &WalletOf) -> Key {
    Key::new(partition(of), "subscription")
}

fn attempt_key(of: &WalletOf) -> Key {
    Key::new(partition(of), "attempt")
}

fn top_up_key(of: &WalletOf, id: &TopUpId) -> Key {
    Key::new(partition(of), format!("topup#{id}"))
}

impl Billing {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the billing table") }
    }

    /// Which customer a user is, if they are one.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn customer(&self, of: &WalletOf) -> Result<Option<String>, Error> {
        let row: Option<CustomerRow> = self.table.get(&customer_key(of)).await?;
        Ok(row.map(|row| row.customer_id))
    }

    /// Notes that a user is this customer from now on; an existing customer is kept.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn keep_customer(
        &self,
        of: &WalletOf,
        customer_id: &str,
        now: Timestamp,
    ) -> Result<String, Error> {
        let row = CustomerRow { customer_id: customer_id.to_owned(), at: now };
        let owner = OwnerRow { user_id: of.user_id.clone() };
        let key = owner_key(&of.tenant_id, of.mode, customer_id);
        let writes = vec![
            self.table.put(&customer_key(of), &row, Some(Condition::New), HashMap::new())?,
            self.table.put(&key, &owner, None, HashMap::new())?,
        ];
        if self.table.write(writes).await? == Written::Yes {
            return Ok(row.customer_id);
        }
        let known = self.customer(of).await?;
        known.ok_or_else(|| Error::unavailable("the billing table", "a customer came and went"))
    }

    /// Whose customer this is; `None` for one that was not made by us.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn owner(
        &self,
        tenant_id: &TenantId,
        mode: Mode,
        customer_id: &str,
    ) -> Result<Option<WalletOf>, Error> {
        let row: Option<OwnerRow> =
            self.table.get(&owner_key(tenant_id, mode, customer_id)).await?;
        let tenant_id = tenant_id.clone();
        Ok(row.map(|row| WalletOf { tenant_id, user_id: row.user_id, mode }))
    }

    /// A user's subscription as last seen at the payment provider.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn subscription(&self, of: &WalletOf) -> Result<StoredSubscription, Error> {
        let row: Option<Versioned<Subscription>> = self.table.get(&subscription_key(of)).await?;
        Ok(match row {
            Some(row) => StoredSubscription { subscription: Some(row.value), version: row.version },
            None => StoredSubscription { subscription: None, version: 0 },
        })
    }

    /// Writes what was seen at the payment provider after `read` was read, the plan it grants, and
    /// that the event which made us look is handled: all or nothing. `false` when somebody
    /// else wrote meanwhile, so that what was seen may be old: read, look and write again.
    ///
    /// # Errors
    ///
    /// `unavailable`; `internal` when the user is no member.
    pub async fn grant(
        &self,
        tenants: &Tenants,
        of: &WalletOf,
        read: &StoredSubscription,
        seen: &Subscription,
        done: &Done,
    ) -> Result<bool, Error> {
        let row = Versioned { value: seen.clone(), version: read.version.saturating_add(1) };
        let paid = Paid {
            plan: seen.granted(),
            status: seen.status,
            current_period_end: seen.current_period_end,
            cancel_at_period_end: seen.cancel_at_period_end,
        };
        let mut writes = vec![
            self.table.put(
                &subscription_key(of),
                &row,
                Some(Condition::unchanged(read.version)),
                HashMap::new(),
            )?,
            tenants.grant(&of.tenant_id, &of.user_id, of.mode, &paid)?,
        ];
        writes.extend(done.writes(&self.table)?);
        match self.table.write(writes).await? {
            Written::Yes => Ok(true),
            Written::Lost(lost) if lost.contains(&1) => {
                Err(Error::broken("a subscriber is no member", of.user_id.to_string()))
            }
            // Dealt with already by another delivery, or raced by another event.
            Written::Lost(_) => Ok(false),
        }
    }

    /// Decides on the attempt to subscribe, given the one before it, and writes it; a lost race
    /// reads and decides again.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; `unavailable`.
    pub async fn attempt(
        &self,
        of: &WalletOf,
        decide: impl Fn(Option<&SubscriptionAttempt>) -> Result<SubscriptionAttempt, Error>,
    ) -> Result<SubscriptionAttempt, Error> {
        let mut race = Race::on("the subscription");
        loop {
            let known: Option<Versioned<SubscriptionAttempt>> =
                self.table.get(&attempt_key(of)).await?;
            let decided = decide(known.as_ref().map(|row| &row.value))?;
            if known.as_ref().is_some_and(|row| row.value == decided) {
                return Ok(decided);
            }
            let version = known.map_or(0, |row| row.version);
            if self.put_attempt(of, &decided, version).await? {
                return Ok(decided);
            }
            race.lost().await?;
        }
    }

    async fn put_attempt(
        &self,
        of: &WalletOf,
        attempt: &SubscriptionAttempt,
        version: u64,
    ) -> Result<bool, Error> {
        let row = Versioned { value: attempt.clone(), version: version.saturating_add(1) };
        let guard = Some(Condition::unchanged(version));
        let put = self.table.put(&attempt_key(of), &row, guard, HashMap::new())?;
        Ok(self.table.write(vec![put]).await? == Written::Yes)
    }

    /// Notes that the payment provider answered to an attempt, unless another is on its way.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn answered(
        &self,
        of: &WalletOf,
        attempt: &SubscriptionAttempt,
    ) -> Result<(), Error> {
        let known: Option<Versioned<SubscriptionAttempt>> =
            self.table.get(&attempt_key(of)).await?;
        match known {
            Some(row) if row.value.is_same(attempt) => {
                let answered = SubscriptionAttempt { answered: true, ..row.value };
                self.put_attempt(of, &answered, row.version).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Notes a top-up before it is paid, once under the caller's key; the same again answers the
    /// first.
    ///
    /// # Errors
    ///
    /// 409 `idempotency_mismatch` when the key stands for another top-up, `unavailable`.
    pub async fn open_top_up(
        &self,
        of: &WalletOf,
        key: &str,
        top_up: &TopUp,
    ) -> Result<TopUp, Error> {
        let key = Key::new(partition(of), format!("topup-key#{key}"));
        let row = KeyRow { top_up_id: top_up.id.clone() };
        let forget_at = top_up.created_at + SignedDuration::from_hours(24 * KEY_DAYS);
        let stored = Versioned { value: top_up.clone(), version: 1 };
        let new = Some(Condition::New);
        let writes = vec![
            idempotency::remember(&self.table, &key, &row, Some(forget_at))?,
            self.table.put(&top_up_key(of, &top_up.id), &stored, new, HashMap::new())?,
        ];
        if self.table.write(writes).await? == Written::Yes {
            return Ok(top_up.clone());
        }
        let row: Option<KeyRow> = idempotency::recall(&self.table, &key, |_| true).await?;
        let row = row.ok_or_else(|| Error::unavailable("the billing table", "a key was lost"))?;
        let first = self.top_up(of, &row.top_up_id).await?;
        idempotency::same(first, |first| first.asks_the_same(top_up))
    }

    /// Notes what the payment provider is about to be asked for a top-up, and that the top-up is
    /// to be looked after until it is over; what was noted first stays.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn begin_charge(
        &self,
        of: &WalletOf,
        id: &TopUpId,
        charge: &CardCharge,
        now: Timestamp,
    ) -> Result<CardCharge, Error> {
        let mut race = Race::on("the top-up");
        loop {
            let row = self.stored_top_up(of, id).await?;
            if let Some(known) = row.value.charge {
                return Ok(known);
            }
            let (value, version) = (row.value.asking(charge), row.version.saturating_add(1));
            let guard = Some(Condition::unchanged(row.version));
            let next = Versioned { value, version };
            let mut writes =
                vec![self.table.put(&top_up_key(of, id), &next, guard, HashMap::new())?];
            let (event, stored) = top_up_begun(of, id, &charge.customer_id, now);
            writes.extend(keeping(&self.table, &event, &stored)?);
            if self.table.write(writes).await? == Written::Yes {
                return Ok(charge.clone());
            }
            race.lost().await?;
        }
    }

    /// A user's top-up.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn top_up(&self, of: &WalletOf, id: &TopUpId) -> Result<TopUp, Error> {
        Ok(self.stored_top_up(of, id).await?.value)
    }

    async fn stored_top_up(&self, of: &WalletOf, id: &TopUpId) -> Result<Versioned<TopUp>, Error> {
        let row = self.table.get(&top_up_key(of, id)).await?;
        row.ok_or_else(|| Error::not_found("top-up"))
    }

    /// Decides on a top-up and writes the outcome, with the note that an event is handled where
    /// one made us look; a lost race reads and decides again.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn change_top_up(
        &self,
        of: &WalletOf,
        id: &TopUpId,
        done: Option<&Done>,
        decide: impl Fn(&TopUp) -> TopUp,
    ) -> Result<TopUp, Error> {
        let mut race = Race::on("the top-up");
        loop {
            let row = self.stored_top_up(of, id).await?;
            let decided = decide(&row.value);
            // A row that stays as it is would only make others lose their race.
            if done.is_none() && decided == row.value {
                return Ok(decided);
            }
            let next = Versioned { value: decided, version: row.version.saturating_add(1) };
            let guard = Some(Condition::unchanged(row.version));
            let mut writes =
                vec![self.table.put(&top_up_key(of, id), &next, guard, HashMap::new())?];
            if let Some(done) = done {
                writes.extend(done.writes(&self.table)?);
                writes.extend(self.no_more_looks(of, &next.value, done)?);
            }
            match self.table.write(writes).await? {
                Written::Yes => return Ok(next.value),
                // Another delivery of the same event was faster.
                Written::Lost(lost) if done.is_some() && lost.contains(&1) => {
                    return Ok(row.value);
                }
                Written::Lost(_) => race.lost().await?,
            }
        }
    }
    /// The writes that end the looking after a top-up once it is over, unless `done` does.
    fn no_more_looks(
        &self,
        of: &WalletOf,
        top_up: &TopUp,
        done: &Done,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let event = event_of_top_up(&of.tenant_id, of.mode, &top_up.id);
        if top_up.charge.is_none() || !top_up.is_over() || done.is_of(&event) {
            return Ok(Vec::new());
        }
        Ok(done.with(&event).writes_again(&self.table)?.into())
    }
}
