//! The requests a cloud's account may make, shared out among all who make some.
//!
//! Time at an account is what is scarce: a cloud that takes one request a second has one second for
//! each. Whoever wants to make requests takes as many of its seconds as there will be requests, from
//! when it is free. What matters more may wait longer for its turn, so what matters less is turned
//! away while there is still time left for the former.

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use domain::Error;
use tokio::time::Instant;

/// What requests are for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// To see what the cloud sells.
    Look,
    /// To launch or start a machine.
    Launch,
    /// To stop or terminate a machine, or to go on with what has begun.
    Finish,
    /// To list all machines: to compare them with the pods that have them, once a minute, and to see
    /// which of them have booted, no more often than a list ages. It keeps nobody waiting, and
    /// without it nobody at the cloud can be charged or become ready.
    Compare,
}

impl Purpose {
    /// The longest wait for a turn; beyond that, trying again later is cheaper.
    #[must_use]
    pub fn patience(self) -> Duration {
        Duration::from_secs(match self {
            Self::Look => 2,
            Self::Launch => 4,
            Self::Finish => 8,
            Self::Compare => 10,
        })
    }
}

/// Whether a launch was tried before, so that there may be a machine already.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Begun {
    /// It is the first try.
    No,
    /// Its attempt is under way.
    Yes,
}

/// A launch's turn at its account. It is had before the launch is noted anywhere, and spent at once.
#[derive(Debug)]
#[must_use = "the time is taken, whether it is spent or not"]
pub struct LaunchTurn {
    /// When its first request may be made.
    pub(crate) from: Instant,
}

impl LaunchTurn {
    /// The turn at an account that anybody may ask at any time.
    pub(crate) fn at_once() -> Self {
        Self { from: Instant::now() }
    }
}

/// Who shares out the time at the accounts.
#[async_trait]
pub trait Turns: Debug + Send + Sync {
    /// Reserves `length` of the time of `lane` ("runpod"), starting when it is next free, and returns
    /// how long that is from now; reserves nothing and returns `None` if that is longer than
    /// `patience`.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    async fn take(
        &self,
        lane: &str,
        length: Duration,
        patience: Duration,
    ) -> Result<Option<Duration>, Error>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_more_waits_longer() {
        let purposes = [Purpose::Look, Purpose::Launch, Purpose::Finish, Purpose::Compare];
        assert!(purposes.windows(2).all(|pair| pair[0].patience() < pair[1].patience()));
    }
}
