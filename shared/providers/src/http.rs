//! Requests to a cloud's API over HTTP: at its pace, with the account's key, and with one reading of
//! what came of them.

use std::time::Duration;

use domain::Error;
use reqwest::Method;
use serde_json::Value;

use crate::account::{Account, ApiKey};
use crate::pace::Pace;

const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// As much of a refusal's text as a log line needs.
const REFUSAL_LEN_MAX: usize = 200;

/// What is peculiar to a cloud's API.
#[derive(Debug)]
pub(crate) struct Peculiar {
    /// How errors name it: "the GPU cloud Lambda".
    pub(crate) context: &'static str,
    /// How errors name it when its launches are too many.
    pub(crate) launch_context: &'static str,
    /// The longest an answer may take.
    pub(crate) answer_within: Duration,
    /// The time between two requests, unless the account says otherwise.
    pub(crate) min_interval_ms: u64,
    /// The time between two launches, unless the account says otherwise.
    pub(crate) launch_interval_ms: u64,
    /// Reads a refusal's body: its code, if the cloud has codes, and its text.
    pub(crate) refusal: fn(&[u8]) -> (String, String),
}

/// A request that failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The cloud said no, so nothing happened.
    Refused {
        /// The HTTP status, 400 to 499.
        status: u16,
        /// Empty where the cloud has none.
        code: String,
        message: String,
    },
    /// There is no answer to rely on; what we asked for may have happened.
    Unknown(Error),
}

pub(crate) type Outcome<T> = Result<T, Failure>;

impl Failure {
    pub(crate) fn is_code(&self, wanted: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == wanted)
    }

    pub(crate) fn is_status(&self, wanted: u16) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == wanted)
    }

    pub(crate) fn is_not_found(&self) -> bool {
        self.is_status(404) || self.is_status(410)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused { status, code, message } => {
                let why = format!("{status} {code}: {message}");
                Self::broken("a GPU cloud refuses what we ask for", why)
            }
            Failure::Unknown(error) => error,
        }
    }
}

/// An account's API.
#[derive(Debug)]
pub(crate) struct Http {
    pub(crate) client: reqwest::Client,
    base_url: String,
    key: ApiKey,
    pace: Pace,
    launch_pace: Pace,
    peculiar: Peculiar,
}

impl Http {
    pub(crate) fn new(account: Account, peculiar: Peculiar) -> Result<Self, reqwest::Error> {
        let interval = account.min_interval(peculiar.min_interval_ms);
        let launch_interval = account.launch_interval(peculiar.launch_interval_ms);
        Ok(Self {
            client: reqwest::Client::builder()
                .connect_timeout(CONNECT_WITHIN)
                .timeout(peculiar.answer_within)
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            pace: Pace::new(peculiar.context, interval),
            launch_pace: Pace::new(peculiar.launch_context, launch_interval),
            base_url: account.base_url,
            key: account.api_key,
            peculiar,
        })
    }

    /// There is no answer to rely on, because of `why`.
    pub(crate) fn unknown(
        &self,
        why: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Failure {
        Failure::Unknown(Error::unavailable(self.peculiar.context, why))
    }

    /// Waits for this launch's turn.
    pub(crate) async fn launch_turn(&self) -> Outcome<()> {
        self.launch_pace.turn().await.map_err(Failure::Unknown)
    }

    /// The body of a successful answer.
    pub(crate) async fn answer(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Outcome<Vec<u8>> {
        self.pace.turn().await.map_err(Failure::Unknown)?;
        let request = self.client.request(method, format!("{}{path}", self.base_url));
        let request = request.bearer_auth(self.key.reveal());
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.map_err(|error| self.unknown(error))?;
        let status = answer.status();
        let bytes = answer.bytes().await.map_err(|error| self.unknown(error))?.to_vec();
        match status.as_u16() {
            _ if status.is_success() => Ok(bytes),
            429 => Err(self.unknown("429: too many requests")),
            // Only a refusal is certain to have had no effect; the text of a 5xx proves nothing.
            refused @ 400..=499 => {
                let (code, message) = (self.peculiar.refusal)(&bytes);
                let message = message.chars().take(REFUSAL_LEN_MAX).collect();
                Err(Failure::Refused { status: refused, code, message })
            }
            other => Err(self.unknown(format!("status {other}"))),
        }
    }
}
