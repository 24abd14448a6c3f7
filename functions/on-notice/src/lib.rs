//! `on-notice`: turns what happened into mail.
//!
//! A notice is mailed once per key. The note that it went out follows the sending, so a crash in
//! between can mail it twice but never loses it. With that note comes what its reader may read again
//! the web app, once. Of a mail that holds an activation link the pod is told, since a lapse counts
//! only against an owner who had it in time.

mod letter;
mod notification;

use adapters::Aws;
use adapters::aws::mail::Outbox;
use adapters::aws::secrets::PepperStore;
use adapters::tables::accounts::Accounts;
use adapters::tables::notifications::{Notifications, Reader};
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use contracts::notice::{NoticeV1, SubjectV1};
use domain::Error;
use domain::people::account::Account;
use domain::people::code::{Pepper, Purpose};
use domain::people::tenant::Tenant;
use domain::pod::{PodState, activation_token};
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};

use crate::letter::{Letter, Subscribed};
use crate::notification::notification;

/// What the function works with.
#[derive(Debug)]
pub struct App {
    tenants: Tenants,
    accounts: Accounts,
    pods: Pods,
    pepper: PepperStore,
    outbox: Outbox,
    notifications: Notifications,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let accounts_table: String = config.required("ACCOUNTS_TABLE")?;
        Ok(Self {
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            accounts: Accounts::new(aws, accounts_table.clone()),
            pods: Pods::new(aws, config.required("PODS_TABLE")?),
            pepper: PepperStore::new(aws, config.required("TOKEN_PEPPER_SECRET_ARN")?),
            outbox: Outbox::new(aws, config.required("MAIL_FROM")?),
            notifications: Notifications::new(aws, accounts_table),
        })
    }

    /// Mails one notice at `now`.
    ///
    /// # Errors
    ///
    /// `not_found` when its account, tenant or pod is gone; `unavailable`.
    pub async fn handle(&self, notice: NoticeV1, now: Timestamp) -> Result<(), Error> {
        let sent = self.notifications.was_sent(&notice.tenant_id, &notice.key).await?;
        let Some(pod_id) = notice.activates().cloned() else {
            return if sent { Ok(()) } else { self.mail(notice, now).await };
        };
        let tenant_id = notice.tenant_id.clone();
        if !sent {
            // It may have waited for long: a link that is of no use any more is not mailed.
            if self.pods.load(&tenant_id, &pod_id).await?.state != PodState::Ready {
                return Ok(());
            }
            self.mail(notice, now).await?;
        }
        // Last, and again after a crash: late, it speaks for the pod's owner.
        let now = now.max(runtime::clock::now());
        self.pods.note_activation_mailed(&tenant_id, &pod_id, now).await
    }

    async fn mail(&self, notice: NoticeV1, now: Timestamp) -> Result<(), Error> {
        let tenant = self.tenants.find(&notice.tenant_id).await?;
        let account = self.accounts.find(&notice.tenant_id, &notice.user_id).await?;
        let account = account.ok_or_else(|| Error::not_found("account"))?.account;
        let letter = self.letter(&notice, &account, &tenant).await?;
        self.outbox.send(&account.email, letter.render(&tenant, &account.name)?).await?;
        // Not when the message came: what is kept is ordered by when its mail went out, and a reader
        // who has read up to a later one has not read this one.
        let now = now.max(runtime::clock::now());
        let kept = notification(&notice, &letter, now);
        let reader = Reader { tenant_id: notice.tenant_id, user_id: notice.user_id };
        self.notifications.mark_sent(&reader, &notice.key, now, kept.as_ref()).await
    }

    async fn letter(
        &self,
        notice: &NoticeV1,
        account: &Account,
        tenant: &Tenant,
    ) -> Result<Letter, Error> {
        let pepper = self.pepper.pepper().await?;
        let code = |purpose, nonce: &str| digits(pepper, purpose, account, nonce);
        Ok(match &notice.subject {
            SubjectV1::VerifyAddress { nonce } => {
                Letter::verify(&code(Purpose::VerifyAddress, nonce))
            }
            SubjectV1::ResetPassword { nonce } => {
                Letter::reset(&code(Purpose::ResetPassword, nonce))
            }
            SubjectV1::AddressInUse => Letter::address_in_use(tenant),
            SubjectV1::ActivatePod { pod_id } => {
                let pod = self.pods.load(&tenant.id, pod_id).await?;
                Letter::activate(tenant, &pod, &activation_token(&pod.id, pepper))
            }
            SubjectV1::PodRunning { pod_id } => {
                Letter::running(tenant, &self.pods.load(&tenant.id, pod_id).await?)
            }
            SubjectV1::PodStopped { pod_id, reason } => {
                let pod = self.pods.load(&tenant.id, pod_id).await?;
                Letter::stopped(tenant, &pod, reason.as_ref())
            }
            SubjectV1::PodEnded { pod_id, reason } => {
                let pod = self.pods.load(&tenant.id, pod_id).await?;
                Letter::ended(tenant, &pod, reason.as_ref())
            }
            SubjectV1::FundsLow { pod_id, funded_until } => {
                let pod = self.pods.load(&tenant.id, pod_id).await?;
                Letter::funds_low(tenant, &pod, *funded_until)
            }
            SubjectV1::InvoiceReady { period, total_usd_micros, due_usd_micros } => {
                Letter::invoice(tenant, *period, *total_usd_micros, *due_usd_micros)
            }
            SubjectV1::PodFailed { pod_id, reason } => {
                let pod = self.pods.load(&tenant.id, pod_id).await?;
                Letter::failed(tenant, &pod, &reason.message)
            }
            SubjectV1::PaymentFailed { plan, kept } => Letter::payment_failed(tenant, *plan, *kept),
            SubjectV1::SubscriptionChanged {
                plan,
                status,
                current_period_end,
                cancel_at_period_end,
            } => {
                let subscribed = Subscribed {
                    plan: *plan,
                    status: *status,
                    current_period_end: *current_period_end,
                    cancel_at_period_end: *cancel_at_period_end,
                };
                Letter::subscription_changed(tenant, &subscribed)
            }
            SubjectV1::PriceFell {
                machine,
                name,
                rate_usd_micros_per_hour: rate,
                rate_max_usd_micros_per_hour: rate_max,
            } => Letter::price_fell(tenant, (machine, name), (*rate, *rate_max)),
            SubjectV1::ToppedUp { amount_usd_micros } => {
                Letter::topped_up(tenant, *amount_usd_micros)
            }
        })
    }
}

fn digits(pepper: &Pepper, purpose: Purpose, account: &Account, nonce: &str) -> String {
    pepper.code(purpose, &[account.user_id.as_str(), nonce])
}
