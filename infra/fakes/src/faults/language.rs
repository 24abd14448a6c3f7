//! The words of a fault.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One thing that goes wrong with the calls it strikes; a selector that is absent strikes all.
///
/// As JSON: `{"act": "launch", "named": "pod1", "when": "after", "what": {"kind": "silent"},
/// "times": 1}`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Number, given by the fake that keeps it.
    #[serde(default)]
    pub id: u64,
    /// The account: a cloud's name, or `<tenant>/<mode>` at Stripe.
    #[serde(default)]
    pub account: Option<String>,
    /// What is asked for: an act of a cloud such as `launch`, or Stripe's noun, `payment_intents`
    /// (`payment_intents.read` for a GET), or `webhook`, the delivery of an event.
    #[serde(default)]
    pub act: Option<String>,
    /// The type of the machine it is about.
    #[serde(default)]
    pub instance_type: Option<String>,
    /// A part of the name of the machine or key, or of the customer's identifier.
    #[serde(default)]
    pub named: Option<String>,
    /// When it strikes.
    #[serde(default)]
    pub when: When,
    /// What happens.
    pub what: What,
    /// How many calls are still to be struck; `None` for all.
    #[serde(default)]
    pub times: Option<u32>,
}

/// Whether the effect takes place: a fault before it replaces it, one after it only spoils the
/// answer. It says nothing for [`What::Twice`] and [`What::Lie`], which change the effect or the
/// answer itself.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Before the effect.
    #[default]
    Before,
    /// After the effect.
    After,
}

/// What happens to a call.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// It takes longer: before the effect, the effect is late too.
    Slow {
        /// How much longer, in milliseconds.
        millis: u64,
    },
    /// No answer comes before the caller gives up.
    Silent,
    /// The answer breaks off.
    Malformed,
    /// The answer is a refusal.
    Refuse {
        /// Why.
        refusal: Refusal,
    },
    /// The effect takes place more than once, as if the call had been repeated on its way.
    Twice {
        /// How many times more than once; at least 1.
        more: u32,
    },
    /// The answer is untrue.
    Lie {
        /// What about.
        lie: Lie,
    },
}

/// Why a call is refused.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Refusal {
    /// A cloud has none left.
    NoCapacity,
    /// The account may not have more.
    Quota,
    /// Too many requests.
    RateLimited,
    /// The payment is declined: a customer's by their bank, or ours by a cloud.
    Declined,
    /// The server fails.
    Status {
        /// The HTTP status, 500 to 599.
        status: u16,
    },
}

/// What is untrue.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Lie {
    /// A cloud launches a machine that boots for ever.
    Booting,
    /// A launched machine costs more than its offer said.
    Price {
        /// How much more, in micro-dollars per hour.
        more_usd_micros_per_hour: u32,
    },
    /// A field of the answer.
    Field {
        /// The place of the field, as a JSON pointer (RFC 6901).
        pointer: String,
        /// What stands there instead of the truth.
        value: Value,
    },
}

/// A call as faults see it.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Subject {
    /// As [`Fault::account`] names it.
    pub account: String,
    /// As [`Fault::act`] names it.
    pub act: String,
    /// Names of the machines or keys, or identifiers of the customers, that it is about.
    pub names: Vec<String>,
    /// Types of the machines it is about.
    pub instance_types: Vec<String>,
}

impl Fault {
    /// `what` happens to every call, before its effect, for ever.
    #[must_use]
    pub fn new(what: What) -> Self {
        Self {
            id: 0,
            account: None,
            act: None,
            instance_type: None,
            named: None,
            when: When::Before,
            what,
            times: None,
        }
    }

    /// Every call takes `millis` longer.
    #[must_use]
    pub fn slow(millis: u64) -> Self {
        Self::new(What::Slow { millis })
    }

    /// No answer comes.
    #[must_use]
    pub fn silent() -> Self {
        Self::new(What::Silent)
    }

    /// The answer breaks off.
    #[must_use]
    pub fn malformed() -> Self {
        Self::new(What::Malformed)
    }

    /// Every call is refused.
    #[must_use]
    pub fn refuse(refusal: Refusal) -> Self {
        Self::new(What::Refuse { refusal })
    }

    /// Every call fails with this status, 500 to 599.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::refuse(Refusal::Status { status })
    }

    /// The effect takes place `more` times more than once.
    #[must_use]
    pub fn twice(more: u32) -> Self {
        Self::new(What::Twice { more })
    }

    /// The answer is untrue.
    #[must_use]
    pub fn lie(lie: Lie) -> Self {
        Self::new(What::Lie { lie })
    }

    /// After the effect instead of before it.
    #[must_use]
    pub fn after(self) -> Self {
        Self { when: When::After, ..self }
    }

    /// Only at this account.
    #[must_use]
    pub fn at(self, account: &str) -> Self {
        Self { account: Some(account.to_owned()), ..self }
    }

    /// Only this act.
    #[must_use]
    pub fn on(self, act: &str) -> Self {
        Self { act: Some(act.to_owned()), ..self }
    }

    /// Only machines of this type.
    #[must_use]
    pub fn of_type(self, instance_type: &str) -> Self {
        Self { instance_type: Some(instance_type.to_owned()), ..self }
    }

    /// Only what has this in its name, such as a pod's identifier without prefix.
    #[must_use]
    pub fn named(self, part: &str) -> Self {
        Self { named: Some(part.to_owned()), ..self }
    }

    /// Only the next `times` calls.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Whether it strikes this call.
    #[must_use]
    pub fn strikes(&self, subject: &Subject) -> bool {
        let is = |wanted: &Option<String>, told: &String| {
            wanted.as_ref().is_none_or(|wanted| wanted == told)
        };
        let has = |wanted: &Option<String>, fits: &dyn Fn(&String) -> bool| {
            wanted.as_ref().is_none_or(fits)
        };
        is(&self.account, &subject.account)
            && is(&self.act, &subject.act)
            && has(&self.instance_type, &|wanted| subject.instance_types.contains(wanted))
            && has(&self.named, &|part| subject.names.iter().any(|name| name.contains(part)))
    }
}
