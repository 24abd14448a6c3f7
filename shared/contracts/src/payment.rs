//! Messages to `on-payment-event`: which stored event of a payment provider to work on.

use domain::Mode;
use domain::id::TenantId;
use serde::{Deserialize, Serialize};

/// An event that was verified and stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PaymentEventV1 {
    /// Whose payment account it came from.
    pub tenant_id: TenantId,
    /// Of which mode that account is.
    pub mode: Mode,
    /// The provider's name of the event.
    pub event_id: String,
}

#[cfg(test)]
mod tests {
    use super::PaymentEventV1;
    use crate::golden::round_trip;

    #[test]
    fn every_payment_event_reads_back() {
        assert_eq!(round_trip::<PaymentEventV1>("on-payment-event", ""), 1);
    }
}
