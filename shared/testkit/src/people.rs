//! People: what they send, and how they become members.

use std::ops::Deref;

use domain::id::UserId;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use serde_json::{Value, json};

use crate::{Answer, Outcome, Stack};

/// Everybody's first password.
pub const PASSWORD: &str = "correct horse battery";

/// Somebody with a browser at one host, signed in or not.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The product.
    pub stack: Stack,
    /// The host name in their address bar.
    pub host: String,
    /// Their access token.
    pub token: Option<String>,
    /// The cookie their browser keeps: `name=value`.
    pub cookie: Option<String>,
}

/// A member of the tenant at their host.
#[derive(Clone, Debug)]
pub struct User {
    visitor: Visitor,
    /// Their address.
    pub email: String,
}

impl Deref for User {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

/// An address that nobody has had before.
pub fn fresh_address(name: &str) -> Outcome<String> {
    let id = UserId::new(runtime::clock::now(), runtime::ids::entropy()?);
    Ok(format!("{name}.{}@example.com", id.body()))
}

impl Visitor {
    pub(crate) fn new(stack: Stack, host: &str) -> Self {
        Self { stack, host: host.to_owned(), token: None, cookie: None }
    }

    /// The same person at another host, with the token they have.
    #[must_use]
    pub fn at(&self, host: &str) -> Self {
        Self { host: host.to_owned(), ..self.clone() }
    }

    /// The same person with another token.
    #[must_use]
    pub fn with_token(&self, token: Option<&str>) -> Self {
        Self { token: token.map(str::to_owned), ..self.clone() }
    }

    /// Sends a request with a body as it is; `path` begins after `/api/v2`.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Outcome<Answer> {
        let asked = format!("{method} {path}");
        let url = format!("{}/api/v2{path}", self.stack.origin);
        let mut request = self.stack.client.request(method, url).header(HOST, &self.host);
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let answer = request.send().await.map_err(|error| format!("{asked}: {error:?}"))?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Ok(Answer { asked, status, headers, text: answer.text().await? })
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Outcome<Answer> {
        self.send(Method::GET, path, &[], None).await
    }

    /// Sends JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Outcome<Answer> {
        self.send(Method::POST, path, &[], Some(body.to_string())).await
    }

    /// Sends nothing.
    pub async fn post_nothing(&self, path: &str) -> Outcome<Answer> {
        self.send(Method::POST, path, &[], None).await
    }

    /// Replaces.
    pub async fn put(&self, path: &str, body: &Value) -> Outcome<Answer> {
        self.send(Method::PUT, path, &[], Some(body.to_string())).await
    }

    /// Removes.
    pub async fn delete(&self, path: &str) -> Outcome<Answer> {
        self.send(Method::DELETE, path, &[], None).await
    }

    /// Registers `email` with [`PASSWORD`].
    pub async fn register(&self, email: &str) -> Outcome<Answer> {
        let body = json!({"email": email, "password": PASSWORD, "name": "Ada Lovelace"});
        self.post("/auth/register", &body).await
    }

    /// Tries to sign in.
    pub async fn try_login(&self, email: &str, password: &str) -> Outcome<Answer> {
        self.post("/auth/login", &json!({"email": email, "password": password})).await
    }

    /// Signs in and keeps token and cookie, as a browser does.
    pub async fn login(&self, email: &str, password: &str) -> Outcome<User> {
        let answer = self.try_login(email, password).await?;
        let session = answer.with_status(200)?;
        let cookie = answer.header(SET_COOKIE.as_str());
        let pair = cookie.split(';').next().filter(|pair| !pair.is_empty());
        let visitor = Self {
            token: session["access_token"].as_str().map(str::to_owned),
            cookie: pair.map(str::to_owned),
            ..self.clone()
        };
        Ok(User { visitor, email: email.to_owned() })
    }

    /// Becomes a member under a fresh address, however the tenant confirms its members.
    pub async fn join(&self) -> Outcome<User> {
        let email = fresh_address("ada")?;
        let registered = self.register(&email).await?.with_status(202)?;
        if registered["next"] == "verify" {
            let code = self.stack.mail(&email, "verification code").await?.code()?;
            let verify = json!({"email": email, "code": code, "password": PASSWORD});
            self.post("/auth/verify", &verify).await?.with_status(204)?;
        }
        self.login(&email, PASSWORD).await
    }
}

impl User {
    /// What the product says of them.
    pub async fn me(&self) -> Outcome<Value> {
        self.get("/auth/me").await?.with_status(200)
    }

    /// What is in their wallet.
    pub async fn wallet(&self) -> Outcome<Value> {
        Ok(self.me().await?["wallet"].clone())
    }
}
