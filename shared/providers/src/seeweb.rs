//! The GPU cloud Seeweb (seeweb.it), whose machines are VMs: <https://docs.seeweb.it/ecs/api/>.
//!
//! A machine gets its name from Seeweb, so ours stands in its **notes**, which the list tells. Prices
//! are euros, and numbers are often text. One list tells what plans cost, another one where each of
//! them can be had now; how many are left is not told. Keys, token and template arrive by one script
//! (`user_customize`). A GPU image of Seeweb's has the driver but no Docker and restarts once after
//! its first boot, so the account names a template of ours with both (`image`). AMD's GPUs need
//! another one and are not sold. Power is switched without ending the bill, so to us Seeweb can end
//! machines but not stop them.
//!
//! It is not verified how a begun hour counts, how long notes may be, that the list of machines comes
//! whole, nor in which words and with which status a launch is refused: clients of it look for those
//! here. That root runs the script is what those clients count on, and not verified either.

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use serde::Deserialize;
use serde_json::{Number, Value, json};

use crate::account::Account;
use crate::boot_script;
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::decimal::{Rounding, scaled};
use crate::http::{Act, Failure, Outcome, Peculiar};
use crate::plan::{Plan, gpu_mib};
use crate::provider::LaunchError;
use crate::refusals;

const MB_PER_GIB: u32 = 1_024;
/// A micro-euro is the sixth place of a euro.
const MICROS_PLACES: usize = 6;
/// Beginnings of GPUs that need another driver than the account's image has.
const OTHER_DRIVERS: [&str; 1] = ["MI"];
/// What it says of a plan that is sold out, besides what most clouds say.
const SOLD_OUT: [&str; 3] = ["lack of resources", "not activatable", "no host"];

/// An account at Seeweb.
#[derive(Debug)]
pub(crate) struct Seeweb {
    image: String,
}

/// Either list of plans.
#[derive(Deserialize)]
struct Plans {
    plans: Vec<Value>,
}

#[derive(Deserialize)]
struct Sold {
    /// `ECS1GPU3`.
    name: String,
    cpu: Value,
    /// MB.
    ram: Value,
    /// GB.
    disk: Value,
    /// How many; null without one.
    #[serde(default)]
    gpu: Value,
    /// `L4 24GB`: with the memory of one, where a model has several.
    gpu_label: Option<String>,
    /// Euros, for the whole machine.
    hourly_price: Number,
    #[serde(default)]
    windows: bool,
}

/// A plan that can be had now.
#[derive(Deserialize)]
struct Available {
    name: String,
    #[serde(rename = "region_availables")]
    regions: Vec<Region>,
}

#[derive(Deserialize)]
struct Region {
    /// `it-fr2`.
    region: String,
}

#[derive(Deserialize)]
struct Servers {
    server: Vec<Server>,
}

#[derive(Deserialize)]
struct One {
    server: Server,
}

#[derive(Debug, Deserialize)]
struct Server {
    /// `ec200016`.
    name: String,
    /// Empty until it has one.
    ipv4: Option<String>,
    /// Null, like the two after it, where a machine that is none of ours has none.
    plan: Option<String>,
    location: Option<String>,
    notes: Option<String>,
    /// `Booting`, `Customizing`, `Booted`, `Reimaging`, `Deleting`, `Deleted`, `Fail`, or a new word.
    status: String,
}

/// A number, or a text that is one.
fn number(told: &Value) -> Option<u32> {
    told.as_str().map_or_else(|| told.as_u64()?.try_into().ok(), |text| text.parse().ok())
}

/// Euros as millionths, rounded up.
fn micros(euros: &Number) -> Option<i64> {
    i64::try_from(scaled(&euros.to_string(), MICROS_PLACES, Rounding::Up)?).ok()
}

/// The GB that a label ends with.
fn memory_gb(label: &str) -> Option<u32> {
    label.split_whitespace().next_back()?.to_uppercase().strip_suffix("GB")?.parse().ok()
}

impl Sold {
    fn plan(self) -> Option<Plan> {
        let label = self.gpu_label.unwrap_or_default();
        let is_ours = !self.windows && !OTHER_DRIVERS.iter().any(|it| label.starts_with(it));
        Some(Plan {
            kind: self.name,
            gpu_memory_mib: memory_gb(&label).and_then(gpu_mib),
            spellings: Some(label).filter(|_| is_ours).into_iter().collect(),
            gpus: number(&self.gpu).unwrap_or_default(),
            vcpus: number(&self.cpu)?,
            ram_gib: number(&self.ram)? / MB_PER_GIB,
            disk_gib: number(&self.disk)?,
            rate_micros: micros(&self.hourly_price),
            ..Plan::default()
        })
    }
}

impl Server {
    fn listed(self) -> Listed {
        Listed {
            life: match self.status.as_str() {
                "Booting" | "Customizing" | "Reimaging" => Life::Starting,
                "Deleting" => Life::Going,
                "Deleted" => Life::Gone,
                // Nothing says that a failed one is not billed.
                _ => Life::Running,
            },
            reached: Reached::at(self.ipv4.as_deref()).filter(|_| self.status == "Booted"),
            id: self.name,
            name: self.notes.unwrap_or_default(),
            kind: self.plan.unwrap_or_default(),
            region: self.location.unwrap_or_default(),
            rate: Rate::OfPlan,
            disk_id: None,
        }
    }
}

#[async_trait]
impl Cloud for Seeweb {
    const CLOUD: &'static str = "seeweb";
    const PECULIAR: Peculiar =
        Peculiar { authorized_by: ("x-apitoken", ""), ..Peculiar::usual("the GPU cloud Seeweb") };
    /// Prices are of an hour; that a begun one counts whole is the cautious reading.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    const CURRENCY: &'static str = "EUR";
    const REQUESTS: Requests = Requests { offers: 2, ..Requests::PRICED_BY_PLAN };

    fn of(account: &Account) -> Result<Self, &'static str> {
        Ok(Self { image: account.image.clone().ok_or("image")? })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let Plans { plans } = act.get("/plans").await?;
        // One plan that tells nonsense keeps no other from being sold.
        let sold = plans.iter().filter_map(|it| Sold::deserialize(it).ok());
        Ok(sold.filter_map(Sold::plan).collect())
    }

    async fn stocked(&self, act: &mut Act<'_>, mut plans: Vec<Plan>) -> Outcome<Vec<Plan>> {
        let Plans { plans: available } = act.get("/plans/availables").await?;
        let available: Vec<_> =
            available.iter().filter_map(|it| Available::deserialize(it).ok()).collect();
        for plan in &mut plans {
            let same = available.iter().filter(|it| it.name == plan.kind);
            let regions = same.flat_map(|it| &it.regions);
            plan.places = regions.map(|it| (it.region.clone(), Stock::Medium)).collect();
        }
        Ok(plans)
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let Servers { server } = act.get("/servers").await?;
        Ok(server.into_iter().map(Server::listed).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let One { server } = act.get(&format!("/servers/{id}")).await?;
        Ok(Some(server.listed()))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let script = boot_script::script(order.configuration, order.jupyter_token, Self::SSH_USER);
        let body = json!({
            "plan": order.kind,
            "location": order.region,
            "image": self.image,
            "notes": order.name,
            "user_customize": script,
        });
        let One { server } = act.post("/servers", &body).await?;
        Ok(server.listed())
    }

    fn refused(&self, failure: Failure) -> LaunchError {
        match &failure {
            Failure::Refused { status: 400 | 409 | 422, message, .. }
                if SOLD_OUT.iter().any(|words| message.to_lowercase().contains(words)) =>
            {
                LaunchError::NoCapacity
            }
            _ => refusals::launch_error(failure),
        }
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        act.delete(&format!("/servers/{}", machine.id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn sold(changes: &Value) -> Vec<(String, u32, u32, [u32; 3], i64)> {
        let mut sold = json!({
            "id": 61, "name": "ECS1GPU3", "cpu": "8", "ram": "65536", "disk": "500", "gpu": "2",
            "gpu_label": "RTX 6000 24GB", "hourly_price": 0.759_999_1, "montly_price": 558.6,
            "windows": false, "host_type": "PASSTHROUGH", "available": true,
        });
        if let (Value::Object(sold), Value::Object(changes)) = (&mut sold, changes.clone()) {
            sold.extend(changes);
        }
        let plan = Sold::deserialize(&sold).ok().and_then(Sold::plan);
        let plans: Vec<_> = plan.into_iter().map(here).collect();
        let offers = sample::offers(Seeweb::CLOUD, &plans).into_iter().map(|it| {
            let size = [it.vcpus, it.ram_gib, it.disk.included_gib];
            let rate = it.provider_rate_usd_micros_per_hour.0;
            (it.gpu, it.gpu_count.0 / 1_000, it.gpu_memory_gib, size, rate)
        });
        offers.collect()
    }

    fn here(plan: Plan) -> Plan {
        Plan { places: vec![("it-fr2".to_owned(), Stock::Medium)], ..plan }
    }

    #[test]
    fn a_label_tells_model_and_memory() {
        let size = [8, 64, 500];
        for (label, name, gib) in [
            ("RTX 6000 24GB", "Quadro RTX 6000", 24),
            ("RTX A6000 48GB", "RTX A6000", 48),
            ("RTX PRO 6000 96GB", "RTX PRO 6000", 96),
            ("L40s 48GB", "L40S", 48),
            ("A30", "A30", 24),
            ("H200 141GB", "H200", 141),
        ] {
            let told = [(name.to_owned(), 2, gib, size, 760_000)];
            assert_eq!(sold(&json!({"gpu_label": label})), told, "{label}");
        }
    }

    #[test]
    fn what_cannot_be_read_or_run_is_not_sold() {
        for changes in [
            json!({"gpu_label": "MI300X"}),
            json!({"gpu_label": "Tenstorrent Grayskull e75"}),
            json!({"gpu_label": null, "gpu": null}),
            json!({"gpu": "two"}),
            json!({"cpu": ""}),
            json!({"hourly_price": "?"}),
            json!({"windows": true}),
        ] {
            assert_eq!(sold(&changes), [], "{changes}");
        }
        assert_eq!(sold(&json!({"cpu": 8, "gpu": 2})).len(), 1, "numbers will do, too");
    }

    #[test]
    fn a_machine_without_notes_or_plan_breaks_no_list() -> Result<(), serde_json::Error> {
        let bare = json!({
            "name": "ec1", "ipv4": null, "plan": null, "location": null, "notes": null,
            "status": "Booted",
        });
        let Servers { server } = Servers::deserialize(json!({ "server": [bare] }))?;
        let listed: Vec<_> = server.into_iter().map(Server::listed).collect();
        let told: Vec<_> = listed.iter().map(|it| (it.id.as_str(), it.name.as_str())).collect();
        assert_eq!(told, [("ec1", "")]);
        Ok(())
    }

    #[test]
    fn words_for_missing_capacity_are_known() {
        let meant = |status, message: &str| {
            let refused =
                Failure::Refused { status, code: String::new(), message: message.to_owned() };
            Seeweb { image: String::new() }.refused(refused)
        };
        for message in ["Lack of resources", "plan not activatable", "Plan is not available"] {
            assert!(matches!(meant(400, message), LaunchError::NoCapacity), "{message}");
        }
        assert!(matches!(meant(400, "unknown image"), LaunchError::Failed(_)));
        assert!(matches!(meant(403, "no host"), LaunchError::Failed(_)));
    }
}
