//! Requests that are signed one by one, so that no key is sent, and those that anybody may make.

use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::RequestBuilder;
use reqwest::header::HeaderValue;
use serde::de::DeserializeOwned;

use super::signature::{Sign, Unsigned};
use super::{Act, Outcome};
use crate::account::ApiKey;

impl Act<'_> {
    /// The request with its signature. One that cannot be built fails when it is sent.
    pub(super) fn signed(&self, request: RequestBuilder, sign: Sign) -> RequestBuilder {
        let Some(Ok(built)) = request.try_clone().map(RequestBuilder::build) else {
            return request;
        };
        let body = built.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let unsigned = Unsigned {
            method: built.method().as_str(),
            url: built.url(),
            body: &String::from_utf8_lossy(body),
            at_secs: now_secs(),
        };
        let name = self.http.client_id.as_ref().map(ApiKey::reveal).unwrap_or_default();
        let headers = sign(&unsigned, (name, self.http.key.reveal())).into_iter();
        headers.fold(request, |request, (header, value)| match HeaderValue::try_from(value) {
            Ok(mut value) => {
                value.set_sensitive(true);
                request.header(header, value)
            }
            // What no header can hold is refused like any wrong key.
            Err(_) => request,
        })
    }

    /// What `url` tells anybody, and so without our key.
    pub(crate) async fn get_public<T: DeserializeOwned>(&mut self, url: &str) -> Outcome<T> {
        let bytes = self.exchange(self.http.client.get(url)).await?;
        serde_json::from_slice(&bytes).map_err(|error| self.unknown(error))
    }
}

#[expect(clippy::disallowed_methods, reason = "a signature holds for minutes, whoever asks")]
fn now_secs() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
