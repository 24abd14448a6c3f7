//! Secrets Manager.

use aws_sdk_secretsmanager::Client;
use domain::Error;
use domain::code::Pepper;
use tokio::sync::OnceCell;

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
