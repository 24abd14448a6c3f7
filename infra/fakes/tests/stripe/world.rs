//! A local Stripe with one account, and a webhook that records what it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use adapters::stripe::{AccountSecret, PaymentAccount};
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use domain::Mode;
use domain::id::{TenantId, UserId};
use fakes::BoxError;
use fakes::stripe::{Stripe, any_port};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use serde_json::{Value, json};
use testkit::Fault;

/// How long anything may take; everything is on this machine.
const WITHIN: Duration = Duration::from_secs(20);
const ASK_EVERY: Duration = Duration::from_millis(20);

/// A webhook's record of one event.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) signature: String,
    pub(crate) body: String,
}

impl Told {
    pub(crate) fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// A local Stripe, its one account, and what its webhook was told.
pub(crate) struct World {
    pub(crate) url: String,
    pub(crate) account: PaymentAccount,
    pub(crate) told: Arc<Mutex<Vec<Told>>>,
    pub(crate) state: tempfile::TempDir,
}

/// Runs something until the test ends.
#[expect(clippy::disallowed_methods, reason = "the server answers while the test asks")]
fn in_background(work: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(work);
}

/// A webhook that fails `failures` times and then takes everything.
async fn webhook(failures: usize) -> Result<(SocketAddr, Arc<Mutex<Vec<Told>>>), BoxError> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&told);
    let router = Router::new().fallback(async move |request: Request| {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes);
        let body = String::from_utf8_lossy(&body.unwrap_or_default()).into_owned();
        let signature = parts.headers.get("stripe-signature").and_then(|text| text.to_str().ok());
        let signature = signature.unwrap_or_default().to_owned();
        let count = kept.lock().map_or(0, |mut told| {
            told.push(Told { signature, body });
            told.len()
        });
        if count > failures { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    in_background(async move {
        let _ = axum::serve(listener, router).await;
    });
    Ok((address, told))
}

fn secret(url: &str) -> AccountSecret {
    AccountSecret {
        secret_key: "sk_test_one".to_owned(),
        publishable_key: Some("pk_test_one".to_owned()),
        webhook_secret: "whsec_one".to_owned(),
        base_url: format!("{url}/"),
    }
}

impl World {
    pub(crate) async fn new() -> Result<Self, BoxError> {
        Self::with_failures(0).await
    }

    /// A world whose webhook fails at first.
    pub(crate) async fn with_failures(failures: usize) -> Result<Self, BoxError> {
        let state = tempfile::tempdir()?;
        let (hook, told) = webhook(failures).await?;
        let url = serve(state.path())?;
        let account = PaymentAccount::open(&secret(&url), Mode::Sandbox)?;
        let world = Self { url, account, told, state };
        let opened = json!({
            "secret_key": "sk_test_one", "publishable_key": "pk_test_one",
            "webhook_url": format!("http://{hook}/hook"), "webhook_secret": "whsec_one",
        });
        world.control("accounts", opened).await?;
        Ok(world)
    }

    /// Another local Stripe with the same memory.
    pub(crate) fn restarted(&self) -> Result<PaymentAccount, BoxError> {
        let url = serve(self.state.path())?;
        Ok(PaymentAccount::open(&secret(&url), Mode::Sandbox)?)
    }

    pub(crate) async fn control(&self, act: &str, mut body: Value) -> Result<Value, BoxError> {
        body["account"] = "one".into();
        let url = format!("{}/control/{act}", self.url);
        let (status, body) =
            post(&url, &[("content-type", "application/json")], body.to_string()).await?;
        if status == 200 { Ok(body) } else { Err(format!("{act}: {status} {body}").into()) }
    }

    /// Lets calls or the delivery of events go wrong.
    pub(crate) async fn fault(&self, fault: Fault) -> Result<(), BoxError> {
        let url = format!("{}/control/faults", self.url);
        let fault = serde_json::to_string(&fault.at("one"))?;
        let (status, body) = post(&url, &[("content-type", "application/json")], fault).await?;
        if status == 200 { Ok(()) } else { Err(format!("{status} {body}").into()) }
    }

    /// A call as any client may make it.
    pub(crate) async fn raw(
        &self,
        path: &str,
        key: Option<&str>,
        form: &str,
    ) -> Result<(u16, Value), BoxError> {
        let mut headers = vec![
            ("authorization", "Bearer sk_test_one"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        post(&format!("{}/v1/{path}", self.url), &headers, form.to_owned()).await
    }

    pub(crate) async fn customer(&self) -> Result<String, BoxError> {
        let tenant_id = TenantId::new(Timestamp::UNIX_EPOCH, [1; 10]);
        let user_id = UserId::new(Timestamp::UNIX_EPOCH, [2; 10]);
        let made =
            self.account.create_customer(&tenant_id, &user_id, "ada@example.com", "Ada").await;
        Ok(made?)
    }

    /// Sells PRO; returns its monthly and its yearly price.
    pub(crate) async fn sell(&self) -> Result<(String, String), BoxError> {
        let product = "name=PRO&metadata[tier]=pro&metadata[summary]=s&metadata[features]=f\
                       &metadata[running_pods_max]=10&metadata[brokerage_basis_points]=400";
        let (_, product) = self.raw("products", None, product).await?;
        let product = product["id"].as_str().unwrap_or_default().to_owned();
        let mut prices = Vec::new();
        for (interval, cents) in [("month", 2_900), ("year", 29_000)] {
            let form = format!(
                "product={product}&currency=usd&unit_amount={cents}&recurring[interval]={interval}"
            );
            let (_, price) = self.raw("prices", None, &form).await?;
            prices.push(price["id"].as_str().unwrap_or_default().to_owned());
        }
        let mut prices = prices.into_iter();
        Ok((prices.next().unwrap_or_default(), prices.next().unwrap_or_default()))
    }

    /// Waits until the webhook was told of as many events of a kind.
    pub(crate) async fn told(&self, kind: &str, count: usize) -> Result<Vec<Told>, BoxError> {
        let began = Instant::now();
        loop {
            let told = self.told.lock().map_err(|_| "the webhook failed")?.clone();
            let of_kind: Vec<Told> =
                told.into_iter().filter(|one| one.event()["type"] == kind).collect();
            if of_kind.len() >= count {
                return Ok(of_kind);
            }
            if began.elapsed() > WITHIN {
                return Err(format!("{} of {count} {kind}", of_kind.len()).into());
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
    }
}

fn serve(state: &std::path::Path) -> Result<String, BoxError> {
    let listener = any_port()?;
    let url = format!("http://{}", listener.local_addr()?);
    let stripe = Stripe::open(state)?;
    in_background(async move {
        let _ = stripe.serve(listener).await;
    });
    Ok(url)
}

async fn post(url: &str, headers: &[(&str, &str)], body: String) -> Result<(u16, Value), BoxError> {
    let client: Client<_, axum::body::Body> = Client::builder(TokioExecutor::new()).build_http();
    let mut request = http::Request::post(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = client.request(request.body(body.into())?).await?;
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await?.to_bytes();
    Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
}
