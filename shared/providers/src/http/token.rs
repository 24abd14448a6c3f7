//! Tokens that authorise requests where a key alone does not: OAuth 2.0 client credentials,
//! <https://www.rfc-editor.org/rfc/rfc6749#section-4.4>.
//!
//! Each instance of a function has a token of its own, in memory only, and asks for the next one
//! shortly before it expires, or when the cloud no longer knows it.

use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{Act, Outcome};
use crate::account::ApiKey;

/// A token is not used as long as it lasts: an act that has begun with it must end with it.
const SPARE: Duration = Duration::from_mins(1);

/// The token that is in use.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<Option<Token>>);

#[derive(Debug)]
struct Token {
    key: ApiKey,
    until: Instant,
}

#[derive(Deserialize)]
struct Granted {
    access_token: ApiKey,
    /// Seconds.
    #[serde(default)]
    expires_in: u64,
}

impl Act<'_> {
    /// What authorises the next request.
    pub(super) async fn bearer(&mut self) -> Outcome<ApiKey> {
        let http = self.http;
        let Some(path) = http.peculiar.token_path else { return Ok(http.key.clone()) };
        // Who comes meanwhile waits for this token instead of asking for another one.
        let mut held = http.tokens.0.lock().await;
        if let Some(token) = held.as_ref().filter(|token| token.until > Instant::now()) {
            return Ok(token.key.clone());
        }
        let body = json!({
            "grant_type": "client_credentials",
            "client_id": http.client_id.as_ref().map(ApiKey::reveal).unwrap_or_default(),
            "client_secret": http.key.reveal(),
        });
        let asked_at = Instant::now();
        let bytes = self.exchange(self.request(Method::POST, path, Some(&body))).await?;
        // What is wrong with the answer is not said: that could tell the token.
        let granted: Granted =
            serde_json::from_slice(&bytes).map_err(|_| self.unknown("it grants no token"))?;
        let lasts = Duration::from_secs(granted.expires_in).saturating_sub(SPARE);
        let key = granted.access_token;
        *held = Some(Token { key: key.clone(), until: asked_at + lasts });
        Ok(key)
    }

    /// Forgets a token that the cloud refuses; whether another one can be had.
    pub(super) async fn forget(&self, refused: &ApiKey) -> bool {
        let mut held = self.http.tokens.0.lock().await;
        if held.as_ref().is_some_and(|token| token.key.reveal() == refused.reveal()) {
            *held = None;
        }
        self.http.peculiar.token_path.is_some()
    }
}
