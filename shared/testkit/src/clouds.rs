//! The control of the local GPU clouds: what exists there, what was asked, and what goes wrong.
//!
//! Tests share one server, so a fault names the machine type or the part of a machine's name that
//! only its own test uses. At Lambda, the three types of one model and count (`gpu_2x_a10`,
//! `…_plus`, `…_max`, each dearer) stand in for each other and for nothing else; at Runpod, one
//! type (`gpu_2x_a40`) in its data centers; at ECS, nothing stands in for a type.

use fakes::faults::Fault;
use jiff::civil::Date;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Outcome;

/// A machine at the local clouds.
#[derive(Clone, Debug, Deserialize)]
pub struct CloudMachine {
    /// Identifier.
    pub id: String,
    /// The cloud it is at.
    pub cloud: String,
    /// The name it was launched under.
    pub name: String,
    /// `gpu_2x_a10_plus`.
    pub instance_type: String,
    /// The cloud's name of the region.
    pub region: String,
    /// Its loopback address.
    pub ip: String,
    /// `booting`, `active`, `stopping`, `stopped` or `terminating`.
    pub status: String,
    /// What it does when it boots, in its cloud's words: a cloud-init at Lambda.
    pub user_data: String,
    /// Names of the keys it was launched with.
    pub ssh_key_names: Vec<String>,
}

/// A request the local clouds got.
#[derive(Clone, Debug, Deserialize)]
pub struct CloudRequest {
    /// HTTP method.
    pub method: String,
    /// Path after the API's own.
    pub path: String,
    /// `offers`, `machines`, `machine`, `launch`, `stop`, `start`, `terminate`, `keys`, `add_key`,
    /// `remove_key`, `account` or `charges`.
    pub act: String,
    /// Names of the machines or keys it was about.
    pub names: Vec<String>,
    /// The JSON that was sent.
    pub body: Value,
    /// The status of the answer; `None` if there was none.
    pub status: Option<u16>,
}

/// The local GPU clouds.
#[derive(Clone, Debug)]
pub struct LocalClouds {
    url: String,
    client: reqwest::Client,
}

#[derive(Deserialize)]
struct Machines {
    machines: Vec<CloudMachine>,
}

#[derive(Deserialize)]
struct Requests {
    requests: Vec<CloudRequest>,
}

impl LocalClouds {
    /// Those at `url`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), client: reqwest::Client::new() }
    }

    /// Where they are.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Every machine, booting and ending ones too.
    pub async fn machines(&self) -> Outcome<Vec<CloudMachine>> {
        let told: Machines = self.ask(Method::GET, "/machines", None).await?;
        Ok(told.machines)
    }

    /// The machines with this in their name, such as a pod's identifier without prefix.
    pub async fn machines_named(&self, part: &str) -> Outcome<Vec<CloudMachine>> {
        let mut machines = self.machines().await?;
        machines.retain(|machine| machine.name.contains(part));
        Ok(machines)
    }

    /// Every request that holds `part` anywhere, in their order.
    pub async fn requests(&self, part: &str) -> Outcome<Vec<CloudRequest>> {
        let path = format!("/requests?contains={part}");
        let told: Requests = self.ask(Method::GET, &path, None).await?;
        Ok(told.requests)
    }

    /// Lets calls go wrong; returns the fault's number.
    pub async fn fault(&self, fault: Fault) -> Outcome<u64> {
        let body = serde_json::to_value(fault)?;
        let told: Value = self.ask(Method::POST, "/faults", Some(body)).await?;
        told["id"].as_u64().ok_or_else(|| format!("no number in {told}").into())
    }

    /// Ends a fault.
    pub async fn end_fault(&self, id: u64) -> Outcome<()> {
        self.ask(Method::DELETE, &format!("/faults/{id}"), None).await
    }

    /// Takes a machine away, unasked.
    pub async fn vanish(&self, id_or_name: &str) -> Outcome<bool> {
        self.ask(Method::POST, &format!("/machines/{id_or_name}/vanish"), None).await
    }

    /// Lets a cloud charge so much for a day (UTC), and nothing else.
    pub async fn charge(&self, cloud: &str, day: Date, usd_micros: i64) -> Outcome<()> {
        let body = json!({"cloud": cloud, "day": day, "usd_micros": usd_micros});
        self.ask(Method::PUT, "/charges", Some(body)).await
    }

    /// Shuts a machine down, as whoever is inside may.
    pub async fn shut_down(&self, id_or_name: &str) -> Outcome<bool> {
        self.ask(Method::POST, &format!("/machines/{id_or_name}/shut-down"), None).await
    }

    /// Launches a machine at the local Lambda under `name`, of which no pod knows.
    pub async fn launch_unasked(&self, name: &str, instance_type: &str) -> Outcome<()> {
        self.lambda("/ssh-keys", &json!({"name": name})).await?;
        self.launch_twin(name, instance_type).await
    }

    /// Launches one more machine under a name that a machine bears already, as a repeated call
    /// whose first answer was lost would.
    pub async fn launch_twin(&self, name: &str, instance_type: &str) -> Outcome<()> {
        let launch = json!({
            "region_name": "us-east-1",
            "instance_type_name": instance_type,
            "ssh_key_names": [name],
            "name": name,
        });
        self.lambda("/instance-operations/launch", &launch).await
    }

    /// Starts or stops a machine at the local Runpod, of which its pod knows nothing.
    pub async fn act_unasked(&self, machine_id: &str, action: &str) -> Outcome<()> {
        let request = self.client.post(format!("{}/runpod/v2/pods/{machine_id}/action", self.url));
        let request = request.bearer_auth("local-runpod-key").json(&json!({"action": action}));
        Ok(request.send().await?.error_for_status().map(drop)?)
    }

    /// Asks the local Lambda itself, with the key that opens its one account.
    async fn lambda(&self, path: &str, body: &Value) -> Outcome<()> {
        let request = self.client.post(format!("{}/lambda/api/v1{path}", self.url));
        let answer = request.bearer_auth("local-lambda-key").json(body).send().await?;
        Ok(answer.error_for_status().map(drop)?)
    }

    /// Sets how the clouds behave: `boot_ms`, `stop_ms`, `terminate_ms`, `min_interval_ms`,
    /// `launch_interval_ms`, `machines_max`; what is not named goes back to its default. It
    /// concerns everybody, so only a test with clouds of its own may do it.
    pub async fn set(&self, settings: Value) -> Outcome<()> {
        self.ask(Method::PUT, "/settings", Some(settings)).await
    }

    /// Forgets machines, keys, charges, faults and requests; also only for a test with clouds of its own.
    pub async fn reset(&self) -> Outcome<()> {
        self.ask(Method::POST, "/reset", None).await
    }

    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Outcome<T> {
        let request = self.client.request(method, format!("{}/control{path}", self.url));
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        Ok(request.send().await?.error_for_status()?.json().await?)
    }
}
