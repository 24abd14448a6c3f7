//! The mailbox of the local run.

use serde::Deserialize;

use crate::{Outcome, Stack, until};

/// A mail somebody got.
#[derive(Clone, Debug, Deserialize)]
pub struct Mail {
    /// Identifier.
    pub id: String,
    /// What it is about.
    pub subject: String,
    /// Its plain form.
    pub text: String,
}

impl Mail {
    /// The six digits in it.
    pub fn code(&self) -> Outcome<String> {
        let words = self.text.split(|c: char| !c.is_ascii_alphanumeric());
        let digits = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
        let found = words.into_iter().find(digits).map(str::to_owned);
        found.ok_or_else(|| format!("there is no code in {self:?}").into())
    }

    /// The token in its activation link.
    pub fn token(&self) -> Outcome<String> {
        let after = self.text.split_once("token=").map(|(_, after)| after);
        let token = after.and_then(|text| text.split_whitespace().next()).map(str::to_owned);
        token.ok_or_else(|| format!("there is no token in {self:?}").into())
    }
}

impl Stack {
    /// Everything mailed to an address, the newest first.
    pub async fn mails(&self, email: &str) -> Outcome<Vec<Mail>> {
        let url = format!("{}/mail/messages.json?to={email}", self.origin);
        let answer = self.client.get(url).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    /// Waits for a mail whose subject contains `subject`.
    pub async fn mail(&self, email: &str, subject: &str) -> Outcome<Mail> {
        self.nth_mail(email, subject, 1).await
    }

    /// Waits for the `count`-th such mail, and gives the newest.
    pub async fn nth_mail(&self, email: &str, subject: &str, count: usize) -> Outcome<Mail> {
        until(&format!("mail {count} \"{subject}\" to {email}"), async || {
            let mails = self.mails(email).await?;
            let mut mails = mails.into_iter().filter(|mail| mail.subject.contains(subject));
            let newest = mails.next();
            Ok(newest.filter(|_| mails.count() + 1 >= count))
        })
        .await
    }
}
