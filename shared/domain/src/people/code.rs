//! Everything secret that we hand out is derived from one pepper and the facts it belongs to.
//!
//! A mailed code, an activation token or a pod's Jupyter token is HMAC-SHA256 of its purpose and
//! its owner's identifiers under the pepper. Nothing secret is stored or queued, the same step run
//! twice makes the same secret, and a copy of our tables reveals none.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The deployment's secret key, from Secrets Manager; never shown, logged or stored elsewhere.
#[derive(Clone)]
pub struct Pepper(Vec<u8>);

impl std::fmt::Debug for Pepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pepper(…)")
    }
}

/// What a secret is for; a secret of one purpose is worthless for another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// Proves a mail address.
    VerifyAddress,
    /// Allows a new password.
    ResetPassword,
    /// Activates a pod.
    ActivatePod,
    /// Opens a pod's Jupyter.
    Jupyter,
}

impl Purpose {
    fn label(self) -> &'static str {
        match self {
            Self::VerifyAddress => "verify-address",
            Self::ResetPassword => "reset-password",
            Self::ActivatePod => "activate-pod",
            Self::Jupyter => "jupyter",
        }
    }
}

/// Digits of a mailed code.
pub const CODE_DIGITS: usize = 6;
const TOKEN_BYTES: usize = 20;

impl Pepper {
    /// A pepper from the secret's text.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        Self(secret.as_bytes().to_vec())
    }

    fn mac(&self, purpose: Purpose, facts: &[&str]) -> Vec<u8> {
        let mut key = [0_u8; 64];
        for (slot, byte) in key.iter_mut().zip(&self.0) {
            *slot = *byte;
        }
        let mut mac = Hmac::<Sha256>::new(&key.into());
        mac.update(purpose.label().as_bytes());
        for fact in facts {
            // A separator that no identifier contains keeps ("ab", "c") apart from ("a", "bc").
            mac.update(&[0]);
            mac.update(fact.as_bytes());
        }
        mac.finalize().into_bytes().to_vec()
    }

    /// A code of six digits for `facts`.
    #[must_use]
    pub fn code(&self, purpose: Purpose, facts: &[&str]) -> String {
        let number = self
            .mac(purpose, facts)
            .iter()
            .take(8)
            .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        format!("{:0CODE_DIGITS$}", number % 1_000_000)
    }

    /// A token of 32 characters `a-z2-7` for `facts`.
    #[must_use]
    pub fn token(&self, purpose: Purpose, facts: &[&str]) -> String {
        let mac = self.mac(purpose, facts);
        data_encoding::BASE32_NOPAD.encode(mac.get(..TOKEN_BYTES).unwrap_or(&mac)).to_lowercase()
    }
}

/// Whether two secrets are equal, taking the same time wherever they differ.
#[must_use]
pub fn same_secret(left: &str, right: &str) -> bool {
    left.len() == right.len()
        && left.bytes().zip(right.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_depends_on_pepper_purpose_and_facts() {
        let pepper = Pepper::new("one");
        let token = pepper.token(Purpose::ActivatePod, &["pod_1"]);
        assert_eq!(token.len(), 32);
        assert_eq!(token, pepper.token(Purpose::ActivatePod, &["pod_1"]));
        assert_ne!(token, pepper.token(Purpose::Jupyter, &["pod_1"]));
        assert_ne!(token, pepper.token(Purpose::ActivatePod, &["pod_2"]));
        assert_ne!(token, Pepper::new("two").token(Purpose::ActivatePod, &["pod_1"]));
        assert_ne!(
            pepper.code(Purpose::VerifyAddress, &["ab", "c"]),
            pepper.code(Purpose::VerifyAddress, &["a", "bc"]),
        );
    }

    #[test]
    fn a_code_is_six_digits_and_a_pepper_does_not_show_itself() {
        let pepper = Pepper::new("a secret");
        let code = pepper.code(Purpose::VerifyAddress, &["usr_1", "n"]);
        assert_eq!(code.len(), CODE_DIGITS);
        assert!(code.bytes().all(|byte| byte.is_ascii_digit()));
        assert_eq!(format!("{pepper:?}"), "Pepper(…)");
    }

    #[test]
    fn a_code_is_made_of_64_bits_of_the_hash() {
        let code = Pepper::new("a pepper").code(Purpose::VerifyAddress, &["usr_1", "n"]);
        assert_eq!(code, "469179", "as another implementation of HMAC-SHA256 has it");
    }

    #[test]
    fn secrets_compare_whole() {
        assert!(same_secret("abc", "abc"));
        assert!(!same_secret("abc", "abd"));
        assert!(!same_secret("aa", "bb"), "two differences");
        assert!(!same_secret("abc", "ab"));
    }
}
