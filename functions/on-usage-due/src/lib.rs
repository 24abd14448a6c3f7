//! `on-usage-due`: captures what pods of one wallet used, and keeps them funded.
//!
//! The capture is one transaction for all of them. Then each pod's hold is extended if its time
//! runs short, and its row learns until when it is paid; that is derived from the ledger, so a
//! crash in between is mended by the next minute's run.

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::tables::ledger::{Ledger, WalletOf};
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use contracts::notice::NoticeV1;
use contracts::usage::UsageDueV1;
use domain::money::metering::{FundingFacts, FundingRules, PodUsage};
use domain::pod::Pod;
use domain::{Error, Kind};
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};

/// What the function works with.
#[derive(Debug)]
pub struct App {
    pods: Pods,
    ledger: Ledger,
    tenants: Tenants,
    notices: Notices,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        Ok(Self {
            pods: Pods::new(aws, config.required("PODS_TABLE")?),
            ledger: Ledger::new(aws, config.required("LEDGER_TABLE")?),
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            notices: Notices::new(aws, config.required("ON_NOTICE_QUEUE_URL")?),
        })
    }

    /// Captures and funds the pods of one wallet as of `now`; the same again changes nothing.
    ///
    /// # Errors
    ///
    /// `unavailable`; the message is delivered again.
    pub async fn handle(&self, due: UsageDueV1, now: Timestamp) -> Result<(), Error> {
        let UsageDueV1 { tenant_id, user_id, mode, pod_ids, until } = due;
        let rules = self.tenants.parameters(&tenant_id, mode).await?.funding();
        let of = WalletOf { tenant_id, user_id, mode };
        // A message from a clock that is ahead of ours must not capture what is not used yet.
        let until = until.min(now);
        let (mut pods, mut usages) = (Vec::new(), Vec::new());
        for pod_id in &pod_ids {
            let pod = self.pods.load(&of.tenant_id, pod_id).await?;
            usages.push(pod.usage()?);
            pods.push(pod);
        }
        self.ledger.capture(&of, &usages, until, now).await?;
        for (pod, usage) in pods.into_iter().zip(&usages) {
            Funding { app: self, of: &of, rules, usage, now }.fund(&pod).await?;
        }
        Ok(())
    }
}

/// One pod whose money is looked after.
struct Funding<'a> {
    app: &'a App,
    of: &'a WalletOf,
    rules: FundingRules,
    usage: &'a PodUsage,
    now: Timestamp,
}

impl Funding<'_> {
    async fn fund(&self, pod: &Pod) -> Result<(), Error> {
        let ledger = &self.app.ledger;
        let Some(before) = ledger.funded_until(pod).await? else { return Ok(()) };
        if !pod.is_settled() {
            return Ok(());
        }
        if let Some(more) = self.rules.extension(&self.facts(pod, before).await?)? {
            let hold = (more.hold, more.amount_usd_micros);
            match ledger.hold(self.of, &pod.id, hold, self.now).await {
                // Another pod of this wallet was first, or the pod stopped or ended meanwhile.
                Err(error) if error.kind == Kind::Funds => {}
                Err(error) if matches!(error.code, "pod_over" | "pod_state") => {}
                outcome => outcome?,
            }
        }
        let Some(after) = ledger.funded_until(pod).await? else { return Ok(()) };
        self.note(pod, after).await?;
        if self.rules.is_running_out(after, self.now)
            && self.rules.warns(&self.facts(pod, after).await?)
        {
            self.app.notices.announce(&NoticeV1::funds_low(pod, after)).await?;
        }
        Ok(())
    }

    /// What is known of the pod's money now.
    async fn facts(&self, pod: &Pod, funded_until: Timestamp) -> Result<FundingFacts<'_>, Error> {
        let wallet = self.app.ledger.wallet(self.of).await?;
        Ok(FundingFacts {
            usage: self.usage,
            machine_since: pod.machine.as_ref().map(|time| time.since),
            funded_until,
            available: wallet.available(self.now)?,
            now: self.now,
        })
    }

    /// Writes until when the pod is paid, unless its row knows or it is no longer charged.
    async fn note(&self, pod: &Pod, until: Timestamp) -> Result<(), Error> {
        let stretch = pod.clock.begun();
        let note = |pod: Pod| {
            let same = pod.clock.begun() == stretch && pod.clock.present().is_some();
            let news = same && pod.funded_until != Some(until);
            Ok(news.then(|| pod.funded(until, self.now)))
        };
        self.app.pods.change(&pod.tenant_id, &pod.id, note).await.map(drop)
    }
}
