//! The secret that holds the keys of every account.

use std::collections::BTreeMap;
use std::fmt;

use domain::Mode;
use domain::id::TenantId;
use serde::{Deserialize, Serialize};

/// The keys of one account; none of them is ever shown.
#[derive(Clone, Deserialize, Serialize)]
pub struct AccountSecret {
    /// What our calls are made with: `sk_…`.
    pub secret_key: String,
    /// What a page may know: `pk_…`. Without one, pages have only the payment provider's test cards
    /// to choose from.
    #[serde(default)]
    pub publishable_key: Option<String>,
    /// What webhooks are signed with: `whsec_…`.
    pub webhook_secret: String,
    /// Where the API is, with a slash at its end: `https://api.stripe.com/`.
    pub base_url: String,
}

/// The accounts by tenant and mode: `ten_…/sandbox`.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct StripeAccounts {
    accounts: BTreeMap<String, AccountSecret>,
}

impl fmt::Debug for AccountSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountSecret").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

fn name(tenant_id: &TenantId, mode: Mode) -> String {
    format!("{tenant_id}/{mode}")
}

impl StripeAccounts {
    pub(crate) fn of(&self, tenant_id: &TenantId, mode: Mode) -> Option<&AccountSecret> {
        self.accounts.get(&name(tenant_id, mode))
    }

    pub(crate) fn keep(&mut self, tenant_id: &TenantId, mode: Mode, secret: AccountSecret) {
        self.accounts.insert(name(tenant_id, mode), secret);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_of_one_tenant_and_one_mode_and_does_not_show_its_keys() {
        let tenant = TenantId::new(jiff::Timestamp::UNIX_EPOCH, [1; 10]);
        let other = TenantId::new(jiff::Timestamp::UNIX_EPOCH, [2; 10]);
        let json = format!(
            r#"{{"accounts":{{"{tenant}/sandbox":{{"secret_key":"sk_1","publishable_key":"pk_1",
            "webhook_secret":"whsec_1","base_url":"https://api.stripe.com/"}}}}}}"#
        );
        let accounts: StripeAccounts = serde_json::from_str(&json).expect("accounts");
        assert!(accounts.of(&tenant, Mode::Sandbox).is_some());
        assert!(accounts.of(&tenant, Mode::Live).is_none());
        assert!(accounts.of(&other, Mode::Sandbox).is_none());
        let shown = format!("{accounts:?}");
        assert!(!shown.contains("sk_1") && !shown.contains("whsec_1"), "{shown}");
    }
    #[test]
    fn a_publishable_key_that_is_absent_or_empty_is_none() -> Result<(), domain::Error> {
        for (key, expected) in [
            ("", None),
            (r#""publishable_key":null,"#, None),
            (r#""publishable_key":"","#, None),
            (r#""publishable_key":"pk_1","#, Some("pk_1")),
        ] {
            let json = format!(
                r#"{{{key}"secret_key":"sk_1","webhook_secret":"whsec_1",
                "base_url":"https://api.stripe.com/"}}"#
            );
            let secret: AccountSecret = serde_json::from_str(&json).expect("a secret");
            let account = super::super::PaymentAccount::open(&secret, Mode::Sandbox)?;
            assert_eq!(account.publishable_key(), expected, "{json}");
        }
        Ok(())
    }
}
