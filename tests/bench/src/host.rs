//! The Lambda service, played to one process: its runtime API and, for whatever else it asks, a
//! store.
//!
//! The runtime API is <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::Outcome;
use crate::store::Store;

/// How long a process may take to poll or to answer; none honest takes a second.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// When an event is over, in milliseconds since 1970: never.
const DEADLINE_MILLIS: &str = "4102444800000";
const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:bench";

/// What a process answered to an event.
#[derive(Debug)]
pub(crate) struct Answer {
    /// From the event's handing over to the answer's arrival.
    pub(crate) took: Duration,
    /// What of it the store had the request.
    pub(crate) in_store: Duration,
    /// Whether it is an answer, not an error.
    pub(crate) good: bool,
    /// Its body.
    pub(crate) body: Bytes,
}

#[derive(Debug)]
struct Api {
    polled: UnboundedSender<Instant>,
    events: Mutex<UnboundedReceiver<Bytes>>,
    handed: Mutex<Instant>,
    answered: UnboundedSender<Answer>,
    store: Option<Store>,
    store_nanos: AtomicU64,
}

/// The service's side of one process.
#[derive(Debug)]
pub(crate) struct Host {
    address: SocketAddr,
    polls: UnboundedReceiver<Instant>,
    events: UnboundedSender<Bytes>,
    answers: UnboundedReceiver<Answer>,
}

/// A process that speaks the runtime API.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    spawned: Instant,
}

/// Serves a host while `work` is done with it.
pub(crate) async fn hosting<T>(
    store: Option<Store>,
    work: impl AsyncFnOnce(&mut Host) -> Outcome<T>,
) -> Outcome<T> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let (polled, polls) = unbounded_channel();
    let (events, to_hand) = unbounded_channel();
    let (answered, answers) = unbounded_channel();
    let api = Api {
        polled,
        events: Mutex::new(to_hand),
        handed: Mutex::new(Instant::now()),
        answered,
        store,
        store_nanos: AtomicU64::new(0),
    };
    let router = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
        .fallback(stored)
        .with_state(Arc::new(api));
    let listener = listener.tap_io(|stream| {
        // Without it the loopback would wait for more before it sends; a failure only costs time.
        let _ = stream.set_nodelay(true);
    });
    let mut host = Host { address, polls, events, answers };
    tokio::select! {
        served = axum::serve(listener, router) => Err(format!("no longer serving: {served:?}").into()),
        done = work(&mut host) => done,
    }
}

async fn next(State(api): State<Arc<Api>>) -> Response {
    // Nobody listens any more once the process is being stopped.
    let _ = api.polled.send(Instant::now());
    let Some(event) = api.events.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let headers = [
        ("content-type", "application/json"),
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("lambda-runtime-deadline-ms", DEADLINE_MILLIS),
        ("lambda-runtime-invoked-function-arn", ARN),
    ];
    api.store_nanos.store(0, Ordering::Relaxed);
    *api.handed.lock().await = Instant::now();
    (headers, event).into_response()
}

async fn response(State(api): State<Arc<Api>>, body: Bytes) -> StatusCode {
    api.answer(true, body).await
}

async fn error(State(api): State<Arc<Api>>, body: Bytes) -> StatusCode {
    api.answer(false, body).await
}

async fn stored(State(api): State<Arc<Api>>, request: Request) -> Response {
    let Some(store) = &api.store else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let begun = Instant::now();
    let answer = store.answer(request).await;
    let nanos = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
    api.store_nanos.fetch_add(nanos, Ordering::Relaxed);
    answer
}

impl Api {
    async fn answer(&self, good: bool, body: Bytes) -> StatusCode {
        let took = self.handed.lock().await.elapsed();
        let in_store = Duration::from_nanos(self.store_nanos.load(Ordering::Relaxed));
        let _ = self.answered.send(Answer { took, in_store, good, body });
        StatusCode::ACCEPTED
    }
}

impl Host {
    /// Starts a program in an environment of nothing but `variables` and Lambda's own.
    pub(crate) fn start(
        &self,
        program: &Path,
        arguments: &[&str],
        variables: &[(String, String)],
    ) -> Outcome<Process> {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .env("PATH", runtime::config::required::<String>("PATH")?)
            .env("AWS_LAMBDA_RUNTIME_API", self.address.to_string())
            .env("AWS_ENDPOINT_URL", format!("http://{}", self.address))
            .envs([
                ("AWS_ACCESS_KEY_ID", "test"),
                ("AWS_SECRET_ACCESS_KEY", "test"),
                ("AWS_REGION", "us-east-1"),
                ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
                ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
                ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
                ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
                ("AWS_LAMBDA_LOG_GROUP_NAME", "bench"),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
        let spawned = Instant::now();
        let child = command.spawn().map_err(|error| format!("{}: {error}", program.display()))?;
        Ok(Process { child, spawned })
    }

    /// Waits until the process asks for its first event; answers how long that took from its start.
    pub(crate) async fn first_poll(&mut self, process: &mut Process) -> Outcome<Duration> {
        let polled = tokio::select! {
            polled = self.polls.recv() => polled,
            ended = process.child.wait() => return Err(format!("it ended: {}", ended?).into()),
            () = tokio::time::sleep(ANSWER_WITHIN) => None,
        };
        Ok(polled.ok_or("it never polled")?.duration_since(process.spawned))
    }

    /// Hands an event over and waits for the answer.
    pub(crate) async fn ask(&mut self, event: &Bytes) -> Outcome<Answer> {
        self.events.send(event.clone())?;
        let answer = tokio::time::timeout(ANSWER_WITHIN, self.answers.recv()).await?;
        Ok(answer.ok_or("it never answered")?)
    }
}

impl Process {
    /// Its identifier.
    pub(crate) fn pid(&self) -> Outcome<u32> {
        Ok(self.child.id().ok_or("the process has ended")?)
    }

    /// Ends it.
    pub(crate) async fn stop(mut self) -> Outcome<()> {
        Ok(self.child.kill().await?)
    }
}
