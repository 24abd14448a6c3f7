//! Secrets Manager.

use std::sync::Arc;

use aws_sdk_secretsmanager::Client;
use domain::Error;
use domain::code::Pepper;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{Mutex, OnceCell};

use crate::aws::{Aws, failed};

/// How long a secret that was read is trusted, so that a replaced one works soon.
const TRUST_SECS: i64 = 300;

/// The pepper, read at its first use and kept while the function lives.
#[derive(Debug)]
pub struct PepperStore {
    client: Client,
    secret_arn: String,
    pepper: OnceCell<Pepper>,
}

impl PepperStore {
    /// The secret at `secret_arn`.
    #[must_use]
    pub fn new(aws: &Aws, secret_arn: String) -> Self {
        Self { client: Client::new(&aws.config), secret_arn, pepper: OnceCell::new() }
    }

    /// The pepper.
    ///
    /// # Errors
    ///
    /// `unavailable`, or `internal` when the secret is empty.
    pub async fn pepper(&self) -> Result<&Pepper, Error> {
        self.pepper.get_or_try_init(|| self.read()).await
    }

    async fn read(&self) -> Result<Pepper, Error> {
        match text_of(&self.client, &self.secret_arn).await? {
            Some(text) if text.len() >= 32 => Ok(Pepper::new(&text)),
            _ => Err(Error::broken("the token pepper is missing or short", "")),
        }
    }
}

async fn text_of(client: &Client, secret_arn: &str) -> Result<Option<String>, Error> {
    let answer = client.get_secret_value().secret_id(secret_arn).send().await;
    Ok(answer.map_err(failed("the secrets"))?.secret_string)
}

/// A secret that is the JSON of a `T`, trusted for five minutes after it was read.
pub struct JsonSecret<T> {
    client: Client,
    secret_arn: String,
    read: Mutex<Option<(Arc<T>, Timestamp)>>,
}

impl<T> std::fmt::Debug for JsonSecret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JsonSecret").field("secret_arn", &self.secret_arn).finish_non_exhaustive()
    }
}

impl<T: DeserializeOwned> JsonSecret<T> {
    /// The secret at `secret_arn`.
    #[must_use]
    pub fn new(aws: &Aws, secret_arn: String) -> Self {
        Self { client: Client::new(&aws.config), secret_arn, read: Mutex::default() }
    }

    /// The secret's value.
    ///
    /// # Errors
    ///
    /// `unavailable`, or `internal` when it is no such JSON; no error repeats a part of it.
    pub async fn get(&self, now: Timestamp) -> Result<Arc<T>, Error> {
        let mut read = self.read.lock().await;
        if let Some((value, read_at)) = read.as_ref()
            && now < *read_at + SignedDuration::from_secs(TRUST_SECS)
        {
            return Ok(Arc::clone(value));
        }
        let value = Arc::new(self.fetch().await?);
        *read = Some((Arc::clone(&value), now));
        Ok(value)
    }

    pub(crate) async fn fetch(&self) -> Result<T, Error> {
        let text = text_of(&self.client, &self.secret_arn).await?.unwrap_or_default();
        serde_json::from_str(&text).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            Error::broken("a secret is not as it must be", place)
        })
    }

    /// Replaces the secret's value.
    pub(crate) async fn put(&self, value: &T) -> Result<(), Error>
    where
        T: Serialize,
    {
        let text = serde_json::to_string(value)
            .map_err(|_| Error::broken("a secret cannot be written", ""))?;
        let put = self.client.put_secret_value().secret_id(&self.secret_arn).secret_string(text);
        put.send().await.map_err(failed("the secrets"))?;
        *self.read.lock().await = None;
        Ok(())
    }
}
