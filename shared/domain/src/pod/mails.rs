//! The activation mails of a pod.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The activation mails that a pod's owner asked for, beside the first one.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ActivationMails {
    /// How many.
    pub asked: u32,
    /// When the last one was asked for.
    pub asked_at: Option<Timestamp>,
}
