//! The GPU cloud of Tencent (tencentcloud.com), whose machines are VMs, CVM API of 2017-03-12:
//! <https://www.tencentcloud.com/document/product/213/33281>.
//!
//! The account names a secret identifier and its key (`client_id`, `api_key`), one region
//! (`project`: `eu-frankfurt`), and an image that has driver and Docker (`image`). The address of
//! its API is the one whose prices are in US dollars. Each zone lists types with their prices and
//! how much is left, without the disk, whose price is the difference to an enquiry about the whole
//! machine, and without the bandwidth of its address, which that enquiry tells apart. A launch
//! bears the machine's name as its token too, so none is made twice. A machine that is shut down
//! from inside is billed in full, so to us Tencent can end machines but not stop them. An end is
//! asked for twice: the first time only moves a machine to the recycle bin, which it leaves by
//! itself after two hours. Answers have status 200, whatever they say. No list tells which GPU a
//! family of types has: that stands in a table here. The account's default security group must let
//! the template's ports in. It is not verified that an enquiry tells the disk's price in that of
//! the machine, nor how long a token holds.

mod signature;
mod wire;

use std::collections::BTreeMap;

use async_trait::async_trait;
use data_encoding::BASE64;
use domain::market::offer::{BillingTerms, Stock};
use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::account::{Account, ApiKey};
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Requests};
use crate::cloud_init::Login;
use crate::decimal::Rounding;
use crate::http::{Act, Failure, Outcome, Peculiar, cut};
use crate::plan::Plan;
use crate::provider::LaunchError;
use crate::refusals;
use signature::{JSON, authorization};
use wire::{Answer, DISK_GB, Enquiry, Instance, Instances, Launched, Problem, Type, Types};

const VERSION: &str = "2017-03-12";
const PER_PAGE: usize = 100;
/// No account has more machines than fit on so many pages.
const PAGES_MAX: usize = 20;
/// The type of the disk of every machine of ours.
const DISK_TYPE: &str = "CLOUD_PREMIUM";
/// Mbit/s that a machine may send to the world. Each costs extra, whether it is used or not.
const BANDWIDTH: u32 = 10;
/// How machines are billed that nobody has paid for in advance.
const BY_HOUR: &str = "POSTPAID_BY_HOUR";
/// The status we give a refusal.
const REFUSED: u16 = 400;

/// Codes that begin so, and what they mean of a launch.
const SOLD_OUT: [&str; 4] =
    ["ResourceInsufficient", "ResourcesSoldOut", "ResourceUnavailable", "ZoneSoldOut"];
const LIMITED: [&str; 3] = ["LimitExceeded", "InstancesQuotaLimitExceeded", "QuotaExceeded"];

/// Codes that begin so, and say that there is no machine to be ended any more.
const GONE: [&str; 2] = ["InvalidInstanceId.NotFound", "InvalidInstanceState.Terminat"];

/// An account at Tencent.
#[derive(Debug)]
pub(crate) struct Tencent {
    url: String,
    host: String,
    id: ApiKey,
    key: ApiKey,
    region: String,
    image: String,
}

#[expect(clippy::disallowed_methods, reason = "a signature is of the moment it is made")]
fn now() -> Timestamp {
    Timestamp::now()
}

impl Tencent {
    /// What an action tells.
    async fn ask<T: DeserializeOwned>(
        &self,
        act: &mut Act<'_>,
        action: &str,
        body: &Value,
    ) -> Outcome<T> {
        let (text, at) = (body.to_string(), now());
        let made = authorization((self.id.reveal(), self.key.reveal()), (&self.host, &text), at);
        let mut made = HeaderValue::try_from(made).map_err(|error| act.unknown(error))?;
        made.set_sensitive(true);
        let request = act
            .post_to(&self.url)
            .header(CONTENT_TYPE, JSON)
            .header(AUTHORIZATION, made)
            .header("x-tc-action", action)
            .header("x-tc-version", VERSION)
            .header("x-tc-region", &self.region)
            .header("x-tc-timestamp", at.as_second())
            .body(text);
        let bytes = act.exchange(request).await?;
        let Answer { response } =
            serde_json::from_slice(&bytes).map_err(|error| act.unknown(error))?;
        match response.get("Error").map(Problem::deserialize) {
            None => serde_json::from_value(response).map_err(|error| act.unknown(error)),
            Some(problem) => {
                let Problem { code, message } = problem.map_err(|error| act.unknown(error))?;
                Err(failure(act, code, message).await)
            }
        }
    }

    /// What a machine is made of, beside its name and what it runs.
    fn machine(&self, kind: &str, zone: &str) -> Value {
        json!({
            "InstanceChargeType": BY_HOUR,
            "Placement": {"Zone": zone},
            "InstanceType": kind,
            "ImageId": self.image,
            "SystemDisk": {"DiskType": DISK_TYPE, "DiskSize": DISK_GB},
            "InternetAccessible": {
                "InternetChargeType": "BANDWIDTH_POSTPAID_BY_HOUR",
                "InternetMaxBandwidthOut": BANDWIDTH,
                "PublicIpAssigned": true,
            },
            "InstanceCount": 1,
        })
    }

    /// What disk and bandwidth cost: a machine of any type costs so much more than the type.
    async fn extras(&self, act: &mut Act<'_>, types: &[Type]) -> Outcome<Option<i64>> {
        let with_gpu = || types.iter().filter(|it| it.gpus().is_some());
        // One that is sold out may be refused, so it is asked about only where there is no other.
        let some = with_gpu().filter(|it| it.stock() != Stock::None);
        let mut all = some.chain(with_gpu());
        let Some(any) = all.find(|it| it.price.micros(Rounding::Down).is_some()) else {
            return Ok(None);
        };
        let machine = self.machine(&any.kind, &any.zone);
        match self.ask::<Enquiry>(act, "InquiryPriceRunInstances", &machine).await {
            Ok(enquiry) => Ok(enquiry.extras(&any.price)),
            // Without a price nothing is sold, but machines are listed all the same.
            Err(Failure::Refused { .. }) => Ok(None),
            Err(unanswered) => Err(unanswered),
        }
    }
}

/// What an error in an answer means.
async fn failure(act: &Act<'_>, code: String, message: String) -> Failure {
    if code.starts_with("RequestLimitExceeded") {
        act.busy().await
    } else if code.starts_with("Internal") {
        act.unknown(cut(&format!("{code}: {message}")))
    } else {
        Failure::refused(REFUSED, &code, &message)
    }
}

#[async_trait]
impl Cloud for Tencent {
    const CLOUD: &'static str = "tencent";
    const PECULIAR: Peculiar = Peculiar {
        // Ten launches a second, and more of everything else.
        min_interval_ms: 100,
        ..Peculiar::usual("the GPU cloud of Tencent")
    };
    /// Billed by the second: <https://www.tencentcloud.com/document/product/213/2180>.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 1, minimum_secs: 1 };
    const SSH_USER: &'static str = "ubuntu";
    const REQUESTS: Requests = Requests { offers: 2, list: 3, launch: 4, terminate: 4 };

    fn of(account: &Account) -> Result<Self, &'static str> {
        let (_, rest) = account.base_url.split_once("://").ok_or("base_url")?;
        Ok(Self {
            url: format!("{}/", account.base_url),
            host: rest.split('/').next().unwrap_or_default().to_owned(),
            id: account.client_id.clone().ok_or("client_id")?,
            key: account.api_key.clone(),
            region: account.project.clone().ok_or("project")?,
            image: account.image.clone().ok_or("image")?,
        })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let filters = json!([{"Name": "instance-charge-type", "Values": [BY_HOUR]}]);
        let action = "DescribeZoneInstanceConfigInfos";
        let told: Types = self.ask(act, action, &json!({"Filters": filters})).await?;
        // One type that tells nonsense keeps no other from being sold.
        let types = told.all.into_iter().filter_map(|it| serde_json::from_value(it).ok());
        let types: Vec<Type> = types.collect();
        let extras = self.extras(act, &types).await?;
        Ok(types.into_iter().filter_map(|it| it.plan(extras)).collect())
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        // Pages may overlap while the list changes, so each machine counts once.
        let (mut listed, mut offset) = (BTreeMap::new(), 0);
        for _ in 0..PAGES_MAX {
            let body = json!({"Offset": offset, "Limit": PER_PAGE});
            let told: Instances = self.ask(act, "DescribeInstances", &body).await?;
            offset += told.all.len();
            let is_last = told.all.is_empty() || offset >= told.total;
            listed.extend(told.all.into_iter().map(|it| (it.id.clone(), it.listed())));
            if is_last && listed.len() < told.total {
                return Err(act.unknown("the list of instances breaks off"));
            }
            if is_last {
                return Ok(listed.into_values().collect());
            }
        }
        Err(act.unknown(format!("more than {PAGES_MAX} pages")))
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let told: Instances =
            self.ask(act, "DescribeInstances", &json!({"InstanceIds": [id]})).await?;
        Ok(told.all.into_iter().next().map(Instance::listed))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let mut machine = self.machine(order.kind, order.region);
        machine["InstanceName"] = json!(order.name);
        machine["ClientToken"] = json!(order.name);
        let user_data = order.user_data(Login::Default);
        machine["UserData"] = json!(BASE64.encode(user_data.as_bytes()));
        let Launched { ids } = self.ask(act, "RunInstances", &machine).await?;
        let id = ids.into_iter().next();
        let id = id.ok_or_else(|| act.unknown("the answer names no instance"))?;
        Ok(order.launched(id, Rate::OfPlan))
    }

    /// By codes that say it better than words.
    fn refused(&self, failure: Failure) -> LaunchError {
        let Failure::Refused { code, .. } = &failure else {
            return refusals::launch_error(failure);
        };
        let begins = |all: &[&str]| all.iter().any(|it| code.starts_with(it));
        if begins(&SOLD_OUT) {
            LaunchError::NoCapacity
        } else if begins(&LIMITED) {
            LaunchError::QuotaReached
        } else {
            LaunchError::Failed(failure.into())
        }
    }

    /// Ends a machine, and its disk and address with it. The first time this only moves it to the
    /// recycle bin; one that is not there yet when we look ends at a later try.
    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        let body = json!({"InstanceIds": [machine.id]});
        self.ask::<Value>(act, "TerminateInstances", &body).await?;
        match self.one(act, &machine.id).await {
            Ok(Some(Listed { life: Life::Binned, .. })) => {
                self.ask::<Value>(act, "TerminateInstances", &body).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    fn is_gone(&self, failure: &Failure) -> bool {
        let Failure::Refused { code, .. } = failure else { return false };
        GONE.iter().any(|it| code.starts_with(it))
    }
}

#[cfg(test)]
mod tests;
