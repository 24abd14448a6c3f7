//! Schedules whose time has come, whatever the clock says.

use std::time::SystemTime;

use adapters::aws::secrets::JsonSecret;
use adapters::tables::pods::SHARDS;
use aws_sdk_dynamodb::config::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use jiff::Timestamp;
use providers::Accounts;
use serde_json::{Value, json};

use crate::{Outcome, Stack};

const REGION: &str = "us-east-1";
/// Where Lambda's API takes invocations (Lambda API reference, `Invoke`).
const INVOKE: &str = "/2015-03-31/functions";

impl Stack {
    /// Does all that the sweep due at `at` does: compares every account with its pods, and looks
    /// after every shard of pods.
    pub async fn sweep(&self, at: Timestamp) -> Outcome<()> {
        let secret = self.output("GpuCloudsSecretArn")?.to_owned();
        let secret: JsonSecret<Accounts> = JsonSecret::new(&self.aws().await, secret);
        for account in &secret.get(runtime::clock::now()).await?.accounts {
            let due = json!({"cloud": account.cloud, "due_at": at});
            self.deliver("on-account-due", &due).await?;
        }
        for shard in 0..SHARDS {
            self.deliver("on-sweep-due", &json!({"shard": shard, "due_at": at})).await?;
        }
        Ok(())
    }

    /// Runs a scheduled function as its schedule would at `at`, and gives what it answered.
    pub async fn invoke_schedule(&self, function: &str, at: Timestamp) -> Outcome<Value> {
        let event = json!({
            "id": "00000000-0000-0000-0000-000000000000",
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "000000000000",
            "time": format!("{at:.0}"),
            "region": REGION,
            "resources": [],
            "detail": {},
        });
        self.invoke(function, &event).await
    }

    /// Hands a queue's function one message, as its queue would; an error if it was refused.
    pub async fn deliver(&self, function: &str, message: &Value) -> Outcome<()> {
        let record = json!({"messageId": "test", "body": message.to_string()});
        let answer = self.invoke(function, &json!({"Records": [record]})).await?;
        match answer["batchItemFailures"].as_array() {
            Some(failures) if failures.is_empty() => Ok(()),
            _ => Err(format!("{function} refused {message}: {answer}").into()),
        }
    }

    /// Runs a function with `event` and waits for its answer.
    pub async fn invoke(&self, function: &str, event: &Value) -> Outcome<Value> {
        let url = format!("{}{INVOKE}/{}-{function}/invocations", self.endpoint, self.name()?);
        let body = event.to_string();
        let mut request = self.client.post(&url);
        for (name, value) in signature("lambda", &url, &body)? {
            request = request.header(name, value);
        }
        let answer = request.body(body).send().await?;
        let failed = answer.headers().contains_key("x-amz-function-error");
        let (status, text) = (answer.status(), answer.text().await?);
        if failed || !status.is_success() {
            return Err(format!("{function} answered {status}: {text}").into());
        }
        Ok(serde_json::from_str(&text)?)
    }
}

/// The headers that say who asks `service`.
pub(crate) fn signature(service: &str, url: &str, body: &str) -> Outcome<Vec<(String, String)>> {
    let identity = Credentials::new("test", "test", None, None, "test kit").into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(REGION)
        .name(service)
        .time(SystemTime::from(runtime::clock::now()))
        .settings(SigningSettings::default())
        .build()?
        .into();
    let bytes = SignableBody::Bytes(body.as_bytes());
    let request = SignableRequest::new("POST", url, std::iter::empty(), bytes)?;
    let (signed, _) = sign(request, &params)?.into_parts();
    let headers = signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok(headers.collect())
}
