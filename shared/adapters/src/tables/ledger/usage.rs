//! What pods hold and use of a wallet, with a metering account for each pod.
//!
//! A pod's account is opened by its first hold and closed at its end. After that nothing can be
//! held for it any more, so a hold that is still on its way when its pod ends is never posted.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::id::PodId;
use domain::money::UsdMicros;
use domain::money::ledger::{Entry, Wallet};
use domain::money::metering::{
    FundingFacts, FundingRules, HoldFor, Metered, PodUsage, ReleaseFor, funded_until,
};
use domain::pod::Pod;
use domain::{Error, Kind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{LABEL, Ledger, WalletOf, Writing, marker_of};
use crate::idempotency;
use crate::race::Race;
use crate::tables::table::{Condition, Key, Written};

/// A pod's metering account as it is stored.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct MeterRow {
    #[serde(flatten)]
    pub(super) metered: Metered,
    /// Nothing can be held any more.
    pub(super) closed: bool,
    version: u64,
}

/// How a charged pod is paid for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Funded {
    /// Until when what is held pays for it.
    pub until: Timestamp,
    machine_since: Option<Timestamp>,
    available: UsdMicros,
    now: Timestamp,
}

impl Funded {
    /// What decides what to do about it, given what the pod used.
    #[must_use]
    pub fn facts<'a>(&self, usage: &'a PodUsage) -> FundingFacts<'a> {
        let Self { until, machine_since, available, now } = *self;
        FundingFacts { usage, machine_since, funded_until: until, available, now }
    }
}

impl Ledger {
    fn meter_key(of: &WalletOf, pod: &PodId) -> Key {
        Key::new(of.partition(), format!("meter#{pod}"))
    }

    async fn meter(&self, of: &WalletOf, pod: &PodId) -> Result<MeterRow, Error> {
        let row = self.table.get(&Self::meter_key(of, pod)).await?;
        let new = || MeterRow { metered: Metered::new(pod.clone()), closed: false, version: 0 };
        Ok(row.unwrap_or_else(new))
    }

    /// The write of `after`, unless the account changed since it was read.
    fn put_meter(&self, of: &WalletOf, after: MeterRow) -> Result<TransactWriteItem, Error> {
        let guard = Condition::unchanged(after.version);
        let row = MeterRow { version: after.version.saturating_add(1), ..after };
        let key = Self::meter_key(of, &row.metered.pod);
        self.table.put(&key, &row, Some(guard), HashMap::new())
    }

    /// A pod's metering account; empty before its first hold.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn metered(&self, of: &WalletOf, pod: &PodId) -> Result<Metered, Error> {
        Ok(self.meter(of, pod).await?.metered)
    }

    /// Until when what is held pays for the pod as it is; `None` when nothing is charged now.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn funded_until(&self, pod: &Pod) -> Result<Option<Timestamp>, Error> {
        let (wallet, metered) = self.of_one_moment(&WalletOf::pod(pod), &pod.id).await?;
        funded_until(&pod.usage()?, &metered, wallet.total_held_for(&pod.id)?)
    }

    /// A wallet and a pod's account in it, as they were at one moment. Whatever changes the two
    /// together writes the account, so none of it happened between two equal readings.
    async fn of_one_moment(&self, of: &WalletOf, pod: &PodId) -> Result<(Wallet, Metered), Error> {
        let mut race = Race::on(LABEL);
        let mut before = self.meter(of, pod).await?;
        loop {
            let wallet = self.wallet(of).await?;
            let after = self.meter(of, pod).await?;
            if after.version == before.version {
                return Ok((wallet, after.metered));
            }
            before = after;
            race.lost().await?;
        }
    }

    /// Holds money for a pod, once for each `HoldFor`; the amount of the first time stands.
    ///
    /// # Errors
    ///
    /// 402 `insufficient_funds`, 409 `pod_over` once its account is closed, 409 `pod_state` when
    /// the machine it is for was stopped meanwhile, `unavailable`.
    pub async fn hold(
        &self,
        of: &WalletOf,
        pod: &PodId,
        (hold, amount): (HoldFor, UsdMicros),
        now: Timestamp,
    ) -> Result<(), Error> {
        let entry = Entry::Hold { pod: pod.clone(), amount_usd_micros: amount };
        let key = hold.key(pod);
        let mut race = Race::on(LABEL);
        loop {
            let before = self.wallet(of).await?;
            let meter = self.meter(of, pod).await?;
            let marker = marker_of(&entry, now)?;
            if self.is_used(of, &key).await? {
                return Ok(());
            }
            if meter.closed {
                return Err(Error::conflict("pod_over", "This pod has ended."));
            }
            if let HoldFor::More(since, _) | HoldFor::Resume(since) = hold
                && self.is_used(of, &ReleaseFor::Stop(since).key(pod)).await?
            {
                return Err(Error::conflict("pod_state", "This pod was stopped."));
            }
            let writing = Writing {
                key: &key,
                marker: Some(marker),
                after: before.post(&entry, now)?,
                before: &before,
                more: vec![self.put_meter(of, meter)?],
            };
            if self.write(of, writing).await? == Written::Yes {
                return Ok(());
            }
            race.lost().await?;
        }
    }

    /// Captures what pods of one wallet used, each up to its own instant, all or nothing; what was
    /// captured up to there before stays. At most [`domain::money::metering::PODS_PER_CAPTURE_MAX`] pods.
    ///
    /// # Errors
    ///
    /// `unavailable`, `internal`.
    pub async fn capture(
        &self,
        of: &WalletOf,
        usages: &[(PodUsage, Timestamp)],
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut race = Race::on(LABEL);
        loop {
            let before = self.wallet(of).await?;
            let (mut captures, mut more) = (Vec::new(), Vec::new());
            for (usage, until) in usages {
                let meter = self.meter(of, &usage.pod).await?;
                let held = before.total_held_for(&usage.pod)?;
                if let Some((metered, capture)) = meter.metered.capture(usage, held, *until)? {
                    captures.push(capture);
                    more.push(self.put_meter(of, MeterRow { metered, ..meter })?);
                }
            }
            if captures.is_empty() {
                return Ok(());
            }
            let key = format!("capture#{}", before.version);
            let after = before.post(&Entry::Capture { captures }, now)?;
            let writing = Writing { key: &key, marker: None, before: &before, after, more };
            if self.write(of, writing).await? == Written::Yes {
                return Ok(());
            }
            race.lost().await?;
        }
    }

    /// Holds more money for a charged pod whose time runs short, as `rules` say. Returns until when
    /// it is paid then, and what decides whether its owner is warned; `None` when nothing is
    /// charged.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn extend(
        &self,
        pod: &Pod,
        rules: FundingRules,
        now: Timestamp,
    ) -> Result<Option<Funded>, Error> {
        let of = WalletOf::pod(pod);
        let Some(before) = self.funded(pod, now).await? else { return Ok(None) };
        let usage = pod.usage()?;
        if let Some(more) = rules.extension(&before.facts(&usage))? {
            let hold = (more.hold, more.amount_usd_micros);
            match self.hold(&of, &pod.id, hold, now).await {
                // Another pod of this wallet was first, or the pod stopped or ended meanwhile.
                Err(error) if error.kind == Kind::Funds => {}
                Err(error) if matches!(error.code, "pod_over" | "pod_state") => {}
                outcome => outcome?,
            }
            return self.funded(pod, now).await;
        }
        Ok(Some(before))
    }

    async fn funded(&self, pod: &Pod, now: Timestamp) -> Result<Option<Funded>, Error> {
        let (wallet, metered) = self.of_one_moment(&WalletOf::pod(pod), &pod.id).await?;
        let until = funded_until(&pod.usage()?, &metered, wallet.total_held_for(&pod.id)?)?;
        let machine_since = pod.machine.as_ref().map(|time| time.since);
        let available = wallet.available(now)?;
        Ok(until.map(|until| Funded { until, machine_since, available, now }))
    }

    /// Gives back what is held for a pod; the same again changes nothing, even if there was
    /// nothing to give back then and something is held since. After [`ReleaseFor::End`] nothing can be
    /// held for it any more, not even by a hold that is still on its way.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn release(
        &self,
        of: &WalletOf,
        pod: &PodId,
        release: ReleaseFor,
        now: Timestamp,
    ) -> Result<(), Error> {
        let entry = Entry::Release { pod: pod.clone() };
        let key = release.key(pod);
        let mut race = Race::on(LABEL);
        loop {
            let before = self.wallet(of).await?;
            let meter = self.meter(of, pod).await?;
            if self.is_used(of, &key).await? {
                return Ok(());
            }
            let marker = marker_of(&entry, now)?;
            // The account is written too, so that a hold which read it before loses its race.
            let closed = meter.closed || release == ReleaseFor::End;
            let noted = self.put_meter(of, MeterRow { closed, ..meter })?;
            let written = if before.held_for(pod).is_empty() {
                let at = of.marker_key(&key);
                let marker = idempotency::remember(&self.table, &at, &marker, None)?;
                self.table.write(vec![marker, noted]).await?
            } else {
                let writing = Writing {
                    key: &key,
                    marker: Some(marker),
                    after: before.post(&entry, now)?,
                    before: &before,
                    more: vec![noted],
                };
                self.write(of, writing).await?
            };
            if written == Written::Yes {
                return Ok(());
            }
            race.lost().await?;
        }
    }
}
