//! Names of machines: `gpb-<stack>-<fingerprint>-<pod>-<attempt>`, of `[a-z0-9-]`, at most 63
//! characters.
//!
//! Two deployments that share an account at a GPU cloud, and even their stack's name, must not end
//! each other's machines, so the name says which AWS account and region it was launched from.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

use crate::id::PodId;

/// Longest machine name every provider takes.
const MACHINE_NAME_LEN_MAX: usize = 63;
/// Letters of the fingerprint, 30 bits of a hash.
const FINGERPRINT_LEN: usize = 6;
/// Letters of a pod's identifier without its prefix.
const POD_LEN: usize = 26;
/// The dash and the number of an attempt.
const ATTEMPT_LEN: usize = 3;
/// Longest name of a stack for which every machine's name fits.
const STACK_LEN_MAX: usize = MACHINE_NAME_LEN_MAX
    - "gpb-".len()
    - "-".len()
    - FINGERPRINT_LEN
    - "-".len()
    - POD_LEN
    - ATTEMPT_LEN;

/// What the names of a deployment's machines begin with. It is read from
/// `<account>/<region>/<stack>`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MachinePrefix(String);

/// Why machines cannot be named after a deployment.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PrefixError {
    /// It is not `<account>/<region>/<stack>`.
    #[error("it must be <account>/<region>/<stack>")]
    Shape,
    /// The stack's name does not fit.
    #[error(
        "the stack's name must be at most {STACK_LEN_MAX} of a-z, 0-9 and -, since the names of \
         machines begin with it"
    )]
    Stack,
}

impl FromStr for MachinePrefix {
    type Err = PrefixError;

    fn from_str(deployment: &str) -> Result<Self, PrefixError> {
        let mut parts = deployment.split('/');
        let (Some(account), Some(region), Some(stack), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(PrefixError::Shape);
        };
        if account.is_empty() || region.is_empty() {
            return Err(PrefixError::Shape);
        }
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if stack.is_empty() || stack.len() > STACK_LEN_MAX || !stack.bytes().all(fits) {
            return Err(PrefixError::Stack);
        }
        let digest = BASE32_NOPAD.encode(&Sha256::digest(deployment)).to_ascii_lowercase();
        let fingerprint = digest.get(..FINGERPRINT_LEN).unwrap_or_default();
        Ok(Self(format!("gpb-{stack}-{fingerprint}")))
    }
}

impl fmt::Display for MachinePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl MachinePrefix {
    /// The name of a pod's machine of its attempt `number`.
    #[must_use]
    pub fn machine_name(&self, pod: &PodId, number: u32) -> String {
        format!("{self}-{}-{number}", pod.body())
    }

    /// Whether a machine of this name was launched by this deployment.
    #[must_use]
    pub fn is_of(&self, machine_name: &str) -> bool {
        let rest = machine_name.strip_prefix(self.0.as_str());
        let parts = rest.and_then(|rest| rest.strip_prefix('-')).and_then(|it| it.split_once('-'));
        parts.is_some_and(|(pod, attempt)| !pod.is_empty() && attempt.parse::<u32>().is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn prefix(deployment: &str) -> Result<MachinePrefix, PrefixError> {
        deployment.parse()
    }

    #[test]
    fn every_attempt_of_the_longest_stack_has_a_name_that_fits() {
        let longest = format!("1/eu-west-1/{}", "s".repeat(STACK_LEN_MAX));
        let longest = prefix(&longest).expect("it fits");
        let name = longest.machine_name(&sample::pod(1).id, 99);
        assert_eq!(name.len(), MACHINE_NAME_LEN_MAX, "{name}");
        assert!(longest.is_of(&name));
    }

    #[test]
    fn a_stack_that_cannot_be_part_of_a_name_is_refused() {
        let too_long = format!("1/eu-west-1/{}", "s".repeat(STACK_LEN_MAX + 1));
        for stack in [too_long.as_str(), "1/eu-west-1/Upper", "1/eu-west-1/a_b", "1/eu-west-1/"] {
            assert_eq!(prefix(stack), Err(PrefixError::Stack), "{stack}");
        }
        for shape in ["", "gpubroker", "1/gpubroker", "/eu-west-1/a", "1//a", "1/eu-west-1/a/b"] {
            assert_eq!(prefix(shape), Err(PrefixError::Shape), "{shape}");
        }
    }

    #[test]
    fn deployments_that_differ_in_account_region_or_stack_know_only_their_own_machines() {
        let here = prefix("1/eu-west-1/gpubroker").expect("a deployment");
        let name = here.machine_name(&sample::pod(1).id, 1);
        assert!(here.is_of(&name));
        for other in ["2/eu-west-1/gpubroker", "1/us-east-1/gpubroker", "1/eu-west-1/gpubroker-eu"]
        {
            let other = prefix(other).expect("a deployment");
            assert!(!other.is_of(&name), "{other}");
        }
        for foreign in ["mine", "gpb-gpubroker-1", &format!("{here}-stray"), &format!("{here}-a-b")]
        {
            assert!(!here.is_of(foreign), "{foreign}");
        }
    }
}
