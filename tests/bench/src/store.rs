//! A store that answers at once: the local AWS's first answer to each request, given again from
//! memory.
//!
//! Reads are told apart by their whole content. Transactional writes, which carry the time of day,
//! are all the same: the first is answered by the local AWS, so its answer is a real one.

use std::collections::HashMap;
use std::sync::Mutex;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::Outcome;

/// The largest request of a function; DynamoDB's and SQS's own limits are below.
const REQUEST_BYTES_MAX: usize = 4 << 20;
const WRITE: &str = "TransactWriteItems";

/// The answers so far.
#[derive(Debug)]
pub(crate) struct Store {
    endpoint: String,
    client: reqwest::Client,
    known: Mutex<HashMap<String, (StatusCode, HeaderMap, Bytes)>>,
}

impl Store {
    /// A store in front of the local AWS at `endpoint`.
    pub(crate) fn new(endpoint: &str) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            client: reqwest::Client::new(),
            known: Mutex::default(),
        }
    }

    /// Answers, from memory if the same was asked before.
    pub(crate) async fn answer(&self, request: Request) -> Response {
        match self.find(request).await {
            Ok(answer) => answer.into_response(),
            Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
        }
    }

    async fn find(&self, request: Request) -> Outcome<(StatusCode, HeaderMap, Body)> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, REQUEST_BYTES_MAX).await?;
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let target = header("x-amz-target").unwrap_or_default();
        let content = if target.ends_with(WRITE) { &b""[..] } else { &body };
        let key = format!(
            "{} {} {target} {:?} {content:?}",
            parts.method,
            parts.uri,
            header("if-none-match")
        );
        let known = self.known.lock().ok().and_then(|known| known.get(&key).cloned());
        if let Some((status, headers, body)) = known {
            return Ok((status, headers, body.into()));
        }
        let url = format!("{}{}", self.endpoint, parts.uri);
        // With its own Host, which is part of what was signed.
        let asked = self.client.request(parts.method, url).headers(parts.headers).body(body);
        let answer = asked.send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await?;
        if let Ok(mut known) = self.known.lock() {
            known.insert(key, (status, headers.clone(), body.clone()));
        }
        Ok((status, headers, body.into()))
    }
}
