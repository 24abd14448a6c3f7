//! Vultr's wire format, API v2: <https://www.vultr.com/api/>.

use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use domain::pod::Attempt;
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::account::Account;
use crate::http::{Act, Http, Outcome, Peculiar};
use crate::turns::Turns;

/// The name of the cloud in offers and accounts.
pub(crate) const CLOUD: &str = "vultr";
/// A launch is several requests in a row, which must leave a step of 30 s time to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(7);
/// An address may make 30 requests a second: <https://www.vultr.com/api/#section/Introduction>.
/// Functions share few addresses, so an account stays well below.
const MIN_INTERVAL_MS: u64 = 50;
/// Our own choice: no limit to launches is published.
const LAUNCH_INTERVAL_MS: u64 = 1_000;
const CONTEXT: &str = "the GPU cloud Vultr";
/// The most that Vultr puts on one page.
const PER_PAGE: u32 = 500;
/// No account has more machines than fit on so many pages, and there are some hundred plans.
const PAGES_MAX: usize = 20;
/// Ubuntu 22.04, which on a plan with a GPU comes with its driver and Docker.
const OS_ID: u32 = 1_743;

/// A plan: a type of machine, and the regions that have some.
#[derive(Debug, Deserialize)]
pub(super) struct Plan {
    /// `vcg-a100-12c-120g-80vram`.
    pub(super) id: String,
    pub(super) vcpu_count: u32,
    /// MB.
    pub(super) ram: u32,
    /// GB.
    pub(super) disk: u32,
    /// Dollars, for the whole machine.
    pub(super) hourly_cost: Number,
    /// Absent or empty: sold out everywhere.
    pub(super) locations: Option<Vec<String>>,
    /// GB of all of its GPUs together; absent without a GPU.
    pub(super) gpu_vram_gb: Option<u32>,
    /// `NVIDIA_A100`; absent without a GPU.
    pub(super) gpu_type: Option<String>,
}

/// An instance of the account.
#[derive(Debug, Deserialize)]
pub(super) struct Instance {
    pub(super) id: String,
    #[serde(default)]
    pub(super) label: String,
    pub(super) plan: String,
    /// `0.0.0.0` until it has one.
    #[serde(default)]
    pub(super) main_ip: String,
    /// `pending`, `active`, `suspended`, `resizing`, or a new word.
    pub(super) status: String,
    /// `running` or `stopped`.
    #[serde(default)]
    pub(super) power_status: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Launch<'a> {
    region: &'a str,
    plan: &'a str,
    label: &'a str,
    os_id: u32,
    /// Base64.
    user_data: String,
    backups: &'static str,
    activation_email: bool,
}

impl<'a> Launch<'a> {
    /// The attempt's machine, which is told `user_data` when it first boots.
    pub(super) fn of(attempt: &'a Attempt, user_data: &str) -> Self {
        Self {
            region: &attempt.offer.region,
            plan: &attempt.offer.instance_type,
            label: &attempt.machine_name,
            os_id: OS_ID,
            user_data: BASE64.encode(user_data.as_bytes()),
            // They would cost a fifth more.
            backups: "disabled",
            activation_email: false,
        }
    }
}

#[derive(Deserialize)]
struct One {
    instance: Instance,
}

#[derive(Deserialize)]
struct Page<T> {
    #[serde(alias = "instances", alias = "plans")]
    items: Vec<T>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    links: Links,
}

#[derive(Deserialize)]
struct Links {
    /// Names the next page; null or empty on the last one.
    next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: String,
}

fn refusal(body: &[u8]) -> (String, String) {
    let Refusal { error } = serde_json::from_slice(body).unwrap_or_default();
    (String::new(), error)
}

/// The account at Vultr.
pub(super) fn http(account: Account, turns: Arc<dyn Turns>) -> Result<Http, reqwest::Error> {
    let peculiar = Peculiar {
        context: CONTEXT,
        answer_within: ANSWER_WITHIN,
        min_interval_ms: MIN_INTERVAL_MS,
        launch_interval_ms: LAUNCH_INTERVAL_MS,
        token_path: None,
        refusal,
    };
    Http::new(account, turns, peculiar)
}

/// A page's name in an address; it is Base64.
fn escaped(cursor: &str) -> String {
    cursor.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

/// Requests to the account, whose turn has come.
#[derive(Debug)]
pub(super) struct Api<'a> {
    pub(super) act: Act<'a>,
}

impl Api<'_> {
    /// Every plan, those without a GPU too.
    pub(super) async fn plans(&mut self) -> Outcome<Vec<Plan>> {
        self.all("/plans?type=all&").await
    }

    pub(super) async fn instances(&mut self) -> Outcome<Vec<Instance>> {
        self.all("/instances?").await
    }

    pub(super) async fn instance(&mut self, id: &str) -> Outcome<Instance> {
        let found: One = self.act.json(Method::GET, &format!("/instances/{id}"), None).await?;
        Ok(found.instance)
    }

    pub(super) async fn launch(&mut self, launch: &Launch<'_>) -> Outcome<Instance> {
        let body = self.act.body(launch)?;
        let launched: One = self.act.json(Method::POST, "/instances", Some(body)).await?;
        Ok(launched.instance)
    }

    pub(super) async fn delete(&mut self, id: &str) -> Outcome<()> {
        self.act.answer(Method::DELETE, &format!("/instances/{id}"), None).await.map(drop)
    }

    /// What is on all pages. A list that breaks off is no list: what is missing from it would be
    /// taken for gone.
    async fn all<T: DeserializeOwned>(&mut self, path: &str) -> Outcome<Vec<T>> {
        let first = format!("{path}per_page={PER_PAGE}");
        let (mut all, mut path) = (Vec::new(), first.clone());
        for _ in 0..PAGES_MAX {
            let page: Page<T> = self.act.json(Method::GET, &path, None).await?;
            all.extend(page.items);
            match page.meta.links.next.filter(|cursor| !cursor.is_empty()) {
                None => return Ok(all),
                Some(cursor) => path = format!("{first}&cursor={}", escaped(&cursor)),
            }
        }
        Err(self.act.unknown(format!("more than {PAGES_MAX} pages")))
    }
}
