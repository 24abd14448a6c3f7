//! `step-unwind-pod`: undoes a failed deploy: no machine runs, nothing is held, the owner is told.
//!
//! The pod is marked failed first, so that no other step launches or activates it any more; then
//! every machine that may exist is given back, then the hold. Each part can be repeated, and the
//! state machine repeats this step until all of it went through.

mod reason;

use adapters::ledger::{Ledger, WalletOf};
use adapters::notices::Notices;
use adapters::pods::Pods;
use contracts::deploy::{StepOutcomeV1, UnwindPodV1};
use contracts::notice::{NoticeV1, SubjectV1};
use domain::Error;
use domain::launch::AttemptOutcome;
use domain::pod::{Pod, PodState};
use providers::Clouds;

/// What the step works with.
#[derive(Debug)]
pub struct App {
    /// Pods.
    pub pods: Pods,
    /// Wallets.
    pub ledger: Ledger,
    /// Mails to be sent.
    pub notices: Notices,
}

impl App {
    /// Undoes the deploy. A pod that was activated meanwhile is left alone: it runs.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn handle(&self, input: UnwindPodV1) -> Result<StepOutcomeV1, Error> {
        let now = runtime::clock::now();
        let reason = reason::of(&input.error);
        let deploy = &input.deploy;
        let pod = self
            .pods
            .change(&deploy.tenant_id, &deploy.pod_id, |pod| match pod.state {
                PodState::Pending | PodState::Provisioning | PodState::Ready => {
                    pod.fail(reason.clone(), now).map(Some)
                }
                _ => Ok(None),
            })
            .await?;
        if pod.state != PodState::Failed {
            tracing::warn!(pod_id = %pod.id, state = ?pod.state, "nothing to unwind");
            return Ok(StepOutcomeV1::Unwound);
        }
        give_back_machines(&pod).await?;
        let wallet = WalletOf {
            tenant_id: pod.tenant_id.clone(),
            user_id: pod.user_id.clone(),
            mode: pod.mode,
        };
        self.ledger.release(&wallet, &pod.id, now).await?;
        let notice = NoticeV1 {
            key: format!("failed#{}", pod.id),
            tenant_id: pod.tenant_id,
            user_id: pod.user_id,
            subject: SubjectV1::PodFailed { pod_id: pod.id, reason: pod.reason.unwrap_or(reason) },
        };
        self.notices.announce(&notice).await?;
        Ok(StepOutcomeV1::Unwound)
    }
}

/// Gives back every machine that exists or may exist; a refused attempt left none.
async fn give_back_machines(pod: &Pod) -> Result<(), Error> {
    let clouds = Clouds::default();
    for attempt in &pod.attempts {
        if attempt.outcome != AttemptOutcome::Refused {
            let cloud = clouds.of(pod.mode, &attempt.offer.provider)?;
            cloud.terminate(&attempt.machine_name).await?;
        }
    }
    Ok(())
}
