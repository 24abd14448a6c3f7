//! Tickets, open WebSockets and what they listen to.
//!
//! A subscription is one row in the partition where `on-change` looks: under its owner for the
//! owner's own things, and in one of 16 shards for public channels. So one read finds every
//! listener, and no read of another owner's partition can find them.

use std::collections::HashMap;

use domain::Mode;
use domain::id::{SnapshotId, TenantId, UserId};
use domain::people::realtime::{Channel, Connection, Ticket, ticket_refused};
use domain::{Error, Kind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::race::Race;
use crate::tables::roster::Roster;
use crate::tables::table::{Condition, Key, Table, Written, time_to_live};

/// Partitions that share the listeners of a public channel: a partition takes some 1,000 writes a
/// second, and one listing reads at most 1,000 rows.
const SHARDS: u8 = 16;

/// How the sort key of a connection in its owner's list begins.
const OPEN: &str = "open#";

/// Whom a frame is for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Audience {
    /// One person's connections.
    Owner {
        /// The tenant of the row that changed.
        tenant_id: TenantId,
        /// The owner of the row that changed.
        user_id: UserId,
    },
    /// Everybody's connections of a mode.
    Everybody(Mode),
}

/// A connection that listens, and the row that says so.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Listener {
    /// The gateway's identifier.
    pub connection_id: String,
    pk: String,
    sk: String,
}

#[derive(Debug, Deserialize, Serialize)]
struct SnapshotRow {
    mode: Mode,
    snapshot_id: SnapshotId,
}

/// The connections table.
#[derive(Clone, Debug)]
pub struct Connections {
    table: Table,
}

fn ticket_key(hash: &str) -> Key {
    Key::new(format!("ticket#{hash}"), "ticket")
}

fn connection_key(id: &str) -> Key {
    Key::new(format!("connection#{id}"), "connection")
}

fn owner(tenant_id: &TenantId, user_id: &UserId) -> String {
    format!("{tenant_id}#connections#{user_id}")
}

fn open_key(connection: &Connection) -> Key {
    let pk = owner(&connection.tenant_id, &connection.user_id);
    Key::new(pk, format!("{OPEN}{}", connection.id))
}

fn shard(channel: Channel, mode: Mode, number: u8) -> String {
    format!("platform#{}#{mode}#{number}", channel.name())
}

/// FNV-1a: spreads identifiers evenly, and is the same in every process.
fn shard_of(connection_id: &str) -> u8 {
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(16_777_619);
    let hash = connection_id.bytes().fold(2_166_136_261, mix);
    u8::try_from(hash % u32::from(SHARDS)).unwrap_or_default()
}

fn listener_key(connection: &Connection, channel: Channel) -> Key {
    let pk = if channel.is_own() {
        owner(&connection.tenant_id, &connection.user_id)
    } else {
        shard(channel, connection.mode, shard_of(&connection.id))
    };
    Key::new(pk, format!("{}#{}", channel.name(), connection.id))
}

fn listener(connection: &Connection, key: &Key) -> Listener {
    Listener { connection_id: connection.id.clone(), pk: key.pk.clone(), sk: key.sk.clone() }
}

impl Connections {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the connections table") }
    }

    /// Keeps a ticket under its hash until it ends.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn issue(&self, hash: &str, ticket: &Ticket) -> Result<(), Error> {
        let until = time_to_live(ticket.expires_at);
        let put = self.table.put(&ticket_key(hash), ticket, Some(Condition::New), until)?;
        self.table.write(vec![put]).await.map(drop)
    }

    /// The ticket with this hash, unless it was used.
    ///
    /// # Errors
    ///
    /// 401 `ticket_invalid`, `unavailable`.
    pub async fn ticket(&self, hash: &str) -> Result<Ticket, Error> {
        self.table.get(&ticket_key(hash)).await?.ok_or_else(ticket_refused)
    }

    /// Uses the ticket up and writes the connection it opens, both or neither, if `decide` finds
    /// nothing against it beside the connections that its owner has then.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; 401 `ticket_invalid` when the ticket was used meanwhile,
    /// `unavailable`.
    pub async fn open(
        &self,
        hash: &str,
        connection: &Connection,
        decide: impl Fn(&[Connection]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (new, until) = (Some(Condition::New), time_to_live(connection.forget_at()));
        let (label, more) = ("the connections", until.clone());
        let pk = owner(&connection.tenant_id, &connection.user_id);
        let roster = Roster { table: &self.table, label, pk, prefix: OPEN, more };
        let add = |open: &[Connection]| {
            decide(open)?;
            Ok(vec![
                self.table.remove(&ticket_key(hash))?,
                self.table.put(&connection_key(&connection.id), connection, new, until.clone())?,
                self.table.put(&open_key(connection), connection, None, until.clone())?,
            ])
        };
        match roster.add(add).await? {
            Written::Yes => Ok(()),
            Written::Lost(_) => Err(ticket_refused()),
        }
    }

    /// Decides on the connection as it is now and writes what it listens to from then on; `None`
    /// from `decide` leaves it as it is.
    ///
    /// # Errors
    ///
    /// 410 `connection_gone`, `unavailable`.
    pub async fn change(
        &self,
        connection_id: &str,
        decide: impl Fn(&Connection) -> Option<Connection>,
    ) -> Result<Connection, Error> {
        let gone = || Error::new(Kind::Gone, "connection_gone", "This connection has ended.");
        let key = connection_key(connection_id);
        let mut race = Race::on("the connection");
        loop {
            let before: Connection = self.table.get(&key).await?.ok_or_else(gone)?;
            let Some(after) = decide(&before) else {
                return Ok(before);
            };
            let until = time_to_live(after.forget_at());
            let guard = Some(Condition::unchanged(before.version));
            let mut writes = vec![self.table.put(&key, &after, guard, until.clone())?];
            for channel in after.channels.difference(&before.channels) {
                let key = listener_key(&after, *channel);
                let row = listener(&after, &key);
                writes.push(self.table.put(&key, &row, None, until.clone())?);
            }
            for channel in before.channels.difference(&after.channels) {
                writes.push(self.table.forget(&listener_key(&after, *channel))?);
            }
            if self.table.write(writes).await? == Written::Yes {
                return Ok(after);
            }
            race.lost().await?;
        }
    }

    /// Removes whatever is kept of a connection; closing one that is gone changes nothing.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn close(&self, connection_id: &str) -> Result<(), Error> {
        let key = connection_key(connection_id);
        let Some(connection) = self.table.get::<Connection>(&key).await? else {
            return Ok(());
        };
        let mut writes = vec![self.table.forget(&key)?, self.table.forget(&open_key(&connection))?];
        for channel in &connection.channels {
            writes.push(self.table.forget(&listener_key(&connection, *channel))?);
        }
        self.table.write(writes).await.map(drop)
    }

    /// Removes a listener that is no longer there, with whatever else is kept of its connection.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn lost(&self, listener: &Listener) -> Result<(), Error> {
        self.close(&listener.connection_id).await?;
        // A subscription that raced with the end may have left its row behind.
        let row = Key::new(listener.pk.clone(), listener.sk.clone());
        self.table.write(vec![self.table.forget(&row)?]).await.map(drop)
    }

    /// Who of `audience` listens to `channel`.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn listeners(
        &self,
        audience: &Audience,
        channel: Channel,
    ) -> Result<Vec<Listener>, Error> {
        let prefix = format!("{}#", channel.name());
        match audience {
            Audience::Owner { tenant_id, user_id } => {
                self.table.list(&owner(tenant_id, user_id), &prefix).await
            }
            Audience::Everybody(mode) => {
                let mut all = Vec::new();
                for number in 0..SHARDS {
                    all.extend(self.table.list(&shard(channel, *mode, number), &prefix).await?);
                }
                Ok(all)
            }
        }
    }

    /// Notes which snapshot of a market is the newest, so that those who listen are told; the same
    /// again tells nobody.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn announce_snapshot(
        &self,
        mode: Mode,
        snapshot_id: &SnapshotId,
    ) -> Result<(), Error> {
        let row = SnapshotRow { mode, snapshot_id: snapshot_id.clone() };
        let key = Key::new(format!("platform#offers#{mode}"), "snapshot");
        let put = self.table.put(&key, &row, None, HashMap::new())?;
        self.table.write(vec![put]).await.map(drop)
    }

    /// How many connections a person can have open at `now`.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn count(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        now: Timestamp,
    ) -> Result<usize, Error> {
        let open: Vec<Connection> = self.table.list(&owner(tenant_id, user_id), OPEN).await?;
        Ok(open.iter().filter(|each| each.may_live(now)).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_spread_over_all_shards_and_always_to_the_same() {
        let mut seen = [0_u32; 16];
        for number in 0..1_600 {
            let id = format!("L0SM9{number}cOFvHcCIhw=");
            assert_eq!(shard_of(&id), shard_of(&id));
            if let Some(slot) = seen.get_mut(usize::from(shard_of(&id))) {
                *slot += 1;
            }
        }
        assert!(seen.iter().all(|count| (50..200).contains(count)), "{seen:?}");
    }
}
