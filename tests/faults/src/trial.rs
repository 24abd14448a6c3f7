//! One scenario with one call gone wrong in one way.

use crate::end::End;
use crate::world::World;
use crate::{Kind, Line, Outcome, Plan, Scenario};

/// A trial.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Trial {
    /// What is played.
    pub scenario: Scenario,
    /// At which cloud.
    pub cloud: &'static str,
    /// Which call goes wrong, and how.
    pub plan: Plan,
    /// What is called: `DynamoDB GetItem`.
    pub call: String,
    expected: End,
}

/// Every trial of a scenario at a cloud: each call that it makes when nothing goes wrong, in each way.
pub async fn trials(scenario: Scenario, cloud: &'static str) -> Outcome<Vec<Trial>> {
    let line = Line::new(None);
    let world = World::at(cloud, line.clone(), 0).await?;
    let expected = scenario.play(&world).await.map_err(|error| format!("{cloud}: {error}"))?;
    let calls = line.calls().into_iter().enumerate();
    let each = calls.flat_map(|(number, call)| {
        let expected = expected.clone();
        let kinds = Kind::ALL.into_iter();
        let fit: Vec<_> = kinds.filter(|kind| kind.can_befall(&call)).collect();
        fit.into_iter().map(move |kind| {
            let plan = Plan { call: number, kind };
            Trial { scenario, cloud, plan, call: call.clone(), expected: expected.clone() }
        })
    });
    Ok(each.collect())
}

/// The trials of a deploy at a cloud whose function dies right after one of the calls by which it
/// changes something there, before it reads the answer: the launch is one of them.
pub async fn launches(cloud: &'static str) -> Outcome<Vec<Trial>> {
    let trials = trials(Scenario::Deploy, cloud).await?;
    let changes = |call: &str| {
        let by_http = call.starts_with("cloud ") && !call.starts_with("cloud GET");
        by_http || ["RunTask", "StopTask"].iter().any(|act| call.ends_with(act))
    };
    let fit = |trial: &Trial| trial.plan.kind == Kind::Killed && changes(&trial.call);
    Ok(trials.into_iter().filter(fit).collect())
}

/// `count` of the trials, spread evenly; `seed` chooses where to begin.
#[must_use]
pub fn sample(trials: Vec<Trial>, count: usize, seed: usize) -> Vec<Trial> {
    let step = (trials.len() / count.max(1)).max(1);
    trials.into_iter().skip(seed % step).step_by(step).take(count).collect()
}

impl Trial {
    /// Plays it; an error says which rule was broken.
    pub async fn run(&self) -> Outcome<()> {
        let line = Line::new(Some(self.plan));
        let world = World::at(self.cloud, line.clone(), 0).await?;
        let end = self.scenario.play(&world).await.map_err(|error| self.told(&error))?;
        if !line.has_struck() {
            return Err(self.told(&"its call was never made"));
        }
        if !end.is_as_good_as(&self.expected) {
            let differs = format!("it ended as {end:?}, not as {:?}", self.expected);
            return Err(self.told(&differs));
        }
        Ok(())
    }

    fn told(&self, error: &dyn std::fmt::Display) -> crate::BoxError {
        let Self { scenario, cloud, plan, call, .. } = self;
        let (name, number, kind) = (scenario.name(), plan.call, plan.kind.name());
        format!("{name} at {cloud}, call {number} ({call}) {kind}: {error}").into()
    }
}
