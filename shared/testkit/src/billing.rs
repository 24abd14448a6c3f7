//! What people read of their money.

use serde_json::Value;

use crate::{Outcome, Visitor};

impl Visitor {
    /// Every transaction of their wallet, the newest first, page by page of `limit`.
    pub async fn statement(&self, limit: u8) -> Outcome<Vec<Value>> {
        let mut all = Vec::new();
        let mut path = format!("/billing/statement?limit={limit}");
        loop {
            let page = self.get(&path).await?.with_status(200)?;
            all.extend(page["items"].as_array().cloned().unwrap_or_default());
            match page["next_cursor"].as_str() {
                None => return Ok(all),
                Some(cursor) => {
                    path = format!("/billing/statement?limit={limit}&cursor={cursor}");
                }
            }
        }
    }

    /// What is in their wallet, grant by grant and hold by hold.
    pub async fn wallet_details(&self) -> Outcome<Value> {
        self.get("/billing/wallet").await?.with_status(200)
    }

    /// What their pods used this month.
    pub async fn usage(&self) -> Outcome<Value> {
        self.get("/billing/usage").await?.with_status(200)
    }

    /// Their invoices, the newest first.
    pub async fn invoices(&self) -> Outcome<Vec<Value>> {
        let page = self.get("/billing/invoices").await?.with_status(200)?;
        Ok(page["items"].as_array().cloned().unwrap_or_default())
    }

    /// Their invoice of a month: `2026-11`.
    pub async fn invoice(&self, period: &str) -> Outcome<Value> {
        self.get(&format!("/billing/invoices/{period}")).await?.with_status(200)
    }
}
