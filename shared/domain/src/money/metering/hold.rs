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

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH
            .saturating_add(SignedDuration::from_millis(millis))
            .unwrap_or_default()
    }

    #[test]
    fn a_key_names_the_pod_what_for_and_since_when_and_is_never_spelled_otherwise() {
        let pod = PodId::new(Timestamp::UNIX_EPOCH, [1; 10]);
        let (since, until) = (at(1_500), at(60_000));
        let held = [
            (HoldFor::Deploy, ""),
            (HoldFor::Resume(since), "#resume#1970-01-01T00:00:01.5Z"),
            (HoldFor::Keep(2), "#keep#2"),
            (HoldFor::KeepMore(2, until), "#keep#2#1970-01-01T00:01:00Z"),
            (HoldFor::More(since, until), "#more#1970-01-01T00:00:01.5Z#1970-01-01T00:01:00Z"),
        ];
        for (hold, what) in held {
            assert_eq!(hold.key(&pod), format!("hold#{pod}{what}"));
        }
        let released = [
            (ReleaseFor::Stop(since), "#stop#1970-01-01T00:00:01.5Z"),
            (ReleaseFor::Start(since), "#start#1970-01-01T00:00:01.5Z"),
            (ReleaseFor::End, ""),
        ];
        for (release, what) in released {
            assert_eq!(release.key(&pod), format!("release#{pod}{what}"));
        }
    }
}
