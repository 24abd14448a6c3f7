//! What the last run left half done, looked after as soon as the product is up again.
//!
//! It is the sweep that the schedule does each minute. A sweep that fails stops nothing: the
//! schedule's next one comes.

use adapters::Aws;
use adapters::aws::deploys::Deploys;
use adapters::aws::queue::Queue;
use adapters::aws::secrets::JsonSecret;
use adapters::tables::pods::Pods;
use adapters::tables::sightings::Sightings;
use adapters::tables::tenants::Tenants;
use every_pod_sweep::{App, Status};

use crate::BoxError;
use crate::deploy::STACK;
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
    let output = |name| stack.outputs.get(name).map(str::to_owned);
    let app = App {
        pods: Pods::new(&aws, output("PodsTable")?),
        tenants: Tenants::new(&aws, output("TenantsTable")?),
        deploys: Deploys::new(&aws, output("DeployPodStateMachineArn")?),
        wanted: Queue::new(&aws, output("OnPodWantedQueueUrl")?, "the on-pod-wanted queue"),
        clouds: JsonSecret::new(&aws, output("GpuCloudsArn")?),
        sightings: Sightings::new(&aws, output("PodsTable")?),
        stack: STACK.to_owned(),
    };
    Ok(app.handle(runtime::clock::now()).await?)
}
