//! The control of the local GPU clouds: what exists there, what was asked, and what goes wrong.
//!
//! Tests share one server, so a script names the machine type or the part of a machine's name that
//! only its own test uses. The three types of one model and count (`gpu_2x_a10`, `…_plus`, `…_max`,
//! each dearer) stand in for each other and for nothing else.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::Outcome;

/// A machine at the local clouds.
#[derive(Clone, Debug, Deserialize)]
pub struct CloudMachine {
    /// Identifier.
    pub id: String,
    /// The name it was launched under.
    pub name: String,
    /// Its type.
    pub instance_type: String,
    /// Where it is.
    pub region: String,
    /// Its loopback address.
    pub ip: String,
    /// `booting`, `active` or `terminating`.
    pub status: String,
    /// What it was told to do when it boots.
    pub user_data: String,
    /// The keys it was launched with.
    pub ssh_key_names: Vec<String>,
}

/// A request the local clouds got.
#[derive(Clone, Debug, Deserialize)]
pub struct CloudRequest {
    /// HTTP method.
    pub method: String,
    /// Path after the API's own.
    pub path: String,
    /// `launch`, `terminate`, `instances`, …
    pub operation: String,
    /// The machines or keys it was about.
    pub names: Vec<String>,
    /// What was sent.
    pub body: Value,
    /// How it was answered; `None` when it was not.
    pub status: Option<u16>,
}

/// What happens to a call.
#[derive(Clone, Copy, Debug)]
pub enum Effect {
    /// There is no capacity.
    NoCapacity,
    /// The account may not have more.
    Quota,
    /// 429.
    RateLimited,
    /// This status, with nothing done.
    Status(u16),
    /// It happens this many milliseconds late.
    Delay(u64),
    /// It does not happen, and no answer comes.
    TimeOutBefore,
    /// It happens, and no answer comes.
    TimeOutAfter,
    /// It happens, and the answer is no JSON.
    Malformed,
    /// The launched machine boots for ever.
    NeverBoots,
    /// The launched machine costs this many cents an hour more.
    Dearer(u32),
}

impl Effect {
    fn json(self) -> Value {
        match self {
            Self::NoCapacity => json!({"kind": "no_capacity"}),
            Self::Quota => json!({"kind": "quota"}),
            Self::RateLimited => json!({"kind": "rate_limited"}),
            Self::Status(status) => json!({"kind": "status", "status": status}),
            Self::Delay(delay_ms) => json!({"kind": "delay", "delay_ms": delay_ms}),
            Self::TimeOutBefore => json!({"kind": "time_out_before"}),
            Self::TimeOutAfter => json!({"kind": "time_out_after"}),
            Self::Malformed => json!({"kind": "malformed"}),
            Self::NeverBoots => json!({"kind": "never_boots"}),
            Self::Dearer(cents) => json!({"kind": "dearer", "cents_per_hour": cents}),
        }
    }
}

/// Which calls go wrong; without a choice, all of them.
#[derive(Clone, Debug)]
pub struct Script {
    when: Map<String, Value>,
    times: Option<u32>,
    effect: Effect,
}

impl Script {
    /// Every call, for ever.
    #[must_use]
    pub fn new(effect: Effect) -> Self {
        Self { when: Map::new(), times: None, effect }
    }

    /// Only this operation: `launch`, `terminate`, `instance`, `instances`, `instance_types`,
    /// `keys`, `add_key`, `remove_key`.
    #[must_use]
    pub fn on(self, operation: &str) -> Self {
        self.with("operation", operation)
    }

    /// Only machines of this type.
    #[must_use]
    pub fn of_type(self, instance_type: &str) -> Self {
        self.with("instance_type", instance_type)
    }

    /// Only machines and keys with this in their name, such as a pod's identifier without prefix.
    #[must_use]
    pub fn named(self, part: &str) -> Self {
        self.with("name_contains", part)
    }

    /// Only the next `times` of them.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    fn with(mut self, key: &str, value: &str) -> Self {
        self.when.insert(key.to_owned(), json!(value));
        self
    }
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

    /// Lets calls go wrong; returns the script's number.
    pub async fn script(&self, script: Script) -> Outcome<u64> {
        let Script { when, times, effect } = script;
        let body = json!({"when": when, "times": times, "effect": effect.json()});
        let told: Value = self.ask(Method::POST, "/scripts", Some(body)).await?;
        told["id"].as_u64().ok_or_else(|| format!("no number in {told}").into())
    }

    /// Ends a script.
    pub async fn end_script(&self, id: u64) -> Outcome<()> {
        self.ask(Method::DELETE, &format!("/scripts/{id}"), None).await
    }

    /// Takes a machine away, unasked.
    pub async fn vanish(&self, id_or_name: &str) -> Outcome<bool> {
        self.ask(Method::POST, &format!("/machines/{id_or_name}/vanish"), None).await
    }

    /// Launches a machine at the local Lambda under `name`, as nobody of ours would: no pod knows
    /// of it.
    pub async fn launch_unasked(&self, name: &str, instance_type: &str) -> Outcome<()> {
        self.lambda("/ssh-keys", &json!({"name": name})).await?;
        self.launch_twin(name, instance_type).await
    }

    /// Launches one more machine under a name that bears a machine already, as a repeated call
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

    /// Asks the local Lambda itself, with the key that opens its one account.
    async fn lambda(&self, path: &str, body: &Value) -> Outcome<()> {
        let request = self.client.post(format!("{}/lambda/api/v1{path}", self.url));
        let answer = request.bearer_auth("local-lambda-key").json(body).send().await?;
        Ok(answer.error_for_status().map(drop)?)
    }

    /// Sets how the clouds behave: `boot_ms`, `terminate_ms`, `min_interval_ms`,
    /// `launch_interval_ms`, `machines_max`; what is not named becomes what it was at first. It
    /// concerns everybody, so only a test with clouds of its own may.
    pub async fn set(&self, settings: Value) -> Outcome<()> {
        self.ask(Method::PUT, "/settings", Some(settings)).await
    }

    /// Forgets machines, keys, scripts and requests; also only for a test with clouds of its own.
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
