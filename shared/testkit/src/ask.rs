//! Requests to a function's router in-process, as the gateway hands them over.

use axum::Router;
use axum::body::to_bytes;
use domain::id::UserId;
use lambda_http::Service;
use lambda_http::request::from_str;
use serde_json::{Value, json};

use crate::{Answer, Outcome};

/// The largest answer that is read; the largest honest one is a page of offers.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// A request to a router.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    method: &'a str,
    path: &'a str,
    host: &'a str,
    user_id: Option<&'a UserId>,
    key: Option<&'a str>,
    body: Option<String>,
}

impl<'a> Ask<'a> {
    /// A request of nobody in particular: `("GET", "/offers?limit=2")`.
    #[must_use]
    pub fn new((method, path): (&'a str, &'a str), host: &'a str) -> Self {
        Self { method, path, host, user_id: None, key: None, body: None }
    }

    /// The same of a signed-in user.
    #[must_use]
    pub fn by(self, user_id: &'a UserId) -> Self {
        Self { user_id: Some(user_id), ..self }
    }

    /// The same with an `Idempotency-Key`.
    #[must_use]
    pub fn under(self, key: &'a str) -> Self {
        Self { key: Some(key), ..self }
    }

    /// The same with a JSON body.
    #[must_use]
    pub fn with(self, body: &Value) -> Self {
        Self { body: Some(body.to_string()), ..self }
    }

    /// What the gateway would make of it.
    fn event(&self) -> Value {
        let path = format!("/api/v2{}", self.path);
        let (raw_path, query) = path.split_once('?').unwrap_or((&path, ""));
        let mut headers =
            json!({"x-forwarded-host": self.host, "content-type": "application/json"});
        if let Some(key) = self.key {
            headers["idempotency-key"] = json!(key);
        }
        let mut context = json!({
            "accountId": "1", "apiId": "api", "domainName": "api", "domainPrefix": "api",
            "requestId": "r1", "routeKey": "$default", "stage": "$default", "timeEpoch": 0,
            "http": {"method": self.method, "path": raw_path, "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1", "userAgent": "a test"},
        });
        if let Some(user_id) = self.user_id {
            let claims = json!({"token_use": "access", "username": user_id.as_str()});
            context["authorizer"] = json!({"jwt": {"claims": claims, "scopes": []}});
        }
        json!({
            "version": "2.0", "routeKey": "$default", "rawPath": raw_path, "rawQueryString": query,
            "headers": headers, "requestContext": context, "body": self.body,
            "isBase64Encoded": false,
        })
    }

    /// The router's answer.
    pub async fn of(self, router: &Router) -> Outcome<Answer> {
        let request = from_str(&self.event().to_string())?;
        let response = router.clone().call(request).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = to_bytes(response.into_body(), ANSWER_BYTES_MAX).await?;
        let text = String::from_utf8(body.to_vec())?;
        Ok(Answer { asked: format!("{} {}", self.method, self.path), status, headers, text })
    }
}
