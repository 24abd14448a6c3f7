//! What the local AWS has written to disk, and so keeps over a kill.

use std::time::Duration;

use serde_json::Value;
use testkit::{Outcome, Visitor};

use crate::{Run, within};

/// The state is written every other second, later on a busy machine.
const SAVED_WITHIN: Duration = Duration::from_secs(30);
/// The longest way to an event: a machine boots and is asked every five seconds.
const TOLD_WITHIN: Duration = Duration::from_mins(1);

/// Whether an item somewhere in `state` is the event `kind` of the pod `id`.
fn holds_event(state: &Value, id: &str, kind: &str) -> bool {
    let is = |key: &str, fits: &dyn Fn(&str) -> bool| state[key]["S"].as_str().is_some_and(fits);
    if state.is_object() && is("kind", &|text| text == kind) {
        return is("pk", &|text| text.ends_with(id));
    }
    match state {
        Value::Object(map) => map.values().any(|value| holds_event(value, id, kind)),
        Value::Array(list) => list.iter().any(|value| holds_event(value, id, kind)),
        _ => false,
    }
}

/// Waits until the event `kind` of a pod is on disk.
pub async fn was_saved(run: &Run, id: &str, kind: &str) -> Outcome<()> {
    within(SAVED_WITHIN, &format!("{kind} of {id} to be saved"), async || {
        let text = run.saved("dynamodb")?;
        // Reading all of it takes time; most looks are too early.
        let is_there = text.contains(kind)
            && serde_json::from_str(&text).is_ok_and(|state| holds_event(&state, id, kind));
        Ok(is_there.then_some(()))
    })
    .await
}

/// Waits until everybody's account and money are on disk.
pub async fn users_are_saved(
    run: &Run,
    addresses: &[String],
    kinds: &[(String, &str)],
) -> Outcome<()> {
    within(SAVED_WITHIN, "the users to be saved", async || {
        let (pool, tables) = (run.saved("cognito")?, run.saved("dynamodb")?);
        let known = addresses.iter().all(|it| pool.contains(it) && tables.contains(it));
        Ok(known.then_some(()))
    })
    .await?;
    for (id, kind) in kinds {
        was_saved(run, id, kind).await?;
    }
    Ok(())
}

/// Waits until a pod's history holds an event of this kind.
pub async fn told_event(user: &Visitor, id: &str, kind: &str) -> Outcome<()> {
    within(TOLD_WITHIN, &format!("{kind} of {id}"), async || {
        let events = user.events(id).await?;
        Ok(events.iter().any(|event| event["kind"] == kind).then_some(()))
    })
    .await
}
