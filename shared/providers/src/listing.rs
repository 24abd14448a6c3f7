//! What the lists of all clouds have in common, those of offers and those of machines.

use domain::market::offer::OfferId;
use domain::pod::Address;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

const OFFER_ID_DIGITS: usize = 20;
pub(crate) const MIB_PER_GIB: u32 = 1_024;

/// The identifier of the offer that these parts tell apart from all others: the cloud first.
pub(crate) fn offer_id(parts: &[&str]) -> OfferId {
    let digits = format!("{:x}", Sha256::digest(parts.join("|")));
    OfferId(format!("off_{}", digits.get(..OFFER_ID_DIGITS).unwrap_or_default()))
}

/// Those of a list of machines that are `wanted`. Twins come in the same order, however they are
/// listed.
pub(crate) fn sorted<T>(
    mut machines: Vec<T>,
    wanted: impl Fn(&T) -> bool,
    id: impl Fn(&T) -> &str,
) -> Vec<T> {
    machines.retain(wanted);
    machines.sort_unstable_by(|one, other| id(one).cmp(id(other)));
    machines
}

/// Where a VM is reached, which publishes its ports under their own numbers.
pub(crate) fn address_of_vm(host: String, ssh_port: u16, ssh_user: &str) -> Address {
    let ssh_user = ssh_user.to_owned();
    Address { host, ssh_port, ssh_user, simulated: false, ports: Vec::new() }
}

/// The day of an offer's price, `YYYY-MM-DD`.
pub(crate) fn day(now: Timestamp) -> String {
    now.to_string().chars().take("YYYY-MM-DD".len()).collect()
}
