//! `on-usage-due`: captures what pods of one wallet used, and keeps them funded.
//!
//! The capture is one transaction for all of them. Then each pod's hold is extended if its time
//! runs short, and its row learns until when it is paid; that is derived from the ledger, so a
//! crash in between is mended by the next minute's run.

use adapters::aws::notices::Notices;
use adapters::tables::ledger::{HoldFor, Ledger, WalletOf};
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use contracts::notice::NoticeV1;
use contracts::usage::UsageDueV1;
use domain::money::metering::{FundingRules, Phase, extension};
use domain::pod::Pod;
use domain::{Error, Kind};
use jiff::{SignedDuration, Timestamp};
use runtime::clock::now;

/// What the function works with.
#[derive(Debug)]
pub struct App {
    /// Pods.
    pub pods: Pods,
    /// Wallets.
    pub ledger: Ledger,
    /// Tenants' parameters.
    pub tenants: Tenants,
    /// Whom to warn.
    pub notices: Notices,
}

impl App {
    /// Captures and funds the pods of one wallet; the same again changes nothing.
    ///
    /// # Errors
    ///
    /// `unavailable`; the message is delivered again.
    pub async fn handle(&self, due: UsageDueV1) -> Result<(), Error> {
        let UsageDueV1 { tenant_id, user_id, mode, pod_ids, until } = due;
        let rules = self.tenants.parameters(&tenant_id, mode).await?.funding();
        let of = WalletOf { tenant_id, user_id, mode };
        // A message that lay for long must not stop short of what it can see now, and one from a
        // fast clock must not look ahead.
        let until = until.min(now());
        let (mut pods, mut usages) = (Vec::new(), Vec::new());
        for pod_id in &pod_ids {
            let pod = self.pods.load(&of.tenant_id, pod_id).await?;
            usages.push(pod.usage()?);
            pods.push(pod);
        }
        self.ledger.capture(&of, &usages, until, now()).await?;
        for pod in pods {
            self.fund(&of, pod, rules).await?;
        }
        Ok(())
    }

    async fn fund(&self, of: &WalletOf, pod: Pod, rules: FundingRules) -> Result<(), Error> {
        let Some(before) = self.ledger.funded_until(&pod).await? else { return Ok(()) };
        if !pod.is_settled() {
            return Ok(());
        }
        let available = self.ledger.wallet(of).await?.available(now())?;
        let more = extension(&pod.usage()?, rules, before, available, now())?;
        if let Some((amount, time)) = more.zip(pod.machine) {
            let stopped = pod.clock.present().is_some_and(|it| it.phase == Phase::Stopped);
            let hold = if stopped {
                HoldFor::KeepMore(pod.clock.begun(), before)
            } else {
                HoldFor::More(time.since, before)
            };
            match self.ledger.hold(of, &pod.id, (hold, amount), now()).await {
                // Another pod of this wallet was first, or the pod stopped or ended meanwhile.
                Err(error) if error.kind == Kind::Funds => {}
                Err(error) if matches!(error.code, "pod_over" | "pod_state") => {}
                outcome => outcome?,
            }
        }
        let Some(after) = self.ledger.funded_until(&pod).await? else { return Ok(()) };
        self.note(&pod, after).await?;
        self.warn(of, &pod, rules, after).await
    }

    /// Writes until when the pod is paid, unless its row knows or it is no longer charged.
    async fn note(&self, pod: &Pod, until: Timestamp) -> Result<(), Error> {
        let stretch = pod.clock.begun();
        let note = |pod: Pod| {
            let same = pod.clock.begun() == stretch && pod.clock.present().is_some();
            let news = same && pod.funded_until != Some(until);
            Ok(news.then(|| pod.funded(until, now())))
        };
        self.pods.change(&pod.tenant_id, &pod.id, note).await.map(drop)
    }

    /// Warns the owner, once for each end of their money.
    async fn warn(
        &self,
        of: &WalletOf,
        pod: &Pod,
        rules: FundingRules,
        funded_until: Timestamp,
    ) -> Result<(), Error> {
        let warn_at = funded_until - SignedDuration::from_secs(i64::from(rules.warning_secs));
        if now() < warn_at || funded_until <= now() {
            return Ok(());
        }
        let rate = pod.clock.present().map(|present| (present.phase, pod.usage()));
        let Some((phase, Ok(usage))) = rate else { return Ok(()) };
        let available = self.ledger.wallet(of).await?.available(now())?;
        let more_secs = usage.rate_in(phase).secs_funded_by(available).unwrap_or(0);
        if more_secs > i64::from(rules.warning_secs) {
            return Ok(());
        }
        self.notices.announce(&NoticeV1::funds_low(pod, funded_until)).await
    }
}
