//! `/api/v2`: each request goes on to the HTTP API of the local AWS.
//!
//! The API learns the host name the browser used from `x-forwarded-host` alone, so a client's own
//! is never passed on; `template.yaml`'s `CloudFront` function does the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use fakes::client::{Client, client};
use http::header::{CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue};
use http::uri::{Authority, Scheme, Uri};
use http::{StatusCode, Version};
use hyper::body::Incoming;
use serde_json::json;

use crate::BoxError;

/// What API Gateway gives an integration of an HTTP API at most.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Headers that concern one connection only.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1>
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// An API of the local AWS.
pub struct Api {
    client: Client,
    authority: Authority,
    host: HeaderValue,
    answer_within: Duration,
    refusals: AtomicU64,
}

impl Api {
    /// The API with this id at the local AWS at `endpoint`.
    ///
    /// # Errors
    ///
    /// An endpoint that is no URL with a port, an id that is no host name.
    pub fn new(endpoint: &str, id: &str) -> Result<Self, BoxError> {
        let uri: Uri = endpoint.parse()?;
        let authority = uri.authority().cloned().ok_or("the endpoint has no host")?;
        let port = authority.port_u16().ok_or("the endpoint has no port")?;
        let host = HeaderValue::from_str(&format!("{id}.execute-api.localhost:{port}"))?;
        let refusals = AtomicU64::new(0);
        Ok(Self { client: client(), authority, host, answer_within: ANSWER_WITHIN, refusals })
    }

    /// The same API, given up on after `limit`.
    #[must_use]
    pub fn answering_within(self, limit: Duration) -> Self {
        Self { answer_within: limit, ..self }
    }

    /// Passes a request on; gives its answer as it comes, or our refusal.
    pub(super) async fn ask(
        &self,
        request: Request,
    ) -> Result<hyper::Response<Incoming>, Response> {
        match tokio::time::timeout(self.answer_within, self.client.request(request)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(_)) => {
                let message = "The local AWS broke the connection.";
                Err(self.refuse(StatusCode::BAD_GATEWAY, "unavailable", message))
            }
            Err(_) => {
                let message = "The API did not answer in time.";
                Err(self.refuse(StatusCode::GATEWAY_TIMEOUT, "unavailable", message))
            }
        }
    }

    /// Our refusal of a request whose host is unclear.
    pub(super) fn unclear(&self) -> Response {
        self.refuse(StatusCode::BAD_REQUEST, "invalid_request", "The host is unclear.")
    }

    async fn forward(&self, request: Request) -> Response {
        let Some(request) = self.addressed(request) else {
            return self.unclear();
        };
        match self.ask(request).await {
            Ok(mut response) => {
                drop_hop_by_hop(response.headers_mut());
                response.map(Body::new)
            }
            Err(refusal) => refusal,
        }
    }

    /// The request as the API is to see it, unless the host the browser used is unclear.
    pub(super) fn addressed(&self, request: Request) -> Option<Request> {
        let (mut parts, body) = request.into_parts();
        let browser_host = HeaderValue::from_str(&host_name(&parts.uri, &parts.headers)?).ok()?;
        let mut uri = parts.uri.into_parts();
        uri.scheme = Some(Scheme::HTTP);
        uri.authority = Some(self.authority.clone());
        parts.uri = Uri::from_parts(uri).ok()?;
        parts.version = Version::HTTP_11;
        drop_hop_by_hop(&mut parts.headers);
        parts.headers.insert(HOST, self.host.clone());
        parts.headers.insert(X_FORWARDED_HOST, browser_host);
        Some(Request::from_parts(parts, body))
    }

    pub(super) fn refuse(&self, status: StatusCode, code: &str, message: &str) -> Response {
        let number = self.refusals.fetch_add(1, Ordering::Relaxed);
        let request_id = format!("local-{}-{number}", std::process::id());
        let error = json!({ "code": code, "message": message, "request_id": request_id });
        (status, Json(json!({ "error": error }))).into_response()
    }
}

/// The routes of the API.
pub fn router(api: Api) -> Router {
    let forward =
        any(|State(api): State<Arc<Api>>, request| async move { api.forward(request).await });
    Router::new()
        .route("/api/v2", forward.clone())
        .route("/api/v2/", forward.clone())
        .route("/api/v2/{*rest}", forward)
        .with_state(Arc::new(api))
}

/// The host name the browser used, in lower case, without a port.
fn host_name(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let authority = match uri.authority() {
        Some(authority) => authority.clone(),
        None => headers.get(HOST)?.to_str().ok()?.parse().ok()?,
    };
    let host = match authority.host() {
        // The same machine, typed as an address.
        "127.0.0.1" => "localhost",
        host => host,
    };
    Some(host.to_ascii_lowercase()).filter(|host| !host.is_empty())
}

pub(super) fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<String> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    for name in named.iter().map(String::as_str).chain(HOP_BY_HOP) {
        headers.remove(name);
    }
}
