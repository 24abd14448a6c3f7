//! The local Stripe: what tests tell it to do, and what it was asked.

use domain::Mode;
use domain::id::TenantId;
use fakes::faults::Fault;
use hmac::{Hmac, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{Answer, DEMO, Outcome, Stack, User, Visitor, until};

/// The account of one tenant and mode at the local Stripe.
#[derive(Clone, Debug)]
pub struct LocalStripe {
    /// Where it is.
    pub url: String,
    /// `ten_…/sandbox`.
    pub account: String,
    client: reqwest::Client,
}

impl Stack {
    /// The account of the seeded tenant.
    pub async fn stripe(&self) -> Outcome<LocalStripe> {
        let tenant_id = self.tenant_id(DEMO).await?;
        self.stripe_of(&tenant_id, Mode::Sandbox)
    }

    /// The account of a tenant in `mode`.
    pub fn stripe_of(&self, tenant_id: &TenantId, mode: Mode) -> Outcome<LocalStripe> {
        Ok(LocalStripe {
            url: crate::stack::variable("GPUBROKER_STRIPE")?,
            account: format!("{tenant_id}/{mode}"),
            client: self.client.clone(),
        })
    }
}

impl LocalStripe {
    /// Does an act of control.
    pub async fn control(&self, act: &str, more: Value) -> Outcome<Value> {
        let mut body = json!({"account": self.account});
        if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
            body.extend(more);
        }
        let url = format!("{}/control/{act}", self.url);
        let request = self.client.post(url).header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        if !status.is_success() {
            return Err(format!("control {act} {body} → {status} {text}").into());
        }
        Ok(serde_json::from_str(&text)?)
    }

    /// The last part of the account's keys.
    fn body(&self) -> &str {
        let tenant = self.account.split('/').next().unwrap_or_default();
        tenant.trim_start_matches("ten_")
    }

    fn kind(&self) -> &'static str {
        if self.account.ends_with("/live") { "live" } else { "test" }
    }

    /// The key that a page may know; the product is not told it.
    #[must_use]
    pub fn publishable_key(&self) -> String {
        format!("pk_{}_local{}", self.kind(), self.body())
    }

    /// Makes a call of the account's owner: `prices/price_1` with `active=false`.
    pub async fn call(&self, path: &str, form: &str) -> Outcome<Value> {
        let key = format!("sk_{}_local{}", self.kind(), self.body());
        let url = format!("{}/v1/{path}", self.url);
        let request = self.client.post(url).bearer_auth(key);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(form.to_owned()).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    /// Signs a webhook's body as sent at `seconds`: one `v1`.
    #[must_use]
    pub fn signature(&self, seconds: i64, body: &str) -> String {
        let mut key = [0_u8; 64];
        let secret = format!("whsec_{}_local{}", self.kind(), self.body());
        for (slot, byte) in key.iter_mut().zip(secret.bytes()) {
            *slot = byte;
        }
        let mut mac = Hmac::<Sha256>::new(&key.into());
        mac.update(format!("{seconds}.{body}").as_bytes());
        let hex = |byte: u8| format!("{byte:02x}");
        mac.finalize().into_bytes().into_iter().map(hex).collect()
    }

    /// The customer that a user is there.
    pub async fn customer(&self, user: &User) -> Outcome<String> {
        let me = user.me().await?;
        let of = json!({"object": "customer", "user_id": me["user_id"]});
        let found = self.control("objects", of).await?;
        let id = found[0]["id"].as_str().map(str::to_owned);
        id.ok_or_else(|| "this user is no customer".into())
    }

    /// The objects of a kind that a customer has, the newest first.
    pub async fn objects(&self, kind: &str, customer: &str) -> Outcome<Vec<Value>> {
        let of = json!({"object": kind, "customer": customer});
        let found = self.control("objects", of).await?;
        Ok(found.as_array().cloned().unwrap_or_default())
    }

    /// The requests that were about a customer, the oldest first.
    pub async fn requests(&self, customer: &str) -> Outcome<Vec<Value>> {
        let found = self.control("requests", json!({"customer": customer})).await?;
        Ok(found.as_array().cloned().unwrap_or_default())
    }

    /// Lets calls of this account go wrong, or the delivery of its events, which is the act
    /// `webhook`; returns the fault's number.
    pub async fn fault(&self, fault: Fault) -> Outcome<u64> {
        let body = serde_json::to_value(fault.at(&self.account))?;
        let request = self.client.post(format!("{}/control/faults", self.url)).json(&body);
        let told: Value = request.send().await?.error_for_status()?.json().await?;
        told["id"].as_u64().ok_or_else(|| format!("no number in {told}").into())
    }

    /// Holds a customer's events back until they are released.
    pub async fn hold(&self, customer: &str) -> Outcome<()> {
        self.control("hold", json!({"customer": customer})).await.map(drop)
    }
}

impl Visitor {
    /// Stores a test card.
    pub async fn try_card(&self, token: &str) -> Outcome<Answer> {
        self.post("/billing/payment-methods", &json!({"payment_method_id": token})).await
    }

    /// Tries to subscribe under an idempotency key.
    pub async fn try_subscribe(&self, key: &str, body: &Value) -> Outcome<Answer> {
        let headers = [("idempotency-key", key)];
        let body = Some(body.to_string());
        self.send(Method::POST, "/billing/subscribe", &headers, body).await
    }

    /// Tries to pay money in under an idempotency key.
    pub async fn try_top_up(&self, key: &str, body: &Value) -> Outcome<Answer> {
        let headers = [("idempotency-key", key)];
        let body = Some(body.to_string());
        self.send(Method::POST, "/billing/top-ups", &headers, body).await
    }
}

impl User {
    /// Waits until the product says they have this plan.
    pub async fn has_plan(&self, plan: &str) -> Outcome<()> {
        until(&format!("the plan {plan}"), async || {
            Ok((self.me().await?["plan"]["id"] == plan).then_some(()))
        })
        .await
    }

    /// Waits until this much was paid into their wallet.
    pub async fn has_cash(&self, usd_micros: i64) -> Outcome<()> {
        until(&format!("{usd_micros} of cash"), async || {
            Ok((self.wallet().await?["cash_usd_micros"] == usd_micros).then_some(()))
        })
        .await
    }
}
