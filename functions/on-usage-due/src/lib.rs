//! `on-usage-due`: captures what pods of one wallet used, and keeps them funded.
//!
//! The capture is one transaction for all of them, each up to the last list that showed its machine:
//! what its cloud does not show is not charged yet, and is charged in full once it shows it again.
//! Then each pod's hold is extended if its time
//! runs short, and its row learns until when it is paid; that is derived from the ledger, so a
//! crash in between is mended by the next minute's run.

use std::collections::BTreeMap;

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::tables::clouds::CloudAccounts;
use adapters::tables::ledger::{Ledger, WalletOf};
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use contracts::notice::NoticeV1;
use contracts::usage::UsageDueV1;
use domain::Error;
use domain::money::metering::{FundingRules, PodUsage};
use domain::pod::Pod;
use domain::pod::sweep::AccountHealth;
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};

/// What the function works with.
#[derive(Debug)]
pub struct App {
    pods: Pods,
    ledger: Ledger,
    tenants: Tenants,
    notices: Notices,
    accounts: CloudAccounts,
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
            accounts: CloudAccounts::new(aws, config.required("PODS_TABLE")?),
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
        let mut seen = BTreeMap::new();
        for pod_id in &pod_ids {
            let pod = self.pods.load(&of.tenant_id, pod_id).await?;
            let until = self.seen_until(&pod, &mut seen).await?.map_or(until, |at| at.min(until));
            usages.push((pod.usage()?, until));
            pods.push(pod);
        }
        self.ledger.capture(&of, &usages, now).await?;
        for (pod, (usage, _)) in pods.into_iter().zip(&usages) {
            self.fund(&pod, usage, rules, now).await?;
        }
        Ok(())
    }

    /// Up to when a pod's machine is known to have been there; `None` where there is no machine to
    /// be seen.
    async fn seen_until(
        &self,
        pod: &Pod,
        seen: &mut BTreeMap<String, AccountHealth>,
    ) -> Result<Option<Timestamp>, Error> {
        let Some(cloud) = pod.machine_cloud() else { return Ok(None) };
        if let Some(health) = seen.get(cloud) {
            return Ok(Some(pod.seen_until(*health)));
        }
        let health = self.accounts.health(cloud).await?;
        seen.insert(cloud.to_owned(), health);
        Ok(Some(pod.seen_until(health)))
    }

    async fn fund(
        &self,
        pod: &Pod,
        usage: &PodUsage,
        rules: FundingRules,
        now: Timestamp,
    ) -> Result<(), Error> {
        if !pod.is_settled() {
            return Ok(());
        }
        let Some(funded) = self.ledger.extend(pod, rules, now).await? else { return Ok(()) };
        let stretch = pod.clock.begun();
        let note = |pod: Pod| Ok(pod.note_funds(stretch, funded.until, now));
        self.pods.change(&pod.tenant_id, &pod.id, note).await?;
        if rules.warns(&funded.facts(usage)) {
            self.notices.announce(&NoticeV1::funds_low(pod, funded.until)).await?;
        }
        Ok(())
    }
}
