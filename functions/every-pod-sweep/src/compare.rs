//! The machines that exist against the pods that should have them.

use adapters::tables::sightings::Wrong;
use domain::Error;
use domain::pod::Pod;
use domain::pod::sweep::{Look, Missing, Seen, compare, exceeds_brake};
use providers::Provider;

use crate::{App, Sweep, count};

/// A provider account, and what the provider is called.
#[derive(Clone, Copy, Debug)]
struct Account<'a> {
    name: &'a str,
    provider: &'a dyn Provider,
}

/// What is wrong at an account, each thing seen by two sweeps.
#[derive(Debug, Default)]
struct Confirmed<'a> {
    orphans: Vec<&'a str>,
    duplicates: Vec<&'a str>,
    missing: Vec<(&'a Pod, Missing<'a>)>,
}

impl Confirmed<'_> {
    fn acts(&self) -> usize {
        let machines = self.orphans.len().saturating_add(self.duplicates.len());
        machines.saturating_add(self.missing.len())
    }
}

impl App {
    /// Compares every connected account. An account that does not answer is looked at next time.
    pub(crate) async fn compare(&self, pods: &[Pod], sweep: &mut Sweep) -> Result<(), Error> {
        let clouds = self.clouds.get(sweep.now).await?;
        for (name, provider) in clouds.live() {
            if let Err(error) = self.compare_account(Account { name, provider }, pods, sweep).await
            {
                tracing::error!(provider = name, error = ?error, "not compared");
                count(&mut sweep.status.failed);
            }
        }
        Ok(())
    }

    async fn compare_account(
        &self,
        account: Account<'_>,
        pods: &[Pod],
        sweep: &mut Sweep,
    ) -> Result<(), Error> {
        let Account { name, provider } = account;
        let Some(machines) = provider.machines().await? else { return Ok(()) };
        let machines: Vec<Seen> =
            machines.into_iter().map(|it| Seen { id: it.id, name: it.name }).collect();
        let look = Look { provider: name, stack: &self.stack, machines: &machines };
        let confirmed = self.confirm(account, look, pods, sweep).await?;
        if exceeds_brake(confirmed.acts(), machines.len()) {
            let (orphans, missing) = (&confirmed.orphans, confirmed.missing.len());
            tracing::error!(provider = name, ?orphans, missing, "the brake holds");
            count(&mut sweep.status.braked);
            return Ok(());
        }
        for machine in confirmed.orphans {
            tracing::warn!(provider = name, machine, "terminating a machine without a pod");
            provider.terminate(machine).await?;
            count(&mut sweep.status.orphans);
        }
        for id in confirmed.duplicates {
            tracing::warn!(provider = name, id, "terminating a second machine of the same name");
            provider.terminate_twin(id).await?;
            count(&mut sweep.status.orphans);
        }
        for (pod, missing) in confirmed.missing {
            self.close(pod, missing, sweep).await?;
        }
        Ok(())
    }

    /// Notes what one look shows to be wrong, and returns what an earlier sweep saw too.
    async fn confirm<'a>(
        &self,
        account: Account<'_>,
        look: Look<'a>,
        pods: &'a [Pod],
        sweep: &Sweep,
    ) -> Result<Confirmed<'a>, Error> {
        let now = sweep.now;
        let seen = compare(look, pods, now);
        let mut confirmed = Confirmed::default();
        for id in seen.duplicates {
            let sighting = self.sightings.note(Wrong::Duplicate, id, now).await?;
            confirmed.duplicates.extend(sighting.confirmed_since().map(|_| id));
        }
        for machine in seen.orphans {
            // The list of live pods may be a moment old; the pod's own row is not.
            let pod = self.pods.with_machine(machine).await?;
            if pod.is_some_and(|pod| pod.owns(machine)) {
                continue;
            }
            let sighting = self.sightings.note(Wrong::Orphan, machine, now).await?;
            confirmed.orphans.extend(sighting.confirmed_since().map(|_| machine));
        }
        for pod in seen.missing {
            let Some(machine_name) = pod.machine_due(look.provider, now) else { continue };
            let sighting = self.sightings.note(Wrong::Missing, machine_name, now).await?;
            // Asked for by itself before anything ends: a list can be short.
            if let Some(since) = sighting.confirmed_since()
                && account.provider.find(machine_name).await?.is_none()
            {
                let missing = Missing { provider: look.provider, machine_name, since };
                confirmed.missing.push((pod, missing));
            }
        }
        Ok(confirmed)
    }

    async fn close(&self, pod: &Pod, missing: Missing<'_>, sweep: &mut Sweep) -> Result<(), Error> {
        let now = sweep.now;
        let close = |pod: Pod| pod.close_missing(&missing, now);
        let after = self.pods.change(&pod.tenant_id, &pod.id, close).await?;
        if !after.is_settled() {
            count(&mut sweep.status.vanished);
            self.drive(&after).await?;
        }
        Ok(())
    }
}
