//! Stripe's errors in our words. Nothing of an answer but its kind, code and parameter goes into
//! a log, since an answer may hold a payment's client secret.

use domain::Error;
use domain::money::billing::card_declined;
use stripe::{ApiErrorsType, StripeError};

/// How errors name what could not be reached.
const CONTEXT: &str = "the card payments";

/// Whether the same call may succeed in a moment: nobody answered, or Stripe was too busy.
/// <https://docs.stripe.com/error-low-level>
pub(super) fn is_passing(error: &StripeError) -> bool {
    match error {
        StripeError::ClientError(_) | StripeError::Timeout => true,
        // 409 is the same idempotency key in use by a call that still runs.
        StripeError::Stripe(_, status) => matches!(status, 409 | 424 | 429 | 500..),
        StripeError::JSONDeserialize(_) | StripeError::ConfigError(_) => false,
    }
}

/// The error in our words.
pub(super) fn named(error: StripeError) -> Error {
    let (api, status) = match error {
        StripeError::Stripe(api, status) => (api, status),
        StripeError::ClientError(why) => return Error::unavailable(CONTEXT, why),
        StripeError::Timeout => return Error::unavailable(CONTEXT, "no answer in time"),
        StripeError::JSONDeserialize(why) => {
            return Error::broken("the card payments answered what we cannot read", why);
        }
        StripeError::ConfigError(why) => return Error::broken("the card payments", why),
    };
    let code = api.code.as_ref().map_or("none", |code| code.as_str());
    let told = format!(
        "status {status}, type {:?}, code {code}, decline code {}, parameter {}",
        api.type_,
        api.decline_code.as_deref().unwrap_or("none"),
        api.param.as_deref().unwrap_or("none"),
    );
    match (status, &api.type_) {
        (402, _) | (_, ApiErrorsType::CardError) => {
            let message = api.message.clone();
            card_declined(message.unwrap_or_else(|| "The card was declined.".to_owned()))
        }
        (_, ApiErrorsType::IdempotencyError) => Error::idempotency_mismatch(),
        (404, _) => Error::not_found("card or payment"),
        (409 | 424 | 429 | 500.., _) => Error::unavailable(CONTEXT, told),
        (400, _) if code == "resource_missing" => Error::not_found("card or payment"),
        _ => Error::broken("the card payments refused our request", told),
    }
}
