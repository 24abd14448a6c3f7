//! What the clouds can be told to do wrong, seen on the wire.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::cloud_site::Site;
use testkit::{Fault, Lie, Outcome, Refusal};

const CLOUD: &str = "lambda";
/// Longer than any answer on this machine takes.
const NO_ANSWER: Duration = Duration::from_millis(300);

/// The clouds, and a client that speaks to one of them as anybody may.
struct Caller {
    site: Site,
    base_url: String,
    key: String,
    client: reqwest::Client,
}

impl Caller {
    async fn new() -> Outcome<Self> {
        let site = Site::at(CLOUD).await?;
        let account: Value = serde_json::from_str(&site.account())?;
        let text = |name: &str| account["accounts"][0][name].as_str().unwrap_or_default();
        let (base_url, key) = (text("base_url").to_owned(), text("api_key").to_owned());
        let client = reqwest::Client::builder().timeout(NO_ANSWER).build()?;
        let caller = Self { site, base_url, key, client };
        caller.post("/ssh-keys", &json!({"name": "key"})).await?;
        Ok(caller)
    }

    async fn post(&self, path: &str, body: &Value) -> Outcome<(u16, String)> {
        let request = self.client.post(format!("{}{path}", self.base_url));
        let answer = request.bearer_auth(&self.key).json(body).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    /// Launches a machine under a fault; returns the answer, if one came, and how many machines
    /// there are then.
    async fn launch(&self, fault: Fault) -> Outcome<(Option<(u16, String)>, usize)> {
        self.site.control.fault(fault.on("launch").at(CLOUD).times(1)).await?;
        let launch = json!({"region_name": "us-east-1", "instance_type_name": "gpu_1x_a10",
            "ssh_key_names": ["key"], "name": "it"});
        let answer = self.post("/instance-operations/launch", &launch).await.ok();
        let machines = self.site.control.machines().await?;
        for machine in &machines {
            self.site.control.vanish(&machine.id).await?;
        }
        Ok((answer, machines.len()))
    }
}

#[tokio::test]
async fn a_fault_before_the_effect_prevents_it_and_one_after_it_does_not() -> Outcome<()> {
    let caller = Caller::new().await?;
    let faults = [
        Fault::malformed(),
        Fault::silent(),
        Fault::status(500),
        Fault::refuse(Refusal::RateLimited),
        Fault::refuse(Refusal::NoCapacity),
        Fault::refuse(Refusal::Quota),
        Fault::refuse(Refusal::Declined),
    ];
    for fault in faults {
        let (before, machines) = caller.launch(fault.clone()).await?;
        assert_eq!(machines, 0, "{fault:?}");
        let (after, machines) = caller.launch(fault.clone().after()).await?;
        assert_eq!(machines, 1, "{fault:?}");
        assert_eq!(before, after, "{fault:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_slow_answer_is_true() -> Outcome<()> {
    let caller = Caller::new().await?;
    for fault in [Fault::slow(100), Fault::slow(100).after()] {
        let began = std::time::Instant::now();
        let (answer, machines) = caller.launch(fault).await?;
        assert_eq!((answer.map(|(status, _)| status), machines), (Some(200), 1));
        assert!(began.elapsed() >= Duration::from_millis(100));
    }
    Ok(())
}

#[tokio::test]
async fn a_repeated_launch_gives_two_machines_and_a_lie_is_told() -> Outcome<()> {
    let caller = Caller::new().await?;
    let (answer, machines) = caller.launch(Fault::twice(1)).await?;
    assert_eq!((answer.map(|(status, _)| status), machines), (Some(200), 2));
    let pointer = "/data/instance_ids/0".to_owned();
    let lie = Lie::Field { pointer, value: json!("another") };
    let (answer, machines) = caller.launch(Fault::lie(lie)).await?;
    let body = answer.map(|(_, body)| body).unwrap_or_default();
    assert_eq!((body.as_str(), machines), (r#"{"data":{"instance_ids":["another"]}}"#, 1));
    Ok(())
}

#[tokio::test]
async fn a_fault_strikes_its_own_account_until_it_is_ended() -> Outcome<()> {
    let caller = Caller::new().await?;
    let down = Fault::status(503).on("keys");
    caller.site.control.fault(down.clone().at("another")).await?;
    let keys = async || {
        let request = caller.client.get(format!("{}/ssh-keys", caller.base_url));
        Ok::<_, testkit::BoxError>(request.bearer_auth(&caller.key).send().await?.status())
    };
    assert_eq!(keys().await?, 200);
    let id = caller.site.control.fault(down).await?;
    assert_eq!(keys().await?, 503);
    caller.site.control.end_fault(id).await?;
    assert_eq!(keys().await?, 200);
    Ok(())
}

#[tokio::test]
async fn a_fault_that_nobody_could_commit_is_refused() -> Outcome<()> {
    let caller = Caller::new().await?;
    for fault in [Fault::status(200), Fault::twice(0)] {
        let refused = caller.site.control.fault(fault.clone()).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("422")), "{fault:?}");
    }
    Ok(())
}
