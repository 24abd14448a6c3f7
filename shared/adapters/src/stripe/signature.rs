//! The proof that an event comes from Stripe.

use domain::Error;
use jiff::Timestamp;
use stripe_webhook::{Webhook, WebhookError};

use super::PaymentAccount;

impl PaymentAccount {
    /// Makes sure that `payload` was signed with this account's webhook secret not long ago;
    /// `signature` is the header `Stripe-Signature`.
    ///
    /// # Errors
    ///
    /// 400 `signature_invalid`.
    pub fn verify(&self, payload: &str, signature: &str, now: Timestamp) -> Result<(), Error> {
        let secret = &self.secret.webhook_secret;
        let seconds = now.as_second();
        match Webhook::construct_event_with_timestamp(payload, signature, secret, seconds) {
            // The signature and its age are checked before the event is read, and we read it
            // ourselves, whatever version of the API wrote it.
            Ok(_) | Err(WebhookError::BadParse(_)) => Ok(()),
            Err(error) => {
                let mut refused =
                    Error::invalid("signature_invalid", "The signature is missing, wrong or old.");
                refused.source = Some(error.into());
                Err(refused)
            }
        }
    }
}
