//! The tenants' Stripe accounts: each mode of a tenant has its own at the local Stripe, with the
//! shipped plans as products and prices.

use adapters::Aws;
use adapters::stripe::{AccountSecret, Stripe};
use axum::body::Body;
use domain::Mode;
use domain::id::TenantId;
use domain::money::plan::{Plan, PlanId};
use fakes::client::{Client, client};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::BoxError;
use crate::stack::Stack;

const PLANS: &str = include_str!("../../../seeds/plans.json");
/// Micro-dollars in a cent.
const MICROS_OF_CENT: i64 = 10_000;

/// Opens the account of a tenant in `mode` and sells the shipped plans there, unless something is
/// sold there already.
///
/// # Errors
///
/// The local Stripe's or the local AWS's.
pub(super) async fn open_account(
    stack: &Stack,
    tenant_id: &TenantId,
    mode: Mode,
) -> Result<(), BoxError> {
    let kind = match mode {
        Mode::Sandbox => "test",
        Mode::Live => "live",
    };
    let of = tenant_id.body();
    let account = AccountSecret {
        secret_key: format!("sk_{kind}_local{of}"),
        // No page can load Stripe's own card form from here.
        publishable_key: None,
        webhook_secret: format!("whsec_{kind}_local{of}"),
        base_url: format!("{}/", stack.stripe),
    };
    let client = client();
    let webhook_url = format!("{}/api/v2/webhooks/stripe/{tenant_id}/{mode}", stack.origin);
    let opened = json!({
        "account": format!("{tenant_id}/{mode}"),
        "secret_key": account.secret_key,
        "publishable_key": format!("pk_{kind}_local{of}"),
        "webhook_url": webhook_url,
        "webhook_secret": account.webhook_secret,
    });
    let url = format!("{}/control/accounts", stack.stripe);
    let request = Request::post(url)
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from(opened.to_string()))?;
    answer(&client, request).await?;
    let shop = Shop { client, url: stack.stripe.clone(), key: account.secret_key.clone() };
    shop.open().await?;
    let aws = Aws::connect_to(&stack.endpoint, "us-east-1").await;
    let arn = stack.outputs.get("StripeAccountsSecretArn")?.to_owned();
    Ok(Stripe::new(&aws, arn).configure(tenant_id, mode, account).await?)
}

/// An account with what it sells.
struct Shop {
    client: Client,
    url: String,
    key: String,
}

impl Shop {
    /// Sells what is not sold yet. Each thing is made under a key of its own, so what an
    /// interrupted start made already is not made again.
    async fn open(&self) -> Result<(), BoxError> {
        let prices = self.ask(Method::GET, "/v1/prices?limit=100", &[], "").await?;
        let plans: Vec<Plan> = serde_json::from_str(PLANS)?;
        let paid = plans.iter().filter(|plan| plan.id != PlanId::Free).count();
        if prices["data"].as_array().is_some_and(|prices| prices.len() >= 2 * paid) {
            return Ok(());
        }
        for plan in &plans {
            self.sell(plan).await?;
        }
        Ok(())
    }

    async fn sell(&self, plan: &Plan) -> Result<(), BoxError> {
        let product = [
            ("name", plan.name.clone()),
            ("metadata[tier]", plan.id.to_string()),
            ("metadata[summary]", plan.summary.clone()),
            ("metadata[running_pods_max]", plan.running_pods_max.to_string()),
            ("metadata[brokerage_basis_points]", plan.brokerage_basis_points.0.to_string()),
            ("metadata[features]", plan.features.join("\n")),
        ];
        let product =
            self.ask(Method::POST, "/v1/products", &product, &format!("seed_{}", plan.id)).await?;
        if plan.id == PlanId::Free {
            return Ok(());
        }
        let prices = [("month", plan.monthly_usd_micros), ("year", plan.annual_usd_micros)];
        for (interval, amount) in prices {
            let price = [
                ("product", product["id"].as_str().unwrap_or_default().to_owned()),
                ("currency", "usd".to_owned()),
                ("unit_amount", (amount.0 / MICROS_OF_CENT).to_string()),
                ("recurring[interval]", interval.to_owned()),
            ];
            let key = format!("seed_{}_{interval}", plan.id);
            self.ask(Method::POST, "/v1/prices", &price, &key).await?;
        }
        Ok(())
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        form: &[(&str, String)],
        key: &str,
    ) -> Result<Value, BoxError> {
        let pairs = form.iter().map(|(name, text)| format!("{name}={}", encoded(text)));
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header(AUTHORIZATION, format!("Bearer {}", self.key))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("idempotency-key", key)
            .body(Body::from(pairs.collect::<Vec<_>>().join("&")))?;
        answer(&self.client, request).await
    }
}

async fn answer(client: &Client, request: Request<Body>) -> Result<Value, BoxError> {
    let asked = request.uri().path().to_owned();
    let response = client.request(request).await?;
    let status = response.status();
    let bytes = response.into_body().collect().await?.to_bytes();
    if !status.is_success() {
        return Err(format!("the local Stripe answered {status} to {asked}").into());
    }
    Ok(serde_json::from_slice(&bytes)?)
}

/// A text as a value of a form.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
