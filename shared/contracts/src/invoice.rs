//! Messages to `on-invoice-due`: a wallet's month that is to be closed.

use domain::Mode;
use domain::id::{TenantId, UserId};
use domain::money::invoice::Period;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The first month of a wallet that is not closed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct InvoiceDueV1 {
    /// The tenant of the wallet.
    pub tenant_id: TenantId,
    /// The owner of the wallet.
    pub user_id: UserId,
    /// With which money.
    pub mode: Mode,
    /// The month to close, the first that is not closed.
    pub period: Period,
    /// The instant of the run that found it to be over.
    pub as_of: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::InvoiceDueV1;
    use crate::golden::round_trip;

    #[test]
    fn every_month_to_close_reads_back() {
        assert_eq!(round_trip::<InvoiceDueV1>("on-invoice-due", ""), 1);
    }
}
