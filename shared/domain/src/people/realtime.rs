//! Real time: the ticket that opens a WebSocket, the connection it opens, and what a connection
//! listens to.
//!
//! A browser cannot send its access token when it opens a WebSocket, so an authorised request buys
//! a *ticket*, which goes into the address once. Only the ticket's hash is stored. A *connection*
//! belongs to the ticket's owner for its whole life, and hears of the owner's things alone.

use std::collections::BTreeSet;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::Mode;
use crate::id::{TenantId, UserId};
use crate::{Error, Kind};

/// Random bytes of a ticket: nobody guesses it in its half minute, or ever.
pub const SECRET_BYTES: usize = 32;
/// Seconds a ticket is good for: a browser uses it at once, and an address in a log is worthless
/// by the time somebody reads it.
pub const TICKET_SECS: i64 = 30;
/// The longest a gateway keeps a WebSocket open, in seconds.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html>
const CONNECTION_SECS: i64 = 2 * 3_600;
/// Seconds a connection's rows outlive it, for clocks that differ.
const ROWS_OUTLIVE_SECS: i64 = 600;
/// Connections of one person at the same time; somebody with many tabs has fewer.
pub const CONNECTIONS_MAX: usize = 20;
/// The longest a ticket can be; 32 bytes as base64 are 43 characters.
const TICKET_LEN_MAX: usize = 64;

/// What a connection can listen to.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Changes of the owner's pods.
    Pods,
    /// Changes of the owner's wallets.
    Billing,
    /// New snapshots of the market.
    Offers,
    /// What the operator tells everybody.
    System,
}

impl Channel {
    /// Its name in frames and keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pods => "pods",
            Self::Billing => "billing",
            Self::Offers => "offers",
            Self::System => "system",
        }
    }

    /// Whether it tells of the owner's own things; the others are the same for everybody.
    #[must_use]
    pub fn is_own(self) -> bool {
        matches!(self, Self::Pods | Self::Billing)
    }
}

/// The right to open one WebSocket, as stored; the ticket itself is not.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Ticket {
    /// The tenant whose host sold the ticket.
    pub tenant_id: TenantId,
    /// The buyer, who will own the connection.
    pub user_id: UserId,
    /// The tenant's mode when it was issued.
    pub mode: Mode,
    /// The host its buyer called.
    pub host: String,
    /// The first instant at which it opens nothing any more.
    pub expires_at: Timestamp,
}

/// The text of a ticket: 43 characters `A-Za-z0-9_-`.
#[must_use]
pub fn ticket_text(secret: [u8; SECRET_BYTES]) -> String {
    BASE64URL_NOPAD.encode(&secret)
}

/// What is stored of a ticket: SHA-256 in hexadecimal. Its 256 random bits need no salt.
#[must_use]
pub fn ticket_hash(ticket: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(ticket.as_bytes()))
}

/// Whether a text can be a ticket at all.
#[must_use]
pub fn is_ticket(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.len() <= TICKET_LEN_MAX && text.bytes().all(fits)
}

/// The one refusal of every ticket that opens nothing; it does not tell why.
#[must_use]
pub fn ticket_refused() -> Error {
    let message = "This ticket is not valid. Ask for a new one.";
    Error::new(Kind::Unauthenticated, "ticket_invalid", message)
}

/// Makes sure that one more connection may be opened at `now` beside those in `open`, some of
/// which may be over without a word of theirs.
///
/// # Errors
///
/// 429 `too_many_connections` at [`CONNECTIONS_MAX`].
pub fn check_room(open: &[Connection], now: Timestamp) -> Result<(), Error> {
    if open.iter().filter(|each| each.may_live(now)).count() < CONNECTIONS_MAX {
        return Ok(());
    }
    let message = format!("You can have {CONNECTIONS_MAX} connections open at a time.");
    Err(Error::new(Kind::RateLimited, "too_many_connections", message))
}

impl Ticket {
    /// When a ticket issued at `now` ends.
    #[must_use]
    pub fn expiry(now: Timestamp) -> Timestamp {
        now + SignedDuration::from_secs(TICKET_SECS)
    }

    /// The connection `connection_id` that this ticket opens at `now`. `host` is the one the edge
    /// names; where no edge stands in front, the ticket alone decides.
    ///
    /// # Errors
    ///
    /// 401 `ticket_invalid` when its time is over or it was bought at another host.
    pub fn redeem(
        &self,
        connection_id: &str,
        host: Option<&str>,
        now: Timestamp,
    ) -> Result<Connection, Error> {
        if now >= self.expires_at || host.is_some_and(|host| host != self.host) {
            return Err(ticket_refused());
        }
        Ok(Connection {
            id: connection_id.to_owned(),
            tenant_id: self.tenant_id.clone(),
            user_id: self.user_id.clone(),
            mode: self.mode,
            connected_at: now,
            channels: BTreeSet::new(),
            version: 1,
        })
    }
}

/// An open WebSocket.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Connection {
    /// The gateway's identifier.
    pub id: String,
    /// The tenant of the ticket.
    pub tenant_id: TenantId,
    /// The owner, who hears only of their own things.
    pub user_id: UserId,
    /// The mode whose market it can listen to.
    pub mode: Mode,
    /// When the ticket was redeemed; the gateway closes it two hours later.
    pub connected_at: Timestamp,
    /// What it listens to.
    pub channels: BTreeSet<Channel>,
    /// Counts the writes.
    pub version: u64,
}

impl Connection {
    /// When nothing of it is kept any longer.
    #[must_use]
    pub fn forget_at(&self) -> Timestamp {
        self.connected_at + SignedDuration::from_secs(CONNECTION_SECS + ROWS_OUTLIVE_SECS)
    }

    /// Whether it can still be open.
    #[must_use]
    pub fn may_live(&self, now: Timestamp) -> bool {
        now < self.connected_at + SignedDuration::from_secs(CONNECTION_SECS)
    }

    /// The connection listening to `wanted` as well; `None` when it does already.
    #[must_use]
    pub fn subscribed(&self, wanted: &BTreeSet<Channel>) -> Option<Self> {
        self.listening(self.channels.union(wanted).copied().collect())
    }

    /// The connection no longer listening to `unwanted`; `None` when it does not anyway.
    #[must_use]
    pub fn unsubscribed(&self, unwanted: &BTreeSet<Channel>) -> Option<Self> {
        self.listening(self.channels.difference(unwanted).copied().collect())
    }

    fn listening(&self, channels: BTreeSet<Channel>) -> Option<Self> {
        (channels != self.channels).then(|| Self {
            channels,
            version: self.version.saturating_add(1),
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests;
