//! The one way to try again after somebody else wrote first.

use std::time::Duration;

use domain::Error;

/// Tries before a thing counts as too busy; each lost race means that another write won.
const TRIES_MAX: u32 = 8;
/// What each lost race but the first adds to the pause before the next try, so that many who began
/// together come apart.
const PAUSE: Duration = Duration::from_millis(8);

/// A loop of read, decide and guarded write, in which each lost race is counted.
#[derive(Debug)]
pub struct Race {
    label: &'static str,
    tries_left: u32,
}

impl Race {
    /// A race for what `label` names in the error: "the pod".
    #[must_use]
    pub fn on(label: &'static str) -> Self {
        Self { label, tries_left: TRIES_MAX }
    }

    /// Counts a race that was lost, so that the caller reads, decides and writes once more; the more
    /// were lost, the later.
    ///
    /// # Errors
    ///
    /// `unavailable` once every try is used up.
    pub async fn lost(&mut self) -> Result<(), Error> {
        self.tries_left = self.tries_left.saturating_sub(1);
        if self.tries_left == 0 {
            return Err(Error::unavailable(self.label, "every race for it was lost"));
        }
        tokio::time::sleep(PAUSE * (TRIES_MAX - 1).saturating_sub(self.tries_left)).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_lost_race_is_told() {
        let mut race = Race::on("the pod");
        for _ in 1..TRIES_MAX {
            assert!(race.lost().await.is_ok());
        }
        assert_eq!(race.lost().await.err().map(|error| error.code), Some("unavailable"));
    }
}
