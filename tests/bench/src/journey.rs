//! One whole sandbox journey, and its AWS list price.

use std::fs;
use std::time::Duration;

use aws_sdk_sfn::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_sfn::types::{ExecutionStatus, HistoryEventType};
use domain::Mode;
use serde_json::{Value, json};
use testkit::{PASSWORD, Stack, User, fresh_address, until};

use crate::Outcome;
use crate::bill::{Bill, Call};
use crate::figure::{Figure, micro_dollars, number};
use crate::prices::Prices;

const PART: &str = "journey";
/// Time enough to read the mail and activate. The execution outlives the activation by it, and what
/// it then does is part of the price.
const ACTIVATION: Duration = Duration::from_secs(5);
/// DESIGN §11.
const USD_MAX: f64 = 0.000_5;
/// The name that the test kit gives its pods.
const POD: &str = "trial";

/// Who walked, and what they have now.
#[derive(Debug)]
pub(crate) struct Walked {
    /// The person.
    pub(crate) user: User,
    /// Their running pod.
    pub(crate) pod_id: String,
}

/// Prices two journeys on a fresh product: the first finds every function cold.
pub(crate) async fn figures() -> Outcome<Vec<Figure>> {
    let record: String = runtime::config::required("GPUBROKER_RECORD")?;
    let stack = Stack::from_env()?;
    let prices = Prices::read()?;
    let mut figures = Vec::new();
    for name in ["every function cold", "warm"] {
        let before = calls(&record)?.len();
        let walked = walk(&stack).await?;
        let transitions = transitions(&stack, &walked.pod_id).await?;
        let calls = calls(&record)?.into_iter().skip(before).filter(Call::is_of_a_person);
        let calls: Vec<Call> = calls.collect();
        let bill = Bill::of(&calls, transitions, &prices)?;
        figures.push(
            Figure::new(PART, format!("AWS list price, {name}"), micro_dollars(bill.usd()))
                .at_most(micro_dollars(USD_MAX).0)
                .against(format!("{}, {}", prices.region, prices.as_of)),
        );
        figures.extend(bill.lines().map(|(title, count, usd, summed)| {
            let figure = Figure::new(PART, format!("  {title}"), micro_dollars(usd));
            let beside = if summed { "" } else { ", listed beside" };
            figure.against(format!("{}{beside}", number(count)))
        }));
    }
    Ok(figures)
}

/// Registers, signs in, looks at offers, takes a quote, deploys, activates and looks at the pod.
///
/// It waits for mails only: how often somebody asks while waiting is not the journey's price.
pub(crate) async fn walk(stack: &Stack) -> Outcome<Walked> {
    let changed = [("activation_secs", json!(ACTIVATION.as_secs()))];
    let host = stack.tenant("bench", Mode::Sandbox, &changed).await?;
    let visitor = stack.visitor(&host);
    let email = fresh_address("bench")?;
    visitor.register(&email).await?.with_status(202)?;
    let user = visitor.login(&email, PASSWORD).await?;
    let offer = user.offer("gpu=RTX%204090&gpu_count=1&sort=price_asc").await?;
    let pod_id = user.deploy(&offer, None).await?;
    let token = user.activation_token(POD).await?;
    user.try_activate(&pod_id, &token).await?.with_status(200)?;
    let pod: Value = user.pod(&pod_id).await?;
    if pod["state"] != "running" {
        return Err(format!("the pod does not run: {pod}").into());
    }
    stack.mail(&email, &format!("{POD} is running")).await?;
    Ok(Walked { user, pod_id })
}

fn calls(record: &str) -> Outcome<Vec<Call>> {
    let text = fs::read_to_string(record)?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// Waits for the end of a pod's deploy and counts its state transitions: the start, each state
/// entered, and each task tried again.
async fn transitions(stack: &Stack, pod_id: &str) -> Outcome<u64> {
    let config = aws_sdk_sfn::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(&stack.endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "bench"))
        .build();
    let client = aws_sdk_sfn::Client::from_conf(config);
    let machine = stack.output("DeployPodStateMachineArn")?;
    let execution = format!("{}:{pod_id}", machine.replace(":stateMachine:", ":execution:"));
    let status = until(&format!("the end of {execution}"), async || {
        let described = client.describe_execution().execution_arn(&execution).send().await?;
        let status = described.status;
        Ok((status != ExecutionStatus::Running).then_some(status))
    })
    .await?;
    if status != ExecutionStatus::Succeeded {
        return Err(format!("{execution} is {status}").into());
    }
    let history = client.get_execution_history().execution_arn(&execution);
    let mut pages = history.into_paginator().items().send();
    let (mut entered, mut tasks, mut tries) = (0, 0, 0);
    while let Some(event) = pages.next().await {
        let kind = event?.r#type;
        entered += u64::from(kind.as_str().ends_with("StateEntered"));
        tasks += u64::from(kind == HistoryEventType::TaskStateEntered);
        let is_try = [HistoryEventType::TaskScheduled, HistoryEventType::LambdaFunctionScheduled];
        tries += u64::from(is_try.contains(&kind));
    }
    Ok(1 + entered + tries.max(tasks) - tasks)
}
