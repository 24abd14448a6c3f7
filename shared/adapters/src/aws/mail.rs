//! Outgoing mail.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};
use domain::Error;
use domain::people::account::Email;

use crate::aws::{Aws, failed};

/// A mail, ready to go.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mail {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The same as a page.
    pub html: String,
}

/// The outbox, with its one sender's address.
#[derive(Clone, Debug)]
pub struct Outbox {
    client: Client,
    from: String,
}

fn utf8(text: String) -> Result<Content, Error> {
    let content = Content::builder().data(text).charset("UTF-8").build();
    content.map_err(|error| Error::broken("a mail cannot be written", error))
}

impl Outbox {
    /// An outbox that sends from `from`.
    #[must_use]
    pub fn new(aws: &Aws, from: String) -> Self {
        Self { client: Client::new(&aws.config), from }
    }

    /// Sends `mail` to one address.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn send(&self, to: &Email, mail: Mail) -> Result<(), Error> {
        let body = Body::builder().text(utf8(mail.text)?).html(utf8(mail.html)?).build();
        let message = Message::builder().subject(utf8(mail.subject)?).body(body).build();
        self.client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(to.as_str()).build())
            .content(EmailContent::builder().simple(message).build())
            .send()
            .await
            .map(drop)
            .map_err(failed("the mail service"))
    }
}
