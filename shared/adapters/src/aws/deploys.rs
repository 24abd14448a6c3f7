//! The state machine `deploy-pod`.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::operation::describe_execution::DescribeExecutionError;
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use aws_sdk_sfn::types::ExecutionStatus;
use contracts::deploy::DeployPodV1;
use domain::Error;
use domain::id::PodId;
use domain::pod::sweep::ExecutionState;

use crate::aws::{Aws, failed};

/// Starts the state machine's executions and asks for their state.
#[derive(Clone, Debug)]
pub struct Deploys {
    client: Client,
    state_machine_arn: String,
}

/// The pod's identifier names its first execution, so a second start finds the first.
fn name(pod_id: &PodId, execution: u32) -> String {
    match execution {
        0 | 1 => pod_id.to_string(),
        later => format!("{pod_id}-{later}"),
    }
}

impl Deploys {
    /// The state machine at `state_machine_arn`.
    #[must_use]
    pub fn new(aws: &Aws, state_machine_arn: String) -> Self {
        Self { client: Client::new(&aws.config), state_machine_arn }
    }

    /// Starts the execution that brings a pod up, numbered from 1; one that was started before stays
    /// as it is.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn start(&self, deploy: &DeployPodV1, execution: u32) -> Result<(), Error> {
        let input = serde_json::to_string(deploy)
            .map_err(|error| Error::broken("a deploy cannot be written", error))?;
        let started = self
            .client
            .start_execution()
            .state_machine_arn(&self.state_machine_arn)
            .name(name(&deploy.pod_id, execution))
            .input(input)
            .send()
            .await;
        match started {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(StartExecutionError::ExecutionAlreadyExists(_)) => Ok(()),
                _ => Err(failed("the deploy service")(error)),
            },
        }
    }

    /// The state of one of the pod's executions, numbered from 1.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn state(&self, pod_id: &PodId, execution: u32) -> Result<ExecutionState, Error> {
        // `…:stateMachine:<machine>` and `…:execution:<machine>:<name>` differ only in this.
        let executions = self.state_machine_arn.replacen(":stateMachine:", ":execution:", 1);
        let arn = format!("{executions}:{}", name(pod_id, execution));
        match self.client.describe_execution().execution_arn(arn).send().await {
            Ok(answer) => Ok(match answer.status() {
                ExecutionStatus::Running => ExecutionState::Running,
                ExecutionStatus::Succeeded => ExecutionState::Succeeded,
                _ => ExecutionState::Died,
            }),
            Err(error) => match error.as_service_error() {
                Some(DescribeExecutionError::ExecutionDoesNotExist(_)) => {
                    Ok(ExecutionState::NeverStarted)
                }
                _ => Err(failed("the deploy service")(error)),
            },
        }
    }
}
