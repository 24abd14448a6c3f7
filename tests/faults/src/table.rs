//! What `make faults` prints.

use std::collections::BTreeMap;
use std::fmt;

use crate::{Kind, Scenario, Trial};

#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    run: u32,
    broken: u32,
}

/// Trials and broken rules, by scenario and kind.
#[derive(Debug, Default)]
pub(crate) struct Table {
    cells: BTreeMap<(Scenario, Kind), Cell>,
}

impl Table {
    /// Notes what became of a trial.
    pub(crate) fn note(&mut self, trial: &Trial, is_broken: bool) {
        let cell = self.cells.entry((trial.scenario, trial.plan.kind)).or_default();
        cell.run += 1;
        cell.broken += u32::from(is_broken);
    }

    /// Trials that were run, and those that broke a rule.
    #[must_use]
    pub(crate) fn totals(&self) -> (u32, u32) {
        let sum = |(run, broken): (u32, u32), cell: &Cell| (run + cell.run, broken + cell.broken);
        self.cells.values().fold((0, 0), sum)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:22}", "")?;
        for kind in Kind::ALL {
            write!(f, "{:>13}", kind.name())?;
        }
        writeln!(f)?;
        for scenario in Scenario::ALL {
            write!(f, "{:22}", scenario.name())?;
            for kind in Kind::ALL {
                let cell = self.cells.get(&(scenario, kind)).copied().unwrap_or_default();
                let told = match cell {
                    Cell { broken: 0, run } => run.to_string(),
                    Cell { broken, run } => format!("{broken} of {run}!"),
                };
                write!(f, "{told:>13}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
