//! A few of the trials of `make faults`; `GPUBROKER_FAULTS_SEED` chooses others.

use fault_tests::{BoxError, Scenario, sample, trials};
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
        let chosen = sample(trials(scenario).await?, COUNT, seed);
        let ran = stream::iter(&chosen).map(async |trial| trial.run().await);
        let ran = ran.buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await;
        ran.map_err(|error| format!("seed {seed}: {error}"))?;
    }
    Ok(())
}
