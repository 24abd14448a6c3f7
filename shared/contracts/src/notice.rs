//! Messages to `on-notice`: what to tell whom. They carry no secret and no address; `on-notice`
//! looks up the one and derives the other.

use domain::id::{PodId, TenantId, UserId};
use domain::money::UsdMicros;
use domain::money::billing::SubscriptionStatus;
use domain::money::invoice::Period;
use domain::money::plan::PlanId;
use domain::pod::Reason;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One mail to be sent.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct NoticeV1 {
    /// Names the fact; the same key is mailed once.
    pub key: String,
    /// The tenant whose name and links the mail bears.
    pub tenant_id: TenantId,
    /// To whom.
    pub user_id: UserId,
    /// What about.
    #[serde(flatten)]
    pub subject: SubjectV1,
}

/// What a mail is about.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "subject", rename_all = "snake_case")]
pub enum SubjectV1 {
    /// The code that proves the address.
    VerifyAddress {
        /// Which code; the digits are derived from it.
        nonce: String,
    },
    /// Somebody registered an address that has an account.
    AddressInUse,
    /// The code that allows a new password.
    ResetPassword {
        /// Which code; the digits are derived from it.
        nonce: String,
    },
    /// A machine answers: the activation link.
    ActivatePod {
        /// The pod.
        pod_id: PodId,
    },
    /// A pod was activated.
    PodRunning {
        /// The pod.
        pod_id: PodId,
    },
    /// A pod's machine was stopped.
    PodStopped {
        /// The pod.
        pod_id: PodId,
        /// Why, unless its owner wished it.
        reason: Option<Reason>,
    },
    /// A pod ended.
    PodEnded {
        /// The pod.
        pod_id: PodId,
        /// Why, unless its owner wished it.
        reason: Option<Reason>,
    },
    /// The money a pod runs on ends soon.
    FundsLow {
        /// The pod.
        pod_id: PodId,
        /// When.
        funded_until: Timestamp,
    },
    /// A month's invoice is final.
    InvoiceReady {
        /// Which month.
        period: Period,
        /// What was used.
        total_usd_micros: UsdMicros,
        /// What is still to be paid.
        due_usd_micros: UsdMicros,
    },
    /// A deploy failed and was undone.
    PodFailed {
        /// The pod.
        pod_id: PodId,
        /// Why.
        reason: Reason,
    },
    /// A subscription's payment failed.
    PaymentFailed {
        /// The plan that was to be paid.
        plan: PlanId,
        /// Whether the plan is kept for now.
        kept: bool,
    },
    /// A subscription began, changed, ends or ended.
    SubscriptionChanged {
        /// The plan.
        plan: PlanId,
        /// Where the subscription stands.
        status: SubscriptionStatus,
        /// Until when it is paid for.
        current_period_end: Timestamp,
        /// Whether it ends then.
        cancel_at_period_end: bool,
    },
    /// Money was paid into a wallet.
    ToppedUp {
        /// How much.
        amount_usd_micros: UsdMicros,
    },
}

#[cfg(test)]
mod tests {
    use super::NoticeV1;
    use crate::golden::round_trip;

    #[test]
    fn every_notice_reads_back() {
        assert_eq!(round_trip::<NoticeV1>("on-notice", ""), 13);
    }
}
