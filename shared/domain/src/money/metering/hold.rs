//! What money is held for and given back for, each once under a key of its own.

use jiff::Timestamp;

use crate::id::PodId;

/// What a hold is for; each is posted once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HoldFor {
    /// The first stretch of running.
    Deploy,
    /// Running again, with the machine whose time counts from then.
    Resume(Timestamp),
    /// Standing stopped, in this stretch.
    Keep(u32),
    /// Going on standing stopped in this stretch, past this instant.
    KeepMore(u32, Timestamp),
    /// Going on with the machine that runs since the first instant, past the second one.
    More(Timestamp, Timestamp),
}

/// Why what is held is given back, where a pod goes on with the start of the machine's time it
/// belongs to; each is posted once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReleaseFor {
    /// The machine that ran since then was stopped.
    Stop(Timestamp),
    /// The machine is started again, and its time counts from then.
    Start(Timestamp),
    /// The pod is over.
    End,
}

impl HoldFor {
    /// The idempotency key of this hold for `pod`.
    #[must_use]
    pub fn key(self, pod: &PodId) -> String {
        match self {
            Self::Deploy => format!("hold#{pod}"),
            Self::Resume(since) => format!("hold#{pod}#resume#{since}"),
            Self::Keep(stretch) => format!("hold#{pod}#keep#{stretch}"),
            Self::KeepMore(stretch, until) => format!("hold#{pod}#keep#{stretch}#{until:.0}"),
            Self::More(since, until) => format!("hold#{pod}#more#{since}#{until:.0}"),
        }
    }
}

impl ReleaseFor {
    /// The idempotency key of this release for `pod`.
    #[must_use]
    pub fn key(self, pod: &PodId) -> String {
        match self {
            Self::Stop(since) => format!("release#{pod}#stop#{since}"),
            Self::Start(since) => format!("release#{pod}#start#{since}"),
            Self::End => format!("release#{pod}"),
        }
    }
}
