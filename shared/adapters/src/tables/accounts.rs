//! Accounts of people, found by identifier or by address.

use domain::Error;
use domain::id::{TenantId, UserId};
use domain::people::account::{Account, Email};
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::race::Race;
use crate::tables::table::{Condition, Key, Table, Written};

#[derive(Debug, Deserialize, Serialize)]
struct EmailRow {
    user_id: UserId,
}

#[derive(Debug, Deserialize, Serialize)]
struct Stored {
    #[serde(flatten)]
    account: Account,
    version: u64,
}

/// The accounts table.
#[derive(Clone, Debug)]
pub struct Accounts {
    table: Table,
}

/// An account as it was read; a write names its version.
#[derive(Clone, Debug)]
pub struct Read {
    /// What the row said.
    pub account: Account,
    version: u64,
}

fn account_key(tenant_id: &TenantId, user_id: &UserId) -> Key {
    Key::new(format!("{tenant_id}#account#{user_id}"), "account")
}

fn email_key(tenant_id: &TenantId, email: &Email) -> Key {
    Key::new(format!("{tenant_id}#email#{}", email.as_str()), "email")
}

impl Accounts {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the accounts table") }
    }

    /// Writes the intent to register `account`; `false` when the address is taken.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn begin(&self, tenant_id: &TenantId, account: &Account) -> Result<bool, Error> {
        let row = EmailRow { user_id: account.user_id.clone() };
        let stored = Stored { account: account.clone(), version: 1 };
        let email = email_key(tenant_id, &account.email);
        let key = account_key(tenant_id, &account.user_id);
        let none = std::collections::HashMap::new();
        let writes = vec![
            self.table.put(&email, &row, Some(Condition::New), none.clone())?,
            self.table.put(&key, &stored, Some(Condition::New), none)?,
        ];
        Ok(self.table.write(writes).await? == Written::Yes)
    }

    /// The account of `user_id`.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn find(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
    ) -> Result<Option<Read>, Error> {
        let stored: Option<Stored> = self.table.get(&account_key(tenant_id, user_id)).await?;
        Ok(stored.map(|stored| Read { account: stored.account, version: stored.version }))
    }

    /// The account with this address.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn by_email(
        &self,
        tenant_id: &TenantId,
        email: &Email,
    ) -> Result<Option<Read>, Error> {
        let row: Option<EmailRow> = self.table.get(&email_key(tenant_id, email)).await?;
        match row {
            Some(row) => self.find(tenant_id, &row.user_id).await,
            None => Ok(None),
        }
    }

    /// Writes `account` in place of the one that was read; `None` when it changed in between.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn save(
        &self,
        tenant_id: &TenantId,
        read: &Read,
        account: Account,
    ) -> Result<Option<Read>, Error> {
        let key = account_key(tenant_id, &account.user_id);
        let version = read.version.saturating_add(1);
        let stored = Stored { account, version };
        let guard = Some(Condition::unchanged(read.version));
        let put = self.table.put(&key, &stored, guard, std::collections::HashMap::new())?;
        let written = self.table.write(vec![put]).await? == Written::Yes;
        Ok(written.then_some(Read { account: stored.account, version }))
    }

    /// Decides on the account and writes the outcome; a lost race reads and decides again. `None`
    /// from `decide` leaves the account as it is.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn change(
        &self,
        tenant_id: &TenantId,
        read: &Read,
        decide: impl Fn(&Account) -> Option<Account>,
    ) -> Result<(), Error> {
        let mut read = read.clone();
        let mut race = Race::on("the account");
        loop {
            let Some(account) = decide(&read.account) else {
                return Ok(());
            };
            if self.save(tenant_id, &read, account).await?.is_some() {
                return Ok(());
            }
            race.lost().await?;
            let fresh = self.find(tenant_id, &read.account.user_id).await?;
            read = fresh.ok_or_else(|| Error::not_found("account"))?;
        }
    }
}
