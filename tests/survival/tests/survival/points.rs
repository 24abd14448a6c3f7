//! The ten points of a pod's life, and what keeps a LIVE pod there.

use serde_json::json;
use testkit::{Fault, LocalClouds, Outcome};

/// Longer than a test waits: the call is under way when everything is killed.
const UNDER_WAY_MS: u64 = 60_000;

/// Where a pod stands when everything is killed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Point {
    /// `POST /pods` was answered.
    Accepted,
    /// Its money is held.
    Held,
    /// The attempt is written and the cloud has not launched anything.
    Attempted,
    /// The cloud has launched its machine and has not answered.
    Called,
    /// Its machine is known and boots.
    Launched,
    /// Its machine answered.
    Answered,
    /// It waits for its activation.
    Ready,
    /// It was activated.
    Running,
    /// Its stop or its end was just wanted.
    Wanted,
    /// Its machine is being stopped or given back.
    Ending,
}

/// All of them, in the order of a life.
pub(crate) const POINTS: [Point; 10] = [
    Point::Accepted,
    Point::Held,
    Point::Attempted,
    Point::Called,
    Point::Launched,
    Point::Answered,
    Point::Ready,
    Point::Running,
    Point::Wanted,
    Point::Ending,
];

impl Point {
    /// The event by which a pod's history tells of it.
    pub(crate) fn event(self) -> &'static str {
        match self {
            Self::Accepted => "pod.pending",
            Self::Held => "pod.provisioning",
            Self::Attempted | Self::Called => "pod.attempt_started",
            Self::Launched => "pod.attempt_launched",
            Self::Answered => "pod.answered",
            Self::Ready => "pod.ready",
            Self::Running => "pod.running",
            Self::Wanted | Self::Ending => "pod.terminating",
        }
    }

    /// Whether a LIVE pod stays there until the kill; the others pass on at once.
    pub(crate) fn lasts(self) -> bool {
        !matches!(self, Self::Accepted | Self::Held | Self::Answered | Self::Wanted)
    }

    /// Whether its pods run, or are ready, since before the first kill.
    pub(crate) fn is_prepared(self) -> bool {
        matches!(self, Self::Running | Self::Wanted | Self::Ending)
    }

    /// What its LIVE pod runs on; what is to go wrong with a machine is told by its type.
    pub(crate) fn live_offer(self) -> String {
        let count = match self {
            Self::Attempted => 2,
            Self::Called => 4,
            _ => 1,
        };
        format!("gpu=A10&gpu_count={count}&sort=price_asc")
    }

    /// Has the clouds keep it there.
    pub(crate) async fn prepare(self, clouds: &LocalClouds) -> Outcome<()> {
        let launch = |fault: Fault| fault.on("launch").times(1);
        match self {
            Self::Attempted => {
                let late = launch(Fault::slow(UNDER_WAY_MS)).of_type("gpu_2x_a10");
                clouds.fault(late).await.map(drop)
            }
            Self::Called => {
                let silent = launch(Fault::silent().after()).of_type("gpu_4x_a10");
                clouds.fault(silent).await.map(drop)
            }
            // Longer than it takes to kill everything.
            Self::Launched => clouds.set(json!({"boot_ms": 8_000})).await,
            Self::Ending => clouds.set(json!({"terminate_ms": 8_000})).await,
            _ => clouds.set(json!({})).await,
        }
    }
}
