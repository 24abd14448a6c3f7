//! Requests no closer together than a cloud allows.
//!
//! Each instance of a function keeps its own pace; if several together are too fast, the cloud
//! answers 429 and the caller tries again.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::Error;
use tokio::time::{Instant, sleep_until};

/// The longest a caller waits for its turn; beyond that, trying again later is cheaper.
const PATIENCE: Duration = Duration::from_secs(6);

/// The pace of one kind of request.
#[derive(Debug)]
pub(crate) struct Pace {
    what: &'static str,
    interval: Duration,
    free_at: Mutex<Option<Instant>>,
}

impl Pace {
    /// One request in each `interval`; `what` names them in the error.
    pub(crate) fn new(what: &'static str, interval: Duration) -> Self {
        Self { what, interval, free_at: Mutex::new(None) }
    }

    /// Waits for this caller's turn.
    ///
    /// # Errors
    ///
    /// `unavailable` when the turn is too far away.
    pub(crate) async fn turn(&self) -> Result<(), Error> {
        sleep_until(self.reserve(Instant::now())?).await;
        Ok(())
    }

    fn reserve(&self, now: Instant) -> Result<Instant, Error> {
        let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = free_at.map_or(now, |at| at.max(now));
        if turn.duration_since(now) > PATIENCE {
            return Err(Error::unavailable(self.what, "too many requests are waiting"));
        }
        *free_at = Some(turn + self.interval);
        Ok(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_keep_their_distance_and_a_far_turn_is_refused() -> Result<(), Error> {
        let pace = Pace::new("the cloud", Duration::from_secs(4));
        let now = Instant::now();
        let at = |secs| now + Duration::from_secs(secs);
        assert_eq!((pace.reserve(now)?, pace.reserve(now)?), (now, at(4)));
        assert!(pace.reserve(at(1)).is_err_and(|error| error.code == "unavailable"));
        // A refused caller has not taken a turn.
        assert_eq!(pace.reserve(at(2))?, at(8));
        assert_eq!(pace.reserve(at(60))?, at(60));
        Ok(())
    }
}
