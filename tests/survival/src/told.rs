//! What a pod's history tells.

use std::time::Duration;

use testkit::{Outcome, Visitor};

use crate::within;

/// The longest way to an event: a machine boots and is asked every five seconds.
const TOLD_WITHIN: Duration = Duration::from_mins(1);

/// Waits until a pod's history holds an event of this kind.
pub async fn told_event(user: &Visitor, id: &str, kind: &str) -> Outcome<()> {
    within(TOLD_WITHIN, &format!("{kind} of {id}"), async || {
        let events = user.events(id).await?;
        Ok(events.iter().any(|event| event["kind"] == kind).then_some(()))
    })
    .await
}
