//! Pods of the LIVE tenant, on the machines of the local cloud. Each test uses a model and a count
//! of its own, so its faults meet nobody else's machines.

use domain::Mode;
use serde_json::json;
use testkit::{
    CloudMachine, DEMO, Fault, LIVE, Lie, Outcome, Refusal, Stack, User, fresh_key, until,
};

/// Somebody with a hundred dollars at the LIVE tenant.
async fn payer(stack: &Stack) -> Outcome<User> {
    let user = stack.visitor(LIVE).join().await?;
    user.pay_in(Mode::Live, 100).await?;
    Ok(user)
}

/// The part of a machine's name that is the pod's.
fn body(pod: &str) -> &str {
    pod.trim_start_matches("pod_")
}

async fn machines(stack: &Stack, pod: &str) -> Outcome<Vec<CloudMachine>> {
    stack.clouds()?.machines_named(body(pod)).await
}

async fn types(stack: &Stack, pod: &str) -> Outcome<Vec<String>> {
    let machines = machines(stack, pod).await?;
    Ok(machines.into_iter().map(|machine| machine.instance_type).collect())
}

async fn launches(stack: &Stack, pod: &str) -> Outcome<Vec<Option<u16>>> {
    let requests = stack.clouds()?.requests(body(pod)).await?;
    let launches = requests.into_iter().filter(|request| request.act == "launch");
    Ok(launches.map(|request| request.status).collect())
}

#[tokio::test]
async fn a_live_pod_runs_on_exactly_one_machine_of_the_cloud() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    assert_eq!(user.me().await?["tenant"]["mode"], "LIVE");
    let offer = user.offer("gpu=A10&gpu_count=1&sort=price_asc").await?;
    let told = ["provider", "instance_type", "stoppable", "simulated"].map(|key| &offer[key]);
    assert_eq!(told, [&json!("lambda"), &json!("gpu_1x_a10"), &json!(false), &json!([])]);
    let asked = json!({"offer_id": offer["id"], "template_id": "jupyter"});
    let quote = user.post("/pods/quotes", &asked).await?.with_status(201)?;
    assert_eq!(quote["price"]["machine_usd_micros_per_hour"], 750_000);
    let deploy = json!({"quote_id": quote["id"], "name": "first"});
    let pod = user.try_deploy(&fresh_key()?, &deploy).await?.with_status(202)?;
    let pod = pod["id"].as_str().unwrap_or_default();
    user.settled(pod, "ready").await?;
    let there = machines(&stack, pod).await?;
    let [machine] = there.as_slice() else { return Err(format!("{there:?}").into()) };
    assert_eq!((machine.instance_type.as_str(), machine.status.as_str()), ("gpu_1x_a10", "active"));

    let token = user.activation_token("first").await?;
    let activated = user.try_activate(pod, &token).await?.with_status(200)?;
    let connection = &activated["connection"];
    assert_eq!(connection["address"]["simulated"], false, "{connection}");
    assert_eq!(connection["ssh_command"], format!("ssh -p 2222 ubuntu@{}", machine.ip));
    // The machine was told the token that opens its Jupyter, and nobody else is.
    let url = connection["jupyter_url"].as_str().unwrap_or_default();
    let jupyter_token = url.split_once("token=").map(|(_, token)| token).unwrap_or_default();
    assert!(jupyter_token.len() > 20 && machine.user_data.contains(jupyter_token), "{url}");
    assert!(machine.ip.starts_with("127.77."), "{}", machine.ip);
    assert_eq!(launches(&stack, pod).await?, [Some(200)]);
    Ok(())
}

#[tokio::test]
async fn a_sold_out_type_is_replaced_by_one_of_its_size_that_is_no_dearer() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let sold_out = Fault::refuse(Refusal::NoCapacity).on("launch").of_type("gpu_2x_a10_max");
    stack.clouds()?.fault(sold_out).await?;
    let offer = user.offer("gpu=A10&gpu_count=2&sort=price_desc").await?;
    assert_eq!(offer["instance_type"], "gpu_2x_a10_max");
    let pod = user.deploy(&offer, None).await?;
    user.settled(&pod, "ready").await?;
    assert_eq!(types(&stack, &pod).await?, ["gpu_2x_a10"]);
    assert_eq!(launches(&stack, &pod).await?, [Some(400), Some(200)]);
    Ok(())
}

#[tokio::test]
async fn a_quota_on_everything_ends_the_deploy_and_holds_nothing() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let wallet = user.wallet().await?;
    for ending in ["", "_plus", "_max"] {
        let full = Fault::refuse(Refusal::Quota).on("launch");
        stack.clouds()?.fault(full.of_type(&format!("gpu_4x_a10{ending}"))).await?;
    }
    let offer = user.offer("gpu=A10&gpu_count=4&sort=price_desc").await?;
    let pod = user.deploy(&offer, None).await?;
    let failed = user.settled(&pod, "failed").await?;
    assert_eq!(failed["reason"]["code"], "no_capacity", "{failed}");
    assert_eq!(types(&stack, &pod).await?, Vec::<String>::new());
    until("the hold to be released", async || Ok((user.wallet().await? == wallet).then_some(())))
        .await
}

#[tokio::test]
async fn a_launch_whose_answer_is_lost_gives_one_machine_all_the_same() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let lost = Fault::silent().after().on("launch").of_type("gpu_8x_a10").times(1);
    stack.clouds()?.fault(lost).await?;
    let offer = user.offer("gpu=A10&gpu_count=8&sort=price_asc").await?;
    let pod = user.deploy(&offer, None).await?;
    user.settled(&pod, "ready").await?;
    assert_eq!(types(&stack, &pod).await?, ["gpu_8x_a10"]);
    assert_eq!(launches(&stack, &pod).await?, [None]);
    Ok(())
}

#[tokio::test]
async fn a_machine_that_comes_dearer_is_ended_and_another_one_found() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let price = Lie::Price { more_usd_micros_per_hour: 10_000 };
    let dearer = Fault::lie(price).on("launch").of_type("gpu_1x_a6000_max");
    stack.clouds()?.fault(dearer).await?;
    let offer = user.offer("gpu=RTX%20A6000&gpu_count=1&sort=price_desc").await?;
    let pod = user.deploy(&offer, None).await?;
    user.settled(&pod, "ready").await?;
    until("the dear machine to end", async || {
        Ok((types(&stack, &pod).await? == ["gpu_1x_a6000"]).then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_sandbox_pod_is_never_told_to_a_cloud() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(DEMO).join().await?;
    // On an offer of the very cloud that is connected.
    let offer = user.offer("provider=lambda&sort=price_asc").await?;
    assert_eq!(offer["provider"], "lambda");
    let pod = user.deploy(&offer, None).await?;
    user.settled(&pod, "ready").await?;
    assert!(stack.clouds()?.requests(body(&pod)).await?.is_empty());
    assert!(machines(&stack, &pod).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn the_schedule_publishes_what_the_clouds_sell() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let market = stack.market().await?;
    // Only the schedule names every cloud it read; what the other tests publish repeats that time.
    let read_at = async || {
        let snapshot = market.last(Mode::Live).await?.ok_or("no LIVE market")?;
        Ok::<_, testkit::BoxError>(snapshot.clouds.get("lambda").map(|it| it.read_at))
    };
    let before = read_at().await?;
    let after = until("the next refresh", async || {
        Ok(read_at().await?.filter(|after| Some(*after) > before))
    })
    .await?;
    let visitor = stack.visitor(LIVE);
    until("the refreshed market", async || {
        let page = visitor.get("/offers?limit=1").await?.with_status(200)?;
        let taken_at = page["taken_at"].as_str().unwrap_or_default().to_owned();
        let fresh = taken_at.parse::<jiff::Timestamp>().is_ok_and(|taken_at| taken_at >= after);
        Ok(fresh.then_some(()))
    })
    .await
}
