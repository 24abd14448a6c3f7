//! What is done about each difference between an account's machines and its pods.

use adapters::tables::sightings::Wrong;
use contracts::wanted::PodWantedV1;
use domain::Error;
use domain::pod::Pod;
use domain::pod::sweep::{
    Differences, Expected, FiledMachine, ListedMachine, MachineState, Missing, exceeds_brake,
};
use jiff::Timestamp;
use providers::Provider;

use crate::{App, Status};

/// Machines a provider is asked for by their identifiers in one comparison; charging for them has
/// ended already, so the others can wait for the next.
const LOOKUPS_MAX: usize = 10;

/// One comparison on its way.
pub(crate) struct Comparison<'a> {
    app: &'a App,
    cloud: &'a str,
    provider: &'a dyn Provider,
    now: Timestamp,
    pub(crate) status: Status,
}

/// A machine to be terminated, and which kind of difference it is.
struct Surplus<'a> {
    machine: &'a ListedMachine,
    wrong: Wrong,
}

fn count(number: &mut u32) {
    *number = number.saturating_add(1);
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(
        app: &'a App,
        (cloud, provider): (&'a str, &'a dyn Provider),
        now: Timestamp,
    ) -> Self {
        Self { app, cloud, provider, now, status: Status::default() }
    }

    /// Notes on each pod that its machine was not seen, or is seen again. Returns whether all of it
    /// is noted.
    pub(crate) async fn note_missing(
        &mut self,
        differences: &Differences<'_>,
        listed_at: Option<Timestamp>,
    ) -> bool {
        let mut all = true;
        for machine in differences.missing.iter().filter(|machine| !machine.missing) {
            let noted = self.miss(machine, listed_at).await;
            all &= self.checked(&machine.machine_name, noted).is_some();
        }
        for machine in &differences.back {
            let seen = |pod: Pod| Ok(pod.seen_again(&machine.machine_name, self.now));
            let noted = self.app.pods.change(&machine.tenant_id, &machine.pod_id, seen).await;
            all &= self.checked(&machine.machine_name, noted).is_some();
        }
        all
    }

    async fn miss(
        &mut self,
        machine: &FiledMachine,
        listed_at: Option<Timestamp>,
    ) -> Result<(), Error> {
        let (name, now) = (&machine.machine_name, self.now);
        let note = |pod: Pod| {
            let since = pod.machine.map_or(now, |time| time.since);
            // The last list that showed it, if there was one since it was launched.
            let seen_at = listed_at.map_or(since, |at| at.max(since));
            Ok(pod.missed(name, seen_at, now))
        };
        self.app.pods.change(&machine.tenant_id, &machine.pod_id, note).await?;
        count(&mut self.status.missed);
        Ok(())
    }

    /// Does what a second look confirms.
    ///
    /// # Errors
    ///
    /// `unavailable` when it cannot be told whether the brake is released.
    pub(crate) async fn mend(
        &mut self,
        differences: &Differences<'_>,
        listed: &[ListedMachine],
    ) -> Result<(), Error> {
        for machine in &differences.runaways {
            let stopped = self.stop(machine).await;
            self.checked(&machine.machine_name, stopped);
        }
        let surplus = self.surplus(differences).await;
        if exceeds_brake(surplus.len(), listed.len())
            && !self.app.accounts.is_brake_released(self.cloud, self.now).await?
        {
            let names: Vec<_> = surplus.iter().map(|it| &it.machine.name).collect();
            tracing::error!(cloud = self.cloud, ?names, "the brake holds: a person must look");
            self.status.braked = true;
        } else {
            for surplus in surplus {
                let ended = self.terminate(&surplus).await;
                self.checked(&surplus.machine.name, ended);
            }
        }
        for machine in differences.missing.iter().take(LOOKUPS_MAX) {
            let closed = self.close(machine, listed).await;
            self.checked(&machine.machine_name, closed);
        }
        Ok(())
    }

    /// What came of one difference, once a failure is logged and counted.
    fn checked<T>(&mut self, machine: &str, outcome: Result<T, Error>) -> Option<T> {
        outcome
            .inspect_err(|error| {
                tracing::error!(cloud = self.cloud, machine, error = ?error, "not mended");
                count(&mut self.status.failed);
            })
            .ok()
    }

    /// Whether this is at least the second look that shows it.
    async fn is_confirmed(&self, wrong: Wrong, machine: &str) -> Result<bool, Error> {
        let sighting = self.app.sightings.note(wrong, machine, self.now).await?;
        Ok(sighting.confirmed_since().is_some())
    }

    /// Machines of ours that are too many, each at its second sighting.
    async fn surplus<'d>(&mut self, differences: &Differences<'d>) -> Vec<Surplus<'d>> {
        let orphans = differences.orphans.iter().map(|it| (Wrong::Orphan, &it.name, *it));
        let duplicates = differences.duplicates.iter().map(|it| (Wrong::Duplicate, &it.id, *it));
        let mut surplus = Vec::new();
        for (wrong, name, machine) in orphans.chain(duplicates) {
            let confirmed = self.is_surplus(wrong, name, machine).await;
            if self.checked(name, confirmed) == Some(true) {
                surplus.push(Surplus { machine, wrong });
            }
        }
        surplus
    }

    async fn is_surplus(
        &self,
        wrong: Wrong,
        name: &str,
        machine: &ListedMachine,
    ) -> Result<bool, Error> {
        // What is on file may be a moment old; the pod's own row is not.
        let owner = self.app.pods.with_machine(&machine.name).await?;
        if wrong == Wrong::Orphan && owner.is_some_and(|pod| pod.owns(&machine.name)) {
            return Ok(false);
        }
        self.is_confirmed(wrong, name).await
    }

    async fn terminate(&mut self, Surplus { machine, wrong }: &Surplus<'_>) -> Result<(), Error> {
        let (cloud, id, name) = (self.cloud, &machine.id, &machine.name);
        tracing::warn!(cloud, id, name, ?wrong, "terminating a machine that no pod has");
        match wrong {
            Wrong::Duplicate => self.provider.terminate_twin(id).await?,
            _ => self.provider.terminate(name).await.map(drop)?,
        }
        count(&mut self.status.terminated);
        Ok(())
    }

    /// Stops a machine that runs though its pod is stopped.
    async fn stop(&mut self, machine: &FiledMachine) -> Result<(), Error> {
        let name = &machine.machine_name;
        if !self.is_confirmed(Wrong::Runaway, name).await? {
            return Ok(());
        }
        let pod = self.app.pods.load(&machine.tenant_id, &machine.pod_id).await?;
        if pod.expects(name, Expected::Stopped, self.now) {
            tracing::warn!(cloud = self.cloud, name, "stopping a machine whose pod is stopped");
            self.provider.stop(name).await?;
            count(&mut self.status.stopped);
        }
        Ok(())
    }

    /// Closes a pod whose machine is still missing, asked for by itself: a list can be short.
    async fn close(
        &mut self,
        machine: &FiledMachine,
        listed: &[ListedMachine],
    ) -> Result<(), Error> {
        let (name, now) = (machine.machine_name.as_str(), self.now);
        let is_halted = |it: &ListedMachine| it.name == name && it.state == MachineState::Stopped;
        let missing = if listed.iter().any(is_halted) { Missing::Halted } else { Missing::Gone };
        let wrong = match missing {
            Missing::Gone => Wrong::Missing,
            Missing::Halted => Wrong::Halted,
        };
        if !self.is_confirmed(wrong, name).await? {
            return Ok(());
        }
        let id = machine.machine_id.as_deref();
        if missing == Missing::Gone && self.is_there(id, name).await? {
            tracing::warn!(cloud = self.cloud, name, "a machine that is there was not listed");
            return Ok(());
        }
        let close = |pod: Pod| pod.close_missing(name, missing, now);
        let after = self.app.pods.change(&machine.tenant_id, &machine.pod_id, close).await?;
        if !after.is_settled() {
            count(&mut self.status.closed);
            self.app.wanted.send(&PodWantedV1::from(&after)).await?;
        }
        Ok(())
    }

    async fn is_there(&self, id: Option<&str>, name: &str) -> Result<bool, Error> {
        match id {
            Some(id) => Ok(self.provider.machine(id).await?.is_some()),
            None => Ok(self.provider.find(name).await?.is_some()),
        }
    }
}
