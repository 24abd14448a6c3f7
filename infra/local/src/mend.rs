//! What the last run left half done, looked after as soon as the product is up again.
//!
//! It is the sweep that the schedule does each minute. A sweep that fails stops nothing: the
//! schedule's next one comes.

use adapters::Aws;
use every_pod_sweep::{App, Status};

use crate::BoxError;
use crate::stack::Stack;

/// Sweeps once; returns what to say about it.
pub(crate) async fn mend(stack: &Stack) -> String {
    match sweep(stack).await {
        Ok(Status { live: 0, .. }) => "No pods are left from an earlier run.".to_owned(),
        Ok(Status { live, driven, redeployed, overdue, .. }) => format!(
            "Pods from earlier runs: {live}. Deploys resumed: {redeployed}. \
             Stops and deletions resumed: {driven}. Ended because time was up: {overdue}."
        ),
        Err(error) => format!("Pods from earlier runs are checked again in a minute: {error}"),
    }
}

async fn sweep(stack: &Stack) -> Result<Status, BoxError> {
    let aws = Aws::connect_to(&stack.endpoint, "us-east-1").await;
    let config = stack.outputs.config();
    Ok(App::new(&aws, &config)?.handle(runtime::clock::now()).await?)
}
