//! The local AWS of this run, and names that nobody else uses.

use std::collections::BTreeMap;

use adapters::Aws;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use domain::Error;
use domain::id::{Entropy, PodId, TenantId, UserId};
use jiff::Timestamp;
use runtime::config::required;

const REGION: &str = "us-east-1";

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;
pub(crate) type Outcome<T> = Result<T, BoxError>;

pub(crate) struct World {
    pub(crate) aws: Aws,
    endpoint: String,
    outputs: BTreeMap<String, String>,
}

fn variable(name: &'static str) -> Outcome<String> {
    required(name)
        .map_err(|error| format!("{error}: run `make test`, which brings the local AWS up").into())
}

fn credentials() -> Credentials {
    Credentials::new("test", "test", None, None, "adapter tests")
}

impl World {
    pub(crate) async fn from_env() -> Outcome<Self> {
        let endpoint = variable("GPUBROKER_AWS_ENDPOINT")?;
        let outputs = std::fs::read(variable("GPUBROKER_OUTPUTS")?)?;
        let aws = Aws::connect_to(&endpoint, REGION).await;
        Ok(Self { aws, endpoint, outputs: serde_json::from_slice(&outputs)? })
    }

    pub(crate) fn output(&self, name: &str) -> Outcome<String> {
        let value = self.outputs.get(name).cloned();
        value.ok_or_else(|| format!("the stack has no output {name}").into())
    }

    pub(crate) fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.endpoint)
            .region(Region::new(REGION))
            .credentials_provider(credentials())
            .build();
        aws_sdk_dynamodb::Client::from_conf(config)
    }

    pub(crate) fn secrets(&self) -> aws_sdk_secretsmanager::Client {
        let config = aws_sdk_secretsmanager::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.endpoint)
            .region(Region::new(REGION))
            .credentials_provider(credentials())
            .build();
        aws_sdk_secretsmanager::Client::from_conf(config)
    }

    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.endpoint)
            .region(Region::new(REGION))
            .credentials_provider(credentials())
            .force_path_style(true)
            .build();
        aws_sdk_s3::Client::from_conf(config)
    }
}

pub(crate) fn now() -> Timestamp {
    runtime::clock::now()
}

pub(crate) fn entropy() -> Result<Entropy, Error> {
    runtime::ids::entropy()
}

pub(crate) fn tenant_id() -> Result<TenantId, Error> {
    Ok(TenantId::new(now(), entropy()?))
}

pub(crate) fn user_id() -> Result<UserId, Error> {
    Ok(UserId::new(now(), entropy()?))
}

pub(crate) fn pod_id() -> Result<PodId, Error> {
    Ok(PodId::new(now(), entropy()?))
}

/// The code of a refusal; `None` when it was none.
pub(crate) fn code<T>(result: Result<T, Error>) -> Option<&'static str> {
    result.err().map(|error| error.code)
}
