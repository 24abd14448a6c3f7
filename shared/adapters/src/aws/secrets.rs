//! Secrets Manager.

use std::fmt;
use std::sync::Arc;

use aws_sdk_secretsmanager::Client;
use domain::Error;
use domain::people::code::Pepper;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use tokio::sync::{Mutex, OnceCell};

use crate::aws::{Aws, failed};

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
        let answer = self
            .client
            .get_secret_value()
            .secret_id(&self.secret_arn)
            .send()
            .await
            .map_err(failed("the secrets"))?;
        match answer.secret_string() {
            Some(text) if text.len() >= 32 => Ok(Pepper::new(text)),
            _ => Err(Error::broken("the token pepper is missing or short", "")),
        }
    }
}

/// How long what a secret says is trusted, so that a changed key works soon.
const TRUST_SECS: i64 = 300;

type Parse<T> = Box<dyn Fn(&str) -> Result<T, Error> + Send + Sync>;

/// A secret that is JSON, and what is made of it at its first use and again after five minutes.
pub struct JsonSecret<T> {
    client: Client,
    secret_arn: String,
    parse: Parse<T>,
    read: Mutex<Option<(Arc<T>, Timestamp)>>,
}

impl<T> fmt::Debug for JsonSecret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonSecret").field("secret_arn", &self.secret_arn).finish_non_exhaustive()
    }
}

impl<T: DeserializeOwned + 'static> JsonSecret<T> {
    /// The secret at `secret_arn`, which is a `T`.
    #[must_use]
    pub fn new(aws: &Aws, secret_arn: String) -> Self {
        Self::made_into(aws, secret_arn, Ok)
    }
}

impl<T> JsonSecret<T> {
    /// The secret at `secret_arn`, which is a `U` that `make` makes a `T` of.
    #[must_use]
    pub fn made_into<U: DeserializeOwned>(
        aws: &Aws,
        secret_arn: String,
        make: impl Fn(U) -> Result<T, Error> + Send + Sync + 'static,
    ) -> Self {
        let parse = Box::new(move |text: &str| make(parsed(text)?));
        Self { client: Client::new(&aws.config), secret_arn, parse, read: Mutex::default() }
    }

    /// What the secret says.
    ///
    /// # Errors
    ///
    /// `unavailable`, or `internal` when it is no `T`; neither repeats any of it.
    pub async fn get(&self, now: Timestamp) -> Result<Arc<T>, Error> {
        let mut read = self.read.lock().await;
        let trusted = |at: &Timestamp| now < *at + SignedDuration::from_secs(TRUST_SECS);
        if let Some((value, _)) = read.as_ref().filter(|(_, at)| trusted(at)) {
            return Ok(Arc::clone(value));
        }
        let value = Arc::new(self.fetch().await?);
        *read = Some((Arc::clone(&value), now));
        Ok(value)
    }

    /// What the secret says now.
    pub(crate) async fn fetch(&self) -> Result<T, Error> {
        let request = self.client.get_secret_value().secret_id(&self.secret_arn);
        let answer = request.send().await.map_err(failed("the secrets"))?;
        (self.parse)(answer.secret_string().unwrap_or_default())
    }

    /// Replaces what the secret says.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn put(&self, text: &str) -> Result<(), Error> {
        let request = self.client.put_secret_value().secret_id(&self.secret_arn);
        request.secret_string(text).send().await.map_err(failed("the secrets"))?;
        *self.read.lock().await = None;
        Ok(())
    }
}

/// A parser's own message may quote the text, so only the place is shown.
fn parsed<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!("{:?} at line {}", error.classify(), error.line());
        Error::broken("a secret cannot be read", place)
    })
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn a_malformed_secret_is_not_repeated() {
        for text in [r#""k-secret""#, r#"{"key": k-secret"#, "k-secret"] {
            let error = parsed::<u32>(text).err();
            let source = error.as_ref().and_then(|error| error.source()).map(ToString::to_string);
            let told = format!("{error:?} {source:?}");
            assert!(told.contains("at line 1") && !told.contains("k-secret"), "{told}");
        }
    }
}
