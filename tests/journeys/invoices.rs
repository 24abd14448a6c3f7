//! What a pod used is on the statement, in the usage and on one invoice, to the micro-dollar.

use domain::money::invoice::Period;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{DEMO, Outcome, Stack, User, until};

/// What a pod cost once it was over.
struct Ended {
    pod: String,
    secs: i64,
    cost: i64,
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or(i64::MIN)
}

fn sum(items: &[Value], field: &str) -> i64 {
    items.iter().map(|item| number(&item[field])).sum()
}

/// Deploys a pod, lets it run some seconds, and ends it.
async fn run_some_seconds(user: &User) -> Outcome<Ended> {
    let offer = user.offer("gpu=RTX%204090&gpu_count=1").await?;
    let pod = user.deploy(&offer, None).await?;
    user.settled(&pod, "ready").await?;
    let token = user.stack.activation_token(&pod).await?;
    user.try_activate(&pod, &token).await?.with_status(200)?;
    until("it to run", async || {
        let running = number(&user.pod(&pod).await?["running_secs"]) >= 2;
        Ok(running.then_some(()))
    })
    .await?;
    user.delete(&format!("/pods/{pod}")).await?.with_status(202)?;
    let over = until("its end", async || {
        let over = user.pod(&pod).await?;
        Ok((over["state"] == "terminated").then_some(over))
    })
    .await?;
    let (secs, cost) = (number(&over["running_secs"]), number(&over["cost_usd_micros"]));
    let rate = number(&over["price"]["rate_usd_micros_per_hour"]);
    assert_eq!(cost, rate * secs / 3_600, "{over}");
    assert!(cost > 0, "{over}");
    Ok(Ended { pod, secs, cost })
}

/// Whatever tells what was used agrees with the pod itself.
async fn assert_all_agree(user: &User, ended: &Ended) -> Outcome<()> {
    let usage = user.usage().await?;
    let rows = usage["items"].as_array().cloned().unwrap_or_default();
    assert!(rows.iter().all(|row| row["pod_id"] == ended.pod.as_str()), "{usage}");
    for (field, wanted) in [("running_secs", ended.secs), ("captured_usd_micros", ended.cost)] {
        assert_eq!((number(&usage[field]), sum(&rows, field)), (wanted, wanted), "{usage}");
    }
    let statement = user.statement(100).await?;
    let of_kind = |kind: &str| {
        let items = statement.iter().filter(|item| item["kind"] == kind);
        items.cloned().collect::<Vec<_>>()
    };
    assert_eq!(sum(&of_kind("capture"), "held_change_usd_micros"), -ended.cost);
    assert_eq!(of_kind("machine"), Vec::<Value>::new());
    assert_eq!(user.statement(1).await?, statement);
    let wallet = user.wallet_details().await?;
    let available = number(&wallet["available_usd_micros"]);
    assert_eq!(sum(&statement, "available_change_usd_micros"), available, "{wallet}");
    assert_eq!(sum(&statement, "held_change_usd_micros"), 0, "{wallet}");
    assert_eq!(wallet["holds"], json!([]));
    assert_eq!(
        sum(wallet["grants"].as_array().map_or(&[], Vec::as_slice), "amount_usd_micros"),
        available
    );
    assert_eq!(user.wallet().await?["available_usd_micros"], wallet["available_usd_micros"]);
    Ok(())
}

fn assert_invoice(invoice: &Value, ended: &Ended, status: &str) {
    let lines = invoice["lines"].as_array().cloned().unwrap_or_default();
    assert_eq!((&invoice["status"], lines.len()), (&json!(status), 1), "{invoice}");
    assert_eq!((&lines[0]["pod_id"], &lines[0]["pod_name"]), (&json!(ended.pod), &json!("trial")));
    assert_eq!(number(&lines[0]["running_secs"]), ended.secs, "{invoice}");
    assert_eq!(number(&lines[0]["amount_usd_micros"]), ended.cost, "{invoice}");
    assert_eq!(number(&invoice["total_usd_micros"]), ended.cost, "{invoice}");
    assert_eq!(invoice["due_usd_micros"], 0, "{invoice}");
}

/// Needs the product for itself, as `.config/nextest.toml` gives it: it closes everybody's month.
#[tokio::test]
async fn a_month_is_invoiced_and_mailed_once_and_agrees_with_its_pods() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(DEMO).join().await?;
    let ended = run_some_seconds(&user).await?;
    assert_all_agree(&user, &ended).await?;
    let this = Period::of(runtime::clock::now());
    let month = this.to_string();
    let open = user.invoice(&month).await?;
    assert_invoice(&open, &ended, "open");
    assert_eq!(user.invoices().await?[0]["status"], "open");

    let next_month = this.end() + SignedDuration::from_hours(1);
    stack.invoke_schedule("every-period-close", next_month).await?;
    let closed = until("the final invoice", async || {
        let invoice = user.invoice(&month).await?;
        Ok((invoice["status"] == "final").then_some(invoice))
    })
    .await?;
    assert_invoice(&closed, &ended, "final");
    assert_eq!(closed["lines"], open["lines"]);
    let subject = format!("Your invoice for {}", this.first_day().strftime("%B %Y"));
    let mail = stack.mail(&user.email, &subject).await?;
    assert!(mail.text.contains(&format!("/billing/invoices/{month}")), "{mail:?}");

    for _ in 0..2 {
        stack.invoke_schedule("every-period-close", next_month).await?;
    }
    // The mail of a later act comes after whatever the runs may have sent.
    user.post("/auth/password/forgot", &json!({"email": user.email})).await?.with_status(202)?;
    stack.mail(&user.email, "password reset").await?;
    let mails = stack.mails(&user.email).await?;
    assert_eq!(mails.iter().filter(|mail| mail.subject == subject).count(), 1, "{mails:?}");
    assert_eq!(user.invoice(&month).await?, closed);
    let all = user.invoices().await?;
    assert_eq!(all.iter().filter(|it| it["period"] == month.as_str()).count(), 1, "{all:?}");

    let other = stack.visitor(DEMO).join().await?;
    assert_eq!(other.invoice(&month).await?["lines"], json!([]));
    assert_eq!(other.usage().await?["items"], json!([]));
    assert_eq!(other.statement(100).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_is_asked_of_billing_keeps_the_limits() -> Outcome<()> {
    let user = Stack::from_env()?.visitor(DEMO).join().await?;
    for limit in ["0", "101"] {
        let path = format!("/billing/statement?limit={limit}");
        user.get(&path).await?.refused(400, "invalid_limit")?;
    }
    for cursor in ["x", "", "dHJhbnNhY3Rpb24j", &"x".repeat(300)] {
        let path = format!("/billing/statement?cursor={cursor}");
        user.get(&path).await?.refused(400, "invalid_cursor")?;
    }
    for range in ["from=2026-11-02&to=2026-11-01", "from=2026-01-01&to=2026-04-03"] {
        user.get(&format!("/billing/usage?{range}")).await?.refused(400, "invalid_range")?;
    }
    user.get("/billing/usage?from=2026-01-01&to=2026-04-02").await?.with_status(200)?;
    for range in ["from=november", "to=2026-13-01", "from="] {
        user.get(&format!("/billing/usage?{range}")).await?.refused(400, "invalid_query")?;
    }
    for period in ["2026", "2026-13", "november", "2026-11-01"] {
        let path = format!("/billing/invoices/{period}");
        user.get(&path).await?.refused(400, "invalid_period")?;
    }
    user.get("/billing/invoices/2001-01").await?.refused(404, "not_found")?;
    user.get("/billing/invoices/9998-12").await?.refused(404, "not_found")
}
