//! Notifications: what a person was mailed, kept for them to read in the web app.
//!
//! A notification holds nothing that only the mail may: no code, no token and no link.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::id::{Entropy, NotificationId, PodId};
use crate::market::browse::MachineId;

/// What a notification is about.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// A pod's machine answers and waits to be activated.
    ActivatePod,
    /// A pod was activated.
    PodRunning,
    /// A pod's machine was stopped.
    PodStopped,
    /// A pod ended.
    PodEnded,
    /// A deploy failed and was undone.
    PodFailed,
    /// The money a pod runs on ends soon.
    FundsLow,
    /// A month's invoice is final.
    InvoiceReady,
    /// A subscription's payment failed.
    PaymentFailed,
    /// A subscription began, changed, ends or ended.
    SubscriptionChanged,
    /// Money was paid into the wallet.
    ToppedUp,
    /// A machine costs what its price alert waited for.
    PriceFell,
}

/// One of them.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Notification {
    /// Identifier, in the order of their sending.
    pub id: NotificationId,
    /// When its mail went out.
    pub at: Timestamp,
    /// Decides the icon and the link in the web app.
    pub kind: NotificationKind,
    /// The subject of the mail.
    pub title: String,
    /// The sentences of the mail, without code or link.
    pub text: String,
    /// The pod it is about.
    pub pod_id: Option<PodId>,
    /// The kind of machine it is about.
    #[serde(default)]
    pub machine: Option<MachineId>,
}

/// The identifier of the notification for the notice called `notice_key`, whose mail went out at
/// `at`.
#[must_use]
pub fn id_of(notice_key: &str, at: Timestamp) -> NotificationId {
    let digest: [u8; 32] = Sha256::digest(notice_key).into();
    NotificationId::new(at, digest.first_chunk().copied().unwrap_or(Entropy::default()))
}

impl Notification {
    /// Whether it is read by somebody who has read all up to and including `read_up_to`.
    #[must_use]
    pub fn is_read(&self, read_up_to: Option<&NotificationId>) -> bool {
        read_up_to.is_some_and(|read_up_to| self.id <= *read_up_to)
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_millis(millis)
    }

    #[test]
    fn an_identifier_is_its_notices_own_and_in_the_order_of_sending() {
        assert_eq!(id_of("running#pod_1", at(5)), id_of("running#pod_1", at(5)));
        assert_ne!(id_of("running#pod_1", at(5)), id_of("running#pod_2", at(5)));
        assert!(id_of("running#pod_1", at(5)) < id_of("activate#pod_1", at(6)));
        assert!(id_of("activate#pod_1", at(5)) < id_of("running#pod_1", at(6)));
    }

    #[test]
    fn what_was_sent_up_to_the_mark_is_read() {
        let of = |millis| Notification {
            id: id_of("running#pod_1", at(millis)),
            at: at(millis),
            kind: NotificationKind::PodRunning,
            title: "trial is running".into(),
            text: "It is.".into(),
            pod_id: None,
            machine: None,
        };
        let mark = of(5).id;
        let read = [4, 5, 6].map(|millis| of(millis).is_read(Some(&mark)));
        assert_eq!(read, [true, true, false]);
        assert!(!of(4).is_read(None));
    }
}
