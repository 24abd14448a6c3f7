//! What a refused launch means, where a cloud has no code for it but only words.

use crate::http::Failure;
use crate::provider::LaunchError;

/// An unpaid bill comes first, whatever else the text says: `insufficient balance`.
const UNPAID: [&str; 5] = ["balance", "credit", "payment", "billing", "funds"];
const LIMITED: [&str; 3] = ["limit", "quota", "maximum"];
const SOLD_OUT: [&str; 7] = [
    "not available",
    "unavailable",
    "no capacity",
    "no available",
    "insufficient",
    "not enough",
    "out of stock",
];

/// What a failed launch means for its pod. Only 400, 409, 412 and 422 can mean missing capacity; a
/// wrong key (401, 403), an unpaid account (402) and an unknown object (404) are faults of ours.
pub(crate) fn launch_error(failure: Failure) -> LaunchError {
    if let Failure::Refused { status: 400 | 409 | 412 | 422, message, .. } = &failure {
        let message = message.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
        match (has(&UNPAID), has(&LIMITED), has(&SOLD_OUT)) {
            (true, _, _) | (_, false, false) => {}
            (_, true, _) => return LaunchError::QuotaReached,
            (_, _, true) => return LaunchError::NoCapacity,
        }
    }
    LaunchError::Failed(failure.into())
}

#[cfg(test)]
mod tests {
    use domain::Error;

    use super::*;

    fn meant(status: u16, message: &str) -> &'static str {
        let refused = Failure::Refused { status, code: String::new(), message: message.to_owned() };
        match launch_error(refused) {
            LaunchError::NoCapacity => "no capacity",
            LaunchError::QuotaReached => "quota",
            LaunchError::Failed(error) => error.code,
        }
    }

    #[test]
    fn words_tell_missing_capacity_from_a_limit_and_from_a_debt() {
        for (status, message, meaning) in [
            (400, "This plan is not available in the selected region.", "no capacity"),
            (400, "Not enough resources", "no capacity"),
            (409, "Out of stock", "no capacity"),
            (400, "You have reached the maximum number of machines.", "quota"),
            (422, "Instance limit exceeded: none available", "quota"),
            (400, "Insufficient balance", "internal"),
            (402, "Not enough funds", "internal"),
            (401, "The key is not available", "internal"),
            (404, "Plan unavailable", "internal"),
            (400, "Invalid region", "internal"),
        ] {
            assert_eq!(meant(status, message), meaning, "{message}");
        }
    }

    #[test]
    fn what_may_have_had_an_effect_is_no_verdict() {
        let unknown = Failure::Unknown(Error::unavailable("a cloud", "status 503: out of stock"));
        let told = launch_error(unknown);
        assert!(matches!(told, LaunchError::Failed(it) if it.code == "unavailable"));
    }
}
