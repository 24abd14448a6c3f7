//! Warm requests: the same event again and again, with a store that answers at once.
//!
//! Measured from handing the event over to the arrival of the answer, without the time the store
//! had the function's requests. What remains is more than the function's own work: the loopback
//! and this program's own part of each exchange are in it.

use std::time::Duration;

use axum::body::Bytes;
use recovery_tests::Site;
use runtime::config::Config;
use serde_json::{Value, json};
use testkit::Stack;

use crate::Outcome;
use crate::figure::{Figure, megabytes, millis, number};
use crate::functions::Function;
use crate::host::{Answer, hosting};
use crate::journey::{Walked, walk};
use crate::process::{memory_bytes, processor_time};
use crate::samples::{Rounds, Samples};
use crate::store::Store;

const PART: &str = "warm";
const EVENTS: usize = 2_000;
/// Until connections are open and whatever is kept in memory is there.
const WARM_UP_EVENTS: usize = 50;
/// DESIGN §11.
const MILLIS_MAX: f64 = 1.0;
const MEMORY_MB_MAX: f64 = 40.0;

/// A function and what it is asked.
#[derive(Debug)]
struct Case {
    function: &'static str,
    title: &'static str,
    /// What it works with.
    config: Config,
    event: Value,
    /// A part of every good answer.
    expected: &'static str,
}

/// Measures one public list, one read of the caller's own, one cached answer and one step that moves
/// money.
pub(crate) async fn figures(limit: Duration) -> Outcome<Vec<Figure>> {
    let stack = Stack::from_env()?;
    let Walked { user, pod_id } = walk(&stack).await?;
    let user_id = user.me().await?["user_id"].as_str().unwrap_or_default().to_owned();
    let site = Site::with(Vec::new()).await?;
    let deploy = site.deploy(None).await?;
    let request = |path: &str| http_event(&user.host, path, &user_id);
    let cases = [
        Case {
            function: "api-offers",
            title: "GET /offers",
            config: stack.config(),
            event: request("/api/v2/offers"),
            expected: "explanation",
        },
        Case {
            function: "api-plans",
            title: "GET /billing/plans",
            config: stack.config(),
            event: request("/api/v2/billing/plans"),
            expected: "enterprise",
        },
        Case {
            function: "api-pods",
            title: "GET /pods/{id}",
            config: stack.config(),
            event: request(&format!("/api/v2/pods/{pod_id}")),
            expected: "ssh_command",
        },
        Case {
            function: "step-hold-funds",
            title: "step-hold-funds",
            config: site.config(),
            event: json!({
                "tenant_id": deploy.wallet.tenant_id, "pod_id": deploy.pod_id, "mode": "SANDBOX",
            }),
            expected: "held",
        },
    ];
    let mut figures = Vec::new();
    for case in &cases {
        let measured = measured(&stack, case, limit).await;
        figures.extend(measured.map_err(|error| format!("{}: {error}", case.title))?);
    }
    Ok(figures)
}

async fn measured(stack: &Stack, case: &Case, limit: Duration) -> Outcome<[Figure; 4]> {
    let function = Function::named(case.function)?;
    let variables = function.environment(Some(&case.config));
    let event = Bytes::from(case.event.to_string());
    hosting(Some(Store::new(&stack.endpoint)), async |host| {
        let process = host.start(&function.binary, &[], &variables)?;
        let pid = process.pid()?;
        for _ in 0..WARM_UP_EVENTS {
            case.check(&host.ask(&event).await?)?;
        }
        let mut warm = Warm::default();
        let mut rounds = Rounds::new(EVENTS, limit);
        let mut before = processor_time(pid)?;
        while rounds.another() {
            let answer = host.ask(&event).await?;
            case.check(&answer)?;
            warm.own.add(answer.took.saturating_sub(answer.in_store));
            warm.whole.add(answer.took);
            let after = processor_time(pid)?;
            warm.processor.add(after.saturating_sub(before));
            before = after;
        }
        warm.memory_bytes = memory_bytes(pid, "VmRSS")?;
        process.stop().await?;
        Ok(warm.figures(case.title))
    })
    .await
}

/// What was measured of one case.
#[derive(Debug, Default)]
struct Warm {
    /// From event to answer, without the store.
    own: Samples,
    /// From event to answer.
    whole: Samples,
    /// The function's time on a processor, which other processes do not lengthen.
    processor: Samples,
    memory_bytes: u64,
}

impl Warm {
    fn figures(&self, title: &str) -> [Figure; 4] {
        let figure = |name: &str, value| Figure::new(PART, format!("{title}, {name}"), value);
        let [p50, p99] = [50, 99].map(|percent| {
            let with_store = number(millis(self.whole.percentile(percent)).0);
            let own = millis(self.own.percentile(percent));
            figure(&format!("store excluded, p{percent}"), own)
                .against(format!("{with_store} ms with the store; {} events", self.own.count()))
        });
        let usual = number(millis(self.processor.percentile(50)).0);
        let processor = millis(self.processor.percentile(99));
        [
            p50,
            p99.at_most(MILLIS_MAX),
            figure("time on a processor, p99", processor)
                .at_most(MILLIS_MAX)
                .against(format!("p50 {usual} ms; a busy machine does not lengthen it")),
            figure("memory afterwards", megabytes(self.memory_bytes))
                .at_most(MEMORY_MB_MAX)
                .against("Node 68 MB, Python 66 to 76 MB"),
        ]
    }
}

impl Case {
    fn check(&self, answer: &Answer) -> Outcome<()> {
        let body = String::from_utf8_lossy(&answer.body);
        if answer.good && body.contains(self.expected) {
            return Ok(());
        }
        Err(format!("it answered {body}").into())
    }
}

/// A request of somebody signed in, as an HTTP API hands it to a function.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>
fn http_event(host: &str, path: &str, user_id: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "api.invalid", "x-forwarded-host": host, "accept": "*/*"},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "api",
            "authorizer": {"jwt": {
                "claims": {"token_use": "access", "username": user_id},
                "scopes": null,
            }},
            "domainName": "api.invalid",
            "domainPrefix": "api",
            "http": {
                "method": "GET",
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "bench",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "21/Nov/2026:00:00:00 +0000",
            "timeEpoch": 1_795_219_200_000_u64,
        },
        "isBase64Encoded": false,
    })
}
