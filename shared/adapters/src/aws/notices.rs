//! The queue of mails to be sent.

use contracts::notice::NoticeV1;
use domain::Error;

use crate::aws::Aws;
use crate::aws::queue::Queue;

/// The queue that `on-notice` empties.
#[derive(Clone, Debug)]
pub struct Notices {
    queue: Queue<NoticeV1>,
}

impl Notices {
    /// The queue at `queue_url`.
    #[must_use]
    pub fn new(aws: &Aws, queue_url: String) -> Self {
        Self { queue: Queue::new(aws, queue_url, "the mail queue") }
    }

    /// Queues a mail.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn announce(&self, notice: &NoticeV1) -> Result<(), Error> {
        self.queue.send(notice).await
    }
}
