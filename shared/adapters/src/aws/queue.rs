//! Queues: one type for all of them, each with its own message.

use std::marker::PhantomData;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use domain::Error;
use serde::Serialize;

use crate::aws::{Aws, failed};

/// The longest a message can be held back (SQS API reference, `SendMessage`).
const DELAY_SECS_MAX: i32 = 900;

/// The most messages one request takes (SQS API reference, `SendMessageBatch`).
const BATCH_MAX: usize = 10;

/// A queue of messages of type `M`, which one function empties.
#[derive(Debug)]
pub struct Queue<M> {
    client: Client,
    url: String,
    /// How errors name it: "the mail queue".
    label: &'static str,
    message: PhantomData<fn(M)>,
}

impl<M> Clone for Queue<M> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            url: self.url.clone(),
            label: self.label,
            message: PhantomData,
        }
    }
}

impl<M: Serialize> Queue<M> {
    /// The queue at `queue_url`; errors call it `label`.
    #[must_use]
    pub fn new(aws: &Aws, queue_url: String, label: &'static str) -> Self {
        Self { client: Client::new(&aws.config), url: queue_url, label, message: PhantomData }
    }

    /// Queues a message.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn send(&self, message: &M) -> Result<(), Error> {
        self.send_later(message, 0).await
    }

    /// Queues messages, ten at a time.
    ///
    /// # Errors
    ///
    /// `unavailable` when any of them was not taken, after all were tried.
    pub async fn send_all(&self, messages: &[M]) -> Result<(), Error> {
        let mut refused = None;
        for (batch, messages) in messages.chunks(BATCH_MAX).enumerate() {
            if let Err(error) = self.send_batch(messages).await {
                tracing::error!(queue = self.label, batch, error = ?error, "a batch was not taken");
                refused = Some(error);
            }
        }
        refused.map_or(Ok(()), Err)
    }

    async fn send_batch(&self, messages: &[M]) -> Result<(), Error> {
        let entry = |(number, message): (usize, &M)| {
            let entry = SendMessageBatchRequestEntry::builder().id(number.to_string());
            entry.message_body(written(message)?).build().map_err(unwritten)
        };
        let entries: Vec<_> = messages.iter().enumerate().map(entry).collect::<Result<_, _>>()?;
        let send = self.client.send_message_batch().queue_url(&self.url);
        let answer = send.set_entries(Some(entries)).send().await.map_err(failed(self.label))?;
        match answer.failed().first() {
            None => Ok(()),
            Some(one) => Err(Error::unavailable(self.label, one.code().to_owned())),
        }
    }

    /// Queues a message that is handed out after `delay_secs`, at most 900.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn send_later(&self, message: &M, delay_secs: u32) -> Result<(), Error> {
        let body = written(message)?;
        let delay_secs = i32::try_from(delay_secs).unwrap_or(DELAY_SECS_MAX).min(DELAY_SECS_MAX);
        let send = self.client.send_message().queue_url(&self.url).message_body(body);
        let send = if delay_secs > 0 { send.delay_seconds(delay_secs) } else { send };
        send.send().await.map(drop).map_err(failed(self.label))
    }
}

fn unwritten(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::broken("a message cannot be written", error)
}

fn written(message: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(message).map_err(unwritten)
}
