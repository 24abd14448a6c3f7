//! What the product answered.

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::Outcome;

/// An answer, with the request it belongs to.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Method and path, for messages.
    pub asked: String,
    /// HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub text: String,
}

impl Answer {
    /// The body; `null` when it is no JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The identifier of the error; empty when it is none of ours.
    #[must_use]
    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// A header's text; empty when it is absent.
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    }

    /// The body of an answer that must have `status`.
    pub fn with_status(&self, status: u16) -> Outcome<Value> {
        if self.status == status {
            return Ok(self.json());
        }
        Err(format!("{} is not {status}", self.tell()).into())
    }

    /// Makes sure the request was refused with `status` and `code`.
    pub fn refused(&self, status: u16, code: &str) -> Outcome<()> {
        if self.status == status && self.code() == code {
            return Ok(());
        }
        Err(format!("{} is not {status} {code}", self.tell()).into())
    }

    /// All of it in one line.
    #[must_use]
    pub fn tell(&self) -> String {
        format!("{} → {} {}", self.asked, self.status, self.text)
    }
}
