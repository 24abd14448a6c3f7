//! The messages that nobody could deal with.

use std::collections::BTreeMap;

use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_sqs::types::QueueAttributeName;
use aws_sdk_sqs::{Client, Config};
use testkit::{Outcome, Stack};

/// How the name of a queue of dead letters ends, which `tests/template` checks of every queue.
const DEAD_LETTERS: &str = "-dlq";

/// How many messages each of the stack's queues of dead letters holds, by its URL.
pub async fn dead_letters(stack: &Stack) -> Outcome<BTreeMap<String, u64>> {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(&stack.endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "survival"))
        .build();
    let sqs = Client::from_conf(config);
    let own = format!("{}-", stack.name()?);
    let listed = sqs.list_queues().queue_name_prefix(own).send().await?;
    let mut counts = BTreeMap::new();
    for url in listed.queue_urls.unwrap_or_default() {
        if url.ends_with(DEAD_LETTERS) {
            let count = messages_in(&sqs, &url).await?;
            counts.insert(url, count);
        }
    }
    if counts.is_empty() {
        return Err("the stack has no queue of dead letters".into());
    }
    Ok(counts)
}

async fn messages_in(sqs: &Client, url: &str) -> Outcome<u64> {
    let count = QueueAttributeName::ApproximateNumberOfMessages;
    let asked = sqs.get_queue_attributes().queue_url(url).attribute_names(count.clone());
    let told = asked.send().await?;
    let told = told.attributes.and_then(|mut attributes| attributes.remove(&count));
    Ok(told.ok_or_else(|| format!("{url} does not count"))?.parse()?)
}
