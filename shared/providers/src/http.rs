//! Requests to a cloud's API over HTTP: in their turn, with the account's key, and with one reading
//! of what came of them.

mod pages;
mod refusal;
mod signature;
mod signed;
mod token;

use std::sync::Arc;
use std::time::Duration;

use domain::Error;
use reqwest::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::{Instant, sleep_until};

use crate::account::{Account, ApiKey};
use crate::turns::{Begun, LaunchTurn, Purpose, Turns};
pub(crate) use refusal::cut;
pub(crate) use signature::{Headers, Sign, Unsigned};

const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// How long an account rests after its cloud answered 429, unless the answer says for how long, and
/// the most that such an answer is believed.
const REST_SECS: u64 = 1;
const REST_SECS_MAX: u64 = 60;

/// How many requests' time a list of machines serves those who wait for one of them to boot.
const LIST_AGE_REQUESTS: u32 = 4;

/// A launch is several requests in a row, all of whose answers must fit into the time-out of
/// `step-launch-pod`.
const ANSWER_WITHIN: Duration = Duration::from_secs(6);
/// The pace at a cloud that publishes no limits, which is our own choice.
const MIN_INTERVAL_MS: u64 = 250;
const LAUNCH_INTERVAL_MS: u64 = 1_000;

/// What is peculiar to a cloud's API.
#[derive(Debug)]
pub(crate) struct Peculiar {
    /// How errors name it: "the GPU cloud Lambda".
    pub(crate) context: &'static str,
    /// The header that authorises a request, and what stands there before the key.
    pub(crate) authorized_by: (&'static str, &'static str),
    /// The longest an answer may take.
    pub(crate) answer_within: Duration,
    /// The time between two requests, unless the account says otherwise.
    pub(crate) min_interval_ms: u64,
    /// The time between two launches, unless the account says otherwise.
    pub(crate) launch_interval_ms: u64,
    /// Where a token is had for the account's key; `None` where the key itself authorises.
    pub(crate) token_path: Option<&'static str>,
    /// Signs each request, where no key is sent.
    pub(crate) sign: Option<Sign>,
    /// Reads a refusal's body: its code, if the cloud has codes, and its text.
    pub(crate) refusal: fn(&[u8]) -> (String, String),
}

impl Peculiar {
    /// An API like most: a bearer key, a pace of our own choice, and errors in a usual shape.
    pub(crate) const fn usual(context: &'static str) -> Self {
        Self {
            context,
            authorized_by: ("authorization", "Bearer "),
            answer_within: ANSWER_WITHIN,
            min_interval_ms: MIN_INTERVAL_MS,
            launch_interval_ms: LAUNCH_INTERVAL_MS,
            token_path: None,
            sign: None,
            refusal: refusal::usual,
        }
    }
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
    /// The request was turned away, by us or by the cloud, because there were too many.
    Busy(Error),
    /// There is no answer to rely on; what we asked for may have happened.
    Unknown(Error),
}

pub(crate) type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// A refusal with as much of its words as is kept.
    pub(crate) fn refused(status: u16, code: &str, message: &str) -> Self {
        Self::Refused { status, code: cut(code), message: cut(message) }
    }

    pub(crate) fn is_code(&self, wanted: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == wanted)
    }

    pub(crate) fn is_status(&self, wanted: u16) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == wanted)
    }

    /// Whether it is a refusal with these words.
    pub(crate) fn says(&self, words: &str) -> bool {
        matches!(self, Self::Refused { message, .. } if message.contains(words))
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
            Failure::Busy(error) | Failure::Unknown(error) => error,
        }
    }
}

/// An account's API.
#[derive(Debug)]
pub(crate) struct Http {
    client: reqwest::Client,
    base_url: String,
    client_id: Option<ApiKey>,
    key: ApiKey,
    tokens: token::Tokens,
    cloud: String,
    interval: Duration,
    launch_interval: Duration,
    turns: Arc<dyn Turns>,
    peculiar: Peculiar,
}

impl Http {
    pub(crate) fn new(
        account: Account,
        turns: Arc<dyn Turns>,
        peculiar: Peculiar,
    ) -> Result<Self, reqwest::Error> {
        Ok(Self {
            client: reqwest::Client::builder()
                .connect_timeout(CONNECT_WITHIN)
                .timeout(peculiar.answer_within)
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            interval: account.min_interval(peculiar.min_interval_ms),
            launch_interval: account.launch_interval(peculiar.launch_interval_ms),
            base_url: account.base_url,
            client_id: account.client_id,
            key: account.api_key,
            tokens: token::Tokens::default(),
            cloud: account.cloud,
            turns,
            peculiar,
        })
    }

    /// How old a list of machines may be for those who wait for one of them to boot.
    pub(crate) fn list_age_max(&self) -> Duration {
        self.interval.saturating_mul(LIST_AGE_REQUESTS)
    }

    /// Waits for the turn of so many requests in a row.
    ///
    /// # Errors
    ///
    /// `busy` if it is too far away; `unavailable`.
    pub(crate) async fn begin(&self, purpose: Purpose, requests: u32) -> Result<Act<'_>, Error> {
        let length = self.interval.saturating_mul(requests);
        let next_at = self.turn(&self.cloud, length, purpose.patience()).await?;
        Ok(Act { http: self, next_at, left: requests })
    }

    /// Waits for the turn of a launch, and takes the time of so many requests for it.
    ///
    /// # Errors
    ///
    /// Those of [`Http::begin`].
    pub(crate) async fn turn_to_launch(
        &self,
        begun: Begun,
        requests: u32,
    ) -> Result<LaunchTurn, Error> {
        let lane = format!("{}#launches", self.cloud);
        // A launch whose lane's time is taken would lose it with its turn at the account.
        let (in_lane, at_account) = match begun {
            Begun::No => (Purpose::Launch, Purpose::Finish),
            Begun::Yes => (Purpose::Finish, Purpose::Compare),
        };
        sleep_until(self.turn(&lane, self.launch_interval, in_lane.patience()).await?).await;
        let length = self.interval.saturating_mul(requests);
        let from = self.turn(&self.cloud, length, at_account.patience()).await?;
        Ok(LaunchTurn { from })
    }

    /// A launch that takes so many requests, in the turn that was waited for.
    pub(crate) fn begin_launch(&self, turn: &LaunchTurn, requests: u32) -> Act<'_> {
        Act { http: self, next_at: turn.from, left: requests }
    }

    async fn turn(
        &self,
        lane: &str,
        length: Duration,
        patience: Duration,
    ) -> Result<Instant, Error> {
        let wait = self.turns.take(lane, length, patience).await?;
        let wait = wait.ok_or_else(|| Error::busy(self.peculiar.context))?;
        Ok(Instant::now() + wait)
    }

    fn unknown(&self, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
        Failure::Unknown(Error::unavailable(self.peculiar.context, why))
    }

    /// A request that authorises itself in a way of its own.
    pub(crate) fn post_to(&self, url: &str) -> RequestBuilder {
        self.client.post(url)
    }

    /// Lets the account rest as many seconds as an answer demands, if one does.
    async fn rest(&self, secs: Option<u64>) {
        let secs = secs.unwrap_or(REST_SECS);
        let length = Duration::from_secs(secs.clamp(1, REST_SECS_MAX));
        // Several requests may be told to rest at the same time; only the first makes it rest. And
        // if it cannot be noted, the next request finds out anyway.
        let _ = self.turns.take(&self.cloud, length, length / 2).await;
    }
}

/// Requests in a row, whose turn has come: none sooner than the cloud allows after the one before.
#[derive(Debug)]
pub(crate) struct Act<'a> {
    http: &'a Http,
    next_at: Instant,
    left: u32,
}

impl Act<'_> {
    /// There is no answer to rely on, because of `why`.
    pub(crate) fn unknown(
        &self,
        why: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Failure {
        self.http.unknown(why)
    }

    /// A request that authorises itself in a way of its own.
    pub(crate) fn post_to(&self, url: &str) -> RequestBuilder {
        self.http.post_to(url)
    }

    /// There were too many requests, as an answer says that is no 429: the account rests.
    pub(crate) async fn busy(&self) -> Failure {
        self.http.rest(None).await;
        Failure::Busy(Error::busy(self.http.peculiar.context))
    }

    /// Waits until the next request may be made. An act that needs more of them than it took turns
    /// for takes further ones.
    pub(crate) async fn next(&mut self) -> Result<(), Error> {
        if self.left == 0 {
            let more = self.http.begin(Purpose::Finish, 1).await?;
            (self.next_at, self.left) = (self.next_at.max(more.next_at), more.left);
        }
        sleep_until(self.next_at).await;
        self.next_at = Instant::now() + self.http.interval;
        self.left = self.left.saturating_sub(1);
        Ok(())
    }

    /// A request's body as JSON.
    pub(crate) fn body(&self, body: &impl Serialize) -> Outcome<Value> {
        serde_json::to_value(body).map_err(|error| self.unknown(error))
    }

    /// What `GET path` tells.
    pub(crate) async fn get<T: DeserializeOwned>(&mut self, path: &str) -> Outcome<T> {
        self.json(Method::GET, path, None).await
    }

    /// What `POST path` tells.
    pub(crate) async fn post<T: DeserializeOwned>(
        &mut self,
        path: &str,
        body: &impl Serialize,
    ) -> Outcome<T> {
        let body = self.body(body)?;
        self.json(Method::POST, path, Some(body)).await
    }

    /// `DELETE path`, whatever it tells.
    pub(crate) async fn delete(&mut self, path: &str) -> Outcome<()> {
        self.answer(Method::DELETE, path, None).await.map(drop)
    }

    /// What a successful answer says as JSON.
    pub(crate) async fn json<T: DeserializeOwned>(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Outcome<T> {
        let bytes = self.answer(method, path, body).await?;
        serde_json::from_slice(&bytes).map_err(|error| self.unknown(error))
    }

    /// The body of a successful answer.
    pub(crate) async fn answer(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Outcome<Vec<u8>> {
        let bearer = self.bearer().await?;
        let request = |act: &Self, bearer: &ApiKey| {
            act.authorized(act.request(method.clone(), path, body.as_ref()), bearer)
        };
        match self.exchange(request(self, &bearer)).await {
            // A refused token had no effect, so it is safe to try once more with a new one.
            Err(failure) if failure.is_status(401) && self.forget(&bearer).await => {
                let bearer = self.bearer().await?;
                self.exchange(request(self, &bearer)).await
            }
            answered => answered,
        }
    }

    fn authorized(&self, request: RequestBuilder, key: &ApiKey) -> RequestBuilder {
        if let Some(sign) = self.http.peculiar.sign {
            return self.signed(request, sign);
        }
        let (header, before) = self.http.peculiar.authorized_by;
        match HeaderValue::try_from(format!("{before}{}", key.reveal())) {
            Ok(mut value) => {
                value.set_sensitive(true);
                request.header(header, value)
            }
            // A key that no header can hold fails there in the same way, when it is sent.
            Err(_) => request.bearer_auth(key.reveal()),
        }
    }

    fn request(&self, method: Method, path: &str, body: Option<&Value>) -> RequestBuilder {
        let request = self.http.client.request(method, format!("{}{path}", self.http.base_url));
        match body {
            // No API takes a bare string as JSON; some take a text.
            Some(Value::String(text)) => {
                request.header(CONTENT_TYPE, "text/plain").body(text.clone())
            }
            Some(body) => request.json(body),
            None => request,
        }
    }

    /// The body of a successful answer to `request`.
    pub(crate) async fn exchange(&mut self, request: RequestBuilder) -> Outcome<Vec<u8>> {
        self.next().await.map_err(Failure::Busy)?;
        let http = self.http;
        // Where a request went is not said: that could tell a key.
        let failed = |error: reqwest::Error| self.unknown(error.without_url());
        let answer = request.send().await.map_err(failed)?;
        let status = answer.status();
        if status.as_u16() == 429 {
            http.rest(retry_after(&answer)).await;
            return Err(Failure::Busy(Error::busy(http.peculiar.context)));
        }
        let bytes = answer.bytes().await.map_err(failed)?.to_vec();
        match status.as_u16() {
            _ if status.is_success() => Ok(bytes),
            // Only a refusal is certain to have had no effect; the text of a 5xx proves nothing.
            refused @ 400..=499 => {
                let (code, message) = (http.peculiar.refusal)(&bytes);
                Err(Failure::refused(refused, &code, &message))
            }
            other => Err(self.unknown(format!("status {other}"))),
        }
    }
}

/// How many seconds an answer wants us to wait, if it says so.
fn retry_after(answer: &Response) -> Option<u64> {
    answer.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()
}
