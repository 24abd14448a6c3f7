//! People with money at LIVE tenants, and their pods on machines of the local clouds.

use domain::Mode;
use domain::id::{PodId, TenantId};
use domain::pod::Pod;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{CloudMachine, LocalClouds, Outcome, Stack, User, Visitor, until};

/// The part of a machine's name that is the pod's.
fn body(pod: &str) -> &str {
    pod.trim_start_matches("pod_")
}

impl Stack {
    /// Somebody with `usd` dollars at the LIVE tenant `name`, which confirms its members by
    /// itself, asks its machines each second, and differs from the seeds in what is `changed`.
    /// Tenants' names differ in their first ten letters.
    pub async fn payer(&self, name: &str, usd: i64, changed: &[(&str, Value)]) -> Outcome<User> {
        let swift = [("auto_confirm", json!(true)), ("probe_interval_secs", json!(1))];
        let host = self.tenant(name, Mode::Live, &[swift.as_slice(), changed].concat()).await?;
        let user = self.visitor(&host).join().await?;
        user.pay_in(Mode::Live, usd).await?;
        Ok(user)
    }
}

impl LocalClouds {
    /// The machines that are or were to be a pod's.
    pub async fn machines_of(&self, pod: &str) -> Outcome<Vec<CloudMachine>> {
        self.machines_named(body(pod)).await
    }

    /// The status of each call of `act` for a pod; `None` if it was not answered.
    pub async fn answers(&self, pod: &str, act: &str) -> Outcome<Vec<Option<u16>>> {
        let requests = self.requests(body(pod)).await?;
        let of = requests.into_iter().filter(|request| request.act == act);
        Ok(of.map(|request| request.status).collect())
    }
}

impl Visitor {
    /// The offer of a machine type of the local Lambda: `gpu_2x_a10_max`.
    pub async fn offer_of(&self, instance_type: &str) -> Outcome<Value> {
        let count = instance_type.split(['_', 'x']).nth(1).unwrap_or_default();
        let query = format!("/offers?provider=lambda&gpu_count={count}&limit=50");
        let page = self.get(&query).await?.with_status(200)?;
        let mut offers = page["items"].as_array().into_iter().flatten().map(|it| &it["offer"]);
        let found = offers.find(|offer| offer["instance_type"] == instance_type);
        found.cloned().ok_or_else(|| format!("nobody offers {instance_type}: {page}").into())
    }

    /// Waits until a pod is in `state`.
    pub async fn becomes(&self, pod: &str, state: &str) -> Outcome<Value> {
        until(&format!("{pod} to become {state}"), async || {
            let pod = self.pod(pod).await?;
            Ok((pod["state"] == state).then_some(pod))
        })
        .await
    }
}

impl User {
    /// Deploys a machine type; returns the pod's identifier.
    pub async fn deploy_type(&self, instance_type: &str) -> Outcome<String> {
        self.deploy(&self.offer_of(instance_type).await?, None).await
    }

    /// Deploys a machine type and activates the pod.
    pub async fn run_type(&self, instance_type: &str) -> Outcome<String> {
        let pod = self.deploy_type(instance_type).await?;
        self.settled(&pod, "ready").await?;
        self.activate(&pod).await?;
        Ok(pod)
    }

    /// Activates a ready pod.
    pub async fn activate(&self, pod: &str) -> Outcome<Value> {
        let token = self.stack.activation_token(pod).await?;
        self.try_activate(pod, &token).await?.with_status(200)
    }

    /// Waits until a pod is charged for some seconds.
    pub async fn runs_some_seconds(&self, pod: &str) -> Outcome<()> {
        until(&format!("{pod} to run"), async || {
            let secs = self.pod(pod).await?["running_secs"].as_i64();
            Ok((secs >= Some(2)).then_some(()))
        })
        .await
    }

    /// Has a pod metered and funded up to `until`, as a message of the meter would.
    pub async fn meter(&self, pod: &str, until: Timestamp) -> Outcome<()> {
        let Pod { tenant_id, user_id, mode, .. } = self.row(pod).await?;
        let message = json!({"tenant_id": tenant_id, "user_id": user_id, "mode": mode,
            "pod_ids": [pod], "until": until});
        self.stack.deliver("on-usage-due", &message).await
    }

    /// Asks for a pod's end.
    pub async fn end(&self, pod: &str) -> Outcome<Value> {
        self.delete(&format!("/pods/{pod}")).await?.with_status(202)
    }

    /// Their tenant and a pod's identifier, as the stores take them.
    pub async fn keys_of(&self, pod: &str) -> Outcome<(TenantId, PodId)> {
        Ok((self.stack.tenant_id(&self.host).await?, pod.parse()?))
    }

    /// A pod's row.
    pub async fn row(&self, pod: &str) -> Outcome<Pod> {
        let (tenant_id, pod_id) = self.keys_of(pod).await?;
        Ok(self.stack.pods().await?.load(&tenant_id, &pod_id).await?)
    }
}
