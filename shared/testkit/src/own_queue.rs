//! A queue of one test's own, which no function empties.

use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use serde::de::DeserializeOwned;

use crate::{Outcome, Stack, fresh_key};

const REGION: &str = "us-east-1";
/// The most messages one receive gives (SQS API reference, `ReceiveMessage`).
const MESSAGES_MAX: i32 = 10;

/// What functions under test send to, and the test reads.
#[derive(Clone, Debug)]
pub struct OwnQueue {
    sqs: aws_sdk_sqs::Client,
    /// Where messages are sent to.
    pub url: String,
}

impl OwnQueue {
    /// A new and empty one.
    pub async fn new(stack: &Stack) -> Outcome<Self> {
        let config = aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&stack.endpoint)
            .region(Region::new(REGION))
            .credentials_provider(Credentials::new("test", "test", None, None, "tests"))
            .build();
        let sqs = aws_sdk_sqs::Client::from_conf(config);
        let queue = sqs.create_queue().queue_name(format!("own-{}", fresh_key()?)).send().await?;
        let url = queue.queue_url.ok_or("the queue has no address")?;
        Ok(Self { sqs, url })
    }

    /// Takes every message out of it.
    pub async fn take<T: DeserializeOwned>(&self) -> Outcome<Vec<T>> {
        let mut taken = Vec::new();
        loop {
            let receive = self.sqs.receive_message().queue_url(&self.url);
            let answer = receive.max_number_of_messages(MESSAGES_MAX).send().await?;
            let messages = answer.messages.unwrap_or_default();
            if messages.is_empty() {
                return Ok(taken);
            }
            for message in messages {
                taken.push(serde_json::from_str(message.body().unwrap_or_default())?);
                let delete = self.sqs.delete_message().queue_url(&self.url);
                delete.set_receipt_handle(message.receipt_handle).send().await?;
            }
        }
    }
}
