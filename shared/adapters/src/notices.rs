//! The queue of mails to be sent.

use aws_sdk_sqs::Client;
use contracts::notice::NoticeV1;
use domain::Error;

use crate::aws::{Aws, failed};

/// The queue that `on-notice` empties.
#[derive(Clone, Debug)]
pub struct Notices {
    client: Client,
    queue_url: String,
}

impl Notices {
    /// The queue at `queue_url`.
    #[must_use]
    pub fn new(aws: &Aws, queue_url: String) -> Self {
        Self { client: Client::new(&aws.config), queue_url }
    }

    /// Queues a mail.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn announce(&self, notice: &NoticeV1) -> Result<(), Error> {
        let body = serde_json::to_string(notice)
            .map_err(|error| Error::broken("a notice cannot be written", error))?;
        let send = self.client.send_message().queue_url(&self.queue_url).message_body(body);
        send.send().await.map(drop).map_err(failed("the mail queue"))
    }
}
