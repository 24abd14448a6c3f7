//! A function's router called in this process, as the gateway would call it, so that a refusal is
//! tested in the folder of the function that decides it.

use axum::Router;
use axum::body::{Body, to_bytes};
use domain::Mode;
use domain::id::{TenantId, UserId};
use domain::money::plan::PlanId;
use domain::people::account::{Account, Email, Standing};
use domain::people::registration::Newcomer;
use domain::people::tenant::{Membership, Role};
use lambda_http::tower::ServiceExt;
use runtime::clock::now;
use runtime::ids::entropy;
use serde_json::{Value, json};

use crate::{Answer, Outcome, Stack, fresh_address};

/// More than any answer of ours has.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// A member of the tenant at a host, who never registered: their rows were written as they are.
#[derive(Clone, Debug)]
pub struct Member {
    /// The host name they call.
    pub host: String,
    /// The tenant there.
    pub tenant_id: TenantId,
    /// The subject of their access token.
    pub user_id: UserId,
}

/// One request, still without its caller.
#[derive(Clone, Debug)]
pub struct Call {
    method: String,
    path: String,
    body: Option<String>,
    is_base64: bool,
    headers: Vec<(&'static str, String)>,
}

impl Call {
    /// A request without a body; `path` begins after `/api/v2`.
    #[must_use]
    pub fn new(method: &str, path: &str) -> Self {
        let (method, path) = (method.to_owned(), path.to_owned());
        Self { method, path, body: None, is_base64: false, headers: Vec::new() }
    }

    /// Reads `path`.
    #[must_use]
    pub fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    /// Posts `body`.
    #[must_use]
    pub fn post(path: &str, body: &Value) -> Self {
        Self::post_text(path, &body.to_string())
    }

    /// Posts `body` as it is, which need not be JSON.
    #[must_use]
    pub fn post_text(path: &str, body: &str) -> Self {
        Self { body: Some(body.to_owned()), ..Self::new("POST", path) }
    }

    /// Posts the bytes that `base64` stands for, which need not be text.
    #[must_use]
    pub fn post_base64(path: &str, base64: &str) -> Self {
        Self { is_base64: true, ..Self::post_text(path, base64) }
    }

    /// Puts `body`.
    #[must_use]
    pub fn put(path: &str, body: &Value) -> Self {
        Self { body: Some(body.to_string()), ..Self::new("PUT", path) }
    }

    /// Deletes what is at `path`.
    #[must_use]
    pub fn delete(path: &str) -> Self {
        Self::new("DELETE", path)
    }

    /// The same with an `Idempotency-Key`.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        self.with_header("idempotency-key", key)
    }

    /// The same with this header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The event that the gateway makes of it, called at `host` by `user_id` if by somebody who is
    /// signed in.
    fn event(&self, host: &str, user_id: Option<&UserId>) -> Value {
        let path = format!("/api/v2{}", self.path);
        let (path, query) = path.split_once('?').unwrap_or((path.as_str(), ""));
        let mut headers = json!({"host": "api.invalid", "x-forwarded-host": host});
        headers["content-type"] = json!("application/json");
        for (name, value) in &self.headers {
            headers[*name] = json!(value);
        }
        let claims = user_id.map(|user_id| json!({"token_use": "access", "username": user_id}));
        let jwt = claims.map(|claims| json!({"jwt": {"claims": claims, "scopes": null}}));
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "headers": headers,
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "api",
                "authorizer": jwt,
                "domainName": "api.invalid",
                "domainPrefix": "api",
                "http": {
                    "method": self.method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": "tests",
                },
                "requestId": "JKJaXmPLvHcESHA=",
                "routeKey": "$default",
                "stage": "$default",
                "time": "21/Nov/2026:00:00:00 +0000",
                "timeEpoch": 1_795_219_200_000_u64,
            },
            "body": self.body,
            "isBase64Encoded": self.is_base64,
        })
    }

    /// Sends it to `router`.
    async fn send(&self, router: &Router, event: &Value) -> Outcome<Answer> {
        let request = lambda_http::request::from_str(&event.to_string())?.map(Body::new);
        let response = router.clone().oneshot(request).await?;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, BODY_BYTES_MAX).await?;
        Ok(Answer {
            asked: format!("{} {}", self.method, self.path),
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec())?,
        })
    }

    /// Asks `router` at `host` without being signed in.
    pub async fn by_nobody(&self, router: &Router, host: &str) -> Outcome<Answer> {
        self.send(router, &self.event(host, None)).await
    }

    /// Asks `router` as `member`.
    pub async fn by(&self, router: &Router, member: &Member) -> Outcome<Answer> {
        self.by_user(router, &member.host, &member.user_id).await
    }

    /// Asks `router` at `host` as somebody signed in, who need not be a member there.
    pub async fn by_user(&self, router: &Router, host: &str, user_id: &UserId) -> Outcome<Answer> {
        self.send(router, &self.event(host, Some(user_id))).await
    }
}

/// The account of somebody who has just registered.
pub fn newcomer() -> Outcome<Account> {
    let newcomer = Newcomer {
        email: Email::parse(&fresh_address("ada")?)?,
        name: "Ada Lovelace".to_owned(),
        plan_wanted: PlanId::Free,
    };
    Ok(Account::registering(UserId::new(now(), entropy()?), newcomer, now()))
}

impl Stack {
    /// Somebody new with an account and a membership in the tenant at `host`.
    pub async fn member(&self, host: &str) -> Outcome<Member> {
        let tenant_id = self.tenant_id(host).await?;
        let account = Account { standing: Standing::Active, ..newcomer()? };
        let user_id = account.user_id.clone();
        self.accounts().await?.begin(&tenant_id, &account).await?;
        let membership = Membership {
            user_id: user_id.clone(),
            role: Role::User,
            plan: PlanId::Free,
            joined_at: now(),
        };
        self.tenants().await?.join(&tenant_id, &membership).await?;
        Ok(Member { host: host.to_owned(), tenant_id, user_id })
    }

    /// The host of a tenant that takes no cards.
    pub async fn cardless(&self) -> Outcome<String> {
        self.tenant("cardless", Mode::Sandbox, &[]).await
    }
}
