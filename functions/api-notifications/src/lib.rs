//! `api-notifications`: the mails the caller was sent, to be read again, and how many of them are
//! new. `on-notice` keeps each for 90 days.

mod list;
mod read;

use adapters::tables::notifications::{Notifications, Reader};
use adapters::tables::tenants::Tenants;
use runtime::http::Caller;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    /// Tenants and their members.
    pub tenants: Tenants,
    /// What is kept of their mails.
    pub notifications: Notifications,
}

runtime::api! {
    (list::list_notifications),
    (read::mark_read),
}

/// The caller as the reader of their own.
fn reader(caller: &Caller) -> Reader {
    Reader { tenant_id: caller.tenant_id().clone(), user_id: caller.user_id().clone() }
}
