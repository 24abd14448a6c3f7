//! Messages to `on-notice`: what is mailed to whom. They carry no secret and no address; `on-notice`
//! looks up the one and derives the other.
//!
//! Every notice is made by one of the constructors here, because its key decides whether it is
//! mailed: a fact that is announced twice must have the same key both times.

use domain::id::{PodId, TenantId, TopUpId, UserId};
use domain::market::alert::PriceAlert;
use domain::market::browse::MachineId;
use domain::money::billing::{Subscription, SubscriptionChange, SubscriptionStatus};
use domain::money::invoice::{Invoice, Period};
use domain::money::plan::PlanId;
use domain::money::{UsdMicros, UsdMicrosPerHour};
use domain::pod::{Pod, PodState, Reason};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One mail to be sent.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct NoticeV1 {
    /// Names the fact; the same key is mailed once.
    pub key: String,
    /// The tenant whose name and links the mail bears.
    pub tenant_id: TenantId,
    /// The person it is mailed to.
    pub user_id: UserId,
    /// The fact, with what its mail says of it.
    #[serde(flatten)]
    pub subject: SubjectV1,
}

/// The person a notice is for, in one tenant.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Recipient {
    /// The tenant whose name and links the mail bears.
    pub tenant_id: TenantId,
    /// Their address is looked up when the mail is sent.
    pub user_id: UserId,
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
        /// The pod to activate; its token is derived, never queued.
        pod_id: PodId,
    },
    /// A pod was activated.
    PodRunning {
        /// The pod that is charged from now on.
        pod_id: PodId,
    },
    /// A pod's machine was stopped.
    PodStopped {
        /// The pod of which only the disk is kept.
        pod_id: PodId,
        /// Why, unless its owner asked for it.
        reason: Option<Reason>,
    },
    /// A pod ended.
    PodEnded {
        /// The pod that is gone, with its disk.
        pod_id: PodId,
        /// Why, unless its owner asked for it.
        reason: Option<Reason>,
    },
    /// The money a pod runs on ends soon.
    FundsLow {
        /// The pod that stops or ends then.
        pod_id: PodId,
        /// The last instant that what is held pays for.
        funded_until: Timestamp,
    },
    /// A month's invoice is final.
    InvoiceReady {
        /// The month that was closed.
        period: Period,
        /// What was used.
        total_usd_micros: UsdMicros,
        /// What is still to be paid.
        due_usd_micros: UsdMicros,
    },
    /// A deploy failed and was undone.
    PodFailed {
        /// The pod that never ran.
        pod_id: PodId,
        /// Shown to its owner.
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
        /// The plan that the subscription is to.
        plan: PlanId,
        /// Where the subscription stands.
        status: SubscriptionStatus,
        /// Until when it is paid for.
        current_period_end: Timestamp,
        /// Whether it ends then.
        cancel_at_period_end: bool,
    },
    /// A machine costs what its price alert waited for.
    PriceFell {
        /// Which machine.
        machine: MachineId,
        /// The same in words.
        name: String,
        /// What it costs the user now.
        rate_usd_micros_per_hour: UsdMicrosPerHour,
        /// What it was to cost at most.
        rate_max_usd_micros_per_hour: UsdMicrosPerHour,
    },
    /// Money was paid into a wallet.
    ToppedUp {
        /// What the payment provider received.
        amount_usd_micros: UsdMicros,
    },
}

/// Seconds of a day.
const DAY_SECS: i64 = 86_400;

impl Recipient {
    fn owner(pod: &Pod) -> Self {
        Self { tenant_id: pod.tenant_id.clone(), user_id: pod.user_id.clone() }
    }

    fn notice(self, key: String, subject: SubjectV1) -> NoticeV1 {
        NoticeV1 { key, tenant_id: self.tenant_id, user_id: self.user_id, subject }
    }
}

impl NoticeV1 {
    /// The code named by `nonce`, which proves an address.
    #[must_use]
    pub fn verify_address(to: Recipient, nonce: &str) -> Self {
        let key = format!("verify#{}#{nonce}", to.user_id);
        to.notice(key, SubjectV1::VerifyAddress { nonce: nonce.to_owned() })
    }

    /// Somebody registered the recipient's address at `now`. At most one such mail a day, so
    /// that nobody can flood a mailbox by trying its address.
    #[must_use]
    pub fn address_in_use(to: Recipient, now: Timestamp) -> Self {
        let today = now.as_second().div_euclid(DAY_SECS);
        let key = format!("address-in-use#{}#{today}", to.user_id);
        to.notice(key, SubjectV1::AddressInUse)
    }

    /// The code named by `nonce`, which allows a new password.
    #[must_use]
    pub fn reset_password(to: Recipient, nonce: &str) -> Self {
        let key = format!("reset#{}#{nonce}", to.user_id);
        to.notice(key, SubjectV1::ResetPassword { nonce: nonce.to_owned() })
    }

    /// The activation link of a pod whose machine answers; once more each time its owner asks.
    #[must_use]
    pub fn activate_pod(pod: &Pod) -> Self {
        let subject = SubjectV1::ActivatePod { pod_id: pod.id.clone() };
        let key = match pod.activation_mails.asked {
            0 => format!("activate#{}", pod.id),
            number => format!("activate#{}#{number}", pod.id),
        };
        Recipient::owner(pod).notice(key, subject)
    }

    /// The pod whose activation link it mails, if it is that mail.
    #[must_use]
    pub fn activates(&self) -> Option<&PodId> {
        match &self.subject {
            SubjectV1::ActivatePod { pod_id } => Some(pod_id),
            _ => None,
        }
    }

    /// A pod was activated.
    #[must_use]
    pub fn pod_running(pod: &Pod) -> Self {
        let subject = SubjectV1::PodRunning { pod_id: pod.id.clone() };
        Recipient::owner(pod).notice(format!("running#{}", pod.id), subject)
    }

    /// A pod's machine was stopped; once for each time it stands stopped.
    #[must_use]
    pub fn pod_stopped(pod: &Pod) -> Self {
        let subject = SubjectV1::PodStopped { pod_id: pod.id.clone(), reason: pod.reason.clone() };
        let key = format!("stopped#{}#{}", pod.id, pod.clock.begun());
        Recipient::owner(pod).notice(key, subject)
    }

    /// A pod ended, or its deploy failed.
    #[must_use]
    pub fn pod_over(pod: &Pod) -> Self {
        let pod_id = pod.id.clone();
        let (word, subject) = match (pod.state, pod.reason.clone()) {
            (PodState::Failed, Some(reason)) => ("failed", SubjectV1::PodFailed { pod_id, reason }),
            (_, reason) => ("ended", SubjectV1::PodEnded { pod_id, reason }),
        };
        Recipient::owner(pod).notice(format!("{word}#{}", pod.id), subject)
    }

    /// The money a pod runs on ends soon; once for each end.
    #[must_use]
    pub fn funds_low(pod: &Pod, funded_until: Timestamp) -> Self {
        let subject = SubjectV1::FundsLow { pod_id: pod.id.clone(), funded_until };
        let key = format!("funds-low#{}#{funded_until:.0}", pod.id);
        Recipient::owner(pod).notice(key, subject)
    }

    /// A month's invoice is final.
    #[must_use]
    pub fn invoice_ready(to: Recipient, invoice: &Invoice) -> Self {
        let subject = SubjectV1::InvoiceReady {
            period: invoice.period,
            total_usd_micros: invoice.total_usd_micros,
            due_usd_micros: invoice.due_usd_micros,
        };
        to.notice(format!("invoice#{}", invoice.number), subject)
    }

    /// A machine costs what a price alert waited for, `rate` for its user; once for each alert.
    #[must_use]
    pub fn price_fell(alert: &PriceAlert, rate: UsdMicrosPerHour) -> Self {
        let PriceAlert { tenant_id, user_id, machine, .. } = alert.clone();
        let key = format!("price-fell#{user_id}#{}#{}", machine.0, alert.created_at.as_second());
        let subject = SubjectV1::PriceFell {
            machine,
            name: alert.name.clone(),
            rate_usd_micros_per_hour: rate,
            rate_max_usd_micros_per_hour: alert.rate_max_usd_micros_per_hour,
        };
        Recipient { tenant_id, user_id }.notice(key, subject)
    }

    /// Money was paid into a wallet.
    #[must_use]
    pub fn topped_up(to: Recipient, top_up_id: &TopUpId, amount_usd_micros: UsdMicros) -> Self {
        to.notice(format!("topped-up#{top_up_id}"), SubjectV1::ToppedUp { amount_usd_micros })
    }

    /// A subscription changed to `seen` after it was stored `version` times. Every event of the
    /// payment provider that shows the same change makes the same key.
    #[must_use]
    pub fn subscription(
        to: Recipient,
        seen: &Subscription,
        change: SubscriptionChange,
        version: u64,
    ) -> Self {
        let (status, ends) = (seen.status, seen.cancel_at_period_end);
        let subject = match change {
            SubscriptionChange::PaymentFailed => {
                SubjectV1::PaymentFailed { plan: seen.plan, kept: status.grants() }
            }
            SubscriptionChange::Changed => SubjectV1::SubscriptionChanged {
                plan: seen.plan,
                status,
                current_period_end: seen.current_period_end,
                cancel_at_period_end: ends,
            },
        };
        to.notice(format!("subscription#{}#{version}#{status:?}#{ends}", seen.id), subject)
    }
}

#[cfg(test)]
mod tests {
    use domain::money::UsdMicros;

    use super::*;
    use crate::golden::{read, round_trip};

    /// The golden notice in `file`, and its receiver.
    fn golden_notice(file: &str) -> (NoticeV1, Recipient) {
        let notice: NoticeV1 = read("on-notice", file);
        let to = Recipient { tenant_id: notice.tenant_id.clone(), user_id: notice.user_id.clone() };
        (notice, to)
    }

    #[test]
    fn every_notice_reads_back() {
        assert_eq!(round_trip::<NoticeV1>("on-notice", ""), 14);
    }

    #[test]
    fn a_notice_that_is_made_twice_has_the_key_that_was_always_used() {
        let (golden, to) = golden_notice("verify-address.json");
        assert_eq!(NoticeV1::verify_address(to, "notice_01m7xj27a00000000000000000"), golden);
        let (golden, to) = golden_notice("reset-password.json");
        assert_eq!(NoticeV1::reset_password(to, "notice_01m7xj27a00000000000000000"), golden);
        let (golden, to) = golden_notice("address-in-use.json");
        let day = Timestamp::from_second(20_777 * 86_400 + 3).expect("an instant");
        assert_eq!(NoticeV1::address_in_use(to, day), golden);
        let (golden, to) = golden_notice("topped-up.json");
        let top_up = "top_01m7xj289xxdzepe4qvet7jvee".parse().expect("an identifier");
        assert_eq!(NoticeV1::topped_up(to, &top_up, UsdMicros(20_000_000)), golden);
    }
}
