//! Invoices: what a wallet's pods used in one calendar month, and what is owed for it.
//!
//! An invoice is derived from the wallet's metering accounts alone: its lines are the captured
//! usage of its month, day by day, so all invoices of a wallet add up to what was ever captured.
//! Prepaid usage is paid when it is captured, so nothing is due.

#![warn(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::float_arithmetic)]

mod period;

pub use period::{Closing, NoPeriod, Period};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Error;
use crate::Mode;
use crate::id::{PodId, TenantId, UserId};
use crate::money::UsdMicros;
use crate::money::ledger::Wallet;
use crate::money::metering::{DayUsage, Metered, PodUsage, Seconds};

/// Characters of a user's identifier that an invoice's number ends with: 50 random bits.
const NUMBER_TAIL_LEN: usize = 10;

/// Whether more can still be added.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceStatus {
    /// Its month is not closed; what is captured meanwhile is added.
    Open,
    /// Closed; it never changes again.
    Final,
}

/// Who is invoiced, and for which money.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Customer {
    /// The broker that the pods were rented from.
    pub tenant_id: TenantId,
    /// The wallet's owner.
    pub user_id: UserId,
    /// Real money or not.
    pub mode: Mode,
}

/// What a pod is called on an invoice.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct PodLabel {
    /// The name its user gave it.
    pub pod_name: String,
    /// What was quoted: `H100 SXM`.
    pub gpu: String,
}

/// What one pod used in the month.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct InvoiceLine {
    /// The pod that was used; it may be over.
    pub pod_id: PodId,
    /// What it is called.
    #[serde(flatten)]
    pub label: PodLabel,
    /// Whole seconds it ran.
    pub running_secs: i64,
    /// Whole seconds it stood stopped.
    pub stopped_secs: i64,
    /// What was captured for them.
    pub amount_usd_micros: UsdMicros,
}

/// What a wallet's pods used in one month.
///
/// Invariant: the lines add up to the total.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Invoice {
    /// Unique for each customer, month and mode: `INV-2026-11-3K9F0A2B7C`; `TEST-…` in SANDBOX.
    pub number: String,
    /// The broker that issues it.
    pub tenant_id: TenantId,
    /// The customer.
    pub user_id: UserId,
    /// Real money or not.
    pub mode: Mode,
    /// The month of the usage; the invoice is issued after its end.
    pub period: Period,
    /// Whether more can still be added.
    pub status: InvoiceStatus,
    /// A line for each pod that was used, the oldest pod first.
    pub lines: Vec<InvoiceLine>,
    /// The sum of the lines.
    pub total_usd_micros: UsdMicros,
    /// What is still to be paid: nothing when prepaid, what the wallet owes with credit terms.
    pub due_usd_micros: UsdMicros,
    /// When it became final.
    pub issued_at: Option<Timestamp>,
}

impl Metered {
    /// What was captured on the days of `period`; `None` when it was not used then.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn used_in(&self, period: Period) -> Result<Option<DayUsage>, Error> {
        let mut sum = DayUsage::default();
        for (_, day) in self.days.iter().filter(|(day, _)| period.contains(**day)) {
            sum = sum.plus(*day)?;
        }
        Ok((sum != DayUsage::default()).then_some(sum))
    }

    /// Whether nothing can be captured any more for any second up to the end of `period`, as of
    /// `now`: it is over, and all of `usage` up to there is captured.
    #[must_use]
    pub fn is_captured(&self, usage: &PodUsage, period: Period, now: Timestamp) -> bool {
        let end = period.end();
        let all_captured = self.until.is_some_and(|until| until >= end)
            || usage.clock.until(end).since(self.seconds) == Seconds::default();
        period.is_over(now) && all_captured
    }
}

impl DayUsage {
    /// Both together.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, Error> {
        Ok(Self {
            seconds: Seconds {
                running: self.seconds.running.saturating_add(other.seconds.running),
                stopped: self.seconds.stopped.saturating_add(other.seconds.stopped),
            },
            captured_usd_micros: self.captured_usd_micros.plus(other.captured_usd_micros)?,
        })
    }
}

/// What is still to be paid by `wallet`. Prepaid usage is paid by its capture. With credit terms
/// it is what cash owes.
///
/// # Errors
///
/// `amount_too_large` past 64 bits.
fn due(wallet: &Wallet) -> Result<UsdMicros, Error> {
    if wallet.credit_limit_usd_micros <= UsdMicros::ZERO {
        return Ok(UsdMicros::ZERO);
    }
    Ok(wallet.cash().negated()?.max(UsdMicros::ZERO))
}

impl Customer {
    fn number(&self, period: Period) -> String {
        let kind = match self.mode {
            Mode::Sandbox => "TEST",
            Mode::Live => "INV",
        };
        let body = self.user_id.body();
        let tail = body.get(body.len().saturating_sub(NUMBER_TAIL_LEN)..).unwrap_or(body);
        format!("{kind}-{period}-{}", tail.to_ascii_uppercase())
    }
}

impl Invoice {
    /// The open invoice of `period`: a line for each of `accounts` that was used in it.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn of(
        customer: &Customer,
        period: Period,
        wallet: &Wallet,
        accounts: &[(Metered, PodLabel)],
    ) -> Result<Self, Error> {
        let (mut lines, mut total_usd_micros) = (Vec::new(), UsdMicros::ZERO);
        for (metered, label) in accounts {
            let Some(used) = metered.used_in(period)? else { continue };
            total_usd_micros = total_usd_micros.plus(used.captured_usd_micros)?;
            lines.push(InvoiceLine {
                pod_id: metered.pod.clone(),
                label: label.clone(),
                running_secs: used.seconds.running,
                stopped_secs: used.seconds.stopped,
                amount_usd_micros: used.captured_usd_micros,
            });
        }
        lines.sort_by(|one, other| one.pod_id.cmp(&other.pod_id));
        Ok(Self {
            number: customer.number(period),
            tenant_id: customer.tenant_id.clone(),
            user_id: customer.user_id.clone(),
            mode: customer.mode,
            period,
            status: InvoiceStatus::Open,
            lines,
            total_usd_micros,
            due_usd_micros: due(wallet)?,
            issued_at: None,
        })
    }

    /// This invoice, never to change again; `None` for a month without usage, which has none.
    #[must_use]
    pub fn issued(self, now: Timestamp) -> Option<Self> {
        let used = !self.lines.is_empty();
        used.then_some(Self { status: InvoiceStatus::Final, issued_at: Some(now), ..self })
    }
}

#[cfg(test)]
mod tests;
