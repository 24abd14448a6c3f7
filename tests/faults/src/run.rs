//! Every trial, one scenario after the other.

use std::io::Write;

use futures_util::{StreamExt, stream};

use crate::{CLOUD, Outcome, Scenario, Table, trials};

/// Trials at a time: most of one is waiting.
const AT_ONCE: usize = 8;

/// Runs every trial of the scenarios whose name holds `only`, and tells `out` of each that broke a
/// rule and of all in a table. Returns whether every rule held.
pub async fn run(only: &str, out: &mut impl Write) -> Outcome<bool> {
    let mut table = Table::default();
    for scenario in Scenario::ALL.into_iter().filter(|it| it.name().contains(only)) {
        let trials = trials(scenario, CLOUD).await?;
        writeln!(out, "{}: {} trials", scenario.name(), trials.len())?;
        let ran = stream::iter(&trials).map(async |trial| (trial, trial.run().await));
        let mut ran = std::pin::pin!(ran.buffer_unordered(AT_ONCE));
        while let Some((trial, outcome)) = ran.next().await {
            table.note(trial, outcome.is_err());
            if let Err(error) = outcome {
                writeln!(out, "  {error}")?;
            }
        }
    }
    let (run, broken) = table.totals();
    writeln!(out, "\n{table}\n{run} trials, {broken} broke a rule")?;
    Ok(broken == 0)
}
