//! The HTTP client that speaks to the local AWS and to the product.

use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::BoxError;

/// How long a question of our own to the local AWS may take.
const GET_WITHIN: Duration = Duration::from_secs(5);

/// How long an unused connection is kept: less than the local AWS keeps it.
const IDLE_WITHIN: Duration = Duration::from_secs(30);

/// A pooled client for HTTP/1.1 that follows no redirect and changes no body.
pub type Client = legacy::Client<HttpConnector, Body>;

/// A client.
#[must_use]
pub fn client() -> Client {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE_WITHIN)
        .build(connector)
}

/// The body of a successful answer to `GET url`.
///
/// # Errors
///
/// No answer in time, or one that is no success.
pub async fn get(client: &Client, url: &str) -> Result<Bytes, BoxError> {
    let uri = url.parse()?;
    let answer = async {
        let response = client.get(uri).await?;
        let status = response.status();
        if !status.is_success() {
            return Err(format!("{url} answered {status}").into());
        }
        Ok::<_, BoxError>(response.into_body().collect().await?.to_bytes())
    };
    tokio::time::timeout(GET_WITHIN, answer).await?
}
