//! Runpod's wire format, REST API v2: <https://docs.runpod.io/api-reference-v2/overview>.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use crate::account::Account;
use crate::charges::{self, BilledDay};
use crate::decimal::usd_micros;
use crate::http::{Act, Http, Outcome, Peculiar};
use crate::turns::Turns;

/// The name of the cloud in offers and accounts.
pub(crate) const CLOUD: &str = "runpod";
/// A launch is several requests in a row, all of whose answers must fit into the time-out of
/// `step-launch-pod`.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);
/// Runpod tells its limits only in the headers of its answers, so this pace is our own choice.
const MIN_INTERVAL_MS: u64 = 250;
const LAUNCH_INTERVAL_MS: u64 = 1_000;
pub(super) const CONTEXT: &str = "the GPU cloud Runpod";
const SSH_PORT: u16 = 22;

/// A type of GPU, priced and counted for one GPU.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GpuType {
    /// What a launch asks for: `NVIDIA GeForce RTX 4090`.
    pub(super) id: String,
    /// `RTX 4090`.
    pub(super) name: String,
    /// GB of one GPU.
    pub(super) memory: u32,
    /// Whether Runpod's own data centers have it.
    pub(super) secure: bool,
    pub(super) price: Price,
    pub(super) max_count: MaxCount,
    /// Those that offer it in the count that was asked for; absent if none does.
    pub(super) data_centers: Option<Vec<DataCenter>>,
}

/// Dollars an hour in Runpod's own data centers.
#[derive(Debug, Deserialize)]
pub(super) struct Price {
    pub(super) secure: Number,
}

/// The most GPUs of one pod in Runpod's own data centers.
#[derive(Debug, Deserialize)]
pub(super) struct MaxCount {
    pub(super) secure: u32,
}

#[derive(Debug, Deserialize)]
pub(super) struct DataCenter {
    /// `US-KS-2`.
    pub(super) id: String,
    /// `NONE`, `LOW`, `MEDIUM`, `HIGH`, or a new word.
    pub(super) availability: String,
}

#[derive(Deserialize)]
struct Catalog {
    gpus: Vec<GpuType>,
}

/// A pod of the account.
#[derive(Debug, Deserialize)]
pub(super) struct Pod {
    pub(super) id: String,
    pub(super) name: String,
    /// `PROVISIONING`, `STARTING`, `RUNNING`, `EXITED`, `ERROR`, `TERMINATED`, or a new word.
    pub(super) status: String,
    /// Dollars an hour without the disks; zero while it is stopped.
    pub(super) cost: Number,
    /// The container's own disk in GB, which a stop empties.
    #[serde(default)]
    pub(super) disk: u32,
    #[serde(default)]
    pub(super) mounts: Mounts,
    /// Absent or null unless it runs.
    pub(super) runtime: Option<Runtime>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Mounts {
    /// Kept on the pod's host while the pod is stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) persistent: Option<Persistent>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Persistent {
    /// GB.
    pub(super) size: u32,
    pub(super) path: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Runtime {
    #[serde(default)]
    pub(super) ports: Vec<Port>,
}

/// A port of a running pod, as it is reached from outside.
#[derive(Debug, Deserialize)]
pub(super) struct Port {
    pub(super) private: u16,
    pub(super) public: Option<u16>,
    pub(super) ip: Option<String>,
    /// `tcp`, or `http` for one that only Runpod's proxy serves.
    #[serde(rename = "type")]
    pub(super) kind: String,
}

/// What a pod does, whatever the word for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    /// It gets its host or its container. Words we do not know are here too: it costs something,
    /// and nobody is sent to it.
    Starting,
    Running,
    /// Its disk is kept and nothing else costs anything.
    Stopped,
    /// Deleted for good.
    Gone,
}

/// Where a running pod is reached.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Endpoint {
    pub(super) ip: IpAddr,
    pub(super) ssh_port: u16,
    /// Each of its other ports and its number outside.
    pub(super) ports: BTreeMap<u16, u16>,
}

impl Pod {
    pub(super) fn state(&self) -> State {
        match self.status.as_str() {
            "RUNNING" => State::Running,
            "EXITED" => State::Stopped,
            // Its container is beyond help. While that costs something, the pod is not stopped.
            "ERROR" if self.cost_micros() == Some(0) => State::Stopped,
            "TERMINATED" => State::Gone,
            _ => State::Starting,
        }
    }

    /// Where it is reached, once it runs and its ports are known.
    pub(super) fn endpoint(&self) -> Option<Endpoint> {
        if self.state() != State::Running {
            return None;
        }
        let published = self.runtime.as_ref()?.ports.iter().filter(|port| port.kind == "tcp");
        let (mut ports, mut ssh) = (BTreeMap::new(), None);
        for port in published {
            let Some(public) = port.public else { continue };
            if port.private == SSH_PORT {
                ssh = port.ip.as_ref().and_then(|ip| ip.parse().ok()).map(|ip| (ip, public));
            } else {
                ports.insert(port.private, public);
            }
        }
        let (ip, ssh_port) = ssh?;
        Some(Endpoint { ip, ssh_port, ports })
    }

    /// Its cost in micro-dollars an hour, without the disks.
    pub(super) fn cost_micros(&self) -> Option<i64> {
        micros(&self.cost)
    }

    /// GB of the disk that a stop keeps.
    pub(super) fn kept_gb(&self) -> u32 {
        self.mounts.persistent.as_ref().map_or(0, |persistent| persistent.size)
    }
}

#[derive(Deserialize)]
struct Pods {
    pods: Vec<Pod>,
}

/// What all that the account has was charged, one record for each day that had any.
#[derive(Deserialize)]
struct Bill {
    records: Vec<Charge>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Charge {
    start_time: Timestamp,
    /// Exclusive.
    end_time: Timestamp,
    /// Dollars.
    total_amount: Value,
}

/// What a pod is launched with.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Launch<'a> {
    pub(super) name: &'a str,
    pub(super) image: &'a str,
    /// One string; absent for the image's own command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) args: Option<&'static str>,
    pub(super) env: BTreeMap<&'static str, String>,
    /// `22/tcp`.
    pub(super) ports: Vec<String>,
    pub(super) cloud: &'static str,
    pub(super) data_center_ids: [&'a str; 1],
    pub(super) gpu: Order<'a>,
    pub(super) disk: u32,
    pub(super) mounts: Mounts,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Order<'a> {
    pub(super) id: &'a str,
    pub(super) count: u32,
    pub(super) min_vcpu_count_per_gpu: u32,
    /// GB.
    pub(super) min_ram_per_gpu: u32,
}

/// A change of a pod that runs or is stopped.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Action {
    Stop,
    Start,
}

/// A refusal as RFC 9457 has it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Problem {
    title: String,
    detail: String,
    errors: Vec<String>,
}

/// Dollars as micro-dollars; `None` for what is no price.
pub(super) fn micros(dollars: &Number) -> Option<i64> {
    usd_micros(&dollars.to_string())
}

fn refusal(body: &[u8]) -> (String, String) {
    let problem: Problem = serde_json::from_slice(body).unwrap_or_default();
    let parts = [problem.title, problem.detail, problem.errors.join("; ")];
    (String::new(), parts.join(": "))
}

/// The account at Runpod.
pub(super) fn http(account: Account, turns: Arc<dyn Turns>) -> Result<Http, reqwest::Error> {
    let peculiar = Peculiar {
        answer_within: ANSWER_WITHIN,
        min_interval_ms: MIN_INTERVAL_MS,
        launch_interval_ms: LAUNCH_INTERVAL_MS,
        refusal,
        ..Peculiar::usual(CONTEXT)
    };
    Http::new(account, turns, peculiar)
}

/// Requests to the account, whose turn has come.
#[derive(Debug)]
pub(super) struct Api<'a> {
    pub(super) act: Act<'a>,
}

impl Api<'_> {
    /// Every type of GPU, with the data centers that have `count` of it for one pod.
    pub(super) async fn gpu_types(&mut self, count: u32) -> Outcome<Vec<GpuType>> {
        let query = "include=AVAILABILITY&product=POD&cloud=SECURE";
        let path = format!("/catalog/gpus?{query}&count={count}");
        let catalog: Catalog = self.act.json(Method::GET, &path, None).await?;
        Ok(catalog.gpus)
    }

    pub(super) async fn pods(&mut self) -> Outcome<Vec<Pod>> {
        let listed: Pods = self.act.json(Method::GET, "/pods", None).await?;
        Ok(listed.pods)
    }

    pub(super) async fn pod(&mut self, id: &str) -> Outcome<Pod> {
        self.act.json(Method::GET, &format!("/pods/{id}"), None).await
    }

    /// Micro-dollars that the account was charged for a day:
    /// <https://docs.runpod.io/api-reference-v2/billing/get-aggregated-billing-history>.
    pub(super) async fn charged(&mut self, day: BilledDay) -> Outcome<i64> {
        let BilledDay { begins_at, ends_at, .. } = day;
        let path = format!("/billing?bucketSize=day&startTime={begins_at}&endTime={ends_at}");
        let Bill { records } = self.act.json(Method::GET, &path, None).await?;
        let of_day = |it: &Charge| day.holds(it.start_time, it.end_time);
        let amounts =
            records.iter().map(|it| charges::micros(&it.total_amount).filter(|_| of_day(it)));
        charges::sum(&self.act, amounts)
    }

    pub(super) async fn launch(&mut self, launch: &Launch<'_>) -> Outcome<Pod> {
        let body = self.act.body(launch)?;
        self.act.json(Method::POST, "/pods", Some(body)).await
    }

    /// The pod after the change.
    pub(super) async fn act(&mut self, id: &str, action: Action) -> Outcome<Pod> {
        let word = match action {
            Action::Stop => "stop",
            Action::Start => "start",
        };
        let body = serde_json::json!({ "action": word });
        self.act.json(Method::POST, &format!("/pods/{id}/action"), Some(body)).await
    }

    pub(super) async fn terminate(&mut self, id: &str) -> Outcome<()> {
        self.act.answer(Method::DELETE, &format!("/pods/{id}"), None).await.map(drop)
    }
}

#[cfg(test)]
mod tests;
