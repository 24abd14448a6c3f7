//! A few of the trials of `make faults`; `GPUBROKER_FAULTS_SEED` chooses others.

use fault_tests::{BoxError, CLOUD, Scenario, Trial, launches, sample, trials};
use futures_util::{StreamExt, TryStreamExt, stream};
use runtime::config::required;

/// Trials of each scenario.
const COUNT: usize = 4;
const AT_ONCE: usize = 4;

fn seed() -> usize {
    required("GPUBROKER_FAULTS_SEED").unwrap_or_default()
}

#[tokio::test]
async fn one_call_gone_wrong_breaks_no_rule() -> Result<(), BoxError> {
    let seed = seed();
    for scenario in Scenario::ALL {
        let chosen = sample(trials(scenario, CLOUD).await?, COUNT, seed);
        run(&chosen).await.map_err(|error| format!("seed {seed}: {error}"))?;
    }
    Ok(())
}

#[tokio::test]
async fn a_launch_that_dies_with_its_answer_leaves_no_machine_at_any_cloud() -> Result<(), BoxError>
{
    let mut trials = Vec::new();
    for cloud in fakes::clouds::names() {
        let launches = launches(cloud).await?;
        assert!(!launches.is_empty(), "{cloud}");
        trials.extend(launches);
    }
    run(&trials).await
}

async fn run(trials: &[Trial]) -> Result<(), BoxError> {
    let ran = stream::iter(trials).map(async |trial| trial.run().await);
    ran.buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await.map(drop)
}
