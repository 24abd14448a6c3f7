//! Which mails went out, and the notifications that are kept of them.
//!
//! Both are written at once, so a notice that is delivered again is kept once.

use domain::Error;
use domain::id::{NotificationId, TenantId, UserId};
use domain::people::notification::Notification;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::tables::table::{Condition, Key, Table, time_to_live};

/// Days a repeated notice is still recognised; longer than a queue keeps it.
const REMEMBERED_DAYS: i64 = 30;
/// Days a notification is kept.
const KEPT_DAYS: i64 = 90;
/// Unread notifications are counted up to here; nobody needs to know of more.
pub const UNREAD_MAX: u8 = 100;
/// Below every notification's sort key, which begins so.
const FIRST: &str = "note_";
/// Above every notification's sort key.
const END: &str = "note_~";

#[derive(Debug, Deserialize, Serialize)]
struct SentRow {
    sent_at: Timestamp,
}

/// How far somebody has read.
#[derive(Debug, Deserialize, Serialize)]
struct ReadRow {
    up_to: NotificationId,
}

/// A person whose notifications they are.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Somebody with accounts in two tenants reads them apart.
    pub tenant_id: TenantId,
    /// The person the mails went to.
    pub user_id: UserId,
}

/// The notifications in the accounts table.
#[derive(Clone, Debug)]
pub struct Notifications {
    table: Table,
}

fn sent_key(tenant_id: &TenantId, notice_key: &str) -> Key {
    Key::new(format!("{tenant_id}#notice#{notice_key}"), "sent")
}

impl Reader {
    fn partition(&self) -> String {
        format!("{}#notification#{}", self.tenant_id, self.user_id)
    }

    fn key(&self, id: &NotificationId) -> Key {
        Key::new(self.partition(), id.as_str())
    }

    /// Beside the notifications, and before all of them.
    fn mark_key(&self) -> Key {
        Key::new(self.partition(), "mark")
    }
}

impl Notifications {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the notifications") }
    }

    /// Whether the mail of this notice went out.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn was_sent(&self, tenant_id: &TenantId, notice_key: &str) -> Result<bool, Error> {
        let row: Option<SentRow> = self.table.get(&sent_key(tenant_id, notice_key)).await?;
        Ok(row.is_some())
    }

    /// Notes that the mail of this notice went out at `sent_at`, and keeps what its reader may
    /// read again; the first time only.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn mark_sent(
        &self,
        reader: &Reader,
        notice_key: &str,
        sent_at: Timestamp,
        kept: Option<&Notification>,
    ) -> Result<(), Error> {
        let after = |days: i64| time_to_live(sent_at + SignedDuration::from_hours(24 * days));
        let (new, row) = (Some(Condition::New), SentRow { sent_at });
        let key = sent_key(&reader.tenant_id, notice_key);
        let mut writes = vec![self.table.put(&key, &row, new, after(REMEMBERED_DAYS))?];
        if let Some(kept) = kept {
            writes.push(self.table.put(&reader.key(&kept.id), kept, new, after(KEPT_DAYS))?);
        }
        self.table.write(writes).await.map(drop)
    }

    /// At most `limit` notifications that were sent before `before`, the newest first.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn list(
        &self,
        reader: &Reader,
        before: Option<&NotificationId>,
        limit: u8,
    ) -> Result<Vec<Notification>, Error> {
        let from = Key::new(reader.partition(), FIRST);
        let before = before.map_or(END, NotificationId::as_str);
        self.table.newest_before(&from, before, i32::from(limit)).await
    }

    /// Up to and including which notification everything is read.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn read_up_to(&self, reader: &Reader) -> Result<Option<NotificationId>, Error> {
        let row: Option<ReadRow> = self.table.get(&reader.mark_key()).await?;
        Ok(row.map(|row| row.up_to))
    }

    /// How many notifications came after that one, counted up to [`UNREAD_MAX`].
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn count_after(
        &self,
        reader: &Reader,
        read_up_to: Option<&NotificationId>,
    ) -> Result<u32, Error> {
        let after = Key::new(reader.partition(), read_up_to.map_or(FIRST, NotificationId::as_str));
        self.table.count_after(&after, i32::from(UNREAD_MAX)).await
    }

    /// Marks a notification and all before it as read; what is read stays read.
    ///
    /// # Errors
    ///
    /// 404 `not_found` unless it is theirs, `unavailable`.
    pub async fn mark_read(&self, reader: &Reader, up_to: &NotificationId) -> Result<(), Error> {
        let kept: Option<Notification> = self.table.get(&reader.key(up_to)).await?;
        kept.ok_or_else(|| Error::not_found("notification"))?;
        let key = reader.mark_key();
        // A mark that is further already refuses this one, and is as good.
        let raise = self.table.raise(&key, "up_to", up_to.as_str())?;
        self.table.write(vec![raise]).await.map(drop)
    }
}
