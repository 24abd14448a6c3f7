//! The state machine `deploy-pod`.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use contracts::deploy::DeployPodV1;
use domain::Error;

use crate::aws::{Aws, failed};

/// Starts deploys.
#[derive(Clone, Debug)]
pub struct Deploys {
    client: Client,
    state_machine_arn: String,
}

impl Deploys {
    /// The state machine at `state_machine_arn`.
    #[must_use]
    pub fn new(aws: &Aws, state_machine_arn: String) -> Self {
        Self { client: Client::new(&aws.config), state_machine_arn }
    }

    /// Starts the deploy of a pod; one that was started before stays as it is.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn start(&self, deploy: &DeployPodV1) -> Result<(), Error> {
        let input = serde_json::to_string(deploy)
            .map_err(|error| Error::broken("a deploy cannot be written", error))?;
        // The pod's identifier names the execution, so a second start finds the first.
        let started = self
            .client
            .start_execution()
            .state_machine_arn(&self.state_machine_arn)
            .name(deploy.pod_id.as_str())
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
}
