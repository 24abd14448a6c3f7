//! Warm requests: the same event again and again, with a store that answers at once.
//!
//! Measured from handing the event over to the arrival of the answer, without the time the store
//! had the function's requests. What remains is more than the function's own work: the loopback
//! and this program's own part of each exchange are in it.

use std::time::Duration;

use axum::body::Bytes;
use recovery_tests::Site;
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
            event: request("/api/v2/offers"),
            expected: "explanation",
        },
        Case {
            function: "api-plans",
            title: "GET /billing/plans",
            event: request("/api/v2/billing/plans"),
            expected: "enterprise",
        },
        Case {
            function: "api-pods",
            title: "GET /pods/{id}",
            event: request(&format!("/api/v2/pods/{pod_id}")),
            expected: "ssh_command",
        },
        Case {
            function: "step-hold-funds",
            title: "step-hold-funds",
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

async fn measured(stack: &Stack, case: &Case, limit: Duration) -> Outcome<[Figure; 3]> {
    let function = Function::named(case.function)?;
    let variables = deployed(&function, stack);
    let event = Bytes::from(case.event.to_string());
    hosting(Some(Store::new(&stack.endpoint)), async |host| {
        let process = host.start(&function.binary, &[], &variables)?;
        for _ in 0..WARM_UP_EVENTS {
            case.check(&host.ask(&event).await?)?;
        }
        let before = processor_time(process.pid()?)?;
        let (mut own, mut whole) = (Samples::default(), Samples::default());
        let mut rounds = Rounds::new(EVENTS, limit);
        while rounds.another() {
            let answer = host.ask(&event).await?;
            case.check(&answer)?;
            own.add(answer.took.saturating_sub(answer.in_store));
            whole.add(answer.took);
        }
        let busy = processor_time(process.pid()?)?.saturating_sub(before);
        let count = u32::try_from(own.count().max(1))?;
        let memory = memory_bytes(process.pid()?, "VmRSS")?;
        process.stop().await?;
        let [p50, p99] = [50, 99].map(|percent| {
            let with_store = number(millis(whole.percentile(percent)).0);
            let title = format!("{}, store excluded, p{percent}", case.title);
            let figure = Figure::new(PART, title, millis(own.percentile(percent)));
            figure.against(format!("{with_store} ms with the store; {count} events"))
        });
        let processor = number(millis(busy / count).0);
        let title = format!("{}, memory afterwards", case.title);
        let resident = Figure::new(PART, title, megabytes(memory)).at_most(MEMORY_MB_MAX);
        let against = "Node 68 MB, Python 66 to 76 MB";
        let against = format!("{against}; {processor} ms of processor an event");
        Ok([p50, p99.at_most(MILLIS_MAX), resident.against(against)])
    })
    .await
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

/// The function's environment as deployed.
fn deployed(function: &Function, stack: &Stack) -> Vec<(String, String)> {
    let of_stack = |id: &str| {
        let names = ["", "Arn", "Url", "StateMachineArn"].map(|ending| format!("{id}{ending}"));
        names.iter().find_map(|name| stack.output(name).ok()).map(str::to_owned)
    };
    let plausible = function.plausible();
    let filled = function.variables.iter().zip(plausible).map(|((_, from), (name, value))| {
        (name, from.as_deref().and_then(of_stack).unwrap_or(value))
    });
    filled.collect()
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
