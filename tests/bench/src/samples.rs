//! Repeated measurements and what stands for them.

use std::time::{Duration, Instant};

/// Durations of the same work, done again and again.
#[derive(Debug, Default)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    /// Adds one.
    pub(crate) fn add(&mut self, sample: Duration) {
        self.0.push(sample);
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The least that `percent` of all are not above; zero when there is none.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
        sorted.get(place).copied().unwrap_or_default()
    }
}

/// A loop's bounds: it ends after its rounds or its time, whichever comes first.
#[derive(Debug)]
pub(crate) struct Rounds {
    left: usize,
    until: Instant,
}

impl Rounds {
    /// At most `rounds` and `limit`.
    pub(crate) fn new(rounds: usize, limit: Duration) -> Self {
        Self { left: rounds, until: Instant::now() + limit }
    }

    /// Whether there is another round.
    pub(crate) fn another(&mut self) -> bool {
        let another = self.left > 0 && Instant::now() < self.until;
        self.left = self.left.saturating_sub(1);
        another
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_samples() {
        let mut samples = Samples::default();
        (1..=200).rev().for_each(|millis| samples.add(Duration::from_millis(millis)));
        assert_eq!(samples.percentile(50), Duration::from_millis(100));
        assert_eq!(samples.percentile(99), Duration::from_millis(198));
        assert_eq!(samples.percentile(100), Duration::from_millis(200));
        assert_eq!(Samples::default().percentile(50), Duration::ZERO);
    }

    #[test]
    fn a_loop_ends_after_its_rounds_or_its_time() {
        let mut rounds = Rounds::new(2, Duration::from_mins(1));
        assert_eq!([rounds.another(), rounds.another(), rounds.another()], [true, true, false]);
        assert!(!Rounds::new(2, Duration::ZERO).another());
    }
}
