//! What the last run left half done, looked after as soon as the product is up again.
//!
//! It is the sweep that the schedule does each minute. A sweep that fails stops nothing: the
//! schedule's next one comes.

use adapters::Aws;
use adapters::tables::pods::SHARDS;
use contracts::sweep::SweepDueV1;
use on_sweep_due::{App, Status};
use runtime::clock::now;

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
    let app = App::new(&aws, &stack.outputs.config())?;
    let mut all = Status::default();
    for shard in 0..SHARDS {
        let due = SweepDueV1 { shard, due_at: now() };
        let Status { live, driven, redeployed, overdue, stuck, failed } =
            app.handle(due, now()).await?;
        all.live = all.live.saturating_add(live);
        all.driven = all.driven.saturating_add(driven);
        all.redeployed = all.redeployed.saturating_add(redeployed);
        all.overdue = all.overdue.saturating_add(overdue);
        all.stuck = all.stuck.saturating_add(stuck);
        all.failed = all.failed.saturating_add(failed);
    }
    Ok(all)
}
