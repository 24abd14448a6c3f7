//! The words of each mail, and its two forms.

use adapters::aws::mail::Mail;
use askama::Template;
use domain::Error;
use domain::Mode;
use domain::market::browse::MachineId;
use domain::money::billing::SubscriptionStatus;
use domain::money::invoice::Period;
use domain::money::plan::PlanId;
use domain::money::{UsdMicros, UsdMicrosPerHour};
use domain::people::tenant::Tenant;
use domain::pod::{Pod, Reason};
use jiff::Timestamp;

/// A link with the words on it.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    label: &'static str,
    url: String,
}

/// What a mail says, before it is laid out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Letter {
    /// Neither this nor the lines may hold what is secret: both are kept, the rest is not.
    pub(crate) subject: String,
    pub(crate) lines: Vec<String>,
    code: Option<String>,
    link: Option<Link>,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Page<'a> {
    subject: &'a str,
    tenant: &'a str,
    sandbox: bool,
    name: &'a str,
    lines: &'a [String],
    code: Option<&'a str>,
    link: Option<&'a Link>,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    tenant: &'a str,
    sandbox: bool,
    name: &'a str,
    lines: &'a [String],
    code: Option<&'a str>,
    link: Option<&'a Link>,
}

/// What a mail says of a subscription.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subscribed {
    pub(crate) plan: PlanId,
    pub(crate) status: SubscriptionStatus,
    pub(crate) current_period_end: Timestamp,
    pub(crate) cancel_at_period_end: bool,
}

fn billing_link(tenant: &Tenant) -> Link {
    Link { label: "Open billing", url: format!("{}/billing", tenant.origin) }
}

fn named(plan: PlanId) -> String {
    let mut name = plan.to_string();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

/// `21 Nov 2026, 04:51 UTC`: nobody's own time zone is known.
fn when(at: Timestamp) -> String {
    at.strftime("%-d %b %Y, %H:%M UTC").to_string()
}

fn pod_link(tenant: &Tenant, pod: &Pod) -> Link {
    Link { label: "Open the pod", url: format!("{}/pods/{}", tenant.origin, pod.id) }
}

impl Letter {
    pub(crate) fn verify(code: &str) -> Self {
        Self {
            subject: "Your verification code".into(),
            lines: vec!["Enter this code to confirm your email address.".into()],
            code: Some(code.to_owned()),
            link: None,
        }
    }

    pub(crate) fn reset(code: &str) -> Self {
        Self {
            subject: "Your password reset code".into(),
            lines: vec![
                "Enter this code to choose a new password.".into(),
                "If you did not ask for this, you can ignore this email.".into(),
            ],
            code: Some(code.to_owned()),
            link: None,
        }
    }

    pub(crate) fn address_in_use(tenant: &Tenant) -> Self {
        Self {
            subject: "You already have an account".into(),
            lines: vec![
                "Someone tried to register with your email address, which already has an account."
                    .into(),
                "If it was you, sign in instead. If you have forgotten your password, you can \
                 reset it."
                    .into(),
            ],
            code: None,
            link: Some(Link { label: "Sign in", url: format!("{}/login", tenant.origin) }),
        }
    }

    pub(crate) fn activate(tenant: &Tenant, pod: &Pod, token: &str) -> Self {
        // Behind the `#`, so that the token is in no server's log.
        let url = format!("{}/activate#pod_id={}&token={token}", tenant.origin, pod.id);
        let until = pod.deadline_at.map(when).unwrap_or_default();
        Self {
            subject: format!("{} is ready to activate", pod.name),
            lines: vec![
                format!("Your pod {} is ready. You pay nothing until you activate it.", pod.name),
                format!(
                    "The link works once and expires at {until}. After that we release the machine."
                ),
            ],
            code: None,
            link: Some(Link { label: "Activate the pod", url }),
        }
    }

    pub(crate) fn running(tenant: &Tenant, pod: &Pod) -> Self {
        Self {
            subject: format!("{} is running", pod.name),
            lines: vec![format!(
                "Your pod {} is running and is now charged by the second. You will find its \
                 connection details on its page.",
                pod.name
            )],
            code: None,
            link: Some(pod_link(tenant, pod)),
        }
    }

    pub(crate) fn stopped(tenant: &Tenant, pod: &Pod, reason: Option<&Reason>) -> Self {
        let why = reason.map(|reason| reason.message.clone());
        Self {
            subject: format!("{} is stopped", pod.name),
            lines: why
                .into_iter()
                .chain([
                    "You now pay only for its disk, and you can start it again at any time.".into()
                ])
                .collect(),
            code: None,
            link: Some(pod_link(tenant, pod)),
        }
    }

    pub(crate) fn ended(tenant: &Tenant, pod: &Pod, reason: Option<&Reason>) -> Self {
        let why = reason.map(|reason| reason.message.clone());
        Self {
            subject: format!("{} has ended", pod.name),
            lines: why
                .into_iter()
                .chain([
                    "Its machine and disk are gone, and you are no longer charged for it. The \
                     unused part of its hold is back in your wallet."
                        .into(),
                ])
                .collect(),
            code: None,
            link: Some(pod_link(tenant, pod)),
        }
    }

    pub(crate) fn funds_low(tenant: &Tenant, pod: &Pod, until: Timestamp) -> Self {
        let then = if pod.is_stoppable() { "stopped" } else { "ended" };
        Self {
            subject: format!("{} is running low on funds", pod.name),
            lines: vec![
                format!(
                    "Your wallet covers {} until {}. The pod will then be {then}.",
                    pod.name,
                    when(until)
                ),
                "Add money to keep it running.".into(),
            ],
            code: None,
            link: Some(pod_link(tenant, pod)),
        }
    }

    pub(crate) fn invoice(
        tenant: &Tenant,
        period: Period,
        total: UsdMicros,
        due: UsdMicros,
    ) -> Self {
        let owed = if due > UsdMicros::ZERO {
            format!("${} of it is still due.", due.dollars_rounded_up())
        } else {
            "It was paid from your wallet. Nothing is due.".to_owned()
        };
        let month = period.first_day().strftime("%B %Y");
        Self {
            subject: format!("Your invoice for {month}"),
            lines: vec![
                format!("Your pods cost ${} in {month}.", total.dollars_rounded_up()),
                owed,
            ],
            code: None,
            link: Some(Link {
                label: "Open the invoice",
                url: format!("{}/billing/invoices/{period}", tenant.origin),
            }),
        }
    }

    pub(crate) fn failed(tenant: &Tenant, pod: &Pod, reason: &str) -> Self {
        Self {
            subject: format!("{} could not be deployed", pod.name),
            lines: vec![reason.to_owned(), "The money held for it is back in your wallet.".into()],
            code: None,
            link: Some(pod_link(tenant, pod)),
        }
    }

    pub(crate) fn payment_failed(tenant: &Tenant, plan: PlanId, kept: bool) -> Self {
        let what_now = if kept {
            "We will try the card again. Nothing changes until then."
        } else {
            "Until it is paid, you are on the Free plan. Running pods keep running from your \
             wallet."
        };
        Self {
            subject: "Your payment failed".into(),
            lines: vec![
                format!("The payment for your {} plan failed.", named(plan)),
                what_now.into(),
                "Please check your card or add another one.".into(),
            ],
            code: None,
            link: Some(billing_link(tenant)),
        }
    }

    pub(crate) fn subscription_changed(tenant: &Tenant, subscription: &Subscribed) -> Self {
        let (name, until) = (named(subscription.plan), when(subscription.current_period_end));
        let line = match subscription.status {
            SubscriptionStatus::Canceled | SubscriptionStatus::Unpaid => {
                format!("Your {name} subscription has ended. You are now on the Free plan.")
            }
            _ if subscription.cancel_at_period_end => {
                format!("Your {name} subscription ends on {until}. You keep the plan until then.")
            }
            _ => format!("You are on the {name} plan, paid until {until}."),
        };
        Self {
            subject: "Your plan".into(),
            lines: vec![line],
            code: None,
            link: Some(billing_link(tenant)),
        }
    }

    pub(crate) fn topped_up(tenant: &Tenant, amount: UsdMicros) -> Self {
        let dollars = amount.dollars_rounded_down();
        Self {
            subject: format!("${dollars} was added to your wallet"),
            lines: vec![format!("We received your payment of ${dollars}. Thank you.")],
            code: None,
            link: Some(billing_link(tenant)),
        }
    }

    pub(crate) fn price_fell(
        tenant: &Tenant,
        (machine, name): (&MachineId, &str),
        (rate, rate_max): (UsdMicrosPerHour, UsdMicrosPerHour),
    ) -> Self {
        // An hour of it, in dollars and whole cents, as it is asked for.
        let dollars = |rate: UsdMicrosPerHour| UsdMicros(rate.0).dollars_rounded_up();
        Self {
            subject: format!("{name} now costs ${} an hour", dollars(rate)),
            lines: vec![
                format!("You asked us to tell you when it costs ${} or less.", dollars(rate_max)),
                "Prices and stock can change at any time. This alert is now over; you can set \
                 another one at any time."
                    .into(),
            ],
            code: None,
            link: Some(Link {
                label: "See the offers",
                url: format!("{}/offers?machine={}", tenant.origin, machine.0),
            }),
        }
    }

    /// Both forms of the mail.
    ///
    /// # Errors
    ///
    /// `internal`, which a fixed template gives no reason for.
    pub(crate) fn render(&self, tenant: &Tenant, name: &str) -> Result<Mail, Error> {
        let broken = |error: askama::Error| Error::broken("a mail cannot be laid out", error);
        let sandbox = tenant.mode == Mode::Sandbox;
        let (code, link) = (self.code.as_deref(), self.link.as_ref());
        let (tenant, lines) = (tenant.name.as_str(), self.lines.as_slice());
        let subject = self.subject.as_str();
        Ok(Mail {
            subject: self.subject.clone(),
            text: Text { tenant, sandbox, name, lines, code, link }.render().map_err(broken)?,
            html: Page { subject, tenant, sandbox, name, lines, code, link }
                .render()
                .map_err(broken)?,
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn tenant() -> Tenant {
        Tenant {
            id: domain::id::TenantId::new(Timestamp::UNIX_EPOCH, [0; 10]),
            name: "Demo".into(),
            mode: Mode::Sandbox,
            origin: "http://localhost:8080".into(),
            branding: None,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_name_cannot_bring_markup_into_a_mail() {
        let mail = Letter::verify("123456").render(&tenant(), "<b>Eve</b>").expect("a mail");
        assert!(!mail.html.contains("<b>Eve") && mail.html.contains("123456"));
        assert!(mail.text.contains("123456") && mail.text.contains("(sandbox)"));
    }
}
