//! One mail.

use serde::{Deserialize, Serialize};

/// A mail that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The first part of its message id: ASCII letters, digits and hyphens.
    pub id: String,
    /// The sender, as `name <address>` or as an address.
    pub from: String,
    /// Every recipient, in the form of the sender.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The plain part.
    pub text: Option<String>,
    /// The HTML part.
    pub html: Option<String>,
    /// When it was sent: RFC 3339 with six digits of a second, so that texts sort as times do.
    pub sent_at: String,
}

impl Mail {
    /// Whether this address is among the recipients.
    #[must_use]
    pub fn went_to(&self, address: &str) -> bool {
        self.to.iter().any(|recipient| address_of(recipient).eq_ignore_ascii_case(address))
    }

    /// When it was sent, to the second, as a page shows it.
    pub(super) fn shown_time(&self) -> String {
        let to_the_second = self.sent_at.split('.').next().unwrap_or_default();
        format!("{} UTC", to_the_second.replace('T', " "))
    }
}

/// The address in `name <address>`.
fn address_of(recipient: &str) -> &str {
    match recipient.rsplit_once('<') {
        Some((_, address)) => address.trim_end().trim_end_matches('>'),
        None => recipient.trim(),
    }
}
