//! Money that comes in.

use adapters::tables::ledger::{Ledger, WalletOf};
use domain::Mode;
use domain::money::UsdMicros;
use domain::money::ledger::Entry;

use crate::{Outcome, User, fresh_key};

impl User {
    /// Their wallet in `mode`.
    pub async fn wallet_of(&self, mode: Mode) -> Outcome<WalletOf> {
        let me = self.me().await?;
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let (tenant_id, user_id) = (text(&me["tenant"]["id"]), text(&me["user_id"]));
        Ok(WalletOf { tenant_id: tenant_id.parse()?, user_id: user_id.parse()?, mode })
    }

    /// Pays `usd` dollars into their wallet of `mode`, as a card would.
    pub async fn pay_in(&self, mode: Mode, usd: i64) -> Outcome<()> {
        let micros = usd.checked_mul(1_000_000).ok_or("too much")?;
        self.deposit(mode, &fresh_key()?, micros).await
    }

    /// Posts what was paid into their SANDBOX wallet, under the key of the payment.
    pub async fn credit(&self, key: &str, usd_micros: i64) -> Outcome<()> {
        self.deposit(Mode::Sandbox, key, usd_micros).await
    }

    async fn deposit(&self, mode: Mode, key: &str, usd_micros: i64) -> Outcome<()> {
        let ledger =
            Ledger::new(&self.stack.aws().await, self.stack.output("LedgerTable")?.to_owned());
        let entry = Entry::Deposit { amount_usd_micros: UsdMicros(usd_micros) };
        let wallet = self.wallet_of(mode).await?;
        Ok(ledger.post(&wallet, key, &entry, runtime::clock::now()).await?)
    }
}
