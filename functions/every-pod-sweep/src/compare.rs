//! The machines that exist against the pods that should have them.

use domain::Error;
use domain::pod::sweep::{Seen, brakes, compare};
use domain::pod::{Driver, Pod};
use jiff::Timestamp;
use providers::Provider;

use crate::{App, Status, count};

impl App {
    /// Compares every connected account. An account that does not answer is looked at next time.
    pub(crate) async fn compare(
        &self,
        pods: &[Pod],
        now: Timestamp,
        status: &mut Status,
    ) -> Result<(), Error> {
        let clouds = self.clouds.get(now).await?;
        for (name, provider) in clouds.live() {
            let compared = self.compare_account((name, provider), pods, now, status).await;
            if let Err(error) = compared {
                tracing::error!(provider = name, error = ?error, "not compared");
                count(&mut status.failed);
            }
        }
        Ok(())
    }

    async fn compare_account(
        &self,
        (name, provider): (&str, &dyn Provider),
        pods: &[Pod],
        now: Timestamp,
        status: &mut Status,
    ) -> Result<(), Error> {
        let Some(machines) = provider.machines().await? else { return Ok(()) };
        let machines: Vec<Seen> =
            machines.into_iter().map(|it| Seen { id: it.id, name: it.name }).collect();
        let seen = compare((name, &self.stack), &machines, pods, now);
        let mut twins = Vec::new();
        for id in seen.twins {
            if self.sightings.again("twin", id, now).await?.is_some() {
                twins.push(id);
            }
        }
        let mut orphans = Vec::new();
        for machine in seen.orphans {
            // The list of live pods may be a moment old; the pod's own row is not.
            let owned = match self.pods.with_machine(machine).await? {
                Some(pod) => pod.owns(machine),
                None => false,
            };
            if !owned && self.sightings.again("orphan", machine, now).await?.is_some() {
                orphans.push(machine);
            }
        }
        let mut missing = Vec::new();
        for pod in seen.missing {
            let Some(machine) = pod.machine_due(name, now) else { continue };
            let again = self.sightings.again("missing", machine, now).await?;
            // Asked for by itself before anything ends: a list can be short.
            if let Some(since) = again
                && provider.find(machine).await?.is_none()
            {
                missing.push((pod, machine, since));
            }
        }
        let acts = orphans.len().saturating_add(missing.len()).saturating_add(twins.len());
        if brakes(acts, machines.len()) {
            tracing::error!(provider = name, ?orphans, missing = missing.len(), "the brake holds");
            count(&mut status.braked);
            return Ok(());
        }
        for machine in orphans {
            tracing::warn!(provider = name, machine, "terminating a machine without a pod");
            provider.terminate(machine).await?;
            count(&mut status.orphans);
        }
        for id in twins {
            tracing::warn!(provider = name, id, "terminating a second machine of the same name");
            provider.terminate_twin(id).await?;
            count(&mut status.orphans);
        }
        for (pod, machine, since) in missing {
            self.close(pod, (name, machine, since), now, status).await?;
        }
        Ok(())
    }

    async fn close(
        &self,
        pod: &Pod,
        (provider, machine, since): (&str, &str, Timestamp),
        now: Timestamp,
        status: &mut Status,
    ) -> Result<(), Error> {
        let vanish = |pod: Pod| {
            let missed = pod.machine_due(provider, now) == Some(machine);
            if missed { pod.vanished(since, now) } else { Ok(None) }
        };
        let after = self.pods.change(&pod.tenant_id, &pod.id, vanish).await?;
        if after.driver() != Driver::Rest {
            count(&mut status.vanished);
            self.drive(&after).await?;
        }
        Ok(())
    }
}
