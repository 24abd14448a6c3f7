//! The messages that wait in a queue.

use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_sqs::types::QueueAttributeName;
use aws_sdk_sqs::{Client, Config};
use testkit::{Outcome, Stack};

/// How many messages the queue whose URL is the output `name` holds.
pub async fn messages_in(stack: &Stack, name: &str) -> Outcome<u64> {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(&stack.endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "survival"))
        .build();
    let count = QueueAttributeName::ApproximateNumberOfMessages;
    let asked = Client::from_conf(config)
        .get_queue_attributes()
        .queue_url(stack.output(name)?)
        .attribute_names(count.clone());
    let told = asked.send().await?;
    let told = told.attributes.and_then(|mut attributes| attributes.remove(&count));
    Ok(told.ok_or_else(|| format!("{name} does not count"))?.parse()?)
}
