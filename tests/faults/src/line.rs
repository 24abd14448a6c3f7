//! The line between the functions and everything outside: a proxy that counts calls, and lets one of
//! them go wrong.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response, StatusCode, header};
use futures_util::stream;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::{Kind, Outcome};

/// More than any request has.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Tries of one call of the SDK's bear the same value of this.
const INVOCATION: &str = "amz-sdk-invocation-id";
/// Calls that pass a late one.
const OVERTAKING: usize = 3;
/// What one hop says to the next.
const OF_ONE_HOP: [header::HeaderName; 3] =
    [header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING];

/// Which call goes wrong, and how.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Plan {
    /// The call's number, from 0.
    pub call: usize,
    /// What befalls it.
    pub kind: Kind,
}

#[derive(Debug, Default)]
struct Traffic {
    /// What was called, in order.
    calls: Vec<String>,
    invocations: HashMap<String, usize>,
    plan: Option<Plan>,
    struck: u32,
    armed: bool,
}

/// A line to everything outside.
#[derive(Debug, Default)]
pub struct Line {
    traffic: Mutex<Traffic>,
    killed: Notify,
    overtaken: Notify,
}

/// One end of the line.
#[derive(Clone, Debug)]
struct End {
    line: Arc<Line>,
    /// `http://127.0.0.1:4566`.
    upstream: String,
    client: reqwest::Client,
}

impl Line {
    /// A line on which one call goes wrong, or none.
    #[must_use]
    pub fn new(plan: Option<Plan>) -> Arc<Self> {
        let traffic = Mutex::new(Traffic { plan, ..Traffic::default() });
        Arc::new(Self { traffic, ..Self::default() })
    }

    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was called so far.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.traffic().calls.clone()
    }

    /// Whether the call that was to go wrong was made.
    #[must_use]
    pub fn has_struck(&self) -> bool {
        self.traffic().struck > 0
    }

    /// Counts calls from here on.
    pub fn arm(&self) {
        self.traffic().armed = true;
    }

    /// Stops counting, so that nothing more goes wrong, and lets a late call through.
    pub fn mend(&self) {
        self.traffic().armed = false;
        self.overtaken.notify_one();
    }

    /// What `work` comes to; `None` if it was killed.
    pub async fn until_killed<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.killed.notified() => None,
            done = work => Some(done),
        }
    }

    /// Listens for calls to `upstream`, as long as this runtime lives; returns where.
    #[expect(
        clippy::disallowed_methods,
        reason = "it serves beside the functions, in none of them"
    )]
    pub async fn listen(self: &Arc<Self>, upstream: &str) -> Outcome<String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let client = reqwest::Client::builder().no_proxy().build()?;
        let end = End { line: Arc::clone(self), upstream: upstream.to_owned(), client };
        let router = Router::new().fallback(pass).with_state(end);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(url)
    }

    /// Counts a try of a call; returns what is to befall it, and how often that happened before.
    fn count(&self, name: String, invocation: Option<String>) -> Option<(Kind, u32)> {
        let mut traffic = self.traffic();
        if !traffic.armed {
            return None;
        }
        let next = traffic.calls.len();
        let known = invocation.as_ref().and_then(|id| traffic.invocations.get(id).copied());
        let number = known.unwrap_or(next);
        if known.is_none() {
            traffic.calls.push(name);
            if let Some(id) = invocation {
                traffic.invocations.insert(id, number);
            }
        }
        let plan = traffic.plan?;
        if number == plan.call + OVERTAKING {
            self.overtaken.notify_one();
        }
        if number != plan.call {
            return None;
        }
        let before = traffic.struck;
        traffic.struck += 1;
        Some((plan.kind, before))
    }
}

/// `DynamoDB GetItem`, or method and path.
fn name(parts: &Parts) -> String {
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    if let Some((service, operation)) = target.and_then(|target| target.split_once('.')) {
        let service = service.split('_').next().unwrap_or(service);
        return format!("{service} {operation}");
    }
    let authorized = parts.headers.get(header::AUTHORIZATION);
    let is_aws = authorized.is_some_and(|value| value.as_bytes().starts_with(b"AWS4"));
    let place = if is_aws { "S3" } else { "cloud" };
    let of_one = |part: &&str| !part.chars().any(|c| c.is_ascii_digit());
    let path: Vec<_> = parts.uri.path().split('/').filter(of_one).collect();
    let path = if is_aws { String::new() } else { format!(" {}", path.join("/")) };
    format!("{place} {}{path}", parts.method)
}

fn without_hop(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in &OF_ONE_HOP {
        headers.remove(name);
    }
    headers
}

impl End {
    async fn forward(&self, parts: &Parts, body: &Bytes) -> Response<Body> {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let request = self.client.request(parts.method.clone(), format!("{}{path}", self.upstream));
        let request = request.headers(without_hop(&parts.headers)).body(body.clone());
        let Ok(answer) = request.send().await else { return lost() };
        let (status, headers) = (answer.status(), without_hop(answer.headers()));
        let Ok(body) = answer.bytes().await else { return lost() };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }

    /// Turns a call away as its service does that.
    fn turn_away(parts: &Parts, status: StatusCode, error: &str) -> Response<Body> {
        let aws = parts.headers.contains_key("x-amz-target");
        let status = if aws { status } else { StatusCode::TOO_MANY_REQUESTS };
        let mut response = Response::new(Body::from(error.to_owned()));
        *response.status_mut() = status;
        let kind = header::HeaderValue::from_static("application/x-amz-json-1.0");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

/// An answer that breaks off.
fn lost() -> Response<Body> {
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Response::new(Body::from_stream(stream::iter([Err::<Bytes, _>(broken)])))
}

const THROTTLED: &str = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
const CONFLICT: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    "message":"Transaction cancelled [TransactionConflict]",
    "CancellationReasons":[{"Code":"TransactionConflict","Message":"Conflict"}]}"#;

#[expect(clippy::disallowed_methods, reason = "what is late arrives after its caller has died")]
async fn pass(State(end): State<End>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else { return lost() };
    let invocation = parts.headers.get(INVOCATION).and_then(|value| value.to_str().ok());
    let befalls = end.line.count(name(&parts), invocation.map(str::to_owned));
    match befalls {
        Some((Kind::Unreached, _)) => lost(),
        Some((Kind::AnswerLost, 0)) => {
            end.forward(&parts, &body).await;
            lost()
        }
        Some((Kind::Killed, 0)) => {
            end.forward(&parts, &body).await;
            end.line.killed.notify_one();
            std::future::pending().await
        }
        Some((Kind::Late, 0)) => {
            let late = end.clone();
            tokio::spawn(async move {
                late.line.overtaken.notified().await;
                late.forward(&parts, &body).await;
            });
            end.line.killed.notify_one();
            std::future::pending().await
        }
        Some((Kind::Twice, 0)) => {
            let first = end.forward(&parts, &body).await;
            end.forward(&parts, &body).await;
            first
        }
        Some((Kind::Throttled, _)) => End::turn_away(&parts, StatusCode::BAD_REQUEST, THROTTLED),
        Some((Kind::Conflict, 0)) => End::turn_away(&parts, StatusCode::BAD_REQUEST, CONFLICT),
        _ => end.forward(&parts, &body).await,
    }
}
