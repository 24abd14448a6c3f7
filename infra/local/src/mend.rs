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
        Ok(Status { live: 0, .. }) => "No pod is left from an earlier run.".to_owned(),
        Ok(Status { live, driven, redeployed, overdue, .. }) => format!(
            "Pods of earlier runs: {live}; their deploys resumed: {redeployed}; \
             their stops and ends resumed: {driven}; ended as too late: {overdue}."
        ),
        Err(error) => format!("The pods of earlier runs will be looked after soon: {error}"),
    }
}

async fn sweep(stack: &Stack) -> Result<Status, BoxError> {
    let aws = Aws::connect_to(&stack.endpoint, "us-east-1").await;
    let config = stack.outputs.config();
    Ok(App::new(&aws, &config)?.handle(runtime::clock::now()).await?)
}
