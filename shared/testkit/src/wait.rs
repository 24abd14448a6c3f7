//! Waiting for what happens elsewhere, never longer than to a deadline.

use std::time::{Duration, Instant};

use crate::Outcome;

const EVERY: Duration = Duration::from_millis(250);
const LIMIT: Duration = Duration::from_secs(90);

/// Asks until there is something, for at most a minute and a half; `what` names it when there is
/// nothing.
pub async fn until<T, F>(what: &str, ask: F) -> Outcome<T>
where
    F: AsyncFnMut() -> Outcome<Option<T>>,
{
    within(LIMIT, EVERY, what, ask).await
}

/// Asks `every` so often until there is something, for at most `limit`.
pub async fn within<T, F>(limit: Duration, every: Duration, what: &str, mut ask: F) -> Outcome<T>
where
    F: AsyncFnMut() -> Outcome<Option<T>>,
{
    let began = Instant::now();
    loop {
        if let Some(found) = ask().await? {
            return Ok(found);
        }
        if began.elapsed() > limit {
            return Err(format!("waited {limit:?} in vain for {what}").into());
        }
        tokio::time::sleep(every).await;
    }
}
