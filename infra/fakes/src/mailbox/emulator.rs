//! The mails as the local AWS (ministack 1.5.33) lists them at `/_ministack/ses/messages`:
//! `{"messages": {"<account>": [{"MessageId": …}, …]}}`, oldest first.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::mail::Mail;
use crate::BoxError;

/// Where the local AWS lists its mails.
pub(super) const PATH: &str = "/_ministack/ses/messages";

#[derive(Deserialize)]
struct Told {
    messages: BTreeMap<String, Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    #[serde(rename = "MessageId")]
    id: String,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    to: Vec<String>,
    #[serde(default, rename = "CC")]
    cc: Vec<String>,
    #[serde(default, rename = "BCC")]
    bcc: Vec<String>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    body_text: Option<String>,
    #[serde(default)]
    body_html: Option<String>,
    timestamp: f64,
}

/// The mails in an answer of the local AWS; those of another shape are left out.
pub(super) fn mails(answer: &[u8]) -> Result<Vec<Mail>, BoxError> {
    let told: Told = serde_json::from_slice(answer)?;
    Ok(told.messages.into_values().flatten().filter_map(mail).collect())
}

fn mail(value: Value) -> Option<Mail> {
    let message: Message = serde_json::from_value(value).ok()?;
    let since_1970 = SignedDuration::try_from_secs_f64(message.timestamp).ok()?;
    let sent_at = Timestamp::from_duration(since_1970).ok()?;
    let local_part = message.id.split('@').next().unwrap_or_default();
    let id: String = local_part
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
        .collect();
    let recipients = [message.to, message.cc, message.bcc];
    Some(Mail {
        id: Some(id).filter(|id| !id.is_empty())?,
        from: message.source.unwrap_or_default(),
        to: recipients.into_iter().flatten().collect(),
        subject: message.subject.unwrap_or_default(),
        text: message.body_text.filter(|text| !text.is_empty()),
        html: message.body_html.filter(|html| !html.is_empty()),
        sent_at: format!("{sent_at:.6}"),
    })
}
