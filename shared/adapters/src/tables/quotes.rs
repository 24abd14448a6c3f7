//! Quotes, kept beside the pods they become.

use domain::Error;
use domain::id::{QuoteId, TenantId, UserId};
use domain::market::quote::Quote;
use jiff::SignedDuration;

use crate::aws::Aws;
use crate::tables::table::{Condition, Key, Table, time_to_live};

/// Hours a quote can still be looked at after it expired.
const KEPT_HOURS: i64 = 24;

/// The quotes in the pods table.
#[derive(Clone, Debug)]
pub struct Quotes {
    table: Table,
}

pub(crate) fn quote_key(tenant_id: &TenantId, user_id: &UserId, quote_id: &QuoteId) -> Key {
    Key::new(format!("{tenant_id}#quote#{user_id}"), quote_id.to_string())
}

impl Quotes {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the quotes") }
    }

    /// Writes a new quote.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn keep(&self, quote: &Quote) -> Result<(), Error> {
        let key = quote_key(&quote.tenant_id, &quote.user_id, &quote.id);
        let forget_at = quote.expires_at + SignedDuration::from_hours(KEPT_HOURS);
        let put = self.table.put(&key, quote, Some(Condition::New), time_to_live(forget_at))?;
        self.table.write(vec![put]).await.map(drop)
    }

    /// A user's quote.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, also for another user's; `unavailable`.
    pub async fn find(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        quote_id: &QuoteId,
    ) -> Result<Quote, Error> {
        let quote = self.table.get(&quote_key(tenant_id, user_id, quote_id)).await?;
        quote.ok_or_else(|| Error::not_found("quote"))
    }
}
