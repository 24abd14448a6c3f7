//! What was mailed can be read again in the web app, without what only the mail may hold.

use serde_json::{Value, json};
use testkit::{DEMO, Outcome, Stack, User, until};

async fn inbox(user: &User) -> Outcome<Value> {
    user.get("/notifications").await?.with_status(200)
}

/// Waits until there are this many; the mail comes a moment before.
async fn kept(user: &User, count: usize) -> Outcome<Value> {
    until(&format!("{count} notifications"), async || {
        let inbox = inbox(user).await?;
        let there = inbox["items"].as_array().map(Vec::len);
        Ok((there == Some(count)).then_some(inbox))
    })
    .await
}

fn all<'a>(inbox: &'a Value, field: &str) -> Vec<&'a Value> {
    inbox["items"].as_array().into_iter().flatten().map(|item| &item[field]).collect()
}

async fn read(user: &User, up_to: &Value) -> Outcome<()> {
    let answer = user.post("/notifications/read", &json!({"up_to": up_to})).await?;
    answer.with_status(204).map(drop)
}

#[tokio::test]
async fn what_was_mailed_of_a_pod_can_be_read_again_without_its_link() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(DEMO).join().await?;
    assert_eq!(inbox(&user).await?, json!({"items": [], "unread": 0, "next_cursor": null}));
    // A code is mailed and never kept; all that follows comes later.
    user.post("/auth/password/forgot", &json!({"email": user.email})).await?.with_status(202)?;
    stack.mail(&user.email, "password reset").await?;

    let offer = user.offer("gpu=RTX%204090&gpu_count=1").await?;
    let pod = user.deploy(&offer, None).await?;
    user.settled(&pod, "ready").await?;
    let token = user.activation_token("trial").await?;
    let ready = kept(&user, 1).await?;
    let item = &ready["items"][0];
    assert_eq!((&item["kind"], &item["pod_id"]), (&json!("activate_pod"), &json!(pod)));
    assert_eq!(
        (&item["title"], &item["read"]),
        (&json!("trial is ready to activate"), &json!(false))
    );
    assert_eq!(ready["unread"], 1);

    user.try_activate(&pod, &token).await?.with_status(200)?;
    stack.mail(&user.email, "trial is running").await?;
    let running = kept(&user, 2).await?;
    assert_eq!(all(&running, "kind"), ["pod_running", "activate_pod"]);
    assert_eq!(running["items"][1], *item);
    // Neither the answers nor what is stored for them hold the link's token, or any link.
    let me = user.me().await?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let partition = format!("{}#notification#{}", text(&me["tenant"]["id"]), text(&me["user_id"]));
    let rows = stack.partition("AccountsTable", &partition, "note_").await?;
    assert_eq!(rows.len(), 2, "{rows:?}");
    let now = runtime::clock::now().as_second();
    for row in &rows {
        let days_left = (row["ttl"].as_i64().unwrap_or_default() - now) / 86_400;
        assert!((89..=90).contains(&days_left), "{row}");
    }
    let told = format!("{running} {rows:?}");
    assert!(!told.contains(&token) && !told.contains("http") && !told.contains("token="), "{told}");
    Ok(())
}

#[tokio::test]
async fn reading_goes_up_to_one_and_never_back_and_is_ones_own() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(DEMO).join().await?;
    let other = stack.visitor(DEMO).join().await?;
    let offer = user.offer("gpu=RTX%204090&gpu_count=1").await?;
    let pod = user.deploy(&offer, Some("all_offers_sold_out")).await?;
    user.settled(&pod, "failed").await?;
    kept(&user, 1).await?;
    let pod = user.deploy(&offer, None).await?;
    user.settled(&pod, "ready").await?;
    let both = kept(&user, 2).await?;
    assert_eq!(all(&both, "kind"), ["activate_pod", "pod_failed"]);
    let (newer, older) = (&both["items"][0]["id"], &both["items"][1]["id"]);

    let first = user.get("/notifications?limit=1").await?.with_status(200)?;
    assert_eq!((all(&first, "id"), &first["unread"]), (vec![newer], &json!(2)));
    let cursor = first["next_cursor"].as_str().unwrap_or_default();
    let path = format!("/notifications?limit=1&cursor={cursor}");
    let second = user.get(&path).await?.with_status(200)?;
    assert_eq!((all(&second, "id"), &second["next_cursor"]), (vec![older], &Value::Null));

    assert_eq!(inbox(&other).await?["items"], json!([]));
    let body = json!({"up_to": older});
    other.post("/notifications/read", &body).await?.refused(404, "not_found")?;
    let unknown = json!({"up_to": "note_7zzzzzzzzzzzzzzzzzzzzzzzzz"});
    user.post("/notifications/read", &unknown).await?.refused(404, "not_found")?;
    assert_eq!(inbox(&user).await?["unread"], 2);

    for (up_to, reads, unread) in
        [(older, [false, true], 1), (newer, [true, true], 0), (older, [true, true], 0)]
    {
        read(&user, up_to).await?;
        let inbox = inbox(&user).await?;
        assert_eq!(json!(all(&inbox, "read")), json!(reads), "{inbox}");
        assert_eq!(inbox["unread"], unread, "{inbox}");
    }
    for limit in ["0", "51"] {
        let path = format!("/notifications?limit={limit}");
        user.get(&path).await?.refused(400, "invalid_limit")?;
    }
    user.get("/notifications?cursor=x").await?.refused(400, "invalid_query")?;
    let body = json!({"up_to": "x"});
    user.post("/notifications/read", &body).await?.refused(400, "invalid_body")
}

#[tokio::test]
async fn a_price_alert_is_kept_until_it_is_told_by_mail_and_in_the_app() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(DEMO).join().await?;
    let alerts = async || user.get("/price-alerts").await?.with_status(200);
    assert_eq!(alerts().await?, json!({"items": []}));
    let page = user.get("/offers?gpu=H200&gpu_count=8&group=machine&limit=1").await?;
    let page = page.with_status(200)?;
    let row = &page["items"][0];
    let machine = row["machine"].as_str().ok_or("no machine")?;
    let rate = row["offer"]["rate_usd_micros_per_hour"].as_i64().ok_or("no rate")?;
    let path = format!("/price-alerts/{machine}");
    let at_most = |rate: i64| json!({"rate_max_usd_micros_per_hour": rate});
    user.put(&path, &at_most(rate * 10)).await?.refused(409, "price_met")?;
    user.put(&path, &at_most(0)).await?.refused(400, "price_invalid")?;
    user.put(&path, &json!({})).await?.refused(400, "invalid_body")?;
    user.put("/price-alerts/none", &at_most(rate)).await?.refused(404, "not_found")?;
    user.put(&path, &at_most(2_000_000)).await?.with_status(200)?;
    let set = user.put(&path, &at_most(1_000_000)).await?.with_status(200)?;
    assert_eq!(alerts().await?["items"], json!([set]));
    let stranger = stack.visitor(DEMO).join().await?;
    stranger.delete(&path).await?.refused(404, "not_found")?;

    // As if somebody sold it for half of that.
    let fell = json!({"mode": "SANDBOX", "falls":
        [{"machine": machine, "provider_rate_usd_micros_per_hour": 500_000}]});
    for _ in 0..2 {
        stack.deliver("on-price-fall", &fell).await?;
    }
    let mail = stack.mail(&user.email, "now costs $0.54 an hour").await?;
    assert!(mail.text.contains("when it costs $1.00 or less"), "{}", mail.text);
    let told = kept(&user, 1).await?;
    assert_eq!(told["items"][0]["kind"], "price_fell");
    assert_eq!(told["items"][0]["machine"], machine);
    assert_eq!(alerts().await?, json!({"items": []}));
    user.delete(&path).await?.refused(404, "not_found")?;
    user.put(&path, &at_most(1_000_000)).await?.with_status(200)?;
    user.delete(&path).await?.with_status(204)?;
    assert_eq!(alerts().await?, json!({"items": []}));

    let page = user.get("/offers?group=machine&sort=price_asc&limit=21").await?.with_status(200)?;
    let machines = page["items"].as_array().into_iter().flatten();
    let paths = machines.filter_map(|row| row["machine"].as_str());
    let paths: Vec<_> = paths.map(|machine| format!("/price-alerts/{machine}")).collect();
    let (last, others) = paths.split_last().ok_or("no machines")?;
    for path in others {
        user.put(path, &at_most(100)).await?.with_status(200)?;
    }
    user.put(last, &at_most(100)).await?.refused(409, "too_many_alerts")?;
    user.put(&others[0], &at_most(200)).await?.with_status(200).map(drop)
}
