//! The GPU cloud E2E Networks (e2enetworks.com), whose machines are VMs, `MyAccount` API v1:
//! <https://docs.e2enetworks.com/api/myaccount/>.
//!
//! Every request bears a token and, in its query, a key: the account's `api_key` and `client_id`.
//! The account names its project and one location (`project`: `12345/Delhi`), and an image that has
//! driver and Docker (`image`); a plan is sold with each image under a name of its own. Prices are
//! in rupees, for the whole machine with its disk. A machine that is powered off is billed in full,
//! so to us E2E Networks can end machines but not stop them. Keys, token and template arrive by a
//! start script. It is not verified that a plan's price is all that a machine with a public address
//! costs, how it is billed, what a machine is called while it ends, that every location is in the
//! one region that its documentation names, nor which GPUs a list of plans names differently from
//! their maker; of a model that is made with several sizes of memory, only one whose name tells the
//! size is sold.

use std::ops::RangeInclusive;

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Number, Value, json};

use crate::account::{Account, ApiKey};
use crate::boot_script;
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached};
use crate::decimal::{Rounding, price_micros, scaled};
use crate::http::{Act, Failure, Outcome, Peculiar};
use crate::plan::{Plan, gpu_mib};

const PER_PAGE: u32 = 100;
/// No account has more machines than fit on so many pages.
const PAGES_MAX: u32 = 20;
/// Characters of a node's name:
/// <https://docs.e2enetworks.com/api/myaccount/compute/nodes/create-node/>.
const NAME_LEN: RangeInclusive<usize> = 3..=50;
/// The status of what we refuse ourselves.
const REFUSED: u16 = 400;
/// The one region that the documentation names; the location stands in the query.
const REGION: &str = "ncr";
/// As much of an error's text as tells what it is about, and no script.
const ERROR_LEN_MAX: usize = 60;
/// What a plan's price is told in.
const RUPEES: &str = "INR";
/// A model that is made with two sizes of memory, as names of plans tell the larger one.
const LARGE_A100: &str = "A10080";

/// An account at E2E Networks.
#[derive(Debug)]
pub(crate) struct E2eNetworks {
    key: ApiKey,
    project: String,
    location: String,
    image: String,
}

/// Every answer's outermost part. A refusal may come as an answer, with a status of its own.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    code: u16,
    #[serde(default)]
    data: Value,
    #[serde(default)]
    errors: Value,
    #[serde(default)]
    message: Value,
    /// In lists.
    total_page_number: Option<u32>,
}

#[derive(Debug, Deserialize)]
struct Sold {
    /// `GDC.H100-24.250GB`, as machines are listed with.
    name: String,
    /// `GDC-1xH100-Ubuntu-22.04-Delhi`, which a launch asks for.
    plan: String,
    image: String,
    specs: Specs,
    #[serde(default)]
    gpu_card_details: Card,
    #[serde(default)]
    available_inventory_status: bool,
    currency: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Specs {
    cpu: u32,
    /// GB, as a string.
    ram: Value,
    /// GB.
    disk_space: u32,
    price_per_hour: Option<Number>,
}

/// Empty without a GPU.
#[derive(Debug, Default, Deserialize)]
struct Card {
    #[serde(rename = "UNIT_COUNT")]
    count: Option<Value>,
    /// `Nvidia-H100`.
    #[serde(rename = "CARD_TYPE")]
    model: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: u64,
    #[serde(default)]
    name: String,
    /// The name of its plan.
    #[serde(default)]
    plan: String,
    /// `Creating`, `Running`, `Powered off`, …, or a new word.
    status: String,
    /// No address while there is none.
    #[serde(default)]
    public_ip_address: Value,
}

#[derive(Deserialize)]
struct Created {
    #[serde(default)]
    node_create_response: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: u64,
}

/// A number that may be told as a string.
fn whole(told: &Value) -> Option<u32> {
    let text = told.as_str().map_or_else(|| told.to_string(), str::to_owned);
    u32::try_from(scaled(&text, 0, Rounding::Down)?).ok()
}

impl Envelope {
    /// What a refusal says. Of errors that are told field by field only the fields are named: what
    /// they quote may be a start script with its token.
    fn why(&self) -> String {
        let errors = match &self.errors {
            Value::Object(fields) => {
                fields.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
            }
            Value::String(text) => text.chars().take(ERROR_LEN_MAX).collect(),
            _ => String::new(),
        };
        format!("{}: {errors}", text(&self.message))
    }

    /// What it tells of data.
    fn told<T: DeserializeOwned>(self, act: &Act<'_>) -> Outcome<T> {
        match self.code {
            status @ 400..=499 => Err(Failure::refused(status, "", &self.why())),
            status @ 500.. => Err(act.unknown(format!("status {status}"))),
            _ => serde_json::from_value(self.data).map_err(|error| act.unknown(error)),
        }
    }
}

fn text(told: &Value) -> String {
    told.as_str().map_or_else(|| told.to_string(), str::to_owned)
}

impl Sold {
    /// Its GPU, and GB of the memory of one, if its name tells that.
    fn gpu(&self) -> Option<(&str, Option<u32>)> {
        let model = self.gpu_card_details.model.as_deref()?;
        let is_large = self.name.contains(LARGE_A100) || self.plan.contains(LARGE_A100);
        Some((model, is_large.then_some(80)))
    }

    /// One plan that is sold, and the same as machines are listed with.
    fn plans(self, location: &str) -> [Plan; 2] {
        let gpu = self.gpu();
        let price = self.specs.price_per_hour.as_ref().and_then(|it| price_micros(&it.to_string()));
        let is_ours = self.currency.as_deref() == Some(RUPEES);
        let stock = if self.available_inventory_status { Stock::Medium } else { Stock::None };
        let sold = Plan {
            gpus: self.gpu_card_details.count.as_ref().and_then(whole).unwrap_or_default(),
            gpu_memory_mib: gpu.and_then(|(_, gb)| gpu_mib(gb?)),
            spellings: gpu.into_iter().map(|(model, _)| model.to_owned()).collect(),
            vcpus: self.specs.cpu,
            ram_gib: whole(&self.specs.ram).unwrap_or_default(),
            disk_gib: self.specs.disk_space,
            rate_micros: price.filter(|micros| is_ours && *micros > 0),
            places: vec![(location.to_owned(), stock)],
            kind: self.plan,
            ..Plan::default()
        };
        let listed = Plan { kind: self.name, places: Vec::new(), ..sold.clone() };
        [sold, listed]
    }
}

impl Node {
    fn listed(self) -> Listed {
        let is_up = self.status == "Running";
        Listed {
            life: match self.status.as_str() {
                "Creating" => Life::Starting,
                "Terminating" | "Deleting" => Life::Going,
                "Terminated" | "Deleted" => Life::Gone,
                _ => Life::Running,
            },
            reached: Reached::at(self.public_ip_address.as_str()).filter(|_| is_up),
            id: self.id.to_string(),
            name: self.name,
            kind: self.plan,
            region: String::new(),
            rate: Rate::OfPlan,
            disk_id: None,
        }
    }
}

impl E2eNetworks {
    /// A path with all that a request's query must say.
    fn path(&self, path: &str) -> String {
        let Self { key, project, location, .. } = self;
        format!("{path}?apikey={}&project_id={project}&location={location}", key.reveal())
    }
}

#[async_trait]
impl Cloud for E2eNetworks {
    const CLOUD: &'static str = "e2e-networks";
    const PECULIAR: Peculiar = Peculiar::usual("the GPU cloud E2E Networks");
    /// How it rounds is not documented: a begun hour is the cautious reading.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    const CURRENCY: &'static str = RUPEES;

    fn of(account: &Account) -> Result<Self, &'static str> {
        let is_word = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let key = account.client_id.clone().ok_or("client_id")?;
        if !is_word(key.reveal()) {
            return Err("client_id");
        }
        let (project, location) =
            account.project.as_ref().and_then(|it| it.split_once('/')).ok_or("project")?;
        if !is_word(project) || !is_word(location) {
            return Err("project");
        }
        let image = account.image.clone().ok_or("image")?;
        Ok(Self { key, project: project.to_owned(), location: location.to_owned(), image })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let envelope: Envelope = act.get(&self.path("/images/")).await?;
        // One plan that tells nonsense keeps no other from being sold.
        let told: Vec<Value> = envelope.told(act)?;
        let sold = told.into_iter().filter_map(|it| serde_json::from_value::<Sold>(it).ok());
        let with_ours = sold.filter(|it| it.image == self.image);
        Ok(with_ours.flat_map(|it| it.plans(&self.location)).collect())
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let mut nodes = Vec::new();
        for number in 1..=PAGES_MAX {
            let query = format!("per_page={PER_PAGE}&page_no={number}");
            let envelope: Envelope = act.get(&format!("{}&{query}", self.path("/nodes/"))).await?;
            let last = envelope.total_page_number;
            let page = envelope.told::<Vec<Node>>(act)?;
            // Where nothing says how many pages there are, only an empty one is behind the last.
            let is_over = last.map_or(page.is_empty(), |last| number >= last);
            if page.is_empty() && !is_over {
                return Err(act.unknown("the list of nodes breaks off"));
            }
            nodes.extend(page);
            if is_over {
                return Ok(nodes.into_iter().map(Node::listed).collect());
            }
        }
        // A list that breaks off is no list: what is missing from it would be taken for gone.
        Err(act.unknown(format!("more than {PAGES_MAX} pages")))
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let envelope: Envelope = act.get(&self.path(&format!("/nodes/{id}/"))).await?;
        Ok(Some(envelope.told::<Node>(act)?.listed()))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        if !NAME_LEN.contains(&order.name.len()) {
            let why =
                format!("a node cannot be called {}: its name has 3 to 50 characters", order.name);
            return Err(Failure::refused(REFUSED, "", &why));
        }
        let script = boot_script::script(order.configuration, order.jupyter_token, Self::SSH_USER);
        let body = json!({
            "name": order.name,
            "label": "default",
            "region": REGION,
            "plan": order.kind,
            "image": self.image,
            "number_of_instances": 1,
            // None: the script lets the user's keys in.
            "ssh_keys": [],
            "start_scripts": [script],
            "default_public_ip": true,
            "disable_password": true,
            "is_saved_image": false,
            "is_ipv6_availed": false,
            // They would cost extra.
            "backups": false,
            "enable_bitninja": false,
        });
        let envelope: Envelope = act.post(&self.path("/nodes/"), &body).await?;
        let created: Created = envelope.told(act)?;
        match created.node_create_response.first() {
            Some(node) => Ok(order.launched(node.id.to_string(), Rate::OfPlan)),
            None => Err(act.unknown("the answer names no node")),
        }
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        let path = self.path(&format!("/nodes/{}/", machine.id));
        let envelope: Envelope = act.json(Method::DELETE, &path, None).await?;
        envelope.told::<Value>(act).map(drop)
    }

    fn is_gone(&self, failure: &Failure) -> bool {
        failure.is_status(404)
            || ["Node", "node"].iter().any(|it| failure.says(&format!("{it} not found")))
    }
}

#[cfg(test)]
mod tests;
